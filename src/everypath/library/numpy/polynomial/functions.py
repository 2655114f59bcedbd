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

    def grid2d(x: Any, y: Any, c: Any) -> Any:
        return recurrence.value(family, y, recurrence.value(family, x, c, True), True)

    def val3d(x: Any, y: Any, z: Any, c: Any) -> Any:
        return recurrence.value(family, z, recurrence.value(family, y, recurrence.value(family, x, c, True), False), False)

    def grid3d(x: Any, y: Any, z: Any, c: Any) -> Any:
        return recurrence.value(family, z, recurrence.value(family, y, recurrence.value(family, x, c, True), True), True)

    def vander2d(x: Any, y: Any, deg: Any) -> Any:
        x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
        found = recurrence.vander(family, x, deg[0])[..., :, None] * recurrence.vander(family, y, deg[1])[..., None, :]
        return found.reshape((*found.shape[:-2], -1))

    def div(c1: Any, c2: Any) -> Any:
        return recurrence.divided(family, c1, c2)

    def roots(c: Any) -> Any:
        return recurrence.roots(family, c)

    def companion(c: Any) -> Any:
        c = recurrence.floats(c)
        if len(c) < 2:
            raise ValueError("Series must have maximum degree of at least 1.")
        return recurrence.companion(family, c)

    def line(off: Any, scl: Any) -> Any:
        whole = np.issubdtype(np.asarray(off + scl).dtype, np.integer)
        found = recurrence.total(np.stack([off * 1.0]), scl * recurrence.times_x(family, np.ones(1)))
        return found.astype(int) if whole else found

    def trim(c: Any, tol: Any = 0) -> Any:
        if tol < 0:
            raise ValueError("tol must be non-negative")
        c = recurrence.floats(c)
        places = np.flatnonzero(np.abs(c) > tol)
        return c[:1] * 0 if len(places) == 0 else c[: places[-1] + 1].copy()

    def to_powers(c: Any) -> Any:
        return recurrence.converted(family, "polynomial", c)

    def of_powers(pol: Any) -> Any:
        return recurrence.converted("polynomial", family, pol)

    return {
        "grid2d": grid2d, "val3d": val3d, "grid3d": grid3d, "vander2d": vander2d, "div": div, "roots": roots, "companion": companion,
        "line": line, "trim": trim, "2poly": to_powers, "poly2": of_powers, "val": val, "val2d": val2d, "vander": vander,
        "der": der, "int": integ, "add": add, "sub": sub, "mul": mul, "mulx": mulx, "pow": power, "fit": fit, "fromroots": fromroots,
    }  # fmt: skip


def first_axis(axis: int) -> None:
    if axis != 0:
        refuse("the option 'axis' of numpy.polynomial is not yet supported", "move that axis to the front")


for _module, _family, _prefix in FAMILIES:
    for _ending, _text in functions_of(_family).items():
        _name = _ending + _prefix if _ending == "poly2" else _prefix + _ending
        if hasattr(_module, _name):
            stands_for(getattr(_module, _name))(_text)


@stands_for(polynomial.polyvalfromroots)
def polyvalfromroots(x: Any, r: Any, tensor: bool = True) -> Any:
    """The polynomial with these roots that begins with 1, at x."""
    x, r = np.asarray(x), np.asarray(r) * 1.0
    if r.ndim == 0:
        r = r.reshape(1)
    if tensor:
        r = r.reshape(r.shape + (1,) * x.ndim)
    elif x.ndim >= r.ndim:
        raise ValueError("x.ndim must be < r.ndim when tensor == False")
    return np.prod(x - r, axis=0)


@stands_for(chebyshev.chebpts1)
def chebpts1(npts: int) -> Any:
    """Chebyshev's points of the first kind."""
    if npts < 1:
        raise ValueError("npts must be >= 1")
    return np.sin(0.5 * np.pi / npts * np.arange(-npts + 1, npts + 1, 2))


@stands_for(chebyshev.chebinterpolate)
def chebinterpolate(func: Any, deg: int, args: Any = ()) -> Any:
    """The sum that is equal to a function at Chebyshev's points of the first kind."""
    if deg < 0:
        raise ValueError("expected deg >= 0")
    order = deg + 1
    points = chebpts1(order)
    found = recurrence.vander("chebyshev", points, deg).T @ func(points, *args)
    return found / np.where(np.arange(order) == 0, 1.0 * order, 0.5 * order)
