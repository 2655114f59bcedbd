"""Splines in the basis of de Boor: `BSpline`, FITPACK's splines, and how they are made of points."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import by_cpython, fixed, refuse
from ...registry import stands_for
from .chosen import without_slope


@stands_for(scipy.interpolate.BSpline)
class BSpline:
    """A spline of degree k with knots t and coefficients c."""

    fixed = ("k", "axis", "extrapolate")

    def __init__(self, t: Any, c: Any, k: int, extrapolate: Any = True, axis: int = 0) -> None:
        if axis != 0:
            refuse("the option 'axis' of scipy.interpolate.BSpline is not supported", "move the axis to the front")
        self.t, self.c, self.k = np.asarray(t) * 1.0, np.asarray(c) * 1.0, k
        fitting(self.t, self.c, k)
        self.extrapolate, self.axis = extrapolate, axis

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind.construct_fast(held["t"], held["c"], held["k"], held["extrapolate"], held["axis"])

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond == "periodic":
            refuse("a periodic BSpline is not supported", "take the point modulo the period")
        points = np.asarray(x) * 1.0
        t, c, k = differentiated(self.t, self.c, fixed(self.k), fixed(nu))
        value = of_basis(t, c, k, np.ravel(points))
        if not beyond:
            inside = (np.ravel(points) >= self.t[self.k]) & (np.ravel(points) <= self.t[-self.k - 1])
            value = np.where(inside.reshape((-1,) + (1,) * (c.ndim - 1)), value, np.nan)
        value = value.reshape(points.shape + c.shape[1:])
        if self.axis != 0:
            order, n, axis = list(range(value.ndim)), points.ndim, self.axis
            value = value.transpose(order[n : n + axis] + order[:n] + order[n + axis :])
        return value

    def derivative(self, nu: int = 1) -> Any:
        """The spline that is the derivative."""
        t, c, k = differentiated(self.t, self.c, fixed(self.k), fixed(nu))
        return made(t, c, k, self.extrapolate)

    def antiderivative(self, nu: int = 1) -> Any:
        """The spline that is the integral from the first knot."""
        t, c, k = self.t, self.c, fixed(self.k)
        for degree in range(k, k + fixed(nu)):
            t, c = whole_of(t, c, degree)
        return made(t, c, k + fixed(nu), False if self.extrapolate == "periodic" else self.extrapolate)

    @property
    def tck(self) -> Any:
        """The knots, the coefficients and the degree."""
        return self.t, self.c, self.k

    @staticmethod
    def basis_element(t: Any, extrapolate: Any = True) -> Any:
        """The one that is not 0 between the first of these knots and the last."""
        t = np.asarray(t) * 1.0
        k = fixed(t.shape[0]) - 2
        before, behind = t[0] - 1.0 + np.zeros(k), t[-1] + 1.0 + np.zeros(k)
        knots = np.concatenate((before, t, behind))
        return made(knots, np.where(np.arange(knots.shape[0]) == k, 1.0, 0.0), k, extrapolate)

    def insert_knot(self, x: Any, m: int = 1) -> Any:
        """The same spline with one more knot, m times: W. Boehm, Inserting new knots into B-spline curves, 1980."""
        t, c, k = self.t, self.c, fixed(self.k)
        if m <= 0:
            raise ValueError(f"`m` must be positive, got m = {m}.")
        if x < t[k] or x > t[-k - 1]:
            raise ValueError(f"Cannot insert a knot at {x}.")
        for _ in range(m):
            n = t.size - k - 1
            piece = np.clip(np.searchsorted(t, x, side="right") - 1, k, n - 1)
            place = np.arange(n + 1)
            width = t[np.minimum(place + k, t.size - 1)] - t[place]
            inside = (place > piece - k) & (place <= piece) & (width > 0)
            share = np.where(inside, (x - t[place]) / np.where(width > 0, width, 1.0), np.where(place <= piece - k, 1.0, 0.0))
            share = share.reshape((-1,) + (1,) * (c.ndim - 1))
            c = share * c[np.minimum(place, n - 1)] + (1.0 - share) * c[np.maximum(place - 1, 0)]
            t = np.concatenate((t[: piece + 1], np.atleast_1d(x) * 1.0, t[piece + 1 :]))
        return made(t, c, k, self.extrapolate)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from a to b."""
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond == "periodic":
            refuse("a periodic BSpline is not supported", "add the integrals over its periods")
        if not beyond:
            first, last = self.t[self.k], self.t[-self.k - 1]
            a, b = np.clip(a, first, last), np.clip(b, first, last)
        return np.asarray(integrated(self.t, self.c, fixed(self.k), a, b))


stands_for(scipy.interpolate.BSpline.basis_element)(BSpline.basis_element)


def fitting(t: Any, c: Any, k: int) -> None:
    """ValueError unless there can be a spline of these knots, coefficients and degree."""
    n = t.size - k - 1
    if k < 0:
        raise ValueError("Spline order cannot be negative.")
    if t.ndim != 1:
        raise ValueError("Knot vector must be one-dimensional.")
    if n < k + 1:
        raise ValueError(f"Need at least {2 * k + 2} knots for degree {k}")
    if np.any(np.diff(t) < 0):
        raise ValueError("Knots must be in a non-decreasing order.")
    if c.shape[0] < n:
        raise ValueError("Knots, coefficients and degree are inconsistent.")


def made(t: Any, c: Any, k: int, extrapolate: Any) -> Any:
    """A spline of parts that fit."""
    new = object.__new__(BSpline)
    new.t, new.c, new.k, new.extrapolate, new.axis = t, c, fixed(k), fixed(extrapolate), 0
    return new


def differentiated(t: Any, c: Any, k: int, nu: int) -> Any:
    """The knots, coefficients and degree of a derivative."""
    k, nu = fixed(k), fixed(nu)
    for step in range(min(nu, k)):
        degree = k - step
        n = t.size - degree - 1
        gap = (t[degree + 1 : n + degree] - t[1:n]).reshape((-1,) + (1,) * (c.ndim - 1))
        c = np.where(gap > 0, degree * (c[1:n] - c[: n - 1]), 0.0) / np.where(gap > 0, gap, 1.0)
        t = t[1:-1]
    return t, c if nu <= k else 0.0 * c, max(k - nu, 0)


def of_basis(t: Any, c: Any, k: int, x: Any) -> Any:
    """The value at points in a row: the recursion of de Boor (1972)."""
    n = t.size - k - 1
    piece = np.clip(np.searchsorted(t, x, side="right") - 1, k, n - 1)
    d = [c[piece - k + j] for j in range(k + 1)]
    for r in range(1, k + 1):
        for j in range(k, r - 1, -1):
            left = t[piece - k + j]
            share = ((x - left) / (t[piece + 1 + j - r] - left)).reshape((-1,) + (1,) * (c.ndim - 1))
            d[j] = (1.0 - share) * d[j - 1] + share * d[j]
    return d[k]


def whole_of(t: Any, c: Any, k: int) -> Any:
    """The knots and coefficients of the integral from the first knot, of degree k + 1."""
    n = t.size - k - 1
    gap = (t[k + 1 : n + k + 1] - t[:n]).reshape((-1,) + (1,) * (c.ndim - 1))
    sums = np.cumsum(c[:n] * gap, axis=0) / (k + 1)
    return np.concatenate([t[:1], t, t[-1:]]), np.concatenate([np.zeros((1, *c.shape[1:])), sums])


def integrated(t: Any, c: Any, k: int, a: Any, b: Any) -> Any:
    """The integral from a to b, between which and the end knots there is more of the spline or none."""
    knots, whole = whole_of(t, c, k)
    ends = of_basis(knots, whole, k + 1, np.array([a, b]) * 1.0)
    return ends[1] - ends[0]


def knots_of(x: Any, k: int) -> Any:
    """The knots of an interpolating spline that has none at the second points. (de Boor, 1978, chapter XIII.)"""
    if k == 1:
        return np.concatenate([x[:1], x, x[-1:]])
    inner = x if k % 2 == 1 else (x[1:] + x[:-1]) / 2
    cut = (k + 1) // 2 if k % 2 == 1 else k // 2
    inner = inner[cut:-cut]
    return np.concatenate([x[0] + np.zeros(k + 1), inner, x[-1] + np.zeros(k + 1)])


def through(x: Any, y: Any, k: int) -> Any:
    """Knots and coefficients of the spline through points."""
    if np.any(x[1:] == x[:-1]):
        raise ValueError("Expect x to not have duplicates")
    if np.any(x[1:] < x[:-1]):
        raise ValueError("Expect x to be a 1D strictly increasing sequence.")
    if x.size <= k and k > 1:
        raise ValueError(f"The number of derivatives at boundaries does not match: expected {k + 1 - x.size}, got 0+0")
    t = knots_of(x, k)
    design = of_basis(t, np.eye(x.size), k, x)
    return t, np.linalg.solve(design, y.reshape((x.size, -1))).reshape(y.shape)


def at_end(given: Any) -> Any:
    """What is known of the derivatives at an end, as orders and values; SciPy has names for cubic splines."""
    if not isinstance(given, str):
        return given
    if given not in ("natural", "clamped"):
        raise ValueError(f"Unknown boundary condition : {given}")
    return [(2 if given == "natural" else 1, 0.0)]


def with_ends(x: Any, y: Any, k: int, left: Any, right: Any) -> Any:
    """Knots and coefficients of the spline through points of which derivatives at the ends are given, by their orders and values."""
    t = np.concatenate([x[0] + np.zeros(k), x, x[-1] + np.zeros(k)])
    n = t.size - k - 1
    if len(left) + len(right) != k - 1:
        raise ValueError(f"The number of derivatives at boundaries does not match: expected {k - 1}, got {len(left)}+{len(right)}")
    rows, values = [of_basis(t, np.eye(n), k, x)], [y.reshape((x.size, -1))]
    for place, side in ((x[:1], left), (x[-1:], right)):
        for order, value in side:
            knots, c, degree = differentiated(t, np.eye(n), k, fixed(order))
            rows.append(of_basis(knots, c, degree, place))
            values.append(np.broadcast_to(np.asarray(value) * 1.0, y.shape[1:]).reshape((1, -1)))
    return t, np.linalg.solve(np.concatenate(rows), np.concatenate(values)).reshape((n, *y.shape[1:]))


@stands_for(scipy.interpolate.make_interp_spline)
def make_interp_spline(x: Any, y: Any, k: int = 3, t: Any = None, bc_type: Any = None, axis: int = 0, check_finite: bool = True) -> Any:
    if t is not None or axis != 0 or k < 1 or (isinstance(bc_type, str) and bc_type == "periodic"):
        refuse(
            "the options 't', 'axis' and bc_type='periodic' of make_interp_spline are not supported", "leave them out, or use CubicSpline"
        )
    x, y, k = np.asarray(x) * 1.0, np.asarray(y) * 1.0, fixed(k)
    if check_finite and not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("Array must not contain infs or nans.")
    if bc_type is None or (isinstance(bc_type, str) and bc_type == "not-a-knot"):
        t, c = through(x, y, k)
        return made(t, c, k, True)
    left, right = (bc_type, bc_type) if isinstance(bc_type, str) else bc_type
    if left is None or right is None:
        refuse("make_interp_spline with derivatives at one end is not supported", "give them at both, or use CubicSpline")
    t, c = with_ends(x, y, k, at_end(left), at_end(right))
    return made(t, c, k, True)


def nearest(t: Any, k: int, x: Any, y: Any, w: Any) -> Any:
    """The coefficients of the spline with these knots that is nearest to points."""
    design = of_basis(t, np.eye(t.size - k - 1), k, x)
    weights = np.ones_like(x) if w is None else np.asarray(w) * 1.0
    rows = y.reshape((x.size, -1)) * weights[:, None]
    return np.linalg.lstsq(design * weights[:, None], rows, rcond=None)[0].reshape((-1, *y.shape[1:]))


def smoothed(x: Any, y: Any, w: Any, xb: Any, xe: Any, k: int, s: Any) -> Any:
    """Knots and coefficients of FITPACK's smoothing spline. (CPython runs this and what follows.)"""
    return scipy.interpolate.splrep(x, y, w=w, xb=xb, xe=xe, k=k, s=s)[:2]


def smoothed_by_class(x: Any, y: Any, w: Any, xb: Any, xe: Any, k: int, s: Any) -> Any:
    """The same by the class, which chooses other knots."""
    return scipy.interpolate.UnivariateSpline(x, y, w=w, bbox=[xb, xe], k=k, s=s)._eval_args[:2]


NEAR = 1.001
"""FITPACK takes a polynomial whose squares are together less than so many times what they may be."""


def fitted(find: Any, x: Any, y: Any, w: Any, xb: Any, xe: Any, k: int, s: Any) -> Any:
    """Knots, coefficients and degree of FITPACK's spline through points, or near them as `find` finds it."""
    x, y, k = np.asarray(x) * 1.0, np.asarray(y) * 1.0, fixed(k)
    if not s > 0 and xb is None and xe is None:
        t, c = through(x, y, k)
        return t, np.concatenate([c, np.zeros(k + 1)]), k
    if y.ndim == 1 and y.size == x.size and x.size > k and np.all(np.diff(x) >= 0):
        t = np.concatenate([(x[0] if xb is None else xb) + np.zeros(k + 1), (x[-1] if xe is None else xe) + np.zeros(k + 1)])
        c = np.concatenate([nearest(t, k, x, y, w), np.zeros(k + 1)])
        apart = (y - of_basis(t, c[: k + 1], k, x)) * (1.0 if w is None else np.asarray(w))
        if np.sum(apart * apart) < NEAR * s:
            return t, c, k
    t, c = by_cpython(find, x, y, w, xb, xe, k, s)
    return t, without_slope(c, x, y), k


@stands_for(scipy.interpolate.splrep)
def splrep(
    x: Any, y: Any, w: Any = None, xb: Any = None, xe: Any = None, k: int = 3, task: int = 0, s: Any = None, t: Any = None,
    full_output: int = 0, per: int = 0, quiet: int = 1,
) -> Any:  # fmt: skip
    """FITPACK's spline through points, near them, or with given inner knots."""
    if full_output or per:
        refuse("the options 'full_output' and 'per' of scipy.interpolate.splrep are not supported", "leave them out")
    if t is not None:
        x, k = np.asarray(x) * 1.0, fixed(k)
        first, last = x[0] if xb is None else xb, x[-1] if xe is None else xe
        t = np.concatenate([first + np.zeros(k + 1), np.asarray(t) * 1.0, last + np.zeros(k + 1)])
        return t, np.concatenate([nearest(t, k, x, np.asarray(y) * 1.0, w), np.zeros(k + 1)]), k
    if s is None:
        s = 0.0 if w is None else np.size(x) - np.sqrt(2.0 * np.size(x))
    return fitted(smoothed, x, y, w, xb, xe, k, s)


@stands_for(scipy.interpolate.splder)
def splder(tck: Any, n: int = 1) -> Any:
    """The derivative of a spline of FITPACK's."""
    if isinstance(tck, scipy.interpolate.BSpline):
        return tck.derivative(n)
    t, c, k = tck
    t, c, k = differentiated(t, c[: t.size - fixed(k) - 1], fixed(k), fixed(n))
    return t, np.concatenate([c, np.zeros(k + 1)]), k


@stands_for(scipy.interpolate.splantider)
def splantider(tck: Any, n: int = 1) -> Any:
    """The integral from the first knot of a spline of FITPACK's."""
    if isinstance(tck, scipy.interpolate.BSpline):
        return tck.antiderivative(n)
    t, c, k = tck
    k = fixed(k)
    for degree in range(k, k + fixed(n)):
        t, c = whole_of(t, c, degree)
    return t, np.concatenate([c, c[-1] + np.zeros(k + fixed(n) + 1)]), k + fixed(n)


@stands_for(scipy.interpolate.spalde)
def spalde(x: Any, tck: Any) -> Any:
    """The value and all derivatives of a spline of FITPACK's, at one place or at several."""
    if np.ndim(x) > 0:
        return [spalde(one, tck) for one in x]
    return np.array([by_fitpack(tck, x, nu, 0) for nu in range(fixed(tck[2]) + 1)])


@stands_for(scipy.interpolate.splev)
def splev(x: Any, tck: Any, der: int = 0, ext: int = 0) -> Any:
    if isinstance(tck, scipy.interpolate.BSpline):
        return tck(x, der, extrapolate=ext == 0)
    t, c, k = tck
    if isinstance(c, (list, tuple)) and isinstance(c[0], (np.ndarray, list)):  # a curve: one spline for each coordinate
        return [by_fitpack((t, np.asarray(one), k), x, der, ext) for one in c]
    return by_fitpack((np.asarray(t), np.asarray(c), k), x, der, ext)


def by_fitpack(tck: Any, x: Any, nu: int, ext: Any) -> Any:
    """The value, or a derivative, of a spline of FITPACK's."""
    t, c, k = tck
    at = np.ravel(np.asarray(x) * 1.0)
    low, high = t[k], t[-k - 1]
    outside = (at < low) | (at > high)
    if ext in (2, "raise") and np.any(outside):
        raise ValueError("Invalid input data")
    if ext in (3, "const"):
        at = np.clip(at, low, high)
    degree = fixed(k)
    t, c, degree = differentiated(t, c[: t.size - degree - 1], degree, fixed(nu))
    value = of_basis(t, c, degree, at)
    if ext in (1, "zeros"):
        value = np.where(outside, 0.0, value)
    return value.reshape(np.shape(x))


@stands_for(scipy.interpolate.splint)
def splint(a: Any, b: Any, tck: Any, full_output: int = 0) -> Any:
    if full_output:
        refuse("the option 'full_output' of scipy.interpolate.splint is not supported", "leave it out")
    if isinstance(tck, scipy.interpolate.BSpline):
        return tck.integrate(a, b, extrapolate=False)
    return float(within(tck, a, b))


def within(tck: Any, a: Any, b: Any) -> Any:
    """The integral of a spline of FITPACK's, which is zero outside."""
    t, c, k = tck
    degree = fixed(k)
    low, high = t[degree], t[-degree - 1]
    return integrated(t, c[: t.size - degree - 1], degree, np.clip(a, low, high), np.clip(b, low, high))
