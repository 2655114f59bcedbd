"""Windows that slide over an array: read-only views of it in NumPy, whose elements share memory."""

from __future__ import annotations

import ast

import numpy as np

from ..context import Context
from ..objects import sequence_items
from ..values import Abstract, Array
from .conversion import array
from .operands import axis_of, integer, option
from .registry import call
from .taking import taken_at
from .views import moved


@call(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(context: Context, node: ast.AST, x: Abstract, window_shape: Abstract, axis: Abstract | None = None) -> Abstract:
    """Windows of these lengths along the axes given, or along all: what is in one stands on new axes at the end."""
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
    result = Array(b.op("copy", given.value, name=given.value.name, doubtful=True))
    for length, at in zip(lengths, axes):
        width, n, one = integer(context, node, length, "the length of a window"), b.op("dim", result.value, axis=at), b.i64(1)
        context.check(b.op("ge", width, b.i64(0)), ValueError, "`window_shape` cannot contain negative values")
        count = b.op("add", b.op("sub", n, width), one, name="count")
        context.check(b.op("ge", count, one), ValueError, "window shape cannot be larger than input array shape")
        first = b.op("view", b.op("iota", count), axes="an", name="first")
        places = b.op("add", first, b.op("view", b.op("iota", width), axes="na"), name="places")
        taken = taken_at(context, result, places, at)
        order = [k for k in range(taken.rank) if k != at + 1]
        result = Array(moved(context, taken.value, (*order, at + 1)))
    return Array(b.op("broadcast", result.value, *b.dims(result.value), name=result.value.name))
