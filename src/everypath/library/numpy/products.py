"""Products of vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..registry import computed, stands_for


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


@stands_for(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Σ a·b over pairs of axes, as a product of matrices."""
    x, y = np.asarray(a), np.asarray(b)
    pairs, first, second = contracted(x.ndim, y.ndim, axes)
    for k, m in pairs:
        if x.shape[k] != y.shape[m]:
            raise ValueError("shape-mismatch for sum")
    x, y = np.transpose(x, first), np.transpose(y, second)
    rows, over, columns = x.ndim - len(pairs), x.shape[x.ndim - len(pairs) :], y.ndim - len(pairs)
    shape = x.shape[:rows] + y.shape[len(pairs) :]
    if rows > 0 and columns > 0 and len(pairs) == 0:
        return x.reshape(x.shape + (1,) * columns) * y
    n = math.prod(over)
    left, right = math.prod(x.shape[:rows]), math.prod(y.shape[len(pairs) :])
    product = np.dot(x.reshape((left, n) if rows > 0 else (n,)), y.reshape((n, right) if columns > 0 else (n,)))
    return np.asarray(product).reshape(shape)


@computed("the axes of np.tensordot")
def contracted(n: int, m: int, axes: Any) -> tuple[Any, ...]:
    """The pairs of axes, and for both operands the order that puts them side by side."""
    if np.ndim(axes) == 0 and not isinstance(axes, (list, tuple)):
        first, second = list(range(n - axes, n)), list(range(axes))
    else:
        first, second = ([int(k) for k in np.atleast_1d(np.asarray(one, dtype=int))] for one in axes)
    if len(first) != len(second) or any(not -n <= k < n for k in first) or any(not -m <= k < m for k in second):
        raise ValueError("shape-mismatch for sum")
    first, second = [k % n for k in first], [k % m for k in second]
    rows, columns = (tuple(k for k in range(size) if k not in taken) for size, taken in ((n, first), (m, second)))
    return tuple(zip(first, second, strict=True)), (*rows, *first), (*second, *columns)


@stands_for(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Every element of `a` times all of `b`, as blocks."""
    x, y = np.asarray(a), np.asarray(b)
    if x.ndim == 0 or y.ndim == 0:
        return np.multiply(x, y)
    rank = max(x.ndim, y.ndim)
    x, y = x.reshape((1,) * (rank - x.ndim) + x.shape), y.reshape((1,) * (rank - y.ndim) + y.shape)
    blocks = np.expand_dims(x, odd(rank)) * np.expand_dims(y, even(rank))
    return blocks.reshape(tuple([n * m for n, m in zip(x.shape, y.shape)]))


@computed("the number of axes")
def odd(rank: int) -> tuple[int, ...]:
    return tuple(range(1, 2 * rank, 2))


@computed("the number of axes")
def even(rank: int) -> tuple[int, ...]:
    return tuple(range(0, 2 * rank, 2))


def scalar_products(x1: Any, x2: Any, axis: int = -1) -> Any:
    """Σ x1·x2 along an axis."""
    x, y = np.asarray(x1), np.asarray(x2)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("vecdot: an operand does not have enough dimensions")
    if x.shape[axis] != y.shape[axis]:
        raise ValueError("vecdot: operands have a mismatch in their core dimension")
    if axis != -1:
        x, y = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    product = x * y
    return np.any(product, axis=-1) if product.dtype == np.bool_ else np.sum(product, axis=-1, dtype=product.dtype)


def matrix_times_vectors(x1: Any, x2: Any) -> Any:
    """Matrices times vectors."""
    x, y = np.asarray(x1), np.asarray(x2)
    if x.ndim < 2 or y.ndim < 1:
        raise ValueError("matvec: an operand does not have enough dimensions")
    return x @ y if y.ndim == 1 else (x @ y[..., None])[..., 0]


def vectors_times_matrix(x1: Any, x2: Any) -> Any:
    """Vectors times matrices."""
    x, y = np.asarray(x1), np.asarray(x2)
    if x.ndim < 1 or y.ndim < 2:
        raise ValueError("vecmat: an operand does not have enough dimensions")
    return x @ y if x.ndim == 1 else (x[..., None, :] @ y)[..., 0, :]


if hasattr(np, "vecdot"):
    stands_for(np.vecdot, np.linalg.vecdot)(scalar_products)
if hasattr(np, "matvec"):
    stands_for(np.matvec)(matrix_times_vectors)
    stands_for(np.vecmat)(vectors_times_matrix)
