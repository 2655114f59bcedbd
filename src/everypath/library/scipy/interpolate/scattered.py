"""Values between points that lie anywhere: in the triangles between them, or at the nearest one."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import scipy.interpolate
import scipy.spatial

from ...intrinsics import by_cpython, refuse, value_only
from ...registry import stands_for
from .grids import beside_each_other, unchanged
from .tables import interp1d


@functools.lru_cache(maxsize=8)
def triangulated(points: bytes, n: int) -> Any:
    """The triangulation of points of n coordinates."""
    return scipy.spatial.Delaunay(np.frombuffer(points).reshape((-1, n)))


def triangles_of(points: Any) -> Any:
    """The triangles between points, as which points their corners are."""
    return triangulated(np.ascontiguousarray(points).tobytes(), points.shape[1]).simplices


def corners_around(points: Any, triangles: Any, at: Any) -> Any:
    """The corners of the triangle in which each point lies; -1 where it lies in none."""
    whole = triangulated(np.ascontiguousarray(points).tobytes(), points.shape[1])
    same = np.array_equal(whole.simplices, triangles)
    found = whole.find_simplex(at) if same else one_by_one(points, triangles, at)
    return np.where(found[:, None] >= 0, triangles[found], -1).astype(np.int64)


def one_by_one(points: Any, triangles: Any, at: Any) -> Any:
    """Which of the triangles each point lies in; -1 where in none."""
    corners = points[triangles]
    sides = np.swapaxes(corners[:, :-1] - corners[:, -1:], 1, 2)
    inverse = np.linalg.pinv(sides)
    found = np.full(len(at), -1)
    for k, x in enumerate(at):
        shares = (inverse @ (x - corners[:, -1])[:, :, None])[:, :, 0]
        inside = np.minimum(shares.min(axis=1), 1.0 - shares.sum(axis=1)) >= -1e-12
        found[k] = np.argmax(inside) if inside.any() else -1
    return found


def given_triangles(interpolator: Any) -> Any:
    """The triangles of one from outside."""
    return interpolator.tri.simplices


def nearest_points(points: Any, at: Any) -> Any:
    """Which point is the nearest to each of the others."""
    return scipy.spatial.cKDTree(points).query(at)[1].astype(np.int64)


def alike_in_size(points: Any, rescale: Any) -> Any:
    """What to take from coordinates, and what to divide them by, so that they lie in a cube of side 1."""
    n = points.shape[1]
    if not rescale:
        return np.zeros(n), np.ones(n)
    size = np.ptp(points, axis=0)
    return np.mean(points, axis=0), np.where(size > 0, size, 1.0)


class Scattered:
    """Points, the values there, and how the coordinates were scaled."""

    def __init__(self, points: Any, values: Any, fill_value: float, rescale: bool) -> None:
        whole = given_beside(points) * 1.0
        if whole.ndim != 2:
            raise ValueError("invalid shape for input data points")
        table = np.asarray(values) * 1.0
        if table.shape[0] != whole.shape[0]:
            raise ValueError("different number of values and points")
        self.offset, self.scale = alike_in_size(whole, rescale)
        self.points = (whole - self.offset) / self.scale if rescale else whole
        self.values_shape, self.fill_value = table.shape[1:], fill_value
        self.values = table.reshape((table.shape[0], -1))

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        scaled = np.any(held["offset"] != 0.0) or np.any(held["scale"] != 1.0)
        points = held["points"] * held["scale"] + held["offset"] if scaled else held["points"]
        values = held["values"].reshape((-1, *held["values_shape"]))
        filled = {"fill_value": held["fill_value"]} if "triangles" in held else {}
        return kind(points, values, rescale=bool(scaled), **filled)

    def asked(self, args: Any) -> Any:
        """The points that are asked for, their coordinates along the last axis, and the same as they lie in the triangles."""
        at = given_beside(args if len(args) > 1 else args[0]) * 1.0
        at = at[:, None] if at.ndim == 1 and self.points.shape[1] == 1 else at
        at = at[None] if at.ndim == 1 and not (len(args) > 1 or isinstance(args[0], tuple)) else at
        if at.shape[-1] != self.points.shape[1]:
            raise ValueError(f"number of dimensions in xi ({at.shape[-1]}) does not match x ({self.points.shape[1]})")
        flat = at.reshape((-1, at.shape[-1]))
        return at, flat if self.scale is None else (flat - self.offset) / self.scale


def given_beside(points: Any) -> Any:
    """Points with their coordinates along the last axis; a tuple has those of each axis."""
    return beside_each_other(points) if isinstance(points, tuple) else np.asarray(points)


@stands_for(scipy.interpolate.LinearNDInterpolator)
class LinearNDInterpolator(Scattered):
    """Linear in each triangle between points. How they are put into triangles is data."""

    packed = {"triangles": (given_triangles, unchanged)}  # noqa: RUF012

    def __init__(self, points: Any, values: Any, fill_value: float = float("nan"), rescale: bool = False) -> None:
        Scattered.__init__(self, points, values, fill_value, rescale)
        self.triangles = by_cpython(triangles_of, self.points)

    def __call__(self, *args: Any) -> Any:
        at, flat = self.asked(args)
        corners = by_cpython(corners_around, self.points, self.triangles, flat)
        inside = corners[:, 0] >= 0
        corners = np.where(inside[:, None], corners, 0)
        places = self.points[corners]
        first = places[:, -1]
        sides = np.swapaxes(places[:, :-1] - first[:, None], 1, 2)
        sides = np.where(inside[:, None, None], sides, np.eye(flat.shape[1]))
        shares = np.linalg.solve(sides, (flat - first)[:, :, None])[:, :, 0]
        table = self.values[corners]
        value = table[:, -1] + np.sum(shares[:, :, None] * (table[:, :-1] - table[:, -1:]), axis=1)
        value = np.where(inside[:, None], value, self.fill_value)
        return value.reshape(at.shape[:-1] + tuple(self.values_shape))


@stands_for(scipy.interpolate.NearestNDInterpolator)
class NearestNDInterpolator(Scattered):
    """The value at the nearest point. Which that is is data."""

    def __init__(self, x: Any, y: Any, rescale: bool = False, tree_options: Any = None) -> None:
        if tree_options is not None:
            refuse("the option 'tree_options' of NearestNDInterpolator is not supported", "leave it out")
        Scattered.__init__(self, x, y, float("nan"), rescale)

    def __call__(self, *args: Any) -> Any:
        at, flat = self.asked(args)
        value = self.values[by_cpython(nearest_points, self.points, flat)]
        value = value if np.iscomplexobj(value) else value.astype(np.float64)
        return value.reshape(at.shape[:-1] + tuple(self.values_shape))


@stands_for(scipy.interpolate.griddata)
def griddata(points: Any, values: Any, xi: Any, method: str = "linear", fill_value: float = float("nan"), rescale: bool = False) -> Any:
    """Values between points that lie anywhere."""
    whole = given_beside(points)
    if whole.ndim == 1 or whole.shape[-1] == 1:
        line = np.ravel(whole)
        at = given_beside(xi)
        at = at[..., 0] if at.ndim > 1 and at.shape[-1] == 1 else at
        if method not in ("nearest", "linear", "cubic"):
            raise ValueError(f"Unknown interpolation method '{method}' for 1 dimensional data")
        beyond = "extrapolate" if method == "nearest" else fill_value
        return interp1d(line, values, kind=method, axis=0, bounds_error=False, fill_value=beyond)(at)
    if method == "linear":
        return LinearNDInterpolator(whole, values, fill_value, rescale)(xi)
    if method == "nearest":
        return NearestNDInterpolator(whole, values, rescale)(xi)
    reason = "a derivative passes through scipy.interpolate.griddata with a method that is not supported"
    return value_only(reason, "use method='linear'", scipy.interpolate.griddata, points, values, xi, method, fill_value, rescale)
