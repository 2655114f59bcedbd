"""Values between the points of a grid: lines, splines and monotone cubics along each axis."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import by_cpython, fixed, known, refuse
from ...registry import stands_for
from .cubics import monotone
from .splines import differentiated, through
from .surfaces import RectBivariateSpline

SPLINES = ("slinear", "cubic", "quintic")
METHODS = ("linear", "nearest", "slinear", "cubic", "quintic", "pchip", "slinear_legacy", "cubic_legacy", "quintic_legacy")


def degrees_of(spline: Any) -> tuple[int, ...]:
    """The degrees of a product of splines from outside."""
    return the_same(*map(int, spline.k))


@functools.cache
def the_same(*degrees: int) -> tuple[int, ...]:
    """A tuple that is known again by what it is."""
    return degrees


def unchanged(holder: Any, held: Any) -> None:
    """It never changes."""


@stands_for(scipy.interpolate.NdBSpline)
class NdBSpline:
    """A product of splines, one along each axis: of degrees k, with knots t and coefficients c."""

    fixed = ("degrees", "extrapolate")
    packed = {"degrees": (degrees_of, unchanged)}  # noqa: RUF012

    def __init__(self, t: Any, c: Any, k: Any, *, extrapolate: Any = None) -> None:
        self.t, self.c = tuple([np.asarray(knots) * 1.0 for knots in t]), np.asarray(c) * 1.0
        self.degrees = tuple([fixed(k)] * len(t)) if isinstance(k, int) else tuple(k)
        self.extrapolate = True if extrapolate is None else extrapolate

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["t"], held["c"], held["degrees"], extrapolate=held["extrapolate"])

    def __call__(self, xi: Any, *, nu: Any = None, extrapolate: Any = None) -> Any:
        points, n = np.asarray(xi) * 1.0, len(self.t)
        if points.shape[-1] != n:
            raise ValueError(f"Shapes: xi.shape={points.shape} and ndim={n}")
        at = points.reshape((-1, n))
        value = of_product(self.t, self.c, self.degrees, at, nu)
        if not (self.extrapolate if extrapolate is None else extrapolate):
            inside = np.ones(at.shape[0], dtype=bool)
            for axis in range(n):
                low, high = self.t[axis][self.degrees[axis]], self.t[axis][-self.degrees[axis] - 1]
                inside = inside & (at[:, axis] >= low) & (at[:, axis] <= high)
            value = np.where(inside.reshape((-1,) + (1,) * (value.ndim - 1)), value, np.nan)
        return value.reshape(points.shape[:-1] + self.c.shape[n:])


def of_product(knots: Any, c: Any, degrees: Any, at: Any, nu: Any) -> Any:
    """The value of a product of splines, or of a derivative of it, at points in a row."""
    n, bases, places = len(knots), [], []
    orders = [0] * n if nu is None else nu
    if len(orders) != n:
        raise ValueError(f"invalid number of derivative orders nu = {nu} for ndim = {n}.")
    for axis in range(n):
        t, c_axis, k = differentiated(knots[axis], np.moveaxis(c, axis, 0), fixed(degrees[axis]), fixed(orders[axis]))
        c = np.moveaxis(c_axis, 0, axis)
        x = at[:, axis]
        piece = np.clip(np.searchsorted(t, x, side="right") - 1, k, t.size - k - 2)
        bases.append(basis(t, piece, k, x))
        places.append((piece[:, None] - k + np.arange(k + 1)).reshape((-1,) + (1,) * axis + (k + 1,) + (1,) * (n - 1 - axis)))
    block = c[tuple(places)]
    for values in bases:
        block = np.sum(values.reshape(values.shape + (1,) * (block.ndim - 2)) * block, axis=1)
    return block


def basis(t: Any, piece: Any, k: int, x: Any) -> Any:
    """The splines of degree k that are not 0 between the knots t[piece] and t[piece + 1], at points in a row: one row for each."""
    found = [np.ones(x.size)]
    for degree in range(1, k + 1):
        raised, rest = [], np.zeros(x.size)
        for j in range(degree):
            left, right = t[piece + 1 - degree + j], t[piece + 1 + j]
            share = found[j] / (right - left)
            raised.append(rest + (right - x) * share)
            rest = (x - left) * share
        raised.append(rest)
        found = raised
    return np.stack(found, axis=-1)


def coefficients(grid: Any, values: Any, k: int) -> Any:
    """The knots and coefficients of the product of splines through the values on a grid."""
    knots, c = [], values
    for axis, line in enumerate(grid):
        if line.size <= k:
            raise ValueError(
                f"There are {line.size} points in dimension {axis}, but order {k} requires at least  {k + 1} points per dimension."
            )
        t, found = through(line, np.moveaxis(c, axis, 0), k)
        knots.append(t)
        c = np.moveaxis(found, 0, axis)
    return tuple(knots), c


def further(grid: Any, values: Any, method: Any, c: Any) -> Any:
    """How far the coefficients at which SciPy's iteration ends lie from these."""
    return scipy.interpolate.RegularGridInterpolator(grid, values, method)._spline.c - c


def splined(grid: Any, values: Any, method: str) -> Any:
    """The product of splines through the values on a grid. SciPy finds its coefficients by an iteration, which ends early: they are what it
    finds, and have the derivatives of those it looks for."""
    k = 1 if method.startswith("slinear") else 3 if method.startswith("cubic") else 5
    knots, c = coefficients(grid, values, k)
    if not method.endswith("_legacy"):
        c = c + by_cpython(further, grid, values, method, c)
    return scipy.interpolate.NdBSpline(knots, c, k)


def monotone_between(grid: Any, values: Any, at: Any) -> Any:
    """The value at points in a row of monotone cubics along the last axis, of monotone cubics of these along the one before, and so on."""
    n = len(grid)
    table = np.moveaxis(values, n - 1, 0)[:, None]  # one table for all points
    for axis in range(n - 1, -1, -1):
        x, line = at[:, axis], grid[axis]
        slopes = monotone(line, table)
        low = np.clip(np.searchsorted(line, x, side="right") - 1, 0, line.size - 2)
        each = np.arange(x.size) if axis < n - 1 else np.zeros(x.size, dtype=np.int64)
        column = (-1,) + (1,) * (table.ndim - 2)
        width = (line[low + 1] - line[low]).reshape(column)
        share = (x - line[low]).reshape(column)
        rise = (table[low + 1, each] - table[low, each]) / width
        first, second = slopes[low, each], slopes[low + 1, each]
        bend = (first + second - 2.0 * rise) / width
        value = table[low, each] + share * (first + share * ((rise - first) / width - bend + share * bend / width))
        table = np.moveaxis(value, axis, 0) if axis > 0 else value
    return table


def rising(points: Any, values: Any) -> Any:
    """The lines of a grid, turned round where they fall, and the values on it."""
    grid = []
    for axis, given in enumerate(points):
        line = np.asarray(given) * 1.0
        if line.ndim != 1:
            raise ValueError(f"The points in dimension {axis} must be 1-dimensional")
        if line.size != values.shape[axis]:
            raise ValueError(f"There are {line.size} points and {values.shape[axis]} values in dimension {axis}")
        if not np.all(line[1:] > line[:-1]):
            if not np.all(line[1:] < line[:-1]):
                raise ValueError(f"The points in dimension {axis} must be strictly ascending or descending")
            line, values = line[::-1] * 1.0, np.flip(values, axis) * 1.0
        grid.append(line)
    return tuple(grid), values


@stands_for(scipy.interpolate.RegularGridInterpolator)
class RegularGridInterpolator:
    """Values between the points of a grid."""

    fixed = ("method", "bounds_error")

    def __init__(
        self,
        points: Any,
        values: Any,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
        *,
        solver: Any = None,
        solver_args: Any = None,
    ) -> None:
        if method not in METHODS:
            raise ValueError(f"Method '{method}' is not defined")
        if solver is not None or solver_args is not None:
            refuse("the options 'solver' and 'solver_args' of RegularGridInterpolator are not supported", "leave them out")
        table = np.asarray(values) * 1.0
        if len(points) > table.ndim:
            raise ValueError(f"There are {len(points)} point arrays, but values has {table.ndim} dimensions")
        self.grid, self.values = rising(points, table)
        self.method, self.bounds_error, self.fill_value = method, bounds_error, fill_value
        self._spline = splined(self.grid, self.values, method) if method in SPLINES or method.endswith("_legacy") else None

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["grid"], held["values"], held["method"], held["bounds_error"], held["fill_value"])

    def __call__(self, xi: Any, method: Any = None, *, nu: Any = None) -> Any:
        method = self.method if method is None else known(method, "the method")
        if method not in METHODS:
            raise ValueError(f"Method '{method}' is not defined")
        if nu is not None and method not in SPLINES:
            raise ValueError(f"Can only compute derivatives for methods {SPLINES}, got method = '{method}'.")
        n = len(self.grid)
        xi = beside_each_other(xi) * 1.0 if isinstance(xi, tuple) else several(xi, n) * 1.0
        if xi.shape[-1] != n:
            raise ValueError(
                f"The requested sample points xi have dimension {xi.shape[-1]}, but this RegularGridInterpolator has dimension {n}"
            )
        at = xi.reshape((-1, n))
        outside = np.zeros(at.shape[0], dtype=bool)
        for axis, line in enumerate(self.grid):
            x = at[:, axis]
            if self.bounds_error and not np.all((line[0] <= x) & (x <= line[-1])):
                raise ValueError(f"One of the requested xi is out of bounds in dimension {axis}")
            outside = outside | (x < line[0]) | (x > line[-1])
        value = self.at(at, method, nu)
        column = (-1,) + (1,) * (value.ndim - 1)
        if not self.bounds_error and self.fill_value is not None:
            value = np.where(outside.reshape(column), self.fill_value, value)
        value = np.where(np.any(np.isnan(at), axis=-1).reshape(column), np.nan, value)
        return value.reshape(xi.shape[:-1] + self.values.shape[n:])

    def at(self, at: Any, method: str, nu: Any) -> Any:
        """The values at points in a row."""
        if method == "linear":
            return linear(self.grid, self.values, at)
        if method == "nearest":
            return nearest(self.grid, self.values, at)
        if method == "pchip":
            return monotone_between(self.grid, self.values, at)
        if self._spline is not None and method == self.method:
            return self._spline(at, nu=nu)
        return splined(self.grid, self.values, method)(at, nu=nu)


def cells(grid: Any, at: Any) -> Any:
    """In which cell each point lies along each axis, and how far in it, as a share of its width."""
    lows, shares = [], []
    for axis, line in enumerate(grid):
        x = at[:, axis]
        low = np.clip(np.searchsorted(line, x) - 1, 0, line.size - 2)
        lows.append(low)
        shares.append((x - line[low]) / (line[low + 1] - line[low]))
    return lows, shares


def nearest(grid: Any, values: Any, at: Any) -> Any:
    """The value at the nearest point of the grid."""
    lows, shares = cells(grid, at)
    return values[tuple([low + (share > 0.5) for low, share in zip(lows, shares, strict=True)])]


def linear(grid: Any, values: Any, at: Any) -> Any:
    """The value between the corners of a cell, linear along each axis."""
    n = len(grid)
    lows, shares = cells(grid, at)
    value = np.zeros((at.shape[0], *values.shape[n:]))
    column = (-1,) + (1,) * (values.ndim - n)
    for corner in corners(n):
        weight = np.ones(at.shape[0])
        for high, share in zip(corner, shares, strict=True):
            weight = weight * (share if high else 1 - share)
        place = tuple([low + step for low, step in zip(lows, corner, strict=True)])
        value = value + values[place] * weight.reshape(column)
    return value


def beside_each_other(xi: Any) -> Any:
    """Points given by their coordinates, along the last axis."""
    return np.stack(np.broadcast_arrays(*xi), axis=-1)


def several(xi: Any, n: int) -> Any:
    """Points of n coordinates along the last axis: one alone counts as an array of one."""
    points = np.asarray(xi)
    return points.reshape((-1, n)) if points.ndim == 1 else points


def corners(n: int) -> Any:
    """The corners of a cell, as which side of it each is on along each axis."""
    return tuple([(0,), (1,)]) if n == 1 else tuple([(*rest, side) for rest in corners(n - 1) for side in (0, 1)])


@stands_for(scipy.interpolate.interpn)
def interpn(points: Any, values: Any, xi: Any, method: str = "linear", bounds_error: bool = True, fill_value: Any = np.nan) -> Any:
    at = beside_each_other(xi) if isinstance(xi, tuple) else xi
    if known(method, "the method") == "splinef2d":
        return by_surface(points, np.asarray(values) * 1.0, several(at, 2) * 1.0, bounds_error, fill_value)
    return RegularGridInterpolator(points, values, method, bounds_error, fill_value)(at)


def by_surface(points: Any, table: Any, xi: Any, bounds_error: Any, fill_value: Any) -> Any:
    """The values of a spline of two variables."""
    if table.ndim != 2:
        raise ValueError("The method splinef2d can only be used for 2-dimensional input data")
    if not bounds_error and fill_value is None:
        raise ValueError("The method splinef2d does not support extrapolation.")
    (x, y), table = rising(points, table)
    at = xi.reshape((-1, 2))
    inside = (at[:, 0] >= x[0]) & (at[:, 0] <= x[-1]) & (at[:, 1] >= y[0]) & (at[:, 1] <= y[-1])
    if bounds_error and not np.all(inside):
        raise ValueError("One of the requested xi is out of bounds")
    return np.where(inside, RectBivariateSpline(x, y, table).ev(at[:, 0], at[:, 1]), fill_value).reshape(xi.shape[:-1])
