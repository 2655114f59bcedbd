"""Systems of linear equations, inverses, determinants, least squares."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...intrinsics import by_cpython, known, refuse
from ...linear_algebra.banded import solved_banded
from ...linear_algebra.cholesky import factored
from ...linear_algebra.determinants import determinant
from ...linear_algebra.functions import sylvester
from ...linear_algebra.lu import order
from ...linear_algebra.pseudo import pseudo_inverse, truncated_inverse
from ...linear_algebra.stacks import alike, epsilon, floating, in_step, symmetric, turned
from ...linear_algebra.systems import inverse, solved, solved_triangular
from ...registry import stands_for

LinAlgError: Any = scipy.linalg.LinAlgError


def all_finite(x: Any, wanted: bool = True) -> Any:
    """`x`; ValueError where it is wanted that all of it is finite, and not all is."""
    if wanted and not np.all(np.isfinite(x)):
        raise ValueError("array must not contain infs or NaNs")
    return x


def of_equal_sides(a: Any) -> Any:
    """`a`; ValueError unless it is square."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("expected a square matrix")
    return a


def finite(x: Any, check_finite: bool = True) -> Any:
    """`x` as floats; ValueError unless all are finite."""
    return all_finite(floating(x), check_finite)


def square(a: Any, check_finite: bool = True) -> Any:
    """`a` as floats; ValueError unless it is square."""
    return of_equal_sides(finite(a, check_finite))


def column(b: Any) -> Any:
    """A vector as a matrix of one column."""
    return b[:, None] if b.ndim == 1 else b


@stands_for(scipy.linalg.solve)
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
    a, b = alike(square(a, check_finite), finite(b, check_finite))
    vector = b.ndim == 1
    if a.shape[-1] != b.shape[0 if vector else -2]:
        raise ValueError("incompatible shapes")
    a, x = in_step(a, column(b))
    if assume_a in ("pos", "positive definite"):
        factor, info = factored(a if lower else turned(a))
        if np.any(info != 0):
            raise LinAlgError("Matrix is not positive definite")
        x = solved_triangular(factor, solved_triangular(factor, x, True, False, False), True, True, False)
    elif assume_a in ("upper triangular", "lower triangular"):
        below = assume_a == "lower triangular"
        not_singular(a)
        x = solved_triangular(a, x, below, transposed, False)
    else:
        a = structured(a, assume_a, lower)
        x, _, _, info = solved(turned(a) if transposed else a, x)
        if np.any(info != 0):
            raise LinAlgError("A singular matrix detected.")
    return x[..., 0] if vector else x


def structured(a: Any, assume_a: Any, lower: bool) -> Any:
    """The part of `a` that is read."""
    if assume_a in ("sym", "symmetric", "her", "hermitian"):
        return symmetric(a if lower else turned(a))
    if assume_a == "diagonal":
        return np.triu(np.tril(a))
    if assume_a in ("tridiagonal", "banded"):
        return np.triu(np.tril(a, 1), -1) if assume_a == "tridiagonal" else a
    if assume_a not in (None, "gen", "general"):
        raise ValueError(f"{assume_a} is not a recognized matrix structure")
    return a


def not_singular(a: Any) -> None:
    """LinAlgError where there is a 0 on the diagonal of a triangle."""
    k = np.arange(a.shape[-1])
    if np.any(a[..., k, k] == 0.0):
        raise LinAlgError("singular matrix: there is a 0 on the diagonal")


@stands_for(scipy.linalg.solve_triangular)
def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """The x with a x = b, or aᵀ x = b, of which one triangle is read."""
    a, b = alike(square(a, check_finite), finite(b, check_finite))
    trans, lower, unit = known(trans, "trans"), bool(known(lower, "lower")), bool(known(unit_diagonal, "unit_diagonal"))
    if a.shape[-1] != b.shape[0 if b.ndim == 1 else -2]:
        raise ValueError("shapes of a and b are incompatible")
    if not unit:
        not_singular(a)
    a, x = in_step(a, column(b))
    x = solved_triangular(a, x, lower, trans in (1, 2, "T", "C"), unit)
    return x[..., 0] if b.ndim == 1 else x


@stands_for(scipy.linalg.inv)
def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True, *, assume_a: Any = None, lower: bool = False) -> Any:
    """The inverse."""
    x, info = inverse(structured(square(a, check_finite), None if assume_a in ("pos", "positive definite") else assume_a, lower))
    if np.any(info != 0):
        raise LinAlgError("singular matrix")
    return x


@stands_for(scipy.linalg.det)
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant."""
    return determinant(square(np.asarray(a, float), check_finite))[0]


@stands_for(scipy.linalg.cho_solve)
def cho_solve(c_and_lower: Any, b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, by what `cho_factor` found."""
    c, lower = c_and_lower
    c, b = alike(square(c, check_finite), finite(b, check_finite))
    if c.shape[-1] != b.shape[0 if b.ndim == 1 else -2]:
        raise ValueError("incompatible dimensions")
    below = bool(known(lower, "lower"))
    c, x = in_step(c, column(b))
    x = solved_triangular(c, solved_triangular(c, x, below, not below, False), below, below, False)
    return x[..., 0] if b.ndim == 1 else x


@stands_for(scipy.linalg.lu_solve)
def lu_solve(lu_and_piv: Any, b: Any, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, or aᵀ x = b, by what `lu_factor` found."""
    lu, pivots = lu_and_piv
    lu, b = alike(square(lu, check_finite), finite(b, check_finite))
    if lu.ndim > 2:
        refuse("lu_solve of a stack of matrices is not supported", "use np.linalg.solve")
    if lu.shape[0] != b.shape[0]:
        raise ValueError("Shapes of lu and b are incompatible")
    rows, x = order(pivots, lu.shape[0]), column(b)
    if known(trans, "trans") == 0:
        x = solved_triangular(lu, solved_triangular(lu, x[rows], True, False, True), False, False, False)
    else:
        x = solved_triangular(lu, solved_triangular(lu, x, False, True, False), True, True, True)[np.argsort(rows)]
    return x[:, 0] if b.ndim == 1 else x


@stands_for(scipy.linalg.lstsq)
def lstsq(
    a: Any,
    b: Any,
    cond: Any = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: Any = None,
) -> Any:
    """The least-squares solution of least length, the sums of squares that remain, the rank and the singular values."""
    a, b = alike(finite(a, check_finite), finite(b, check_finite))
    if a.ndim != 2:
        raise ValueError("Input array a should be 2D")
    m, n = a.shape
    if m != b.shape[0]:
        raise ValueError(f"Shape mismatch: a and b should have the same number of rows ({m} != {b.shape[0]}).")
    if lapack_driver not in (None, "gelsd", "gelss", "gelsy"):
        raise ValueError(f'LAPACK driver "{lapack_driver}" is not found')
    relative = epsilon(a) if cond is None or cond < 0 else cond
    s = np.linalg.svd(a, compute_uv=False)
    rank = int(np.count_nonzero(s > relative * np.max(s)))
    x = (pseudo_inverse(a, relative) if cond is None else truncated_inverse(a, relative)) @ b
    if lapack_driver == "gelsy":
        return x, np.zeros(0, dtype=a.dtype), rank, None
    left = np.sum((b - a @ x) ** 2, axis=0) if rank == n and m > n else np.zeros(0, dtype=a.dtype)
    return x, left, rank, s


@stands_for(scipy.linalg.pinv)
def pinv(a: Any, *, atol: Any = None, rtol: Any = None, return_rank: bool = False, check_finite: bool = True) -> Any:
    """The pseudo-inverse; singular values up to atol + rtol·(the largest) count as 0."""
    a = finite(a, check_finite)
    s = np.linalg.svd(a, compute_uv=False)
    largest = np.max(s, axis=-1)
    relative = max(a.shape[-2], a.shape[-1]) * epsilon(a) if rtol is None else rtol
    limit = (0.0 if atol is None else atol) + relative * largest
    x = pseudo_inverse(a, limit / largest) if atol is None and rtol is None else truncated_inverse(a, limit / largest)
    return (x, np.count_nonzero(s > limit, axis=-1)) if return_rank else x


@stands_for(scipy.linalg.pinvh)
def pinvh(a: Any, atol: Any = None, rtol: Any = None, lower: bool = True, return_rank: bool = False, check_finite: bool = True) -> Any:
    """The pseudo-inverse of a symmetric matrix, of which one triangle is read."""
    a = square(a, check_finite)
    return pinv(symmetric(a if lower else turned(a)), atol=atol, rtol=rtol, return_rank=return_rank)


@stands_for(scipy.linalg.solve_banded)
def solve_banded(l_and_u: Any, ab: Any, b: Any, overwrite_ab: bool = False, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, `a` given by its diagonals."""
    lower, upper = l_and_u
    ab, b = alike(finite(ab, check_finite), finite(b, check_finite))
    if ab.shape[-1] != b.shape[0]:
        raise ValueError("shapes of ab and b are not compatible.")
    if lower + upper + 1 != ab.shape[0]:
        raise ValueError(
            f"invalid values for the number of lower and upper diagonals: l+u+1 ({lower + upper + 1}) does not equal ab.shape[0]"
        )
    x = solved_banded(lower, upper, ab, column(b))
    return x[:, 0] if b.ndim == 1 else x


@stands_for(scipy.linalg.solveh_banded)
def solveh_banded(
    ab: Any, b: Any, overwrite_ab: bool = False, overwrite_b: bool = False, lower: bool = False, check_finite: bool = True
) -> Any:
    """The x with a x = b, the positive definite `a` given by its diagonals on one side."""
    ab, b = alike(finite(ab, check_finite), finite(b, check_finite))
    if ab.shape[-1] != b.shape[0]:
        raise ValueError("shapes of ab and b are not compatible.")
    by_cpython(scipy.linalg.cholesky_banded, ab, False, lower)
    u, n = ab.shape[0] - 1, ab.shape[1]
    whole = np.zeros((2 * u + 1, n), dtype=ab.dtype)
    for k in range(u + 1):
        one_side = ab[k, : n - k] if lower else ab[u - k, k:]
        whole[u + k, : n - k] = one_side
        whole[u - k, k:] = one_side
    x = solved_banded(u, u, whole, column(b))
    return x[:, 0] if b.ndim == 1 else x


@stands_for(scipy.linalg.solve_sylvester)
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The x with a x + x b = q."""
    return sylvester(floating(a), floating(b), floating(q))


@stands_for(scipy.linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """The x with a x + x aᵀ = q."""
    a, q = floating(a), floating(q)
    if a.shape[0] != a.shape[1] or a.shape != q.shape:
        raise ValueError("Matrix a should be square, and q have its shape")
    return sylvester(a, turned(a), q)


@stands_for(scipy.linalg.solve_discrete_lyapunov)
def solve_discrete_lyapunov(a: Any, q: Any, method: Any = None) -> Any:
    """The x with a x aᵀ - x + q = 0."""
    a, q = np.atleast_2d(floating(a)), np.atleast_2d(floating(q))
    n = a.shape[0]
    if method not in (None, "direct", "bilinear"):
        raise ValueError(f"Unknown solver {method}")
    if method == "direct" or (method is None and n < 10):
        product = (a[:, None, :, None] * a[None, :, None, :]).reshape(n * n, n * n)
        return np.linalg.solve(np.eye(n * n) - product, q.ravel()).reshape(q.shape)
    one = np.eye(n)
    right = np.linalg.inv(turned(a) - one)
    b = right @ (turned(a) + one)
    c = 2.0 * np.linalg.inv(a - one) @ q @ right
    return sylvester(turned(b), b, -c)


@stands_for(scipy.linalg.solve_toeplitz)
def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: bool = True) -> Any:
    """The x with a x = b, `a` given by its first column, and perhaps its first row."""
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, c_or_cr)
    return solve(scipy.linalg.toeplitz(finite(c, check_finite), finite(r, check_finite)), b, check_finite=check_finite)


@stands_for(scipy.linalg.matmul_toeplitz)
def matmul_toeplitz(c_or_cr: Any, x: Any, check_finite: bool = False, workers: Any = None) -> Any:
    """a x, `a` given by its first column, and perhaps its first row."""
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, c_or_cr)
    return scipy.linalg.toeplitz(floating(c), floating(r)) @ floating(x)
