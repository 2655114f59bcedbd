"""Integrals of functions and of samples are SciPy's; their derivatives are taken under the integral sign and at the limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate as si

import everypath as ep

from .originals import agrees, number_of, same

FUNCTIONS: list[tuple[Callable[..., Any], float, float]] = [
    (lambda a: si.quad(lambda x: math.exp(-a * x * x), -a / 2, a * a)[0], 1.3, 1e-8),
    (lambda a: si.quad(lambda x, p, q: np.sin(p * x) + q, a, 0, args=(a, a * a)), 1.3, 1e-8),
    (lambda a: si.quad(lambda x: np.exp(-a * x), a, np.inf)[0], 1.3, 1e-8),
    (lambda a: si.quad(lambda x: np.exp(-a * x * x), -np.inf, np.inf)[0], 1.3, 1e-8),
    (lambda a: si.quad(lambda x: x ** (a - 1), 0.0, 1.0)[0], 0.6, 1e-7),
    (lambda a: si.quad(lambda x: max(x - a, 0.0), 0, 1.0)[0], 0.61, 2e-5),
    (lambda a: si.quad(lambda x: abs(x - 0.5) ** a, 0, 1.0, points=[0.5])[0], 0.6, 1e-7),
    (lambda a: si.dblquad(lambda y, x: a * x * y + y * y, 0, a, 0.0, lambda x: x * a)[0], 0.6, 1e-8),
    (lambda a: si.fixed_quad(lambda x: np.exp(a * x), 0, a, n=6)[0], 0.6, 1e-9),
    (lambda a: si.quad_vec(lambda x: np.array([np.exp(-a * x), x * a]), a, 2.0 * a)[0], 0.6, 1e-9),
    (lambda a: si.quad_vec(lambda x, b: np.exp(-b * x * x) * np.array([1.0, a]), 0, np.inf, args=(a,))[0], 0.6, 1e-9),
    (lambda a: si.nquad(lambda x, y, b: b * x * y, [lambda y, b: (0, b * y), (0, 2)], args=(a,)), 0.6, 1e-9),
    (lambda a: abs(si.quad(lambda x: np.exp(1j * a * x), 0, 1, complex_func=True)[0]), 0.6, 1e-9),
]


@pytest.mark.parametrize(("f", "a", "tolerance"), FUNCTIONS)
def test_functions(f: Callable[..., Any], a: float, tolerance: float) -> None:
    same(ep.compile(f)(a), f(a), 1e-15)
    g, h = (lambda a: number_of(f(a))), 1e-3
    differences = (8 * (g(a + h) - g(a - h)) - (g(a + 2 * h) - g(a - 2 * h))) / (12 * h)
    assert ep.grad(g)(a) == pytest.approx(differences, rel=tolerance)


def test_what_swings_about_the_middle_of_the_interval() -> None:
    f = lambda a: si.quad(lambda x: 1.0 + math.exp((a - 1.3) * x) * math.sin(20.0 * x), 0.0, 2.0 * math.pi)[0]  # noqa: E731
    assert ep.grad(f)(1.3) == pytest.approx(-math.pi / 10.0, rel=1e-12)


def test_both_modes_and_second_order() -> None:
    f, a, _ = FUNCTIONS[0]
    ep.check_grads(f, (a,), order=1)
    assert ep.grad(ep.grad(f))(a) == pytest.approx((ep.grad(f)(a + 1e-5) - ep.grad(f)(a - 1e-5)) / 2e-5, rel=1e-5)


def test_weight_is_a_value_only() -> None:
    f = lambda a: si.quad(lambda x: x * a, 0, 1.0, weight="cos", wvar=3.0)[0]  # noqa: E731
    assert ep.compile(f)(0.6) == f(0.6)
    with pytest.raises(ep.NotSupported, match="quad with a weight"):
        ep.grad(f)(0.6)


X, Y = np.array([0.0, 1.0, 1.5, 2.5, 3.0, 4.5]), np.array([1.0, 3.0, 2.0, 5.0, 4.0, 4.5])

SAMPLES: list[Callable[..., Any]] = [
    lambda y, x: si.trapezoid(y, x),
    lambda y, x: si.trapezoid(y.reshape(2, 3), dx=0.5, axis=0) + np.sum(x),
    lambda y, x: si.trapezoid(y.reshape(2, 3), x=[1, 2, 4]) + np.sum(x),
    lambda y, x: si.cumulative_trapezoid(y, x),
    lambda y, x: si.cumulative_trapezoid(y.reshape(3, 2), x.reshape(3, 2), axis=0, initial=0),
    lambda y, x: si.simpson(y, x=x),
    lambda y, x: si.cumulative_simpson(y, x=x),
    lambda y, x: si.cumulative_simpson(y.reshape(2, 3), dx=0.5, axis=0, initial=1.0) + np.sum(x),
    lambda y, x: si.cumulative_simpson(y[:5].reshape(1, 5) * x[1], dx=0.5, initial=0.0),
    lambda y, x: si.simpson(y[:5], x=x[:5]),
    lambda y, x: si.simpson(y[:2], dx=0.5) + np.sum(x),
    lambda y, x: si.simpson(y[:5], dx=0.5) * x + si.simpson(y, dx=0.25),
    lambda y, x: si.simpson(y.astype(np.float32).reshape(2, 3), dx=np.float64(0.5)) + si.simpson(y, dx=0.0) * x[0],
    lambda y, x: si.romb(y[:5], dx=0.5) + np.sum(x),
    lambda y, x: si.romb(y),
]


@pytest.mark.parametrize("k", range(len(SAMPLES)))
def test_samples(k: int) -> None:
    agrees(SAMPLES[k], Y, X, order=int(k in (0, 5, 8, 11)))
