"""Elements taken at places, repeated, and moved round."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import ArrayType
from ..context import Context
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar, Tuple
from .conversion import array
from .indexing import read
from .keys import FULL
from .operands import integer, made_alike, single_axis
from .registry import call, method
from .sizes import product
from .views import at_least, contiguous, flat, moved


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
def take(context: Context, node: ast.AST, a: Abstract, indices: Abstract, axis: Abstract | None = None) -> Abstract:
    """The elements at `indices` along an axis, or of the flattened array."""
    x = array(context, node, a)
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        return read(context, node, flat(context, x), indices)
    return read(context, node, x, Tuple((*[FULL] * at, indices)))


@call(np.repeat)
@method("repeat")
def repeat(context: Context, node: ast.AST, a: Abstract, repeats: Abstract, axis: Abstract | None = None) -> Abstract:
    """Each element `repeats` (a number) times along an axis, or of the flattened array."""
    x = at_least(context, array(context, node, a), 1)
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        x, at = flat(context, x), 0
    if not isinstance(context.present(repeats, node), Scalar):
        context.refuse(node, "np.repeat with a number of repeats for each element is not yet supported", "give one number")
    b = context.b
    times = integer(context, node, repeats, "the number of repeats")
    context.check(b.op("ge", times, b.i64(0)), ValueError, "repeats may not contain negative values.")
    count = product(context, b.op("dim", x.value, axis=at), times, "count")
    return taken_at(context, x, b.op("floordiv", b.op("iota", count), b.op("maximum", times, b.i64(1))), at)


@call(np.tile)
def tile(context: Context, node: ast.AST, A: Abstract, reps: Abstract) -> Abstract:
    """The whole array repeated along each axis."""
    items = sequence_items(reps) or (reps,)
    x = at_least(context, array(context, node, A), len(items))
    b = context.b
    result = x
    for k, item in enumerate(items, x.rank - len(items)):
        times = integer(context, node, item, "the number of repeats")
        extent = b.op("dim", x.value, axis=k)
        count = product(context, extent, b.op("maximum", times, b.i64(0)), "count")
        result = taken_at(context, result, b.op("mod", b.op("iota", count), extent), k)
    return result


@call(np.roll)
def roll(context: Context, node: ast.AST, a: Abstract, shift: Abstract, axis: Abstract | None = None) -> Abstract:
    """The elements moved on by `shift` places, the last coming round to the front."""
    x = array(context, node, a)
    b, by = context.b, integer(context, node, shift, "the shift")
    at = single_axis(context, node, axis, x.rank)
    line, along = (flat(context, x), 0) if at is None else (x, at)
    extent = b.op("dim", line.value, axis=along)
    n = b.op("maximum", extent, b.i64(1))
    source = b.op("mod", b.op("sub", b.op("iota", extent), by), n, name="place")
    rolled = taken_at(context, line, source, along, **made_alike(line.rank))
    if at is not None or x.rank == 1:
        return rolled
    return Array(b.op("reshape", contiguous(context, rolled), *b.dims(x.value), name="rolled"))
