"""The error function and its kin, the normal distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import ANYWHERE, POSITIVE, UNIT, composed, elementwise
from .term import absolute, apply, exp, gt, le, select
from .ufuncs import Ufunc, ufunc

TWO_OVER_ROOT_PI = 2 / np.sqrt(np.pi)
ROOT_TAU = np.sqrt(2 * np.pi)
ROOT_HALF = np.sqrt(0.5)

erf = elementwise("erf", Ufunc("erf"), lambda x, out: TWO_OVER_ROOT_PI * apply("gauss", x), symbol="erf({0})")
erfc = elementwise("erfc", Ufunc("erfc"), lambda x, out: -TWO_OVER_ROOT_PI * apply("gauss", x), symbol="erfc({0})")
erfinv = ufunc("erfinv", lambda x, out: exp(out**2) / TWO_OVER_ROOT_PI, symbol="erf⁻¹({0})", domain=UNIT)
erfcinv = ufunc("erfcinv", lambda x, out: -exp(out**2) / TWO_OVER_ROOT_PI, symbol="erfc⁻¹({0})", domain=(0.1, 1.9))
erfi = ufunc("erfi", lambda x, out: TWO_OVER_ROOT_PI * exp(x**2), symbol="erfi({0})")
erfcx = ufunc("erfcx", lambda x, out: apply("erfcx_slope", x), symbol="erfcx({0})")
dawsn = ufunc("dawsn", lambda x, out: apply("dawsn_slope", x), symbol="D({0})")

FAR = 7.0
"""From here on the asymptotic series of erfcx and of Dawson's integral D have every digit with `TERMS` terms; before it 1 - 2xD(x) has."""

TERMS = 20


def asymptotic(x: Any, sign: float, order: int) -> Any:
    """Σ (±1)ᵏ(2k - 1)!!·(2k + 1)…(2k + order)/(2x²)ᵏ: x·√π·erfcx(x), or 2x·D(x), and what stands in their derivatives, from k = 1 on."""
    u = 0.5 / (x * x)
    coefficients = [1.0]
    for k in range(1, TERMS + 1):
        coefficients.append(coefficients[-1] * sign * (2 * k - 1))
    rising = [np.prod([2 * k + j for j in range(1, order + 1)]) for k in range(TERMS + 1)]
    total: Any = 0.0
    for k in range(TERMS, -1, -1):
        total = total * u + float(coefficients[k] * rising[k])
    return total


def erfcx_slope_formula(x: Any) -> Any:
    """2x·erfcx(x) - 2/√π, whose two terms cancel for large x."""
    return select(gt(x, FAR), -asymptotic(x, -1.0, 1) / (x * x * np.sqrt(np.pi)), 2.0 * x * apply("erfcx", x) - TWO_OVER_ROOT_PI)


def erfcx_curvature(x: Any, out: Any) -> Any:
    """2·erfcx(x) + 2x·erfcx'(x)."""
    far = asymptotic(x, -1.0, 2) / (x * x * x * np.sqrt(np.pi))
    return select(gt(x, FAR), far, 2.0 * apply("erfcx", x) + 2.0 * x * out)


def dawsn_slope_formula(x: Any) -> Any:
    """1 - 2x·D(x), whose two terms cancel far out."""
    return select(gt(absolute(x), FAR), -asymptotic(x, 1.0, 1) / (2.0 * x * x), 1.0 - 2.0 * x * apply("dawsn", x))


def dawsn_curvature(x: Any, out: Any) -> Any:
    """-2·D(x) - 2x·D'(x)."""
    return select(gt(absolute(x), FAR), asymptotic(x, 1.0, 2) / (2.0 * x * x * x), -2.0 * apply("dawsn", x) - 2.0 * x * out)


erfcx_slope = composed("erfcx_slope", erfcx_slope_formula, erfcx_curvature, written=lambda x: 2 * x * apply("erfcx", x) - TWO_OVER_ROOT_PI)
dawsn_slope = composed("dawsn_slope", dawsn_slope_formula, dawsn_curvature, written=lambda x: 1 - 2 * x * apply("dawsn", x))


def density(x: Any) -> Any:
    """φ(x) = exp(-x²/2)/√2π."""
    return exp(-0.5 * x**2) / ROOT_TAU


def mills_formula(x: Any) -> Any:
    """φ(x)/Φ(x); below 0 by erfcx, where both vanish."""
    below = np.sqrt(2 / np.pi) / apply("erfcx", -ROOT_HALF * apply("minimum", x, 0.0))
    return select(le(x, 0.0), below, density(x) / apply("ndtr", apply("maximum", x, 0.0)))


def mills_slope(x: Any, out: Any) -> Any:
    """-m·(x + m); below 0, where x and m cancel, m·(erfcx'/erfcx)(-x/√2)/√2."""
    t = -ROOT_HALF * apply("minimum", x, 0.0)
    return select(le(x, 0.0), ROOT_HALF * out * apply("erfcx_slope", t) / apply("erfcx", t), -out * (x + out))


mills = composed("mills", mills_formula, mills_slope, written=lambda x: density(x) / apply("ndtr", x))
"""The slope of log Φ."""

ndtr = ufunc("ndtr", lambda x, out: density(x), symbol="Φ({0})", domain=ANYWHERE)
log_ndtr = ufunc("log_ndtr", lambda x, out: apply("mills", x), symbol="log Φ({0})")
ndtri = ufunc("ndtri", lambda x, out: ROOT_TAU * exp(0.5 * out**2), symbol="Φ⁻¹({0})", domain=(0.1, 0.9))
ndtri_exp = ufunc("ndtri_exp", lambda x, out: 1.0 / apply("mills", out), symbol="Φ⁻¹(exp {0})", domain=(-3.0, -0.2))


def owens_t_by_h(h: Any, a: Any, out: Any) -> Any:
    """-φ(h)·erf(a·h/√2)/2."""
    return -0.5 * density(h) * apply("erf", ROOT_HALF * a * h)


def owens_t_by_a(h: Any, a: Any, out: Any) -> Any:
    """exp(-h²(1 + a²)/2)/(2π(1 + a²))."""
    return exp(-0.5 * h**2 * (1.0 + a**2)) / (2 * np.pi * (1.0 + a**2))


owens_t = ufunc("owens_t", owens_t_by_h, owens_t_by_a, symbol="T({0}, {1})")


# Voigt's profile and the Faddeeva function -----------------------------------------------------------------------------


def real_slope(x: Any, y: Any) -> Any:
    """∂Re w/∂x = ∂Im w/∂y = -2·Re(z·w), of w' = -2z·w + 2i/√π."""
    return -2.0 * (x * apply("wofz_real", x, y) - y * apply("wofz_imaginary", x, y))


def imaginary_slope(x: Any, y: Any) -> Any:
    """∂Im w/∂x = -∂Re w/∂y = 2/√π - 2·Im(z·w)."""
    return TWO_OVER_ROOT_PI - 2.0 * (x * apply("wofz_imaginary", x, y) + y * apply("wofz_real", x, y))


wofz_real = ufunc(
    "wofz_real",
    lambda x, y, out: real_slope(x, y),
    lambda x, y, out: -imaginary_slope(x, y),
    of="wofz",
    pairs=True,
    symbol="Re w({0} + i·{1})",
    domain=(ANYWHERE, POSITIVE),
)
wofz_imaginary = ufunc(
    "wofz_imaginary",
    lambda x, y, out: imaginary_slope(x, y),
    lambda x, y, out: real_slope(x, y),
    of="wofz",
    output=1,
    pairs=True,
    symbol="Im w({0} + i·{1})",
    domain=(ANYWHERE, POSITIVE),
)


def voigt_by_x(x: Any, sigma: Any, gamma: Any, out: Any) -> Any:
    """V = Re w((x + iγ)/(σ√2))/(σ√2π)."""
    scale = ROOT_HALF / sigma
    return real_slope(x * scale, gamma * scale) * scale / (sigma * ROOT_TAU)


def voigt_by_gamma(x: Any, sigma: Any, gamma: Any, out: Any) -> Any:
    scale = ROOT_HALF / sigma
    return -imaginary_slope(x * scale, gamma * scale) * scale / (sigma * ROOT_TAU)


def voigt_by_sigma(x: Any, sigma: Any, gamma: Any, out: Any) -> Any:
    """V is homogeneous of degree -1: x·∂x + σ·∂σ + γ·∂γ = -V."""
    return -(out + x * voigt_by_x(x, sigma, gamma, out) + gamma * voigt_by_gamma(x, sigma, gamma, out)) / sigma


voigt_profile = ufunc(
    "voigt_profile",
    voigt_by_x,
    voigt_by_sigma,
    voigt_by_gamma,
    symbol="V({0}; {1}, {2})",
    domain=(ANYWHERE, POSITIVE, POSITIVE),
)
