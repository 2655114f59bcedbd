"""Factorisations, eigenvalues and singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...intrinsics import paired, refuse
from ...linear_algebra import any_eigen, eigen, orthogonal
from ...linear_algebra import cholesky as choleskys
from ...linear_algebra import singular as singulars
from ...linear_algebra.householder import complete, raw
from ...linear_algebra.stacks import matrices, square, turned
from ...registry import stands_for

OF_EIGH: Any = type(np.linalg.eigh(np.eye(1)))
OF_EIG: Any = type(np.linalg.eig(np.eye(1)))
OF_SVD: Any = type(np.linalg.svd(np.eye(1)))
OF_QR: Any = type(np.linalg.qr(np.eye(1)))
"""The named tuples in which NumPy returns these."""


@stands_for(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangle L with L Lᵀ = a, or the upper one with Uᵀ U = a."""
    a = square(a)
    factor, info = choleskys.factored(turned(a) if upper else a)
    if np.any(info != 0):
        raise np.linalg.LinAlgError("Matrix is not positive definite")
    return turned(factor) if upper else factor


def reads_lower(UPLO: str) -> bool:
    """Whether the lower triangle is read."""
    if UPLO.upper() not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    return UPLO.upper() == "L"


@stands_for(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues in rising order, and eigenvectors, of symmetric matrices of which one triangle is read."""
    w, v, info = eigen.symmetric_eigen(square(a), reads_lower(UPLO))
    converged(info, "Eigenvalues did not converge")
    return OF_EIGH(w, v)


@stands_for(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of symmetric matrices."""
    a = square(a)
    w, info = eigen.eigenvalues_only(a if reads_lower(UPLO) else turned(a))
    converged(info, "Eigenvalues did not converge")
    return w


@stands_for(np.linalg.eig)
def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors: real arrays where all of them are real, else complex ones."""
    a = finite(square(a))
    w, imaginary, v, info = any_eigen.real_eigen(a)
    converged(info, "Eigenvalues did not converge")
    if np.any(imaginary != 0.0):
        return OF_EIG(paired(w, imaginary), any_eigen.unpacked(v, imaginary))
    return OF_EIG(w, v)


@stands_for(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues: a real array where all of them are real, else a complex one."""
    a = finite(square(a))
    w, imaginary, info = any_eigen.real_eigenvalues(a)
    converged(info, "Eigenvalues did not converge")
    if np.any(imaginary != 0.0):
        return paired(w, imaginary)
    return w


def finite(a: Any) -> Any:
    if not np.all(np.isfinite(a)):
        raise np.linalg.LinAlgError("Array must not contain infs or NaNs")
    return a


def converged(info: Any, message: str) -> None:
    if np.any(info != 0):
        raise np.linalg.LinAlgError(message)


@stands_for(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """U, s and Vᵀ, or s alone."""
    a = matrices(a)
    if hermitian:
        return of_symmetric(a, compute_uv)
    if not compute_uv:
        s, info = singulars.singular_values(a)
        converged(info, "SVD did not converge")
        return s
    u, s, vt, info = singulars.singular(a, full_matrices)
    converged(info, "SVD did not converge")
    return OF_SVD(u, s, vt)


def of_symmetric(a: Any, compute_uv: bool) -> Any:
    """The same by the eigenvalues of symmetric matrices: their sizes in falling order."""
    if not compute_uv:
        return np.sort(np.abs(np.linalg.eigvalsh(a)), axis=-1)[..., ::-1]
    w, v = np.linalg.eigh(a)
    sizes = np.abs(w)
    order = np.argsort(sizes, axis=-1)[..., ::-1]
    signs = np.take_along_axis(np.sign(w), order, axis=-1)
    u = np.take_along_axis(v, order[..., None, :], axis=-1)
    return OF_SVD(u, np.take_along_axis(sizes, order, axis=-1), turned(u * signs[..., None, :]))


def svdvals(x: Any, /) -> Any:
    """The singular values in falling order."""
    return svd(x, compute_uv=False)


@stands_for(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Q and R with orthogonal columns in Q and R upper triangular; `mode` says how many columns, or what of it."""
    a = matrices(a)
    if mode in ("f", "full", "e", "economic"):
        refuse(f"the mode {mode!r} of qr is deprecated, and not supported", "use 'reduced'")
    if mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError(f"Unrecognized mode '{mode}'")
    if mode == "raw":
        h, tau = raw(a)
        return turned(h), tau
    if mode == "complete" and a.shape[-2] > a.shape[-1]:
        q, r = complete(a)
        return OF_QR(q, r)
    q, r = orthogonal.reduced(a)
    return r if mode == "r" else OF_QR(q, r)


if hasattr(np.linalg, "svdvals"):
    stands_for(np.linalg.svdvals)(svdvals)
