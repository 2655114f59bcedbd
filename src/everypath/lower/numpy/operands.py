"""Operands of NumPy operations: what converts to an array, dtypes brought together, static options, shapes and axes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F64, I64, ArrayType, ScalarType, from_dtype, scalar_of
from ..context import Context
from ..dtypes import INTEGER_LIMITS, NUMPY_NAMES, promote
from ..values import Abstract, Array, Buffer, List, RunList, Scalar, Tuple, an, is_none, numpy_static, sequence_items, type_name

Operand = Scalar | Array

# Operands -------------------------------------------------------------------------------------------------------------


def operand(context: Context, node: ast.AST, x: Abstract) -> Operand:
    """`x` as NumPy's functions take it: a number or an array; sequences become arrays, arrays of rank 0 their element."""
    x = context.present(x, node)
    if isinstance(x, (Tuple, List, RunList, Buffer)):
        from .creation import array_of

        x = array_of(context, node, x)
    if isinstance(x, Array):
        return Scalar(context.b.op("load", x.value, name=x.value.name), "numpy") if x.rank == 0 else x
    if isinstance(x, Scalar):
        return x
    context.refuse(node, f"NumPy cannot compute with {an(type_name(x))}", "pass numbers or arrays")


def strong(x: Operand) -> Operand:
    """`x` as np.asarray takes it: a Python number counts as float64, int64 or bool."""
    return Scalar(x.value, "numpy", numpy_static(x) if x.is_static else x.static) if isinstance(x, Scalar) and x.weak else x


def array(context: Context, node: ast.AST, x: Abstract) -> Array:
    """`x` as an array: sequences are converted, numbers become arrays of rank 0."""
    x = context.present(x, node)
    if isinstance(x, Array):
        return x
    if isinstance(x, Scalar):
        return Array(context.b.op("full", x.value, name=x.value.name))
    from .creation import array_of

    return array_of(context, node, x)


def common_dtype(operands: Sequence[Operand]) -> ScalarType:
    """The dtype that the operands meet in: Python's floats and ints are weak."""
    weak = [x.kind for x in operands if isinstance(x, Scalar) and x.kind in ("float", "int")]
    return promote([scalar_of(x.value.type) for x in operands if isinstance(x, Array) or x.kind in ("numpy", "bool")], weak)


def convert(context: Context, node: ast.AST, x: Operand, dtype: ScalarType) -> Value:
    """The IR value of `x` in `dtype`. A Python int that a narrow integer dtype can't hold is an OverflowError."""
    if isinstance(x, Array):
        return to_bool(context, x.value) if dtype == BOOL else context.cast(x.value, dtype)
    if x.kind == "int" and dtype.is_integer and dtype != I64:
        b, (low, high) = context.b, INTEGER_LIMITS[dtype]
        if not x.is_static or not low <= x.static <= high:
            fits = b.op("and", b.op("ge", x.value, b.i64(low)), b.op("le", x.value, b.i64(high)))
            context.check(fits, OverflowError, f"Python integer {{}} out of bounds for {NUMPY_NAMES[dtype.name]}", x.value)
            return b.op("cast", x.value, dtype=dtype.name)
    return to_bool(context, x.value) if dtype == BOOL else context.as_type(x, dtype)


def to_bool(context: Context, value: Value) -> Value:
    """Whether the elements differ from 0 (NaN does)."""
    dtype = scalar_of(value.type)
    return value if dtype == BOOL else context.b.op("ne", value, context.b.constant(0, dtype, "zero"), name=value.name)


def together(context: Context, node: ast.AST, operands: Sequence[Operand]) -> tuple[Value, ...]:
    """The operands' IR values in their common dtype."""
    dtype = common_dtype(operands)
    return tuple(convert(context, node, x, dtype) for x in operands)


def data(context: Context, value: Value) -> Abstract:
    """The result of a NumPy operation: rank 0 is NumPy's scalar."""
    if isinstance(value.type, ArrayType) and value.type.rank == 0:
        value = context.b.op("load", value, name=value.name)
    return context.wrap(value)


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
        return from_dtype(np.dtype(named))
    except (KeyError, TypeError, ValueError):
        context.refuse(node, f"the dtype {named!r} is not supported", "use float64, float32, int64, int32 or bool")


AxisError: type[Exception] = np.exceptions.AxisError if hasattr(np, "exceptions") else np.AxisError  # type: ignore[attr-defined]


def axis_of(context: Context, node: ast.AST, axis: Any, rank: int) -> int:
    """`axis` counted from the front."""
    place = whole(context, node, axis, "the axis")
    if not -rank <= place < rank:
        context.raises(node, AxisError, f"axis {place} is out of bounds for array of dimension {rank}", f"give an axis below {rank}")
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


# Shapes ---------------------------------------------------------------------------------------------------------------


def integer(context: Context, node: ast.AST, x: Abstract, what: str) -> Value:
    """The i64 value of an integer."""
    x = context.present(x, node)
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


def float_operand(context: Context, node: ast.AST, x: Operand) -> Value:
    """`x` in a float dtype: its own, or float64."""
    dtype = common_dtype([x])
    return convert(context, node, x, dtype if dtype.is_float else F64)
