"""Operands of NumPy operations: what converts to an array, dtypes brought together, static options, shapes and axes."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import BOOL, I64, ScalarType, from_dtype
from .. import by_path
from ..context import Context
from ..naming import type_name
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar, is_none
from .conversion import operand
from .dtypes import SUPPORTED
from .sizes import room_for

# Operands -------------------------------------------------------------------------------------------------------------


# Static options -------------------------------------------------------------------------------------------------------


def option(context: Context, node: ast.AST, x: Abstract | None, what: str, default: Any = None) -> Any:
    """The Python value of an option that must be static; a tuple of them as a tuple."""
    if x is None:
        return default
    items = sequence_items(x)
    if items is not None:
        return tuple(option(context, node, item, what) for item in items)
    return context.static(context.present(x, node), what, node)


def whole(context: Context, node: ast.AST, value: Any, what: str) -> int:
    """A known value that must be an integer."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        context.refuse(node, f"{what} must be an integer, not {value!r}", "give an integer")
    return int(value)


def integer_option(context: Context, node: ast.AST, x: Abstract | None, what: str, default: int = 0) -> int:
    """The value of an option that must be static and an integer."""
    return default if x is None else whole(context, node, option(context, node, x, what), what)


def dtype_option(context: Context, node: ast.AST, x: Abstract | None, default: ScalarType) -> ScalarType:
    """The dtype named by a `dtype=` argument (np.float32, float, "float64", x.dtype, …)."""
    if x is None or is_none(x):
        return default
    named = option(context, node, x, "the dtype")
    try:
        wanted = np.dtype(named)
        if not wanted.isnative:
            context.refuse(node, f"the dtype {named!r} has its bytes the other way round, which is not supported", "use the usual order")
        return from_dtype(wanted)
    except (KeyError, TypeError, ValueError):
        context.refuse(node, f"the dtype {named!r} is not supported", f"use {SUPPORTED}")


AxisError: type[Exception] = np.exceptions.AxisError if hasattr(np, "exceptions") else np.AxisError  # type: ignore[attr-defined]


def axis_of(context: Context, node: ast.AST, axis: Any, rank: int) -> int:
    """`axis` counted from the front."""
    place = whole(context, node, axis, "the axis")
    if not -rank <= place < rank:
        way_out = f"give an axis below {rank}" if rank else "leave the axis out, or pass an array"
        context.raises(node, AxisError, f"axis {place} is out of bounds for array of dimension {rank}", way_out)
    return place % rank


def axes_of(context: Context, node: ast.AST, axis: Abstract | None, rank: int) -> tuple[int, ...] | None:
    """The axes named by an `axis=` argument, counted from the front, in order; None where it is None."""
    given = option(context, node, axis, "the axis")
    if given is None:
        return None
    axes = tuple(axis_of(context, node, k, rank) for k in (given if isinstance(given, tuple) else (given,)))
    if len(set(axes)) != len(axes):
        context.refuse(node, "duplicate value in 'axis'", "name each axis once")
    return tuple(sorted(axes))


def single_axis(context: Context, node: ast.AST, axis: Abstract | None, rank: int) -> int | None:
    """One axis counted from the front; None where it is None."""
    given = option(context, node, axis, "the axis")
    if given is None:
        return None
    if isinstance(given, tuple):
        context.refuse(node, "a tuple of axes is not taken here", "give one axis")
    return axis_of(context, node, given, rank)


def by_columns(context: Context, node: ast.AST, order: Abstract | None, rank: int) -> bool:
    """Whether the elements are taken with the first axis running fastest; refused where that hangs on how the memory lies."""
    given = option(context, node, order, "the order", "C")
    if given not in ("C", "F", "A", "K"):
        context.raises(node, ValueError, f"order must be one of 'C', 'F', 'A', or 'K' (got '{given}')")
    if given in ("A", "K") and rank > 1:
        context.refuse(
            node, f"order='{given}' hangs on how the memory of an array lies, and is not supported", "say order='C' or order='F'"
        )
    return bool(given == "F")


# Shapes ---------------------------------------------------------------------------------------------------------------


def integer(context: Context, node: ast.AST, x: Abstract, what: str) -> Value:
    """The i64 value of an integer."""
    x = by_path.as_int(context, context.present(x, node), f"{what} must be an integer, not {{}}\nconvert it with int(…)", NotSupported)
    if isinstance(x, Array) and x.rank == 0:
        x = operand(context, node, x)
    if not isinstance(x, Scalar) or not (x.type.is_integer or (x.type == BOOL and x.kind == "bool")):
        context.refuse(node, f"{what} must be an integer, not {type_name(x)}", "convert it with int(…)")
    return context.as_type(x, I64)


def extents(context: Context, node: ast.AST, shape: Abstract, what: str = "the shape") -> tuple[Value, ...]:
    """The i64 extents of a shape argument: an integer or a sequence of integers."""
    shape = context.present(shape, node)
    items = sequence_items(shape)
    return tuple(integer(context, node, item, what) for item in (items if items is not None else (shape,)))


def made_alike(rank: int) -> dict[str, bool]:
    """The attribute of new memory whose axes lie as those of the array it is made after, where there are several."""
    return {"alike": True} if rank > 1 else {}


def new_shape(context: Context, node: ast.AST, shape: Abstract, *, memory: bool = True) -> tuple[Value, ...]:
    """The extents of an array to be made, in memory of its own or not: none may be negative, and it must be possible."""
    negative = "negative dimensions are not allowed" if memory else "all elements of broadcast shape must be non-negative"
    dims = extents(context, node, shape)
    for item, dim in zip(sequence_items(shape) or (shape,), dims):
        if not (isinstance(item, Scalar) and item.is_static and item.static >= 0):
            context.check(context.b.op("ge", dim, context.b.i64(0)), ValueError, negative)
    room_for(context, dims, memory=memory)
    return dims
