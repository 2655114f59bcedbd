"""The functions of scipy.special that are one op, or a few."""

from __future__ import annotations

import ast
from typing import Any

from ...ir.program import Value
from ...ir.types import scalar_of
from ..context import Context
from ..values import Abstract, Array
from .extremes import extreme
from .operands import data, float_operand, operand
from .reductions import reduction, total
from .ufunc import floats


def direct(opcode: str) -> Any:
    """The handler of a function that is the op `opcode`."""

    def handler(context: Context, node: ast.AST, x: Abstract) -> Abstract:
        return data(context, context.b.op(opcode, *floats(context, node, opcode, (operand(context, node, x),))))

    return handler


def expit(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """1 / (1 + exp(-x))."""
    b = context.b
    (value,) = floats(context, node, "expit", (operand(context, node, x),))
    one = b.constant(1, scalar_of(value.type), "one")
    return data(context, b.op("div", one, b.op("add", one, b.op("exp", b.op("neg", value))), name="expit"))


def logit(context: Context, node: ast.AST, x: Abstract) -> Abstract:
    """log(x / (1 - x))."""
    b = context.b
    (value,) = floats(context, node, "logit", (operand(context, node, x),))
    one = b.constant(1, scalar_of(value.type), "one")
    return data(context, b.op("log", b.op("div", value, b.op("sub", one, value)), name="logit"))


def xlogy(context: Context, node: ast.AST, x: Abstract, y: Abstract) -> Abstract:
    """x·log y, and 0 where x is 0 and y is a number."""
    b = context.b
    left, right = floats(context, node, "xlogy", (operand(context, node, x), operand(context, node, y)))
    zero = b.constant(0, scalar_of(left.type), "zero")
    none = b.op("and", b.op("eq", left, zero), b.op("eq", right, right))
    return data(context, b.op("select", none, zero, b.op("mul", left, b.op("log", right)), name="xlogy"))


def logsumexp(context: Context, node: ast.AST, a: Abstract, axis: Abstract | None = None, *, keepdims: Abstract | None = None) -> Abstract:
    """log Σ exp(a): the largest element goes first, so that nothing overflows."""
    b = context.b
    given, axes, keep = reduction(context, node, a, axis, keepdims)
    x = float_operand(context, node, given)
    if not axes:
        return data(context, x)
    top = extreme(context, node, Array(x), axes, True, "max")
    assert isinstance(top, Array)
    finite = b.op("select", b.op("isfinite", top.value), top.value, b.constant(0, top.dtype, "zero"), name="top")
    summed = b.op("log", total(context, b.op("exp", b.op("sub", x, finite)), axes, True))
    return squeezed(context, b.op("add", summed, finite, name="logsumexp"), axes, keep)


def squeezed(context: Context, value: Value, axes: tuple[int, ...], keep: bool) -> Abstract:
    """A result with its reduced axes of length 1, or without them."""
    if keep:
        return Array(value)
    b = context.b
    letters = "".join("i" if k in axes else "a" for k in range(value.type.rank))  # type: ignore[union-attr]
    return data(context, b.op("view", value, *[b.i64(0)] * len(axes), axes=letters, name=value.name))


def softmax(context: Context, node: ast.AST, x: Abstract, axis: Abstract | None = None) -> Abstract:
    """exp(x) / Σ exp(x)."""
    b = context.b
    given, axes, _ = reduction(context, node, x, axis, None)
    if not axes:
        context.refuse(node, "the softmax of a number is always 1", "pass an array")
    value = float_operand(context, node, given)
    top = extreme(context, node, Array(value), axes, True, "max")
    assert isinstance(top, Array)
    powers = b.op("exp", b.op("sub", value, top.value))
    return Array(b.op("div", powers, total(context, powers, axes, True), name="softmax"))


HANDLERS: dict[str, Any] = {
    "erf": direct("erf"),
    "erfc": direct("erfc"),
    "gammaln": direct("lgamma"),
    "loggamma": direct("lgamma"),
    "gamma": direct("gamma"),
    "psi": direct("digamma"),
    "digamma": direct("digamma"),
    "exp2": direct("exp2"),
    "expm1": direct("expm1"),
    "log1p": direct("log1p"),
    "cbrt": direct("cbrt"),
    "expit": expit,
    "logit": logit,
    "xlogy": xlogy,
    "logsumexp": logsumexp,
    "softmax": softmax,
}
