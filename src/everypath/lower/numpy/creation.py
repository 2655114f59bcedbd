"""Making arrays: from numbers and sequences, filled, and ranges."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import F64, SCALARS, ScalarType, scalar_of
from ..context import Context, cast_to
from ..objects import List, sequence_items
from ..placeholders import of_nothing
from ..values import NOT_STATIC, Abstract, Array, Scalar, Static, Tuple, is_none
from .conversion import array, common_dtype, convert, operand
from .dtypes import NUMPY_NAMES, can_store
from .operands import by_columns, dtype_option, integer_option, made_alike, new_shape, option
from .registry import call, method
from .views import at_least, in_order, rank_of, turned

# From values ----------------------------------------------------------------------------------------------------------


AVOIDS_COPIES = int(np.__version__.split(".")[0]) >= 2
"""`copy=False` was "only where it is needed" before NumPy 2."""

ALWAYS = Static(True)


@call(np.array)
def array_call(
    context: Context,
    node: ast.AST,
    object: Abstract,
    dtype: Abstract | None = None,
    copy: Abstract = ALWAYS,
    ndmin: Abstract | None = None,
    order: Abstract | None = None,
) -> Abstract:
    """A fresh array from numbers, sequences of them, or arrays."""
    if dtype is None and ndmin is None and (nothing := of_nothing(object)) is not None:
        return nothing
    anew = None if is_none(copy) else option(context, node, copy, "copy", True)
    given = context.present(object, node)
    result = ordered(context, node, converted(context, node, object, dtype, copy=anew is not None and bool(anew)), order)
    if anew is not None and not anew and AVOIDS_COPIES and not (isinstance(given, Array) and result.value is given.value):
        context.raises(node, ValueError, "Unable to avoid copy while creating an array as requested.")
    least = integer_option(context, node, ndmin, "ndmin", 0)
    if least > result.rank:
        return at_least(context, result, least)
    return result


@call(np.asarray, np.asanyarray)
def asarray(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None, order: Abstract | None = None) -> Abstract:
    """The array itself, if it has that dtype and order; else a fresh one."""
    return ordered(context, node, converted(context, node, a, dtype, copy=False), order)


def ordered(context: Context, node: ast.AST, x: Array, order: Abstract | None) -> Array:
    """The array in this order of its memory."""
    given = option(context, node, order, "the order")
    return x if given in (None, "K", "A") else Array(in_order(context, x.value, by_columns(context, node, order, x.rank)))


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
    return Array(in_order(context, at_least(context, converted(context, node, a, dtype, copy=False), 1).value, False))


@call(np.asfortranarray)
def asfortranarray(context: Context, node: ast.AST, a: Abstract, dtype: Abstract | None = None) -> Abstract:
    """The same in Fortran's order."""
    return Array(in_order(context, at_least(context, converted(context, node, a, dtype, copy=False), 1).value, True))


def converted(context: Context, node: ast.AST, x: Abstract, dtype: Abstract | None, *, copy: bool) -> Array:
    x = context.present(x, node)
    given = isinstance(x, Array)
    made = array(context, node, x)
    target = dtype_option(context, node, dtype, made.dtype)
    if target != made.dtype:
        hold(context, node, x, target)
        return Array(convert(context, node, made, target))
    return Array(context.b.op("copy", made.value, name=made.value.name)) if given and copy else made


def hold(context: Context, node: ast.AST, x: Abstract, dtype: ScalarType) -> None:
    """OverflowError where one of Python's integers among the items of `x` is none of that dtype."""
    items = sequence_items(x) if isinstance(x, (Tuple, List)) else (x,)
    for item in items or ():
        if isinstance(item, (Tuple, List)):
            hold(context, node, item, dtype)
        elif isinstance(item, Scalar) and item.kind == "int" and dtype.is_integer:
            convert(context, node, item, dtype)


# NumPy's scalar types and astype --------------------------------------------------------------------------------------


def of_text(context: Context, node: ast.AST, text: str, dtype: ScalarType) -> Abstract:
    """np.float64("1.5")."""
    try:
        return context.constant(dtype.numpy.type(text))
    except (ValueError, OverflowError) as problem:
        context.raises(node, type(problem), str(problem))


def constructor(dtype: ScalarType, *types: type) -> None:
    """np.float64(x) and its kind: a NumPy scalar, or an array converted."""

    @call(*types)
    def construct(context: Context, node: ast.AST, value: Abstract | None = None) -> Abstract:
        if value is None:
            return Scalar(context.b.constant(0, dtype), "numpy", dtype.numpy.type(0))
        if isinstance(value, Static) and isinstance(value.value, str):
            return of_text(context, node, value.value, dtype)
        given = operand(context, node, value)
        made = convert(context, node, given, dtype)
        if isinstance(given, Scalar):
            static = dtype.numpy.type(cast_to(given.static, dtype)) if given.is_static else NOT_STATIC
            return Scalar(made, "numpy", static, given.origins if given.is_static else frozenset())
        return Array(made)


for _dtype in SCALARS.values():
    constructor(_dtype, _dtype.numpy.type)


@method("astype")
def astype(
    context: Context,
    node: ast.AST,
    x: Abstract,
    dtype: Abstract,
    order: Abstract | None = None,
    casting: Abstract | None = None,
    subok: Abstract | None = None,
    copy: Abstract | None = None,
) -> Abstract:
    """The elements in another dtype, in fresh memory."""
    given = context.present(x, node)
    assert isinstance(given, (Scalar, Array))
    target, source, rule = (
        dtype_option(context, node, dtype, F64),
        scalar_of(given.value.type),
        option(context, node, casting, "casting", "unsafe"),
    )
    option(context, node, subok, "subok")
    if rule == "same_value":
        context.refuse(node, "casting='same_value' is not supported", "compare the result with what was given")
    if isinstance(given, Array) and given.rank > 1 and option(context, node, order, "order", "K") == "F":
        context.refuse(node, "astype(order='F') is not supported", "leave the order out")
    if not can_store(source, target, rule):
        low, high = NUMPY_NAMES[source.name], NUMPY_NAMES[target.name]
        context.raises(node, TypeError, f"Cannot cast array data from dtype('{low}') to dtype('{high}') according to the rule '{rule}'")
    if isinstance(given, Array) and given.dtype == target:
        keep = copy is not None and not option(context, node, copy, "copy")
        return given if keep else Array(context.b.op("copy", given.value, name=given.value.name))
    return context.wrap(convert(context, node, given, target))


@call(np.copy)
def copy(context: Context, node: ast.AST, a: Abstract, order: Abstract | None = None) -> Abstract:
    """The elements in fresh memory, axes in the order of `a`'s memory or as they are asked for; a NumPy scalar is itself."""
    return copied(context, node, a, order, "K")


@method("copy")
def copy_method(context: Context, node: ast.AST, a: Abstract, order: Abstract | None = None) -> Abstract:
    """The elements in fresh memory, in C order if no other is asked for; a NumPy scalar is itself."""
    return copied(context, node, a, order, "C")


def copied(context: Context, node: ast.AST, a: Abstract, order: Abstract | None, usual: str) -> Abstract:
    x = context.present(a, node)
    if isinstance(x, Scalar) and not x.weak:
        return x
    value = array(context, node, x).value
    if option(context, node, order, "the order", usual) == "K" or rank_of(value) < 2:
        return Array(context.b.op("copy", value))
    if by_columns(context, node, order, rank_of(value)):
        return Array(turned(context, context.b.op("copy", turned(context, value), ordered=True)))
    return Array(context.b.op("copy", value, ordered=True))


# Filled ---------------------------------------------------------------------------------------------------------------


def full_of(context: Context, value: Value, dims: Sequence[Value], name: str, **attributes: bool) -> Abstract:
    return Array(context.b.op("full", value, *dims, name=name, **attributes))


def in_columns(context: Context, node: ast.AST, order: Abstract | None) -> bool:
    """Whether what is made is to be in Fortran's order."""
    given = option(context, node, order, "the order", "C")
    if given not in ("C", "F"):
        context.raises(node, ValueError, "only 'C' or 'F' order is permitted")
    return bool(given == "F")


def laid_out(
    context: Context, node: ast.AST, dims: Sequence[Value], order: Abstract | None, made: Callable[[Sequence[Value]], Abstract]
) -> Abstract:
    """What is made with these extents, in Fortran's order the transpose of what is made with them reversed."""
    if not in_columns(context, node, order):
        return made(dims)
    whole = made(dims[::-1])
    assert isinstance(whole, Array)
    return Array(turned(context, whole.value))


@call(np.zeros)
def zeros(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None, order: Abstract | None = None) -> Abstract:
    kind = dtype_option(context, node, dtype, F64)
    zero = context.b.constant(0, kind, "zero")
    return laid_out(context, node, new_shape(context, node, shape), order, lambda dims: full_of(context, zero, dims, "zeros"))


@call(np.ones)
def ones(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None, order: Abstract | None = None) -> Abstract:
    kind = dtype_option(context, node, dtype, F64)
    one = context.b.constant(1, kind, "one")
    return laid_out(context, node, new_shape(context, node, shape), order, lambda dims: full_of(context, one, dims, "ones"))


@call(np.empty, np.ndarray)
def empty(context: Context, node: ast.AST, shape: Abstract, dtype: Abstract | None = None, *, order: Abstract | None = None) -> Abstract:
    kind, dims = dtype_option(context, node, dtype, F64), new_shape(context, node, shape)
    return laid_out(context, node, dims, order, lambda dims: Array(context.b.op("alloc", *dims, dtype=kind.name, name="empty")))


@call(np.full)
def full(
    context: Context, node: ast.AST, shape: Abstract, fill_value: Abstract, dtype: Abstract | None = None, *, order: Abstract | None = None
) -> Abstract:
    """Every element `fill_value`, which may be an array that broadcasts."""
    value = operand(context, node, fill_value)
    kind = dtype_option(context, node, dtype, common_dtype([value]))
    made = filled(context, node, value, kind, new_shape(context, node, shape))
    assert isinstance(made, Array)
    return Array(in_order(context, made.value, True)) if in_columns(context, node, order) else made


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
