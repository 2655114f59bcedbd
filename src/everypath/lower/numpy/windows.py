"""Windows that slide over an array, and other views of it whose elements share memory: copies here, which nobody may write to."""

from __future__ import annotations

import ast

import numpy as np

from ..context import Context
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar
from . import attributes
from .conversion import array
from .operands import axis_of, integer, new_shape, option
from .registry import call
from .taking import taken_at
from .views import flat, moved


@call(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    context: Context, node: ast.AST, x: Abstract, window_shape: Abstract, axis: Abstract | None = None, *, writeable: Abstract | None = None
) -> Abstract:
    """Windows of these lengths along the axes given, or along all: what is in one stands on new axes at the end."""
    option(context, node, writeable, "whether it may be written")
    given, b = array(context, node, x), context.b
    lengths = sequence_items(context.present(window_shape, node)) or (window_shape,)
    along = option(context, node, axis, "the axis")
    if along is None:
        axes = list(range(given.rank))
        if len(lengths) != len(axes):
            message = "Since axis is None, must provide window_shape for all dimensions of `x`"
            context.raises(node, ValueError, f"{message}; got {len(lengths)} window_shape elements and `x.ndim` is {given.rank}.")
    else:
        axes = [axis_of(context, node, k, given.rank) for k in (along if isinstance(along, tuple) else (along,))]
        if len(lengths) != len(axes):
            message = "Must provide matching length window_shape and axis"
            context.raises(node, ValueError, f"{message}; got {len(lengths)} window_shape elements and {len(axes)} axes elements.")
    result = given
    for length, at in zip(lengths, axes):
        width, n, one = integer(context, node, length, "the length of a window"), b.op("dim", result.value, axis=at), b.i64(1)
        context.check(b.op("ge", width, b.i64(0)), ValueError, "`window_shape` cannot contain negative values")
        count = b.op("add", b.op("sub", n, width), one, name="count")
        context.check(b.op("ge", count, one), ValueError, "window shape cannot be larger than input array shape")
        first = b.op("view", b.op("iota", count), axes="an", name="first")
        places = b.op("add", first, b.op("view", b.op("iota", width), axes="na"), name="places")
        taken = taken_at(context, result, places, at, doubtful=True)
        order = [k for k in range(taken.rank) if k != at + 1]
        result = Array(moved(context, taken.value, (*order, at + 1)))
    return Array(b.op("broadcast", result.value, *b.dims(result.value), name=result.value.name))


@call(np.lib.stride_tricks.as_strided)
def as_strided(
    context: Context,
    node: ast.AST,
    x: Abstract,
    shape: Abstract | None = None,
    strides: Abstract | None = None,
    *,
    writeable: Abstract | None = None,
) -> Abstract:
    """The elements that lie so many bytes apart, from the first on. Of several axes nobody may write to them, as they share memory."""
    kept = writeable is not None and not option(context, node, writeable, "whether it may be written")
    given, b = array(context, node, x), context.b
    if not given.type.contiguous:
        context.refuse(node, "as_strided of an array that may have gaps is not supported", "make a .copy() of it")
    lengths = b.dims(given.value) if shape is None else new_shape(context, node, shape)
    steps = sequence_items(attributes.strides(context, node, given) if strides is None else context.present(strides, node)) or ()
    if len(steps) != len(lengths):
        context.raises(node, ValueError, "mismatch in length of strides and shape")
    width, zero, one = b.i64(given.dtype.numpy.itemsize), b.i64(0), b.i64(1)
    last, first, place = zero, zero, None
    some = b.bool(True)
    for k, (n, step) in enumerate(zip(lengths, steps)):
        apart = integer(context, node, step, "a stride")
        context.limit(b.op("eq", b.op("mod", apart, width), zero), ValueError, "strides that are no multiple of the elements' size")
        by = b.op("floordiv", apart, width, name="by")
        reach = b.op("mul", by, b.op("sub", n, one))
        last, first = b.op("add", last, b.op("maximum", reach, zero)), b.op("add", first, b.op("minimum", reach, zero))
        some = b.op("and", some, b.op("gt", n, zero))
        letters = "n" * k + "a" + "n" * (len(lengths) - k - 1)
        along = b.op("mul", b.op("view", b.op("iota", n), axes=letters), by, name="place")
        place = along if place is None else b.op("add", place, along, name="place")
    if place is None:
        context.refuse(node, "as_strided without axes is not supported", "take the element: x[0]")
    alone = len(steps) == 1 and not (isinstance(steps[0], Scalar) and steps[0].is_static and steps[0].static <= 0)
    if alone:  # every so many elements: a view that may be written
        context.limit(b.op("ge", by, one), ValueError, "strides that are not positive, of one axis")
    line = flat(context, given)
    inside = b.op("and", b.op("ge", first, zero), b.op("lt", last, b.op("dim", line.value, axis=0)))
    context.limit(b.op("or", inside, b.op("not", some)), IndexError, "as_strided reads memory outside the array")
    if alone:
        view = b.op("view", line.value, zero, lengths[0], by, axes="s", name=given.value.name)
        return Array(b.op("broadcast", view, *b.dims(view), name=given.value.name) if kept else view)
    taken = b.op("gather", line.value, place, name=given.value.name, doubtful=True)
    return Array(b.op("broadcast", taken, *b.dims(taken), name=given.value.name))
