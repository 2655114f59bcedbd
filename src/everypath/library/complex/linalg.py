"""Linear algebra of complex matrices, by that of the real ones of twice the size: [[A, -B], [B, A]] multiplies as A + iB does."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import paired, refuse
from .registry import of_complex


def doubled(a: Any) -> Any:
    """The real matrix of twice the size."""
    upper = np.concatenate((np.real(a), -np.imag(a)), axis=-1)
    return np.concatenate((upper, np.concatenate((np.imag(a), np.real(a)), axis=-1)), axis=-2)


@of_complex(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """x of ax = b."""
    matrix, right = np.asarray(a), np.asarray(b)
    n = matrix.shape[-1]
    if right.ndim == 1:
        found = np.linalg.solve(doubled(matrix), np.concatenate((np.real(right), np.imag(right))))
        return paired(found[:n], found[n:])
    found = np.linalg.solve(doubled(matrix), np.concatenate((np.real(right), np.imag(right)), axis=-2))
    return paired(found[..., :n, :], found[..., n:, :])


@of_complex(np.linalg.inv)
def inv(a: Any) -> Any:
    """a⁻¹."""
    matrix = np.asarray(a)
    n = matrix.shape[-1]
    found = np.linalg.inv(doubled(matrix))
    return paired(found[..., :n, :n], found[..., n:, :n])


@of_complex(np.linalg.det)
def det(a: Any) -> Any:
    """The determinants."""
    matrix = np.asarray(a)
    if matrix.ndim < 2:
        raise np.linalg.LinAlgError(f"{matrix.ndim}-dimensional array given. Array must be at least two-dimensional")
    if matrix.shape[-2] != matrix.shape[-1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if matrix.ndim == 2:
        return eliminated(matrix)
    stack = np.reshape(matrix, (-1, *matrix.shape[-2:]))
    found = np.zeros_like(stack[:, 0, 0])
    for k in range(stack.shape[0]):
        found[k] = eliminated(stack[k])
    return np.reshape(found, matrix.shape[:-2])


def eliminated(matrix: Any) -> Any:
    """The determinant, by elimination with the largest pivots."""
    rows = np.array(matrix)
    found = np.ones_like(np.sum(rows))[()]
    for k in range(rows.shape[0]):
        best = k + np.argmax(np.abs(rows[k:, k]))
        if best != k:
            row = np.array(rows[k])
            rows[k] = rows[best]
            rows[best] = row
            found = -found
        pivot = rows[k, k]
        if pivot == 0:
            refuse("the determinant of a singular complex matrix is not supported", "write it out")
        found = found * pivot
        for i in range(k + 1, rows.shape[0]):
            rows[i, k:] -= rows[i, k] / pivot * rows[k, k:]
    return found


@of_complex(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    """aⁿ, by squaring."""
    base = np.asarray(a)
    if n == 0:
        return np.broadcast_to(np.eye(base.shape[-1]), base.shape) + 0j
    if n < 0:
        return matrix_power(inv(base), -n)
    half = matrix_power(base, n // 2) if n > 1 else base
    if n == 1:
        return base
    return half @ half if n % 2 == 0 else half @ half @ base
