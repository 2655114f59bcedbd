"""Pseudo-inverses.

P = A⁺:  Ṗ = -P Ȧ P + P Pᵀ Ȧᵀ (1 - A P) + (1 - P A) Ȧᵀ Pᵀ P, along every Ȧ that leaves the rank as it is.
  G. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate, 1973
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import gesdd
from .stacks import turned


@rule
def pseudo_inverse(a: Any, relative: Any) -> Any:
    """A⁺, where singular values up to `relative` times the largest count as 0."""
    u, s, vt, _ = gesdd(a)
    if s.shape[-1] == 0:
        return turned(a) * 1.0
    large = s > np.asarray(relative)[..., None] * np.max(s, axis=-1, keepdims=True)
    return turned(vt) @ (np.where(large, 1.0 / np.where(large, s, 1.0), 0.0).astype(s.dtype)[..., :, None] * turned(u))


@pseudo_inverse.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    t, pt = turned(a_dot), turned(out)
    first = out @ (pt @ t)
    second = (t @ pt) @ out
    return first - (first @ a) @ out + second - out @ (a @ second) - out @ a_dot @ out


@pseudo_inverse.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    pt, t = turned(out), turned(out_bar)
    first = (t - a @ (out @ t)) @ out @ pt
    second = pt @ out @ (t - (t @ out) @ a)
    return first + second - pt @ out_bar @ pt, None
