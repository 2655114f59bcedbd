"""Integrals of Bessel's, Struve's and Airy's functions, and Kolmogorov's distribution: CPython computes them, and their
slopes are what is integrated, or a formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ...registry import stands_for
from .incomplete import arrays


def over(above: Any, x: Any) -> Any:
    """above/x, 0 at 0: what is above is 0 there, twice."""
    return above / np.where(x == 0.0, 1.0, x)


def hosted(function: Any, state: Callable[[Any], Any]) -> Any:
    """A function of one number that CPython computes; `state` says its derivative."""

    def run(x: Any) -> Any:
        return function(x)

    run.__name__ = function.__name__
    made = rule(run, host=True, returns=run)
    state(made)

    def of_numbers(x: Any) -> Any:
        return made(*arrays(x))

    return of_numbers


def with_tangent(function: Any, tangent: Any) -> Any:
    """The same, by its tangent(out, x, x_dot)."""
    return hosted(function, lambda made: made.tangent(tangent))


def with_slope(function: Any, slope: Any) -> Any:
    """The same, by its slope(out, x)."""
    return hosted(function, lambda made: made.partials(lambda out, x: (slope(out, x),)))


def of_airy(out: Any, x: Any, x_dot: Any) -> Any:
    ahead, behind = special.airy(x), special.airy(-x)
    return ahead[0] * x_dot, ahead[2] * x_dot, behind[0] * x_dot, behind[2] * x_dot


def of_i0_k0(out: Any, x: Any, x_dot: Any) -> Any:
    return over(special.i0(x) - 1.0, x) * x_dot, -special.k0(x) / x * x_dot


def of_j0_y0(out: Any, x: Any, x_dot: Any) -> Any:
    return over(1.0 - special.j0(x), x) * x_dot, -special.y0(x) / x * x_dot


TERMS = tuple(range(1, 21))
FACTORS = tuple(-8 * (-1) ** (k + 1) * k * k for k in TERMS)


def kolmogorov_slope(out: Any, x: Any) -> Any:
    """-8x·Σ (-1)^(k + 1)·k²·exp(-2k²x²), and for small x what the theta function turns it to."""
    small = x < 0.82
    large = np.asarray(np.where(small, 1.0, x))[..., None]
    k = np.array(TERMS) * 1.0
    far = np.sum(np.array(FACTORS) * large * np.exp(-2.0 * k**2 * large**2), axis=-1)
    near = np.asarray(np.where(small & (x > 0.0), x, 0.5))
    c = (np.pi * (2.0 * k - 1.0)) ** 2 / 8.0
    at = near[..., None]
    rising = np.sum((2.0 * c / at**2 - 1.0) * np.exp(-c / at**2), axis=-1) * np.sqrt(2.0 * np.pi) / near**2
    return np.where(small, np.where(x > 0.0, -rising, 0.0), far)


stands_for(special.itairy)(with_tangent(special.itairy, of_airy))
stands_for(special.it2i0k0)(with_tangent(special.it2i0k0, of_i0_k0))
stands_for(special.it2j0y0)(with_tangent(special.it2j0y0, of_j0_y0))
stands_for(special.kolmogorov)(with_slope(special.kolmogorov, kolmogorov_slope))
stands_for(special.kolmogi)(with_slope(special.kolmogi, lambda out, p: 1.0 / kolmogorov_slope(p, out)))
stands_for(special.itstruve0)(with_slope(special.itstruve0, lambda out, x: special.struve(0.0, x)))
stands_for(special.it2struve0)(with_slope(special.it2struve0, lambda out, x: -special.struve(0.0, x) / x))
stands_for(special.itmodstruve0)(with_slope(special.itmodstruve0, lambda out, x: special.modstruve(0.0, x)))
