"""Hypergeometric functions in their argument: the derivative is one of the next parameters. And (exp(x) - 1)/x, which is one."""

from __future__ import annotations

from typing import Any

from .define import POSITIVE, composed
from .term import absolute, apply, exp, lt, select
from .ufuncs import NO_FORMULA, ufunc

PARAMETER = (0.4, 1.6)
MODULUS = (-0.8, 0.8)

hyp2f1 = ufunc(
    "hyp2f1",
    NO_FORMULA,
    NO_FORMULA,
    NO_FORMULA,
    lambda a, b, c, z, out: a * b / c * apply("hyp2f1", a + 1.0, b + 1.0, c + 1.0, z),
    symbol="₂F₁({0}, {1}; {2}; {3})",
    domain=(PARAMETER, PARAMETER, PARAMETER, MODULUS),
)
hyp1f1 = ufunc(
    "hyp1f1",
    NO_FORMULA,
    NO_FORMULA,
    lambda a, b, z, out: a / b * apply("hyp1f1", a + 1.0, b + 1.0, z),
    symbol="₁F₁({0}; {1}; {2})",
    domain=(PARAMETER, PARAMETER, MODULUS),
)
hyp0f1 = ufunc(
    "hyp0f1", NO_FORMULA, lambda v, z, out: apply("hyp0f1", v + 1.0, z) / v, symbol="₀F₁(; {0}; {1})", domain=(PARAMETER, MODULUS)
)
hyperu = ufunc(
    "hyperu",
    NO_FORMULA,
    NO_FORMULA,
    lambda a, b, x, out: -a * apply("hyperu", a + 1.0, b + 1.0, x),
    symbol="U({0}, {1}, {2})",
    domain=(PARAMETER, PARAMETER, POSITIVE),
)


def exprel_slope_formula(x: Any) -> Any:
    """(exp(x) - exprel(x))/x, whose terms cancel near 0: there the series Σ (k + 1)·xᵏ/(k + 2)!."""
    total: Any = 0.0
    term = 1.0
    coefficients = []
    for k in range(18):
        term = term / (k + 2) if k else 0.5
        coefficients.append((k + 1) * term)
    for c in reversed(coefficients):
        total = total * x + c
    return select(lt(absolute(x), 1.0), total, (exp(x) - apply("exprel", x)) / x)


def exprel_curvature(x: Any, out: Any) -> Any:
    """(exp(x) - 2·exprel'(x))/x; near 0 the series Σ (k + 1)(k + 2)·xᵏ/(k + 3)!."""
    total: Any = 0.0
    term = 1.0
    coefficients = []
    for k in range(19):
        term = term / (k + 3) if k else 1 / 6
        coefficients.append((k + 1) * (k + 2) * term)
    for c in reversed(coefficients):
        total = total * x + c
    return select(lt(absolute(x), 1.0), total, (exp(x) - 2.0 * out) / x)


exprel_slope = composed("exprel_slope", exprel_slope_formula, exprel_curvature, written=lambda x: (exp(x) - apply("exprel", x)) / x)
