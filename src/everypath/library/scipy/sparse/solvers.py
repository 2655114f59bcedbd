"""Systems of linear equations with a sparse matrix: SciPy solves them, and their derivatives with the same matrix or its transpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg

from ....rules import rule
from ...implicit import modelled
from ...intrinsics import by_cpython, known, refuse
from ...registry import stands_for
from .matrices import SparseMatrix, is_sparse


@rule(host=True, returns=lambda values, rows, columns, b: b)
def solution(values: Any, rows: Any, columns: Any, b: Any) -> Any:
    """A⁻¹ b."""
    n = len(b)
    return scipy.sparse.linalg.spsolve(scipy.sparse.csc_matrix((values, (rows, columns)), shape=(n, n)), b)


@solution.tangent
def _(out: Any, values: Any, rows: Any, columns: Any, b: Any, values_dot: Any, b_dot: Any) -> Any:
    moved = SparseMatrix((values_dot, (rows, columns)), (b.shape[0], b.shape[0])) @ out
    return solution(values, rows, columns, b_dot - moved)


@solution.adjoint
def _(out: Any, values: Any, rows: Any, columns: Any, b: Any, out_bar: Any) -> Any:
    b_bar = solution(values, columns, rows, out_bar)
    shares = b_bar[rows] * out[columns]
    return -(shares if b.ndim == 1 else np.sum(shares, axis=1)), None, None, b_bar


def solved(A: Any, b: Any) -> Any:
    """A⁻¹ b for a vector or several."""
    A = A if is_sparse(A) else SparseMatrix(A)
    values, rows, columns = A.triples()
    return solution(values * 1.0, rows, columns, np.asarray(b) * 1.0)


@stands_for(scipy.sparse.linalg.spsolve)
def spsolve(A: Any, b: Any, permc_spec: Any = None, use_umfpack: bool = True) -> Any:
    if is_sparse(b):
        refuse("a sparse right-hand side of spsolve is not supported", "pass b.toarray()")
    b = np.asarray(b)
    if b.ndim == 2 and b.shape[1] == 1:
        return solved(A, b[:, 0])
    return solved(A, b)


class SuperLU:
    """A matrix that is solved with again and again."""

    def __init__(self, A: Any) -> None:
        self.A = A

    def solve(self, b: Any, trans: str = "N") -> Any:
        """A⁻¹ b, or that of the transpose."""
        return solved(self.A if trans == "N" else self.A.T, b)

    def __getattr__(self, name: str) -> Any:
        if name in ("L", "U", "perm_r", "perm_c", "shape", "nnz"):
            refuse(f"'{name}' of a sparse factorisation is not supported", "factorise the dense matrix: scipy.linalg.lu(A.toarray())")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


@stands_for(scipy.sparse.linalg.splu)
def splu(A: Any) -> Any:
    return SuperLU(A)


@stands_for(scipy.sparse.linalg.factorized)
def factorized(A: Any) -> Callable[[Any], Any]:
    return lambda b: solved(A, b)


def iterated(method: Any, values: Any, rows: Any, columns: Any, b: Any, x0: Any, options: Any) -> tuple[Any, int]:
    """What an iterative solver finds. (CPython runs this.)"""
    x, info = method(scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(b), len(b))), b, x0=x0, **options)
    return x, int(info)


def by_iteration(method: Any, A: Any, b: Any, x0: Any, options: Any) -> Any:
    """The solution that an iterative solver finds, with the derivative of the exact one."""
    if not is_sparse(A) and not isinstance(A, np.ndarray):
        refuse("an iterative solver takes a matrix here, and no operator", "pass a matrix, or say @everypath.implicit")
    if "M" in options or "callback" in options:
        refuse("a preconditioner or a callback of an iterative solver is not supported", "leave it out")
    A = A if is_sparse(A) else SparseMatrix(A)
    values, rows, columns = A.triples()
    x, info = by_cpython(iterated, method, values, rows, columns, b, x0, options)
    return modelled(x, lambda: solved(A, b)), info


def iterating(solver: Any) -> Any:
    """The text of one of SciPy's solvers."""

    def solve(A: Any, b: Any, x0: Any = None, **options: Any) -> Any:
        return by_iteration(solver, A, b, x0, options)

    return solve


for _name in "cg gmres bicgstab bicg cgs qmr minres lgmres gcrotmk tfqmr".split():
    stands_for(getattr(scipy.sparse.linalg, _name))(iterating(getattr(scipy.sparse.linalg, _name)))


# Of other kinds -------------------------------------------------------------------------------------------------------


def square(A: Any) -> Any:
    A = A if is_sparse(A) else SparseMatrix(A)
    if A.shape[0] != A.shape[1]:
        raise ValueError("matrix must be square")
    return A


@stands_for(scipy.sparse.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None) -> Any:
    return np.linalg.norm(x.toarray() if is_sparse(x) else x, known(ord, "the order of the norm"), axis)


@stands_for(scipy.sparse.linalg.inv)
def inv(A: Any) -> Any:
    """The inverse, all of whose entries are kept."""
    A = square(A)
    n = A.shape[0]
    values = solved(A, np.eye(n)).ravel()
    return A.like(values, np.repeat(np.arange(n), n), np.tile(np.arange(n), n), A.shape)


@stands_for(scipy.sparse.linalg.expm)
def expm(A: Any) -> Any:
    """The exponential, all of whose entries are kept."""
    if not is_sparse(A):
        return scipy.linalg.expm(A)
    A = square(A)
    n = A.shape[0]
    values = scipy.linalg.expm(A.toarray()).ravel()
    return A.like(values, np.repeat(np.arange(n), n), np.tile(np.arange(n), n), A.shape, "csc" if A.form == "csc" else "csr", "any")


@stands_for(scipy.sparse.linalg.spsolve_triangular)
def spsolve_triangular(
    A: Any, b: Any, lower: bool = True, overwrite_A: bool = False, overwrite_b: bool = False, unit_diagonal: bool = False
) -> Any:
    """The solution of a triangular system."""
    return scipy.linalg.solve_triangular(square(A).toarray(), b, lower=lower, unit_diagonal=unit_diagonal)


def least(method: Any, values: Any, rows: Any, columns: Any, shape: Any, b: Any, damp: Any, options: Any) -> Any:
    """What an iterative solver of least squares finds. (CPython runs this.)"""
    return tuple(method(scipy.sparse.csr_matrix((values, (rows, columns)), shape=shape), b, damp, **options))


def least_squares(method: Any, A: Any, b: Any, damp: Any, options: Any) -> Any:
    """The solution that is found, with the derivative of the exact one; the lengths of its residual, with those of the damped equations
    and alone, and its own; and the report, whose estimates are data."""
    if not is_sparse(A) and not isinstance(A, np.ndarray):
        refuse("a solver of least squares takes a matrix here, and no operator", "pass a matrix, or say @everypath.implicit")
    A, b = A if is_sparse(A) else SparseMatrix(A), np.asarray(b) * 1.0
    values, rows, columns = A.triples()
    report = by_cpython(least, method, values, rows, columns, A.shape, b, damp, options)
    x = modelled(report[0], lambda: damped(A.toarray() * 1.0, b, damp))
    lengths = np.linalg.norm(b - A @ x), np.linalg.norm(x)
    return x, lengths[0], np.sqrt(lengths[0] ** 2 + (damp * lengths[1]) ** 2), lengths[1], report


def damped(A: Any, b: Any, damp: Any) -> Any:
    """The x with the least |Ax - b|² + damp²|x|²."""
    n = A.shape[1]
    below = np.concatenate((A, damp * np.eye(n)))
    return np.linalg.lstsq(below, np.concatenate((np.asarray(b) * 1.0, np.zeros(n))))[0]


@stands_for(scipy.sparse.linalg.lsqr)
def lsqr(A: Any, b: Any, damp: Any = 0.0, **options: Any) -> Any:
    x, apart, damped_too, size, report = least_squares(scipy.sparse.linalg.lsqr, A, b, damp, options)
    first, second = modelled(report[3], lambda: apart), modelled(report[4], lambda: damped_too)
    return x, report[1], report[2], first, second, *report[5:8], modelled(report[8], lambda: size), report[9]


@stands_for(scipy.sparse.linalg.lsmr)
def lsmr(A: Any, b: Any, damp: Any = 0.0, **options: Any) -> Any:
    x, _, damped_too, size, report = least_squares(scipy.sparse.linalg.lsmr, A, b, damp, options)
    return x, report[1], report[2], modelled(report[3], lambda: damped_too), *report[4:7], modelled(report[7], lambda: size)


def moved(values: Any, rows: Any, columns: Any, shape: Any, B: Any) -> Any:
    """exp(A) B. (CPython runs this.)"""
    return scipy.sparse.linalg.expm_multiply(scipy.sparse.csr_matrix((values, (rows, columns)), shape=shape), B)


@stands_for(scipy.sparse.linalg.expm_multiply)
def expm_multiply(A: Any, B: Any, start: Any = None, stop: Any = None, num: Any = None, endpoint: Any = None, traceA: Any = None) -> Any:
    """exp(A) B."""
    if start is not None or stop is not None or num is not None:
        refuse("expm_multiply at several times is not supported", "call it for each: expm_multiply(t * A, B)")
    A, B = square(A), np.asarray(B) * 1.0
    return modelled(by_cpython(moved, *A.triples(), A.shape, B), lambda: scipy.linalg.expm(A.toarray() * 1.0) @ B)
