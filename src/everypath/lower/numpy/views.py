"""Arrays seen in another way: their axes in another order, pieces of them, axes of length 1."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.program import Value
from ...ir.types import ArrayType
from ..context import Context
from ..values import (
    Array,
)
from .sizes import size


def flat(context: Context, x: Array) -> Array:
    """The elements of `x` in C order, as rank 1; shares memory where `x` is contiguous."""
    if x.rank == 1:
        return x
    b = context.b
    whole = x.value if x.type.contiguous else b.op("copy", x.value, name=x.value.name)
    return Array(b.op("reshape", whole, size(context, b.dims(whole)), name=x.value.name))


def moved(context: Context, value: Value, axes: Sequence[int]) -> Value:
    """`value` with its axes in this order."""
    if tuple(axes) == tuple(range(len(axes))):
        return value
    return context.b.op("transpose", value, axes=tuple(axes), name=value.name)


def turned(context: Context, x: Value) -> Value:
    """The axes reversed."""
    return moved(context, x, range(rank_of(x))[::-1])


def subview(context: Context, value: Value, axis: int, *numbers: Value) -> Value:
    """`value` restricted on one axis: one number picks an index, two (start, count) a piece."""
    rank = value.type.rank  # type: ignore[union-attr]
    letters = "a" * axis + "?iu"[len(numbers)] + "a" * (rank - axis - 1)
    return context.b.op("view", value, *numbers, axes=letters, name=value.name)


def with_new_axis(context: Context, value: Value, axis: int) -> Value:
    """`value` with an axis of length 1 put in at `axis`."""
    return context.b.with_axis(value, axis)


def kept(context: Context, value: Value, rank: int) -> Value:
    """The scalar as an array of extents 1."""
    return context.b.op("full", value, *[context.b.i64(1)] * rank, name=value.name)


def contiguous(context: Context, x: Array) -> Value:
    """The memory of `x`, or, where it may have gaps, a copy of it: NumPy may give a view there, or a copy."""
    return x.value if x.type.contiguous else context.b.op("copy", x.value, name=x.value.name, doubtful=True)


def in_order(context: Context, value: Value, fortran: bool) -> Value:
    """The array itself, if its memory has C's order, or Fortran's; else a copy that has."""
    line = contiguous(context, Array(turned(context, value) if fortran else value))
    if rank_of(line) > 1:
        line = context.b.op("reshape", line, *context.b.dims(line), ordered=True, name=line.name)
    return turned(context, line) if fortran else line


def at_least(context: Context, x: Array, rank: int) -> Array:
    """`x` with axes of length 1 in front until it has `rank`."""
    missing = rank - x.rank
    return Array(context.b.op("view", x.value, axes="n" * missing + "a" * x.rank, name=x.value.name)) if missing > 0 else x


def rank_of(value: Value) -> int:
    return value.type.rank if isinstance(value.type, ArrayType) else 0
