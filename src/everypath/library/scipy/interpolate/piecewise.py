"""Polynomials piece by piece: `PPoly`, and the splines that are kept as such."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import fixed, refuse
from ...registry import stands_for


@stands_for(scipy.interpolate.PPoly)
class PPoly:
    """A piecewise polynomial: on piece i, of x - x[i], with the coefficients c[:, i], the highest first."""

    fixed = ("axis", "extrapolate")

    def __init__(self, c: Any, x: Any, extrapolate: Any = None, axis: int = 0) -> None:
        c, x = np.asarray(c), np.ascontiguousarray(x, dtype=np.float64)
        if c.ndim < 2:
            raise ValueError("Coefficients array must be at least 2-dimensional.")
        if not 0 <= axis < c.ndim - 1:
            raise ValueError(f"axis={axis} must be between 0 and {c.ndim - 1}")
        if axis != 0:
            c = np.moveaxis(np.moveaxis(c, axis + 1, 0), axis + 1, 0)
        if x.ndim != 1 or x.size < 2:
            raise ValueError("invalid breakpoints")
        if c.shape[0] == 0 or c.shape[1] != x.size - 1:
            raise ValueError("number of coefficients != len(x)-1")
        self.c, self.x, self.axis = np.ascontiguousarray(c, dtype=np.float64), x, axis
        self.extrapolate = True if extrapolate is None else extrapolate if extrapolate == "periodic" else bool(extrapolate)

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind.construct_fast(held["c"], held["x"], held["extrapolate"], held["axis"])

    @staticmethod
    def from_spline(tck: Any, extrapolate: Any = None) -> Any:
        """The pieces of a spline between its knots."""
        if isinstance(tck, scipy.interpolate.BSpline):
            t, c, k = tck.tck
            beyond = tck.extrapolate if extrapolate is None else extrapolate
        else:
            t, c, k = tck
            beyond = extrapolate
        degree = fixed(k)
        spline = scipy.interpolate.BSpline(t, c[: t.size - degree - 1], degree)
        rows = [spline(t[:-1], nu) / math.factorial(nu) for nu in range(degree, -1, -1)]
        new = object.__new__(PPoly)
        new.c, new.x, new.axis = np.stack(rows), t, 0
        new.extrapolate = True if beyond is None else beyond
        return new

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        if nu < 0:
            raise ValueError("negative derivative orders are not supported")
        beyond = self.extrapolate if extrapolate is None else extrapolate
        points = np.asarray(x, dtype=np.float64)
        at = np.ravel(points)
        if beyond == "periodic":
            at = self.x[0] + (at - self.x[0]) % (self.x[-1] - self.x[0])
        value = of_pieces(self.c, self.x, at, nu, bool(beyond) and beyond != "periodic")
        value = value.reshape(points.shape + self.c.shape[2:])
        if self.axis != 0:
            order, n, axis = list(range(value.ndim)), points.ndim, self.axis
            value = value.transpose(order[n : n + axis] + order[:n] + order[n + axis :])
        return value

    def like(self, c: Any) -> Any:
        """A piecewise polynomial on the same pieces."""
        new = object.__new__(type(self))
        new.c, new.x, new.extrapolate, new.axis = c, self.x, self.extrapolate, self.axis
        return new

    def derivative(self, nu: int = 1) -> Any:
        """The piecewise polynomial that is the derivative."""
        if nu < 0:
            return self.antiderivative(-nu)
        c = self.c
        for _ in range(nu):
            n = c.shape[0]
            c = c[:-1] * np.arange(n - 1, 0, -1.0).reshape((n - 1,) + (1,) * (c.ndim - 1)) if n > 1 else np.zeros_like(c)
        return self.like(c)

    def antiderivative(self, nu: int = 1) -> Any:
        """The piecewise polynomial, 0 at the first breakpoint, whose derivative this is."""
        if nu <= 0:
            return self.derivative(-nu)
        c, x = self.c, self.x
        width = np.diff(x).reshape((-1,) + (1,) * (c.ndim - 2))
        for _ in range(nu):
            n = c.shape[0]
            raised = c / np.arange(n, 0, -1.0).reshape((n,) + (1,) * (c.ndim - 1))
            step = np.zeros(c.shape[1:])
            for k in range(n):
                step = (step + raised[k]) * width
            start = np.concatenate([np.zeros((1, *c.shape[2:])), np.cumsum(step, axis=0)[:-1]])
            c = np.concatenate([raised, start[None]])
        whole = self.like(c)
        if self.extrapolate == "periodic":
            whole.extrapolate = False
        return whole

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from a to b."""
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond == "periodic":
            return self.over_periods(a, b)
        whole = self.antiderivative()
        ends = of_pieces(whole.c, whole.x, np.array([a, b], dtype=np.float64), 0, bool(beyond))
        return np.asarray(ends[1] - ends[0]).reshape(self.c.shape[2:])

    def over_periods(self, a: Any, b: Any) -> Any:
        whole = self.antiderivative()
        first, last = self.x[0], self.x[-1]
        period = last - first

        def upto(t: Any) -> Any:
            turns = np.floor((t - first) / period)
            inside = t - turns * period
            return (
                turns * of_pieces(whole.c, whole.x, np.array([last]), 0, True)[0]
                + of_pieces(whole.c, whole.x, np.array([inside]), 0, True)[0]
            )

        return np.asarray(upto(b) - upto(a)).reshape(self.c.shape[2:])

    def roots(self, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        refuse("the roots of a piecewise polynomial are not supported", "find one with scipy.optimize.brentq")

    def solve(self, y: Any = 0.0, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        refuse("the roots of a piecewise polynomial are not supported", "find one with scipy.optimize.brentq")


stands_for(scipy.interpolate.PPoly.from_spline)(PPoly.from_spline)


def of_pieces(c: Any, x: Any, at: Any, nu: int, beyond: bool) -> Any:
    """The `nu`-th derivative at points in a row, a row for each; NaN outside, unless it goes on there."""
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)
    s = (at - x[piece]).reshape((-1,) + (1,) * (c.ndim - 2))
    degree = c.shape[0] - 1
    value = np.zeros((at.size, *c.shape[2:])) + 0.0 * s
    power = np.ones_like(s)
    for k in range(nu, degree + 1):
        factor = 1.0
        for i in range(nu):
            factor = factor * (k - i)
        value = value + c[degree - k][piece] * power * factor
        power = power * s
    if not beyond:
        inside = ((at >= x[0]) & (at <= x[-1])).reshape((-1,) + (1,) * (c.ndim - 2))
        value = np.where(inside, value, np.nan)
    return value
