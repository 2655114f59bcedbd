"""Factors of complex matrices, and what is told by their eigenvalues and singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import known, paired, refuse
from ..linear_algebra import any_eigen
from ..linear_algebra import hermitian as factors
from ..numpy.linalg.decompositions import OF_EIG, OF_EIGH, OF_QR, OF_SVD, converged, reads_lower
from ..numpy.linalg.systems import OF_SLOGDET
from .linalg import doubled
from .registry import of_complex


def matrices(a: Any, square: bool = False) -> Any:
    """A stack of matrices."""
    z = np.asarray(a)
    if z.ndim < 2:
        raise np.linalg.LinAlgError(f"{z.ndim}-dimensional array given. Array must be at least two-dimensional")
    if square and z.shape[-1] != z.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if z.dtype == np.complex64:
        refuse("linear algebra of complex numbers in single precision is not supported", "convert with .astype(complex)")
    return z


def finite(z: Any) -> Any:
    if not np.all(np.isfinite(z)):
        raise np.linalg.LinAlgError("Array must not contain infs or NaNs")
    return z


@of_complex(np.linalg.eig)
def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors."""
    z = finite(matrices(a, True))
    wr, wi, vr, vi, failed = any_eigen.complex_eigen(z.real, z.imag)
    converged(failed, "Eigenvalues did not converge")
    return OF_EIG(paired(wr, wi), paired(vr, vi))


@of_complex(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues."""
    z = finite(matrices(a, True))
    re, im, failed = any_eigen.complex_eigenvalues(z.real, z.imag)
    converged(failed, "Eigenvalues did not converge")
    return paired(re, im)


def lower(a: Any, UPLO: str) -> Any:
    """Hermitian matrices, as those whose lower triangle is read."""
    z = matrices(a, True)
    return z if reads_lower(UPLO) else np.conj(np.swapaxes(z, -1, -2))


@of_complex(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues in rising order, and eigenvectors, of Hermitian matrices of which the lower triangle is read."""
    if not reads_lower(UPLO):
        refuse("np.linalg.eigh of the upper triangle of complex matrices is not supported", "transpose and conjugate the matrix")
    z = matrices(a, True)
    w, vr, vi, failed = factors.hermitian_eigen(z.real, z.imag)
    converged(failed, "Eigenvalues did not converge")
    return OF_EIGH(w, paired(vr, vi))


@of_complex(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of Hermitian matrices."""
    z = lower(a, UPLO)
    w, failed = factors.hermitian_eigenvalues(z.real, z.imag)
    converged(failed, "Eigenvalues did not converge")
    return w


@of_complex(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """U, s and Vᴴ, or s alone. The phases of singular vectors are as LAPACK happens to choose them: their derivative is NaN."""
    if not known(compute_uv, "compute_uv"):
        return np.sort(np.abs(eigvalsh(a)), axis=-1)[..., ::-1] if hermitian else svdvals(a)
    z = matrices(a)
    if hermitian or (full_matrices and z.shape[-1] != z.shape[-2]):
        refuse("all singular vectors of such a complex matrix are not supported", "say full_matrices=False")
    ur, ui, vr, vi = factors.singular_vectors(z.real, z.imag)
    return OF_SVD(paired(ur, ui), svdvals(z), paired(vr, vi))


def svdvals(x: Any, /) -> Any:
    """The singular values in falling order."""
    z = matrices(x)
    s, failed = factors.singular_values(z.real, z.imag)
    converged(failed, "SVD did not converge")
    return s


if hasattr(np.linalg, "svdvals"):
    of_complex(np.linalg.svdvals)(svdvals)


@of_complex(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangle L with L Lᴴ = a, or the upper one with Uᴴ U = a."""
    z = lower(a, "U" if upper else "L")
    re, im, failed = factors.cholesky_factor(z.real, z.imag)
    converged(failed, "Matrix is not positive definite")
    return np.conj(np.swapaxes(paired(re, im), -1, -2)) if upper else paired(re, im)


@of_complex(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Q and R, of matrices with at least as many rows as columns."""
    z = matrices(a)
    if mode not in ("reduced", "r") or z.shape[-2] < z.shape[-1]:
        refuse(f"np.linalg.qr in mode {mode!r} of such a complex matrix is not supported", "transpose it, or use mode 'reduced'")
    qr_, qi, rr, ri = factors.orthogonal_factors(z.real, z.imag)
    return paired(rr, ri) if mode == "r" else OF_QR(paired(qr_, qi), paired(rr, ri))


@of_complex(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """The sign, of modulus 1, and the logarithm of the size of the determinants."""
    z = matrices(a, True)
    re, im, logarithm = factors.signed_logarithm(z.real, z.imag)
    return OF_SLOGDET(paired(re, im)[()], logarithm[()])


@of_complex(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudo-inverses, by those of real matrices of twice the size, which have every singular value twice."""
    z = matrices(a)
    rows, columns = z.shape[-2:]
    found = np.linalg.pinv(doubled(z), rcond=rcond, rtol=rtol) if rtol is not None else np.linalg.pinv(doubled(z), rcond=rcond)
    return paired(found[..., :columns, :rows], found[..., columns:, :rows])


@of_complex(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The least-squares solution, by that of a real system of twice the size."""
    z, right = matrices(a), np.asarray(b)
    columns = z.shape[-1]
    limit = 2.0**-52 * max(z.shape) if rcond is None else rcond
    found, left, rank, s = np.linalg.lstsq(doubled(z), np.concatenate((np.real(right), np.imag(right))), limit)
    return paired(found[:columns], found[columns:]), left, np.int32(rank // 2), s[::2]


@of_complex(np.linalg.matrix_rank)
def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values are larger than a tolerance."""
    s = svdvals(A)
    if tol is not None:
        return np.count_nonzero(s > np.asarray(tol)[..., None], axis=-1)
    relative = max(np.shape(A)[-2:]) * 2.0**-52 if rtol is None else np.asarray(rtol)[..., None]
    return np.count_nonzero(s > np.max(s, axis=-1, keepdims=True) * relative, axis=-1)


@of_complex(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """How much larger the relative error of a solution may be than that of the data, in some norm."""
    p = known(p, "the order of the norm")
    if p is None or p in (2, -2):
        s = svdvals(x)
        return (s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]) + 0.0
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, (-2, -1))
