"""Matrices of a known form: banded, tridiagonal, circulant; and what is made of several: angles, rotations, Riccati's equations.

The banded ones are computed as full matrices: what they cost grows with the size, not with the width of the band.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ....rules import rule
from ...intrinsics import by_cpython, known, refuse
from ...linear_algebra import eigen
from ...linear_algebra.functions import sylvester
from ...linear_algebra.stacks import alike, floating, turned
from ...registry import stands_for
from .equations import finite

LinAlgError: Any = scipy.linalg.LinAlgError


def from_bands(ab: Any, lower: bool) -> Any:
    """The symmetric matrix of which the upper diagonals, or the lower ones, stand in rows."""
    width, n = ab.shape
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    apart = np.abs(i - j)
    near = np.where(apart < width, apart, 0)
    return np.where(apart < width, ab[near, np.minimum(i, j)] if lower else ab[width - 1 - near, np.maximum(i, j)], 0.0)


def to_bands(a: Any, ab: Any, lower: bool) -> Any:
    """The diagonals of a triangle in rows; beyond their ends stands what `ab` has there, as LAPACK leaves it."""
    width, n = ab.shape
    k, j = np.arange(width)[:, None], np.arange(n)[None, :]
    i = j + k if lower else j + k - (width - 1)
    there = (i >= 0) & (i < n)
    return np.where(there, a[np.where(there, i, 0), j + 0 * k], ab)


def chosen(values: Any, select: Any, select_range: Any) -> Any:
    """The eigenvalues that are asked for."""
    select = known(select, "select")
    if select in (0, "a", "all"):
        return values
    if select in (2, "i", "index"):
        return values[select_range[0] : select_range[1] + 1]
    if select in (1, "v", "value"):
        return values[(values > select_range[0]) & (values <= select_range[1])]
    raise ValueError("invalid argument for select")


@stands_for(scipy.linalg.eigvals_banded)
def eigvals_banded(
    a_band: Any, lower: bool = False, overwrite_a_band: bool = False, select: Any = "a", select_range: Any = None, check_finite: bool = True
) -> Any:
    """The eigenvalues of a symmetric matrix given by its diagonals."""
    return chosen(np.linalg.eigvalsh(from_bands(finite(a_band, check_finite), known(lower, "lower"))), select, select_range)


@stands_for(scipy.linalg.eig_banded)
def eig_banded(
    a_band: Any,
    lower: bool = False,
    eigvals_only: bool = False,
    overwrite_a_band: bool = False,
    select: Any = "a",
    select_range: Any = None,
    max_ev: Any = 0,
    check_finite: bool = True,
) -> Any:
    """The eigenvalues and eigenvectors of a symmetric matrix given by its diagonals."""
    if known(eigvals_only, "eigvals_only"):
        return eigvals_banded(a_band, lower, False, select, select_range, check_finite)
    if known(select, "select") not in (0, "a", "all"):
        refuse("eig_banded that selects is not supported", "select from all of them")
    bands, below = finite(a_band, check_finite), bool(known(lower, "lower"))
    a = from_bands(bands, below)
    w0, v0 = by_cpython(scipy.linalg.eig_banded, bands, below)
    return eigen.eigenvalues(a, w0, v0), eigen.eigenvectors(a, w0, v0)


@stands_for(scipy.linalg.eigvalsh_tridiagonal)
def eigvalsh_tridiagonal(
    d: Any, e: Any, select: Any = "a", select_range: Any = None, check_finite: bool = True, tol: float = 0.0, lapack_driver: str = "auto"
) -> Any:
    """The eigenvalues of a symmetric matrix with these on the diagonal and beside it."""
    middle, beside = finite(d, check_finite), finite(e, check_finite)
    if middle.ndim != 1 or beside.ndim != 1 or middle.shape[0] != beside.shape[0] + 1:
        raise ValueError("d (length n) must be one longer than e, and both vectors")
    return chosen(np.linalg.eigvalsh(np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1)), select, select_range)


@stands_for(scipy.linalg.cholesky_banded)
def cholesky_banded(ab: Any, overwrite_ab: bool = False, lower: bool = False, check_finite: bool = True) -> Any:
    """The Cholesky factor of a symmetric matrix given by its diagonals, by its diagonals."""
    bands, below = finite(ab, check_finite), bool(known(lower, "lower"))
    factor = scipy.linalg.cholesky(from_bands(bands, below), lower=below)
    return to_bands(factor, bands, below)


@stands_for(scipy.linalg.cho_solve_banded)
def cho_solve_banded(cb_and_lower: Any, b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, by what `cholesky_banded` found."""
    cb, lower = cb_and_lower
    bands, right = alike(finite(cb, check_finite), finite(b, check_finite))
    below = bool(known(lower, "lower"))
    if bands.shape[-1] != right.shape[0]:
        raise ValueError("shapes of cb and b are not compatible.")
    triangle = from_bands(bands, below)
    return scipy.linalg.cho_solve((np.tril(triangle) if below else np.triu(triangle), below), right)


@stands_for(scipy.linalg.solve_circulant)
def solve_circulant(c: Any, b: Any, singular: str = "raise", tol: Any = None, caxis: int = -1, baxis: int = 0, outaxis: int = 0) -> Any:
    """The x with C x = b, `c` the first column of the circulant C: a division of Fourier transforms."""
    first, right = np.atleast_1d(np.asarray(c)) * 1.0, np.atleast_1d(np.asarray(b)) * 1.0
    if first.ndim != 1 or singular != "raise" or np.iscomplexobj(first) or np.iscomplexobj(right):
        refuse("scipy.linalg.solve_circulant of several or singular or complex circulants is not supported", "use np.fft")
    n = first.shape[0]
    rows = np.moveaxis(right, baxis, -1)
    if rows.shape[-1] != n:
        raise ValueError(f"Shapes of c {first.shape} and b {right.shape} are incompatible")
    spectrum = np.fft.fft(first)
    size = np.abs(spectrum)
    if np.any(size <= (np.max(size) * n * np.finfo(np.float64).eps if tol is None else tol)):
        raise LinAlgError("near singular circulant matrix.")
    return np.moveaxis(np.fft.ifft(np.fft.fft(rows) / spectrum).real, -1, outaxis)


@stands_for(scipy.linalg.orthogonal_procrustes)
def orthogonal_procrustes(A: Any, B: Any, check_finite: bool = True) -> Any:
    """The orthogonal R that brings A R nearest to B, and the sum of the singular values of Aᵀ B (Schönemann, 1966)."""
    a, b = finite(A, check_finite), finite(B, check_finite)
    if a.ndim != 2:
        raise ValueError(f"expected ndim to be 2, but observed {a.ndim}")
    if a.shape != b.shape:
        raise ValueError(f"the shapes of A and B differ ({a.shape} vs {b.shape})")
    u, w, vt = np.linalg.svd((b.T @ a).T)
    return u @ vt, np.sum(w)


@stands_for(scipy.linalg.subspace_angles)
def subspace_angles(A: Any, B: Any) -> Any:
    """The angles between the spaces that the columns span, the largest first: by cosines, and the small ones by sines."""
    a, b = finite(A), finite(B)
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError("expected 2D array")
    if len(b) != len(a):
        raise ValueError(f"A and B must have the same number of rows, got {a.shape[0]} and {b.shape[0]}")
    qa, qb = np.linalg.qr(a)[0], np.linalg.qr(b)[0]
    both = qa.T @ qb
    cosines = np.linalg.svd(both, compute_uv=False)
    rest = qb - qa @ both if a.shape[1] >= b.shape[1] else qa - qb @ both.T
    sines = np.clip(np.linalg.svd(rest, compute_uv=False), -1.0, 1.0)[: min(a.shape[1], b.shape[1])]
    near = cosines**2 >= 0.5
    by_sine = np.arcsin(np.where(near, sines[::-1], 0.0))
    return np.where(near, by_sine, np.arccos(np.where(near, 0.0, cosines)))[::-1]


@stands_for(scipy.linalg.leslie)
def leslie(f: Any, s: Any) -> Any:
    """The matrix with first row `f`, and `s` below the diagonal."""
    rates, survival = np.atleast_1d(np.asarray(f)), np.atleast_1d(np.asarray(s))
    if rates.ndim != 1 or survival.ndim != 1:
        refuse("a matrix of more than one vector is not supported", "call it for each vector")
    n = rates.shape[0]
    if n != survival.shape[0] + 1:
        raise ValueError("The length of s must be one less than the length of f.")
    whole = np.zeros((n, n), dtype=np.result_type(rates, survival))
    whole[0] = rates
    k = np.arange(n - 1)
    whole[k + 1, k] = survival
    return whole


@stands_for(scipy.linalg.fiedler)
def fiedler(a: Any) -> Any:
    """The distances of the numbers of a vector."""
    x = np.atleast_1d(np.asarray(a))
    if x.ndim != 1:
        refuse("a matrix of more than one vector is not supported", "call it for each vector")
    return np.abs(x[:, None] - x)


@rule(host=True)
def continuous_riccati(a: Any, b: Any, q: Any, r: Any) -> Any:
    """The X with Aᵀ X + X A - X B R⁻¹ Bᵀ X + Q = 0 that stabilises."""
    return np.ascontiguousarray(scipy.linalg.solve_continuous_are(a, b, q, r))


@continuous_riccati.tangent
def _(out: Any, a: Any, b: Any, q: Any, r: Any, a_dot: Any, b_dot: Any, q_dot: Any, r_dot: Any) -> Any:
    gain = np.linalg.solve(r, turned(b) @ out)
    closed = a - b @ gain
    xa, xb = out @ a_dot, out @ b_dot @ gain
    forcing = q_dot + xa + turned(xa) - xb - turned(xb) + turned(gain) @ r_dot @ gain
    return sylvester(turned(closed), closed, -forcing)


@continuous_riccati.adjoint
def _(out: Any, a: Any, b: Any, q: Any, r: Any, out_bar: Any) -> Any:
    gain = np.linalg.solve(r, turned(b) @ out)
    closed = a - b @ gain
    q_bar = -sylvester(closed, turned(closed), out_bar)
    both = out @ (q_bar + turned(q_bar))
    return both, -both @ turned(gain), q_bar, gain @ q_bar @ turned(gain)


@rule(host=True)
def discrete_riccati(a: Any, b: Any, q: Any, r: Any) -> Any:
    """The X with Aᵀ X A - X - Aᵀ X B (R + Bᵀ X B)⁻¹ Bᵀ X A + Q = 0 that stabilises."""
    return np.ascontiguousarray(scipy.linalg.solve_discrete_are(a, b, q, r))


@discrete_riccati.tangent
def _(out: Any, a: Any, b: Any, q: Any, r: Any, a_dot: Any, b_dot: Any, q_dot: Any, r_dot: Any) -> Any:
    gain = np.linalg.solve(r + turned(b) @ out @ b, turned(b) @ out @ a)
    closed = a - b @ gain
    moved = turned(a_dot - b_dot @ gain) @ out @ closed
    forcing = q_dot + moved + turned(moved) + turned(gain) @ r_dot @ gain
    return scipy.linalg.solve_discrete_lyapunov(turned(closed), forcing, "direct")


@discrete_riccati.adjoint
def _(out: Any, a: Any, b: Any, q: Any, r: Any, out_bar: Any) -> Any:
    gain = np.linalg.solve(r + turned(b) @ out @ b, turned(b) @ out @ a)
    closed = a - b @ gain
    q_bar = scipy.linalg.solve_discrete_lyapunov(closed, out_bar, "direct")
    both = out @ closed @ (q_bar + turned(q_bar))
    return both, -both @ turned(gain), q_bar, gain @ q_bar @ turned(gain)


def of_riccati(a: Any, b: Any, q: Any, r: Any, e: Any, s: Any) -> Any:
    """The matrices as floats. Q and R must be symmetric, and their slopes are taken to be so."""
    if e is not None or s is not None:
        refuse("a Riccati equation with e or s is not supported", "bring it to the form without them")
    a, b, q, r = [np.atleast_2d(floating(x)) for x in (a, b, q, r)]
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        refuse("a Riccati equation of complex matrices is not supported", "write it in real and imaginary parts")
    return a, b, 0.5 * (q + turned(q)), 0.5 * (r + turned(r))


@stands_for(scipy.linalg.solve_continuous_are)
def solve_continuous_are(a: Any, b: Any, q: Any, r: Any, e: Any = None, s: Any = None, balanced: bool = True) -> Any:
    """The solution of the algebraic Riccati equation of continuous time; its derivative solves Lyapunov's."""
    return continuous_riccati(*of_riccati(a, b, q, r, e, s))


@stands_for(scipy.linalg.solve_discrete_are)
def solve_discrete_are(a: Any, b: Any, q: Any, r: Any, e: Any = None, s: Any = None, balanced: bool = True) -> Any:
    """The same of discrete time."""
    return discrete_riccati(*of_riccati(a, b, q, r, e, s))
