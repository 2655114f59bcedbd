"""Factorisations, and systems of equations that are factorised: what LAPACK computes, by its own names.

Operands and results are stacks of matrices: the last two axes are a matrix, those before count them. What went wrong is told in `info`,
one number for each matrix, as LAPACK tells it: 0 where all is well. Their derivatives are rules of the library, which calls these
(`library/linear_algebra`); no derivative passes through them by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.op import Definition, register
from ..ir.types import I64, ArrayType, Type
from .memory import array

FAMILY = "lapack"
WHY = "it is stated by the functions of the library that call it"

Meaning = Callable[..., tuple[Any, ...]]

MATRIX, VECTOR, INTEGERS, VECTORS_ONLY = "matrix", "vector", "integers", "matrix, if vectors are wanted"
"""The kinds of results: of the operands' dtype or integers, with as many axes as the operands or one less."""


def lapack(name: str, *results: str, attributes: tuple[str, ...] = ()) -> Callable[[Meaning], Meaning]:
    """Register the routine `name` by what it does to single matrices."""

    def enter(one: Meaning) -> Meaning:
        def typing(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
            first = array(types[0])
            made = {
                MATRIX: ArrayType(first.dtype, first.rank),
                VECTORS_ONLY: ArrayType(first.dtype, first.rank),
                VECTOR: ArrayType(first.dtype, first.rank - 1),
                INTEGERS: ArrayType(I64, first.rank - 1),
            }
            return tuple(made[kind] for kind in results if kind != VECTORS_ONLY or given["vectors"])

        def meaning(*operands: Any, **given: Any) -> Any:
            made = stacked(one, operands, given)
            return made if len(results) > 1 else made[0]

        register(Definition(name, FAMILY, typing, meaning, no_derivative=WHY, attributes=frozenset(attributes)))
        return one

    return enter


def stacked(one: Meaning, operands: tuple[Any, ...], given: dict[str, Any]) -> tuple[Any, ...]:
    """What `one` makes of each matrix of the stacks."""
    outer = operands[0].shape[:-2]
    if not outer:
        return tuple(np.array(x, order="C") for x in one(*operands, **given))
    parts = [one(*(x[k] for x in operands), **given) for k in np.ndindex(outer)]
    if not parts:
        like = one(*(np.zeros(x.shape[len(outer) :], x.dtype) for x in operands), **given)
        return tuple(np.zeros((*outer, *x.shape), x.dtype) for x in like)
    return tuple(np.array(np.stack(group), order="C").reshape(*outer, *group[0].shape) for group in zip(*parts, strict=True))


def wrapper(name: str, *matrices: Any) -> Any:
    """SciPy's wrapper of a routine, for the dtype of the matrices."""
    import scipy.linalg

    return (scipy.linalg.get_blas_funcs if name == "trsm" else scipy.linalg.get_lapack_funcs)((name,), matrices)[0]


def told(info: int) -> Any:
    return np.array([info], np.int64)


# Systems --------------------------------------------------------------------------------------------------------------


@lapack("getrf", MATRIX, INTEGERS, INTEGERS)
def getrf(a: Any) -> tuple[Any, ...]:
    """A = P L U: L without its ones and U in one matrix, transposed, which row changed places with each, and `info`: the first 0 in U."""
    if a.size == 0:
        return a.T, np.zeros(min(a.shape), np.int64), told(0)
    lu, pivots, info = wrapper("getrf", a)(a)
    return lu.T, pivots.astype(np.int64), told(info)


@lapack("getrs", MATRIX, attributes=("transposed",))
def getrs(lu: Any, pivots: Any, b: Any, *, transposed: bool) -> tuple[Any, ...]:
    """The solution of A x = b, or Aᵀ x = b, by what `getrf` found."""
    if b.size == 0:
        return (b,)
    return (wrapper("getrs", lu, b)(lu.T, pivots, b, trans=int(transposed))[0],)


@lapack("getri", MATRIX, attributes=("transposed",))
def getri(lu: Any, pivots: Any, *, transposed: bool) -> tuple[Any, ...]:
    """A⁻¹, or A⁻ᵀ, by what `getrf` found."""
    if lu.size == 0:
        return (lu,)
    x, _ = wrapper("getri", lu)(lu.T, pivots)
    return (x.T if transposed else x,)


@lapack("potrf", MATRIX, INTEGERS)
def potrf(a: Any) -> tuple[Any, ...]:
    """A = L Lᵀ, of the lower triangle of A; `info`: the first leading block that is not positive definite."""
    if a.size == 0:
        return a, told(0)
    factor, info = wrapper("potrf", a)(a, lower=1, clean=1)
    return factor, told(info)


@lapack("trsm", MATRIX, attributes=("lower", "transposed", "unit"))
def trsm(a: Any, b: Any, *, lower: bool, transposed: bool, unit: bool) -> tuple[Any, ...]:
    """The solution of A x = b, or Aᵀ x = b, with the named triangle of A, its diagonal perhaps of ones."""
    if b.size == 0:
        return (b,)
    return (wrapper("trsm", a, b)(1.0, a, b, lower=lower, trans_a=transposed, diag=unit),)


# Eigenvalues and singular values --------------------------------------------------------------------------------------


@lapack("syevd", VECTOR, VECTORS_ONLY, INTEGERS, attributes=("vectors", "lower"))
def syevd(a: Any, *, vectors: bool, lower: bool) -> tuple[Any, ...]:
    """The eigenvalues of a symmetric matrix, of which one triangle is read, in rising order, and its eigenvectors as columns."""
    triangle: Any = "L" if lower else "U"
    try:
        found = tuple(np.linalg.eigh(a, triangle)) if vectors else (np.linalg.eigvalsh(a, triangle),)
    except np.linalg.LinAlgError:
        nothing = np.full(a.shape, np.nan, a.dtype)
        return (nothing[0], nothing, told(1)) if vectors else (nothing[0], told(1))
    return (*found, told(0))


@lapack("gesdd", MATRIX, VECTOR, MATRIX, INTEGERS, attributes=("full",))
def gesdd(a: Any, *, full: bool) -> tuple[Any, ...]:
    """A = U diag(s) Vᵀ, with all columns of U and rows of Vᵀ or as many as there are singular values: U, s, Vᵀ."""
    try:
        u, s, vt = np.linalg.svd(a, full_matrices=full)
    except np.linalg.LinAlgError:
        (m, n), k = a.shape, min(a.shape)
        u, s, vt = (np.full(shape, np.nan, a.dtype) for shape in ((m, m if full else k), (k,), (n if full else k, n)))
        return u, s, vt, told(1)
    return u, s, vt, told(0)


@lapack("gesdd_values", VECTOR, INTEGERS)
def gesdd_values(a: Any) -> tuple[Any, ...]:
    """The singular values alone, in falling order."""
    try:
        return np.linalg.svd(a, compute_uv=False), told(0)
    except np.linalg.LinAlgError:
        return np.full(min(a.shape), np.nan, a.dtype), told(1)


@lapack("geev", VECTOR, VECTOR, VECTORS_ONLY, INTEGERS, attributes=("vectors",))
def geev(a: Any, *, vectors: bool) -> tuple[Any, ...]:
    """The real and the imaginary parts of the eigenvalues of any matrix, and its eigenvectors, for where they are real."""
    if a.size == 0:
        empty = np.zeros(0, a.dtype)
        return (empty, empty, a, told(0)) if vectors else (empty, empty, told(0))
    re, im, _, v, info = wrapper("geev", a)(a, compute_vl=0, compute_vr=int(vectors))
    return (re, im, v, told(info)) if vectors else (re, im, told(info))


# Orthogonal factors ---------------------------------------------------------------------------------------------------


@lapack("geqrf", MATRIX, VECTOR)
def geqrf(a: Any) -> tuple[Any, ...]:
    """A = Q R: R, and below its diagonal the reflections that Q is made of; and their factors."""
    h, tau = np.linalg.qr(a, mode="raw")
    return h.T, tau


@lapack("orgqr", MATRIX)
def orgqr(h: Any, tau: Any) -> tuple[Any, ...]:
    """The Q that `geqrf` found of a matrix with at least as many rows as columns: as many columns."""
    if h.size == 0:
        return (h,)
    return (wrapper("orgqr", h)(h, tau)[0],)
