"""Systems of linear equations with a sparse matrix: SciPy solves them, and their derivatives with the same matrix or its transpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

from ....rules import rule
from ...implicit import modelled
from ...intrinsics import by_cpython, refuse
from ...registry import stands_for
from .matrices import SparseMatrix, is_sparse


@rule(host=True)
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


@stands_for(scipy.sparse.linalg.cg)
def cg(A: Any, b: Any, x0: Any = None, **options: Any) -> Any:
    return by_iteration(scipy.sparse.linalg.cg, A, b, x0, options)


@stands_for(scipy.sparse.linalg.gmres)
def gmres(A: Any, b: Any, x0: Any = None, **options: Any) -> Any:
    return by_iteration(scipy.sparse.linalg.gmres, A, b, x0, options)


@stands_for(scipy.sparse.linalg.bicgstab)
def bicgstab(A: Any, b: Any, x0: Any = None, **options: Any) -> Any:
    return by_iteration(scipy.sparse.linalg.bicgstab, A, b, x0, options)
