"""Eigenvalues and eigenvectors.

Symmetric, A V = V diag(w), and M = Vᵀ Ȧ V:  ẇ = diag M,  V̇ = V (F ∘ M) with F_ij = 1/(w_j - w_i), 0 on the diagonal.
Any A with real eigenvalues, M = V⁻¹ Ȧ V:  the same, less what would change the length of the columns.
                                                   M. Giles, An extended collection of matrix derivative results, 2008, section 3.1

Where eigenvalues are the same, a function of them has a derivative if it has the same slope in each; their eigenvectors have none, and
what is made of these is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import geev, syevd
from .stacks import arrived, diagonal_of, epsilon, folded, on_diagonal, symmetric, turned
from .systems import inverse, solved


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


@rule
def real_eigen(a: Any) -> Any:
    """The real and imaginary parts of the eigenvalues of any matrix, and its eigenvectors, where all is real; and `info`."""
    return geev(a)


@real_eigen.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    w, _, v, _ = out
    m = solved(v, a_dot @ v)[0]
    change = v @ (inverse_gaps(w) * m)
    return on_diagonal(m), None, change - v * np.sum(v * change, axis=-2)[..., None, :], None


@real_eigen.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    w, _, v, _ = out
    w_bar, _, v_bar, _ = out_bar
    change_bar = v_bar - v * np.sum(v * v_bar, axis=-2)[..., None, :]
    m_bar = diagonal_of(undivided(w, w_bar)) + inverse_gaps(w) * (turned(v) @ change_bar)
    return (turned(inverse(v)[0]) @ m_bar @ turned(v),)


@rule
def real_eigenvalues(a: Any) -> Any:
    """The real and imaginary parts of the eigenvalues of any matrix, and `info`."""
    return geev(a, False)


@real_eigenvalues.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    _, _, v, _ = real_eigen(a)
    return on_diagonal(solved(v, a_dot @ v)[0]), None, None


@real_eigenvalues.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    w, _, v, _ = real_eigen(a)
    return (turned(inverse(v)[0]) @ (undivided(w, out_bar[0])[..., :, None] * turned(v)),)


@rule
def eigenvalues_of_any(a: Any) -> Any:
    """The real and imaginary parts of the eigenvalues of one matrix, complex or not, and `info`.

    For a pair of complex ones LAPACK gives the real and the imaginary part of an eigenvector, which span what `a` keeps: there
    M = V⁻¹ Ȧ V has a block of two by two, and λ̇ = ((M₁₁ + M₂₂) + i (M₁₂ - M₂₁)) / 2.
    """
    return geev(a, False)


@eigenvalues_of_any.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    _, im, v, _ = geev(a)
    k, p = np.arange(a.shape[0]), partners(im)
    m = solved(v, a_dot @ v)[0]
    return 0.5 * (m[k, k] + m[p, p]), 0.5 * (m[k, p] - m[p, k]), None


@eigenvalues_of_any.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    re, im, v, _ = geev(a)
    re_bar, im_bar, _ = out_bar
    k, p = np.arange(a.shape[0]), partners(im)
    m_bar = np.zeros_like(a)
    m_bar[k, p] += 0.5 * (im_bar - im_bar[p])
    m_bar[k, k] += 0.5 * (re_bar + re_bar[p]) * unless_close(re, im)
    return (turned(inverse(v)[0]) @ m_bar @ turned(v),)


def partners(im: Any) -> Any:
    """The place of the conjugate of each eigenvalue: its own where it is real."""
    return np.arange(len(im)) + np.where(im > 0.0, 1, 0) - np.where(im < 0.0, 1, 0)


def unless_close(re: Any, im: Any) -> Any:
    """1, and NaN where eigenvalues are the same to rounding."""
    apart = np.hypot(re[None, :] - re[:, None], im[None, :] - im[:, None]) + 2.0 * np.eye(len(re)) * np.max(np.hypot(re, im))
    return np.where(np.any(apart <= 4.0 * len(re) * epsilon(re) * np.max(np.hypot(re, im)), axis=1), np.nan, 1.0)
