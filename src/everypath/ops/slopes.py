"""Derivatives that have a name of their own, because a formula in the other operations would lose digits in its own derivative.

Each is exact to a few units of the last place over its whole domain, far out and at the edges, and so is its derivative: what
would cancel is factored, what would overflow is divided step by step, and none has a kink that the function has not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import ANYWHERE, POSITIVE, UNIT, composed
from .term import absolute, and_, apply, cbrt, copysign, eq, exp, ge, hypot, isfinite, isinf, log, pow_, select, sqrt, tanh, vanishing

one_minus_square = composed("one_minus_square", lambda x: (1 - x) * (1 + x), lambda x, out: -2 * x, written=lambda x: 1 - x**2, domain=UNIT)
"""1 - x², with every digit at ±1."""


def sech2_formula(x: Any) -> Any:
    """1/cosh² x = 4u/(1 + u)² with u = exp(-2|x|)."""
    u = exp(-2.0 * absolute(x))
    return 4.0 * u / (1.0 + u) ** 2


sech2 = composed("sech2", sech2_formula, lambda x, out: -2.0 * tanh(x) * out, written=lambda x: 1 - tanh(x) ** 2)


def expit_slope_formula(x: Any) -> Any:
    """σ(x)·σ(-x) = u/(1 + u)² with u = exp(-|x|)."""
    u = exp(-absolute(x))
    return u / (1.0 + u) ** 2


expit_slope = composed(
    "expit_slope",
    expit_slope_formula,
    lambda x, out: -out * tanh(0.5 * x),
    written=lambda x: apply("expit", x) * apply("expit", -x),
)


def falling(x: Any, out: Any) -> Any:
    """d/dx 1/√(x² ± 1) = -x·out³."""
    return -(vanishing(out, x) * out) * out


arctan_slope = composed(
    "arctan_slope", lambda x: 1.0 / (1.0 + x**2), lambda x, out: -2.0 * vanishing(out, x) * out, written=lambda x: 1 / (1 + x**2)
)
arcsinh_slope = composed("arcsinh_slope", lambda x: 1.0 / hypot(x, 1.0), falling, written=lambda x: 1 / sqrt(x**2 + 1))
arccosh_slope = composed(
    "arccosh_slope", lambda x: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)), falling, written=lambda x: 1 / sqrt(x**2 - 1), domain=(1.2, 3.0)
)
cbrt_slope = composed(
    "cbrt_slope",
    lambda x: 1.0 / (3.0 * cbrt(x) ** 2),
    lambda x, out: -(2.0 / 3.0) * out / x,
    written=lambda x: 1 / (3 * cbrt(x) ** 2),
    domain=POSITIVE,
)
gauss = composed("gauss", lambda x: exp(-(x**2)), lambda x, out: -2.0 * vanishing(out, x), written=lambda x: exp(-(x**2)))


def over_square_formula(x: Any, y: Any) -> Any:
    """x/(x² + y²); 0 where the sum is infinite."""
    r = hypot(x, y)
    return select(isinf(r), 0.0, x / r / r)


def over_square_by_x(x: Any, y: Any, out: Any) -> Any:
    """(y² - x²)/(x² + y²)² = (y - x)(y + x)/(x² + y²)²."""
    r = hypot(x, y)
    return select(isinf(r), 0.0, ((y - x) / r / r) * ((y + x) / r / r))


over_square = composed(
    "over_square",
    over_square_formula,
    (over_square_by_x, lambda x, y, out: -2.0 * out * apply("over_square", y, x)),
    written=lambda x, y: x / (x**2 + y**2),
    domain=(POSITIVE, ANYWHERE),
)
"""The partial of an angle."""


def part_formula(x: Any, y: Any) -> Any:
    """x/√(x² + y²); ±1 where x alone is infinite."""
    return select(and_(isinf(x), isfinite(y)), copysign(1.0, x), x / hypot(x, y))


def part_by_x(x: Any, y: Any, out: Any) -> Any:
    """y²/(x² + y²)^(3/2)."""
    return apply("part", y, x) ** 2 / hypot(x, y)


def part_by_y(x: Any, y: Any, out: Any) -> Any:
    """-x·y/(x² + y²)^(3/2)."""
    return -(out * apply("part", y, x)) / hypot(x, y)


part = composed("part", part_formula, (part_by_x, part_by_y), written=lambda x, y: x / hypot(x, y), domain=(POSITIVE, ANYWHERE))
"""The partial of a length."""


def power_log_by_base(x: Any, y: Any, out: Any) -> Any:
    """∂(x^y·log x)/∂x = x^(y-1) + y·x^(y-1)·log x."""
    return pow_(x, y - 1.0) + vanishing(y, apply("power_log", x, y - 1.0))


power_slope = composed(
    "power_slope",
    lambda x, y: vanishing(y, pow_(x, y - 1.0)),
    (lambda x, y, out: vanishing(y, apply("power_slope", x, y - 1.0)), power_log_by_base),
    written=lambda x, y: y * pow_(x, y - 1.0),
    domain=(POSITIVE, (-2.0, 2.0)),
)
"""The partial of a power in its base."""

power_log = composed(
    "power_log",
    lambda x, y: vanishing(pow_(x, y), log(x)),
    (power_log_by_base, lambda x, y, out: vanishing(out, log(x))),
    written=lambda x, y: pow_(x, y) * log(x),
    domain=(POSITIVE, (-2.0, 2.0)),
)
"""The partial of a power in its exponent."""


def weight_formula(x: Any, y: Any) -> Any:
    """1/(1 + exp(y - x)), from the side on which nothing overflows; a half where both are the same infinity."""
    d = select(eq(x, y), 0.0, x - y)
    u = exp(-absolute(d))
    return select(ge(d, 0.0), 1.0, u) / (1.0 + u)


def weight_by_x(x: Any, y: Any, out: Any) -> Any:
    return out * apply("weight", y, x)


weight = composed(
    "weight", weight_formula, (weight_by_x, lambda x, y, out: -weight_by_x(x, y, out)), written=lambda x, y: 1 / (1 + exp(y - x))
)
"""The partial of log(exp x + exp y) in x."""


def logaddexp_formula(x: Any, y: Any) -> Any:
    """max + log1p(exp(-|x - y|)); where they are equal (infinities too), x/2 + y/2 + log 2."""
    apart = apply("maximum", x, y) + apply("log1p", exp(-absolute(x - y)))
    return select(eq(x, y), (0.5 * x + 0.5 * y) + float(np.log(2.0)), apart)


logaddexp = composed(
    "logaddexp",
    logaddexp_formula,
    (lambda x, y, out: apply("weight", x, y), lambda x, y, out: apply("weight", y, x)),
    written=lambda x, y: log(exp(x) + exp(y)),
)
