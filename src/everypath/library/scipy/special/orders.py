"""Functions of an order that SciPy puts together from its ufuncs: polygamma, the spherical Bessel functions, derivatives of Bessel's."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special
from scipy.special import _spherical_bessel, _ufuncs

from ...registry import stands_for

MIRRORED = hasattr(_spherical_bessel, "use_reflection")
"""Whether SciPy's spherical Bessel functions have values for negative numbers, as from 1.15 on."""


@stands_for(special.polygamma)
def polygamma(n: Any, x: Any) -> Any:
    """ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹·n!·ζ(n + 1, x)."""
    if isinstance(n, int):
        if n == 0:
            return np.asarray(special.psi(x), dtype=np.float64)
        return np.asarray((-1.0) ** (n + 1) * special.gamma(n + 1.0) * _ufuncs._zeta(n + 1.0, x))
    order = np.asarray(n)
    powers = (-1.0) ** (order + 1) * special.gamma(order + 1.0) * _ufuncs._zeta(order + 1.0, x)
    return np.where(order == 0, special.psi(x), powers)


def slope(n: Any, z: Any, function: Any, below: float, above: float) -> Any:
    """(±n·f(n - 1) ± (n + 1)·f(n + 1))/(2n + 1)."""
    order = np.asarray(n)
    return (below * order * function(np.maximum(order - 1, 0), z) + above * (order + 1) * function(order + 1, z)) / (2 * order + 1)


def mirrored(n: Any, z: Any, function: Any) -> Any:
    """f(z), and (-1)^n f(-z) for negative z."""
    if not MIRRORED:
        return function(n, z)
    n, z = np.asarray(n), np.asarray(z)
    value = function(n, np.where(z < 0, -z, z))
    return np.where((z < 0) & (n % 2 == 1), -value, value)[()]


def decaying(n: Any, z: Any) -> Any:
    """k_n(z), and (-1)^(n + 1) k_n(-z) - pi i_n(-z) for negative z."""
    if not MIRRORED:
        return _spherical_bessel._spherical_kn(n, z)
    n, z = np.asarray(n), np.asarray(z)
    x = np.where(z < 0, -z, z)
    value = _spherical_bessel._spherical_kn(n, x)
    beyond = np.pi * _spherical_bessel._spherical_in(n, np.where(z < 0, x, 0.0))
    return np.where(z < 0, np.where(n % 2 == 1, value, -value) - beyond, value)[()]


@stands_for(special.spherical_jn)
def spherical_jn(n: Any, z: Any, derivative: bool = False) -> Any:
    if derivative:
        return slope(n, z, lambda n, z: mirrored(n, z, _spherical_bessel._spherical_jn), 1.0, -1.0)
    return mirrored(n, z, _spherical_bessel._spherical_jn)


@stands_for(special.spherical_yn)
def spherical_yn(n: Any, z: Any, derivative: bool = False) -> Any:
    if derivative:
        return slope(n, z, _spherical_bessel._spherical_yn, 1.0, -1.0)
    return _spherical_bessel._spherical_yn(n, z)


@stands_for(special.spherical_in)
def spherical_in(n: Any, z: Any, derivative: bool = False) -> Any:
    if derivative:
        return slope(n, z, lambda n, z: mirrored(n, z, _spherical_bessel._spherical_in), 1.0, 1.0)
    return mirrored(n, z, _spherical_bessel._spherical_in)


@stands_for(special.spherical_kn)
def spherical_kn(n: Any, z: Any, derivative: bool = False) -> Any:
    if derivative:
        return slope(n, z, decaying, -1.0, -1.0)
    return decaying(n, z)


def differences(v: Any, z: Any, n: int, function: Any, phase: float) -> Any:
    """The n-th derivative in z, by the recurrence of the order."""
    if n < 0:
        raise ValueError("n must be a non-negative integer.")
    v = np.asarray(v) if isinstance(v, (list, tuple)) else v
    factor = 1.0
    total = function(v - n, z)
    for i in range(1, n + 1):
        factor = phase * factor * (n - i + 1) / i
        total = total + factor * function(v - n + 2 * i, z)
    return total / 2.0**n


@stands_for(special.jvp)
def jvp(v: Any, z: Any, n: int = 1) -> Any:
    return differences(v, z, n, special.jv, -1.0)


@stands_for(special.yvp)
def yvp(v: Any, z: Any, n: int = 1) -> Any:
    return differences(v, z, n, special.yv, -1.0)


@stands_for(special.ivp)
def ivp(v: Any, z: Any, n: int = 1) -> Any:
    return differences(v, z, n, special.iv, 1.0)


@stands_for(special.kvp)
def kvp(v: Any, z: Any, n: int = 1) -> Any:
    return (-1.0) ** n * differences(v, z, n, special.kv, 1.0)


@stands_for(special.h1vp)
def h1vp(v: Any, z: Any, n: int = 1) -> Any:
    return differences(v, z, n, special.hankel1, -1.0)


@stands_for(special.h2vp)
def h2vp(v: Any, z: Any, n: int = 1) -> Any:
    return differences(v, z, n, special.hankel2, -1.0)
