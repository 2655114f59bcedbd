"""Loops, branches, calls and checks in a run ahead of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...ir.build import Builder
from ...ir.program import Op, Region, Value
from ...ir.types import I64, Type, scalar_of
from .values import GivenUp, Known, boxed, numbers, root

if TYPE_CHECKING:
    from .run import Symbolic


def for_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    bounds = [env[v] for v in op.operands[:3]]
    if run.loops and any(isinstance(x, Value) for x in bounds):
        return left(run, op, env, bounds)
    lo, hi, step = numbers(bounds)
    carried = [env[v] for v in op.operands[3:]]
    for i in range(lo, hi, step):
        carried = run.enter(op.regions[0], env, [i, *carried])
    return carried


def left(run: Symbolic, op: Op, env: dict[Value, Known], bounds: Sequence[Known]) -> Sequence[Known]:
    """A loop that stays one: it carries nothing, and writes only arrays of unknown extents."""
    if op.results:
        raise GivenUp
    outer = run.builder
    turn = Value(op.regions[0].arguments[0].name, I64)
    run.builder = outer.inner()
    run.inside += 1
    run.enter(op.regions[0], env, [turn])
    run.inside -= 1
    run.builder.end("yield")
    body, run.builder = run.builder.ops, outer
    run.left(op, [run.value(x, I64) for x in bounds], (), (Region((turn,), tuple(body)),))
    return ()


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
    builders: tuple[Builder, Builder] = (outer.inner(), outer.inner())
    given: list[list[Known]] = []
    run.inside += 1
    for builder, region in zip(builders, op.regions, strict=True):
        run.builder = builder
        given.append(run.enter(region, env))
    differ = [k for k, (x, y) in enumerate(zip(*given, strict=True)) if not alike(x, y)]
    types = [t for k in differ for t in parts_of(run, given[0][k], given[1][k], op.results[k].type)]
    for builder, found in zip(builders, given, strict=True):
        run.builder = builder
        flat = [x for k in differ for x in boxed(found[k]).flat]
        builder.end("yield", [run.value(x, t) for x, t in zip(flat, types, strict=True)])
    run.inside -= 1
    run.builder = outer
    names = [op.results[k] for k in differ for _ in range(boxed(given[0][k]).size)]
    few = Op(op.name, (), tuple(names), op.attributes, (), op.location)
    regions = tuple(Region((), tuple(builder.ops)) for builder in builders)
    chosen = iter(run.left(few, (condition,), types, regions))
    return [filled(x, chosen) if k in differ else x for k, x in enumerate(given[0])]


def parts_of(run: Symbolic, a: Known, b: Known, type_: Type) -> list[Type]:
    """The types of what the sides of a branch give at one place: a number, or the elements of an array, which is written no more."""
    if not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray):
        return [type_]
    if np.shape(a) != np.shape(b) or not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        raise GivenUp
    for x in (a, b):
        run.frozen[id(root(x))] = root(x)
    return [scalar_of(type_)] * a.size


def filled(like: Known, numbers: Iterator[Value]) -> Known:
    """The next of these, or an array of so many."""
    if not isinstance(like, np.ndarray):
        return next(numbers)
    array = np.empty(like.shape, object)
    for place in np.ndindex(array.shape):
        array[place] = next(numbers)
    return array


def alike(a: Known, b: Known) -> bool:
    """Whether two sides give the same: one value, or one number to the bit."""
    return a is b or (isinstance(a, (bool, int, float, np.generic)) and type(a) is type(b) and repr(a) == repr(b))


def call(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    return run.call(run.program.functions[op.attributes["callee"]], [env[v] for v in op.operands])


def check(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    holds = env[op.operands[0]]
    if isinstance(holds, Value):
        return run.left(op, [run.value(env[v], v.type) for v in op.operands], ())
    if holds:
        return ()
    if run.inside == 0:
        raise GivenUp
    return run.left(op, [run.value(env[v], v.type) for v in op.operands], ())


CONTROL: dict[str, Callable[[Symbolic, Op, dict[Value, Known]], Sequence[Known]]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "call": call,
    "check": check,
}
