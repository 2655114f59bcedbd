"""Linear programmes, and the nearest rising series.

The solution of a linear programme is a corner: as many constraints hold with equality as there are unknowns, and as long as these stay
the same, x solves A x = b for them, and their prices y solve Aᵀ y = c. Where more of them or fewer hold, the derivative is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import modelled
from ...intrinsics import by_cpython, only_value
from ...registry import stands_for
from .results import OptimizeResult, near, numbers_in


def programmed(*args: Any) -> dict[str, Any]:
    """What `linprog` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.linprog(*args))


def holding(rows: Any, limits: Any, x: Any, equal: int) -> Any:
    """Which constraints hold with equality; the same one each time where these do not make a corner. (CPython runs this.)"""
    there = np.isfinite(limits)
    held = there & near(np.where(there, limits - rows @ x, 0.0), np.where(there, limits, 0.0))
    found = np.flatnonzero((np.arange(len(rows)) < equal) | held)
    corner = len(found) == len(x) and np.linalg.matrix_rank(rows[found]) == len(x)
    return found if corner else np.zeros(len(x), dtype=np.int64)


def rows_of(matrix: Any, limits: Any, n: int) -> Any:
    """Constraints as a matrix and a vector; none of them where they are not given."""
    if matrix is None:
        return np.zeros((0, n)), np.zeros(0)
    return np.atleast_2d(np.asarray(matrix) * 1.0), np.atleast_1d(np.asarray(limits) * 1.0)


def ends_of(bounds: Any, n: int) -> Any:
    """The lower and the upper ends of each unknown."""
    pairs: Any = (0, None) if bounds is None else bounds
    if len(pairs) == 2 and not isinstance(pairs[0], (tuple, list, np.ndarray)):
        pairs = [pairs]
    low = [-np.inf if pair[0] is None else pair[0] for pair in pairs]
    high = [np.inf if pair[1] is None else pair[1] for pair in pairs]
    return np.asarray(low) + np.zeros(n), np.asarray(high) + np.zeros(n)


@stands_for(scipy.optimize.linprog)
def linprog(
    c: Any,
    A_ub: Any = None,
    b_ub: Any = None,
    A_eq: Any = None,
    b_eq: Any = None,
    bounds: Any = (0, None),
    method: str = "highs",
) -> Any:
    """The least c·x within constraints, and how it was found."""
    found = by_cpython(programmed, c, A_ub, b_ub, A_eq, b_eq, bounds, method)
    if only_value() or found["x"] is None:
        return OptimizeResult(found)
    prices = np.atleast_1d(np.asarray(c) * 1.0)
    n = prices.shape[0]
    (equal, values), (under, limits), (low, high) = rows_of(A_eq, b_eq, n), rows_of(A_ub, b_ub, n), ends_of(bounds, n)
    rows = np.concatenate((equal, under, -np.eye(n), np.eye(n)))
    ends = np.concatenate((values, limits, -low, high))
    places = by_cpython(holding, rows, ends, found["x"], equal.shape[0])
    corner = n == 1 or np.any(places != places[0])
    matrix = np.where(corner, rows[places], np.eye(n))

    def nowhere() -> Any:
        return np.nan * (np.sum(ends) + np.sum(rows) + np.sum(prices))

    def solution() -> Any:
        return np.linalg.solve(matrix, np.where(corner, ends[places], nowhere()))

    def worth() -> Any:
        told = np.zeros(rows.shape[0])
        told[places] = np.linalg.solve(matrix.T, np.where(corner, prices, nowhere()))
        return told

    x = modelled(found["x"], solution)
    m, k = equal.shape[0], under.shape[0]
    known = (found["eqlin"]["marginals"], found["ineqlin"]["marginals"], -found["lower"]["marginals"], found["upper"]["marginals"])
    y = modelled(np.concatenate(known), worth)
    moved = {
        "eqlin": {"residual": values - equal @ x, "marginals": y[:m]},
        "ineqlin": {"residual": limits - under @ x, "marginals": y[m : m + k]},
        "lower": {"residual": x - low, "marginals": -y[m + k : m + k + n]},
        "upper": {"residual": high - x, "marginals": y[m + k + n :]},
        "con": values - equal @ x,
        "slack": limits - under @ x,
    }
    moved = {name: moved[name] if name in moved else found[name] for name in found}
    return OptimizeResult({**moved, "x": x, "fun": modelled(found["fun"], lambda: np.sum(prices * x))})


def blocks_of(y: Any, weights: Any, increasing: bool) -> Any:
    """Where the level pieces of the nearest rising series begin. (CPython runs this.)"""
    return np.asarray(scipy.optimize.isotonic_regression(y, weights=weights, increasing=increasing).blocks, dtype=np.int64)


if hasattr(scipy.optimize, "isotonic_regression"):  # from SciPy 1.12 on

    @stands_for(scipy.optimize.isotonic_regression)
    def isotonic_regression(y: Any, *, weights: Any = None, increasing: bool = True) -> Any:
        """The nearest series that never falls: the weighted mean of each of its level pieces. Which these are is data."""
        given = np.asarray(y) * 1.0
        shares = np.ones(given.shape[0]) if weights is None else np.asarray(weights) * 1.0
        blocks = by_cpython(blocks_of, given, None if weights is None else shares, increasing)
        piece = np.searchsorted(blocks, np.arange(given.shape[0]), side="right") - 1
        sums, sizes = np.zeros(blocks.shape[0] - 1), np.zeros(blocks.shape[0] - 1)
        np.add.at(sums, piece, shares * given)
        np.add.at(sizes, piece, shares)
        return OptimizeResult({"x": (sums / sizes)[piece], "weights": sizes, "blocks": blocks})
