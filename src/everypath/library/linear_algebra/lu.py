"""L and U of P A = L U, for matrices with at least as many rows as columns.

With G = P Ȧ U⁻¹ and F = L₁⁻¹ G₁, where the index takes the upper square:  U̇ = triu(F) U,  L̇ = G - L triu(F).
                                          M. Seeger et al., Auto-differentiating linear algebra, arXiv:1710.08717, with rows to spare
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import getrf
from .stacks import turned
from .systems import solved_triangular


@rule
def tall(a: Any) -> Any:
    """L, U, which row of `a` came to each place, and the exchanges that brought it there."""
    m, n = a.shape
    transposed, pivots, _ = getrf(a)
    lu = turned(transposed)
    lower = np.tril(lu, -1)
    for k in range(n):
        lower[k, k] = 1.0
    return lower, np.triu(lu[:n]), order(pivots, m), pivots


@tall.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    lower, upper, rows, _ = out
    n = a.shape[1]
    g = turned(solved_triangular(upper, turned(a_dot[rows]), False, True, False))
    f = np.triu(solved_triangular(lower[:n], g[:n], True, False, True))
    return g - lower @ f, f @ upper, None, None


@tall.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    lower, upper, rows, _ = out
    m, n = a.shape
    lower_bar, upper_bar, _, _ = out_bar
    below = np.tril(lower_bar, -1)
    f_bar = np.triu(np.triu(upper_bar) @ turned(upper) - turned(lower) @ below)
    square = solved_triangular(lower[:n], f_bar, True, True, True)
    g_bar = below + np.concatenate((square, np.zeros((m - n, n), dtype=a.dtype)))
    return (turned(solved_triangular(upper, turned(g_bar), False, False, False))[np.argsort(rows)],)


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
    """The same for any matrix: of a wide one the further columns only go through L."""
    m, n = a.shape
    if m >= n:
        return tall(a)
    lower, upper, rows, pivots = tall(a[:, :m])
    further = solved_triangular(lower, a[:, m:][rows], True, False, True)
    return lower, np.concatenate((upper, further), axis=1), rows, pivots
