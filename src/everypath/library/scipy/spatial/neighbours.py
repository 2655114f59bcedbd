"""`scipy.spatial.KDTree`: which points are next to another. The distances have derivatives; here they are all computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial

from ...intrinsics import by_cpython, refuse
from ...registry import stands_for


@stands_for(scipy.spatial.KDTree)
class KDTree:
    """Points among which neighbours are looked for."""

    def __init__(self, data: Any, leafsize: int = 10, **options: Any) -> None:
        self.data, self.leafsize = np.asarray(data, dtype=np.float64) * 1.0, leafsize
        if self.data.ndim != 2:
            raise ValueError("data must be 2 dimensions")

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["data"], held["leafsize"])

    @property
    def n(self) -> Any:
        """How many points there are."""
        return self.data.shape[0]

    @property
    def m(self) -> Any:
        """How many coordinates each has."""
        return self.data.shape[1]

    def query(self, x: Any, k: Any = 1, eps: Any = 0, p: Any = 2, distance_upper_bound: Any = np.inf, workers: int = 1) -> Any:
        """The distances of the `k` nearest points, and which these are."""
        if not isinstance(k, int) or k < 1:
            refuse("KDTree.query with a list of neighbours is not supported", "ask for the first k, and choose among them")
        if distance_upper_bound != np.inf:
            refuse("KDTree.query with a bound on the distance is not yet supported", "compare the distances afterwards")
        if eps != 0:
            refuse("KDTree.query of approximate neighbours is not supported", "leave out eps")
        x = np.asarray(x, dtype=np.float64) * 1.0
        if k > self.data.shape[0]:
            refuse("KDTree.query for more neighbours than there are points is not supported", "ask for fewer")
        far = np.linalg.norm(x[..., None, :] - self.data, ord=p, axis=-1)
        if k == 1:
            place = np.argmin(far, axis=-1)
            if x.ndim == 1:
                return float(far[place]), place
            return np.take_along_axis(far, place[..., None], axis=-1)[..., 0], place
        places = np.argsort(far, axis=-1, kind="stable")[..., :k]
        return np.take_along_axis(far, places, axis=-1), places

    def query_ball_point(
        self,
        x: Any,
        r: Any,
        p: Any = 2.0,
        eps: Any = 0,
        workers: int = 1,
        return_sorted: Any = None,
        return_length: bool = False,
    ) -> Any:
        """Which points are within `r` of one, or how many are. Data."""
        x = np.asarray(x, dtype=np.float64) * 1.0
        if return_length:
            return by_cpython(numbers_within, self.data, x, r, p, eps)
        if x.ndim > 1:
            way_out = "ask for each point: tree.query_ball_point(x[i], r), or for return_length=True"
            refuse("KDTree.query_ball_point of several points gives an array of lists, which is not supported", way_out)
        return by_cpython(within, self.data, x, r, p, eps, return_sorted).tolist()

    def query_pairs(self, r: Any, p: Any = 2.0, eps: Any = 0, output_type: str = "set") -> Any:
        """Which pairs of points are within `r` of each other. Data."""
        if output_type == "set":
            refuse("KDTree.query_pairs gives a set, which must be known here", "ask for output_type='ndarray'")
        return by_cpython(pairs_within, self.data, r, p, eps)

    def count_neighbors(self, other: Any, r: Any, p: Any = 2.0, weights: Any = None, cumulative: bool = True) -> Any:
        """How many pairs of a point here and one there are within `r`. Data."""
        if weights is not None:
            refuse("KDTree.count_neighbors with weights is not supported", "sum over scipy.spatial.distance.cdist(…) <= r")
        return by_cpython(count_within, self.data, other.data, r, p, cumulative)


def within(data: Any, x: Any, r: Any, p: Any, eps: Any, return_sorted: Any) -> Any:
    """Which points are within r of one. (CPython runs this and what follows.)"""
    return np.array(scipy.spatial.KDTree(data).query_ball_point(x, r, p, eps, return_sorted=return_sorted), dtype=np.int64)


def numbers_within(data: Any, x: Any, r: Any, p: Any, eps: Any) -> Any:
    return scipy.spatial.KDTree(data).query_ball_point(x, r, p, eps, return_length=True)


def pairs_within(data: Any, r: Any, p: Any, eps: Any) -> Any:
    return scipy.spatial.KDTree(data).query_pairs(r, p, eps, output_type="ndarray")


def count_within(data: Any, others: Any, r: Any, p: Any, cumulative: bool) -> Any:
    return scipy.spatial.KDTree(data).count_neighbors(scipy.spatial.KDTree(others), r, p, None, cumulative)


@stands_for(scipy.spatial.cKDTree)
class CKDTree(KDTree):
    """SciPy's faster one."""
