"""`scipy.linalg` of complex matrices: NumPy's functions of them where SciPy has the same, and functions of real matrices of twice the size.

An analytic function with f(z̄) = f(z)̄ of [[A, -B], [B, A]] is the matrix of f(A + iB) in the same form.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ..intrinsics import known, paired, refuse
from ..scipy.linalg.equations import LinAlgError, all_finite, of_equal_sides
from ..scipy.linalg.shapes import as_told
from .linalg import doubled
from .registry import of_complex


def finite(x: Any, check_finite: bool = True) -> Any:
    """`x` as an array; ValueError unless all in it is finite."""
    return all_finite(np.asarray(x), check_finite)


def square(a: Any, check_finite: bool = True) -> Any:
    """The same; ValueError unless it is square."""
    return of_equal_sides(finite(a, check_finite))


def adjoint(z: Any) -> Any:
    """The transposed conjugate."""
    return np.conj(np.swapaxes(z, -1, -2))


def halved(found: Any) -> Any:
    """The complex matrix of a real one of twice the size."""
    rows, columns = found.shape[-2] // 2, found.shape[-1] // 2
    return paired(found[..., :rows, :columns], found[..., rows:, :columns])


def hermitian(z: Any, lower: bool) -> Any:
    """The Hermitian matrix of which one triangle is read."""
    part = np.tril(z, -1) if lower else np.triu(z, 1)
    k = np.arange(z.shape[-1])
    return part + adjoint(part) + np.eye(z.shape[-1]) * np.real(z[..., k, k])[..., None]


@of_complex(scipy.linalg.solve)
def solve(
    a: Any,
    b: Any,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: Any = None,
    transposed: bool = False,
) -> Any:
    """The x with a x = b; `assume_a` says which part of `a` is read."""
    z, right = square(a, check_finite), finite(b, check_finite)
    if known(transposed, "transposed"):
        raise NotImplementedError("scipy.linalg.solve can currently not solve a^T x = b or a^H x = b for complex matrices.")
    if z.shape[-1] != right.shape[0 if right.ndim == 1 else -2]:
        raise ValueError("incompatible shapes")
    kind = known(assume_a, "assume_a")
    if kind in ("her", "hermitian", "pos", "positive definite"):
        z = hermitian(z, bool(known(lower, "lower")))
    elif kind in ("upper triangular", "lower triangular"):
        z = np.tril(z) if kind == "lower triangular" else np.triu(z)
    elif kind not in (None, "gen", "general"):
        refuse(f"assume_a={kind!r} of complex matrices is not supported", "leave it out")
    return np.linalg.solve(z, right)


@of_complex(scipy.linalg.solve_triangular)
def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """The x with a x = b, aᵀ x = b or aᴴ x = b, of which one triangle is read."""
    z, right = square(a, check_finite), finite(b, check_finite)
    if z.shape[-1] != right.shape[0 if right.ndim == 1 else -2]:
        raise ValueError("shapes of a and b are incompatible")
    below, way = known(lower, "lower"), known(trans, "trans")
    if known(unit_diagonal, "unit_diagonal"):
        z = (np.tril(z, -1) if below else np.triu(z, 1)) + np.eye(z.shape[-1])
    else:
        k = np.arange(z.shape[-1])
        if np.any(z[..., k, k] == 0.0):
            raise LinAlgError("singular matrix: there is a 0 on the diagonal")
        z = np.tril(z) if below else np.triu(z)
    turned = adjoint(z) if way in (2, "C") else np.swapaxes(z, -1, -2) if way in (1, "T") else z
    return np.linalg.solve(turned, right)


@of_complex(scipy.linalg.inv)
def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The inverse."""
    return np.linalg.inv(square(a, check_finite))


@of_complex(scipy.linalg.det)
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant."""
    return np.linalg.det(square(a, check_finite))


@of_complex(scipy.linalg.cholesky)
def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The upper triangle U with Uᴴ U = a, or the lower one."""
    z = square(a, check_finite)
    return np.linalg.cholesky(z) if known(lower, "lower") else adjoint(np.linalg.cholesky(adjoint(z)))


@of_complex(scipy.linalg.cho_solve)
def cho_solve(c_and_lower: Any, b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, by what `cho_factor` found."""
    c, lower = c_and_lower
    below = bool(known(lower, "lower"))
    z, right = square(c, check_finite), finite(b, check_finite)
    if below:
        return solve_triangular(z, solve_triangular(z, right, 0, True), 2, True)
    return solve_triangular(z, solve_triangular(z, right, 2, False), 0, False)


@of_complex(scipy.linalg.cho_factor)
def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The triangle, with the other one as it was, for `cho_solve`."""
    z, below = square(a, check_finite), bool(known(lower, "lower"))
    other = np.triu(z, 1) if below else np.tril(z, -1)
    return cholesky(z, below) + other, below


@of_complex(scipy.linalg.lstsq)
def lstsq(a: Any, b: Any, cond: Any = None) -> Any:
    """The least-squares solution, what remains, the rank and the singular values."""
    z, right = finite(a), finite(b)
    m, n = z.shape
    found, _, rank, s = np.linalg.lstsq(z, right, 2.0**-52 if cond is None else cond)
    left = np.sum(np.abs(right - z @ found) ** 2, axis=0) if rank == n and m > n else np.zeros(0)
    return found, left, int(rank), s


@of_complex(scipy.linalg.pinv)
def pinv(a: Any, *, atol: Any = None, rtol: Any = None, return_rank: bool = False, check_finite: bool = True) -> Any:
    """The pseudo-inverse."""
    if atol is not None or known(return_rank, "return_rank"):
        refuse("the options 'atol' and 'return_rank' of scipy.linalg.pinv are not supported of complex matrices", "use rtol")
    z = finite(a, check_finite)
    return np.linalg.pinv(z, 2.0**-52 * max(z.shape[-2:]) if rtol is None else rtol)


@of_complex(scipy.linalg.eigh)
def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False, check_finite: bool = True) -> Any:
    """Eigenvalues in rising order, and eigenvectors, of a v = w b v, `a` Hermitian and `b` positive definite."""
    z = square(a, check_finite)
    z = z if known(lower, "lower") else adjoint(z)
    if b is not None:
        right = square(b, check_finite)
        factor = np.linalg.cholesky(right if known(lower, "lower") else adjoint(right))
        z = np.linalg.solve(factor, adjoint(np.linalg.solve(factor, hermitian(z, True))))
    if known(eigvals_only, "eigvals_only"):
        return np.linalg.eigvalsh(z)
    w, v = np.linalg.eigh(z)
    return (w, v) if b is None else (w, np.linalg.solve(adjoint(factor), v))


@of_complex(scipy.linalg.eigvalsh)
def eigvalsh(a: Any, b: Any = None, *, lower: bool = True, check_finite: bool = True) -> Any:
    """The eigenvalues of a Hermitian matrix."""
    return eigh(a, b, lower=lower, eigvals_only=True, check_finite=check_finite)


@of_complex(scipy.linalg.eigvals)
def eigvals(a: Any, check_finite: bool = True) -> Any:
    """The eigenvalues."""
    return np.linalg.eigvals(square(a, check_finite))


@of_complex(scipy.linalg.eig)
def eig(a: Any, check_finite: bool = True) -> Any:
    """Eigenvalues and eigenvectors of length 1."""
    w, v = np.linalg.eig(square(a, check_finite))
    return w, v


@of_complex(scipy.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, check_finite: bool = True) -> Any:
    """U, s and Vᴴ, or s alone."""
    z = finite(a, check_finite)
    if not known(compute_uv, "compute_uv"):
        return np.linalg.svd(z, compute_uv=False)
    u, s, vh = np.linalg.svd(z, full_matrices)
    return u, s, vh


@of_complex(scipy.linalg.svdvals)
def svdvals(a: Any, check_finite: bool = True) -> Any:
    """The singular values in falling order."""
    return np.linalg.svd(finite(a, check_finite), compute_uv=False)


@of_complex(scipy.linalg.qr)
def qr(a: Any, mode: str = "full", check_finite: bool = True) -> Any:
    """Q and R, of matrices with as many rows as columns, or more where Q is to have no more columns."""
    z, how = finite(a, check_finite), known(mode, "the mode")
    if how not in ("full", "economic", "r"):
        refuse(f"scipy.linalg.qr in mode {how!r} of complex matrices is not supported", "use mode='economic'")
    if how != "economic" and z.shape[0] > z.shape[1]:
        refuse("all of Q of such a complex matrix is not supported", "use mode='economic'")
    q, r = np.linalg.qr(z)
    return (r,) if how == "r" else (q, r)


@of_complex(scipy.linalg.norm)
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """The norm of a vector or a matrix."""
    z, ord = finite(a, check_finite), known(ord, "the order of the norm")
    return as_told(np.linalg.norm(z, ord, axis, keepdims), z, ord, axis, keepdims)


@of_complex(scipy.linalg.expm)
def expm(A: Any) -> Any:
    """The exponential of a matrix."""
    return halved(scipy.linalg.expm(doubled(square(A))))


@of_complex(scipy.linalg.sqrtm)
def sqrtm(A: Any) -> Any:
    """The square root whose eigenvalues lie right of the imaginary axis."""
    return halved(scipy.linalg.sqrtm(doubled(square(A))))


@of_complex(scipy.linalg.logm)
def logm(A: Any) -> Any:
    """The logarithm whose eigenvalues have imaginary parts between -π and π."""
    return halved(scipy.linalg.logm(doubled(square(A))))


@of_complex(scipy.linalg.cosm)
def cosm(A: Any) -> Any:
    """The cosine."""
    return halved(scipy.linalg.cosm(doubled(square(A))))


@of_complex(scipy.linalg.sinm)
def sinm(A: Any) -> Any:
    """The sine."""
    return halved(scipy.linalg.sinm(doubled(square(A))))


@of_complex(scipy.linalg.coshm)
def coshm(A: Any) -> Any:
    """The hyperbolic cosine."""
    return halved(scipy.linalg.coshm(doubled(square(A))))


@of_complex(scipy.linalg.sinhm)
def sinhm(A: Any) -> Any:
    """The hyperbolic sine."""
    return halved(scipy.linalg.sinhm(doubled(square(A))))


@of_complex(scipy.linalg.toeplitz)
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with first column `c` and first row `r`, the conjugate of `c` where none is given."""
    column = np.ravel(np.asarray(c)) + 0j
    row = np.conj(column) if r is None else np.ravel(np.asarray(r)) + 0j
    parts = scipy.linalg.toeplitz(np.real(column), np.real(row)), scipy.linalg.toeplitz(np.imag(column), np.imag(row))
    return paired(parts[0], parts[1])


@of_complex(scipy.linalg.circulant)
def circulant(c: Any) -> Any:
    """The matrix whose columns are `c`, each turned by one more."""
    z = np.asarray(c)
    return paired(scipy.linalg.circulant(np.real(z)), scipy.linalg.circulant(np.imag(z)))


@of_complex(scipy.linalg.block_diag)
def block_diag(*arrs: Any) -> Any:
    """The matrices along the diagonal, 0 elsewhere."""
    given = [np.asarray(x) for x in arrs]
    return paired(scipy.linalg.block_diag(*[np.real(z) for z in given]), scipy.linalg.block_diag(*[np.imag(z) * 1.0 for z in given]))
