"""Making arrays: from numbers and sequences, filled, and ranges."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F32, F64, I32, I64, ArrayType, ListType, ScalarType, scalar_of
from .. import run_lists
from ..context import Context
from ..dtypes import promote
from ..keys import rank_of
from ..values import Abstract, Array, Buffer, List, Range, RunList, Scalar, Tuple, an, sequence_items, type_name, walk_leaves
from .operands import (
    MOST,
    NO_MEMORY,
    ROOM,
    TOO_BIG,
    array,
    common_dtype,
    convert,
    dtype_option,
    integer_option,
    made_alike,
    new_shape,
    operand,
    option,
    subview,
)
from .registry import call, method

# From values ----------------------------------------------------------------------------------------------------------


@call(np.array)
def array_call(
    context: Context,
    node: ast.AST,
    object: Abstract,
    dtype: Abstract | None = None,
    copy: Abstract | None = None,
    ndmin: Abstract | None = None,
) -> Abstract:
    """A fresh array from numbers, sequences of them, or arrays."""
    if copy is not None and not option(context, node, copy, "copy"):
        context.refuse(node, "np.array(…, copy=False) is not supported", "use np.asarray")
    result = converted(context, node, object, dtype, copy=True)
    least = integer_option(context, node, ndmin, "ndmin", 0)
    if least > result.rank:
        from .shape import at_least

        return at_least(context, result, least)
    return result


@call(np.asarray, np.asanyarray)
def asarray(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None) -> Abstract:
    """The array itself, if it has that dtype; else a fresh one."""
    return converted(context, node, a, dtype, copy=False)


@call(np.fromiter)
def fromiter(context: Context, node: ast.AST, iter: Abstract, dtype: Abstract, count: Abstract | None = None) -> Abstract:
    """A fresh array of the items; `count` must only be as many as there are."""
    made = converted(context, node, iter, dtype, copy=True)
    if made.rank != 1:
        context.refuse(node, "np.fromiter of items that are no numbers is not supported", "use np.array")
    n, b = integer_option(context, node, count, "count", -1), context.b
    if n >= 0:
        length = b.op("dim", made.value, axis=0, name="length")
        enough = b.op("ge", length, b.i64(n))
        context.check(enough, ValueError, f"iterator too short: Expected {n} but iterator had only {{}} items.", length)
        return Array(b.op("copy", b.op("view", made.value, b.i64(0), b.i64(n), axes="u"), name="array"))
    return made


@call(np.ascontiguousarray)
def ascontiguousarray(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None) -> Abstract:
    """The array itself, if it has that dtype and is in C order; else a fresh one that is; of rank 1 at least."""
    from .shape import at_least, contiguous

    value = contiguous(context, at_least(context, converted(context, node, a, dtype, copy=False), 1))
    return Array(context.b.op("reshape", value, *context.b.dims(value), ordered=True, name=value.name) if rank_of(value) > 1 else value)


def converted(context: Context, node: ast.AST, x: Abstract, dtype: Abstract | None, *, copy: bool) -> Array:
    x = context.present(x, node)
    given = isinstance(x, Array)
    made = array_of(context, node, x)
    target = dtype_option(context, node, dtype, made.dtype)
    if target != made.dtype:
        return Array(convert(context, node, made, target))
    return Array(context.b.op("copy", made.value, name=made.value.name)) if given and copy else made


def array_of(context: Context, node: ast.AST, x: Abstract) -> Array:
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


def nested(context: Context, node: ast.AST, items: Sequence[Abstract], dtype: ScalarType) -> Value:
    """An array with one element, or one subarray, for each item."""
    b = context.b
    if all(isinstance(item, Scalar) for item in items):
        out = b.op("alloc", b.i64(len(items)), dtype=dtype.name, name="array")
        for k, item in enumerate(items):
            b.do("store", convert(context, node, item, dtype), out, b.i64(k))  # type: ignore[arg-type]
        return out
    parts = [part(context, node, item, dtype) for item in items]
    ranks = {rank_of(p) for p in parts}
    if len(ranks) > 1:
        context.refuse(
            node,
            "setting an array element with a sequence. The requested array has an inhomogeneous shape",
            "give all items the same shape",
        )
    return stacked(context, parts, dtype, HETEROGENEOUS)


HETEROGENEOUS = "setting an array element with a sequence. The requested array has an inhomogeneous shape"


def part(context: Context, node: ast.AST, item: Abstract, dtype: ScalarType) -> Value:
    items = sequence_items(item)
    if items:
        return nested(context, node, tuple(context.present(i, node) for i in items), dtype)
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
    """An array of the elements of a list of run-time length: numbers, or arrays of one shape."""
    if not isinstance(x.element, (Scalar, Array)):
        context.refuse(node, "an array of a growing list of containers is not supported", "append numbers or arrays")
    b, (items,) = context.b, x.lists
    assert isinstance(items.type, ListType)
    count = run_lists.count(b, x)
    if isinstance(x.element, Scalar):
        out = b.op("alloc", count, dtype=scalar_of(items.type.element).name, name="array")
        b.loop(count, lambda inner, i: inner.do("store", inner.op("list_get", items, i), out, i))
        return Array(out)
    return Array(run_list_stack(context, items, count))


def run_list_stack(context: Context, items: Value, count: Value) -> Value:
    """The arrays of a list as the rows of one array; the first says the shape."""
    b = context.b
    assert isinstance(items.type, ListType) and isinstance(items.type.element, ArrayType)
    context.limit(b.op("gt", count, b.i64(0)), ValueError, "an array cannot be made of an empty list of arrays here")
    dims = b.dims(b.op("list_get", items, b.i64(0)))
    out = b.op("alloc", count, *dims, dtype=items.type.element.dtype.name, name="array")
    letters = "i" + "a" * len(dims)

    def body(inner, i):  # type: ignore[no-untyped-def]
        row = inner.op("list_get", items, i)
        for n, m in zip(dims, inner.dims(row)):
            inner.do("check", inner.op("eq", n, m), error=ValueError, message=HETEROGENEOUS)
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


def short_enough(context: Context, start: Value, stop: Value, step: Value) -> None:
    """ValueError where a range, of floats, is too long for an array or its length is no number; MemoryError where it can't be held."""
    b = context.b
    length = b.op("div", b.op("sub", stop, start), step, name="length")
    context.check(b.op("not", b.op("isnan", length)), ValueError, "arange: cannot compute length")
    context.check(b.op("lt", length, b.f64(2.0**63)), ValueError, "Maximum allowed size exceeded")
    context.check(b.op("lt", length, b.f64(float(MOST))), ValueError, TOO_BIG)
    context.check(b.op("le", length, b.f64(float(ROOM))), MemoryError, NO_MEMORY)


def index_array(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """A sequence used as an index: integers or booleans; empty means no elements."""
    made = array_of(context, node, x)
    if sequence_items(x) == ():
        return Array(context.b.op("alloc", context.b.i64(0), dtype="i64", name="index"))
    return made


# NumPy's scalar types and astype --------------------------------------------------------------------------------------


def constructor(dtype: ScalarType, *types: type) -> None:
    """np.float64(x) and its kind: a NumPy scalar, or an array converted."""

    @call(*types)
    def construct(context: Context, node: ast.AST, value: Abstract | None = None) -> Abstract:
        if value is None:
            return Scalar(context.b.constant(0, dtype), "numpy", dtype.numpy.type(0))
        given = operand(context, node, value)
        made = convert(context, node, given, dtype)
        if isinstance(given, Scalar):
            static = dtype.numpy.type(given.static) if given.is_static else None
            return Scalar(made, "numpy", static, given.origins) if static is not None else Scalar(made, "numpy")
        return Array(made)


for _dtype, _types in (
    (F64, (np.float64,)),
    (F32, (np.float32,)),
    (I64, (np.int64,)),
    (I32, (np.int32,)),
    (BOOL, (np.bool_,)),
):
    constructor(_dtype, *_types)


@method("astype")
def astype(context: Context, node: ast.AST, x: Abstract, dtype: Abstract, copy: Abstract | None = None) -> Abstract:
    """The elements in another dtype, in fresh memory."""
    given = context.present(x, node)
    assert isinstance(given, (Scalar, Array))
    target = dtype_option(context, node, dtype, F64)
    if isinstance(given, Array) and given.dtype == target:
        keep = copy is not None and not option(context, node, copy, "copy")
        return given if keep else Array(context.b.op("copy", given.value, name=given.value.name))
    return context.wrap(convert(context, node, given, target))


@call(np.copy)
def copy(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    """The elements in fresh memory, axes in the order of `a`'s memory; a NumPy scalar is itself."""
    return copied(context, node, a, ordered=False)


@method("copy")
def copy_method(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    """The elements in fresh memory in C order; a NumPy scalar is itself."""
    return copied(context, node, a, ordered=True)


def copied(context: Context, node: ast.AST, a: Abstract, ordered: bool) -> Abstract:
    x = context.present(a, node)
    if isinstance(x, Scalar) and not x.weak:
        return x
    value = array(context, node, x).value
    return Array(context.b.op("copy", value, ordered=True) if ordered and rank_of(value) > 1 else context.b.op("copy", value))


# Filled ---------------------------------------------------------------------------------------------------------------


def full_of(context: Context, value: Value, dims: Sequence[Value], name: str, **attributes: bool) -> Abstract:
    return Array(context.b.op("full", value, *dims, name=name, **attributes))


@call(np.zeros)
def zeros(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None) -> Abstract:
    kind = dtype_option(context, node, dtype, F64)
    return full_of(context, context.b.constant(0, kind, "zero"), new_shape(context, node, shape), "zeros")


@call(np.ones)
def ones(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None) -> Abstract:
    kind = dtype_option(context, node, dtype, F64)
    return full_of(context, context.b.constant(1, kind, "one"), new_shape(context, node, shape), "ones")


@call(np.empty)
def empty(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None) -> Abstract:
    kind = dtype_option(context, node, dtype, F64)
    return Array(context.b.op("alloc", *new_shape(context, node, shape), dtype=kind.name, name="empty"))


@call(np.full)
def full(context: Context, node: ast.AST, shape: Abstract, fill_value: Abstract, dtype: Abstract | None = None) -> Abstract:
    """Every element `fill_value`, which may be an array that broadcasts."""
    value = operand(context, node, fill_value)
    kind = dtype_option(context, node, dtype, common_dtype([value]))
    dims = new_shape(context, node, shape)
    return filled(context, node, value, kind, dims)


def filled(context: Context, node: ast.AST, value: Scalar | Array, kind: ScalarType, dims: Sequence[Value], **attributes: bool) -> Abstract:
    converted_value = convert(context, node, value, kind)
    if isinstance(value, Scalar):
        return full_of(context, converted_value, dims, "full", **attributes)
    out = context.b.op("alloc", *dims, dtype=kind.name, name="full", **attributes)
    context.b.do("assign", converted_value, out)
    return Array(out)


def like(
    context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None, shape: Abstract | None
) -> tuple[ScalarType, Sequence[Value]]:
    """The dtype and extents of an array made like `a`."""
    x = array(context, node, a)
    dims = new_shape(context, node, shape) if shape is not None else context.b.dims(x.value)
    return dtype_option(context, node, dtype, x.dtype), dims


@call(np.zeros_like)
def zeros_like(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None, *, shape: Abstract | None = None) -> Abstract:
    kind, dims = like(context, node, a, dtype, shape)
    return full_of(context, context.b.constant(0, kind, "zero"), dims, "zeros", **made_alike(len(dims)))


@call(np.ones_like)
def ones_like(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None, *, shape: Abstract | None = None) -> Abstract:
    kind, dims = like(context, node, a, dtype, shape)
    return full_of(context, context.b.constant(1, kind, "one"), dims, "ones", **made_alike(len(dims)))


@call(np.empty_like)
def empty_like(
    context: Context, node: ast.AST, prototype: Abstract, dtype: Abstract | None = None, *, shape: Abstract | None = None
) -> Abstract:
    kind, dims = like(context, node, prototype, dtype, shape)
    return Array(context.b.op("alloc", *dims, dtype=kind.name, name="empty", **made_alike(len(dims))))


@call(np.full_like)
def full_like(
    context: Context, node: ast.AST, a: Abstract, fill_value: Abstract, dtype: Abstract | None = None, *, shape: Abstract | None = None
) -> Abstract:
    kind, dims = like(context, node, a, dtype, shape)
    return filled(context, node, operand(context, node, fill_value), kind, dims, **made_alike(len(dims)))
