"""Singular values and vectors.

A = U diag(s) Vᵀ with as many columns in U and V as there are singular values, and M = Uᵀ Ȧ V:  ṡ = diag M,
U̇ = U (F ∘ (M S + S Mᵀ)) + (1 - U Uᵀ) Ȧ V S⁻¹,  V̇ = V (F ∘ (S M + Mᵀ S)) + (1 - V Vᵀ) Ȧᵀ U S⁻¹,  F_ij = 1/(s_j² - s_i²).
                                                                J. Townsend, Differentiating the singular value decomposition, 2016

Where singular values are the same, it is as with eigenvalues. The other columns of U, and rows of Vᵀ, of which only what they span is
determined, have no derivative, but a function of that has one, with U̇₂ = -U U̇ᵀ U₂.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .eigen import inverse_gaps, undivided
from .lapack import gesdd, gesdd_values
from .stacks import arrived, epsilon, on_diagonal, turned


def singular(a: Any, full: bool = False) -> Any:
    """U, s, Vᵀ and `info`; with `full` all columns and rows of U and Vᵀ."""
    u, s, vt, info = decomposed(a, full)
    return left(a, u, s, vt, full), values(a, u, s, vt, full), turned(right(a, u, s, vt, full)), info


def right(a: Any, u: Any, s: Any, vt: Any, full: bool) -> Any:
    """V, which is U of the transposed matrix; all in the order of memory that U has, so that it is one function."""
    return left(turned(a).copy(), turned(vt).copy(), s, turned(u).copy(), full)


@rule
def decomposed(a: Any, full: bool) -> Any:
    """What the functions below, which say how it depends on `a`, are given to start from."""
    u, s, vt, info = gesdd(a, full)
    if full and s.shape[-1] == 0:
        u, vt = np.zeros_like(u) + np.eye(u.shape[-1], dtype=u.dtype), np.zeros_like(vt) + np.eye(vt.shape[-1], dtype=vt.dtype)
    return u, s, vt, info


@decomposed.tangent
def _(out: Any, a: Any, full: bool, a_dot: Any) -> Any:
    return None, None, None, None


@rule
def values(a: Any, u: Any, s: Any, vt: Any, full: bool) -> Any:
    """The singular values of `a`, which are known to be `s`."""
    return s.copy()


@values.tangent
def _(out: Any, a: Any, u: Any, s: Any, vt: Any, full: bool, a_dot: Any) -> Any:
    u, _, v = again(a, u, s, vt, full)
    return on_diagonal(turned(u) @ a_dot @ v)


@values.adjoint
def _(out: Any, a: Any, u: Any, s: Any, vt: Any, full: bool, out_bar: Any) -> Any:
    u, s, v = again(a, u, s, vt, full)
    return (u * settled(s, out_bar)[..., None, :]) @ turned(v), None, None, None, None


@rule
def left(a: Any, u: Any, s: Any, vt: Any, full: bool) -> Any:
    """U of `a`, which is known to be `u`."""
    return u.copy()


@left.tangent
def _(out: Any, a: Any, u: Any, s: Any, vt: Any, full: bool, a_dot: Any) -> Any:
    whole = left(a, u, s, vt, full)
    own, s, v = again(a, u, s, vt, full)
    row, column = s[..., None, :], s[..., :, None]
    m = turned(own) @ a_dot @ v
    dot = own @ (square_gaps(s) * (m * row + column * turned(m)))
    if a.shape[-2] > s.shape[-1]:
        dot = dot + (a_dot @ v - own @ m) / not_zero(s)[..., None, :]
    if not full:
        return dot
    others = whole[..., :, s.shape[-1] :]
    return np.concatenate((dot, -(own @ (turned(dot) @ others)) + np.nan * others), axis=-1)


@left.adjoint
def _(out: Any, a: Any, u: Any, s: Any, vt: Any, full: bool, out_bar: Any) -> Any:
    whole = left(a, u, s, vt, full)
    own, s, v = again(a, u, s, vt, full)
    k = s.shape[-1]
    used = arrived(out_bar)[..., :k]
    bar = out_bar[..., :, :k]
    if full:
        others, others_bar = whole[..., :, k:], out_bar[..., :, k:]
        bar = bar - others @ (turned(others_bar) @ own)
        used = used | np.any(arrived(others_bar), axis=-1)[..., None]
    wanted = used[..., None, :] | used[..., :, None]
    by = np.where(wanted, square_gaps(s) * (turned(own) @ bar), 0.0)
    a_bar = own @ ((by + turned(by)) * s[..., None, :]) @ turned(v)
    if a.shape[-2] > k:
        outside = np.where(used[..., None, :], bar / np.where(used, not_zero(s), 1.0)[..., None, :], 0.0)
        a_bar = a_bar + (outside - own @ (turned(own) @ outside)) @ turned(v)
    if full:
        a_bar = a_bar + undetermined(turned(others) @ others_bar)[..., None, None]
    return a_bar, None, None, None, None


def undetermined(m: Any) -> Any:
    """0, and NaN where what is made of columns depends on more than what they span."""
    turn, size = np.sum(np.abs(m - turned(m)), axis=(-2, -1)), np.sum(np.abs(m), axis=(-2, -1))
    return np.asarray(np.where(turn > 1e-9 * size, np.nan, 0.0)).astype(m.dtype)


def again(a: Any, u: Any, s: Any, vt: Any, full: bool) -> Any:
    """The factors, with as many columns as there are singular values, as functions of `a`, of which a rule is differentiated too."""
    u_, s_, v_ = left(a, u, s, vt, full), values(a, u, s, vt, full), right(a, u, s, vt, full)
    return (u_[..., :, : s.shape[-1]], s_, v_[..., :, : s.shape[-1]]) if full else (u_, s_, v_)


def square_gaps(s: Any) -> Any:
    """1/(s_j² - s_i²), 0 on the diagonal, NaN for singular values that are the same to rounding."""
    sums = s[..., None, :] + s[..., :, None]
    return inverse_gaps(s) / np.where(sums > 0.0, sums, 1.0)


def settled(s: Any, s_bar: Any) -> Any:
    """`s_bar`, and NaN where singular values that are the same count differently, or one that is 0 counts: there they have a kink."""
    return np.where(vanishing(s) & (s_bar != 0.0), np.nan, undivided(s, s_bar)).astype(s.dtype)


def not_zero(s: Any) -> Any:
    """`s`, and NaN for what is 0 to rounding."""
    return np.where(vanishing(s), np.nan, s).astype(s.dtype)


def vanishing(s: Any) -> Any:
    """Which singular values are 0 to rounding."""
    largest = np.max(s, axis=-1)[..., None] if s.shape[-1] else s
    return s <= 4.0 * s.shape[-1] * epsilon(s) * largest


@rule
def singular_values(a: Any) -> Any:
    """The singular values in falling order, and `info`."""
    return gesdd_values(a)


@singular_values.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    u, _, vt, _ = singular(a)
    return np.sum((turned(u) @ a_dot) * vt, axis=-1), None


@singular_values.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    u, s, vt, _ = singular(a)
    return ((u * settled(s, out_bar[0])[..., None, :]) @ vt,)
