"""Loops, branches, calls and checks in a run ahead of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...ir.program import Op, Region, Value
from .values import GivenUp, Known, numbers

if TYPE_CHECKING:
    from .run import Symbolic


def for_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    lo, hi, step = numbers([env[v] for v in op.operands[:3]])
    carried = [env[v] for v in op.operands[3:]]
    for i in range(lo, hi, step):
        carried = run.enter(op.regions[0], env, [i, *carried])
    return carried


def while_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    goes_on, *carried = (env[v] for v in op.operands)
    while numbers([goes_on])[0]:
        goes_on, *carried = run.enter(op.regions[0], env, carried)
    return carried


def if_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    """The side that is taken; where that is not known both are left, which then give numbers, and write only what they make."""
    (condition,) = (env[v] for v in op.operands)
    if not isinstance(condition, Value):
        return run.enter(op.regions[0 if numbers([condition])[0] else 1], env)
    outer = run.builder
    builders, given = (outer.inner(), outer.inner()), []
    run.inside += 1
    for builder, region in zip(builders, op.regions, strict=True):
        run.builder = builder
        given.append(run.enter(region, env))
    differ = [k for k, (a, b) in enumerate(zip(*given, strict=True)) if not alike(a, b)]
    for builder, found in zip(builders, given, strict=True):
        run.builder = builder
        builder.end("yield", [run.value(found[k], op.results[k].type) for k in differ])
    run.inside -= 1
    run.builder = outer
    regions = tuple(Region((), tuple(builder.ops)) for builder in builders)
    few = Op(op.name, (), tuple(op.results[k] for k in differ), op.attributes, (), op.location)
    chosen = dict(zip(differ, run.left(few, (condition,), [op.results[k].type for k in differ], regions), strict=True))
    return [chosen.get(k, x) for k, x in enumerate(given[0])]


def alike(a: Known, b: Known) -> bool:
    """Whether two sides give the same: one value, or one number to the bit."""
    return a is b or (isinstance(a, (bool, int, float, np.generic)) and type(a) is type(b) and repr(a) == repr(b))


def call(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    return run.call(run.program.functions[op.attributes["callee"]], [env[v] for v in op.operands])


def check(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    holds = env[op.operands[0]]
    if isinstance(holds, Value):
        return run.left(op, [run.value(env[v], v.type) for v in op.operands], ())
    if not holds:
        raise GivenUp
    return ()


CONTROL: dict[str, Callable[[Symbolic, Op, dict[Value, Known]], Sequence[Known]]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "call": call,
    "check": check,
}
