"""Products of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """a × b along the last axis, or the axes given; a vector of two is (x, y, 0), and two of them give a number."""
    if axis is not None:
        axisa, axisb, axisc = axis, axis, axis
    x, y = np.asarray(a), np.asarray(b)
    if x.ndim < 1 or y.ndim < 1:
        raise ValueError("At least one array has zero dimension")
    x, y = np.moveaxis(x, axisa, -1), np.moveaxis(y, axisb, -1)
    if x.shape[-1] not in (2, 3) or y.shape[-1] not in (2, 3):
        raise ValueError("incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    first = x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0]
    if x.shape[-1] == 2 and y.shape[-1] == 2:
        return np.asarray(first)
    if x.shape[-1] == 2:
        parts = x[..., 1] * y[..., 2], -(x[..., 0] * y[..., 2]), first
    elif y.shape[-1] == 2:
        parts = -(x[..., 2] * y[..., 1]), x[..., 2] * y[..., 0], first
    else:
        parts = x[..., 1] * y[..., 2] - x[..., 2] * y[..., 1], x[..., 2] * y[..., 0] - x[..., 0] * y[..., 2], first
    return np.moveaxis(np.stack(parts, axis=-1), -1, axisc)


if hasattr(np, "vecdot"):

    @stands_for(np.vecdot)
    def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
        """Σ x·y along an axis of both."""
        return np.sum(np.moveaxis(np.asarray(x1), axis, -1) * np.moveaxis(np.asarray(x2), axis, -1), axis=-1)


if hasattr(np, "matvec"):

    @stands_for(np.matvec)
    def matvec(x1: Any, x2: Any, /) -> Any:
        """Each matrix times each vector."""
        return np.matmul(np.asarray(x1), np.asarray(x2)[..., None])[..., 0]

    @stands_for(np.vecmat)
    def vecmat(x1: Any, x2: Any, /) -> Any:
        """Each vector times each matrix."""
        return np.matmul(np.asarray(x1)[..., None, :], np.asarray(x2))[..., 0, :]
