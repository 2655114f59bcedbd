"""Pseudo-inverses.

P = A⁺, where what does not count is 0 to rounding, along every Ȧ that leaves the rank as it is:
Ṗ = -P Ȧ P + P Pᵀ Ȧᵀ (1 - A P) + (1 - P A) Ȧᵀ Pᵀ P.
  G. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate, 1973
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import gesdd
from .singular import singular
from .stacks import turned


@rule
def pseudo_inverse(a: Any, relative: Any) -> Any:
    """A⁺, where singular values up to `relative` times the largest count as 0."""
    return inverted(a, relative)


def inverted(a: Any, relative: Any) -> Any:
    u, s, vt, _ = gesdd(a)
    return turned(vt) @ (inverses(s, large(s, relative))[..., :, None] * turned(u))


def large(s: Any, relative: Any) -> Any:
    """Which singular values count."""
    if s.shape[-1] == 0:
        return s > 0.0
    return s > np.asarray(relative)[..., None] * np.max(s, axis=-1, keepdims=True)


def inverses(s: Any, counts: Any) -> Any:
    return np.where(counts, 1.0 / np.where(counts, s, 1.0), 0.0).astype(s.dtype)


@pseudo_inverse.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    t, pt = turned(a_dot), turned(out)
    first, second = chained(out, pt, turned(left_over(a, out, a_dot))), left_over(out, a, chained(t, pt, out))
    return first + second - chained(out, a_dot, out)


def chained(x: Any, y: Any, z: Any) -> Any:
    """x y z, where x and z are of one shape and y is of the other: by way of the smaller square."""
    return x @ (y @ z) if x.shape[-2] > x.shape[-1] else (x @ y) @ z


def left_over(a: Any, p: Any, x: Any) -> Any:
    """(1 - A P) x. Twice, since (1 - A P)² is the same, but with errors squared: they'd be multiplied with the largest of A⁺ A⁺ᵀ."""
    once = x - chained(a, p, x)
    return once - chained(a, p, once)


@pseudo_inverse.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    pt, t = turned(out), turned(out_bar)
    first, second = chained(left_over(a, out, t), out, pt), chained(pt, out, turned(left_over(turned(a), pt, out_bar)))
    return first + second - chained(pt, out_bar, pt), None


@rule
def truncated_inverse(a: Any, relative: Any) -> Any:
    """A⁺, where singular values up to `relative` times the largest, which may be far from 0, do not count."""
    return inverted(a, relative)


@truncated_inverse.tangent
def _(out: Any, a: Any, relative: Any, a_dot: Any) -> Any:
    return turned(slope(a, relative, a_dot))


@truncated_inverse.adjoint
def _(out: Any, a: Any, relative: Any, out_bar: Any) -> Any:
    return slope(a, relative, turned(out_bar)), None


def slope(a: Any, relative: Any, e: Any) -> Any:
    """The derivative of U f(S) Vᵀ along `e`, with f(s) = 1/s of what counts and else 0; as a map of `e` it is its own transpose.
    In M = Uᵀ e V the symmetric part is multiplied by (f_i - f_j)/(s_i - s_j), the other by (f_i + f_j)/(s_i + s_j).
                                                  V. Noferini, A formula for the derivative of a generalized matrix function, 2017"""
    u, s, vt, _ = singular(a)
    v, counts = turned(vt), large(s, relative)
    f = inverses(s, counts)
    fi, fj, si, sj = f[..., :, None], f[..., None, :], s[..., :, None], s[..., None, :]
    one_counts = counts[..., :, None] != counts[..., None, :]
    by_difference = np.where(one_counts, (fi - fj) / np.where(one_counts, si - sj, 1.0), -(fi * fj))
    by_sum = np.where(one_counts, (fi + fj) / np.where(one_counts, si + sj, 1.0), fi * fj)
    m = turned(u) @ e @ v
    inside = 0.5 * (by_difference * (m + turned(m)) + by_sum * (m - turned(m)))
    rows = ((e @ v - u @ m) * (fj * fj)) @ vt
    columns = (u * (fj * fj)) @ (turned(u) @ e - m @ vt)
    return u @ inside @ vt + rows + columns
