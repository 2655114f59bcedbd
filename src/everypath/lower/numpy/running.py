"""Products over axes, running sums and products, differences."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, scalar_of
from ..context import Context
from ..values import Abstract, Array
from .conversion import array, convert, data
from .dtypes import sum_dtype
from .operands import dtype_option, made_alike, single_axis
from .reductions import only, reduction, started, total
from .registry import call, method
from .views import at_least, flat, kept, rank_of, with_new_axis


@call(np.prod)
@method("prod")
def prod(
    context: Context,
    node: ast.AST,
    a: Abstract,
    axis: Abstract | None = None,
    dtype: Abstract | None = None,
    keepdims: Abstract | None = None,
    initial: Abstract | None = None,
    where: Abstract | None = None,
) -> Abstract:
    """The product over the axes, a loop: the derivative never divides by a factor."""
    x, axes, keep = reduction(context, node, a, axis, keepdims)
    kind = dtype_option(context, node, dtype, sum_dtype(x.dtype))
    if kind == BOOL:
        context.refuse(node, "a product in booleans is not supported", "use np.all")
    factors = only(context, node, convert(context, node, x, kind), where, 1)
    return data(context, started(context, node, "mul", product_over(context, factors, axes, keep), initial))


def product_over(context: Context, x: Value, axes: Sequence[int], keep: bool) -> Value:
    if not axes:
        return total(context, x, axes, keep)
    if len(axes) == rank_of(x):
        result = product_of(context, flat(context, Array(x)).value)
        return kept(context, result, len(axes)) if keep else result
    for axis in reversed(axes):
        x = product_along(context, x, axis)
    for axis in axes if keep else ():
        x = with_new_axis(context, x, axis)
    return x


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
    out = b.op("alloc", *dims, dtype=kind.name, name="cumprod", **made_alike(len(dims)))
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
