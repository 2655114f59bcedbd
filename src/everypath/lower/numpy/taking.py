"""Elements taken at places, whole arrays repeated, and elements moved round."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import I64, ArrayType, scalar_of
from ..context import Context
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar, Static, Tuple
from .conversion import array, index_array, operand
from .indexing import read
from .keys import FULL
from .operands import axis_of, integer, made_alike, option, single_axis
from .registry import call, method
from .sizes import product, size
from .views import at_least, contiguous, flat, moved, subview, with_new_axis


def taken_at(context: Context, x: Array, places: Value, axis: int, **attributes: bool) -> Array:
    """x[…, places, …] with `places` (in range) on `axis`."""
    rest = [k for k in range(x.rank) if k != axis]
    gathered = context.b.op("gather", moved(context, x.value, (axis, *rest)), places, name=x.value.name, **attributes)
    assert isinstance(places.type, ArrayType)
    spread = places.type.rank
    order = [*range(spread, spread + axis), *range(spread), *range(spread + axis, spread + len(rest))]
    return Array(moved(context, gathered, order))


@call(np.take)
@method("take")
def take(
    context: Context, node: ast.AST, a: Abstract, indices: Abstract, axis: Abstract | None = None, *, mode: Abstract | None = None
) -> Abstract:
    """The elements at `indices` along an axis, or of the flattened array. Places outside raise, come round, or are the next inside."""
    x = array(context, node, a)
    at = single_axis(context, node, axis, x.rank)
    x, at = (flat(context, at_least(context, x, 1)), 0) if at is None else (x, at)
    outside = option(context, node, mode, "the mode", "raise")
    if outside == "raise":
        return own(context, indices, read(context, node, x, Tuple((*[FULL] * at, indices))))
    if outside not in ("wrap", "clip"):
        context.raises(node, ValueError, f"clipmode must be one of 'clip', 'raise', or 'wrap' (got '{outside}')")
    b, places = context.b, operand(context, node, index_array(context, node, indices))
    if not scalar_of(places.value.type).is_integer:
        context.raises(node, TypeError, "Cannot cast array data to dtype('int64') according to the rule 'safe'")
    n, index = b.op("dim", x.value, axis=at), context.cast(places.value, I64)
    count = size(context, b.dims(index)) if isinstance(index.type, ArrayType) else b.i64(1)
    some = b.op("or", b.op("gt", n, b.i64(0)), b.op("eq", count, b.i64(0)))
    context.check(some, IndexError, "cannot do a non-empty take from an empty axes.")
    if outside == "wrap":
        index = b.op("mod", index, b.op("maximum", n, b.i64(1)), name="place")
    else:
        index = b.op("maximum", b.op("minimum", index, b.op("sub", n, b.i64(1))), b.i64(0), name="place")
    if isinstance(index.type, ArrayType):
        return taken_at(context, x, index, at)
    return own(context, indices, read(context, node, x, Tuple((*[FULL] * at, Scalar(index, "numpy")))))


def own(context: Context, indices: Abstract, taken: Abstract) -> Abstract:
    """What was taken at a number, in memory of its own."""
    if isinstance(taken, Array) and isinstance(indices, (Scalar, Static)):
        return Array(context.b.op("copy", taken.value, name=taken.value.name))
    return taken


@call(np.tile)
def tile(context: Context, node: ast.AST, A: Abstract, reps: Abstract) -> Abstract:
    """The whole array repeated along each axis."""
    items = sequence_items(reps) or (reps,)
    x = at_least(context, array(context, node, A), len(items))
    b = context.b
    whole = b.op("copy", x.value, name=x.value.name)
    for k, item in enumerate(items, x.rank - len(items)):
        times = b.op("maximum", integer(context, node, item, "the number of repeats"), b.i64(0))
        dims = list(b.dims(whole))
        count = product(context, dims[k], times, "count")
        if isinstance(item, Scalar) and item.static == 1:
            continue
        repeated = b.op("broadcast", with_new_axis(context, whole, k), *dims[:k], times, *dims[k:], name=x.value.name)
        whole = b.op("reshape", b.op("copy", repeated, name="repeated"), *dims[:k], count, *dims[k + 1 :], name="tiled")
    return Array(whole)


@call(np.roll)
def roll(context: Context, node: ast.AST, a: Abstract, shift: Abstract, axis: Abstract | None = None) -> Abstract:
    """The elements moved on by `shift` places, the last coming round to the front; along several axes one after the other."""
    x = array(context, node, a)
    given = option(context, node, axis, "the axis")
    shifts = sequence_items(context.present(shift, node)) or (shift,)
    axes = given if isinstance(given, tuple) else (0 if given is None else given,)
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        context.raises(node, ValueError, "shape mismatch: objects cannot be broadcast to a single shape")
    result = flat(context, at_least(context, x, 1)) if given is None else x
    pairs = zip(shifts, axes) if len(shifts) == len(axes) else ((by, at) for by in shifts for at in axes)
    for by, at in pairs:
        place = axis_of(context, node, at, result.rank)
        result = rolled(context, result, integer(context, node, by, "the shift"), place)
    if given is not None or x.rank == 1:
        return result
    return Array(context.b.op("reshape", contiguous(context, result), *context.b.dims(x.value), name="rolled"))


def rolled(context: Context, x: Array, by: Value, axis: int) -> Array:
    """Moved on along one axis."""
    b = context.b
    dims = b.dims(x.value)
    extent, zero = dims[axis], b.i64(0)
    first = b.op("mod", by, b.op("maximum", extent, b.i64(1)), name="first")
    rest = b.op("sub", extent, first, name="rest")
    out = b.op("alloc", *dims, dtype=x.dtype.name, name="rolled", **made_alike(x.rank))
    b.do("assign", subview(context, x.value, axis, zero, rest), subview(context, out, axis, first, rest))
    b.do("assign", subview(context, x.value, axis, rest, first), subview(context, out, axis, zero, first))
    return Array(out)
