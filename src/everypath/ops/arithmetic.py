"""Sums, products, powers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .define import NONZERO, POSITIVE, composed, elementwise
from .rules import JUMPS
from .term import apply, eq, rint, sign

INT64 = np.iinfo(np.int64)


def python_integer(meaning: Callable[..., Any]) -> Callable[..., Any]:
    """With overflow="raise" the operands are Python's integers, and a result past 64 bits is an OverflowError.

    overflow="never" is a proof that this can't happen; were it wrong, the interpreter would say so in the same way.
    """

    def computed(*operands: Any, overflow: str = "wrap") -> Any:
        if overflow == "wrap":
            return meaning(*operands)
        exact = meaning(*(int(v) for v in operands))
        if not INT64.min <= exact <= INT64.max:
            raise OverflowError("integer result does not fit in 64 bits")
        return exact

    return computed


def power(x: Any, y: Any, *, overflow: str = "wrap") -> Any:
    """x to the y; on Python's integers exact, with overflow="raise" an OverflowError past 64 bits."""
    if overflow == "wrap":
        return np.power(x, y)
    x, y = int(x), int(y)
    if y < 0:
        raise ValueError("Integers to negative integer powers are not allowed.")
    if abs(x) > 1 and y > 63:
        raise OverflowError("integer result does not fit in 64 bits")
    return python_integer(lambda x, y: x**y)(x, y, overflow=overflow)


add = elementwise(
    "add",
    python_integer(lambda x, y: x + y),
    (lambda x, y, out: 1.0, lambda x, y, out: 1.0),
    symbol="{0} + {1}",
    attributes=["overflow"],
)
sub = elementwise(
    "sub",
    python_integer(lambda x, y: x - y),
    (lambda x, y, out: 1.0, lambda x, y, out: -1.0),
    symbol="{0} - {1}",
    attributes=["overflow"],
)
mul = elementwise(
    "mul",
    python_integer(lambda x, y: x * y),
    (lambda x, y, out: y, lambda x, y, out: x),
    symbol="{0}·{1}",
    attributes=["overflow"],
)
div = elementwise("div", np.divide, (lambda x, y, out: 1 / y, lambda x, y, out: -out / y), symbol="{0}/{1}", domain=((-2.0, 2.0), NONZERO))
over = composed(
    "over",
    lambda x, y: x * (1.0 / y),
    (lambda x, y, out: 1.0 / y, lambda x, y, out: -apply("over", out, y)),
    written=lambda x, y: x / y,
    domain=((-2.0, 2.0), NONZERO),
)
"""A quotient computed by the reciprocal, of which it is not derived: 2/y³, the second derivative of 1/y, is 0 where y is beyond 1e108."""

neg = elementwise("neg", python_integer(lambda x: -x), lambda x, out: -1.0, symbol="-{0}", attributes=["overflow"])
square = elementwise("square", np.square, lambda x, out: 2 * x, symbol="{0}²")


def power_by_base(x: Any, y: Any, out: Any) -> Any:
    """∂(x^y)/∂x = y·x^(y-1), and 0 for y = 0 whatever x is."""
    return apply("power_slope", x, y)


def power_by_exponent(x: Any, y: Any, out: Any) -> Any:
    """∂(x^y)/∂y = x^y·log x, and 0 at x = 0, where x^y is 0 for every y > 0."""
    return apply("power_log", x, y)


def turns(x: Any, y: Any, out: Any) -> Any:
    """∂(x - n·y)/∂y = -n: a whole number, constant between the jumps."""
    return rint((out - x) / y)


def ieee_remainder(x: Any, y: Any) -> Any:
    """x - n·y for the integer n nearest to x/y, the even one of two, without rounding; NaN where there is none."""
    return np.vectorize(one_remainder, otypes=[np.result_type(x, y)])(x, y)[()]


def one_remainder(x: float, y: float) -> float:
    try:
        return math.remainder(x, y)
    except ValueError:
        return math.nan


pow_ = elementwise(
    "pow",
    power,
    (power_by_base, power_by_exponent),
    symbol="{0}^{1}",
    domain=(POSITIVE, (-2.0, 2.0)),
    attributes=["overflow"],
)
floordiv = elementwise(
    "floordiv",
    np.floor_divide,
    symbol="⌊{0}/{1}⌋",
    domain=((-2.0, 2.0), NONZERO),
    no_derivative=JUMPS,
)
mod = elementwise(
    "mod",
    np.mod,
    (lambda x, y, out: 1.0, turns),
    symbol="{0} mod {1}",
    domain=((1.1, 1.9), (0.7, 0.9)),
)
fmod = elementwise(
    "fmod",
    np.fmod,
    (lambda x, y, out: 1.0, turns),
    symbol="fmod({0}, {1})",
    domain=((1.1, 1.9), (0.7, 0.9)),
)
remainder = elementwise(
    "remainder",
    ieee_remainder,
    (lambda x, y, out: 1.0, turns),
    symbol="remainder({0}, {1})",
    domain=((1.1, 1.3), (0.7, 0.8)),
)
copysign = elementwise(
    "copysign",
    np.copysign,
    (lambda x, y, out: sign(x) * sign(out), None),
    tie=lambda x, y, out: eq(x, 0.0),
    symbol="copysign({0}, {1})",
    domain=NONZERO,
)
