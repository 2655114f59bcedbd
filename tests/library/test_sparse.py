"""Sparse matrices are SciPy's: captured, passed and made inside; products, sums, solutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
import scipy.sparse.linalg as sl

import everypath as ep

from .originals import agrees, same

D = np.array([[4.0, 0.0, 1.0], [0.5, 3.0, 0.0], [0.0, -1.0, 2.0]])
V, X = np.array([1.0, 2.0, -1.0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
A, B, C = sp.csr_matrix(D), sp.csr_array(D), sp.csc_matrix(D)
DATA, PLACES = np.array([1.0, 2.0, 3.0, 4.0]), ([0, 1, 2, 0], [0, 1, 2, 2])

CALLS: list[tuple[Callable[..., Any], Any]] = [
    (lambda x: A @ x, X),
    (lambda v: A.T.dot(v) + A * v + v @ A, V),
    (lambda x: x.T @ A, X),
    (lambda s: (s * A / 3.0).toarray(), 2.0),
    (lambda s: (B * s).sum(axis=0) + (B * s).sum() + (B * s).diagonal(), 2.0),
    (lambda s: (A * s + A.T - sp.eye(3) * s) @ V, 2.0),
    (lambda s: ((A * s) @ A) @ V + A.data[0] * s * A.shape[0] + s * A.nnz, 2.0),
    (lambda d: sp.csr_matrix((d, PLACES), shape=(3, 3)) @ V, DATA),
    (lambda d: sp.csr_matrix(d) @ V + sp.csc_array(d.T).sum(axis=0) ** 2, np.diag([1.0, 0.0, 2.0])),
    (lambda d: sp.csc_matrix((d, [0, 1, 1, 2], [0, 1, 2, 4]), shape=(3, 3)) @ V, DATA),
    (lambda d: sp.diags([d, -d[:-1]], [0, 1]).toarray(), V),
    (lambda s: sp.diags([s, 1.0, s], [-1, 0, 1], shape=(3, 3)) @ V, 2.0),
    (lambda s: sp.kron(A * s, sp.eye(2)).toarray(), 2.0),
    (lambda x: (B * x).toarray(), D),
    (lambda s: sp.vstack([sp.hstack([A * s, A]), sp.block_diag([A, A * s])]).toarray(), 2.0),
]


@pytest.mark.parametrize("k", range(len(CALLS)))
def test_products_and_sums(k: int) -> None:
    agrees(*CALLS[k], order=int(k in (0, 1, 7, 8)))


@pytest.mark.parametrize("kind", [sp.csr_matrix, sp.csc_matrix, sp.coo_matrix, sp.dia_matrix, sp.csr_array, sp.csc_array])
def test_every_format_from_outside(kind: Any) -> None:
    f = ep.compile(lambda a, v: a @ v)
    same(f(kind(D), V), D @ V, 1e-15)
    same(f(kind(D.T), V), D.T @ V, 1e-15)


def test_solutions() -> None:
    agrees(lambda d, v: sl.spsolve(sp.csc_matrix((d, PLACES), shape=(3, 3)), v), DATA, V, order=1)
    agrees(lambda v: sl.splu(C).solve(v) + sl.splu(C).solve(v, "T") + sl.spsolve(C, v), V, order=0)
    f = lambda v: sl.cg(sp.csr_matrix(D @ D.T), v)[0]  # noqa: E731
    same(ep.compile(f)(V), f(V), 1e-12)
    assert ep.jacobian(f)(V) == pytest.approx(np.linalg.inv(D @ D.T), rel=1e-9)


def test_methods_that_are_not_there_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="'power' of a csr_matrix is not supported"):
        ep.compile(lambda d: sp.csr_matrix((d, PLACES), shape=(3, 3)).power(2).sum())(DATA)


def test_items_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="items of a sparse matrix"):
        ep.compile(lambda v: A[0, 0] * v)(V)
