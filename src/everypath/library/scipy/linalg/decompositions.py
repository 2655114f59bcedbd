"""Factorisations by elimination and by reflections."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...intrinsics import by_cpython, known, refuse, value_only
from ...linear_algebra import lu as lus
from ...linear_algebra import orthogonal
from ...linear_algebra.cholesky import factored
from ...linear_algebra.functions import unitary
from ...linear_algebra.householder import complete
from ...linear_algebra.householder import raw as reflections
from ...linear_algebra.stacks import floating, turned
from ...registry import stands_for
from .equations import LinAlgError, finite, square

GAUGE = "what it returns is determined only up to a choice, which jumps"


@stands_for(scipy.linalg.cholesky)
def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The upper triangle U with Uᵀ U = a, or the lower one L with L Lᵀ = a."""
    a = square(a, check_finite)
    factor, info = factored(a if lower else turned(a))
    if np.any(info != 0):
        raise LinAlgError(f"{np.max(info)}-th leading minor of the array is not positive definite")
    return factor if lower else turned(factor)


@stands_for(scipy.linalg.cho_factor)
def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The same, in the triangle of `a` that is read, and which that is."""
    a = square(a, check_finite)
    if lower:
        return cholesky(a, True) + np.triu(a, 1), True
    return cholesky(a, False) + np.tril(a, -1), False


def matrix(a: Any, check_finite: bool) -> Any:
    """One matrix; ValueError where it is none."""
    return one_matrix(finite(a, check_finite))


def one_matrix(a: Any) -> Any:
    """The same, of an array."""
    if a.ndim < 2:
        raise ValueError("The input array must be at least two-dimensional.")
    if a.ndim > 2:
        refuse("the factors of a stack of matrices are not supported here", "call it for each")
    return a


@stands_for(scipy.linalg.lu)
def lu(a: Any, permute_l: bool = False, overwrite_a: bool = False, check_finite: bool = True, p_indices: bool = False) -> Any:
    """P, L and U with a = P L U; P L and U; or P as the order of the rows."""
    a = matrix(a, check_finite)
    lower, upper, rows, _ = lus.factors(a)
    return with_order(lower, upper, rows, permute_l, p_indices)


def with_order(lower: Any, upper: Any, rows: Any, permute_l: bool, p_indices: bool) -> Any:
    """The factors of real or complex numbers beside the order of the rows, or with it."""
    back = np.argsort(rows)
    if permute_l:
        return lower[back], upper
    if p_indices:
        return back.astype(np.int32), lower, upper
    return np.eye(len(rows), dtype=np.real(lower).dtype)[back], lower, upper


@stands_for(scipy.linalg.lu_factor)
def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """L without its ones and U in one matrix, and the exchanges of rows."""
    a = matrix(a, check_finite)
    packed, _, pivots = lus.packed(a)
    return packed, pivots.astype(np.int32)


def packed_factors(lower: Any, upper: Any) -> Any:
    """L without its ones and U in one matrix."""
    whole = np.zeros((lower.shape[0], upper.shape[1]), dtype=lower.dtype)
    k = upper.shape[0]
    whole[:, :k] += np.tril(lower, -1)
    whole[:k, :] += upper
    return whole


@stands_for(scipy.linalg.qr)
def qr(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full", pivoting: bool = False, check_finite: bool = True) -> Any:
    """Q and R; with `pivoting` also the order of the columns."""
    if mode not in ("full", "qr", "r", "economic", "raw"):
        raise ValueError("Mode argument should be one of ['full', 'r','economic', 'raw']")
    a = matrix(a, check_finite)
    m, n = a.shape
    columns = by_cpython(order_of_columns, a) if pivoting else None
    if pivoting:
        a = a[:, columns]
    if mode == "raw":
        h, tau = reflections(a)
        packed, r = (h, tau), np.triu(h)[: min(m, n)]
        return (packed, r, columns) if pivoting else (packed, r)
    if mode == "economic":
        q, r = orthogonal.reduced(a)
    elif m > n:
        q, r = complete(a)
    else:
        q, r = orthogonal.reduced(a)
    if mode == "r":
        return (r, columns) if pivoting else (r,)
    return (q, r, columns) if pivoting else (q, r)


@stands_for(scipy.linalg.rq)
def rq(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full", check_finite: bool = True) -> Any:
    """R and Q with A = R·Q: those of the transpose, with rows and columns turned round."""
    if mode not in ("full", "r", "economic"):
        raise ValueError("Mode argument should be one of ['full', 'r','economic']")
    a = matrix(a, check_finite)
    q, r = qr(np.transpose(a[::-1, ::-1]), mode="full" if mode == "r" else mode)
    upper = np.transpose(r)[::-1, ::-1]
    return upper if mode == "r" else (upper, np.transpose(q)[::-1, ::-1])


def order_of_columns(a: Any) -> Any:
    """The order in which LAPACK takes the columns."""
    return scipy.linalg.qr(a, mode="r", pivoting=True)[1]


@stands_for(scipy.linalg.polar)
def polar(a: Any, side: str = "right") -> Any:
    """U with orthonormal columns or rows, and P symmetric, with a = U P, or P U."""
    if side not in ("right", "left"):
        raise ValueError("`side` must be either 'right' or 'left'")
    a = floating(a)
    if a.ndim != 2:
        raise ValueError("`a` must be a 2-D array.")
    u = unitary(a) if a.shape[0] >= a.shape[1] else turned(unitary(turned(a)))
    p = turned(u) @ a if side == "right" else a @ turned(u)
    return u, (p + turned(p)) * 0.5


@stands_for(scipy.linalg.schur)
def schur(a: Any, output: str = "real", lwork: Any = None, overwrite_a: bool = False, sort: Any = None, check_finite: bool = True) -> Any:
    """T and Z with a = Z T Zᵀ, and how many eigenvalues were sorted to the front: data."""
    return sorted_schur(square(a, check_finite), output, sort)


def sorted_schur(a: Any, output: Any, sort: Any) -> Any:
    """The same, real or complex."""
    if callable(sort):
        refuse("schur sorted by a function is not supported", "use 'lhp', 'rhp', 'iuc' or 'ouc'")
    way_out = "differentiate what is made of it: eigenvalues, functions of matrices"
    return value_only(GAUGE, way_out, scipy.linalg.schur, a, known(output, "the output"), None, False, known(sort, "sort"))


@stands_for(scipy.linalg.hessenberg)
def hessenberg(a: Any, calc_q: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """H, and perhaps Q, with a = Q H Qᵀ: data."""
    return hessenberg_factors(square(a, check_finite), calc_q)


def hessenberg_factors(a: Any, calc_q: Any) -> Any:
    """The same, real or complex."""
    function = with_reflections if known(calc_q, "calc_q") else scipy.linalg.hessenberg
    return value_only(GAUGE, "differentiate what is made of it", function, a)


def with_reflections(a: Any) -> Any:
    """H and Q."""
    return scipy.linalg.hessenberg(a, calc_q=True)


@stands_for(scipy.linalg.null_space)
def null_space(A: Any, rcond: Any = None, **options: Any) -> Any:
    """An orthonormal basis of what `A` takes to 0: data."""
    return value_only(GAUGE, "differentiate what is made of it", scipy.linalg.null_space, floating(A), rcond)


@stands_for(scipy.linalg.orth)
def orth(A: Any, rcond: Any = None) -> Any:
    """An orthonormal basis of what `A` takes anything to: data."""
    return value_only(GAUGE, "differentiate what is made of it", scipy.linalg.orth, floating(A), rcond)
