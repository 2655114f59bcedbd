"""L and U of P A = L U, in one matrix W: below its diagonal stands L, whose own diagonal is 1, the rest is U.

Of a square matrix, with F = L⁻¹ P Ȧ U⁻¹:  Ẇ = tril(L tril(F, -1), -1) + triu(triu(F) U),  and backwards
Ā = Pᵀ L⁻ᵀ (triu(W̄ Uᵀ) + tril(Lᵀ W̄, -1)) U⁻ᵀ, with the triangle of W̄ that belongs to each. Rows that a tall matrix has below the square, and
columns that a wide one has beside it, only go through U or L.
                                                    M. Seeger et al., Auto-differentiating linear algebra, arXiv:1710.08717
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
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
def _(out: Any, a: Any, out_bar: Any) -> Any:
    w, rows, _ = out
    w_bar = out_bar[0]
    k = min(a.shape)
    corner, bar = w[:k, :k], w_bar[:k, :k]
    below = np.tril(bar, -1)
    to_lower = turned(np.tril(corner, -1)) @ below + below - w_bar[:k, k:] @ turned(w[:k, k:])
    to_upper = np.triu(bar) @ turned(np.triu(corner)) - turned(w[k:, :k]) @ w_bar[k:, :k]
    f_bar = np.tril(to_lower, -1) + np.triu(to_upper)
    above = solved_triangular(corner, np.concatenate((f_bar, w_bar[:k, k:]), axis=1), True, True, True)
    a_bar = np.empty_like(a)
    a_bar[rows[:k], k:] = above[:, k:]
    a_bar[rows, :k] = through_upper(corner, np.concatenate((above[:, :k], w_bar[k:, :k])), True)
    a_bar[rows[k:], k:] = 0.0
    return (a_bar,)


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
