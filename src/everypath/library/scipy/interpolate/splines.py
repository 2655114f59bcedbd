"""Splines in the basis of de Boor: `BSpline`, FITPACK's splines, and how they are made of points."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import fixed, refuse, value_only
from ...registry import stands_for


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

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from a to b."""
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond == "periodic":
            refuse("a periodic BSpline is not supported", "add the integrals over its periods")
        if not beyond:
            first, last = self.t[self.k], self.t[-self.k - 1]
            a, b = np.clip(a, first, last), np.clip(b, first, last)
        return np.asarray(integrated(self.t, self.c, fixed(self.k), a, b))


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


def integrated(t: Any, c: Any, k: int, a: Any, b: Any) -> Any:
    """The integral from a to b, between which and the end knots there is more of the spline or none."""
    n = t.size - k - 1
    gap = (t[k + 1 : n + k + 1] - t[:n]).reshape((-1,) + (1,) * (c.ndim - 1))
    sums = np.cumsum(c[:n] * gap, axis=0) / (k + 1)
    whole = np.concatenate([np.zeros((1, *c.shape[1:])), sums])
    knots = np.concatenate([t[:1], t, t[-1:]])
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


@stands_for(scipy.interpolate.make_interp_spline)
def make_interp_spline(x: Any, y: Any, k: int = 3, t: Any = None, bc_type: Any = None, axis: int = 0, check_finite: bool = True) -> Any:
    if t is not None or (bc_type is not None and bc_type != "not-a-knot") or axis != 0 or k < 1:
        refuse("the options 't', 'bc_type' and 'axis' of make_interp_spline are not supported", "leave them out, or use CubicSpline")
    x, y = np.asarray(x) * 1.0, np.asarray(y) * 1.0
    if check_finite and not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("Array must not contain infs or nans.")
    t, c = through(x, y, fixed(k))
    return made(t, c, k, True)


@stands_for(scipy.interpolate.splrep)
def splrep(x: Any, y: Any, w: Any = None, xb: Any = None, xe: Any = None, k: int = 3, task: int = 0, s: Any = None, **options: Any) -> Any:
    if w is not None or (s is not None and s > 0) or k % 2 == 0:
        reason = "a derivative passes through a smoothing spline, which is not supported"
        way_out = "make an interpolating one (s=0), or fit coefficients with least_squares"
        return value_only(reason, way_out, scipy.interpolate.splrep, x, y, w, xb, xe, k, task, s)
    if options or task or xb is not None or xe is not None:
        refuse("the options of scipy.interpolate.splrep but w, k and s are not supported", "leave them out")
    t, c = through(np.asarray(x) * 1.0, np.asarray(y) * 1.0, fixed(k))
    return t, np.concatenate([c, np.zeros(k + 1)]), k


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


def curve(x: Any, w: Any, u: Any, ub: Any, ue: Any, k: int, task: int, s: Any, t: Any, per: Any) -> Any:
    """What `splprep` finds. (CPython runs this.)"""
    (knots, coefficients, _), places = scipy.interpolate.splprep(x, w, u, ub, ue, k, task, s, t, False, None, per, quiet=True)
    return knots, list(coefficients), places


@stands_for(scipy.interpolate.splprep)
def splprep(
    x: Any, w: Any = None, u: Any = None, ub: Any = None, ue: Any = None, k: int = 3, task: int = 0, s: Any = None, t: Any = None,
    full_output: int = 0, nest: Any = None, per: int = 0, quiet: int = 1,
) -> Any:  # fmt: skip
    """A smoothing curve through points, and where on it they are."""
    if full_output:
        refuse("the option 'full_output' of scipy.interpolate.splprep is not supported", "leave it out")
    reason = "the derivative of a smoothing curve with respect to its points is not known"
    way_out = "go through the points: scipy.interpolate.make_interp_spline(u, points)"
    knots, coefficients, places = value_only(reason, way_out, curve, x, w, u, ub, ue, fixed(k), task, s, t, per)
    return (knots, coefficients, fixed(k)), places


@stands_for(scipy.interpolate.splint)
def splint(a: Any, b: Any, tck: Any, full_output: int = 0) -> Any:
    if full_output:
        refuse("the option 'full_output' of scipy.interpolate.splint is not supported", "leave it out")
    return float(within(tck, a, b))


def within(tck: Any, a: Any, b: Any) -> Any:
    """The integral of a spline of FITPACK's, which is zero outside."""
    t, c, k = tck
    degree = fixed(k)
    low, high = t[degree], t[-degree - 1]
    return integrated(t, c[: t.size - degree - 1], degree, np.clip(a, low, high), np.clip(b, low, high))


@stands_for(scipy.interpolate.UnivariateSpline)
class UnivariateSpline:
    """A spline of FITPACK's."""

    fixed = ("ext",)

    def __init__(self, x: Any, y: Any, w: Any = None, bbox: Any = (None, None), k: int = 3, s: Any = None, ext: Any = 0) -> None:
        if s is None or s > 0 or w is not None:
            refuse("a smoothing spline made inside the function is not supported", "make it outside, or give s=0")
        self._eval_args, self.ext = splrep(x, y, k=k), ext

    def __call__(self, x: Any, nu: int = 0, ext: Any = None) -> Any:
        return by_fitpack(self._eval_args, x, nu, self.ext if ext is None else ext)

    def derivative(self, n: int = 1) -> Any:
        """The spline that is the derivative."""
        t, c, k = self._eval_args
        degree = fixed(k)
        t, c, degree = differentiated(t, c[: t.size - degree - 1], degree, fixed(n))
        new = object.__new__(UnivariateSpline)
        new._eval_args, new.ext = (t, c, degree), self.ext
        return new

    def integral(self, a: Any, b: Any) -> Any:
        """The integral from a to b."""
        return float(within(self._eval_args, a, b))


@stands_for(scipy.interpolate.InterpolatedUnivariateSpline)
class InterpolatedUnivariateSpline(UnivariateSpline):
    """A spline through points."""

    def __init__(self, x: Any, y: Any, w: Any = None, bbox: Any = (None, None), k: int = 3, ext: Any = 0) -> None:
        self._eval_args, self.ext = splrep(x, y, k=k), ext
