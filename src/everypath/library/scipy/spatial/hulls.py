"""`scipy.spatial`: convex hulls, triangulations and Voronoi cells. Which points meet is data; how large a hull is has derivatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.spatial

from ...implicit import modelled
from ...intrinsics import by_cpython, refuse, value_only
from ...registry import stands_for
from ..interpolate.grids import unchanged
from ..interpolate.scattered import one_by_one, triangulated


def as_points(points: Any) -> Any:
    x = np.asarray(points, dtype=np.float64) * 1.0
    if x.ndim != 2:
        raise ValueError("Need at least 2-D data")
    return x


def plain(incremental: Any) -> None:
    if incremental:
        refuse("points that are added later are not supported", "make it of all points")


def hull(points: Any, qhull_options: Any) -> Any:
    """What SciPy finds of the hull. (CPython runs this.)"""
    found = scipy.spatial.ConvexHull(points, qhull_options=qhull_options)
    return found.simplices, found.vertices, found.neighbors, found.equations, float(found.area), float(found.volume)


def spanned(sides: Any) -> Any:
    """The sizes of the boxes with these sides, which are not flat: lengths, areas …"""
    return np.sqrt(np.linalg.det(sides @ np.swapaxes(sides, 1, 2)))


def area_of(hull: Any) -> float:
    """The area of one from outside."""
    return float(hull.area)


def volume_of(hull: Any) -> float:
    """The volume of one from outside."""
    return float(hull.volume)


def equations_of(hull: Any) -> Any:
    """The equations of one from outside."""
    return hull.equations


def vertices_of(cells: Any) -> Any:
    """The corners of cells from outside."""
    return cells.vertices


class Simplices:
    """Simplices between points."""

    points: Any
    simplices: Any

    @property
    def ndim(self) -> Any:
        """How many coordinates the points have."""
        return self.points.shape[1]

    @property
    def npoints(self) -> Any:
        """How many points there are."""
        return self.points.shape[0]

    @property
    def nsimplex(self) -> Any:
        """How many simplices there are."""
        return self.simplices.shape[0]


@stands_for(scipy.spatial.ConvexHull)
class ConvexHull(Simplices):
    """The smallest convex set around points."""

    packed = {"_area": (area_of, unchanged), "_volume": (volume_of, unchanged), "_equations": (equations_of, unchanged)}  # noqa: RUF012

    def __init__(self, points: Any, incremental: bool = False, qhull_options: Any = None) -> None:
        plain(incremental)
        self.points = as_points(points)
        found = by_cpython(hull, self.points, qhull_options)
        self.simplices, self.vertices, self.neighbors, self._equations, self._area, self._volume = found

    @property
    def volume(self) -> Any:
        """The size of the hull: of the simplices between each of its surface's and a point inside."""
        return modelled(self._volume, self.inside)

    def inside(self) -> Any:
        """The same, by determinants."""
        n = self.points.shape[1]
        center = np.mean(self.points[self.vertices], axis=0)
        return np.sum(np.abs(np.linalg.det(self.points[self.simplices] - center))) / math.factorial(n)

    @property
    def area(self) -> Any:
        """The size of its surface."""
        return modelled(self._area, self.around)

    def around(self) -> Any:
        """The same, by the corners of the surface."""
        return np.sum(spanned(self.sides())) / math.factorial(self.points.shape[1] - 1)

    def sides(self) -> Any:
        """The sides of the simplices from their first corner."""
        corners = self.points[self.simplices]
        return corners[:, 1:] - corners[:, :1]

    @property
    def equations(self) -> Any:
        """The normals of the surface, outwards, and how far it is from 0 along them."""
        if self.points.shape[1] > 3:
            reason = "the derivative of the equations of a hull of more than three dimensions is not known"
            return value_only(reason, "compute the normals from .simplices", np.asarray, self._equations)
        return modelled(self._equations, self.normals)

    def normals(self) -> Any:
        """The same, by the corners of the surface."""
        sides = self.sides()
        if self.points.shape[1] == 2:
            across = np.stack((sides[:, 0, 1], -sides[:, 0, 0]), axis=-1)
        else:
            across = np.cross(sides[:, 0], sides[:, 1])
        outwards = np.sign(np.sum(across * self._equations[:, :-1], axis=-1, keepdims=True))
        across = across * outwards / spanned(sides)[:, None]
        return np.concatenate((across, -np.sum(across * self.points[self.simplices[:, 0]], axis=-1, keepdims=True)), axis=-1)


def triangulation(points: Any, furthest_site: bool, qhull_options: Any) -> Any:
    """What SciPy finds of the triangulation. (CPython runs this.)"""
    found = scipy.spatial.Delaunay(points, furthest_site, qhull_options=qhull_options)
    return found.simplices, found.neighbors, found.convex_hull, found.coplanar, found.vertex_to_simplex


def containing(points: Any, simplices: Any, at: Any, bruteforce: bool, tol: Any) -> Any:
    """In which simplex each point lies. (CPython runs this.)"""
    whole = triangulated(np.ascontiguousarray(points).tobytes(), points.shape[1])
    if np.array_equal(whole.simplices, simplices):
        return np.asarray(whole.find_simplex(at, bruteforce, tol))
    return one_by_one(points, simplices, at.reshape((-1, at.shape[-1]))).reshape(at.shape[:-1]).astype(np.int32)


@stands_for(scipy.spatial.Delaunay)
class Delaunay(Simplices):
    """The triangles, or simplices, between points."""

    def __init__(self, points: Any, furthest_site: bool = False, incremental: bool = False, qhull_options: Any = None) -> None:
        plain(incremental)
        self.points = as_points(points)
        self.simplices, self.neighbors, self.convex_hull, self.coplanar, self.vertex_to_simplex = by_cpython(
            triangulation, self.points, furthest_site, qhull_options
        )

    def find_simplex(self, xi: Any, bruteforce: bool = False, tol: Any = None) -> Any:
        """In which simplex each point lies: -1 where in none."""
        return by_cpython(containing, self.points, self.simplices, np.asarray(xi, dtype=np.float64) * 1.0, bruteforce, tol)

    @property
    def transform(self) -> Any:
        """Of each simplex, the matrix that takes a point to its shares of the corners but the last, and that corner."""
        corners = self.points[self.simplices]
        last = corners[:, -1]
        sides = np.swapaxes(corners[:, :-1] - last[:, None], 1, 2)
        return np.concatenate((np.linalg.inv(sides), last[:, None]), axis=1)


def cells(points: Any, furthest_site: bool, qhull_options: Any) -> Any:
    """What SciPy finds of the cells. (CPython runs this.)"""
    found = scipy.spatial.Voronoi(points, furthest_site, qhull_options=qhull_options)
    return found.vertices, found.ridge_points, found.point_region


@stands_for(scipy.spatial.Voronoi)
class Voronoi:
    """The cells of what is nearest to each point."""

    packed = {"_vertices": (vertices_of, unchanged)}  # noqa: RUF012

    def __init__(self, points: Any, furthest_site: bool = False, incremental: bool = False, qhull_options: Any = None) -> None:
        plain(incremental)
        self.points = as_points(points)
        self._vertices, self.ridge_points, self.point_region = by_cpython(cells, self.points, furthest_site, qhull_options)

    @property
    def vertices(self) -> Any:
        """The corners of the cells, as far from n + 1 points: the nearest ones."""
        return modelled(self._vertices, self.equidistant)

    def equidistant(self) -> Any:
        """The same, by the equations |x|² = 2·c·x + const of those points."""
        n = self.points.shape[1]
        far = np.sum((self._vertices[:, None] - self.points) ** 2, axis=-1)
        around = self.points[np.argsort(far, axis=-1)[:, : n + 1]]
        last = around[:, -1]
        sides = 2.0 * (around[:, :-1] - last[:, None])
        lengths = np.sum(around[:, :-1] ** 2, axis=-1) - np.sum(last**2, axis=-1)[:, None]
        return np.linalg.solve(sides, lengths[:, :, None])[:, :, 0]

    def __getattr__(self, name: str) -> Any:
        if name in ("regions", "ridge_vertices", "ridge_dict"):
            refuse(f"'{name}' of a Voronoi diagram is not supported", "compute it outside and pass it in")
        raise AttributeError(f"'Voronoi' object has no attribute '{name}'")
