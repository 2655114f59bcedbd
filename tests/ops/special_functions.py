"""SciPy's functions beside those of mpmath: where their derivatives are looked at, to which order."""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath

mp = mpmath.mp

Point = tuple[float, ...]


def at(function: Any, *axes: tuple[float, ...], orders: int = 2, digits: int = 100) -> tuple[Any, list[Point], int, int]:
    return function, list(product(*axes)), orders, digits


def erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def dawson(x: Any) -> Any:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def mills(x: Any) -> Any:
    return mp.npdf(x) / mp.ncdf(x)


def faddeeva(x: Any, y: Any) -> Any:
    z = mp.mpc(x, y)
    return mp.exp(-z * z) * mp.erfc(-1j * z)


def voigt(x: Any, sigma: Any, gamma: Any) -> Any:
    scale = 1 / (sigma * mp.sqrt(2))
    return faddeeva(x * scale, gamma * scale).real * scale / mp.sqrt(mp.pi)


def owens_t(h: Any, a: Any) -> Any:
    return mp.quad(lambda x: mp.exp(-h * h * (1 + x * x) / 2) / (1 + x * x), [0, a]) / (2 * mp.pi)


NORMAL = {
    "erfcx": at(erfcx, (-3.0, 0.0, 0.4, 3.0, 6.9, 7.1, 20.0, 1e4)),
    "erfi": at(mp.erfi, (-2.0, 0.0, 0.5, 5.0)),
    "dawsn": at(dawson, (-9.0, 0.0, 0.3, 2.5, 6.9, 7.1, 40.0)),
    "ndtr": at(mp.ncdf, (0.0, 0.3, -2.7, -20.0)),
    "log_ndtr": at(lambda x: mp.log(mp.ncdf(x)), (-1e3, -20.0, -3.0, 0.0, 0.4, 5.0, 20.0), digits=300),
    "ndtri_exp": at(lambda y: mp.findroot(lambda x: mp.log(mp.ncdf(x)) - y, -2), (-3.0, -0.4), orders=1, digits=60),
    "owens_t": at(owens_t, (0.3, 4.0), (0.4, 2.0), orders=1, digits=60),
    "wofz_real": at(lambda x, y: faddeeva(x, y).real, (0.3, -1.5), (0.2, 0.9)),
    "wofz_imaginary": at(lambda x, y: faddeeva(x, y).imag, (0.3, -1.5), (0.2, 0.9)),
    "voigt_profile": at(voigt, (0.3, -1.5), (0.7,), (0.4,)),
    "erfcx_slope": at(lambda x: 2 * x * erfcx(x) - 2 / mp.sqrt(mp.pi), (0.4, 6.9, 7.1, 50.0), orders=1),
    "dawsn_slope": at(lambda x: 1 - 2 * x * dawson(x), (0.4, 6.9, 7.1, -50.0), orders=1),
    "mills": at(mills, (-50.0, -1.0, 0.5, 5.0), orders=1),
}
GAMMAS = {
    "digamma": at(mp.digamma, (1e-10, 0.3, 2.7, 1e5, -0.5, -3.3)),
    "rgamma": at(mp.rgamma, (0.3, 2.7, 12.0, -0.5, -3.0), orders=1),
    "poch": at(mp.rf, (0.3, 20.0), (0.7, 3.0)),
    "beta": at(mp.beta, (0.3, 2.7, 50.0), (0.4, 1.5), orders=1),
    "betaln": at(lambda a, b: mp.log(mp.beta(a, b)), (0.3, 2.7, 1e4), (0.4, 1e-3), orders=1),
    "binom": at(mp.binomial, (5.0, 40.5), (2.0, 3.3)),
    "zeta": at(mp.zeta, (2.0, 3.5), (0.3, 2.7, 1e4)),
    "digamma_between": at(lambda a, b: mp.digamma(a + b) - mp.digamma(a), (0.3, 50.0), (0.4, 3.0), orders=1),
}
SPECIAL: dict[str, Any] = {**NORMAL, **GAMMAS, "riemann_zeta": None, "gammasgn": None}
"""By the name of the operation."""

WITHOUT = ("riemann_zeta", "gammasgn")
"""Those of which no derivative is known."""
