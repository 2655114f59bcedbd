"""Cubics piece by piece, made of points: each is found by its slopes at the points."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import refuse
from ...registry import stands_for
from .piecewise import PPoly


def begun(new: Any, x: Any, y: Any, axis: int) -> Any:
    """The points, with the axis along which they stand in front."""
    x, y = np.asarray(x) * 1.0, np.asarray(y) * 1.0
    if axis < 0:
        axis = axis + y.ndim
    y = np.moveaxis(y, axis, 0)
    if x.ndim != 1 or x.size < 2 or y.shape[0] != x.size:
        raise ValueError("`x` must be 1-dimensional, contain at least 2 elements, and be as long as `y` along `axis`.")
    if not np.all(np.isfinite(x)):
        raise ValueError("`x` must contain only finite values.")
    if not np.all(np.isfinite(y)):
        raise ValueError("`y` must contain only finite values.")
    if np.any(np.diff(x) <= 0):
        raise ValueError("`x` must be strictly increasing sequence.")
    new.axis = axis
    return x, y


def filled(new: Any, x: Any, y: Any, slopes: Any, extrapolate: Any) -> None:
    """Make the pieces of points and slopes at them."""
    width = widths(x, y)
    rise = np.diff(y, axis=0) / width
    bend = (slopes[:-1] + slopes[1:] - 2 * rise) / width
    new.c = np.stack([bend / width, (rise - slopes[:-1]) / width - bend, slopes[:-1], y[:-1]])
    new.x, new.extrapolate = x, extrapolate


def widths(x: Any, y: Any) -> Any:
    """The lengths of the pieces, to be multiplied with y."""
    return np.diff(x).reshape((-1,) + (1,) * (y.ndim - 1))


@stands_for(scipy.interpolate.CubicHermiteSpline)
class CubicHermiteSpline(PPoly):
    """A cubic through points with given slopes."""

    def __init__(self, x: Any, y: Any, dydx: Any, axis: int = 0, extrapolate: Any = None) -> None:
        x, y = begun(self, x, y, axis)
        filled(self, x, y, np.moveaxis(np.asarray(dydx) * 1.0, axis, 0), True if extrapolate is None else extrapolate)


@stands_for(scipy.interpolate.CubicSpline)
class CubicSpline(PPoly):
    """A cubic spline through points, twice continuously differentiable."""

    def __init__(self, x: Any, y: Any, axis: int = 0, bc_type: Any = "not-a-knot", extrapolate: Any = None) -> None:
        x, y = begun(self, x, y, axis)
        if isinstance(bc_type, str) and bc_type == "periodic":
            if not np.allclose(y[0], y[-1], rtol=1e-15, atol=1e-15):
                raise ValueError("The first and last `y` point along the axis must be identical (within machine precision)")
            filled(self, x, y, periodic(x, y), "periodic" if extrapolate is None else extrapolate)
        else:
            ends = (bc_type, bc_type) if isinstance(bc_type, str) else bc_type
            first, last = end_of(ends[0]), end_of(ends[1])
            filled(self, x, y, smooth(x, y, first, last), True if extrapolate is None else extrapolate)


def end_of(condition: Any) -> Any:
    """What is said of an end of a spline: the order of a derivative and its value; None for 'not-a-knot'."""
    if isinstance(condition, str):
        if condition not in ("not-a-knot", "clamped", "natural"):
            raise ValueError(f"bc_type={condition} is not allowed.")
        return None if condition == "not-a-knot" else (1, 0.0) if condition == "clamped" else (2, 0.0)
    order, value = condition
    if order not in (1, 2):
        raise ValueError("The specified derivative order must be 1 or 2.")
    return order, value


def interior(h: Any, rise: Any, a: Any, b: Any) -> None:
    """The equations that make second derivatives continuous at the inner points."""
    for k in range(1, h.size):
        a[k, k - 1], a[k, k], a[k, k + 1] = h[k], 2 * (h[k - 1] + h[k]), h[k - 1]
        b[k] = 3 * (h[k] * rise[k - 1] + h[k - 1] * rise[k])


def smooth(x: Any, y: Any, first: Any, last: Any) -> Any:
    """The slopes with which second derivatives are continuous. (de Boor, A Practical Guide to Splines, 1978, chapter IV.)"""
    n, h = x.size, np.diff(x)
    flat = y.reshape((n, -1))
    rise = np.diff(flat, axis=0) / h[:, None]
    a, b = np.zeros((n, n)), np.zeros(flat.shape)
    interior(h, rise, a, b)
    parabola = first is None and last is None and n == 3
    if parabola:
        a[0, 0], a[0, 1], a[2, 1], a[2, 2] = 1.0, 1.0, 1.0, 1.0
        b[0], b[2] = 2 * rise[0], 2 * rise[1]
        return np.linalg.solve(a, b).reshape(y.shape)
    if first is None and n == 2:
        a[0, 0] = 1.0
        b[0] = rise[0]
    elif first is None:
        d = x[2] - x[0]
        a[0, 0], a[0, 1] = h[1], d
        b[0] = ((h[0] + 2 * d) * h[1] * rise[0] + h[0] ** 2 * rise[1]) / d
    elif first[0] == 1:
        a[0, 0] = 1.0
        b[0] = np.ravel(first[1])
    else:
        a[0, 0], a[0, 1] = 2 * h[0], h[0]
        b[0] = 3 * (flat[1] - flat[0]) - 0.5 * np.ravel(first[1]) * h[0] ** 2
    if last is None and n == 2:
        a[-1, -1] = 1.0
        b[-1] = rise[-1]
    elif last is None:
        d = x[-1] - x[-3]
        a[-1, -1], a[-1, -2] = h[-2], d
        b[-1] = (h[-1] ** 2 * rise[-2] + (2 * d + h[-1]) * h[-2] * rise[-1]) / d
    elif last[0] == 1:
        a[-1, -1] = 1.0
        b[-1] = np.ravel(last[1])
    else:
        a[-1, -1], a[-1, -2] = 2 * h[-1], h[-1]
        b[-1] = 3 * (flat[-1] - flat[-2]) + 0.5 * np.ravel(last[1]) * h[-1] ** 2
    return np.linalg.solve(a, b).reshape(y.shape)


def periodic(x: Any, y: Any) -> Any:
    """The slopes with which second derivatives are continuous, from the last piece to the first too."""
    n, h = x.size, np.diff(x)
    flat = y.reshape((n, -1))
    rise = np.diff(flat, axis=0) / h[:, None]
    if n == 2:
        return np.zeros(y.shape)
    a, b = np.zeros((n, n)), np.zeros(flat.shape)
    interior(h, rise, a, b)
    a[0, 0], a[-1, -1], a[-1, 0] = 2 * (h[-1] + h[0]), 1.0, -1.0
    a[0, n - 2] += h[0]
    a[0, 1] += h[-1]
    b[0] = 3 * (h[0] * rise[-1] + h[-1] * rise[0])
    return np.linalg.solve(a, b).reshape(y.shape)


@stands_for(scipy.interpolate.PchipInterpolator)
class PchipInterpolator(PPoly):
    """A cubic through points that is monotone where they are."""

    def __init__(self, x: Any, y: Any, axis: int = 0, extrapolate: Any = None) -> None:
        x, y = begun(self, x, y, axis)
        filled(self, x, y, monotone(x, y), True if extrapolate is None else extrapolate)


def monotone(x: Any, y: Any) -> Any:
    """The slopes with which the cubic is monotone where the points are. (Fritsch and Butland, 1984.)"""
    h = widths(x, y)
    rise = np.diff(y, axis=0) / h
    if x.size == 2:
        return np.concatenate([rise, rise])
    first, second = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    turns = (np.sign(rise[1:]) != np.sign(rise[:-1])) | (rise[1:] == 0) | (rise[:-1] == 0)
    before, after = np.where(turns, 1.0, rise[:-1]), np.where(turns, 1.0, rise[1:])
    inner = np.where(turns, 0.0, 1.0 / ((first / before + second / after) / (first + second)))
    return np.concatenate([at_end(h[0], h[1], rise[0], rise[1])[None], inner, at_end(h[-1], h[-2], rise[-1], rise[-2])[None]])


def at_end(h0: Any, h1: Any, rise0: Any, rise1: Any) -> Any:
    """The slope at an end, by three points."""
    slope = np.asarray(((2 * h0 + h1) * rise0 - h0 * rise1) / (h0 + h1))
    slope = np.where(np.sign(slope) != np.sign(rise0), 0.0, slope)
    steep = (np.sign(rise0) != np.sign(rise1)) & (np.abs(slope) > 3.0 * np.abs(rise0))
    return np.asarray(np.where(steep, 3.0 * rise0, slope))


@stands_for(scipy.interpolate.Akima1DInterpolator)
class Akima1DInterpolator(PPoly):
    """A cubic through points that does not overshoot."""

    def __init__(self, x: Any, y: Any, axis: int = 0, *, method: str = "akima", extrapolate: Any = None) -> None:
        if method not in ("akima", "makima"):
            raise NotImplementedError(f"`method`={method} is unsupported.")
        x, y = begun(self, x, y, axis)
        filled(self, x, y, calm(x, y, method == "makima"), False if extrapolate is None else extrapolate)


def calm(x: Any, y: Any, modified: bool) -> Any:
    """The slopes by which a cubic does not overshoot. (Akima, A new method of interpolation and smooth curve fitting based on local
    procedures, Journal of the ACM 17, 1970; the modified weights are those of MATLAB's makima.)"""
    rise = np.diff(y, axis=0) / widths(x, y)
    if x.size == 2:
        return np.concatenate([rise, rise])
    before, after = 2.0 * rise[0] - rise[1], 2.0 * rise[-1] - rise[-2]
    outer = [(2.0 * before - rise[0])[None], before[None], rise, after[None], (2.0 * after - rise[-1])[None]]
    m = np.concatenate(outer)
    change = np.abs(np.diff(m, axis=0))
    weight = change + 0.5 * np.abs(m[1:] + m[:-1]) if modified else change
    right, left = weight[2:], weight[:-2]
    both = right + left
    told = both > 1e-9 * np.max(both)
    share = left / np.where(told, both, 1.0)
    return np.where(told, m[1:-2] + share * (m[2:-1] - m[1:-2]), 0.5 * (m[3:] + m[:-3]))


@stands_for(scipy.interpolate.pchip_interpolate)
def pchip_interpolate(xi: Any, yi: Any, x: Any, der: Any = 0, axis: int = 0) -> Any:
    """A monotone cubic through points, or a derivative of it."""
    if not isinstance(der, int):
        refuse("several derivatives of scipy.interpolate.pchip_interpolate at once are not supported", "ask for one after the other")
    whole = scipy.interpolate.PchipInterpolator(xi, yi, axis=axis)
    return whole(x) if der == 0 else whole.derivative(der)(x)
