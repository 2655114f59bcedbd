"""Polynomials are NumPy's: rows of coefficients, and the class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

import everypath as ep

from .originals import agrees, same

X, Z = np.array([0.3, -1.2, 0.7, 1.9]), np.array([0.5, -0.3, 0.9])
KNOWN = np.poly1d([1.0, -2.0, 0.5])
LEGENDRE = scipy.special.legendre(4)

FORMS: dict[str, Callable[..., Any]] = {
    "values": lambda p, x: (np.polyval(p, x), np.polyval([1, 2, 3], x[0]), np.polyval(KNOWN, x)),
    "calculus": lambda p, x: (np.polyder(p), np.polyder(x, 2), np.polyint(p, 2, [1.0, 2.0]), np.polyint(p, k=0.5)),
    "arithmetic": lambda p, x: (np.polyadd(p, x), np.polysub([1, 2], p), np.polymul(p, x), np.polydiv(x, p), np.poly(p)),
    "class": lambda p, x: (np.poly1d(p)(x), np.poly1d(p, True)(0.4), KNOWN.deriv()(x), np.poly1d(p).integ().coeffs, np.poly1d(x)[1]),
    "class arithmetic": lambda p, x: ((2.0 * np.poly1d(p) ** 2 - KNOWN / 4.0 + 1.0)(x), (-np.poly1d(x) * KNOWN).c),
    "of SciPy": lambda p, x: (LEGENDRE(x), LEGENDRE.deriv()(x[0]), (2.0 * LEGENDRE + KNOWN)(x), LEGENDRE.weights[1] * p[0]),
    "made by SciPy": lambda p, x: (scipy.special.hermite(3)(x), scipy.special.jacobi(2, 0.5, 1.5, monic=True)(p).sum()),
    "zeros": lambda p, x: np.roots(x) * p[0],
}


@pytest.mark.parametrize("name", FORMS)
def test_it_is_numpy_s(name: str) -> None:
    agrees(FORMS[name], Z, X, order=1)


def test_data() -> None:
    whole = np.array([0, 0, 2, 1])
    agrees(lambda a: (np.polyval(a, 3), np.polyder(a), np.polyadd(a, [1]), np.polymul(a, [1, 2]), np.poly1d(a).c), whole, order=0)
    agrees(lambda a: (np.poly1d(a).order, len(np.poly1d(a)), np.poly1d(a) == KNOWN, np.poly1d(a[:0]).c), whole, order=0)
    agrees(lambda a: np.polyder(a, -1), X, order=0)
    agrees(lambda a: (np.roots(a), np.roots(a + 2)), np.array([1, -3, 2, 0], np.float32), order=0, tolerance=1e-6)


def test_a_leading_coefficient_that_is_zero_has_its_derivative() -> None:
    agrees(lambda p: np.poly1d(p)(2.0), np.array([0.0, 1.0, 3.0]), order=1)


def series(x: Any) -> Any:
    """Polynomials whose order counts on, as often as a loop that is known goes round."""
    total = 0.0 * x
    for n in range(3):
        total = total + scipy.special.legendre(n)(x) / (n + 1.0)
    return total + scipy.special.gegenbauer(3, 0.5)(x)


def test_polynomials_of_an_order_that_is_found_out() -> None:
    agrees(series, np.array([0.3, -0.4]), order=1)


def test_a_characteristic_polynomial_is_smooth_where_eigenvalues_meet() -> None:
    def of_matrix(a: Any) -> Any:
        return np.poly(a)

    double = np.array([[-2.0, -1.0], [1.0, 0.0]])
    same(ep.compile(of_matrix, backend="interpreter")(double), np.poly(double), 1e-12)
    ep.check_grads(lambda a: np.sum(of_matrix(a) ** 2), (double,), directions=1, order=1, backend="interpreter")


@pytest.mark.parametrize("p", [[1.0, 0.0], [2.0, 3.0, 0.0], [1.0, 2.0, 5.0, 0.0]])
def test_roots_depend_on_the_zero_that_a_polynomial_ends_with(p: list[float]) -> None:
    def f(p: Any) -> Any:
        r = np.roots(p)
        return np.sum(r.real**3 + r.imag**2 + 3.0 * r.real)

    c = np.array(p)
    assert ep.compile(f)(c) == pytest.approx(f(c), rel=1e-14)
    ep.check_grads(f, (c,), directions=1, order=2, backend="interpreter")


def test_roots_that_meet_at_zero_have_no_slope() -> None:
    assert not np.any(np.isfinite(ep.jacobian(lambda p: np.roots(p), backend="interpreter")(np.array([1.0, 0.0, 0.0]))))
