"""Eigenvalues and eigenvectors that may be complex.

With M = V⁻¹ Ȧ V:  λ̇ = diag M,  V̇ = V (F ∘ M) with F_ij = 1/(λ_j - λ_i), 0 on the diagonal, less what would change how LAPACK scales the
columns: their length is 1, and their largest element is real.
                        C. Boeddeker and others, On the computation of complex-valued gradients, 2017, section 5.3, and Giles (2008)

Where eigenvalues are the same to rounding, what is made of their eigenvectors, or tells them apart, is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import paired
from .eigen import inverse_gaps, undivided
from .lapack import geev
from .stacks import diagonal_of, epsilon, on_diagonal, turned
from .systems import inverse, solved


def conjugate_turned(x: Any) -> Any:
    """The matrices transposed and conjugate."""
    return np.conj(turned(x))


def unpacked(v: Any, im: Any) -> Any:
    """Complex eigenvectors of real matrices: LAPACK puts the real and the imaginary part of a pair side by side."""
    n = im.shape[-1]
    before, after = np.roll(v, 1, axis=-1), np.roll(v, -1, axis=-1)
    up, down = (im > 0.0)[..., None, :], (im < 0.0)[..., None, :]
    return paired(np.where(down, before, v), np.where(up, after, np.where(down, -v, 0.0))) if n else paired(v, np.zeros_like(v))


def gaps(w: Any) -> Any:
    """1/(λ_j - λ_i), 0 on the diagonal, NaN for eigenvalues that are the same to rounding."""
    apart = w[..., None, :] - w[..., :, None]
    alike = close(w)
    found = 1.0 / np.where(alike, 1.0, apart)
    return np.where(np.eye(w.shape[-1]) > 0.0, 0.0, np.where(alike, np.nan, found))


def close(w: Any) -> Any:
    """Which pairs of eigenvalues are the same to rounding."""
    n = w.shape[-1]
    largest = np.max(np.abs(w), axis=-1)[..., None, None] if n else np.zeros((1, 1))
    return np.abs(w[..., None, :] - w[..., :, None]) <= 4.0 * n * epsilon(np.real(w)) * largest


def largest_in_columns(v: Any) -> Any:
    """1 at the largest element of each column, else 0."""
    places = np.argmax(np.abs(v), axis=-2)
    return np.where(np.arange(v.shape[-1])[:, None] == places[..., None, :], 1.0, 0.0)


def as_scaled(v: Any, change: Any) -> Any:
    """A change of eigenvectors, less what changes the length of a column, or the phase of its largest element."""
    at = largest_in_columns(v)
    length = np.sum(np.real(np.conj(v) * change), axis=-2)[..., None, :]
    phase = np.sum(at * np.imag(np.conj(v) * change), axis=-2) / np.sum(at * np.abs(v) ** 2, axis=-2)
    return change - v * paired(length, phase[..., None, :])


def as_scaled_transposed(v: Any, bar: Any) -> Any:
    """The transpose of `as_scaled`."""
    at = largest_in_columns(v)
    length = np.sum(np.real(np.conj(v) * bar), axis=-2)[..., None, :]
    phase = np.sum(np.imag(np.conj(v) * bar), axis=-2) / np.sum(at * np.abs(v) ** 2, axis=-2)
    return bar - v * paired(length, at * phase[..., None, :])


def moved(w: Any, v: Any, a_dot: Any) -> Any:
    """λ̇ and V̇ of `a_dot`."""
    m = np.linalg.solve(v, a_dot @ v)
    return on_diagonal(m), as_scaled(v, v @ (gaps(w) * m))


def pulled_back(w: Any, v: Any, w_bar: Any, v_bar: Any) -> Any:
    """What arrives at A where these arrived at λ and V."""
    m_bar = np.conj(gaps(w)) * (conjugate_turned(v) @ as_scaled_transposed(v, v_bar)) + diagonal_of_complex(settled(w, w_bar))
    return np.linalg.solve(conjugate_turned(v), m_bar @ conjugate_turned(v))


def values_pulled_back(w: Any, v: Any, w_bar: Any) -> Any:
    """What arrives at A where this arrived at λ."""
    return np.linalg.solve(conjugate_turned(v), settled(w, w_bar)[..., :, None] * conjugate_turned(v))


def diagonal_of_complex(x: Any) -> Any:
    return paired(diagonal_of(np.real(x)), diagonal_of(np.imag(x)))


def settled(w: Any, w_bar: Any) -> Any:
    """`w_bar`, and NaN where eigenvalues that are the same count differently."""
    size = np.abs(w_bar)
    apart = np.abs(w_bar[..., None, :] - w_bar[..., :, None]) > 1e-6 * (size[..., None, :] + size[..., :, None])
    return np.where(np.any(close(w) & apart, axis=-1), np.nan, 1.0) * w_bar


# Of real matrices -----------------------------------------------------------------------------------------------------


@rule
def real_eigen(a: Any) -> Any:
    """The real and imaginary parts of the eigenvalues, the eigenvectors as LAPACK packs them (`unpacked`), and `info`."""
    return geev(a)


@real_eigen.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    re, im, v, _ = out
    if np.any(im != 0.0):
        w_dot, v_dot = moved(paired(re, im), unpacked(v, im), a_dot)
        return np.real(w_dot), np.imag(w_dot), np.where(im[..., None, :] >= 0.0, np.real(v_dot), -np.imag(v_dot)), None
    m = solved(v, a_dot @ v)[0]
    change = v @ (inverse_gaps(re) * m)
    return on_diagonal(m), np.zeros_like(im), change - v * np.sum(v * change, axis=-2)[..., None, :], None


@real_eigen.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    re, im, v, _ = out
    re_bar, im_bar, v_bar, _ = out_bar
    if np.any(im != 0.0):
        first = im[..., None, :] >= 0.0
        bar = paired(np.where(first, v_bar, 0.0), np.where(first, 0.0, -v_bar))
        return (np.real(pulled_back(paired(re, im), unpacked(v, im), paired(re_bar, im_bar), bar)),)
    change_bar = v_bar - v * np.sum(v * v_bar, axis=-2)[..., None, :]
    m_bar = diagonal_of(undivided(re, re_bar)) + inverse_gaps(re) * (turned(v) @ change_bar)
    return (turned(inverse(v)[0]) @ m_bar @ turned(v),)


@rule
def real_eigenvalues(a: Any) -> Any:
    """The real and imaginary parts of the eigenvalues, and `info`."""
    return geev(a, False)


@real_eigenvalues.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    _, im, v, _ = real_eigen(a)
    if np.any(im != 0.0):
        whole = unpacked(v, im)
        w_dot = on_diagonal(np.linalg.solve(whole, a_dot @ whole))
        return np.real(w_dot), np.imag(w_dot), None
    return on_diagonal(solved(v, a_dot @ v)[0]), np.zeros_like(im), None


@real_eigenvalues.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    re, im, v, _ = real_eigen(a)
    re_bar, im_bar, _ = out_bar
    if np.any(im != 0.0):
        return (np.real(values_pulled_back(paired(re, im), unpacked(v, im), paired(re_bar, im_bar))),)
    return (turned(inverse(v)[0]) @ (undivided(re, re_bar)[..., :, None] * turned(v)),)


# Found by others ------------------------------------------------------------------------------------------------------


@rule
def followed(a: Any, b: Any, re: Any, im: Any, v_re: Any, v_im: Any) -> Any:
    """The parts of eigenvalues and eigenvectors that were found, a v = w b v: they move as a and b do."""
    return re + 0.0, im + 0.0, v_re + 0.0, v_im + 0.0


@followed.tangent
def _(out: Any, a: Any, b: Any, a_dot: Any, b_dot: Any) -> Any:
    w, v = paired(out[0], out[1]), paired(out[2], out[3])
    m = np.linalg.solve(b @ v, a_dot @ v - (b_dot @ v) * w[..., None, :])
    w_dot, v_dot = on_diagonal(m), as_scaled(v, v @ (gaps(w) * m))
    return np.real(w_dot), np.imag(w_dot), np.real(v_dot), np.imag(v_dot)


@followed.adjoint
def _(out: Any, a: Any, b: Any, out_bar: Any) -> Any:
    w, v = paired(out[0], out[1]), paired(out[2], out[3])
    w_bar, v_bar = paired(out_bar[0], out_bar[1]), paired(out_bar[2], out_bar[3])
    m_bar = np.conj(gaps(w)) * (conjugate_turned(v) @ as_scaled_transposed(v, v_bar)) + diagonal_of_complex(settled(w, w_bar))
    back = np.linalg.solve(conjugate_turned(b @ v), m_bar)
    return np.real(back @ conjugate_turned(v)), -np.real((back * np.conj(w)[..., None, :]) @ conjugate_turned(v)), None, None, None, None


@rule
def of_any_phase(v: Any) -> Any:
    """A part of eigenvectors whose phase comes out of the steps of LAPACK: what is made of them has the derivative NaN."""
    return v + 0.0


@of_any_phase.tangent
def _(out: Any, v: Any, v_dot: Any) -> Any:
    return np.where(v_dot != 0.0, np.nan, 0.0)


@of_any_phase.adjoint
def _(out: Any, v: Any, out_bar: Any) -> Any:
    return (np.where(out_bar != 0.0, np.nan, 0.0),)


# Of complex matrices, as their parts ----------------------------------------------------------------------------------


def eigen_parts(re: Any, im: Any) -> Any:
    """What NumPy finds: the parts of the eigenvalues and of the eigenvectors, and whether it failed."""
    try:
        w, v = np.linalg.eig(re + 1j * im)
    except np.linalg.LinAlgError:
        w, v = np.full(re.shape[:-1], np.nan + 0j), np.full(re.shape, np.nan + 0j)
        return np.real(w), np.imag(w), np.real(v), np.imag(v), True
    return *(np.array(x, order="C") for x in (np.real(w), np.imag(w), np.real(v), np.imag(v))), False


@rule(host=True, returns=eigen_parts)
def complex_eigen(re: Any, im: Any) -> Any:
    return eigen_parts(re, im)


@complex_eigen.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    w_dot, v_dot = moved(paired(out[0], out[1]), paired(out[2], out[3]), paired(re_dot, im_dot))
    return np.real(w_dot), np.imag(w_dot), np.real(v_dot), np.imag(v_dot), None


@complex_eigen.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    w_bar, v_bar = paired(out_bar[0], out_bar[1]), paired(out_bar[2], out_bar[3])
    bar = pulled_back(paired(out[0], out[1]), paired(out[2], out[3]), w_bar, v_bar)
    return np.real(bar), np.imag(bar)


@rule
def complex_eigenvalues(re: Any, im: Any) -> Any:
    """The parts of the eigenvalues, and whether it failed."""
    found = complex_eigen(re, im)
    return found[0], found[1], found[4]


@complex_eigenvalues.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    found = complex_eigen(re, im)
    v = paired(found[2], found[3])
    w_dot = on_diagonal(np.linalg.solve(v, paired(re_dot, im_dot) @ v))
    return np.real(w_dot), np.imag(w_dot), None


@complex_eigenvalues.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    found = complex_eigen(re, im)
    bar = values_pulled_back(paired(found[0], found[1]), paired(found[2], found[3]), paired(out_bar[0], out_bar[1]))
    return np.real(bar), np.imag(bar)
