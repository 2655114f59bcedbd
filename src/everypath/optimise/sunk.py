"""Arrays full of one number are made on the side of a branch that alone uses them.

a = full zero, n                    x = if c {a = full zero, n; accumulate y, a; yield a}
x = if c {accumulate y, a; yield a}           {…}
         {…}                     →
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.program import Function, Op, Region, Value
from ..ir.walk import ops_in
from .rewriting import with_function_ops, with_ops, with_regions


def sunk(function: Function) -> Function:
    """`function` with its full arrays made where they are used."""
    if not any(op.name == "full" for op in ops_in(function.body)):
        return function
    return with_function_ops(function, moved(function.body.ops))


def moved(ops: Sequence[Op]) -> list[Op]:
    """`ops` with what only one side of a branch among them uses made there."""
    users: dict[Value, list[Op]] = {op.result: [] for op in ops if op.name == "full"}
    for op in ops if users else ():
        for v in {*op.operands, *(v for region in op.regions for inner in ops_in(region) for v in inner.operands)}:
            if v in users:
                users[v].append(op)
    sides: dict[Region, list[Op]] = {}
    kept: list[Op] = []
    for op in ops:
        side = only_side(op.result, users[op.result]) if op.name == "full" else None
        if side is None:
            kept.append(op)
        else:
            sides.setdefault(side, []).append(op)
    return [with_regions(op, [with_ops(r, moved([*sides.get(r, ()), *r.ops])) for r in op.regions]) for op in kept]


def only_side(array: Value, users: Sequence[Op]) -> Region | None:
    """The side of a branch that alone uses an array."""
    if len(users) != 1 or users[0].name != "if" or array in users[0].operands:
        return None
    sides = [region for region in users[0].regions if any(array in op.operands for op in ops_in(region))]
    return sides[0] if len(sides) == 1 else None
