"""Q and R of A = Q R, with as many columns in Q as there are reflections.

For at least as many rows as columns, C = Qᵀ Ȧ R⁻¹ and Ω = tril(C, -1) - tril(C, -1)ᵀ:  Q̇ = Ȧ R⁻¹ - Q (C - Ω),  Ṙ = (C - Ω) R.
                                   S. Walter and L. Lehmann, Algorithmic differentiation of linear algebra functions, 2010, section 3
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import geqrf, orgqr
from .stacks import turned
from .systems import solved_triangular


@rule
def tall(a: Any) -> Any:
    """Q and R of matrices with at least as many rows as columns: Q as `a`, R square."""
    h, tau = geqrf(a)
    n = a.shape[-1]
    return orgqr(h, tau), np.triu(h[..., :n, :])


@tall.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    q, r = out
    change = turned(solved_triangular(r, turned(a_dot), False, True, False))
    c = turned(q) @ change
    upper = np.triu(c) + turned(np.tril(c, -1))
    return change - q @ upper, upper @ r


@tall.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    q, r = out
    q_bar, r_bar = out_bar
    upper_bar = np.triu(r_bar) @ turned(r) - turned(q) @ q_bar
    c_bar = np.triu(upper_bar) + np.tril(turned(upper_bar), -1)
    change_bar = q_bar + q @ c_bar
    return (turned(solved_triangular(r, turned(change_bar), False, False, False)),)


def reduced(a: Any) -> Any:
    """Q and R of any matrices. Of wide ones the first columns, which are square, give Q, and the others only go through it."""
    m, n = a.shape[-2], a.shape[-1]
    if m >= n:
        return tall(a)
    q, r = tall(a[..., :, :m])
    return q, np.concatenate((r, turned(q) @ a[..., :, m:]), axis=-1)
