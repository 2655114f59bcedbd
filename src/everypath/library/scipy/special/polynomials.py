"""The polynomials that `scipy.special.legendre` and its like make: those of NumPy, which know a way of their own to be evaluated."""

from __future__ import annotations

from typing import Any

from scipy.special import legendre

from ...numpy.polynomials import Poly1d, is_polynomial, polyval
from ...registry import stands_for


@stands_for(type(legendre(1)))
class OrthogonalPolynomial(Poly1d):
    """What is made by arithmetic of one is an ordinary polynomial."""

    _eval_func: Any

    def __call__(self, val: Any) -> Any:
        if self._eval_func is None or is_polynomial(val):
            return polyval(self, val)
        return self._eval_func(val)
