"""NumPy's arithmetic and mathematical ufuncs."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F64, I8, scalar_of
from ...library.intrinsics import over
from ..context import Context
from ..values import Abstract, Array, Scalar
from .conversion import Operand, common_dtype, convert, data, operand
from .dtypes import quotient
from .registry import call
from .ufunc import Compute, floats, fresh, in_common, in_float, register


def divided(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """x / y: integers and booleans divide in float64."""
    dtype = quotient(common_dtype(xs))
    return context.b.op("div", *(convert(context, node, x, dtype) for x in xs))


@call(over)
def by_reciprocal(context: Context, node: ast.AST, x: Abstract, y: Abstract) -> Abstract:
    xs = operand(context, node, x), operand(context, node, y)
    dtype = common_dtype(xs)
    return data(context, context.b.op("over", *(convert(context, node, z, dtype) for z in xs)))


def negated(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    if common_dtype(xs) == BOOL:
        reason = "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead"
        context.refuse(node, reason, "write ~x")
    return context.b.op("neg", xs[0].value)


def positive(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    if common_dtype(xs) == BOOL:
        context.refuse(node, "NumPy has no positive of booleans", "convert with .astype(int)")
    return fresh(context, xs[0])


def absolute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    return fresh(context, xs[0]) if common_dtype(xs) == BOOL else context.b.op("abs", xs[0].value)


def reciprocal(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """1 / x; integers are refused, since NumPy's answer is 0 for nearly all of them."""
    dtype = common_dtype(xs)
    if not dtype.is_float:
        context.refuse(node, "np.reciprocal of integers is 0 for nearly all of them", "write 1 / x, or convert with .astype(float)")
    return context.b.op("div", context.b.constant(1, dtype, "one"), xs[0].value, name="reciprocal")


def squared(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    dtype = common_dtype(xs)
    x = convert(context, node, xs[0], I8) if dtype == BOOL else xs[0].value
    return context.b.op("square", x) if dtype.is_float else context.b.op("mul", x, x, name="square")


def powered(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """x ** y: an exponent known to be 2 is a square; integers to negative integer powers raise."""
    base, exponent = xs
    b, dtype = context.b, common_dtype(xs)
    known = exponent.static if isinstance(exponent, Scalar) and exponent.is_static else None
    if dtype == BOOL:
        dtype = I8
    x = convert(context, node, base, dtype)
    if known is not None and known == 2:
        return b.op("square", x) if dtype.is_float else b.op("mul", x, x, name="square")
    y = convert(context, node, exponent, dtype)
    if dtype.is_integer and not dtype.is_unsigned and (known is None or known < 0):
        allowed = b.op("ge", y, b.constant(0, dtype, "zero"))
        if isinstance(exponent, Array):
            allowed = b.op("all", allowed, axes=tuple(range(exponent.rank)), keepdims=False)
        context.check(allowed, ValueError, "Integers to negative integer powers are not allowed.")
    return b.op("pow", x, y)


def float_power(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """x ** y in float64."""
    return context.b.op("pow", *(convert(context, node, x, F64) for x in xs))


def scaled(factor: float) -> Compute:
    """deg2rad, rad2deg."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        (value,) = floats(context, node, "degrees and radians", xs)
        return context.b.op("mul", value, context.b.constant(factor, scalar_of(value.type), "factor"))

    return compute


def heaviside(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
    """0 below 0, 1 above, the second operand at 0."""
    b = context.b
    x, at_zero = floats(context, node, "heaviside", xs)
    dtype = scalar_of(x.type)
    zero, one = b.constant(0, dtype, "zero"), b.constant(1, dtype, "one")
    below = b.op("select", b.op("lt", x, zero), zero, at_zero)
    step = b.op("select", b.op("gt", x, zero), one, below)
    return b.op("select", b.op("isnan", x), x, step, name="heaviside")


for _name in (
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh rint"
).split():
    register(_name, in_float(_name), 1)
for _alias, _op in (("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("asinh", "arcsinh"), ("acosh", "arccosh")):
    register(_alias, in_float(_op), 1)
register("atanh", in_float("arctanh"), 1)
register("fabs", in_float("abs"), 1)
for _name in ("arctan2", "hypot", "copysign", "logaddexp"):
    register(_name, in_float(_name), 2)
register("atan2", in_float("arctan2"), 2)
register("heaviside", heaviside, 2)
register("deg2rad radians", scaled(np.pi / 180), 1)
register("rad2deg degrees", scaled(180 / np.pi), 1)

NO_SUBTRACT = (
    "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, "
    "or the logical_xor function instead."
)
register("add", in_common("add", booleans="or"), 2)
register("subtract", in_common("sub", why=NO_SUBTRACT), 2)
register("multiply", in_common("mul", booleans="and"), 2)
register("divide true_divide", divided, 2)
register("floor_divide", in_common("floordiv", small=True), 2)
register("mod remainder", in_common("mod", small=True), 2)
register("fmod", in_common("fmod", small=True), 2)
register("power pow", powered, 2)
register("float_power", float_power, 2)
register("maximum", in_common("maximum", booleans="or"), 2)
register("minimum", in_common("minimum", booleans="and"), 2)
register("fmax", in_common("fmax", booleans="or"), 2)
register("fmin", in_common("fmin", booleans="and"), 2)
register("negative", negated, 1)
register("positive", positive, 1)
register("abs absolute", absolute, 1)
register("sign", in_common("sign"), 1)
register("square", squared, 1)
register("reciprocal", reciprocal, 1)
