"""Systems of linear equations and inverses.

x = A⁻¹ b:  ẋ = A⁻¹ (ḃ - Ȧ x),  b̄ = A⁻ᵀ x̄,  Ā = -b̄ xᵀ        M. Giles, An extended collection of matrix derivative results, 2008, 2.3.1
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import getrf, getri, getrs, trsm
from .stacks import turned


def factors(a: Any) -> Any:
    """What `getrf` finds; of a singular matrix, with which nothing is computed, something that divides nothing by 0."""
    lu, pivots, info = getrf(a)
    if np.any(info != 0):
        lu = np.ones_like(a)
    return lu, pivots, info


@rule
def solved(a: Any, b: Any) -> Any:
    """A⁻¹ b, and what it was found by: the factors of A, the exchanges of rows, and where U has its first 0."""
    lu, pivots, info = factors(a)
    return getrs(lu, pivots, b), lu, pivots, info


@solved.tangent
def _(out: Any, a: Any, b: Any, a_dot: Any, b_dot: Any) -> Any:
    x, lu, pivots, _ = out
    return solved_by(a, lu, pivots, b_dot - a_dot @ x), None, None, None


@solved.adjoint
def _(out: Any, a: Any, b: Any, out_bar: Any) -> Any:
    x, lu, pivots, _ = out
    b_bar = solved_by(a, lu, pivots, out_bar[0], True)
    return -by_columns(b_bar, x), b_bar


@rule
def solved_by(a: Any, lu: Any, pivots: Any, b: Any, transposed: bool = False) -> Any:
    """A⁻¹ b, or A⁻ᵀ b, where the factors of A are known: they only help, and it is a function of A."""
    return getrs(lu, pivots, b, transposed)


@solved_by.tangent
def _(out: Any, a: Any, lu: Any, pivots: Any, b: Any, transposed: bool, a_dot: Any, b_dot: Any) -> Any:
    return solved_by(a, lu, pivots, b_dot - (turned(a_dot) if transposed else a_dot) @ out, transposed)


@solved_by.adjoint
def _(out: Any, a: Any, lu: Any, pivots: Any, b: Any, transposed: bool, out_bar: Any) -> Any:
    b_bar = solved_by(a, lu, pivots, out_bar, not transposed)
    a_bar = -(by_columns(out, b_bar) if transposed else by_columns(b_bar, out))
    return a_bar, None, None, b_bar, None


@rule
def inverse(a: Any, transposed: bool = False) -> Any:
    """A⁻¹, or A⁻ᵀ, and where U of its factors has its first 0."""
    lu, pivots, info = factors(a)
    return getri(lu, pivots, transposed), info


@inverse.tangent
def _(out: Any, a: Any, transposed: bool, a_dot: Any) -> Any:
    return -(out[0] @ (turned(a_dot) if transposed else a_dot) @ out[0]), None


@inverse.adjoint
def _(out: Any, a: Any, transposed: bool, out_bar: Any) -> Any:
    if transposed:
        return -(out[0] @ turned(out_bar[0]) @ out[0]), None
    x = turned(out[0])
    return -(x @ out_bar[0] @ x), None


@rule
def solved_triangular(a: Any, b: Any, lower: bool = True, transposed: bool = False, unit: bool = False) -> Any:
    """A⁻¹ b, or A⁻ᵀ b, with a triangle of A."""
    return trsm(a, b, lower, transposed, unit)


@solved_triangular.tangent
def _(out: Any, a: Any, b: Any, lower: bool, transposed: bool, unit: bool, a_dot: Any, b_dot: Any) -> Any:
    part = triangle(a_dot, lower, unit)
    return solved_triangular(a, b_dot - (turned(part) if transposed else part) @ out, lower, transposed, unit)


@solved_triangular.adjoint
def _(out: Any, a: Any, b: Any, lower: bool, transposed: bool, unit: bool, out_bar: Any) -> Any:
    b_bar = solved_triangular(a, out_bar, lower, not transposed, unit)
    a_bar = -(by_columns(out, b_bar) if transposed else by_columns(b_bar, out))
    return triangle(a_bar, lower, unit), b_bar, None, None, None


def by_columns(x: Any, y: Any) -> Any:
    """x yᵀ: of one column it is written out, which for many small matrices is much faster than as many products."""
    if x.shape[-1] == 1:
        return x * turned(y)
    return x @ turned(y)


def triangle(x: Any, lower: bool, unit: bool) -> Any:
    """The triangle of `x` that is read, without a diagonal that counts as ones."""
    if lower:
        return np.tril(x, -1 if unit else 0)
    return np.triu(x, 1 if unit else 0)
