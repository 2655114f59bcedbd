"""Which axes have length 1: what `np.squeeze` without an axis must know before the function runs.

Answered from the ops that made an array, back to constants and to arguments. Where it rests on an argument, the axes of length 1
of that argument become part of what the function is specialised on.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...ir.op import definition
from ...ir.program import Op, Value
from ...ir.types import ArrayType
from ...structure import lengths_of
from ..context import Context
from ..reach import NeedsStatic


def is_single(context: Context, x: Value, axis: int) -> bool | None:
    """Whether the axis has length 1; None where this is known only at run time."""
    known = context.lengths.get(x)
    if known is not None:
        path, single = known
        if single is None:
            raise NeedsStatic(frozenset([lengths_of(path)]))
        return axis in single
    made = next((op for op in reversed(context.b.ops) if x in op.results), None)
    return None if made is None else of_result(context, made, axis)


def of_result(context: Context, op: Op, axis: int) -> bool | None:
    name, attributes = op.name, op.attributes
    if name == "view":
        return of_view(context, op, axis)
    if name in ("copy", "weaken", "cumsum", "argsort"):
        return is_single(context, op.operands[0], axis)
    if name == "transpose":
        return is_single(context, op.operands[0], attributes["axes"][axis])
    if name in ("alloc", "full", "reshape", "broadcast", "iota"):
        return is_one(context, op.operands[axis if name in ("alloc", "iota") else axis + 1])
    if name in ("sum", "any", "all", "norm"):
        gone, kept = attributes["axes"], attributes["keepdims"]
        if kept and axis in gone:
            return True
        rest = [k for k in range(rank(op.operands[0])) if kept or k not in gone]
        return is_single(context, op.operands[0], rest[axis])
    if name in ("argmax", "argmin"):
        return is_single(context, op.operands[0], axis + (axis >= attributes["axis"]))
    if name == "matmul":
        left, right = op.operands
        return is_single(context, left, 0) if rank(left) == 2 and axis == 0 else is_single(context, right, 1)
    if name == "gather":
        spread = rank(op.operands[1])
        if axis < spread:
            return together(is_single(context, i, axis) for i in op.operands[1:])
        return is_single(context, op.operands[0], axis - spread + len(op.operands) - 1)
    if definition(name).family == "elementwise":
        own = rank(op.result)
        arrays = [x for x in op.operands if rank(x) >= own - axis]
        return together(is_single(context, x, axis - own + rank(x)) for x in arrays)
    return None


def of_view(context: Context, op: Op, axis: int) -> bool | None:
    """An axis of a view: new, whole, or a piece with a count."""
    numbers, letters = iter(op.operands[1:]), op.attributes["axes"]
    source, place = 0, 0
    for letter in letters:
        taken = [next(numbers) for _ in range({"i": 1, "u": 2, "s": 3}.get(letter, 0))]
        if letter != "i" and place == axis:
            return True if letter == "n" else is_single(context, op.operands[0], source) if letter == "a" else is_one(context, taken[1])
        place += letter != "i"
        source += letter != "n"
    return None


def is_one(context: Context, extent: Value) -> bool | None:
    """Whether an extent is 1."""
    made = next((op for op in reversed(context.b.ops) if extent in op.results), None)
    if made is not None and made.name == "constant":
        return bool(made.attributes["value"] == 1)
    return is_single(context, made.operands[0], made.attributes["axis"]) if made is not None and made.name == "dim" else None


def together(answers: Iterable[bool | None]) -> bool | None:
    """Of extents that broadcast: 1 if all are, not 1 if any is not."""
    found = list(answers)
    return False if False in found else True if None not in found else None


def rank(x: Value) -> int:
    return x.type.rank if isinstance(x.type, ArrayType) else 0
