"""Products of vectors and matrices: @, dot, inner, outer, vdot, trace, norms."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F16, F32, I64, ArrayType, scalar_of
from ...library.intrinsics import length_of_vectors
from ..context import Context
from ..raising import shape_text
from ..values import Abstract, Array, Scalar, Static
from .conversion import array, common_dtype, data, operand, strong, to_bool
from .operands import axes_of, option
from .reductions import sum_
from .registry import call, method
from .shape import diagonal_view
from .sizes import size
from .ufunc import ufunc
from .views import flat, moved, rank_of


@call(np.matmul)
def matmul(context: Context, node: ast.AST, x1: Abstract, x2: Abstract) -> Abstract:
    """x1 @ x2: the last axis of x1 against the second to last (or only) of x2; further axes broadcast as batches."""
    left, right = (operand(context, node, x) for x in (x1, x2))
    if isinstance(left, Scalar) or isinstance(right, Scalar):
        context.refuse(node, "matmul: an operand does not have enough dimensions (it has 0)", "multiply by a number with *")
    b = context.b
    n, m = b.op("dim", left.value, axis=left.rank - 1), b.op("dim", right.value, axis=max(right.rank - 2, 0))
    message = (
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) "
        "(size {} is different from {})"
    )
    context.check(b.op("eq", n, m), ValueError, message, m, n)
    return data(context, product(context, node, left, right))


def product(context: Context, node: ast.AST, left: Array, right: Array) -> Value:
    """The matrix product in the common dtype; of booleans it says whether any pair holds."""
    dtype = common_dtype([left, right])
    work = {BOOL: I64, F16: F32}.get(dtype, dtype)
    x, y = context.cast(left.value, work), context.cast(right.value, work)
    many = left.rank > 2 or right.rank > 2
    value = batched(context, node, x, y) if many else context.b.op("matmul", x, y)
    return to_bool(context, value) if dtype == BOOL else context.cast(value, dtype)


def batched(context: Context, node: ast.AST, x: Value, y: Value) -> Value:
    """Matrix products over leading axes. A single matrix on the right multiplies all rows of `x` at once; else a loop over batches."""
    b = context.b
    left, right = rank_of(x), rank_of(y)
    if right <= 2:
        dims = b.dims(x)
        rows = b.op("reshape", whole(context, x), size(context, dims[:-1]), dims[-1], name=x.name)
        result = b.op("matmul", rows, y)
        return b.op("reshape", result, *dims[:-1], *b.dims(y)[1:], name="matmul")
    if left == 1:
        result = batched(context, node, raised(context, x, 2), y)
        return squeezed(context, result, rank_of(result) - 2)
    depth = max(left, right) - 2
    if left == 2:
        x = b.op("view", x, axes="n" * (right - 2) + "aa", name=x.name)
        left = right
    x, y = raised(context, x, depth + 2), raised(context, y, depth + 2)
    outer = batch_dims(context, x, y, depth)
    return batch_loop(context, x, y, outer)


def batch_dims(context: Context, x: Value, y: Value, depth: int) -> list[Value]:
    """The broadcast extents of the leading axes."""
    b, one, dims = context.b, context.b.i64(1), list[Value]()
    for k in range(depth):
        n, m = b.op("dim", x, axis=k), b.op("dim", y, axis=k)
        fits = b.op("or", b.op("eq", n, m), b.op("or", b.op("eq", n, one), b.op("eq", m, one)))
        context.check(fits, ValueError, "operands could not be broadcast together with remapped shapes: {} and {} differ", n, m)
        dims.append(b.op("select", b.op("eq", n, one), m, n))
    return dims


def batch_loop(context: Context, x: Value, y: Value, outer: list[Value]) -> Value:
    """out[i…] = x[i…] @ y[i…] for every batch, the batches flattened into one loop."""
    b, depth = context.b, len(outer)
    n, m = b.op("dim", x, axis=depth), b.op("dim", y, axis=depth + 1)
    xs = b.op("broadcast", x, *outer, n, b.op("dim", x, axis=depth + 1), name=x.name)
    ys = b.op("broadcast", y, *outer, b.op("dim", y, axis=depth), m, name=y.name)
    count = size(context, outer)
    out = b.op("alloc", count, n, m, dtype=scalar_of(x.type).name, name="matmul")
    letters = "i" * depth + "aa"

    def body(inner, i):  # type: ignore[no-untyped-def]
        places, position = [], i
        for extent in reversed(outer[1:]):
            places.append(inner.op("mod", position, extent, name="place"))
            position = inner.op("floordiv", position, extent, name="place")
        where = (position, *reversed(places))
        block = inner.op("matmul", inner.op("view", xs, *where, axes=letters), inner.op("view", ys, *where, axes=letters))
        inner.do("assign", block, inner.op("view", out, i, axes="iaa"))

    b.loop(count, body, "batch")
    return b.op("reshape", out, *outer, n, m, name="matmul")


def raised(context: Context, value: Value, to: int) -> Value:
    """`value` with axes of length 1 in front until it has rank `to`."""
    missing = to - rank_of(value)
    return context.b.op("view", value, axes="n" * missing + "a" * rank_of(value), name=value.name) if missing else value


def whole(context: Context, x: Value) -> Value:
    """`x`, copied unless it is contiguous."""
    return x if isinstance(x.type, ArrayType) and x.type.contiguous else context.b.op("copy", x, name=x.name)


def squeezed(context: Context, x: Value, axis: int) -> Value:
    """`x` without its axis of length 1."""
    letters = "a" * axis + "i" + "a" * (rank_of(x) - axis - 1)
    return context.b.op("view", x, context.b.i64(0), axes=letters, name=x.name)


@call(np.dot)
@method("dot")
def dot(context: Context, node: ast.AST, a: Abstract, b: Abstract) -> Abstract:
    """The product over the last axis of `a` and the second to last (or only) of `b`; numbers multiply."""
    left, right = operand(context, node, a), operand(context, node, b)
    if isinstance(left, Scalar) or isinstance(right, Scalar):
        return data(context, ufunc(context, node, "multiply", strong(left), strong(right)))
    return data(context, aligned(context, node, left, right))


def aligned(context: Context, node: ast.AST, left: Array, right: Array) -> Value:
    """The product, checked in the words of np.dot."""
    b = context.b
    at, by = left.rank - 1, max(right.rank - 2, 0)
    n, m = b.op("dim", left.value, axis=at), b.op("dim", right.value, axis=by)

    have, other = b.dims(left.value), b.dims(right.value)
    message = f"shapes {shape_text(have)} and {shape_text(other)} not aligned: {{}} (dim {at}) != {{}} (dim {by})"
    context.check(b.op("eq", n, m), ValueError, message, *have, *other, n, m)
    if right.rank <= 2:
        return product(context, node, left, right)
    order = (by, *(k for k in range(right.rank) if k != by))
    columns = [other[k] for k in order[1:]]
    flattened = b.op("reshape", b.op("copy", moved(context, right.value, order)), m, size(context, columns), name=right.value.name)
    result = product(context, node, left, Array(flattened))
    return b.op("reshape", result, *have[:-1], *columns, name="dot")


@call(np.vdot)
def vdot(context: Context, node: ast.AST, a: Abstract, b: Abstract) -> Abstract:
    """The dot product of the flattened operands."""
    left, right = (flat(context, with_axis(context, array(context, node, x))) for x in (a, b))
    return data(context, aligned(context, node, left, right))


def with_axis(context: Context, x: Array) -> Array:
    """`x`, rank 0 made rank 1."""
    return x if x.rank else Array(context.b.op("view", x.value, axes="n", name=x.value.name))


@call(np.inner)
def inner(context: Context, node: ast.AST, a: Abstract, b: Abstract) -> Abstract:
    """The product over the last axes of both."""
    left, right = operand(context, node, a), operand(context, node, b)
    if isinstance(left, Scalar) or isinstance(right, Scalar):
        return data(context, ufunc(context, node, "multiply", strong(left), strong(right)))
    order = (*range(right.rank - 2), right.rank - 1, right.rank - 2)
    turned = Array(moved(context, right.value, order)) if right.rank > 1 else right
    return data(context, aligned(context, node, left, turned))


@call(np.outer)
def outer(context: Context, node: ast.AST, a: Abstract, b: Abstract) -> Abstract:
    """out[i, j] = a[i]·b[j] of the flattened operands."""
    left, right = (flat(context, with_axis(context, array(context, node, x))) for x in (a, b))
    column = Array(context.b.op("view", left.value, axes="an", name=left.value.name))
    row = Array(context.b.op("view", right.value, axes="na", name=right.value.name))
    return data(context, ufunc(context, node, "multiply", column, row))


@call(length_of_vectors)
def length(context: Context, node: ast.AST, x: Abstract, axis: Abstract, keepdims: Abstract) -> Abstract:
    """The 2-norm of vectors, the Frobenius norm of matrices, over any axes."""
    value = array(context, node, x).value
    axes = axes_of(context, node, axis, rank_of(value))
    over = tuple(range(rank_of(value))) if axes is None else axes
    keep = bool(option(context, node, keepdims, "keepdims"))
    return data(context, context.b.op("norm", value, axes=over, keepdims=keep) if over else context.b.op("abs", value))


@call(np.trace)
@method("trace")
def trace(
    context: Context,
    node: ast.AST,
    a: Abstract,
    offset: Abstract | None = None,
    axis1: Abstract | None = None,
    axis2: Abstract | None = None,
    dtype: Abstract | None = None,
) -> Abstract:
    """The sums of the diagonals along two axes."""
    return sum_(context, node, diagonal_view(context, node, array(context, node, a), offset, axis1, axis2), Static(-1), dtype)
