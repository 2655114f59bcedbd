"""Sparse matrices are SciPy's: captured, passed and made inside; products, sums, solutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
import scipy.sparse.linalg as sl

import everypath as ep
from everypath.errors import NotSupported

from .originals import agrees, agrees_backwards, number_of, same

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


def twice(d: Any, kind: Any = sp.csr_array) -> Any:
    """One place is given two values, which count as one."""
    return kind((d, ([0, 1, 1, 2], [0, 2, 2, 1])), shape=(3, 3))


ENTRIES: list[tuple[Callable[..., Any], Any]] = [
    (lambda d: (twice(d).power(2).toarray(), (twice(d, sp.coo_array) ** 3).toarray(), (twice(d, sp.csc_matrix) ** 2).toarray()), DATA),
    (lambda d: (twice(d).multiply(B).toarray(), (twice(d) * twice(d)).toarray(), (twice(d) / (D + 7.0)).toarray()), DATA),
    (lambda d: (twice(d).sqrt().toarray(), abs(twice(-d)).tanh().toarray(), twice(d).log1p().toarray()), DATA),
    (lambda d: (twice(d).max(), twice(-d).max(), twice(d).min(), twice(d).mean(axis=0)), DATA),
    (lambda d: (twice(d)[1, 2], twice(d)[-1, 1], twice(d)[1:].toarray(), twice(d)[:, [2, 0]].toarray(), B[[0, 2]] @ d[:3]), DATA),
    (lambda d: (twice(d, sp.csr_matrix)[1].toarray(), twice(d, sp.csr_matrix).getcol(2).toarray(), twice(d)[1:2, ::-1].toarray()), DATA),
    (lambda d: (twice(d).reshape((1, 9)).toarray(), twice(d).reshape(-1, 3).toarray()), DATA),
    (lambda d: (sp.tril(twice(d)).toarray(), sp.triu(twice(d), 1).toarray(), sp.kronsum(twice(d, sp.csr_matrix), A).toarray()), DATA),
    (lambda d: (sp.bmat([[A, None], [None, twice(d)]]).toarray(), sp.block_array([[twice(d), B]]).toarray()), DATA),
    (lambda d: (sp.diags_array([d, d[1:]], offsets=[0, -1]).toarray(), sp.spdiags(np.stack([d, d * d]), [0, 1], 4, 4).toarray()), DATA),
    (lambda d: twice(d).astype(np.float32).toarray(), DATA),
]
BEYOND: list[Callable[..., Any]] = [lambda d: twice(d)[5, 0], lambda d: twice(d).power(d)]


@pytest.mark.parametrize("k", range(len(ENTRIES)))
def test_entries(k: int) -> None:
    f, d = ENTRIES[k]
    same(ep.compile(f, backend="interpreter")(d), f(d), 1e-12)
    if k < 10:
        ep.check_grads(lambda d: number_of(f(d)), (d,), order=1, directions=1, backend="interpreter")


@pytest.mark.parametrize("f", BEYOND)
def test_entries_that_are_none(f: Callable[..., Any]) -> None:
    agrees(f, DATA, order=0)


def test_comparisons_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="comparing a sparse matrix"):
        ep.compile(lambda d: (twice(d) > 1.0).toarray())(DATA)


@pytest.mark.parametrize("k", range(len(CALLS)))
def test_products_and_sums(k: int) -> None:
    agrees(*CALLS[k], order=int(k in (0, 1, 7, 8)))


@pytest.mark.parametrize("kind", [sp.csr_matrix, sp.csc_matrix, sp.coo_matrix, sp.dia_matrix, sp.csr_array, sp.csc_array])
def test_every_format_from_outside(kind: Any) -> None:
    f = ep.compile(lambda a, v: a @ v)
    same(f(kind(D), V), D @ V, 1e-15)
    same(f(kind(D.T), V), D.T @ V, 1e-15)


def filled(d: Any) -> Any:
    """Entries are written one by one, and a copy in another format does not see what is written later."""
    a = sp.lil_matrix((4, 4))
    a.setdiag(-2.0 * d)
    for i in range(3):
        a[i, i + 1] = d[i]
    a[3, 0] += d[0] * d[1]
    b = a.tocsr()
    a[0] = 1.0
    return b @ d, a.toarray(), a[3, 0], sl.spsolve(b, d)


def keyed(d: Any) -> Any:
    a = sp.dok_array((2, 2), dtype=np.int64)
    a[1, 0] = 3
    return a.toarray(), a * np.ones((2, 2)) @ d[:2]


def test_filled() -> None:
    agrees(filled, DATA, order=1)
    agrees(keyed, DATA, order=0)


def test_put_together() -> None:
    """What is made of sparse arrays is one, and of integers holds integers."""
    agrees(
        lambda d: (
            (sp.hstack([B * d, B]) * np.ones((3, 6))).toarray(),
            sp.block_diag((sp.coo_array([[1, 2]]), sp.coo_array([[5]]))).toarray(),
            sp.csr_array([[1, 2], [3, 4]], dtype="int32").toarray(),
            sp.diags([1, 2], dtype=np.float32).toarray(),
            sp.bmat([[sp.identity(2, dtype=int), None], [None, sp.identity(1, dtype=int)]]).toarray(),
        ),
        2.0,
        order=0,
    )


def test_other_solvers() -> None:
    agrees(lambda d: sl.inv(C * d[1]).toarray() @ V, DATA, order=0)
    agrees_backwards(lambda v: sl.lsqr(A, v)[0], V)
    agrees(
        lambda v: (sl.lsqr(A, v, damp=0.3)[:5], sl.lsmr(A, v)[3], sl.expm_multiply(A, v), sl.spsolve_triangular(sp.tril(A), v)), V, order=0
    )


def test_some_eigenvalues() -> None:
    start = np.ones(3)
    agrees_backwards(lambda d: sl.eigsh(sp.csr_array(d + d.T), k=1, v0=start), D + 1.0)
    agrees(lambda d: (sl.svds(d, k=1, v0=start)[1], sl.eigsh(d @ d.T, k=1, v0=start, return_eigenvectors=False)), D, order=0)


def test_solutions() -> None:
    agrees(lambda d, v: sl.spsolve(sp.csc_matrix((d, PLACES), shape=(3, 3)), v), DATA, V, order=1)
    agrees(lambda v: sl.splu(C).solve(v) + sl.splu(C).solve(v, "T") + sl.spsolve(C, v), V, order=0)
    f = lambda v: sl.cg(sp.csr_matrix(D @ D.T), v)[0]  # noqa: E731
    same(ep.compile(f)(V), f(V), 1e-12)
    assert ep.jacobian(f)(V) == pytest.approx(np.linalg.inv(D @ D.T), rel=1e-9)
    agrees(lambda d, v: (sl.minres(d @ d.T, v, rtol=1e-13)[0], sl.norm(sp.csr_array(d)), sl.norm(sp.csr_array(d), np.inf)), D, V, order=1)


def test_methods_that_are_not_there_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="'setdiag' of a csr_matrix is not supported"):
        ep.compile(lambda d: sp.csr_matrix((d, PLACES), shape=(3, 3)).setdiag(d))(DATA)


def test_what_would_be_a_numpy_matrix_is_refused() -> None:
    for f in (lambda d: sp.csr_matrix(d) - d, lambda d: d + sp.csr_matrix(d)):
        with pytest.raises(ep.NotSupported, match=r"make a numpy\.matrix"):
            ep.compile(f)(D)


def test_entries_one_by_one_are_refused() -> None:
    with pytest.raises(ep.NotSupported, match="entries of a sparse matrix at rows and columns one by one"):
        ep.compile(lambda d: sp.csr_matrix((d, PLACES), shape=(3, 3))[[0, 1], [1, 2]])(DATA)


LEAVING: list[Callable[..., Any]] = [
    lambda d: sp.csr_matrix(d),
    lambda d: (sp.csc_array(d) * 2.0).T,
    lambda d: sp.csc_matrix(d) @ sp.csr_matrix(d),
    lambda d: sp.dia_array(d) + sp.coo_array(d),
    lambda d: sp.lil_matrix(d),
    lambda d: sp.diags_array([d[0], d[1, :2]], offsets=[0, 1]),
    lambda d: sp.kron(sp.csr_array(d), np.eye(2), format="csc"),
    lambda d: sp.hstack([sp.csr_matrix(d), sp.csr_matrix(d)]),
    lambda d: sp.block_diag([d, d[:2]]),
    lambda d: sp.bsr_array(d) @ sp.bsr_array(d),
    lambda d: sp.csr_matrix((d[0], ([0.0, 1.0, 1.0], [1, 0, 0])), shape=(2, 2)),
]


@pytest.mark.parametrize("make", LEAVING)
def test_they_leave(make: Callable[..., Any]) -> None:
    def f(d: Any) -> Any:
        return {"made": make(d)}

    mine, theirs = ep.compile(f, backend="interpreter")(D)["made"], f(D)["made"]
    assert (type(mine), mine.shape, mine.dtype, mine.nnz) == (type(theirs), theirs.shape, theirs.dtype, theirs.nnz)
    np.testing.assert_array_equal(mine.toarray(), theirs.toarray())


def how_kept(a: Any) -> Any:
    return a.data, a.indices, a.indptr, a.format


def test_how_they_are_kept() -> None:
    def f(d: Any) -> Any:
        triples = sp.coo_matrix((d[0], ([0, 1, 1], [1, 0, 0])), shape=(2, 2))
        return (
            *(
                how_kept(sp.csr_matrix(d)),
                how_kept((sp.csc_array(d) * 3.0).T),
                how_kept(sp.csr_matrix(d).tocsc()),
                how_kept(triples.tocsr()),
            ),
            *(how_kept(sp.csr_matrix((d[0], [1, 0, 0], [0, 2, 3]), shape=(2, 2))), triples.data, triples.row, triples.col),
            *(sp.isspmatrix_csr(sp.csr_matrix(d)), sp.isspmatrix(sp.csr_array(d))),
        )

    same(ep.compile(f, backend="interpreter")(D), f(D), 0.0)
    agrees(lambda d: sp.csr_matrix(d).data, D + 1.5, order=1)
    with pytest.raises(NotSupported, match="is kept is not supported"):
        ep.compile(lambda d: (sp.csr_matrix(d) @ sp.csr_matrix(d)).data)(D)


def test_blocks_and_exponentials() -> None:
    blocks = np.arange(1.0, 13.0).reshape(3, 2, 2)
    given = sp.bsr_array((blocks, [0, 1, 1], [0, 2, 3]), shape=(4, 4))
    agrees(lambda b: sp.bsr_matrix((b, [0, 1, 1], [0, 2, 3])).toarray() + (given * b[0, 0, 0]).toarray(), blocks, order=1)
    agrees(lambda d: (sl.expm(sp.csc_array(d)) @ V, sl.expm(d)), D, order=1, tolerance=1e-11)
