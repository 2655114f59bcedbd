"""The zeta functions of Riemann and Hurwitz, and how they move with their exponent.

ζ(s, q) = Σ (q + k)⁻ˢ for k < N, and for the rest the formula of Euler and Maclaurin in a = q + N (DLMF 25.11.5), term by term along s:

    a¹⁻ˢ/(s - 1) + a⁻ˢ/2 + Σ B₂ⱼ/(2j)!·(s)₂ⱼ₋₁·a⁻ˢ⁻²ʲ⁺¹
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special
from scipy.special import _ufuncs

from ....rules import rule
from ...intrinsics import has_floats
from ...registry import stands_for

ONE_BY_ONE = tuple(range(16))
BERNOULLI = tuple(float(b) for b in special.bernoulli(24)[2::2])
FACTORS = tuple((j, b / math.factorial(2 * j)) for j, b in enumerate(BERNOULLI, 1))


def by_exponent(s: Any, q: Any) -> Any:
    """∂ζ(s, q)/∂s."""
    total = np.zeros_like(s + q)
    for k in ONE_BY_ONE:
        total = total - np.log(q + k) * (q + k) ** -s
    a = q + len(ONE_BY_ONE)
    log, power = np.log(a), a**-s
    total = total - power * (a * (log / (s - 1.0) + 1.0 / (s - 1.0) ** 2) + 0.5 * log)
    rising, slope = s, np.ones_like(s)  # (s)₂ⱼ₋₁ and its derivative
    for j, factor in FACTORS:
        if j > 1:
            for k in (2 * j - 3, 2 * j - 2):
                rising, slope = rising * (s + k), slope * (s + k) + rising
        total = total + factor * power * a ** (1.0 - 2.0 * j) * (slope - rising * log)
    return total


def riemann_by_exponent(s: Any) -> Any:
    """ζ′(s); below -1 by the reflection ζ(s) = 2·(2π)ˢ⁻¹·sin(πs/2)·Γ(1 - s)·ζ(1 - s) (DLMF 25.4.1)."""
    below = s < -1.0
    t = np.where(below, 1.0 - s, s)
    slope = by_exponent(t, 1.0)
    u = np.where(below, t, 2.0)
    angle = 0.5 * np.pi * (1.0 - u)
    size = 2.0 * (2.0 * np.pi) ** -u * special.gamma(u)
    turned = (np.log(2.0 * np.pi) - special.psi(u)) * riemann(u) - slope
    return np.where(below, size * (0.5 * np.pi * np.cos(angle) * riemann(u) + np.sin(angle) * turned), slope)


@rule
def hurwitz(s: Any, q: Any) -> Any:
    return _ufuncs._zeta(s, q)


@hurwitz.partials
def _(out: Any, s: Any, q: Any) -> Any:
    return by_exponent(s, q), -s * hurwitz(s + 1.0, q)


@rule
def riemann(s: Any) -> Any:
    return _ufuncs._riemann_zeta(s)


@riemann.partials
def _(out: Any, s: Any) -> Any:
    return riemann_by_exponent(s)


@stands_for(special.zeta)
def zeta(x: Any, q: Any = None, out: None = None) -> Any:
    """Σ 1/(k + q)ˣ; without q that of Riemann, with q = 1."""
    if q is None:
        return riemann(np.asarray(x)[()]) if has_floats(x) else _ufuncs._riemann_zeta(x)
    return hurwitz(np.asarray(x)[()], np.asarray(q)[()]) if has_floats(x) else _ufuncs._zeta(x, q)


@rule(host=True, returns=lambda x: special.zetac(x))
def without_one(x: Any) -> Any:
    return special.zetac(x)


@without_one.partials
def _(out: Any, x: Any) -> Any:
    return riemann_by_exponent(x)


@stands_for(special.zetac)
def zetac(x: Any) -> Any:
    """ζ(x) - 1."""
    return without_one(np.asarray(x)[()] * 1.0)
