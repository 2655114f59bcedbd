"""Systems whose matrix has few diagonals: a[i, j] stands at ab[u + i - j, j]."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...rules import rule


@rule(host=True)
def solved_banded(lower: int, upper: int, ab: Any, b: Any) -> Any:
    """A⁻¹ b, b a matrix; A has `lower` diagonals below the main one, and `upper` above it."""
    return np.ascontiguousarray(scipy.linalg.solve_banded((lower, upper), ab, b))


@solved_banded.tangent
def _(out: Any, lower: int, upper: int, ab: Any, b: Any, ab_dot: Any, b_dot: Any) -> Any:
    return solved_banded(lower, upper, ab, b_dot - multiplied(lower, upper, ab_dot, out))


@solved_banded.adjoint
def _(out: Any, lower: int, upper: int, ab: Any, b: Any, out_bar: Any) -> Any:
    b_bar = solved_banded(upper, lower, turned_over(lower, upper, ab), out_bar)
    n = ab.shape[1]
    ab_bar = np.zeros_like(ab)
    for k in range(lower + upper + 1):
        for j in range(max(0, upper - k), min(n, n + upper - k)):
            ab_bar[k, j] = -np.sum(b_bar[j + k - upper] * out[j])
    return None, None, ab_bar, b_bar


def multiplied(lower: int, upper: int, ab: Any, x: Any) -> Any:
    """A x."""
    n = ab.shape[1]
    out = np.zeros_like(x)
    for k in range(lower + upper + 1):
        for j in range(max(0, upper - k), min(n, n + upper - k)):
            out[j + k - upper] += ab[k, j] * x[j]
    return out


def turned_over(lower: int, upper: int, ab: Any) -> Any:
    """The diagonals of Aᵀ."""
    n = ab.shape[1]
    out = np.zeros_like(ab)
    for k in range(lower + upper + 1):
        for j in range(max(0, lower - k), min(n, n + lower - k)):
            out[k, j] = ab[lower + upper - k, j + k - lower]
    return out
