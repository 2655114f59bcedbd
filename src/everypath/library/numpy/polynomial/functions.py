"""The functions of numpy.polynomial on coefficients, the lowest first: for each family the same, under names of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from ...intrinsics import refuse
from ...registry import stands_for
from . import recurrence

FAMILIES = (
    (polynomial, "polynomial", "poly"),
    (chebyshev, "chebyshev", "cheb"),
    (legendre, "legendre", "leg"),
    (hermite, "hermite", "herm"),
    (hermite_e, "hermite_e", "herme"),
    (laguerre, "laguerre", "lag"),
)
"""NumPy's module, the name of the family, and what its functions' names begin with."""


def functions_of(family: str) -> dict[str, Any]:
    """The functions of one family, by what their names end in."""

    def val(x: Any, c: Any, tensor: bool = True) -> Any:
        return recurrence.value(family, x, c, tensor)

    def val2d(x: Any, y: Any, c: Any) -> Any:
        return recurrence.value(family, y, recurrence.value(family, x, c, True), False)

    def vander(x: Any, deg: int) -> Any:
        return recurrence.vander(family, x, deg)

    def der(c: Any, m: int = 1, scl: Any = 1, axis: int = 0) -> Any:
        first_axis(axis)
        return recurrence.derivative(family, c, m, scl)

    def integ(c: Any, m: int = 1, k: Any = (), lbnd: Any = 0, scl: Any = 1, axis: int = 0) -> Any:
        first_axis(axis)
        return recurrence.integral(family, c, m, k, lbnd, scl)

    def add(c1: Any, c2: Any) -> Any:
        return recurrence.trimmed(recurrence.total(c1, c2))

    def sub(c1: Any, c2: Any) -> Any:
        return recurrence.trimmed(recurrence.total(c1, -np.atleast_1d(np.asarray(c2))))

    def mul(c1: Any, c2: Any) -> Any:
        return recurrence.trimmed(recurrence.product(family, c1, c2))

    def mulx(c: Any) -> Any:
        return recurrence.times_x(family, recurrence.floats(c))

    def power(c: Any, pow: int, maxpower: Any = 16) -> Any:
        if pow < 0 or (maxpower is not None and pow > maxpower):
            raise ValueError("Power must be a non-negative integer." if pow < 0 else "Power is too large")
        result: Any = np.ones(1)
        for _ in range(pow):
            result = recurrence.product(family, result, c)
        return recurrence.trimmed(result)

    def fit(x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None) -> Any:
        if full:
            refuse("the option 'full' of a fit in numpy.polynomial is not yet supported", "use np.linalg.lstsq")
        return recurrence.fit(family, x, y, deg, rcond, w)

    def fromroots(roots: Any) -> Any:
        result: Any = np.ones(1)
        for root in np.atleast_1d(np.asarray(roots)):
            result = recurrence.total(recurrence.times_x(family, result), -root * result)
        return result

    return {
        "val": val, "val2d": val2d, "vander": vander, "der": der, "int": integ, "add": add, "sub": sub, "mul": mul, "mulx": mulx,
        "pow": power, "fit": fit, "fromroots": fromroots,
    }  # fmt: skip


def first_axis(axis: int) -> None:
    if axis != 0:
        refuse("the option 'axis' of numpy.polynomial is not yet supported", "move that axis to the front")


for _module, _family, _prefix in FAMILIES:
    for _ending, _text in functions_of(_family).items():
        stands_for(getattr(_module, _prefix + _ending))(_text)
