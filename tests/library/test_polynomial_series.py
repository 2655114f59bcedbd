"""Sums over families of polynomials are numpy.polynomial's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Laguerre, Polynomial, chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from .originals import agrees

X, Z = np.array([0.3, -1.2, 0.7, 1.9]), np.array([0.5, -0.3, 0.9])

SMOOTH: dict[str, Callable[..., Any]] = {
    "values": lambda c, x: (polynomial.polyval(x, c), chebyshev.chebval(0.3, x), legendre.legval(x, c), laguerre.lagval(x, c)),
    "classes": lambda c, x: (Polynomial(c).deriv()(x), (2.0 * Polynomial(c) ** 2 - 1.0).coef, Chebyshev(c, domain=[0, 3]).integ()(x)),
    "fit": lambda y, x: (Polynomial.fit(x, x * x * y[0], 2).convert().coef, chebyshev.chebfit(x, np.sin(x) * y[1], 2)),
}

VALUES: dict[str, Callable[..., Any]] = {
    "hermite": lambda x: (hermite.hermval(x, Z), hermite_e.hermeval(x, Z), hermite.hermder(x), hermite_e.hermeint(x)),
    "calculus": lambda x: (polynomial.polyder(x, 2), polynomial.polyint(x, k=[0.5], lbnd=1.0), chebyshev.chebder(x), chebyshev.chebint(x)),
    "more calculus": lambda x: (legendre.legder(x), legendre.legint(x, 2), laguerre.lagder(x), laguerre.lagint(x)),
    "division": lambda x: (polynomial.polydiv(x, Z), chebyshev.chebdiv(x, Z), (Polynomial(x) // Polynomial(Z)).coef),
    "zeros": lambda x: Laguerre(x, domain=[0, 2]).roots(),
    "powers": lambda x: (chebyshev.cheb2poly(x), laguerre.poly2lag(x), polynomial.polyvalfromroots(0.3, x)),
    "companions": lambda x: (hermite.hermcompanion(x), legendre.legcompanion(x), chebyshev.chebcompanion(x)),
    "grids": lambda x: (polynomial.polygrid2d(x, Z, np.outer(Z, x)), legendre.legvander2d(x, x, (1, 2)), chebyshev.chebpts1(4)),
    "arithmetic": lambda x: (chebyshev.chebmul(x, Z), legendre.legmul(x, Z), polynomial.polypow(Z, 3), polynomial.polysub(x, x)),
    "roots": lambda x: (polynomial.polyfromroots(x), laguerre.lagfromroots(Z), chebyshev.chebadd(x, [1, 2]), Laguerre(x).degree()),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_it_is_numpy_s(name: str) -> None:
    agrees(SMOOTH[name], Z, X, order=1)


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    agrees(VALUES[name], X, order=0, tolerance=1e-11)
