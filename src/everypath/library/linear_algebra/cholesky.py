"""Cholesky's factor L of A = L Lᵀ, as a function of the lower triangle of A.

L̇ = L Φ(L⁻¹ Ȧ L⁻ᵀ), where Φ takes the lower triangle and half the diagonal.
                                              I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527, equation 8
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import potrf
from .stacks import folded, halved, symmetric, turned
from .systems import solved_triangular


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
    factor = out[0]
    z = between(factor, halved(turned(factor) @ out_bar[0]), True)
    return (folded(z),)


def between(factor: Any, x: Any, transposed: bool) -> Any:
    """L⁻¹ x L⁻ᵀ, or L⁻ᵀ x L⁻¹."""
    half = solved_triangular(factor, x, True, transposed, False)
    return turned(solved_triangular(factor, turned(half), True, transposed, False))
