"""Cholesky's factor L of A = L Lᵀ, as a function of the lower triangle of A.

With Φ, which takes the lower triangle and half the diagonal:  L̇ = L Φ(L⁻¹ Ȧ L⁻ᵀ),  and backwards  L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, which large matrices
get block by block.   I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527, equations 8 and 10, and section 4
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import jvp, vjp
from .lapack import potrf
from .stacks import folded, halved, symmetric, turned
from .systems import solved_triangular

BLOCK = 64
"""Columns that are taken back together."""


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
    """The same, block by block from the last columns to the first: most of it is products of blocks."""
    bar = np.tril(bar)
    end = factor.shape[0]
    while end > 0:
        start = max(end - BLOCK, 0)
        corner = factor[start:end, start:end]
        if end < factor.shape[0]:
            below = turned(solved_triangular(corner, turned(bar[end:, start:end]), True, True, False))
            bar[end:, start:end] = below
            bar[start:end, start:end] -= np.tril(turned(below) @ factor[end:, start:end])
            bar[end:, :start] -= below @ factor[start:end, :start]
        own = at_once(corner, bar[start:end, start:end])
        bar[start:end, start:end] = own
        left = (own + turned(own)) @ factor[start:end, :start]
        if end < factor.shape[0]:
            left = left + turned(bar[end:, start:end]) @ factor[end:, :start]
        bar[start:end, :start] -= left
        end = start
    return bar


@taken_back.tangent
def _(out: Any, factor: Any, bar: Any, factor_dot: Any, bar_dot: Any) -> Any:
    return jvp(at_once, (factor, bar), (factor_dot, bar_dot))[1]


@taken_back.adjoint
def _(out: Any, factor: Any, bar: Any, out_bar: Any) -> Any:
    return vjp(at_once, factor, bar)[1](out_bar)
