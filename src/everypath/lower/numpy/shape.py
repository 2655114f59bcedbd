"""Other shapes of the same elements: reshape, transpose, new and dropped axes, diagonals, reversed axes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ...errors import NotSupported
from ...ir.program import Value
from ..context import Context
from ..objects import sequence_items
from ..values import NONE, Abstract, Array, Scalar, Slice, Tuple, is_none
from .conversion import array, data
from .lengths import is_single
from .operands import axis_of, by_columns, integer, integer_option, new_shape, option
from .registry import call, method
from .sizes import size
from .slices import view_numbers
from .views import at_least, contiguous, flat, moved, turned

# Reshaping ------------------------------------------------------------------------------------------------------------


@call(np.reshape)
def reshape(
    context: Context, node: ast.AST, a: Abstract, shape: Abstract, order: Abstract | None = None, copy: Abstract | None = None
) -> Abstract:
    """The same elements in C order, or in Fortran's; one extent may be -1. Shares memory where `a` is contiguous."""
    x = array(context, node, a)
    if copy is not None and not is_none(copy):
        if not context.static(copy, "the option 'copy'", node):
            context.refuse(node, "the option copy=False of reshape is not supported", "leave it out: it is a view where it can be one")
        x = Array(context.b.op("copy", x.value, name=x.value.name))
    items = sequence_items(context.present(shape, node)) or (shape,)
    if sequence_items(shape) == ():
        items = ()
    if by_columns(context, node, order, x.rank):
        return Array(turned(context, reshaped(context, node, contiguous(context, Array(turned(context, x.value))), items[::-1])))
    return Array(reshaped(context, node, contiguous(context, x), items))


@method("reshape")
def reshape_method(
    context: Context, node: ast.AST, x: Abstract, *shape: Abstract, order: Abstract | None = None, copy: Abstract | None = None
) -> Abstract:
    """x.reshape(2, 3) or x.reshape((2, 3))."""
    return reshape(context, node, x, shape[0] if len(shape) == 1 else Tuple(shape), order, copy)


def reshaped(context: Context, node: ast.AST, x: Value, items: Sequence[Abstract]) -> Value:
    b = context.b
    unknown = [k for k, item in enumerate(items) if isinstance(item, Scalar) and item.is_static and item.static < 0]
    if len(unknown) > 1:
        context.refuse(node, "can only specify one unknown dimension", "give the other extents")
    dims = [integer(context, node, item, "an extent") for item in items]
    for k, (item, dim) in enumerate(zip(items, dims)):
        if k not in unknown and not (isinstance(item, Scalar) and item.is_static):
            context.limit(b.op("ge", dim, b.i64(0)), ValueError, "an extent computed at run time is negative: {}", dim)
    if not unknown:
        return b.op("reshape", x, *dims, name=x.name)
    known = dims[: unknown[0]] + dims[unknown[0] + 1 :]
    total, rest, one = size(context, b.dims(x)), size(context, known), b.i64(1)
    texts = ["newaxis" if k in unknown else "{}" for k in range(len(dims))]
    message = "cannot reshape array of size {} into shape (" + ",".join(texts) + ("," if len(texts) == 1 else "") + ")"
    divides = b.op("eq", b.op("mul", rest, b.op("floordiv", total, b.op("maximum", rest, one))), total)
    context.check(b.op("and", divides, b.op("ne", rest, b.i64(0))), ValueError, message, total, *known)
    dims[unknown[0]] = b.op("floordiv", total, b.op("maximum", rest, one), name="extent")
    return b.op("reshape", x, *dims, name=x.name)


@call(np.ravel)
@method("ravel")
def ravel(context: Context, node: ast.AST, a: Abstract, order: Abstract | None = None) -> Abstract:
    """The elements in C order, or in Fortran's, rank 1."""
    return raveled(context, node, array(context, node, a), order)


def raveled(context: Context, node: ast.AST, x: Array, order: Abstract | None = None) -> Array:
    """The elements in a line, in the memory of `x` as far as they lie so."""
    return flat(context, Array(contiguous(context, in_line(context, node, at_least(context, x, 1), order))))


@method("flatten")
def flatten(context: Context, node: ast.AST, x: Abstract, order: Abstract | None = None) -> Abstract:
    """A copy of the elements in C order, or in Fortran's, rank 1."""
    given = in_line(context, node, at_least(context, array(context, node, x), 1), order)
    return flat(context, Array(context.b.op("copy", given.value)))


def in_line(context: Context, node: ast.AST, x: Array, order: Abstract | None) -> Array:
    """The array whose elements in C order are those of `x` in this order."""
    return Array(turned(context, x.value)) if by_columns(context, node, order, x.rank) else x


@call(np.atleast_1d)
def atleast_1d(context: Context, node: ast.AST, *arys: Abstract) -> Abstract:
    return each_at_least(context, node, arys, 1)


@call(np.atleast_2d)
def atleast_2d(context: Context, node: ast.AST, *arys: Abstract) -> Abstract:
    return each_at_least(context, node, arys, 2)


def each_at_least(context: Context, node: ast.AST, arrays: Sequence[Abstract], rank: int) -> Abstract:
    """One array as it is, several as a tuple."""
    found = tuple(at_least(context, array(context, node, x), rank) for x in arrays)
    return found[0] if len(found) == 1 else Tuple(found)


# Axes -----------------------------------------------------------------------------------------------------------------


@call(np.transpose)
def transpose(context: Context, node: ast.AST, a: Abstract, axes: Abstract | None = None) -> Abstract:
    """The axes in the order `axes`, or reversed; shares memory."""
    order = option(context, node, axes, "the order of the axes")
    if is_number(a) and order in (None, ()):
        return a
    x = array(context, node, a)
    if order is None:
        return Array(moved(context, x.value, range(x.rank)[::-1]))
    order = tuple(axis_of(context, node, k, x.rank) for k in (order if isinstance(order, tuple) else (order,)))
    if sorted(order) != list(range(x.rank)):
        context.refuse(node, "axes don't match array", f"name each of the {x.rank} axes once")
    return Array(moved(context, x.value, order))


def is_number(x: Abstract) -> bool:
    """Whether it is a number of NumPy's, which its own methods leave a number."""
    return isinstance(x, Scalar) and not x.weak


@call(np.matrix_transpose)
def matrix_transpose(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """The last two axes swapped."""
    given = array(context, node, x)
    order = [*range(given.rank - 2), given.rank - 1, given.rank - 2]
    return Array(moved(context, given.value, order))


@method("transpose")
def transpose_method(context: Context, node: ast.AST, x: Abstract, *axes: Abstract) -> Abstract:
    """x.transpose(), x.transpose(1, 0) or x.transpose((1, 0))."""
    if len(axes) > 1:
        return transpose(context, node, x, Tuple(axes))
    return transpose(context, node, x, axes[0] if axes and axes[0] is not NONE else None)


@call(np.swapaxes)
@method("swapaxes")
def swapaxes(context: Context, node: ast.AST, a: Abstract, axis1: Abstract, axis2: Abstract) -> Abstract:
    x = array(context, node, a)
    i, j = (axis_of(context, node, option(context, node, k, "the axis"), x.rank) for k in (axis1, axis2))
    order = list(range(x.rank))
    order[i], order[j] = order[j], order[i]
    return Array(moved(context, x.value, order))


@call(np.moveaxis)
def moveaxis(context: Context, node: ast.AST, a: Abstract, source: Abstract, destination: Abstract) -> Abstract:
    x = array(context, node, a)
    given = (option(context, node, k, "the axis") for k in (source, destination))
    from_, to = ([axis_of(context, node, k, x.rank) for k in (g if isinstance(g, tuple) else (g,))] for g in given)
    order = [k for k in range(x.rank) if k not in from_]
    for target, axis in sorted(zip(to, from_)):
        order.insert(target, axis)
    return Array(moved(context, x.value, order))


@call(np.squeeze)
@method("squeeze")
def squeeze(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None) -> Abstract:
    """Without the axes of length 1 that are named."""
    given = option(context, node, axis, "the axis")
    if is_number(a) and given in (None, ()):
        return a
    x = array(context, node, a)
    if given is None:
        return squeezed(context, x)
    gone = {axis_of(context, node, k, x.rank) for k in (given if isinstance(given, tuple) else (given,))}
    b = context.b
    for k in sorted(gone):
        one = b.op("eq", b.op("dim", x.value, axis=k), b.i64(1))
        context.check(one, ValueError, "cannot select an axis to squeeze out which has size not equal to one")
    letters = "".join("i" if k in gone else "a" for k in range(x.rank))
    return Array(b.op("view", x.value, *[b.i64(0)] * len(gone), axes=letters, name=x.value.name))


def squeezed(context: Context, x: Array) -> Array:
    """Without the axes that have length 1: the array itself where none has. That no other has is checked: the rank can't depend on run-time
    extents."""
    b = context.b
    answers = [is_single(context, x.value, k) for k in range(x.rank)]
    for k, answer in enumerate(answers):
        if answer is None:
            message = f"np.squeeze must know the axes of length 1 when the function is compiled: axis {k} is one here\n{NAME_THEM}"
            context.check(b.op("ne", b.op("dim", x.value, axis=k), b.i64(1)), NotSupported, message)
    if not any(answers):
        return x
    letters = "".join("i" if answer else "a" for answer in answers)
    return Array(b.op("view", x.value, *[b.i64(0)] * letters.count("i"), axes=letters, name=x.value.name))


NAME_THEM = "name the axis: np.squeeze(x, axis=…)"


@call(np.expand_dims)
def expand_dims(context: Context, node: ast.AST, a: Abstract, axis: Abstract) -> Abstract:
    """With axes of length 1 at the named places of the result."""
    x = array(context, node, a)
    given = option(context, node, axis, "the axis")
    places = given if isinstance(given, tuple) else (given,)
    rank = x.rank + len(places)
    new = {axis_of(context, node, k, rank) for k in places}
    if len(new) != len(places):
        context.refuse(node, "repeated axis", "name each axis once")
    letters = "".join("n" if k in new else "a" for k in range(rank))
    return Array(context.b.op("view", x.value, axes=letters, name=x.value.name))


@call(np.broadcast_to)
def broadcast_to(context: Context, node: ast.AST, array_: Abstract, shape: Abstract) -> Abstract:
    """`array` repeated along new and length-1 axes; shares memory, read only."""
    x = array(context, node, array_)
    dims = new_shape(context, node, shape, memory=False)
    if len(dims) < x.rank:
        context.refuse(node, "input operand has more dimensions than allowed by the axis remapping", "give a longer shape")
    return Array(context.b.op("broadcast", x.value, *dims, name=x.value.name))


# Reversing ------------------------------------------------------------------------------------------------------------


def flipped(context: Context, node: ast.AST, x: Array, axes: Sequence[int]) -> Array:
    backwards = Slice(NONE, NONE, context.constant(-1))
    letters, numbers = "", list[Value]()
    for k in range(x.rank):
        letter, more = view_numbers(context, node, backwards, context.b.op("dim", x.value, axis=k)) if k in axes else ("a", ())
        letters, numbers = letters + letter, [*numbers, *more]
    return Array(context.b.op("view", x.value, *numbers, axes=letters, name=x.value.name))


@call(np.flip)
def flip(context: Context, node: ast.AST, m: Abstract, axis: Abstract | None = None) -> Abstract:
    """Reversed along the named axes, or all; shares memory. Of an array of no axes it is the element."""
    x = array(context, node, m)
    given = option(context, node, axis, "the axis")
    if x.rank == 0 and given is None:
        return data(context, x.value)
    axes = range(x.rank) if given is None else given if isinstance(given, tuple) else (given,)
    return flipped(context, node, x, [axis_of(context, node, k, x.rank) for k in axes])


@call(np.flipud)
def flipud(context: Context, node: ast.AST, m: Abstract) -> Abstract:
    x = array(context, node, m)
    if x.rank < 1:
        context.refuse(node, "Input must be >= 1-d.", "pass an array")
    return flipped(context, node, x, [0])


@call(np.fliplr)
def fliplr(context: Context, node: ast.AST, m: Abstract) -> Abstract:
    x = array(context, node, m)
    if x.rank < 2:
        context.refuse(node, "Input must be >= 2-d.", "use x[::-1]")
    return flipped(context, node, x, [1])


# Diagonals ------------------------------------------------------------------------------------------------------------


def diagonal_view(
    context: Context, node: ast.AST, x: Array, offset: Abstract | None, axis1: Abstract | None = None, axis2: Abstract | None = None
) -> Array:
    """The diagonals along two axes, the first two where nothing is said, `offset` columns to the right, as the last axis; shares memory."""
    if x.rank < 2:
        context.raises(node, ValueError, "diag requires an array of at least two dimensions")
    first, second = (axis_of(context, node, option(context, node, k, "the axis", n), x.rank) for k, n in ((axis1, 0), (axis2, 1)))
    if first == second:
        context.raises(node, ValueError, "axis1 and axis2 cannot be the same")
    b = context.b
    others = [k for k in range(x.rank) if k not in (first, second)]
    turned = moved(context, x.value, (*others, first, second))
    k = integer_option(context, node, offset, "the offset of the diagonal", 0)
    zero, down, right = b.i64(0), b.i64(max(-k, 0)), b.i64(max(k, 0))
    *_, rows, columns = b.dims(turned)
    room = (b.op("sub", rows, down), b.op("sub", columns, right)) if k else (rows, columns)
    count = b.op("maximum", b.op("minimum", *room), zero, name="count")
    square = b.op("view", turned, down, count, right, count, axes="a" * len(others) + "uu", name=x.value.name)
    return Array(b.op("diagonal", square))


@call(np.diagonal)
@method("diagonal")
def diagonal(
    context: Context,
    node: ast.AST,
    a: Abstract,
    offset: Abstract | None = None,
    axis1: Abstract | None = None,
    axis2: Abstract | None = None,
) -> Abstract:
    """The diagonals along two axes; they share memory, read only."""
    return diagonal_view(context, node, array(context, node, a), offset, axis1, axis2)


@call(np.diag)
def diag(context: Context, node: ast.AST, v: Abstract, k: Abstract | None = None) -> Abstract:
    """The diagonal of a matrix, or the matrix with a given diagonal."""
    x = array(context, node, v)
    if x.rank not in (1, 2):
        context.raises(node, ValueError, "Input must be 1- or 2-d.")
    if x.rank == 2:
        return diagonal_view(context, node, x, k)
    b = context.b
    offset = integer_option(context, node, k, "the offset of the diagonal", 0)
    (n,) = b.dims(x.value)
    side = b.op("add", n, b.i64(abs(offset))) if offset else n
    out = b.op("full", b.constant(0, x.dtype, "zero"), side, side, name="diag")
    flat_ = b.op("reshape", out, b.op("mul", side, side))
    first = b.i64(offset) if offset >= 0 else b.op("mul", side, b.i64(-offset))
    b.do("assign", x.value, b.op("view", flat_, first, n, b.op("add", side, b.i64(1)), axes="s", name="diagonal"))
    return Array(out)
