"""Sums, means, variances, products and running sums over axes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F64, I64, ScalarType, scalar_of
from ..context import Context
from ..dtypes import sum_dtype
from ..keys import rank_of
from ..values import Abstract, Array, Static
from .operands import (
    array,
    axes_of,
    convert,
    data,
    dtype_option,
    flat,
    operand,
    option,
    single_axis,
    size,
    subview,
    to_bool,
    with_new_axis,
)
from .registry import call, method

LAST = Static(-1)
"""A default axis."""


def reduction(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract | None, keepdims: Abstract | None
) -> tuple[Array, tuple[int, ...], bool]:
    """The operand as an array, the axes to reduce, and whether they stay with length 1."""
    x = array(context, node, a)
    axes = axes_of(context, node, axis, x.rank)
    return x, tuple(range(x.rank)) if axes is None else axes, bool(option(context, node, keepdims, "keepdims", False))


def total(context: Context, value: Value, axes: Sequence[int], keepdims: bool) -> Value:
    """The sum over `axes`; a number for all of them."""
    if not axes:
        return value
    return context.b.op("sum", value, axes=tuple(axes), keepdims=keepdims)


def count_over(context: Context, x: Value, axes: Sequence[int], dtype: ScalarType) -> Value:
    """How many elements one result sums, in `dtype`."""
    dims = [context.b.op("dim", x, axis=k, name="count") for k in axes]
    return context.cast(size(context, dims), dtype, "count")


@call(np.sum)
@method("sum")
def sum_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    """Σ over the axes; booleans and int32 add in int64."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    return data(context, total(context, convert(context, node, x, kind), axes, keep))


@call(np.count_nonzero)
def count_nonzero(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, *, keepdims: Abstract | None = None
) -> Abstract:
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return data(context, total(context, context.cast(to_bool(context, x.value), I64), axes, keep))


@call(np.nansum)
def nansum(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, *, keepdims: Abstract | None = None) -> Abstract:
    """Σ of the elements that are numbers."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    b, value = context.b, convert(context, node, x, sum_dtype(x.dtype))
    if x.dtype.is_float:
        value = b.op("select", b.op("isnan", value), b.constant(0, x.dtype, "zero"), value)
    return data(context, total(context, value, axes, keep))


def mean_value(context: Context, node: ast.AST, x: Array, axes: Sequence[int], keep: bool, kind: ScalarType) -> Value:
    value = convert(context, node, x, kind)
    if not axes:
        return value
    return context.b.op("div", total(context, value, axes, keep), count_over(context, x.value, axes, kind), name="mean")


def float_dtype(x: Array) -> ScalarType:
    return x.dtype if x.dtype.is_float else F64


@call(np.mean)
@method("mean")
def mean(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    """Σ / n; integers in float64; NaN where there is nothing to average."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return data(context, mean_value(context, node, x, axes, keep, dtype_option(context, node, dtype, float_dtype(x))))


def variance(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract | None, ddof: Abstract | None, keepdims: Abstract | None
) -> Value:
    """Σ (x - mean)² / (n - ddof)."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    b, kind = context.b, float_dtype(x)
    value = convert(context, node, x, kind)
    apart = b.op("sub", value, mean_value(context, node, x, axes, True, kind), name="deviation")
    squares = total(context, b.op("square", apart), axes, keep)
    n = count_over(context, x.value, axes, kind)
    if ddof is not None:
        less = operand(context, node, ddof)
        n = b.op("maximum", b.op("sub", n, convert(context, node, less, kind)), b.constant(0, kind, "zero"), name="freedom")
    return b.op("div", squares, n, name="var")


@call(np.var)
@method("var")
def var(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: None = None,
    out: None = None,
    ddof: Abstract | None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    return data(context, variance(context, node, a, axis, ddof, keepdims))


@call(np.std)
@method("std")
def std(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: None = None,
    out: None = None,
    ddof: Abstract | None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    return data(context, context.b.op("sqrt", variance(context, node, a, axis, ddof, keepdims), name="std"))


@call(np.average)
def average(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    weights: Abstract | None = None,
    *,
    keepdims: Abstract | None = None,
) -> Abstract:
    """The mean, or Σ w·x / Σ w with weights of the shape of `a`."""
    if weights is None:
        return mean(context, node, a, axis, keepdims=keepdims)
    from .ufunc import ufunc

    x, axes, keep = reduction(context, node, a, axis, keepdims)
    w = array(context, node, weights)
    if w.rank != x.rank:
        context.refuse(node, "np.average with weights of another rank than the array is not supported", "broadcast the weights first")
    weighed = total(context, ufunc(context, node, "multiply", x, w), axes, keep)
    weight = total(context, convert(context, node, w, scalar_of(weighed.type)), axes, keep)
    return data(context, ufunc(context, node, "divide", context.wrap(weighed), context.wrap(weight)))


# Truth ----------------------------------------------------------------------------------------------------------------


def quantified(context: Context, node: ast.AST, opcode: str, a: Abstract, axis: Abstract | None, keepdims: Abstract | None) -> Abstract:
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    value = to_bool(context, x.value)
    return data(context, context.b.op(opcode, value, axes=axes, keepdims=keep) if axes else value)


@call(np.any)
@method("any")
def any_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    return quantified(context, node, "any", a, axis, keepdims)


@call(np.all)
@method("all")
def all_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    return quantified(context, node, "all", a, axis, keepdims)


# Products and running results -----------------------------------------------------------------------------------------


@call(np.prod)
@method("prod")
def prod(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    out: None = None,
    keepdims: Abstract | None = None,
) -> Abstract:
    """The product over the axes, a loop: the derivative never divides by a factor."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    value = convert(context, node, x, kind)
    if len(axes) == x.rank:
        result = product_of(context, flat(context, Array(value)).value) if axes else value
        return data(context, kept(context, result, x.rank) if keep and axes else result)
    for axis_ in reversed(axes):
        value = product_along(context, value, axis_)
    for axis_ in axes if keep else ():
        value = with_new_axis(context, value, axis_)
    return data(context, value)


def kept(context: Context, value: Value, rank: int) -> Value:
    """The scalar as an array of extents 1."""
    return context.b.op("full", value, *[context.b.i64(1)] * rank, name=value.name)


def product_of(context: Context, x: Value) -> Value:
    """The product of the elements of a vector."""
    b = context.b
    one = b.constant(1, scalar_of(x.type), "prod")
    (n,) = b.dims(x)
    (result,) = b.for_(b.i64(0), n, b.i64(1), [one], lambda inner, i, acc: [inner.op("mul", acc, inner.op("load", x, i), name="prod")])
    return result


def product_along(context: Context, x: Value, axis: int) -> Value:
    """The product along one axis of several."""
    b = context.b
    dims = b.dims(x)
    one = b.op("full", b.constant(1, scalar_of(x.type), "one"), *dims[:axis], *dims[axis + 1 :], name="prod")
    letters = "a" * axis + "i" + "a" * (len(dims) - axis - 1)

    def body(inner, i, acc):  # type: ignore[no-untyped-def]
        return [inner.op("mul", acc, inner.op("view", x, i, axes=letters), name="prod")]

    (result,) = b.for_(b.i64(0), dims[axis], b.i64(1), [one], body)
    return result


@call(np.cumsum)
@method("cumsum")
def cumsum(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, dtype: Abstract | None = None) -> Abstract:
    """The running sum along an axis, or of the flattened array."""
    x, at = running(context, node, a, axis)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    return Array(context.b.op("cumsum", convert(context, node, x, kind), axis=at))


def running(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None) -> tuple[Array, int]:
    """The operand and the axis to run along; flattened where none is given."""
    from .shape import at_least

    x = at_least(context, array(context, node, a), 1)
    at = single_axis(context, node, axis, x.rank)
    return (flat(context, x), 0) if at is None else (x, at)


@call(np.cumprod)
@method("cumprod")
def cumprod(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, dtype: Abstract | None = None) -> Abstract:
    """The running product along an axis, or of the flattened array: a loop."""
    x, at = running(context, node, a, axis)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    value = convert(context, node, x, kind)
    b, dims = context.b, context.b.dims(value)
    out = b.op("alloc", *dims, dtype=kind.name, name="cumprod")
    one = b.constant(1, kind, "one")
    if rank_of(value) == 1:

        def step(inner, i, acc):  # type: ignore[no-untyped-def]
            acc = inner.op("mul", acc, inner.op("load", value, i), name="prod")
            inner.do("store", acc, out, i)
            return [acc]

        b.for_(b.i64(0), dims[0], b.i64(1), [one], step, names=("prod",))
        return Array(out)
    letters = "a" * at + "i" + "a" * (len(dims) - at - 1)
    first = b.op("full", one, *dims[:at], *dims[at + 1 :], name="prod")

    def slab(inner, i, acc):  # type: ignore[no-untyped-def]
        acc = inner.op("mul", acc, inner.op("view", value, i, axes=letters), name="prod")
        inner.do("assign", acc, inner.op("view", out, i, axes=letters))
        return [acc]

    b.for_(b.i64(0), dims[at], b.i64(1), [first], slab)
    return Array(out)


@call(np.diff)
def diff(context: Context, node: ast.AST, a: Abstract, n: Abstract | None = None, axis: Abstract = LAST) -> Abstract:
    """x[1:] - x[:-1] along an axis, n times."""
    from .ufunc import ufunc

    x = array(context, node, a)
    if not x.rank:
        context.refuse(node, "diff requires input that is at least one dimensional", "pass an array")
    at = single_axis(context, node, axis, x.rank)
    assert at is not None
    b = context.b
    for _ in range(int(option(context, node, n, "the number of differences", 1))):
        extent = b.op("dim", x.value, axis=at)
        count = b.op("maximum", b.op("sub", extent, b.i64(1)), b.i64(0), name="count")
        later = subview(context, x.value, at, b.op("minimum", b.i64(1), extent), count)
        sooner = subview(context, x.value, at, b.i64(0), count)
        x = Array(ufunc(context, node, "not_equal" if x.dtype == BOOL else "subtract", Array(later), Array(sooner)))
    return x
