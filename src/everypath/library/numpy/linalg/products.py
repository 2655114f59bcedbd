"""Powers and products of matrices."""

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
        return a
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
    """The product of several matrices, the first and last of which may be vectors, from the left or from the right, whichever takes fewer
    multiplications: of three that is the cheapest order."""
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
    rows, columns = given[0].shape[0], given[-1].shape[1]
    result = from_left(given) if rows * sizes(given[1:]) < columns * sizes(given[:-1]) else from_right(given)
    if first == 1 and last == 1:
        return result[0, 0]
    return result.ravel() if first == 1 or last == 1 else result


def sizes(given: Any) -> Any:
    """Elements of matrices: with each of them, every row from the left, or column from the right, is multiplied."""
    return sum([x.shape[0] * x.shape[1] for x in given])


def from_left(given: Any) -> Any:
    result = given[0]
    for x in given[1:]:
        result = np.dot(result, x)
    return result


def from_right(given: Any) -> Any:
    result = given[-1]
    for x in given[-2::-1]:
        result = np.dot(x, result)
    return result
