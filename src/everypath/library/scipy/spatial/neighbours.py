"""`scipy.spatial.KDTree`: which points are next to another. The distances have derivatives; here they are all computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(scipy.spatial.KDTree)
class KDTree:
    """Points among which neighbours are looked for."""

    def __init__(self, data: Any, leafsize: int = 10, **options: Any) -> None:
        self.data = np.asarray(data) * 1.0
        if self.data.ndim != 2:
            raise ValueError("data must be 2 dimensions")

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
        x = np.asarray(x) * 1.0
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


@stands_for(scipy.spatial.cKDTree)
class CKDTree(KDTree):
    """SciPy's faster one."""
