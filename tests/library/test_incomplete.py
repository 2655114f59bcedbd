"""Incomplete gamma and beta functions by their parameters: to 1e-12 of mpmath on both sides, in tails, beside zero and far out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import special, stats

import everypath as ep

from .originals import agrees

GAMMA = [(2.5, 0.3), (1e-3, 1e-4), (0.02, 3.0), (0.7, 1.0), (600.0, 480.0), (600.0, 605.0), (30.0, 0.5)]
BETA = [(2.0, 3.0, 0.01), (2.0, 3.0, 0.999), (0.02, 0.3, 1e-6), (150.0, 7.0, 0.95), (0.4, 80.0, 1e-3), (60.0, 80.0, 0.7)]
STUDENT = [(0.3, 20.0), (1.0, 0.4), (4.0, 12.0), (300.0, 0.1), (5000.0, 2.5), (7.0, 1.5)]


def slope(function: Callable[[Any], Any], at: float) -> float:
    """By differences of 60 digits."""
    with mp.workdps(60):
        step = mp.mpf(10) ** -20 * at
        return float((function(mp.mpf(at) + step) - function(mp.mpf(at) - step)) / (2 * step))


def gamma(a: Any, x: float) -> Any:
    if x < a:
        return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * mp.hyp1f1(1, a + 1, x)
    return -mp.gammainc(a, x, mp.inf, regularized=True)


def beta(a: Any, b: Any, x: Any) -> Any:
    front = mp.exp(a * mp.log(x) + b * mp.log(1 - x)) / mp.beta(a, b)
    low = x < a / (a + b)
    return front / a * mp.hyp2f1(1, a + b, a + 1, x) if low else -front / b * mp.hyp2f1(1, a + b, b + 1, 1 - x)


def student(v: Any, t: float) -> Any:
    return -mp.betainc(v / 2, mp.mpf(1) / 2, 0, v / (v + mp.mpf(t) ** 2), regularized=True) / 2


def test_digits() -> None:
    a, x = np.array(GAMMA).T
    found = ep.grad(lambda a: np.sum(special.gammainc(a, x)))(a)
    np.testing.assert_allclose(found, [slope(lambda a, x=x: gamma(a, x), a) for a, x in GAMMA], rtol=1e-12)
    a, b, x = np.array(BETA).T
    by_a, by_b = ep.grad(lambda a, b: np.sum(special.betainc(a, b, x)), (0, 1))(a, b)
    np.testing.assert_allclose(by_a, [slope(lambda a, b=b, x=x: beta(a, b, mp.mpf(x)), a) for a, b, x in BETA], rtol=1e-12)
    np.testing.assert_allclose(by_b, [slope(lambda b, a=a, x=x: -beta(b, a, 1 - mp.mpf(x)), b) for a, b, x in BETA], rtol=1e-12)
    v, t = np.array(STUDENT).T
    found = ep.grad(lambda v: np.sum(special.stdtr(v, t)))(v)
    np.testing.assert_allclose(found, [slope(lambda v, t=t: student(v, t), v) for v, t in STUDENT], rtol=1e-12)


A, B, X, P = np.array([0.3, 2.5, 30.0]), np.array([1.4, 0.8, 25.0]), np.array([0.2, 0.7, 0.6]), np.array([0.1, 0.5, 0.8])
CASES: list[Callable[..., Any]] = [
    lambda a, b: (special.gammaincinv(a, P), special.chdtri(b, P), special.fdtr(a, b, X)),
    lambda a, b: (special.gammainc(a, [0.2, 0.7, 0.6]), special.jvp([0, 1, 2], b)),
    lambda a, b: (special.betaincinv(a, b, P), special.betaincc(a, b, X), stats.t.ppf(P, a)),
]


@pytest.mark.parametrize("f", CASES)
def test_derivatives(f: Callable[..., Any]) -> None:
    agrees(f, A, B, order=1)


def test_second_order_and_the_ends() -> None:
    agrees(lambda a: special.gammainc(a, 2.0), 1.5)
    by_a, by_x = ep.grad(lambda a, x: np.sum(special.gammainc(a, x)), (0, 1))(np.ones(2), np.array([0.0, np.inf]))
    assert by_a.tolist() == [0.0, 0.0]
    assert by_x.tolist() == [1.0, 0.0]


P = np.array([0.3, 0.6])

INVERSES: dict[str, Any] = {
    "beta": lambda p: (special.btdtria(p, 3.0, 0.4), special.btdtrib(2.0, p, 0.4), special.fdtridfd(4.0, p, 1.2)),
    "binomial": lambda p: (special.bdtri(2, 5, p), special.bdtrik(p, 7.0, 0.4), special.nbdtri(2, 4, p), special.nbdtrin(2.0, p, 0.4)),
    "gamma": lambda p: (special.gdtria(p, 2.0, 1.5), special.gdtrib(1.2, p, 1.5), special.gdtrix(1.2 + p, 2.0, p), special.pdtrik(p, 3.0)),
    "normal": lambda p: (special.chdtriv(p, 3.0), special.stdtridf(0.8, 1.0 + p), special.nrdtrimn(p, 2.0, 1.0), special.kolmogi(p)),
    "integrals": lambda p: (special.it2i0k0(p), special.it2j0y0(p), special.itstruve0(p), special.it2struve0(p), special.kolmogorov(p)),
}


@pytest.mark.parametrize("name", INVERSES)
def test_solved_for_one_argument(name: str) -> None:
    agrees(INVERSES[name], P, order=1)
