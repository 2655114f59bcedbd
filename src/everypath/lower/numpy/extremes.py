"""max, min and their positions: the element is gathered at the position found, so the derivative goes to that element alone."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...ir.program import Value
from ...ir.types import I64
from ..context import Context
from ..values import Abstract, Array, Scalar, is_none
from .conversion import array, common_dtype, convert, data, operand
from .dtypes import NUMPY_NAMES, can_store
from .joining import joined
from .operands import option, single_axis
from .reductions import LAST, held_over, reduction, total
from .registry import call, method
from .sizes import size
from .ufunc import ufunc
from .views import flat, kept, moved, with_new_axis


@call(np.max, np.amax)
@method("max")
def max_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    keepdims: Abstract | None = None,
    initial: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    """The largest element; NaN before all."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return extreme(context, node, candidates(context, node, x, axes, initial, where), axes, keep, "max")


@call(np.min, np.amin)
@method("min")
def min_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    keepdims: Abstract | None = None,
    initial: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    """The smallest element; NaN before all."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return extreme(context, node, candidates(context, node, x, axes, initial, where), axes, keep, "min")


def candidates(context: Context, node: ast.AST, x: Array, axes: Sequence[int], initial: Abstract | None, where: Abstract | None) -> Array:
    """The elements of which one is chosen: those where `where` holds, and `initial` as one more along the first axis."""
    if initial is None:
        if where is not None:
            context.refuse(node, "a maximum or minimum with 'where' needs 'initial': it has no identity", "give initial=")
        return x
    b, first = context.b, operand(context, node, initial)
    if not isinstance(first, Scalar) or not axes or not can_store(common_dtype([first]), x.dtype):
        context.refuse(node, f"'initial' must be a number of the dtype of the array, {NUMPY_NAMES[x.dtype.name]}", "compare afterwards")
    value = convert(context, node, first, x.dtype)
    if where is not None:
        x = Array(b.op("select", held_over(context, node, x.value, where), x.value, value, name=x.value.name))
    dims = list(b.dims(x.value))
    dims[axes[0]] = b.i64(1)
    return joined(context, node, [x, Array(b.op("full", value, *dims, name="initial"))], axes[0])


@call(np.ptp)
def ptp(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, keepdims: Abstract | None = None) -> Abstract:
    """max - min."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    top, bottom = (extreme(context, node, x, axes, keep, which) for which in ("max", "min"))
    return data(context, ufunc(context, node, "subtract", top, bottom))


def extreme(context: Context, node: ast.AST, x: Array, axes: Sequence[int], keepdims: bool, which: str) -> Abstract:
    """The largest or smallest element over `axes`."""
    if not axes:
        return data(context, total(context, x.value, axes, keepdims))
    if len(axes) == x.rank:
        line = flat(context, x)
        place = position(context, line, 0, which)
        found = among(context, line, 0, context.b.op("load", line.value, place, name=which))
        return data(context, kept(context, found, x.rank) if keepdims else found)
    line, axis = merged(context, x, axes)
    value = among(context, line, axis, context.b.along(line.value, position(context, line, axis, which), axis))
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
    return b.op(f"arg{which}", x.value, axis=axis, kink=True)


def among(context: Context, x: Array, axis: int, value: Value) -> Value:
    """`value`, found along `axis` of `x`, and whether it stands there more than once."""
    if not x.dtype.is_float:
        return value
    b = context.b
    spread = with_new_axis(context, value, axis) if x.rank > 1 else value
    found = b.op("cast", b.op("eq", x.value, spread, kink=True), dtype="i64")
    several = b.op("gt", b.op("sum", found, axes=(axis,), keepdims=False), b.i64(1), name="several")
    return b.op("picked", value, several, x.value, axis=axis, name=value.name)


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
    *,
    keepdims: Abstract | None = None,
) -> Abstract:
    return arg_extreme(context, node, a, axis, keepdims, "argmin")


# Sorting --------------------------------------------------------------------------------------------------------------


def order_of(context: Context, node: ast.AST, a: Abstract, axis: Abstract, **hints: Any) -> tuple[Array, Value, int]:
    """The array to be sorted, the order that sorts it, and the axis."""
    x = array(context, node, a)
    if not x.rank:
        context.refuse(node, "Cannot sort a number", "pass an array")
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        x, at = flat(context, x), 0
    return x, context.b.op("argsort", x.value, axis=at, **hints), at


def in_order(context: Context, x: Array, order: Value, axis: int) -> Value:
    """The elements of `x` in this rising order along `axis`, and which of them are equal to the one before or after."""
    b, value = context.b, context.b.along(x.value, order, axis)
    if not x.dtype.is_float:
        return value
    n = b.op("dim", value, axis=axis)
    place, last = b.op("iota", n, name="place"), b.op("sub", n, b.i64(1))
    before, after = b.op("sub", place, b.i64(1)), b.op("add", place, b.i64(1))
    left = beside(context, value, b.op("maximum", before, b.i64(0)), b.op("ge", before, b.i64(0)), axis)
    right = beside(context, value, b.op("minimum", after, last), b.op("le", after, last), axis)
    return b.op("tied", value, b.op("or", left, right), axis=axis, name=value.name)


def beside(context: Context, value: Value, index: Value, inside: Value, axis: int) -> Value:
    """Whether each element equals the one at `index` along `axis`, where that is `inside`."""
    b, rank = context.b, value.type.rank  # type: ignore[union-attr]
    if rank > 1:
        letters = "".join("a" if k == axis else "n" for k in range(rank))
        index = b.op("broadcast", b.op("view", index, axes=letters), *b.dims(value), name="place")
        inside = b.op("view", inside, axes=letters)
    return b.op("and", b.op("eq", value, context.b.along(value, index, axis), kink=True), inside)


def known_kind(context: Context, node: ast.AST, kind: Abstract | None, stable: Abstract | None) -> bool:
    """Whether equal elements are to stay in order: where a kind is asked for that may, they do."""
    named = option(context, node, kind, "the kind of sort")
    if named not in (None, "quicksort", "mergesort", "heapsort", "stable") or (kind is not None and stable is not None):
        context.refuse(node, f"there is no kind of sort {named!r}, or 'kind' and 'stable' are both given", "leave them out")
    return bool(option(context, node, stable, "stable")) or named not in (None, "quicksort")


@call(np.sort)
def sort(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST, kind: Abstract | None = None, stable: Abstract | None = None
) -> Abstract:
    """The elements in rising order: a gather by the order found."""
    known_kind(context, node, kind, stable)
    return Array(in_order(context, *order_of(context, node, a, axis, kink=True)))


@method("sort")
def sort_in_place(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST, kind: Abstract | None = None, stable: Abstract | None = None
) -> Abstract:
    """x.sort() writes the elements back in rising order."""
    known_kind(context, node, kind, stable)
    if is_none(axis):
        context.refuse(node, "an array cannot be sorted in place as if it were flat", "x[...] = np.sort(x, axis=None).reshape(x.shape)")
    x, order, at = order_of(context, node, a, axis, kink=True)
    context.b.do("assign", in_order(context, x, order, at), x.value)
    return context.constant(None)


@call(np.argsort)
@method("argsort")
def argsort(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract = LAST, kind: Abstract | None = None, stable: Abstract | None = None
) -> Abstract:
    """The order that sorts the elements: equal ones as they stand, or as NumPy's own quicksort has them."""
    hints = {} if known_kind(context, node, kind, stable) else {"any_order": True}
    return Array(order_of(context, node, a, axis, **hints)[1])


@call(np.take_along_axis)
def take_along_axis(context: Context, node: ast.AST, arr: Abstract, indices: Abstract, axis: Abstract = LAST) -> Abstract:
    """out[…, j, …] = arr[…, indices[…, j, …], …]; on the other axes the two broadcast."""
    x, index = array(context, node, arr), array(context, node, indices)
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        x, at = flat(context, x), 0
    if index.rank != x.rank:
        context.raises(node, ValueError, "`indices` and `arr` must have the same number of dimensions")
    if not index.dtype.is_integer:
        context.raises(node, IndexError, "`indices` must be an integer array")
    b = context.b
    n, m = b.op("dim", x.value, axis=at), b.op("dim", index.value, axis=at)
    shape = [b.op("maximum", *pair) for pair in zip(b.dims(x.value), b.dims(index.value))]
    repeated = Array(b.op("broadcast", x.value, *shape[:at], n, *shape[at + 1 :], name=x.value.name)) if x.rank > 1 else x
    places = b.op("broadcast", index.value, *shape[:at], m, *shape[at + 1 :], name="places") if x.rank > 1 else index.value
    checked = b.op("index", context.cast(places, I64), n, axis=at, checked=True)
    return Array(context.b.along(repeated.value, checked, at))
