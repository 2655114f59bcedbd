"""The functions of np.linalg that NumPy 2 has from the array API standard: others of NumPy, with other axes where nothing is said."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    x, y = np.asarray(x1), np.asarray(x2)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors")
    return np.cross(x, y, axis=axis)


def outer(x1: Any, x2: Any, /) -> Any:
    x, y = np.asarray(x1), np.asarray(x2)
    if x.ndim != 1 or y.ndim != 1:
        raise ValueError("Input arrays must be one-dimensional")
    return np.outer(x, y)


def matmul(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, x2)


def matrix_transpose(x: Any, /) -> Any:
    return np.matrix_transpose(x)


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return np.tensordot(x1, x2, axes=axes)


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return np.sum(np.diagonal(x, offset, -2, -1), axis=-1, dtype=dtype)


for _text in (cross, outer, matmul, matrix_transpose, tensordot, diagonal, trace):
    if hasattr(np.linalg, _text.__name__):
        stands_for(getattr(np.linalg, _text.__name__))(_text)


if hasattr(np, "astype"):

    @stands_for(np.astype)
    def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
        """`x` in another dtype."""
        return x.astype(dtype, copy=copy)
