"""Powers and products of matrices, and the names under which numpy.linalg has functions of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...registry import stands_for


@stands_for(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """aⁿ, by squaring; of the inverse where n is negative."""
    a = np.asarray(a)
    if a.ndim < 2:
        raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be at least two-dimensional")
    if a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if not isinstance(n, (int, np.integer)):
        raise TypeError("exponent must be an integer")
    if n == 0:
        return np.zeros_like(a) + np.eye(a.shape[-1], dtype=a.dtype)
    if n < 0:
        return positive_power(np.linalg.inv(a), -n)
    return positive_power(a, n)


def positive_power(a: Any, n: int) -> Any:
    """aⁿ, multiplied in NumPy's order."""
    if n == 1:
        return a * 1
    if n == 2:
        return a @ a
    if n == 3:
        return (a @ a) @ a
    square = a
    while n % 2 == 0:
        square = square @ square
        n = n // 2
    result = square
    n = n // 2
    while n > 0:
        square = square @ square
        if n % 2 == 1:
            result = result @ square
        n = n // 2
    return result


@stands_for(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The product of several matrices, the first and last of which may be vectors, in the cheapest order."""
    n = len(arrays)
    if n < 2:
        raise ValueError("Expecting at least two arrays.")
    given = [np.asarray(x) for x in arrays]
    if n == 2:
        return np.dot(given[0], given[1])
    first, last = given[0].ndim, given[-1].ndim
    if first == 1:
        given[0] = given[0][None, :]
    if last == 1:
        given[-1] = given[-1][:, None]
    for x in given:
        if x.ndim != 2:
            raise np.linalg.LinAlgError(f"{x.ndim}-dimensional array given. Array must be two-dimensional")
    result = given[0]
    for x in given[1:]:
        result = np.dot(result, x)
    if first == 1 and last == 1:
        return result[0, 0]
    return result.ravel() if first == 1 or last == 1 else result


def outer(x1: Any, x2: Any, /) -> Any:
    """All products of elements of two vectors."""
    x1, x2 = np.asanyarray(x1), np.asanyarray(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"Input arrays must be one-dimensional, but they are x1.ndim={x1.ndim} and x2.ndim={x2.ndim}.")
    return np.outer(x1, x2)


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Products of vectors of three."""
    x1, x2 = np.asanyarray(x1), np.asanyarray(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        sizes = f"{x1.shape[axis]} and {x2.shape[axis]}"
        raise ValueError(f"Both input arrays must be (arrays of) 3-dimensional vectors, but they are {sizes} dimensional instead.")
    return np.cross(x1, x2, axis=axis)


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of the matrices in a stack."""
    x = np.asanyarray(x)
    m, n = x.shape[-2], x.shape[-1]
    k = np.arange(max(min(m + min(offset, 0), n - max(offset, 0)), 0))
    return x[..., k - min(offset, 0), k + max(offset, 0)]


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The traces of the matrices in a stack."""
    return np.sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def matrix_transpose(x: Any, /) -> Any:
    """The matrices transposed."""
    x = np.asanyarray(x)
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return np.swapaxes(x, -1, -2)


def matmul(x1: Any, x2: Any, /) -> Any:
    """Matrix products."""
    return np.matmul(x1, x2)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Dot products of vectors."""
    return np.sum(np.asarray(x1) * np.asarray(x2), axis=axis)


if hasattr(np.linalg, "outer"):
    for _text in (outer, cross, diagonal, trace, matrix_transpose, matmul, vecdot):
        stands_for(getattr(np.linalg, _text.__name__))(_text)
