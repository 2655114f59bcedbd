"""Functions of complex numbers: CPython computes them, and their derivative is a formula, along which z moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ...complex.registry import of_complex
from ...intrinsics import has_floats, only_value, value_only
from ...registry import stands_for
from .orders import slope

ROOT_PI = float(np.sqrt(np.pi))


def analytic(function: Any, slope: Callable[[Any, Any], Any]) -> Any:
    """A function of one complex number, with its derivative `slope(out, z)`."""

    def run(z: Any) -> Any:
        return function(z)

    run.__name__ = function.__name__
    made = rule(run, host=True, returns=lambda z: function(z))

    @made.tangent
    def along(out: Any, z: Any, z_dot: Any) -> Any:
        return slope(out, z) * z_dot

    return made


def of_order(function: Any, slope: Callable[[Any, Any, Any], Any]) -> Any:
    """A function of an order, by which no derivative is known, and a complex number, with its derivative `slope(out, v, z)`."""

    def run(v: Any, z: Any) -> Any:
        return function(v, z)

    run.__name__ = function.__name__
    made = rule(run, host=True, returns=lambda v, z: function(v, z))

    @made.tangent
    def along(out: Any, v: Any, z: Any, z_dot: Any) -> Any:
        return slope(out, v, z) * z_dot

    def of_held_order(v: Any, z: Any) -> Any:
        return made(held(v, function.__name__), z)

    return of_held_order


def held(v: Any, name: str) -> Any:
    """The order, through which no derivative passes: where one would, it is refused."""
    if only_value() or not has_floats(v):
        return v
    reason = f"the derivative of {name} of a complex number with respect to its order is not known: no formula of it is known"
    return value_only(reason, "keep the order constant: compute it outside, or cut it off by a rule", np.asarray, v)[()]


BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
STEPS = tuple(range(12))


def trigamma(z: Any) -> Any:
    """ψ'(z): by reflection on the left, some steps of the recurrence, and the asymptotic series (Abramowitz and Stegun, 6.4)."""
    left = np.real(z) < 0.0
    w = np.where(left, 1.0 - z, z)
    total = 0.0 * w
    for k in STEPS:
        total = total + 1.0 / ((w + k) * (w + k))
    u = 1.0 / (w + len(STEPS))
    series = 0.0 * w
    for number in BERNOULLI[::-1]:
        series = (series + number) * u * u
    total = total + u + u * u / 2.0 + series * u
    sine = np.sin(np.pi * np.where(left, z, 0.5))
    return np.where(left, np.pi**2 / (sine * sine) - total, total)


ANALYTIC: dict[str, Callable[[Any, Any], Any]] = {
    "gamma": lambda out, z: out * special.psi(z),
    "loggamma": lambda out, z: special.psi(z),
    "rgamma": lambda out, z: -out * special.psi(z),
    "psi": lambda out, z: trigamma(z),
    "erf": lambda out, z: 2.0 / ROOT_PI * np.exp(-z * z),
    "erfc": lambda out, z: -2.0 / ROOT_PI * np.exp(-z * z),
    "erfcx": lambda out, z: 2.0 * z * out - 2.0 / ROOT_PI,
    "erfi": lambda out, z: 2.0 / ROOT_PI * np.exp(z * z),
    "dawsn": lambda out, z: 1.0 - 2.0 * z * out,
    "expi": lambda out, z: np.exp(z) / z,
    "exp1": lambda out, z: -np.exp(-z) / z,
    "spence": lambda out, z: np.log(z) / (1.0 - z),
    "expm1": lambda out, z: np.exp(z),
    "log1p": lambda out, z: 1.0 / (1.0 + z),
    "ndtr": lambda out, z: np.exp(-z * z / 2.0) / (ROOT_PI * np.sqrt(2.0)),
    "wrightomega": lambda out, z: out / (1.0 + out),
}

for _name, _slope in ANALYTIC.items():
    of_complex(getattr(special, _name))(analytic(getattr(special, _name), _slope))


def several(function: Any, *slopes: Callable[[Any], Any]) -> None:
    """Functions of one complex number that SciPy computes together, each with its derivative."""

    def part(k: int) -> Any:
        def one(z: Any) -> Any:
            return function(z)[k]

        one.__name__ = f"{function.__name__}_{k}"
        return analytic(one, lambda out, z: slopes[k](z))

    parts = tuple(part(k) for k in range(len(slopes)))

    @of_complex(function)
    def together(z: Any) -> Any:
        return tuple([one(z) for one in parts])


several(special.sici, lambda z: np.sin(z) / z, lambda z: np.cos(z) / z)
several(special.shichi, lambda z: np.sinh(z) / z, lambda z: np.cosh(z) / z)
several(special.fresnel, lambda z: np.sin(np.pi / 2.0 * z * z), lambda z: np.cos(np.pi / 2.0 * z * z))
several(
    special.airy,
    lambda z: special.airy(z)[1],
    lambda z: z * special.airy(z)[0],
    lambda z: special.airy(z)[3],
    lambda z: z * special.airy(z)[2],
)

OF_ORDER: dict[str, Callable[[Any, Any, Any], Any]] = {
    "jv": lambda out, v, z: (special.jv(v - 1.0, z) - special.jv(v + 1.0, z)) / 2.0,
    "yv": lambda out, v, z: (special.yv(v - 1.0, z) - special.yv(v + 1.0, z)) / 2.0,
    "iv": lambda out, v, z: (special.iv(v - 1.0, z) + special.iv(v + 1.0, z)) / 2.0,
    "kv": lambda out, v, z: -(special.kv(v - 1.0, z) + special.kv(v + 1.0, z)) / 2.0,
}

for _name, _formula in OF_ORDER.items():
    of_complex(getattr(special, _name))(of_order(getattr(special, _name), _formula))


def spherical(function: Any, below: float, above: float) -> None:
    """A spherical Bessel function of a complex number: its derivative is one of the orders below and above."""
    value = of_order(function, lambda out, n, z: slope(n, z, function, below, above))

    @of_complex(function)
    def text(n: Any, z: Any, derivative: bool = False) -> Any:
        return slope(n, z, function, below, above) if derivative else value(n, z)


spherical(special.spherical_jn, 1.0, -1.0)
spherical(special.spherical_yn, 1.0, -1.0)
spherical(special.spherical_in, 1.0, 1.0)
spherical(special.spherical_kn, -1.0, -1.0)


@of_complex(special.xlog1py)
def xlog1py(x: Any, y: Any) -> Any:
    """x·log(1 + y), 0 where x is 0."""
    some = x != 0
    return np.where(some, x * np.log1p(np.where(some, y, 1.0)), 0.0)[()]


@of_complex(special.xlogy)
def xlogy(x: Any, y: Any) -> Any:
    """x·log(y), 0 where x is 0."""
    some = x != 0
    return np.where(some, x * np.log(np.where(some, y, 1.0)), 0.0)[()]


def everywhere(function: Any, text: Any) -> None:
    """The text stands for a function whose result is complex of real numbers too."""
    of_complex(function)(text)
    stands_for(function)(lambda z: text(np.asarray(z)[()] + 0j))


def everywhere_of_order(function: Any, text: Any) -> None:
    """The same, for one of an order."""
    of_complex(function)(text)
    stands_for(function)(lambda v, z: text(v, np.asarray(z)[()] + 0j))


everywhere(special.wofz, analytic(special.wofz, lambda out, z: 2j / ROOT_PI - 2.0 * z * out))

HANKEL: dict[str, Callable[[Any, Any, Any], Any]] = {
    "hankel1": lambda out, v, z: (special.hankel1(v - 1.0, z) - special.hankel1(v + 1.0, z)) / 2.0,
    "hankel2": lambda out, v, z: (special.hankel2(v - 1.0, z) - special.hankel2(v + 1.0, z)) / 2.0,
    "hankel1e": lambda out, v, z: (special.hankel1e(v - 1.0, z) - special.hankel1e(v + 1.0, z)) / 2.0 - 1j * out,
    "hankel2e": lambda out, v, z: (special.hankel2e(v - 1.0, z) - special.hankel2e(v + 1.0, z)) / 2.0 + 1j * out,
}

for _name, _formula in HANKEL.items():
    everywhere_of_order(getattr(special, _name), of_order(getattr(special, _name), _formula))

if hasattr(special, "sph_harm_y"):  # from SciPy 1.15 on

    @stands_for(special.sph_harm_y)
    def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any) -> Any:
        """√((2n + 1)/4π·(n - m)!/(n + m)!)·P(cos θ)·exp(imφ), with the associated Legendre function P of order m and degree n."""
        n, m = np.asarray(n) * 1.0, np.asarray(m) * 1.0
        size = np.sqrt((2.0 * n + 1.0) / (4.0 * np.pi) * np.exp(special.gammaln(n - m + 1.0) - special.gammaln(n + m + 1.0)))
        return np.asarray(size * special.lpmv(m, n, np.cos(theta)) * np.exp(1j * m * phi))
