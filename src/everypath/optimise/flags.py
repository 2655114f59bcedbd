"""Flags that an `if` says or passes on are found beside it, by `and` and `or`: so it gives no more than it would without them, and what
runs the turns of a loop in any order, or many at once, takes what goes round for what it is.

    s, b = if c {                             s = if c {
      t = add r, x                              t = add r, x
      yield t, False                   →        yield t
    } {                                       } {
      yield r, a                                yield r
    }                                         }
                                              d = not c
                                              b = and d, a
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import BOOL
from ..ir.walk import defined_in, ops_in
from .rewriting import with_function_ops, with_ops, with_regions


def flags(function: Function) -> Function:
    """`function` with its flags beside the branches."""
    ops = list(ops_in(function.body))
    if not any(op.name == "if" and any(v.type == BOOL for v in op.results) for op in ops):
        return function
    known = {op.result: op.attributes["value"] for op in ops if op.name == "constant" and op.result.type == BOOL}
    return with_function_ops(function, beside(function.body.ops, known))


def beside(ops: Sequence[Op], known: dict[Value, bool]) -> list[Op]:
    made: list[Op] = []
    for op in ops:
        op = with_regions(op, [with_ops(region, beside(region.ops, known)) for region in op.regions])
        found = {k: flag for k in range(len(op.results)) if (flag := flag_of(op, k, known))} if op.name == "if" else {}
        made += [without(op, found), *(one for flag in found.values() for one in flag)] if found else [op]
    return made


def flag_of(op: Op, k: int, known: dict[Value, bool]) -> list[Op]:
    """What computes the result of an `if` that is a constant on one side, and on the other what was there before; else nothing."""
    if op.results[k].type != BOOL:
        return []
    then, orelse = (region.yielded[k] for region in op.regions)
    for said, before, other, where in ((then, orelse, op.regions[1], True), (orelse, then, op.regions[0], False)):
        if said in known and before not in known and before not in defined_in(other):
            b = Builder(op.location)
            condition = op.operands[0] if where is known[said] else b.op("not", op.operands[0])
            return [*b.ops, Op("or" if known[said] else "and", (condition, before), (op.results[k],), {}, (), op.location)]
    return []


def without(op: Op, gone: dict[int, list[Op]]) -> Op:
    """An `if` without some of its results."""
    kept = [k for k in range(len(op.results)) if k not in gone]

    def narrowed(region: Region) -> Region:
        return with_ops(region, [*region.ops[:-1], replace(region.ops[-1], operands=tuple(region.yielded[k] for k in kept))])

    return replace(op, results=tuple(op.results[k] for k in kept), regions=tuple(map(narrowed, op.regions)))
