"""The classes of numpy.polynomial: a sum over a family, on a domain that is mapped to the window of the family."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import polynomial as original
from numpy.polynomial.polyutils import mapdomain, mapparms

from ...intrinsics import refuse
from ...registry import stands_for
from . import recurrence


@stands_for(mapparms)
def parameters(old: Any, new: Any) -> Any:
    """Offset and scale of the line that takes one domain to another."""
    length = old[1] - old[0]
    return (old[1] * new[0] - old[0] * new[1]) / length, (new[1] - new[0]) / length


@stands_for(mapdomain)
def mapped(x: Any, old: Any, new: Any) -> Any:
    """What a point of one domain is in another."""
    offset, scale = parameters(old, new)
    return offset + scale * np.asarray(x)


def natural(family: str) -> Any:
    """The window of a family."""
    return np.array([0.0, 1.0]) if family == "laguerre" else np.array([-1.0, 1.0])


class Series:
    """What the classes have in common."""

    family = ""
    fixed = ("_symbol",)

    def __init__(self, coef: Any, domain: Any = None, window: Any = None, symbol: str = "x") -> None:
        c = np.asarray(coef)
        if c.ndim > 1:
            raise ValueError("Coefficient array is not 1-d")
        self.coef = recurrence.floats(c)
        self.domain = natural(self.family) if domain is None else np.asarray(domain) * 1.0
        self.window = natural(self.family) if window is None else np.asarray(window) * 1.0
        self._symbol = symbol

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """NumPy's object. (CPython runs this.)"""
        return kind(held["coef"], held["domain"], held["window"], held["_symbol"])

    def like(self, coef: Any) -> Any:
        """A sum with other coefficients."""
        return type(self)(coef, self.domain, self.window, self._symbol)

    def summed(self, coef: Any) -> Any:
        """A sum with other coefficients, which NumPy would cut off where the highest is 0."""
        if len(coef) > 1 and coef[-1] == 0:
            refuse("arithmetic with numpy.polynomial whose highest coefficient is 0 is not supported", "leave the coefficient out")
        return self.like(coef)

    def of(self, other: Any) -> Any:
        """The coefficients of another operand."""
        if not isinstance(other, type(self)):
            return np.atleast_1d(np.asarray(other)) * 1.0
        if not np.all(self.domain == other.domain):
            raise TypeError("Domains differ")
        if not np.all(self.window == other.window):
            raise TypeError("Windows differ")
        return other.coef

    def __call__(self, arg: Any) -> Any:
        return recurrence.value(self.family, mapped(arg, self.domain, self.window), self.coef, True)

    def __len__(self) -> int:
        return len(self.coef)

    def __neg__(self) -> Any:
        return self.like(-self.coef)

    def __pos__(self) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return self.summed(recurrence.total(self.coef, self.of(other)))

    def __radd__(self, other: Any) -> Any:
        return self.summed(recurrence.total(self.of(other), self.coef))

    def __sub__(self, other: Any) -> Any:
        return self.summed(recurrence.total(self.coef, -self.of(other)))

    def __rsub__(self, other: Any) -> Any:
        return self.summed(recurrence.total(self.of(other), -self.coef))

    def __mul__(self, other: Any) -> Any:
        return self.summed(recurrence.product(self.family, self.coef, self.of(other)))

    def __rmul__(self, other: Any) -> Any:
        return self.summed(recurrence.product(self.family, self.of(other), self.coef))

    def __floordiv__(self, other: Any) -> Any:
        return self.like(recurrence.divided(self.family, self.coef, self.of(other))[0])

    def __mod__(self, other: Any) -> Any:
        return self.like(recurrence.divided(self.family, self.coef, self.of(other))[1])

    def __divmod__(self, other: Any) -> Any:
        quotient, rest = recurrence.divided(self.family, self.coef, self.of(other))
        return self.like(quotient), self.like(rest)

    def __truediv__(self, other: Any) -> Any:
        if np.ndim(other) > 0:
            refuse("a division of polynomials is not yet supported by numpy.polynomial", "use np.polydiv")
        return self.like(self.coef / other)

    def __pow__(self, other: int) -> Any:
        result: Any = np.ones(1)
        for _ in range(other):
            result = recurrence.product(self.family, result, self.coef)
        return self.summed(result)

    def roots(self) -> Any:
        """Where the sum is 0."""
        offset, scale = parameters(self.window, self.domain)
        return offset + scale * recurrence.roots(self.family, self.coef)

    def trim(self, tol: Any = 0) -> Any:
        """A sum without the last members whose coefficients are small."""
        places = np.flatnonzero(np.abs(self.coef) > tol)
        return self.like(self.coef[:1] * 0 if len(places) == 0 else self.coef[: places[-1] + 1])

    def linspace(self, n: int = 100, domain: Any = None) -> Any:
        """Evenly spaced points of the domain, and the values there."""
        x = np.linspace(self.domain[0], self.domain[1], n) if domain is None else np.linspace(domain[0], domain[1], n)
        return x, self(x)

    def degree(self) -> int:
        """The number of the last member."""
        return len(self.coef) - 1

    def copy(self) -> Any:
        """The same sum."""
        return self.like(self.coef)

    def mapparms(self) -> Any:
        """Offset and scale from the domain to the window."""
        return parameters(self.domain, self.window)

    def deriv(self, m: int = 1) -> Any:
        """The derivative."""
        return self.like(recurrence.derivative(self.family, self.coef, m, self.mapparms()[1]))

    def integ(self, m: int = 1, k: Any = (), lbnd: Any = None) -> Any:
        """The integral."""
        offset, scale = self.mapparms()
        start = 0.0 if lbnd is None else offset + scale * lbnd
        return self.like(recurrence.integral(self.family, self.coef, m, k, start, 1.0 / scale))

    def convert(self, domain: Any = None, kind: Any = None, window: Any = None) -> Any:
        """The same sum on another domain."""
        if kind is not None:
            refuse("the option 'kind' of convert in numpy.polynomial is not yet supported", "evaluate it")
        new = type(self)([0.0, 1.0], domain, window, self._symbol)
        offset, scale = parameters(self.domain, self.window)
        back, stretch = parameters(new.window, new.domain)
        line = np.stack([offset + scale * back, scale * stretch])
        line = recurrence.total(line[:1], line[1] * recurrence.times_x(self.family, np.ones(1)))
        result: Any = np.zeros(1)
        for k in range(len(self.coef) - 1, -1, -1):
            result = recurrence.total(recurrence.product("polynomial", result, line), self.coef[k : k + 1])
        if self.family != "polynomial":
            refuse("convert is supported for numpy.polynomial.Polynomial only", "evaluate it")
        return new.like(result[: len(self.coef)])


@stands_for(original.Polynomial)
class Polynomial(Series):
    """A sum of powers."""

    family = "polynomial"


@stands_for(original.Chebyshev)
class Chebyshev(Series):
    """A sum of polynomials of Chebyshev."""

    family = "chebyshev"


@stands_for(original.Legendre)
class Legendre(Series):
    """A sum of polynomials of Legendre."""

    family = "legendre"


@stands_for(original.Hermite)
class Hermite(Series):
    """A sum of polynomials of Hermite."""

    family = "hermite"


@stands_for(original.HermiteE)
class HermiteE(Series):
    """A sum of polynomials of Hermite."""

    family = "hermite_e"


@stands_for(original.Laguerre)
class Laguerre(Series):
    """A sum of polynomials of Laguerre."""

    family = "laguerre"


def fitting(kind: Any) -> Any:
    """`kind.fit`."""

    def fit(
        x: Any, y: Any, deg: int, domain: Any = None, rcond: Any = None, full: bool = False, w: Any = None, window: Any = None,
        symbol: str = "x",
    ) -> Any:  # fmt: skip
        """The sum with the least squares of its distances from the points."""
        if full:
            refuse("the option 'full' of a fit in numpy.polynomial is not yet supported", "use np.linalg.lstsq")
        if domain is None:
            domain = np.stack([np.min(x), np.max(x)])
        target = natural(kind.family) if window is None else np.asarray(window) * 1.0
        return kind(recurrence.fit(kind.family, mapped(x, domain, target), y, deg, rcond, w), domain, target, symbol)

    return fit


for _kind in (Polynomial, Chebyshev, Legendre, Hermite, HermiteE, Laguerre):
    stands_for(getattr(original, _kind.__name__).fit)(fitting(_kind))
