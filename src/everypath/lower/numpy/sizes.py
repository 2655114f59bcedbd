"""How many elements there are: counts, and whether there can be so many."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.program import Value
from ..context import Context

TOO_BIG = "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."


NO_MEMORY = "Unable to allocate an array of so many elements"


MOST, ROOM = 2**60 - 1, 2**44
"""Elements of eight bytes: as many as a size in bytes can say, and as many as there are addresses for."""


def room_for(context: Context, dims: Sequence[Value], *, memory: bool = True) -> None:
    """ValueError where the number of elements can't be said in 64 bits, MemoryError where (in `memory`) there can't be so many.

    It is asked where an array is made, whether or not its memory is in the end: what is computed of its extents fits.
    """
    b = context.b
    constants = {op.result: op.attributes["value"] for op in b.ops if op.name == "constant"}
    extents_ = {op.result for op in b.ops if op.name == "dim"}
    known = 1
    for dim in dims:
        known *= max(int(constants.get(dim, 1)), 1)
    unknown = [dim for dim in dims if dim not in constants]
    if known <= ROOM and (not unknown or (len(unknown) == 1 and known <= 2**16 and unknown[0] in extents_)):
        return
    count = b.i64(min(known, MOST + 1))
    too_big = (MOST, ValueError, TOO_BIG if memory else "iterator is too large")
    for most, error, message in (too_big, (ROOM, MemoryError, NO_MEMORY)) if memory else (too_big,):
        room = b.i64(most)
        context.check(b.op("le", count, room), error, message)
        room = b.op("floordiv", room, count, name="room")
        for k, dim in enumerate(unknown, 1):
            context.check(b.op("le", dim, room), error, message)
            if k < len(unknown):
                room = b.op("floordiv", room, b.op("maximum", dim, b.i64(1)), name="room")


def product(context: Context, extent: Value, times: Value, name: str) -> Value:
    """extent·times, an extent of an array to be made; ValueError where it does not fit."""
    b = context.b
    some = b.op("maximum", extent, b.i64(1))
    for most, error, message in ((MOST, ValueError, TOO_BIG), (ROOM, MemoryError, NO_MEMORY)):
        context.check(b.op("le", times, b.op("floordiv", b.i64(most), some, name="room")), error, message)
    return b.op("mul", extent, times, name=name)


def size(context: Context, dims: Sequence[Value]) -> Value:
    """The number of elements."""
    if not dims:
        return context.b.i64(1)
    total = dims[0]
    for dim in dims[1:]:
        total = context.b.op("mul", total, dim, name="size")
    return total


def short_enough(context: Context, start: Value, stop: Value, step: Value) -> None:
    """ValueError where a range, of floats, is too long for an array or its length is no number; MemoryError where it can't be held."""
    b = context.b
    length = b.op("div", b.op("sub", stop, start), step, name="length")
    context.check(b.op("not", b.op("isnan", length)), ValueError, "arange: cannot compute length")
    context.check(b.op("lt", length, b.f64(2.0**63)), ValueError, "Maximum allowed size exceeded")
    context.check(b.op("lt", length, b.f64(float(MOST))), ValueError, TOO_BIG)
    context.check(b.op("le", length, b.f64(float(ROOM))), MemoryError, NO_MEMORY)
