"""max, min and their positions: the element is gathered at the position found, so the derivative goes to that element alone."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import I64
from ..context import Context
from ..values import Abstract, Array, Scalar, Static
from .operands import array, data, flat, float_operand, moved, operand, option, single_axis, size, with_new_axis
from .reductions import kept, reduction
from .registry import call, method
from .ufunc import ufunc


@call(np.max, np.amax)
@method("max")
def max_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    """The largest element; of equal ones the first, NaN before all."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return extreme(context, node, x, axes, keep, "max")


@call(np.min, np.amin)
@method("min")
def min_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    """The smallest element; of equal ones the first, NaN before all."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return extreme(context, node, x, axes, keep, "min")


@call(np.ptp)
def ptp(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, out: None = None, keepdims: Abstract | None = None
) -> Abstract:
    """max - min."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    top, bottom = (extreme(context, node, x, axes, keep, which) for which in ("max", "min"))
    return data(context, ufunc(context, node, "subtract", top, bottom))


def extreme(context: Context, node: ast.AST, x: Array, axes: Sequence[int], keepdims: bool, which: str) -> Abstract:
    """The largest or smallest element over `axes`."""
    if not axes:
        return data(context, x.value)
    if len(axes) == x.rank:
        line = flat(context, x)
        place = position(context, line, 0, which)
        found = context.b.op("load", line.value, place, name=which)
        return data(context, kept(context, found, x.rank) if keepdims else found)
    line, axis = merged(context, x, axes)
    value = along(context, line.value, position(context, line, axis, which), axis)
    for k in axes if keepdims else ():
        value = with_new_axis(context, value, k)
    return data(context, value)


def merged(context: Context, x: Array, axes: Sequence[int]) -> tuple[Array, int]:
    """`x` with `axes` merged into one, and where that stands."""
    if len(axes) == 1:
        return x, axes[0]
    b = context.b
    rest = [k for k in range(x.rank) if k not in axes]
    ordered = b.op("copy", moved(context, x.value, (*rest, *axes)), name=x.value.name)
    dims = b.dims(ordered)
    return Array(b.op("reshape", ordered, *dims[: len(rest)], size(context, dims[len(rest) :]), name=x.value.name)), len(rest)


def position(context: Context, x: Array, axis: int, which: str) -> Value:
    """Where the extreme stands along `axis`; ValueError on an empty axis."""
    b = context.b
    word = "maximum" if which == "max" else "minimum"
    some = b.op("gt", b.op("dim", x.value, axis=axis), b.i64(0))
    context.check(some, ValueError, f"zero-size array to reduction operation {word} which has no identity")
    return b.op(f"arg{which}", x.value, axis=axis)


def along(context: Context, x: Value, index: Value, axis: int) -> Value:
    """x[…, index[…], …] with `index` on `axis`: one element for each place of the other axes, or as many as `index` has there."""
    b = context.b
    dims, rank = b.dims(x), x.type.rank  # type: ignore[union-attr]
    full = index.type.rank == rank  # type: ignore[union-attr]
    shape = b.dims(index)
    others = [k for k in range(rank) if k != axis]
    indices = []
    for k in range(rank):
        if k == axis:
            indices.append(index)
            continue
        place = k if full else others.index(k)
        count = b.op("iota", dims[k], name="place")
        letters = "".join("a" if i == place else "n" for i in range(len(shape)))
        spread = count if len(shape) == 1 else b.op("broadcast", b.op("view", count, axes=letters), *shape, name="place")
        indices.append(spread)
    return b.op("gather", x, *indices, name=x.name)


def arg_extreme(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None, keepdims: Abstract | None, which: str) -> Abstract:
    x = array(context, node, a)
    at = single_axis(context, node, axis, x.rank)
    if not x.rank:
        return Scalar(context.b.i64(0), "numpy")
    b = context.b
    line, along_ = (flat(context, x), 0) if at is None else (x, at)
    some = b.op("gt", b.op("dim", line.value, axis=along_), b.i64(0))
    context.check(some, ValueError, f"attempt to get {which} of an empty sequence")
    place = b.op(which, line.value, axis=along_)
    if not option(context, node, keepdims, "keepdims", False):
        return data(context, place)
    if at is None or x.rank == 1:
        return Array(kept(context, place, x.rank))
    return Array(with_new_axis(context, place, at))


@call(np.argmax)
@method("argmax")
def argmax(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    *,
    keepdims: Abstract | None = None,
) -> Abstract:
    return arg_extreme(context, node, a, axis, keepdims, "argmax")


@call(np.argmin)
@method("argmin")
def argmin(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    *,
    keepdims: Abstract | None = None,
) -> Abstract:
    return arg_extreme(context, node, a, axis, keepdims, "argmin")


# Sorting --------------------------------------------------------------------------------------------------------------


LAST = Static(-1)
"""The default axis; None means the flattened array."""


def order_of(context: Context, node: ast.AST, a: Abstract, axis: Abstract) -> tuple[Array, Value, int]:
    """The array to be sorted, the order that sorts it, and the axis."""
    x = array(context, node, a)
    if not x.rank:
        context.refuse(node, "Cannot sort a number", "pass an array")
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        x, at = flat(context, x), 0
    return x, context.b.op("argsort", x.value, axis=at), at


@call(np.sort)
def sort(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST, kind: Abstract | None = None, *, stable: Abstract | None = None
) -> Abstract:
    """The elements in rising order: a gather by the order found."""
    x, order, at = order_of(context, node, a, axis)
    return Array(along(context, x.value, order, at))


@method("sort")
def sort_in_place(context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST) -> Abstract:
    """x.sort() writes the elements back in rising order."""
    x, order, at = order_of(context, node, a, axis)
    context.b.do("assign", along(context, x.value, order, at), x.value)
    return context.constant(None)


@call(np.argsort)
@method("argsort")
def argsort(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST, kind: Abstract | None = None, *, stable: Abstract | None = None
) -> Abstract:
    """The stable order that sorts the elements."""
    return Array(order_of(context, node, a, axis)[1])


@call(np.take_along_axis)
def take_along_axis(context: Context, node: ast.AST, arr: Abstract, indices: Abstract, axis: Abstract = LAST) -> Abstract:
    """out[…, j, …] = arr[…, indices[…, j, …], …]; both have the same extents on the other axes."""
    x, index = array(context, node, arr), array(context, node, indices)
    at = single_axis(context, node, axis, x.rank)
    if at is None or index.rank != x.rank or not index.dtype.is_integer:
        context.refuse(node, "`indices` must be integers with as many axes as `arr`", "index with x[…] instead")
    b = context.b
    for k in range(x.rank):
        n, m = b.op("dim", x.value, axis=k), b.op("dim", index.value, axis=k)
        if k != at:
            context.check(b.op("eq", n, m), IndexError, "shape mismatch: the other axes of the indices must have the array's extents")
    n = b.op("dim", x.value, axis=at)
    checked = b.op("index", context.cast(index.value, I64), n, axis=at, checked=True)
    return Array(along(context, x.value, checked, at))


@call(np.median)
def median(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None) -> Abstract:
    """The mean of the two middle elements of the sorted array; NaN if one is NaN."""
    given = operand(context, node, a)
    if isinstance(given, Scalar):
        return given
    x = Array(float_operand(context, node, given))
    at = single_axis(context, node, axis, x.rank)
    if at is not None and x.rank > 1:
        context.refuse(node, "np.median along an axis is not yet supported", "loop over the rows")
    b, line = context.b, flat(context, x)
    (n,) = b.dims(line.value)
    context.check(b.op("gt", n, b.i64(0)), ValueError, "the median of an empty array is not supported")
    order = b.op("argsort", line.value, axis=0)
    two = b.i64(2)
    places = (b.op("floordiv", b.op("sub", n, b.i64(1)), two), b.op("floordiv", n, two))
    low, high = (b.op("load", line.value, b.op("load", order, k), name="middle") for k in places)
    middle = b.op("mul", b.constant(0.5, line.dtype, "half"), b.op("add", low, high))
    last = b.op("load", line.value, b.op("load", order, b.op("sub", n, b.i64(1))))
    return data(context, b.op("select", b.op("isnan", last), last, middle, name="median"))
