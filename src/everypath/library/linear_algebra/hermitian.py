"""Factors of complex matrices, as their real and imaginary parts: NumPy finds them, and their derivatives are those of the real ones with
conjugates where these have transposes.

Eigenvectors are determined but for a factor of modulus 1. LAPACK reduces a Hermitian matrix to three real diagonals by transformations that
leave the first axis alone (of the lower triangle; the last one of the upper), so that the first element of each vector is real: V̇ has the
imaginary multiple of V that keeps it so. Where that element is 0 to rounding, and what is made of the vector depends on its factor, it
is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import paired
from .eigen import inverse_gaps, undivided
from .singular import settled
from .stacks import diagonal_of, on_diagonal, turned

SMALL = 1e-6
"""An element of less than this tells nothing of the phase of its vector."""


def adjoint_of(x: Any) -> Any:
    """The matrices transposed and conjugate."""
    return np.conj(turned(x))


def parts(*factors: Any) -> Any:
    """The parts of complex factors, and real ones, in memory of their own."""
    found: list[Any] = []
    for x in factors:
        found += [np.array(x.real, order="C"), np.array(x.imag, order="C")] if np.iscomplexobj(x) else [np.array(x, order="C")]
    return tuple(found)


def hermitian(x: Any) -> Any:
    """The Hermitian matrices whose lower triangles these are."""
    lower = np.tril(x, -1)
    return lower + adjoint_of(lower) + diagonal_of(np.real(on_diagonal(x)))


def folded(x: Any) -> Any:
    """The transpose of `hermitian`."""
    lower = np.tril(x, -1) + np.tril(adjoint_of(x), -1)
    return lower + diagonal_of(np.real(on_diagonal(x)))


# Eigenvalues of Hermitian matrices ------------------------------------------------------------------------------------


def eigen_parts(re: Any, im: Any) -> Any:
    """Eigenvalues, the parts of eigenvectors, of matrices whose lower triangle is read, and whether it failed."""
    try:
        w, v = np.linalg.eigh(re + 1j * im)
    except np.linalg.LinAlgError:
        return (*parts(np.full(re.shape[:-1], np.nan), np.full(re.shape, complex(np.nan, np.nan))), True)
    return (*parts(w, v), False)


@rule(host=True, returns=eigen_parts)
def hermitian_eigen(re: Any, im: Any) -> Any:
    return eigen_parts(re, im)


@hermitian_eigen.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    w, v = out[0], paired(out[1], out[2])
    m = adjoint_of(v) @ hermitian(paired(re_dot, im_dot)) @ v
    change = v @ (inverse_gaps(w) * m)
    first = out[1][..., 0, :]
    phase = -np.imag(change[..., 0, :]) / np.where(np.abs(first) < SMALL, np.nan, first)
    turning = paired(np.zeros_like(phase), phase)[..., None, :] * v
    return np.real(on_diagonal(m)), np.real(change) + np.real(turning), np.imag(change) + np.imag(turning), None


@hermitian_eigen.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    w, v, v_bar = out[0], paired(out[1], out[2]), paired(out_bar[1], out_bar[2])
    first = out[1][..., 0, :]
    turn = np.sum(np.imag(np.conj(v) * v_bar), axis=-2)
    size = np.sum(np.abs(v) * np.abs(v_bar), axis=-2)
    turn = np.where(np.abs(turn) <= 1e-9 * size, 0.0, turn / np.where(np.abs(first) < SMALL, np.nan, first))
    at_first = np.where(np.arange(re.shape[-1]) == 0, 1.0, 0.0)[:, None]
    bar = v_bar - at_first * paired(np.zeros_like(turn), turn)[..., None, :]
    used = np.where(np.any(np.abs(bar) > 0.0, axis=-2), 1.0, 0.0)
    wanted = (used[..., None, :] + used[..., :, None]) > 0.0
    by = np.where(wanted, inverse_gaps(w) * (adjoint_of(v) @ bar), 0.0) + diagonal_of(undivided(w, out_bar[0]))
    found = folded(v @ by @ adjoint_of(v))
    return np.real(found), np.imag(found)


@rule
def hermitian_eigenvalues(re: Any, im: Any) -> Any:
    """The eigenvalues, and whether it failed."""
    found = hermitian_eigen(re, im)
    return found[0], found[3]


@hermitian_eigenvalues.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    found = hermitian_eigen(re, im)
    v = paired(found[1], found[2])
    return np.real(on_diagonal(adjoint_of(v) @ hermitian(paired(re_dot, im_dot)) @ v)), None


@hermitian_eigenvalues.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    found = hermitian_eigen(re, im)
    v = paired(found[1], found[2])
    bar = folded((v * undivided(found[0], out_bar[0])[..., None, :]) @ adjoint_of(v))
    return np.real(bar), np.imag(bar)


# Singular values ------------------------------------------------------------------------------------------------------


def singular_parts(re: Any, im: Any) -> Any:
    """The parts of U, the singular values, the parts of Vᴴ, and whether it failed."""
    try:
        u, s, vh = np.linalg.svd(re + 1j * im, full_matrices=False)
    except np.linalg.LinAlgError:
        k = min(re.shape[-2:])
        nothing = [np.full((*re.shape[:-2], *n), complex(np.nan, np.nan)) for n in ((re.shape[-2], k), (k,), (k, re.shape[-1]))]
        return (*parts(nothing[0], nothing[1].real, nothing[2]), True)
    return (*parts(u, s, vh), False)


@rule(host=True, returns=singular_parts)
def singular_factors(re: Any, im: Any) -> Any:
    return singular_parts(re, im)


@singular_factors.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    return None, None, None, None, None, None


@rule
def singular_vectors(re: Any, im: Any) -> Any:
    """The parts of U and of Vᴴ. Their phases are as LAPACK happens to choose them: what is made of them has no known derivative, NaN."""
    ur, ui, _, vr, vi, _ = singular_factors(re, im)
    return ur, ui, vr, vi


@singular_vectors.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    unknown = np.nan * (np.sum(re_dot) + np.sum(im_dot))
    return out[0] * unknown, out[1] * unknown, out[2] * unknown, out[3] * unknown


@rule
def singular_values(re: Any, im: Any) -> Any:
    """The singular values in falling order, and whether it failed."""
    found = singular_factors(re, im)
    return found[2], found[5]


@singular_values.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    ur, ui, _, vr, vi, _ = singular_factors(re, im)
    m = adjoint_of(paired(ur, ui)) @ paired(re_dot, im_dot)
    return np.sum(np.real(m * np.conj(paired(vr, vi))), axis=-1), None


@singular_values.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    ur, ui, s, vr, vi, _ = singular_factors(re, im)
    bar = (paired(ur, ui) * settled(s, out_bar[0])[..., None, :]) @ paired(vr, vi)
    return np.real(bar), np.imag(bar)


# Triangular factors ---------------------------------------------------------------------------------------------------


def cholesky_parts(re: Any, im: Any) -> Any:
    """The parts of L with L Lᴴ = A, of which the lower triangle is read, and whether A is not positive definite."""
    try:
        return (*parts(np.linalg.cholesky(re + 1j * im)), False)
    except np.linalg.LinAlgError:
        return (*parts(np.ones(re.shape) + 0j), True)


@rule(host=True, returns=cholesky_parts)
def cholesky_factor(re: Any, im: Any) -> Any:
    return cholesky_parts(re, im)


@cholesky_factor.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    factor = paired(out[0], out[1])
    inverse = np.linalg.inv(factor)
    m = inverse @ hermitian(paired(re_dot, im_dot)) @ adjoint_of(inverse)
    change = factor @ (np.tril(m) - diagonal_of(np.real(on_diagonal(m)) * 0.5))
    return np.real(change), np.imag(change), None


@cholesky_factor.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    factor = paired(out[0], out[1])
    inverse = np.linalg.inv(factor)
    bar = adjoint_of(factor) @ paired(out_bar[0], out_bar[1])
    m_bar = np.tril(bar) - diagonal_of(np.real(on_diagonal(bar)) * 0.5)
    back = folded(adjoint_of(inverse) @ m_bar @ inverse)
    return np.real(back), np.imag(back)


def orthogonal_parts(re: Any, im: Any) -> Any:
    """The parts of Q and of R."""
    q, r = np.linalg.qr(re + 1j * im)
    return parts(q, r)


@rule(host=True, returns=orthogonal_parts)
def orthogonal_factors(re: Any, im: Any) -> Any:
    return orthogonal_parts(re, im)


@orthogonal_factors.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    """The diagonal of R is real, which LAPACK's reflections make it; of matrices with at least as many rows as columns."""
    q, r, dot = paired(out[0], out[1]), paired(out[2], out[3]), paired(re_dot, im_dot)
    inverse = np.linalg.inv(r)
    c = adjoint_of(q) @ dot @ inverse
    below = np.tril(c, -1)
    phase = diagonal_of(np.imag(on_diagonal(c)))
    turning = below - adjoint_of(below) + paired(np.zeros_like(phase), phase)
    q_dot, r_dot = dot @ inverse - q @ (c - turning), (c - turning) @ r
    return np.real(q_dot), np.imag(q_dot), np.real(r_dot), np.imag(r_dot)


# Determinants ---------------------------------------------------------------------------------------------------------


def logarithm_parts(re: Any, im: Any) -> Any:
    """The parts of the sign and the logarithm of the size of the determinants."""
    sign, logarithm = np.linalg.slogdet(re + 1j * im)
    return (*parts(np.asarray(sign)), np.asarray(logarithm))


@rule(host=True, returns=logarithm_parts)
def signed_logarithm(re: Any, im: Any) -> Any:
    return logarithm_parts(re, im)


@signed_logarithm.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    t = np.sum(np.linalg.inv(paired(re, im)) * turned(paired(re_dot, im_dot)), axis=(-2, -1))
    return np.asarray(-np.imag(t) * out[1]), np.asarray(np.imag(t) * out[0]), np.asarray(np.real(t))
