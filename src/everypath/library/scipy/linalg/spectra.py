"""Eigenvalues and singular values."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...intrinsics import by_cpython, known, paired, refuse
from ...linear_algebra import any_eigen, eigen
from ...linear_algebra import singular as singulars
from ...linear_algebra.cholesky import between, factored
from ...linear_algebra.stacks import symmetric, turned
from ...linear_algebra.systems import solved_triangular
from ...registry import stands_for
from .equations import LinAlgError, finite, square


def of_pencil(a: Any, b: Any, lower: bool, driver: Any, kind: int) -> Any:
    """What SciPy finds."""
    return scipy.linalg.eigh(a, b, lower=lower, driver=driver, type=kind)


@stands_for(scipy.linalg.eigh)
def eigh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Any:
    """Eigenvalues and eigenvectors of a v = w b v (a b v = w v, or b a v = w v, by the type), `a` symmetric and `b` positive definite, of
    which one triangle is read."""
    a = square(a, check_finite)
    if a.ndim > 2:
        refuse("scipy.linalg.eigh of a stack of matrices is not supported", "use np.linalg.eigh")
    if subset_by_value is not None and subset_by_index is not None:
        raise ValueError("Either index or value subsets can be requested.")
    if known(type, "the type") not in (1, 2, 3):
        raise ValueError('"type" keyword only accepts 1, 2, and 3.')
    lower = bool(known(lower, "lower"))
    c = symmetric(a if lower else turned(a))
    w0, v0 = by_cpython(of_pencil, a, b, lower, driver, type)
    if b is None:
        w, v = eigen.eigenvalues(c, w0, v0), eigen.eigenvectors(c, w0, v0)
    else:
        right = square(b, check_finite)
        factor, info = factored(right if lower else turned(right))
        if np.any(info != 0):
            raise LinAlgError("The leading minor of b is not positive definite.")
        reduced = between(factor, c, False) if type == 1 else turned(factor) @ c @ factor
        y0 = solved_triangular(factor, v0, True, False, False) if type == 3 else turned(factor) @ v0
        w, y = eigen.eigenvalues(reduced, w0, y0), eigen.eigenvectors(reduced, w0, y0)
        v = factor @ y if type == 3 else solved_triangular(factor, y, True, True, False)
    if subset_by_index is not None:
        first, last = known(subset_by_index[0], "subset_by_index"), known(subset_by_index[1], "subset_by_index")
        w, v = w[first : last + 1], v[:, first : last + 1]
    if subset_by_value is not None:
        chosen = (w > subset_by_value[0]) & (w <= subset_by_value[1])
        w, v = w[chosen], v[:, chosen]
    return w if eigvals_only else (w, v)


@stands_for(scipy.linalg.eigvalsh)
def eigvalsh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Any:
    """The eigenvalues alone."""
    return eigh(
        a,
        b,
        lower=lower,
        eigvals_only=True,
        type=type,
        check_finite=check_finite,
        subset_by_index=subset_by_index,
        subset_by_value=subset_by_value,
    )


@stands_for(scipy.linalg.svd)
def svd(
    a: Any,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    """U, s and Vᵀ, or s alone."""
    a = finite(a, check_finite)
    if a.ndim < 2:
        raise ValueError("expected matrix")
    if lapack_driver not in ("gesdd", "gesvd"):
        raise ValueError('lapack_driver must be "gesdd" or "gesvd"')
    if not compute_uv:
        return singulars.singular_values(a)[0]
    u, s, vt, info = singulars.singular(a, full_matrices)
    if np.any(info != 0):
        raise LinAlgError("SVD did not converge")
    return u, s, vt


@stands_for(scipy.linalg.svdvals)
def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The singular values."""
    return svd(a, compute_uv=False, check_finite=check_finite)


@stands_for(scipy.linalg.eigvals)
def eigvals(a: Any, b: Any = None, overwrite_a: bool = False, check_finite: bool = True, homogeneous_eigvals: bool = False) -> Any:
    """The eigenvalues of any matrix, as complex numbers."""
    if homogeneous_eigvals:
        refuse("homogeneous eigenvalues of scipy.linalg.eigvals are not supported", "leave the option out")
    if b is not None:
        return found_eigen(a, b, check_finite)[0]
    a = square(a, check_finite)
    re, im, info = any_eigen.real_eigenvalues(a)
    if np.any(info != 0):
        raise LinAlgError("eig algorithm (geev) did not converge")
    return re + im * 1j


@stands_for(scipy.linalg.eig)
def eig(
    a: Any,
    b: Any = None,
    left: bool = False,
    right: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Any:
    """The eigenvalues of any matrix, as complex numbers, and its eigenvectors, real ones where all is real."""
    if homogeneous_eigvals:
        refuse("homogeneous eigenvalues of scipy.linalg.eig are not supported", "leave the option out")
    if not right and not left:
        return eigvals(a, b, check_finite=check_finite)
    if b is not None or left:
        w, vectors, left_vectors = found_eigen(a, b, check_finite)
        if right and left:
            return w, left_vectors, vectors
        return w, left_vectors if left else vectors
    a = square(a, check_finite)
    w, imaginary, v, info = any_eigen.real_eigen(a)
    if np.any(info != 0):
        raise LinAlgError("eig algorithm (geev) did not converge")
    if np.any(imaginary != 0.0):
        return w + imaginary * 1j, any_eigen.unpacked(v, imaginary)
    return w + 0j, v


def eigen_parts(a: Any, b: Any) -> Any:
    """What SciPy finds: the parts of the eigenvalues, and of the eigenvectors of both sides. (CPython runs this.)"""
    w, left, right = scipy.linalg.eig(a, b, left=True)
    return tuple(np.array(part, order="C") for x in (w, right, left) for part in (np.real(x), np.imag(x)))


def found_eigen(a: Any, b: Any, check_finite: bool) -> Any:
    """The eigenvalues of a v = w b v, and the eigenvectors of the right and of the left."""
    a = square(a, check_finite)
    beside = np.eye(a.shape[-1], dtype=a.dtype) if b is None else square(b, check_finite)
    if beside.shape != a.shape:
        raise ValueError("a and b must have the same shape")
    re, im, v_re, v_im, u_re, u_im = by_cpython(eigen_parts, a, b)
    re, im, v_re, v_im = any_eigen.followed(a, beside, re, im, v_re, v_im)
    _, _, u_re, u_im = any_eigen.followed(turned(a), turned(beside), re, -im, u_re, u_im)
    w = re + im * 1j
    if np.any(im != 0.0):
        if b is not None:
            v_re, v_im, u_re, u_im = (any_eigen.of_any_phase(x) for x in (v_re, v_im, u_re, u_im))
        return w, paired(v_re, v_im), paired(u_re, u_im)
    return w, v_re, u_re


@stands_for(scipy.linalg.eigh_tridiagonal)
def eigh_tridiagonal(
    d: Any,
    e: Any,
    eigvals_only: bool = False,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
    tol: float = 0.0,
    lapack_driver: str = "auto",
) -> Any:
    """Eigenvalues, and eigenvectors, of a symmetric matrix of three diagonals."""
    if select != "a":
        refuse("eigh_tridiagonal that selects is not supported", "select from all of them")
    d, e = finite(d, check_finite), finite(e, check_finite)
    if d.ndim != 1 or e.ndim != 1 or d.shape[0] != e.shape[0] + 1:
        raise ValueError("d and e must be vectors, and d one longer than e")
    a = np.diag(d) + np.diag(e, -1) + np.diag(e, 1)
    if eigvals_only:
        return eigen.eigenvalues_only(a)[0]
    w0, v0 = by_cpython(of_tridiagonal, d, e, lapack_driver)
    return eigen.eigenvalues(a, w0, v0), eigen.eigenvectors(a, w0, v0)


def of_tridiagonal(d: Any, e: Any, lapack_driver: str) -> Any:
    """What SciPy finds."""
    return scipy.linalg.eigh_tridiagonal(d, e, lapack_driver=lapack_driver)
