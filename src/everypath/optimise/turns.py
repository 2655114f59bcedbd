"""A function whose loops over rows do little at each turn, as loops over numbers: what stands in short rows is taken apart.

for 0, n, 1 {(i):                              for 0, n, 1 {(i):
  r = view x, i {axes="ia"}                      p = load x, i, 0
  s = matmul r, r                       →        q = load x, i, 1
  store s, y, i                                  s = add (mul p, p), (mul q, q)
}                                                store s, y, i
                                               }
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import I64
from ..ir.walk import ops_in, with_body
from .rewriting import renamed, with_ops, with_regions
from .symbolic import GivenUp, Symbolic
from .symbolic.windows import Window, of_parameter
from .unfolded import REFUSED

MOST = 2_000
"""Operations of what is written out."""

Shape = Sequence[int | None]


def turns(program: Program, shapes: Mapping[int, Shape]) -> Program | None:
    """The entry where arrays at these positions have extents as they are given (None: any); None if it is not of this kind."""
    main = taken_over(program.main)
    builder = Builder(main.location)
    run = Symbolic(program, builder, MOST, loops=True)
    parameters = tuple(Value(p.name, p.type) for p in main.parameters)
    try:
        with np.errstate(all="ignore"):
            given = [of_parameter(run, p, shapes.get(k, ())) for k, p in enumerate(parameters)]
            found = run.call(main, given)
            returned = [whole(run, x) if isinstance(x, Window) else run.value(x, v.type) for x, v in zip(found, main.returned, strict=True)]
    except REFUSED:
        return None
    if any(v.type != like.type for v, like in zip(returned, main.returned, strict=True)):
        return None
    builder.end("return", returned)
    function = Function(main.name, Region(parameters, tuple(builder.ops)), main.attributes, main.location)
    return replace(program, functions={main.name: function}, entry=main.name)


def whole(run: Symbolic, x: Window) -> Value:
    """The array that a window shows all of, in its shape."""
    if not x.whole:
        raise GivenUp
    if x.places:
        return x.base
    return run.builder.op("reshape", x.base, *(run.value(n, I64) for n in x.shape), name=x.base.name)


def taken_over(function: Function) -> Function:
    """`function` without a vector that a loop makes out of another, number by number, which nothing uses any more: that one is it.

    So is an array of what a comprehension gives: `np.array([… for k in range(n)])`.
    """
    ops = function.body.ops
    made = {op.result: op for op in ops if op.name in ("alloc", "constant")}
    env: dict[Value, Value] = {}
    for k, op in enumerate(ops):
        pair = copying(op, made)
        if pair is not None and not any(uses(later, pair[0]) for later in ops[k + 1 :]) and not any(uses(o, pair[1]) for o in ops[:k]):
            env[pair[1]] = pair[0]
    if not env:
        return function
    gone = {*(made[v] for v in env), *(op for op in ops if (pair := copying(op, made)) is not None and pair[1] in env)}
    return with_body(function, replaced([op for op in ops if op not in gone], env))


def replaced(ops: Sequence[Op], env: Mapping[Value, Value]) -> list[Op]:
    """`ops` with other values in place of some."""
    return [with_regions(renamed(op, env), [with_ops(r, replaced(r.ops, env)) for r in op.regions]) for op in ops]


def copying(op: Op, made: Mapping[Value, Op]) -> tuple[Value, Value] | None:
    """The vectors, one of which a loop copies to the other from end to end."""
    if op.name != "for" or op.results or [inner.name for inner in op.regions[0].ops] != ["load", "store", "yield"]:
        return None
    (turn,), (load, store, _) = op.regions[0].arguments, op.regions[0].ops
    (first, last, step), (source, *places) = op.operands, load.operands
    target = store.operands[1]
    if places != [turn] or store.operands != (load.result, target, turn):
        return None
    if any(v not in made or made[v].operands != (last,) or made[v].name != "alloc" for v in (source, target)) or source is target:
        return None
    known = [made[v].attributes.get("value") if v in made else None for v in (first, step)]
    return (source, target) if known == [0, 1] and source.type == target.type else None


def uses(op: Op, v: Value) -> bool:
    """Whether an op, or one inside it, takes a value."""
    return v in op.operands or any(v in inner.operands for region in op.regions for inner in ops_in(region))
