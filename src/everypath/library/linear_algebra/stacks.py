"""Stacks of matrices: what may be one, in which numbers, and how two of them fit."""

from __future__ import annotations

from typing import Any

import numpy as np


def floating(x: Any) -> Any:
    """`x` as an array of floats: float32 stays what it is, and integers become float64."""
    x = np.asarray(x)
    if x.dtype == np.float16:
        raise TypeError("array type float16 is unsupported in linalg")
    return x if x.dtype == np.float32 or x.dtype == np.float64 else x.astype(np.float64)


def alike(a: Any, b: Any) -> Any:
    """Both as arrays of floats of one kind."""
    a, b = floating(a), floating(b)
    return (a, b) if a.dtype == b.dtype else (a.astype(np.float64), b.astype(np.float64))


def matrices(x: Any) -> Any:
    """`x` as floats; LinAlgError unless it is a stack of matrices."""
    x = floating(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"{x.ndim}-dimensional array given. Array must be at least two-dimensional")
    return x


def square(x: Any) -> Any:
    """`x` as floats; LinAlgError unless it is a stack of square matrices."""
    x = matrices(x)
    if x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    return x


def turned(x: Any) -> Any:
    """The matrices transposed."""
    return np.swapaxes(x, -1, -2)


def symmetric(x: Any) -> Any:
    """The symmetric matrices whose lower triangles these are."""
    return np.tril(x) + turned(np.tril(x, -1))


def folded(x: Any) -> Any:
    """The transpose of `symmetric`: what arrives at the upper triangle goes to the lower one."""
    return np.tril(x) + np.tril(turned(x), -1)


def halved(x: Any) -> Any:
    """The lower triangles, with half the diagonal: x + xᵀ has the lower triangle of a symmetric x."""
    return np.tril(x) - np.tril(np.triu(x)) * 0.5


def in_step(a: Any, b: Any) -> Any:
    """Two stacks with the same axes in front of the matrices."""
    if a.ndim == 2 and b.ndim == 2:
        return a, b
    outer = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return np.broadcast_to(a, (*outer, *a.shape[-2:])), np.broadcast_to(b, (*outer, *b.shape[-2:]))


def identity_like(a: Any) -> Any:
    """Identities in the shape of square matrices."""
    one = np.eye(a.shape[-1], dtype=a.dtype)
    return one if a.ndim == 2 else np.broadcast_to(one, a.shape)


def on_diagonal(x: Any) -> Any:
    """The diagonals, in memory of their own."""
    k = np.arange(x.shape[-1])
    return x[..., k, k]


def epsilon(x: Any) -> float:
    """The distance from 1 to the next number of the dtype of `x`."""
    return 2.0**-23 if x.dtype == np.float32 else 2.0**-52


def diagonal_of(x: Any) -> Any:
    """Diagonal matrices."""
    return np.eye(x.shape[-1], dtype=x.dtype) * x[..., None, :]


def arrived(x: Any) -> Any:
    """Which columns of a direction have come along some path. What stands for no path is -0.0, which a product never is; where that
    is not told apart, all columns count, and who asks again after a NaN is told (docs/decisions/0001)."""
    return np.any((x != 0.0) | (np.copysign(1.0, x) > 0.0), axis=-2)
