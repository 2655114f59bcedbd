"""Eigenvalues and eigenvectors of symmetric matrices.

A V = V diag(w), and M = Vᵀ Ȧ V:  ẇ = diag M,  V̇ = V (F ∘ M) with F_ij = 1/(w_j - w_i), 0 on the diagonal.
                                                   M. Giles, An extended collection of matrix derivative results, 2008, section 3.1

Where eigenvalues are the same, a function of them has a derivative if it has the same slope in each; their eigenvectors have none, and
what is made of these is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import syevd
from .stacks import arrived, epsilon, folded, on_diagonal, symmetric, turned


def symmetric_eigen(a: Any, lower: bool = True) -> Any:
    """The eigenvalues and eigenvectors of symmetric matrices, of which one triangle is read, and `info`."""
    w, v, info = decomposed(a, lower)
    a = a if lower else turned(a)
    return eigenvalues(a, w, v), eigenvectors(a, w, v), info


@rule
def decomposed(a: Any, lower: bool) -> Any:
    """What the functions below, which say how it depends on `a`, are given to start from."""
    return syevd(a, True, lower)


@decomposed.tangent
def _(out: Any, a: Any, lower: bool, a_dot: Any) -> Any:
    return None, None, None


@rule
def eigenvalues(a: Any, w: Any, v: Any) -> Any:
    """The eigenvalues of `a`, which are known to be `w`."""
    return w.copy()


@eigenvalues.tangent
def _(out: Any, a: Any, w: Any, v: Any, a_dot: Any) -> Any:
    _, v = again(a, w, v)
    return on_diagonal(turned(v) @ symmetric(a_dot) @ v)


@eigenvalues.adjoint
def _(out: Any, a: Any, w: Any, v: Any, out_bar: Any) -> Any:
    w, v = again(a, w, v)
    return folded((v * undivided(w, out_bar)[..., None, :]) @ turned(v)), None, None


@rule
def eigenvectors(a: Any, w: Any, v: Any) -> Any:
    """The eigenvectors of `a`, which are known to be `v`."""
    return v.copy()


@eigenvectors.tangent
def _(out: Any, a: Any, w: Any, v: Any, a_dot: Any) -> Any:
    w, v = again(a, w, v)
    return v @ (inverse_gaps(w) * (turned(v) @ symmetric(a_dot) @ v))


@eigenvectors.adjoint
def _(out: Any, a: Any, w: Any, v: Any, out_bar: Any) -> Any:
    w, v = again(a, w, v)
    used = arrived(out_bar)
    wanted = used[..., None, :] | used[..., :, None]
    return folded(v @ np.where(wanted, inverse_gaps(w) * (turned(v) @ out_bar), 0.0) @ turned(v)), None, None


def again(a: Any, w: Any, v: Any) -> Any:
    """The eigenvalues and eigenvectors as functions of `a`, of which a rule is differentiated too."""
    return eigenvalues(a, w, v), eigenvectors(a, w, v)


def inverse_gaps(w: Any) -> Any:
    """1/(w_j - w_i), 0 on the diagonal; NaN for eigenvalues that are the same to rounding."""
    n = w.shape[-1]
    gaps = w[..., None, :] - w[..., :, None]
    same = close(w)
    return np.where(np.eye(n) > 0.0, 0.0, np.where(same, np.nan, 1.0 / np.where(same, 1.0, gaps))).astype(w.dtype)


def close(w: Any) -> Any:
    """Which pairs of eigenvalues are the same to rounding."""
    n = w.shape[-1]
    if n == 0:
        return np.zeros((*w.shape, 0)) > 0.0
    largest = np.max(np.abs(w), axis=-1)[..., None, None]
    return np.abs(w[..., None, :] - w[..., :, None]) <= 4.0 * n * epsilon(w) * largest


def undivided(w: Any, w_bar: Any) -> Any:
    """`w_bar`, and NaN where eigenvalues that are the same count differently."""
    row, column = w_bar[..., None, :], w_bar[..., :, None]
    largest = np.max(np.abs(w_bar), axis=-1)[..., None, None] if w.shape[-1] else np.zeros((1, 1))
    apart = np.abs(row - column) > np.maximum(1e-6 * (np.abs(row) + np.abs(column)), 1e-10 * largest)
    return np.where(np.any(close(w) & apart, axis=-1), np.nan, w_bar).astype(w.dtype)


@rule
def eigenvalues_only(a: Any) -> Any:
    """The eigenvalues of symmetric matrices, of which the lower triangle is read, and `info`."""
    return syevd(a, False)


@eigenvalues_only.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    _, v, _ = symmetric_eigen(a)
    return on_diagonal(turned(v) @ symmetric(a_dot) @ v), None


@eigenvalues_only.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    w, v, _ = symmetric_eigen(a)
    return (folded((v * undivided(w, out_bar[0])[..., None, :]) @ turned(v)),)
