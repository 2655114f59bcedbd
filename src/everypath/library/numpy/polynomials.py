"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import by_cpython, only_value
from ..registry import stands_for


def trimmed(c: Any) -> Any:
    """The coefficients without the zeros in front."""
    k = 0
    while k < len(c) - 1 and c[k] == 0:
        k += 1
    return c[k:]


def is_polynomial(x: Any) -> bool:
    """Whether `x` is a polynomial, rather than its coefficients."""
    return isinstance(x, np.poly1d)


@stands_for(np.poly1d)
class Poly1d:
    """A polynomial; zeros in front are left out only where they are asked for, so that a coefficient that is 0 has its derivative."""

    fixed = ("_variable",)

    def __init__(self, c_or_r: Any, r: bool = False, variable: Any = None) -> None:
        if is_polynomial(c_or_r):
            self._coeffs = c_or_r._coeffs
            self._variable = c_or_r._variable if variable is None else variable
            return
        c = np.atleast_1d(np.poly(c_or_r) if r else np.asarray(c_or_r))
        if c.ndim > 1:
            raise ValueError("Polynomial must be 1d only.")
        self._coeffs = np.zeros(1, dtype=c.dtype) if len(c) == 0 else c
        self._variable = "x" if variable is None else variable

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """NumPy's object. (CPython runs this.)"""
        return kind(held["_coeffs"], variable=held["_variable"])

    @property
    def coeffs(self) -> Any:
        """The coefficients."""
        return trimmed(self._coeffs)

    @property
    def c(self) -> Any:
        """The coefficients."""
        return trimmed(self._coeffs)

    @property
    def coef(self) -> Any:
        """The coefficients."""
        return trimmed(self._coeffs)

    @property
    def coefficients(self) -> Any:
        """The coefficients."""
        return trimmed(self._coeffs)

    @property
    def order(self) -> int:
        """The degree."""
        return len(trimmed(self._coeffs)) - 1

    @property
    def o(self) -> int:
        """The degree."""
        return len(trimmed(self._coeffs)) - 1

    @property
    def variable(self) -> Any:
        """The name of the variable."""
        return self._variable

    @property
    def roots(self) -> Any:
        """Where it is 0."""
        return np.roots(self._coeffs)

    @property
    def r(self) -> Any:
        """Where it is 0."""
        return np.roots(self._coeffs)

    def __len__(self) -> int:
        return self.order

    def __getitem__(self, power: int) -> Any:
        if power < 0 or power >= len(self._coeffs):
            return self._coeffs.dtype.type(0)
        return self._coeffs[len(self._coeffs) - 1 - power]

    def __iter__(self) -> Any:
        return iter(self.coeffs)

    def __call__(self, val: Any) -> Any:
        return polyval(self, val)

    def __neg__(self) -> Any:
        return Poly1d(-self._coeffs)

    def __pos__(self) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return Poly1d(summed(self._coeffs, coefficients(other)))

    def __radd__(self, other: Any) -> Any:
        return Poly1d(summed(coefficients(other), self._coeffs))

    def __sub__(self, other: Any) -> Any:
        return Poly1d(summed(self._coeffs, -coefficients(other)))

    def __rsub__(self, other: Any) -> Any:
        return Poly1d(summed(coefficients(other), -self._coeffs))

    def __mul__(self, other: Any) -> Any:
        return Poly1d(self._coeffs * other if np.isscalar(other) else np.convolve(self._coeffs, coefficients(other)))

    def __rmul__(self, other: Any) -> Any:
        return Poly1d(other * self._coeffs if np.isscalar(other) else np.convolve(coefficients(other), self._coeffs))

    def __truediv__(self, other: Any) -> Any:
        return Poly1d(self._coeffs / other) if np.isscalar(other) else polydiv(self, Poly1d(other))

    def __rtruediv__(self, other: Any) -> Any:
        return Poly1d(other / self._coeffs) if np.isscalar(other) else polydiv(Poly1d(other), self)

    def __pow__(self, val: int) -> Any:
        if val < 0:
            raise ValueError("Power to non-negative integers only.")
        c = np.ones(1, dtype=self._coeffs.dtype)
        for _ in range(val):
            c = np.convolve(self._coeffs, c)
        return Poly1d(c)

    def __eq__(self, other: Any) -> Any:
        if not is_polynomial(other):
            return NotImplemented
        mine, others = self.coeffs, other.coeffs
        return mine.shape == others.shape and bool(np.all(mine == others))

    def deriv(self, m: int = 1) -> Any:
        """The derivative."""
        return polyder(self, m)

    def integ(self, m: int = 1, k: Any = 0) -> Any:
        """The integral."""
        return polyint(self, m, k)


def coefficients(p: Any) -> Any:
    """The coefficients of a polynomial, or an array of them."""
    return p._coeffs if is_polynomial(p) else np.atleast_1d(np.asarray(p))


def like(polynomial: bool, c: Any) -> Any:
    """Coefficients, as a polynomial where that was given."""
    return Poly1d(c) if polynomial else c


def summed(a: Any, b: Any) -> Any:
    """The sum of two rows of coefficients, the last of which belong together."""
    n = max(len(a), len(b))
    return padded(a, n) + padded(b, n)


def padded(a: Any, n: int) -> Any:
    """Coefficients with zeros in front."""
    return np.concatenate((np.zeros(n - len(a), dtype=a.dtype), a))


@stands_for(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Σ p[k] x^(n-1-k), by Horner's rule."""
    if is_polynomial(x):
        result = Poly1d(0.0)
        for c in coefficients(p):
            result = result * x + c
        return result
    x, c = np.asarray(x), coefficients(p)
    y = np.zeros_like(x) * c.dtype.type(0)
    for k in range(len(c)):
        y = y * x + c[k]
    return y


@stands_for(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    """The sum."""
    return like(is_polynomial(a1) or is_polynomial(a2), summed(coefficients(a1), coefficients(a2)))


@stands_for(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    """The difference."""
    return like(is_polynomial(a1) or is_polynomial(a2), summed(coefficients(a1), -coefficients(a2)))


@stands_for(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """The product."""
    if is_polynomial(a1) or is_polynomial(a2):
        return Poly1d(np.convolve(coefficients(a1), coefficients(a2)))
    return np.convolve(trimmed(coefficients(a1)), trimmed(coefficients(a2)))


@stands_for(np.polydiv)
def polydiv(u: Any, v: Any) -> Any:
    """Quotient and remainder."""
    polynomial = is_polynomial(u) or is_polynomial(v)
    a, b = coefficients(u) + 0.0, coefficients(v) + 0.0
    if polynomial:
        a, b = trimmed(a), trimmed(b)
    n = len(b)
    steps = len(a) - n + 1
    rest = a + b[:1] * 0.0
    quotient = np.zeros(max(steps, 1), dtype=rest.dtype)
    for k in range(steps):
        quotient[k] = rest[k] / b[0]
        rest[k : k + n] -= quotient[k] * b
    first = 0
    while first < len(rest) - 1 and abs(rest[first]) <= 1e-8:
        first += 1
    return like(polynomial, quotient), like(polynomial, rest[first:])


@stands_for(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    """The derivative, taken `m` times."""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    c = coefficients(p)
    for _ in range(m):
        c = c[:-1] * np.arange(len(c) - 1, 0, -1)
    return like(is_polynomial(p), c)


@stands_for(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The integral, taken `m` times, with these constants."""
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    constants = np.atleast_1d(np.asarray(0.0 if k is None else k))
    if len(constants) != 1 and len(constants) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    c = coefficients(p)
    for j in range(m):
        one = constants[:1] if len(constants) == 1 else constants[j : j + 1]
        c = np.concatenate((c / np.arange(len(c), 0, -1), one))
    return like(is_polynomial(p), c)


@stands_for(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """The polynomial that is 0 at these places and begins with 1."""
    roots = np.atleast_1d(np.asarray(seq_of_zeros))
    if roots.ndim == 2 and roots.shape[0] == roots.shape[1]:
        return np.poly(np.linalg.eigvals(roots)) if roots.dtype.char in "fFD" else characteristic(roots * 1.0)
    if roots.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    roots = roots if roots.dtype == np.float32 else roots.astype(np.float64)
    c = np.zeros(len(roots) + 1, dtype=roots.dtype)
    c[0] = 1.0
    for k in range(len(roots)):
        c[1 : k + 2] -= roots[k] * c[: k + 1]
    return c


@rule
def characteristic(a: Any) -> Any:
    """The coefficients c of det(λ - a), which depend on `a` smoothly where eigenvalues do not: dcₖ = -tr(Mₖ da), with M₁ = 1 and
    Mₖ₊₁ = a Mₖ + cₖ. (D. K. Faddeev and I. S. Sominsky, 1949: these are the parts of the adjugate of λ - a.)"""
    return np.real(np.poly(np.linalg.eigvals(a)))


@characteristic.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    moved = -np.sum(parts_of_adjugate(a, characteristic(a)) * a_dot.T, axis=(1, 2))
    return np.concatenate((np.zeros(1, a.dtype), moved))


@characteristic.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (-np.sum(parts_of_adjugate(a, characteristic(a)) * out_bar[1:, None, None], axis=0).T,)


def parts_of_adjugate(a: Any, c: Any) -> Any:
    """M₁ to Mₙ."""
    n = a.shape[0]
    one = np.eye(n, dtype=a.dtype)
    parts = np.zeros((n, n, n), a.dtype)
    for k in range(n):
        parts[k] = one if k == 0 else a @ parts[k - 1] + c[k] * one
    return parts


@stands_for(np.roots)
def roots(p: Any) -> Any:
    """Where the polynomial is 0, by the eigenvalues of its companion matrix; complex numbers where one of them is."""
    c = np.atleast_1d(coefficients(p)) * 1.0
    if c.ndim != 1:
        raise ValueError("Input must be a rank-1 array.")
    places = np.flatnonzero(c)
    if len(places) == 0:
        return np.zeros(0)
    zeros = len(c) - 1 - places[-1]
    if places[0] == places[-1]:
        return moved_with(np.zeros(zeros, c.dtype), c[places[0] :])
    whole, c = c[places[0] :], c[places[0] : places[-1] + 1]
    companion = np.eye(len(c) - 1, k=-1, dtype=c.dtype)
    companion[0] = -c[1:] / c[0]
    found, none = np.linalg.eigvals(companion), np.zeros(zeros, c.dtype)
    return moved_with(np.concatenate((found, none + 0j)) if np.iscomplexobj(found) else np.concatenate((found, none)), whole)


def moved_with(found: Any, c: Any) -> Any:
    """The roots of a polynomial, which depend on the zeros that it ends with too: two steps of Newton's away from what they are, which is
    where they are. Where roots meet, they move infinitely fast."""
    if only_value() or len(c) < 2 or c[-1] != 0:
        return found
    slopes = c[:-1] * np.arange(len(c) - 1, 0, -1)
    for _ in range(2):
        slope, value = np.polyval(slopes, found), np.polyval(c, found)
        found = found - (value - by_cpython(np.asarray, value)) / np.where(slope == 0, 5e-324, slope)
    return found


@stands_for(np.polyfit)
def polyfit(x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    """The polynomial of degree `deg` with the least squares of its distances from the points."""
    x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1:
        raise TypeError("expected 1D vector for x")
    if x.size == 0:
        raise TypeError("expected non-empty vector for x")
    if y.ndim < 1 or y.ndim > 2:
        raise TypeError("expected 1D or 2D array for y")
    if x.shape[0] != y.shape[0]:
        raise TypeError("expected x and y to have same length")
    if rcond is None:
        rcond = len(x) * np.finfo(x.dtype).eps
    powers, values = np.vander(x, deg + 1), y
    if w is not None:
        weights = np.asarray(w) + 0.0
        if weights.ndim != 1:
            raise TypeError("expected a 1-d array for weights")
        if weights.shape[0] != y.shape[0]:
            raise TypeError("expected w and y to have the same length")
        powers = powers * weights[:, None]
        values = values * (weights if y.ndim == 1 else weights[:, None])
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    c, residuals, rank, singular = np.linalg.lstsq(powers, values, rcond)
    c = c / (scale if y.ndim == 1 else scale[:, None])
    if full:
        return c, residuals, rank, singular, rcond
    if cov is False:
        return c
    spread = np.linalg.inv(powers.T @ powers) / np.outer(scale, scale)
    factor: Any = 1
    if cov != "unscaled":
        if len(x) <= deg + 1:
            raise ValueError("the number of data points must exceed order to scale the covariance matrix")
        factor = residuals / (len(x) - (deg + 1))
    return c, (spread * factor if y.ndim == 1 else spread[:, :, None] * factor)
