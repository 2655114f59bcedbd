"""Sums, means, variances and truth over axes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F16, F32, F64, I64, ScalarType, scalar_of
from ..context import Context
from ..values import Abstract, Array, Scalar, Static
from .conversion import array, common_dtype, convert, data, operand, strong, to_bool
from .dtypes import NUMPY_NAMES, can_store, sum_dtype
from .operands import axes_of, dtype_option, option
from .registry import call, method
from .sizes import size
from .views import rank_of

LAST = Static(-1)
"""A default axis."""


def reduction(
    context: Context, node: ast.AST, a: Abstract, axis: Abstract | None, keepdims: Abstract | None, lenient: bool = True
) -> tuple[Array, tuple[int, ...], bool]:
    """The operand as an array, the axes to reduce, and whether they stay with length 1. A number has an axis 0 where NumPy is `lenient`."""
    x = array(context, node, a)
    known = option(context, node, axis, "the axis")
    axes = None if lenient and x.rank == 0 and known in (0, -1) else axes_of(context, node, axis, x.rank)
    return x, tuple(range(x.rank)) if axes is None else axes, bool(option(context, node, keepdims, "keepdims", False))


def total(context: Context, value: Value, axes: Sequence[int], keepdims: bool) -> Value:
    """The sum over `axes`, a number for all of them; over none a copy."""
    if not axes:
        return context.b.op("copy", value, name=value.name) if rank_of(value) else value
    if scalar_of(value.type) == F16:  # NumPy sums it in float32
        return context.cast(total(context, context.cast(value, F32), axes, keepdims), F16)
    return context.b.op("sum", value, axes=tuple(axes), keepdims=keepdims)


def count_over(context: Context, x: Value, axes: Sequence[int], dtype: ScalarType) -> Value:
    """How many elements one result sums, in `dtype`."""
    dims = [context.b.op("dim", x, axis=k, name="count") for k in axes]
    return context.cast(size(context, dims), dtype, "count")


def held_over(context: Context, node: ast.AST, x: Value, where: Abstract) -> Value:
    """The mask `where`, repeated to the shape of `x`."""
    mask = to_bool(context, array(context, node, where).value)
    if rank_of(mask) > rank_of(x):
        context.refuse(node, f"'where' has {rank_of(mask)} axes, and the array has {rank_of(x)}", "give it the shape of the array")
    return context.b.op("broadcast", mask, *context.b.dims(x), name="where") if rank_of(x) else context.b.op("load", mask, name="where")


def only(context: Context, node: ast.AST, value: Value, where: Abstract | None, neutral: float) -> Value:
    """`value`, with the neutral element at the places where `where` does not hold."""
    if where is None:
        return value
    other = context.b.constant(neutral, scalar_of(value.type), "neutral")
    return context.b.op("select", held_over(context, node, value, where), value, other, name=value.name)


def started(context: Context, node: ast.AST, opcode: str, result: Value, initial: Abstract | None) -> Value:
    """The result of a reduction that starts from `initial`."""
    if initial is None:
        return result
    first, kind = operand(context, node, initial), scalar_of(result.type)
    if not isinstance(first, Scalar) or not can_store(common_dtype([first]), kind):
        context.refuse(node, f"'initial' must be a number of the dtype of the result, {NUMPY_NAMES[kind.name]}", "add it afterwards")
    return context.b.op(opcode, convert(context, node, first, kind), result, name=result.name)


@call(np.sum)
@method("sum")
def sum_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    keepdims: Abstract | None = None,
    initial: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    """Σ over the axes; booleans and int32 add in int64."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    terms = only(context, node, convert(context, node, x, kind), where, 0)
    return data(context, started(context, node, "or" if kind == BOOL else "add", summed(context, terms, axes, keep), initial))


def summed(context: Context, terms: Value, axes: Sequence[int], keep: bool) -> Value:
    """The sum; of booleans whether any holds."""
    if scalar_of(terms.type) == BOOL and axes:
        return context.b.op("any", terms, axes=tuple(axes), keepdims=keep)
    return total(context, terms, axes, keep)


@call(np.count_nonzero)
def count_nonzero(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, keepdims: Abstract | None = None) -> Abstract:
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    return data(context, total(context, context.cast(to_bool(context, x.value), I64), axes, keep))


def mean_value(context: Context, node: ast.AST, x: Array, axes: Sequence[int], keep: bool, kind: ScalarType) -> Value:
    """Σ / n."""
    terms = total(context, convert(context, node, x, kind), axes, keep)
    return context.b.op("div", terms, count_over(context, x.value, axes, kind), name="mean") if axes else terms


def float_option(context: Context, node: ast.AST, dtype: Abstract | None, x: Array) -> ScalarType:
    """The float dtype that is asked for; else that of the array, float64 for integers."""
    kind = dtype_option(context, node, dtype, x.dtype if x.dtype.is_float else F64)
    if not kind.is_float:
        context.refuse(node, f"a mean in {NUMPY_NAMES[kind.name]} is not supported", "leave the dtype out, or give a float dtype")
    if kind == F16:
        context.refuse(node, "means and variances in float16 are not supported", "convert with .astype(np.float32)")
    return kind


@call(np.mean)
@method("mean")
def mean(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    keepdims: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    """Σ / n; integers in float64; NaN where there is nothing to average."""
    x, axes, keep = reduction(context, node, a, axis, keepdims, lenient=False)
    if x.dtype == F16 and dtype is None:  # NumPy computes it in float32
        single = mean(context, node, Array(context.cast(x.value, F32)), axis, None, keepdims, where)
        assert isinstance(single, (Scalar, Array))
        return context.wrap(context.cast(single.value, F16))
    kind = float_option(context, node, dtype, x)
    if where is None:
        return data(context, mean_value(context, node, x, axes, keep, kind))
    terms = only(context, node, convert(context, node, x, kind), where, 0)
    count = total(context, context.cast(held_over(context, node, x.value, where), kind), axes, keep)
    return data(context, context.b.op("div", total(context, terms, axes, keep), count, name="mean"))


def deviations(
    context: Context,
    node: ast.AST,
    x: Array,
    axes: Sequence[int],
    keep: bool,
    kind: ScalarType,
    ddof: Abstract | None,
    correction: Abstract | None,
    where: Abstract | None,
    center: Abstract | None,
) -> tuple[Value, Value]:
    """(x - mean, n - ddof), the degrees of freedom never below 0; of the elements that `where` holds for, the others 0 apart."""
    b = context.b
    value = convert(context, node, x, kind)
    held = None if where is None else b.op("cast", held_over(context, node, x.value, where), dtype=kind.name)
    if center is not None:
        middle = convert(context, node, array(context, node, center), kind)
    elif held is None:
        middle = mean_value(context, node, x, axes, True, kind)
    else:
        middle = b.op(
            "div", total(context, only(context, node, value, where, 0), axes, True), total(context, held, axes, True), name="mean"
        )
    apart = only(context, node, b.op("sub", value, middle, name="deviation"), where, 0)
    n = count_over(context, x.value, axes, kind) if held is None else total(context, held, axes, keep)
    if ddof is not None and correction is not None:
        context.raises(node, ValueError, "ddof and correction can't be provided simultaneously.")
    less = ddof if ddof is not None else correction
    if less is not None:
        free = b.op("sub", n, convert(context, node, strong(operand(context, node, less)), kind))
        n = b.op("maximum", free, b.constant(0, kind, "zero"), name="freedom")
    return apart, n


@call(np.var)
@method("var")
def var(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    ddof: Abstract | None = None,
    keepdims: Abstract | None = None,
    correction: Abstract | None = None,
    where: Abstract | None = None,
    mean: Abstract | None = None,
) -> Abstract:
    """Σ (x - mean)² / (n - ddof)."""
    x, axes, keep = reduction(context, node, a, axis, keepdims, lenient=False)
    apart, n = deviations(context, node, x, axes, keep, float_option(context, node, dtype, x), ddof, correction, where, mean)
    return data(context, context.b.op("div", total(context, context.b.op("square", apart), axes, keep), n, name="var"))


@call(np.std)
@method("std")
def std(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    ddof: Abstract | None = None,
    keepdims: Abstract | None = None,
    correction: Abstract | None = None,
    where: Abstract | None = None,
    mean: Abstract | None = None,
) -> Abstract:
    """‖x - mean‖ / √(n - ddof): a norm, so that it has a subgradient where all elements are equal."""
    x, axes, keep = reduction(context, node, a, axis, keepdims, lenient=False)
    apart, n = deviations(context, node, x, axes, keep, float_option(context, node, dtype, x), ddof, correction, where, mean)
    b = context.b
    length = b.op("norm", apart, axes=axes, keepdims=keep) if axes else b.op("abs", apart)
    return data(context, b.op("div", length, b.op("sqrt", n, name="root"), name="std"))


# Truth ----------------------------------------------------------------------------------------------------------------


def quantified(
    context: Context,
    node: ast.AST,
    opcode: str,
    a: Abstract,
    axis: Abstract | None,
    keepdims: Abstract | None,
    where: Abstract | None,
) -> Abstract:
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    value = only(context, node, to_bool(context, x.value), where, opcode == "all")
    return data(context, context.b.op(opcode, value, axes=axes, keepdims=keep) if axes else total(context, value, axes, keep))


@call(np.any)
@method("any")
def any_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    keepdims: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    return quantified(context, node, "any", a, axis, keepdims, where)


@call(np.all)
@method("all")
def all_(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    keepdims: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    return quantified(context, node, "all", a, axis, keepdims, where)
