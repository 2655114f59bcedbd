"""Sparse Jacobians and Hessians are the dense ones, entry for entry, and their patterns hold where the program goes another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse

import everypath as ep
from everypath.calls.colouring import of_columns, of_symmetric
from everypath.calls.patterns import Pattern
from everypath.calls.sparsity import found


def mixed(x, codes, first, second, target):
    """A random program over 1,000s of structures: what it does, and to what, is data."""
    y = np.zeros(len(x))
    y[:] = x
    for k in range(len(codes)):
        a, b, t = first[k], second[k], target[k]
        if codes[k] == 0:
            y[t] += y[a] * x[b]
        elif codes[k] == 1:
            y[t] = np.sin(y[a])
        elif codes[k] == 2:
            if y[a] > x[b]:
                y[t] = x[a] * x[a]
            else:
                y[t] -= y[b]
        elif codes[k] == 3:
            y[t] = 1.5
        elif codes[k] == 4:
            y[t] = max(y[a], x[b])
        else:
            y[t] = np.where(x[a] > 0.0, y[b], y[t])
    return y


def total(x, codes, first, second, target):
    return np.sum(np.cos(mixed(x, codes, first, second, target)))


SLOW = "interpreter"
"""It runs the same programs, and LLVM takes longer than they do."""


def test_random_programs_have_the_jacobian_that_is_dense():
    rng = np.random.default_rng(3)
    modes = [ep.jacobian(mixed, sparse=True, mode=mode, backend=SLOW) for mode in ("forward", "reverse", "auto")]
    dense = ep.jacobian(mixed, backend=SLOW)
    for n in (1, 3, 10, 20):
        for _ in range(6):
            args = (rng.normal(size=n), *random_program(rng, n))
            expected = dense(*args)
            for sparse in modes:
                found = sparse(*args)
                assert isinstance(found, scipy.sparse.csr_array)
                np.testing.assert_allclose(found.toarray(), expected, rtol=1e-13, atol=1e-13)


def test_random_programs_have_the_hessian_that_is_dense():
    rng = np.random.default_rng(4)
    sparse, dense = ep.hessian(total, sparse=True, backend=SLOW), ep.hessian(total, backend=SLOW)
    for n in (1, 3, 8, 14):
        for _ in range(4):
            args = (rng.normal(size=n), *random_program(rng, n))
            found = sparse(*args).toarray()
            assert np.array_equal(found, found.T)
            np.testing.assert_allclose(found, dense(*args), rtol=1e-12, atol=1e-12)


def random_program(rng: np.random.Generator, n: int) -> tuple[Any, ...]:
    length = int(rng.integers(0, 2 * n + 2))
    return (rng.integers(0, 6, length), *(rng.integers(0, n, length) for _ in range(3)))


D = np.diag(np.full(6, 2.0)) - np.diag(np.ones(5), 1)


def columns_and_rows(x):
    a = x.reshape(2, 3)
    return np.concatenate([a.sum(axis=0), a.T[1], np.cumsum(a, axis=1).ravel(), np.linalg.norm(a, axis=1)])


def ordered(x):
    return np.concatenate([np.sort(x), [np.max(x), x[np.argmin(x)]]])


def scattered(x):
    y = np.zeros((3, 2))
    np.add.at(y, np.array([0, 2, 0]), x.reshape(3, 2))
    y[np.array([1, 1])] += x[:2]
    return y * y[::-1]


def until(x):
    y, k = x * 1.0, 0
    while y[k % 6] > 0.0 and k < 6:
        y[k] *= x[(k + 1) % 6]
        k += 1
    return y


def solved(x):
    return np.linalg.solve(np.diag(x[:3]), x[3:])


def nested(x):
    rows = [x[k] * x[k + 1] for k in range(5)]
    return {"rows": np.array(rows), "one": x[2] ** 2, "pair": (D @ x, x @ D)}


def recursive(x):
    def tree(lo, hi):
        return x[lo] * x[lo] if hi - lo == 1 else tree(lo, (lo + hi) // 2) * tree((lo + hi) // 2, hi)

    return np.array([tree(0, 3), tree(3, 6), tree(2, 4)])


def inner_gradient(x):
    return ep.grad(lambda z: np.sum(z[1:] ** 2 * z[:-1]))(x)


@ep.rule
def cube(x):
    return x**3


@cube.tangent
def _(out, x, x_dot):
    return 3.0 * x**2 * x_dot


def by_a_rule(x):
    return cube(x[1:]) * x[:-1]


FUNCTIONS = [columns_and_rows, ordered, scattered, until, solved, nested, recursive, inner_gradient, by_a_rule]
POINTS = [np.array([0.3, 1.2, -0.7, 2.0, 0.9, 1.1]), np.array([1.0, 0.5, 0.5, 2.0, 2.0, -1.0]), np.full(6, 0.5)]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_the_entries_are_those_of_the_dense_jacobian(f):
    backend = "native" if f in (scattered, until, nested) else SLOW
    sparse, dense = ep.jacobian(f, sparse=True, backend=backend), ep.jacobian(f, backend=backend)
    for x in POINTS:
        agree(sparse(x), dense(x), 6)


def agree(sparse: Any, dense: Any, width: int) -> None:
    if isinstance(dense, dict):
        for key in dense:
            agree(sparse[key], dense[key], width)
    elif isinstance(dense, tuple):
        for a, b in zip(sparse, dense, strict=True):
            agree(a, b, width)
    else:
        np.testing.assert_allclose(sparse.toarray(), np.reshape(dense, (-1, width)), rtol=1e-13, atol=1e-13)


def test_only_what_may_differ_from_zero_is_an_entry():
    def f(x):
        return D @ x[:6] + x[6:] ** 2

    found = ep.jacobian(f, sparse=True)(np.ones(12))
    assert found.nnz == np.count_nonzero(D) + 6


def test_a_tridiagonal_hessian_takes_as_many_sweeps_at_any_size():
    def rosenbrock(x):
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    h = ep.hessian(rosenbrock, sparse=True)
    for n in (10, 1000):
        found = h(np.linspace(0.0, 1.0, n))
        assert found.nnz == 3 * n - 2
        (finish,) = h.prepared.values()
        assert finish.__self__.latest[1].number == 3
    np.testing.assert_allclose(h(np.ones(5)).toarray(), ep.hessian(rosenbrock)(np.ones(5)))


def test_an_arrow_has_two_colours_and_random_patterns_are_coloured_well():
    n = 200
    hub = np.concatenate([np.arange(n), np.zeros(n, int), np.arange(n)]), np.concatenate([np.arange(n), np.arange(n), np.zeros(n, int)])
    assert len(set(of_symmetric(Pattern.of_pairs(*hub, n, n)))) == 2
    rng = np.random.default_rng(0)
    for _ in range(5):
        rows, columns = rng.integers(0, 30, 60), rng.integers(0, 30, 60)
        a = np.zeros((30, 30), bool)
        a[rows, columns] = True
        colours = of_columns(Pattern.of_pairs(rows, columns, 30, 30))
        assert all(len(set(colours[row])) == row.sum() for row in a)
        pattern = found(lambda words, a=a: np.bitwise_or.reduce(np.where(a, words, 0), axis=1), 30, 30)
        assert np.array_equal(pattern.rows * 30 + pattern.columns, np.flatnonzero(a))


def test_blocks_stand_in_the_containers_of_results_and_arguments():
    def f(p, z):
        return {"a": p["u"] * z, "b": (p["v"] ** 2, 3)}

    p = {"u": np.ones(3), "v": 2.0}
    found = ep.jacobian(f, ("p", "z"), sparse=True)(p, np.arange(3.0))
    assert found["b"][1] is None and found["b"][0][0]["v"].toarray() == 4.0
    assert found["a"][0]["u"].shape == (3, 3) and found["a"][1].shape == (3, 3) and found["a"][0]["v"].nnz == 0
    blocks = ep.hessian(lambda x, y: np.sum(x**2) * y, (0, 1), sparse=True)(np.ones(3), 2.0)
    np.testing.assert_allclose(blocks[0][1].toarray(), np.full((3, 1), 2.0))


def test_single_precision_and_lists_and_no_elements():
    found = ep.jacobian(lambda x: x * x, sparse=True)(np.ones(3, np.float32))
    assert found.dtype == np.float32
    assert ep.jacobian(lambda x: [x[0] * x[1], x[1]], sparse=True)([1.0, 2.0])[0][0].toarray() == 2.0
    assert ep.jacobian(lambda x: x * x, sparse=True)(np.ones(0)).shape == (0, 0)
    assert ep.jacobian(lambda x: np.sin(x), sparse=True)(0.0).toarray() == 1.0


def test_products_with_a_matrix_of_directions():
    def f(p, z):
        return {"a": p["u"] * z, "b": p["u"][0] * z[1]}

    rng = np.random.default_rng(0)
    p, z = {"u": rng.normal(size=3)}, rng.normal(size=3)
    seeds = {"u": rng.normal(size=(3, 5))}, rng.normal(size=(3, 5))
    found, dense = ep.jacobian(f, (0, 1), seeds=seeds)(p, z), ep.jacobian(f, (0, 1))(p, z)
    for key in found:
        by_p, by_z = dense[key]
        np.testing.assert_allclose(found[key], by_p["u"] @ seeds[0]["u"] + by_z @ seeds[1])
    with pytest.raises(ep.InvalidArgument, match="shape"):
        ep.jacobian(f, (0, 1), seeds=({"u": np.ones((2, 5))}, np.ones((3, 5))))(p, z)
    with pytest.raises(ep.InvalidArgument, match="vjp"):
        ep.jacobian(f, seeds=seeds, mode="reverse")


def test_check_grads_looks_at_the_sparse_jacobian(monkeypatch):
    def f(p):
        return {"a": p["u"][1:] * p["u"][0], "b": p["v"] ** 2}

    p = {"u": np.arange(1.0, 4.0), "v": 2.0}
    ep.check_grads(f, (p,), sparse=True)
    monkeypatch.setattr("everypath.calls.sparse.Pattern.rows", property(lambda self: np.zeros(len(self.columns), int)))
    with pytest.raises(AssertionError, match="sparse Jacobian"):
        ep.check_grads(f, (p,), sparse=True)


def test_optimisers_take_them_as_they_stand():
    def residuals(x):
        return np.concatenate([10.0 * (x[1:] - x[:-1] ** 2), 1.0 - x])

    def total(x):
        return np.sum(residuals(x) ** 2)

    fit = scipy.optimize.least_squares(residuals, np.full(20, 0.5), jac=ep.jacobian(residuals, sparse=True), tr_solver="lsmr")
    np.testing.assert_allclose(fit.x, 1.0, atol=1e-6)
    for method in ("trust-constr", "Newton-CG"):
        found = scipy.optimize.minimize(
            total, np.full(6, 0.8), jac=ep.grad(total), hess=ep.hessian(total, sparse=True), method=method, options={"maxiter": 60}
        )
        np.testing.assert_allclose(found.x, 1.0, atol=1e-4)


def test_what_is_not_there_says_what_to_do():
    with pytest.raises(ep.NotDifferentiable, match="leave sparse out"):
        ep.jacobian(lambda z: z * z, sparse=True)(np.ones(2) * 1j)
    with pytest.raises(ep.NotSupported, match="leave seeds out"):
        inner = ep.jacobian(lambda y: y * y, seeds=np.ones((2, 1)))
        ep.grad(lambda x: inner(x).sum())(np.ones(2))
    with pytest.raises(ep.NotSupported, match="outside"):
        ep.grad(lambda x: ep.jacobian(lambda y: y * y, sparse=True)(x).sum())(np.ones(2))


def test_the_pattern_is_found_anew_where_what_it_hangs_on_changes():
    def chosen(x, k, sign):
        return x[k] * (x[0] if np.signbit(sign) else x[1])

    j, x, k = ep.jacobian(chosen, sparse=True), np.arange(1.0, 5.0), np.array([2, 3])
    for sign in (1.0, 0.0, -0.0):
        for _ in range(2):
            np.testing.assert_allclose(j(x, k, np.array(sign)).toarray(), ep.jacobian(chosen)(x, k, np.array(sign)))
            k[:] = k[::-1].copy()
