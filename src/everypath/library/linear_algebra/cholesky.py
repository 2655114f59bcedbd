"""Cholesky's factor L of A = L Lᵀ, as a function of the lower triangle of A.

With Φ, which takes the lower triangle and half the diagonal:  L̇ = L Φ(L⁻¹ Ȧ L⁻ᵀ),  and backwards  L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, which large matrices
get block by block.   I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527, equations 8 and 10, and section 4
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import as_it_stands, cotangents, jvp
from .lapack import potrf
from .stacks import folded, halved, symmetric, turned
from .systems import solved_triangular

SMALL, LARGE = 32, 256
"""The size up to which a matrix is one block, and from which on blocks have twice as many columns."""


@rule
def factored(a: Any) -> Any:
    """L, and `info`: the first leading block that is not positive definite. Nothing is computed with the factor where there is one."""
    factor, info = potrf(a)
    if np.any(info != 0):
        factor = np.ones_like(a)
    return factor, info


@factored.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return out[0] @ halved(between(out[0], symmetric(a_dot), False)), None


@factored.adjoint
@as_it_stands
def _(out: Any, a: Any, out_bar: Any) -> Any:
    if a.ndim == 2:
        return (taken_back(out[0], out_bar[0]),)
    return (at_once(out[0], out_bar[0]),)


def between(factor: Any, x: Any, transposed: bool) -> Any:
    """L⁻¹ x L⁻ᵀ, or L⁻ᵀ x L⁻¹."""
    half = solved_triangular(factor, x, True, transposed, False)
    return turned(solved_triangular(factor, turned(half), True, transposed, False))


def at_once(factor: Any, bar: Any) -> Any:
    """What arrives at A where `bar` arrived at L."""
    return folded(between(factor, halved(turned(factor) @ bar), True))


@rule
def taken_back(factor: Any, bar: Any) -> Any:
    """The same, from the last columns to the first, by blocks where there is more than one. `both` is what has arrived at A, at an
    element and at its mirror image: what arrives at the columns before is one product with it."""
    n = factor.shape[0]
    if n <= SMALL:
        return halved(by_elements(factor, bar))
    both = np.empty_like(factor)
    block = SMALL // 2 if n < LARGE else 2 * SMALL
    end = n
    while end > 0:
        start = max(end - block, 0)
        corner = factor[start:end, start:end].copy()
        own = np.tril(bar[start:end, start:end])
        if end < n:
            column = factor[end:, start:end]
            arriving = turned(bar[end:, start:end]) - turned(column) @ both[end:, end:]
            beside = solved_triangular(corner, arriving, True, True, False)
            own = own - np.tril(beside @ column)
            both[start:end, end:] = beside
            both[end:, start:end] = beside.T
        both[start:end, start:end] = by_elements(corner, own)
        end = start
    for i in range(n):
        both[i, i] = both[i, i] * 0.5
        both[i, i + 1 :] = 0.0
    return both


def by_elements(factor: Any, bar: Any) -> Any:
    """What has arrived at A and its mirror image, column by column, each of which lies in a row here."""
    n = factor.shape[0]
    columns, both = turned(factor).copy(), np.empty_like(factor)
    for i in range(n - 1, -1, -1):
        one = columns[i, i]
        corner = bar[i, i]
        for k in range(i + 1, n):
            arriving = bar[k, i]
            for j in range(i + 1, n):
                arriving = arriving - both[k, j] * columns[i, j]
            arriving = arriving / one
            both[k, i] = arriving
            both[i, k] = arriving
            corner = corner - arriving * columns[i, k]
        both[i, i] = corner / one
    return both


@taken_back.tangent
def _(out: Any, factor: Any, bar: Any, factor_dot: Any, bar_dot: Any) -> Any:
    return jvp(at_once, (factor, bar), (factor_dot, bar_dot))[1]


@taken_back.adjoint
def _(out: Any, factor: Any, bar: Any, out_bar: Any) -> Any:
    return cotangents(at_once, out_bar, factor, bar)
