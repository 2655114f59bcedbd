"""What converts to an array, and dtypes brought together."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import BOOL, F16, F64, I64, U64, ArrayType, ListType, ScalarType, scalar_of
from .. import run_lists
from ..context import Context
from ..naming import an, of_this_library, type_name
from ..objects import List, sequence_items, walk_leaves
from ..values import Abstract, Array, Buffer, Range, RunList, Scalar, Tuple, numpy_static
from .dtypes import INTEGER_LIMITS, NUMPY_NAMES, promote
from .growing import EMPTY, HETEROGENEOUS, array_of_rows
from .sizes import short_enough
from .views import rank_of, subview

Operand = Scalar | Array


def operand(context: Context, node: ast.AST, x: Abstract) -> Operand:
    """`x` as NumPy's functions take it: a number or an array; sequences become arrays, arrays of rank 0 their element."""
    x = context.present(x, node)
    if isinstance(x, (Tuple, List, RunList, Buffer, Range)):
        x = array(context, node, x)
    if isinstance(x, Array):
        return Scalar(context.b.op("load", x.value, name=x.value.name), "numpy") if x.rank == 0 else x
    if isinstance(x, Scalar):
        return x
    context.refuse(node, f"NumPy cannot compute with {an(type_name(x))}", "pass numbers or arrays")


def strong(x: Operand) -> Operand:
    """`x` as np.asarray takes it: a Python number counts as float64, int64 or bool."""
    return Scalar(x.value, "numpy", numpy_static(x) if x.is_static else x.static) if isinstance(x, Scalar) and x.weak else x


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


def stored(context: Context, node: ast.AST, x: Operand, dtype: ScalarType) -> Value:
    """`x` cast as assignment casts. A float that loses its fraction in an integer array is marked, since a path ends there."""
    source = scalar_of(x.value.type)
    if isinstance(x, Scalar) and x.kind == "float" and dtype.is_integer:
        fitting(context, x, dtype)
    if source.is_float and not dtype.is_float and dtype != BOOL:
        return context.b.op("cast", x.value, dtype=dtype.name, stored=True, name=x.value.name)
    return convert(context, node, x, dtype)


def stored_at(context: Context, node: ast.AST, x: Operand, dtype: ScalarType) -> Value:
    """`x` cast as it is where one element or a view is assigned: into integers with a sign, NumPy's numbers go by way of Python's int."""
    if isinstance(x, Scalar) and x.kind == "numpy" and dtype.is_integer and INTEGER_LIMITS[dtype][0] < 0:
        fitting(context, x, dtype)
    return stored(context, node, x, dtype)


TOO_LARGE = "Python int too large to convert to C long"


def fitting(context: Context, x: Scalar, dtype: ScalarType) -> None:
    """Raise what Python raises where a number, without its fraction, is none that this integer dtype holds."""
    b, (low, high), value = context.b, INTEGER_LIMITS[dtype], x.value
    if x.is_static and np.isfinite(x.static) and low <= int(x.static) <= high:
        return
    if x.type.is_float:
        value = b.op("cast", value, dtype="f64") if x.type != F64 else value
        context.check(b.op("not", b.op("isnan", value)), ValueError, "cannot convert float NaN to integer")
        context.check(b.op("not", b.op("isinf", value)), OverflowError, "cannot convert float infinity to integer")
        least, limit = (-1.0, 2.0**64) if dtype == U64 else (-(2.0**63), 2.0**63)
        below = b.op("gt" if dtype == U64 else "ge", value, b.f64(least))
        context.check(b.op("and", below, b.op("lt", value, b.f64(limit))), OverflowError, TOO_LARGE)
        value = b.op("cast", value, dtype="i64")
    elif x.type == U64:
        value = b.op("cast", value, dtype="i64")
        context.check(b.op("ge", value, b.i64(0)), OverflowError, TOO_LARGE)
    elif x.type.is_integer and (low, high) != INTEGER_LIMITS[I64]:
        least, most = INTEGER_LIMITS[x.type]
        if low <= least and most <= high:
            return
        value = b.op("cast", value, dtype="i64") if x.type != I64 else value
    if dtype not in (I64, U64) and x.type != BOOL:
        fits = b.op("and", b.op("ge", value, b.i64(low)), b.op("le", value, b.i64(high)))
        context.check(fits, OverflowError, f"Python integer {{}} out of bounds for {NUMPY_NAMES[dtype.name]}", value)


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


def array_data(context: Context, value: Value) -> Abstract:
    """The result of a function of NumPy's that gives an array of no axes too. In our own text that stays a number: it needs no memory."""
    if isinstance(value.type, ArrayType) or of_this_library(context.file):
        return data(context, value)
    return Array(context.b.op("full", value, name=value.name))


def float_operand(context: Context, node: ast.AST, x: Operand) -> Value:
    """`x` in a float dtype: its own, or float64."""
    dtype = common_dtype([x])
    if dtype == F16:
        context.refuse(node, "this is not supported of float16", "convert with .astype(np.float32)")
    return convert(context, node, x, dtype if dtype.is_float else F64)


def array(context: Context, node: ast.AST, x: Abstract) -> Array:
    """`x` as an array: itself if it is one; sequences in fresh memory. Python's numbers count as float64, int64, bool."""
    x = context.present(x, node)
    if isinstance(x, Array):
        return x
    if isinstance(x, Scalar):
        return Array(context.b.op("full", x.value, name=x.value.name))
    if isinstance(x, RunList):
        return run_list_array(context, node, x)
    if isinstance(x, Buffer):
        return Array(context.b.op("copy", x.value, name=x.value.name))
    if isinstance(x, Range):
        return range_array(context, x)
    items = sequence_items(x)
    if items is None:
        context.refuse(node, f"an array cannot be made of {an(type_name(x))}", "pass numbers, sequences of numbers, or arrays")
    if not items:
        return Array(context.b.op("alloc", context.b.i64(0), dtype="f64", name="empty"))
    items = tuple(context.present(item, node) for item in items)
    dtype = promote([scalar_of(leaf.value.type) for leaf in leaves(context, node, items)])
    return Array(nested(context, node, items, dtype))


def leaves(context: Context, node: ast.AST, items: Sequence[Abstract]) -> list[Scalar | Array]:
    """Every number and array inside the sequences; run-time lists by the arrays that they make."""
    found: list[Scalar | Array] = []
    for item in items:
        if isinstance(item, (Scalar, Array)):
            found.append(item)
        elif isinstance(item, (Tuple, List)):
            found += leaves(context, node, item.items)
        elif isinstance(item, RunList):
            found += walk_leaves(item.element)
        else:
            context.refuse(node, f"an array cannot be made of {an(type_name(item))}", "pass numbers, sequences of numbers, or arrays")
    return found or [Scalar(context.b.f64(0.0), "float")]


def nested(context: Context, node: ast.AST, items: Sequence[Abstract], dtype: ScalarType, around: tuple[int, ...] = ()) -> Value:
    """An array with one element, or one subarray, for each item; `around` are the lengths of the sequences that it stands in."""
    b = context.b
    if all(isinstance(item, Scalar) for item in items):
        out = b.op("alloc", b.i64(len(items)), dtype=dtype.name, name="array")
        for k, item in enumerate(items):
            b.do("store", convert(context, node, item, dtype), out, b.i64(k))  # type: ignore[arg-type]
        return out
    shape = (*around, len(items))
    parts = [part(context, node, item, dtype, shape) for item in items]
    ranks = {rank_of(p) for p in parts}
    if len(ranks) > 1:
        context.refuse(
            node,
            "setting an array element with a sequence. The requested array has an inhomogeneous shape",
            "give all items the same shape",
        )
    return stacked(
        context, parts, dtype, f"{HETEROGENEOUS} after {len(shape)} dimensions. The detected shape was {shape} + inhomogeneous part."
    )


def part(context: Context, node: ast.AST, item: Abstract, dtype: ScalarType, around: tuple[int, ...]) -> Value:
    items = sequence_items(item)
    if items:
        return nested(context, node, tuple(context.present(i, node) for i in items), dtype, around)
    return convert(context, node, array(context, node, item), dtype)


def stacked(context: Context, parts: Sequence[Value], dtype: ScalarType, message: str) -> Value:
    """out[k] = parts[k], arrays of one shape; ValueError with `message` where the shapes differ."""
    b = context.b
    dims = b.dims(parts[0])
    for other in parts[1:]:
        for n, m in zip(dims, b.dims(other)):
            context.check(b.op("eq", n, m), ValueError, message)
    out = b.op("alloc", b.i64(len(parts)), *dims, dtype=dtype.name, name="array")
    for k, value in enumerate(parts):
        b.do("assign", value, subview(context, out, 0, b.i64(k)))
    return out


def run_list_array(context: Context, node: ast.AST, x: RunList) -> Array:
    """An array of the elements of a list of run-time length: numbers, arrays of one shape, or containers of these."""
    if not isinstance(x.element, (Scalar, Array)):
        return array_of_rows(context, node, x)
    b, (items,) = context.b, x.lists
    assert isinstance(items.type, ListType)
    count = run_lists.count(b, x)
    if isinstance(x.element, Scalar):
        out = b.op("alloc", count, dtype=scalar_of(items.type.element).name, name="array")
        b.loop(count, lambda inner, i: inner.do("store", inner.op("list_get", items, i), out, i))
        return Array(out)
    context.limit(b.op("gt", count, b.i64(0)), NotSupported, EMPTY)
    return Array(run_list_stack(context, items, count, 0, HETEROGENEOUS))


def run_list_stack(context: Context, items: Value, count: Value, axis: int, unequal: str, *, alike: bool = False) -> Value:
    """The arrays of a list along a new axis of one array; the first says the shape, and `unequal` that another is not like it."""
    b = context.b
    assert isinstance(items.type, ListType) and isinstance(items.type.element, ArrayType)
    dims = b.dims(b.op("list_get", items, b.i64(0)))
    dtype, letters = items.type.element.dtype.name, "a" * axis + "i" + "a" * (len(dims) - axis)
    out = b.op("alloc", *dims[:axis], count, *dims[axis:], dtype=dtype, name="array", **({"alike": True} if alike else {}))

    def body(inner, i):  # type: ignore[no-untyped-def]
        row = inner.op("list_get", items, i)
        for n, m in zip(dims, inner.dims(row)):
            inner.do("check", inner.op("eq", n, m), error=ValueError, message=unequal)
        inner.do("assign", row, inner.op("view", out, i, axes=letters))

    b.loop(count, body)
    return out


def range_array(context: Context, x: Range) -> Array:
    """np.array(range(…))."""
    return Array(integer_range(context, x.start.value, x.stop.value, x.step.value))


def integer_range(context: Context, start: Value, stop: Value, step: Value) -> Value:
    """start, start + step, … short of stop, in i64."""
    b = context.b
    zero = b.i64(0)
    short_enough(context, *(b.op("cast", x, dtype="f64") for x in (start, stop, step)))
    up = b.op("gt", step, zero)
    span = b.op("select", up, b.op("sub", stop, start), b.op("sub", start, stop), name="span")
    stride = b.op("abs", step, name="stride")
    count = b.op("floordiv", b.op("add", span, b.op("sub", stride, b.i64(1))), stride)
    steps = b.op("iota", b.op("maximum", count, zero, name="count"))
    return b.op("add", b.op("mul", steps, step), start, name="arange")


def index_array(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """A sequence used as an index: integers or booleans; empty means no elements."""
    made = array(context, node, x)
    if sequence_items(x) == ():
        return Array(context.b.op("alloc", context.b.i64(0), dtype="i64", name="index"))
    return made
