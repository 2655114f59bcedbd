"""How far two sets of points are from each other, when one may be moved, turned and stretched."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial

from ...registry import stands_for


@stands_for(scipy.spatial.procrustes)
def procrustes(data1: Any, data2: Any) -> Any:
    """Both sets about their middle and of size 1, the second turned and stretched towards the first, and the sum of squares between."""
    x, y = np.array(data1, dtype=np.float64), np.array(data2, dtype=np.float64)
    if x.ndim != 2 or y.ndim != 2:
        raise ValueError("Input matrices must be two-dimensional")
    if x.shape != y.shape:
        raise ValueError("Input matrices must be of same shape")
    if x.size == 0:
        raise ValueError("Input matrices must be >0 rows and >0 cols")
    x, y = x - np.mean(x, axis=0), y - np.mean(y, axis=0)
    sizes = np.linalg.norm(x), np.linalg.norm(y)
    if sizes[0] == 0 or sizes[1] == 0:
        raise ValueError("Input matrices must contain >1 unique points")
    x, y = x / sizes[0], y / sizes[1]
    k = min(x.shape[0] - 1, x.shape[1])  # about their middle, no more than so many directions matter
    u, w, vt = np.linalg.svd((y.T @ x).T)
    y = y @ (u[:, :k] @ vt[:k]).T * np.sum(w[:k])
    return x, y, np.sum(np.square(x - y))
