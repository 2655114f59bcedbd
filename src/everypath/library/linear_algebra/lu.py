"""L and U of P A = L U, in one matrix W: below its diagonal stands L, whose own diagonal is 1, the rest is U.

Of a square matrix, with F = L⁻¹ P Ȧ U⁻¹:  Ẇ = tril(L tril(F, -1), -1) + triu(triu(F) U),  and backwards
Ā = Pᵀ L⁻ᵀ (triu(W̄ Uᵀ) + tril(Lᵀ W̄, -1)) U⁻ᵀ, with the triangle of W̄ that belongs to each, which large matrices get block by
block. Rows that a tall matrix has below the square, and columns that a wide one has beside it, only go through U or L.
                                                    M. Seeger et al., Auto-differentiating linear algebra, arXiv:1710.08717
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import as_it_stands, cotangents, jvp
from .cholesky import LARGE, SMALL
from .lapack import getrf
from .stacks import turned
from .systems import solved_triangular


@rule
def packed(a: Any) -> Any:
    """W, which row of `a` came to each place, and the exchanges that brought it there."""
    transposed, pivots, _ = getrf(a)
    return np.ascontiguousarray(turned(transposed)), order(pivots, a.shape[0]), pivots


@packed.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    w, rows, _ = out
    k = min(a.shape)
    corner = w[:k, :k]
    g = a_dot[rows]
    left = through_upper(corner, g[:, :k], False)
    above = solved_triangular(corner, np.concatenate((left[:k], g[:k, k:]), axis=1), True, False, True)
    below, f = np.tril(above[:, :k], -1), np.triu(above[:, :k])
    w_dot = np.empty_like(w)
    w_dot[:k, :k] = np.triu(f @ np.triu(corner)) + np.tril(np.tril(corner, -1) @ below, -1) + below
    w_dot[k:, :k] = left[k:] - w[k:, :k] @ f
    w_dot[:k, k:] = above[:, k:] - below @ w[:k, k:]
    return w_dot, None, None


@packed.adjoint
@as_it_stands
def _(out: Any, a: Any, out_bar: Any) -> Any:
    w, rows, _ = out
    return (back(w, rows, out_bar[0]),)


def back(w: Any, rows: Any, w_bar: Any) -> Any:
    """What arrives at A where `w_bar` arrived at W: NaN where a column of L is made of zeros divided by 0."""
    if np.any(np.diagonal(w)[: w.shape[0] - 1] == 0.0):
        return np.full_like(w, np.nan)
    k = min(w.shape)
    corner, below, beside = w[:k, :k], w[k:, :k], w[:k, k:]
    bar = w_bar[:k, :k]
    a_bar = np.empty_like(w)
    if w.shape[0] > k:
        rest = through_upper(corner, w_bar[k:, :k], True)
        bar = bar - np.triu(turned(below) @ rest)
        a_bar[rows[k:], :k] = rest
    if w.shape[1] > k:
        right = solved_triangular(corner, w_bar[:k, k:], True, True, True)
        bar = bar - np.tril(right @ turned(beside), -1)
        a_bar[rows[:k], k:] = right
    a_bar[rows[:k], :k] = taken_back(corner, bar)
    return a_bar


def at_once(w: Any, bar: Any) -> Any:
    """What arrives at P A where `bar` arrived at the W of a square matrix."""
    below, above = np.tril(bar, -1), np.triu(bar)
    f_bar = np.tril(turned(np.tril(w, -1)) @ below + below, -1) + np.triu(above @ turned(np.triu(w)))
    return through_upper(w, solved_triangular(w, f_bar, True, True, True), True)


@rule
def taken_back(w: Any, bar: Any) -> Any:
    """The same, from the last rows and columns to the first, by blocks where there is more than one. `found` is what has arrived at P A;
    what arrives at the rows and columns before is products with it."""
    n = w.shape[0]
    if n <= SMALL:
        return by_elements(w, bar)
    found = np.empty_like(w)
    block = SMALL // 2 if n < LARGE else 2 * SMALL
    end = n
    while end > 0:
        start = max(end - block, 0)
        corner, own = w[start:end, start:end].copy(), bar[start:end, start:end]
        if end < n:
            left, above, rest = w[end:, start:end], w[start:end, end:], found[end:, end:]
            from_left = turned(bar[end:, start:end]) - above @ turned(rest)
            to_left = solved_triangular(corner, from_left, False, False, False)
            to_above = solved_triangular(corner, bar[start:end, end:] - turned(left) @ rest, True, True, True)
            own = own - np.triu(turned(to_left @ left)) - np.tril(to_above @ turned(above), -1)
            found[end:, start:end] = to_left.T
            found[start:end, end:] = to_above
        found[start:end, start:end] = by_elements(corner, own)
        end = start
    return found


def by_elements(w: Any, bar: Any) -> Any:
    """What has arrived at P A, row by row and column by column."""
    n = w.shape[0]
    found = np.empty_like(w)
    for k in range(n - 1, -1, -1):
        corner = bar[k, k]
        for j in range(k + 1, n):
            found[k, j] = bar[k, j]
        for i in range(k + 1, n):
            factor = w[i, k]
            arriving = bar[i, k]
            for j in range(k + 1, n):
                arriving = arriving - found[i, j] * w[k, j]
                found[k, j] = found[k, j] - factor * found[i, j]
            arriving = arriving / w[k, k]
            found[i, k] = arriving
            corner = corner - factor * arriving
        found[k, k] = corner
    return found


@taken_back.tangent
def _(out: Any, w: Any, bar: Any, w_dot: Any, bar_dot: Any) -> Any:
    return jvp(at_once, (w, bar), (w_dot, bar_dot))[1]


@taken_back.adjoint
def _(out: Any, w: Any, bar: Any, out_bar: Any) -> Any:
    return cotangents(at_once, out_bar, w, bar)


def through_upper(corner: Any, x: Any, transposed: bool) -> Any:
    """x U⁻¹, or x U⁻ᵀ."""
    return turned(solved_triangular(corner, turned(x), False, not transposed, False))


def order(pivots: Any, m: int) -> Any:
    """Which row comes to each place when the rows k and pivots[k] change places, one k after the other."""
    rows = np.arange(m)
    for k in range(len(pivots)):
        other = pivots[k]
        here = rows[k]
        rows[k] = rows[other]
        rows[other] = here
    return rows


def factors(a: Any) -> Any:
    """L, U, which row of `a` came to each place, and the exchanges that brought it there."""
    w, rows, pivots = packed(a)
    k = min(a.shape)
    lower = np.tril(w[:, :k], -1)
    for i in range(k):
        lower[i, i] = 1.0
    return lower, np.triu(w[:k]), rows, pivots
