"""Choosing between elements: where, clip, select, masks of triangles, rounding to decimals, closeness."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F64, scalar_of
from ..context import Context
from ..objects import sequence_items
from ..values import Abstract, Array, Scalar, Static, Tuple
from .conversion import Operand, array, array_data, common_dtype, convert, data, operand, strong, to_bool, together
from .creation import array_call
from .keys import nonzero
from .operands import integer, integer_option, option
from .registry import call, method
from .ufunc import delivered, fresh, ufunc
from .views import flat


@call(np.where)
def where(context: Context, node: ast.AST, condition: Abstract, x: Abstract | None = None, y: Abstract | None = None) -> Abstract:
    """x where the condition holds, else y: the side not chosen contributes nothing. With the condition alone, its positions."""
    held = to_bool(context, operand(context, node, condition).value)
    if x is None and y is None:
        return positions(context, node, context.wrap(held))
    if x is None or y is None:
        context.refuse(node, "either both or neither of x and y should be given", "give both")
    return array_data(context, chosen(context, node, held, x, y))


def chosen(context: Context, node: ast.AST, held: Value, x: Abstract, y: Abstract) -> Value:
    """select in the common dtype of x and y."""
    sides = together(context, node, [operand(context, node, x), operand(context, node, y)])
    return context.b.op("select", held, *sides, name="where")


def positions(context: Context, node: ast.AST, mask: Abstract) -> Abstract:
    if not isinstance(mask, Array):
        context.refuse(node, "the positions of a number's truth are not supported", "pass an array")
    return Tuple(tuple(Array(i) for i in nonzero(context, mask)))


@call(np.nonzero)
@method("nonzero")
def nonzero_call(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    """The positions of the elements that are not 0, one array for each axis."""
    return positions(context, node, context.wrap(to_bool(context, operand(context, node, a).value)))


@call(np.flatnonzero)
def flatnonzero(context: Context, node: ast.AST, a: Abstract) -> Abstract:
    return Array(nonzero(context, Array(to_bool(context, flat(context, array(context, node, a)).value)))[0])


@call(np.select)
def select(context: Context, node: ast.AST, condlist: Abstract, choicelist: Abstract, default: Abstract | None = None) -> Abstract:
    """The first choice whose condition holds."""
    conditions, choices = sequence_items(condlist), sequence_items(choicelist)
    if conditions is None or choices is None or len(conditions) != len(choices) or not conditions:
        context.refuse(node, "list of cases must be same length as list of conditions", "give one choice for each condition")
    other = default if default is not None else Scalar(context.b.i64(0), "int", 0)
    operands = [operand(context, node, x) for x in (*choices, other)]
    *values, result = together(context, node, operands)
    for condition, value in zip(reversed(conditions), reversed(values)):
        held = to_bool(context, operand(context, node, condition).value)
        result = context.b.op("select", held, value, result, name="select")
    return array_data(context, result)


@call(np.clip)
def clip(
    context: Context,
    node: ast.AST,
    a: Abstract,
    a_min: Abstract | None = None,
    a_max: Abstract | None = None,
    out: Abstract | None = None,
    *,
    min: Abstract | None = None,
    max: Abstract | None = None,
) -> Abstract:
    """min(max(a, a_min), a_max) element by element."""
    if (a_min is not None or a_max is not None) and (min is not None or max is not None):
        context.refuse(
            node, "Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.", "give two of them"
        )
    low, high = a_min if a_min is not None else min, a_max if a_max is not None else max
    x = strong(operand(context, node, a))
    bounds = [operand(context, node, bound) for bound in (low, high) if bound is not None]
    dtype = common_dtype([x, *bounds])
    result = convert(context, node, x, dtype)
    names = [name for name, bound in (("maximum", low), ("minimum", high)) if bound is not None]
    for name, bound in zip(names, bounds):
        result = ufunc(context, node, name, context.wrap(result), context.wrap(convert(context, node, bound, dtype)))
    return delivered(context, node, "clip", result if names else fresh(context, x), out)


@method("clip")
def clip_method(
    context: Context,
    node: ast.AST,
    a: Abstract,
    min: Abstract | None = None,
    max: Abstract | None = None,
    out: Abstract | None = None,
) -> Abstract:
    return clip(context, node, a, min, max, out)


@call(np.round, np.around)
@method("round")
def round_(context: Context, node: ast.AST, a: Abstract, decimals: Abstract | None = None) -> Abstract:
    """Rounded to even at `decimals` places, as NumPy does it: scaled, rounded, scaled back."""
    x = operand(context, node, a)
    places = integer_option(context, node, decimals, "the number of decimals", 0)
    b, dtype = context.b, common_dtype([x])
    if not dtype.is_float:
        if dtype == BOOL:
            context.refuse(node, "rounding booleans is not supported", "convert with .astype(float)")
        if places >= 0:
            return data(context, fresh(context, x))
        tens, of_floats = b.f64(10.0**-places), context.cast(x.value, F64)
        return data(context, context.cast(b.op("mul", b.op("rint", b.op("div", of_floats, tens)), tens, name="round"), dtype))
    if places == 0:
        return data(context, b.op("rint", x.value))
    scale = b.constant(10.0 ** abs(places), dtype, "scale")
    up, down = ("mul", "div") if places > 0 else ("div", "mul")
    return data(context, b.op(down, b.op("rint", b.op(up, x.value, scale)), scale, name="round"))


@call(np.nan_to_num)
def nan_to_num(
    context: Context,
    node: ast.AST,
    x: Abstract,
    copy: Abstract | None = None,
    nan: Abstract | None = None,
    posinf: Abstract | None = None,
    neginf: Abstract | None = None,
) -> Abstract:
    """NaN to 0, infinities to the largest numbers, or to what is given."""
    in_place = copy is not None and not option(context, node, copy, "copy")
    target = array_call(context, node, x, copy=Static(False)) if in_place else None
    given = operand(context, node, x)
    dtype = common_dtype([given])
    if not dtype.is_float:
        return given if isinstance(target, Array) else data(context, fresh(context, given))
    b, limits, value = context.b, np.finfo(dtype.numpy), given.value

    def other(replacement: Abstract | None, default: float) -> Value:
        if replacement is None:
            return b.constant(default, dtype)
        return convert(context, node, operand(context, node, replacement), dtype)

    infinite, zero = b.op("isinf", value), b.constant(0, dtype, "zero")
    above, below = b.op("gt", value, zero), b.op("lt", value, zero)
    result = b.op("select", b.op("isnan", value), other(nan, 0.0), value)
    result = b.op("select", b.op("and", infinite, above), other(posinf, float(limits.max)), result)
    result = b.op("select", b.op("and", infinite, below), other(neginf, float(limits.min)), result, name="nan_to_num")
    if not isinstance(target, Array):
        return data(context, result)
    b.do("assign" if target.rank else "store", result, target.value)
    return target if target.rank else Scalar(result, "numpy")


# Triangles ------------------------------------------------------------------------------------------------------------


def triangle(context: Context, node: ast.AST, m: Abstract, k: Abstract | None, comparison: str) -> Abstract:
    """The elements whose column - row compares so with k, 0 elsewhere. A vector is every row of a square matrix."""
    b, x = context.b, array(context, node, m)
    if x.rank == 0:
        context.raises(node, TypeError, "tri() missing 1 required positional argument: 'N'", "pass a matrix")
    rows, columns = (b.dims(x.value) * 2)[-2:]
    x = x if x.rank > 1 else Array(b.op("view", x.value, axes="na", name=x.value.name))
    row = b.op("view", b.op("iota", rows), axes="an", name="row")
    column = b.op("view", b.op("iota", columns), axes="na", name="column")
    offset = integer(context, node, k, "the diagonal") if k is not None else b.i64(0)
    inside = b.op(comparison, column, b.op("add", row, offset))
    return Array(b.op("select", inside, x.value, b.constant(0, scalar_of(x.value.type), "zero"), name="triangle"))


@call(np.tril)
def tril(context: Context, node: ast.AST, m: Abstract, k: Abstract | None = None) -> Abstract:
    """The lower triangle, with the diagonals up to k."""
    return triangle(context, node, m, k, "le")


@call(np.triu)
def triu(context: Context, node: ast.AST, m: Abstract, k: Abstract | None = None) -> Abstract:
    """The upper triangle, with the diagonals from k on."""
    return triangle(context, node, m, k, "ge")


# Closeness ------------------------------------------------------------------------------------------------------------


def close(
    context: Context,
    node: ast.AST,
    a: Abstract,
    b: Abstract,
    rtol: Abstract | None,
    atol: Abstract | None,
    equal_nan: Abstract | None = None,
) -> Value:
    """|a - b| <= atol + rtol·|b|, or equal (infinities), or, with `equal_nan`, both NaN."""
    x, y = operand(context, node, a), with_fraction(context, node, operand(context, node, b))
    relative = rtol if rtol is not None else context.constant(1e-5)
    absolute = atol if atol is not None else context.constant(1e-8)

    def u(name: str, *operands: Abstract) -> Abstract:
        return context.wrap(ufunc(context, node, name, *operands))

    room = u("add", absolute, u("multiply", relative, u("absolute", y)))
    near = u("logical_and", u("less_equal", u("absolute", u("subtract", x, y)), room), u("isfinite", y))
    result = u("logical_or", near, u("equal", x, y))
    if option(context, node, equal_nan, "equal_nan", False):
        result = u("logical_or", result, u("logical_and", u("isnan", x), u("isnan", y)))
    assert isinstance(result, (Scalar, Array))
    return result.value


def with_fraction(context: Context, node: ast.AST, x: Operand) -> Operand:
    """`x` as floats, where it is of integers: Python's own where it is."""
    if scalar_of(x.value.type).is_float:
        return x
    value = convert(context, node, x, F64)
    return Array(value) if isinstance(x, Array) else Scalar(value, "float" if x.weak else "numpy")


@call(np.isclose)
def isclose(
    context: Context,
    node: ast.AST,
    a: Abstract,
    b: Abstract,
    rtol: Abstract | None = None,
    atol: Abstract | None = None,
    equal_nan: Abstract | None = None,
) -> Abstract:
    return data(context, close(context, node, a, b, rtol, atol, equal_nan))


@call(np.allclose)
def allclose(
    context: Context,
    node: ast.AST,
    a: Abstract,
    b: Abstract,
    rtol: Abstract | None = None,
    atol: Abstract | None = None,
    equal_nan: Abstract | None = None,
) -> Abstract:
    """Whether all are close: Python's bool."""
    value = data(context, close(context, node, a, b, rtol, atol, equal_nan))
    assert isinstance(value, (Scalar, Array))
    if isinstance(value, Array):
        return Scalar(context.b.op("all", value.value, axes=tuple(range(value.rank)), keepdims=False), "bool")
    return Scalar(value.value, "bool")
