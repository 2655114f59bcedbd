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
        if not isinstance(bc_type, str) or bc_type == "periodic":
            refuse("this 'bc_type' of scipy.interpolate.CubicSpline is not supported", "use 'not-a-knot', 'natural' or 'clamped'")
        x, y = begun(self, x, y, axis)
        filled(self, x, y, smooth(x, y, bc_type), True if extrapolate is None else extrapolate)


def smooth(x: Any, y: Any, ends: str) -> Any:
    """The slopes with which second derivatives are continuous. (de Boor, A Practical Guide to Splines, 1978, chapter IV.)"""
    n, h = x.size, np.diff(x)
    flat = y.reshape((n, -1))
    rise = np.diff(flat, axis=0) / h[:, None]
    if n == 2 and ends == "not-a-knot":
        return np.concatenate([rise, rise]).reshape(y.shape)
    a, b = np.zeros((n, n)), np.zeros(flat.shape)
    for k in range(1, n - 1):
        a[k, k - 1], a[k, k], a[k, k + 1] = h[k], 2 * (h[k - 1] + h[k]), h[k - 1]
        b[k] = 3 * (h[k] * rise[k - 1] + h[k - 1] * rise[k])
    if ends == "clamped":
        a[0, 0], a[-1, -1] = 1.0, 1.0
    elif ends == "natural":
        a[0, 0], a[0, 1], a[-1, -1], a[-1, -2] = 2 * h[0], h[0], 2 * h[-1], h[-1]
        b[0], b[-1] = 3 * (flat[1] - flat[0]), 3 * (flat[-1] - flat[-2])
    elif ends == "not-a-knot" and n == 3:
        a[0, 0], a[0, 1], a[2, 1], a[2, 2] = 1.0, 1.0, 1.0, 1.0
        b[0], b[2] = 2 * rise[0], 2 * rise[1]
    elif ends == "not-a-knot":
        d = x[2] - x[0]
        a[0, 0], a[0, 1] = h[1], d
        b[0] = ((h[0] + 2 * d) * h[1] * rise[0] + h[0] ** 2 * rise[1]) / d
        d = x[-1] - x[-3]
        a[-1, -1], a[-1, -2] = h[-2], d
        b[-1] = (h[-1] ** 2 * rise[-2] + (2 * d + h[-1]) * h[-2] * rise[-1]) / d
    else:
        raise ValueError(f"bc_type={ends} is not allowed.")
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
        refuse("making an Akima1DInterpolator inside the function is not supported", "make it outside, or use PchipInterpolator")
