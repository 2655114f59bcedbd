"""numpy.linalg: values, types and errors as NumPy's, derivatives as differences see them, and where there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy.linalg

import everypath as ep

from .originals import agrees, agrees_backwards

rng = np.random.default_rng(0)
A, T, B, V = rng.normal(size=(3, 3)) + 3.0 * np.eye(3), rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=3)
S, R = A @ A.T, np.array([[1.0, 0.2, 0.3], [0.1, 2.5, 0.2], [0.4, 0.1, 5.0]])
STACK = np.stack([A, A.T + 1.0])

SECOND: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda a: np.linalg.eigh(a)[1] ** 2, (S[:2, :2],)),
]
"""Both modes, to the second order."""

FIRST: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda a: np.linalg.solve(np.linalg.cholesky(a), B), (np.stack([S, S + 1.0]),)),
    (lambda a: (np.linalg.slogdet(a), np.linalg.det(a)), (STACK,)),
    (lambda a: np.linalg.eig(a).eigenvectors ** 2, (R,)),
    (lambda a: (lambda u, s, vt: (u[:, :3] ** 2, s, vt**2))(*np.linalg.svd(a)), (T,)),
    (lambda a: (np.linalg.qr(a.T)[1], np.linalg.pinv(a)), (T,)),
    (lambda a: np.linalg.pinv(a, rcond=0.5), (np.diag([2.0, 1.5, 0.3]) + 0.01 * A,)),
]

DATA: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda a, b: np.linalg.solve(a, b), (STACK, B)),
    (lambda a: np.linalg.solve(a, np.ones(2)), (A,)),
    (lambda a: np.linalg.solve(a, np.ones(3)), (np.ones((3, 3)),)),
    (lambda a: np.linalg.inv(a), (T,)),
    (lambda a: np.linalg.inv(a), (V,)),
    (lambda a: np.linalg.inv(a), (np.array([[1, 2], [3, 5]]),)),
    (lambda a: np.linalg.cholesky(a), (-S,)),
    (lambda a: (np.linalg.slogdet(a), np.linalg.det(a)), (np.ones((2, 2)),)),
    (lambda a: (np.linalg.matrix_rank(a), np.linalg.pinv(a)), (np.ones((3, 3)),)),
    (lambda a: (np.linalg.lstsq(a, np.ones(4), rcond=None), np.linalg.lstsq(a, np.ones(4), rcond=-1)), (T,)),
    (lambda a: np.linalg.svd(a), (np.zeros((0, 3)),)),
    (lambda a: np.linalg.norm(a, axis=5), (A,)),
    (lambda a: (np.linalg.eigh(a, "U"), np.linalg.eigvalsh(a), np.linalg.eigvals(a)), (R,)),
    (lambda a: np.linalg.eigh(a, "X"), (S,)),
    (lambda a: (np.linalg.svd(a, hermitian=True), np.linalg.svd(a, compute_uv=False)), (S,)),
    (lambda a: (np.linalg.qr(a, "r"), np.linalg.qr(a, "raw")), (S,)),
    (lambda a: np.linalg.qr(a, "what"), (S,)),
    (lambda a: (np.linalg.cond(a, 1), np.linalg.cond(a), np.linalg.norm(a, -np.inf), np.linalg.norm(a, 2)), (A,)),
    (lambda a: (np.linalg.matrix_power(a, -5), np.linalg.matrix_power(a, 6), np.linalg.matrix_power(a, 0)), (A,)),
    (lambda a, b: np.linalg.multi_dot([b, a, b]), (A, V)),
    (lambda a: (np.linalg.tensorinv(a, ind=1), np.linalg.tensorsolve(a, np.ones(4))), (np.eye(4).reshape(4, 2, 2) + 0.1,)),
]


@pytest.mark.parametrize(("f", "args"), SECOND)
def test_second_order(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, tolerance=1e-10)


@pytest.mark.parametrize(("f", "args"), FIRST)
def test_first_order(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees_backwards(f, *args)


@pytest.mark.parametrize(("f", "args"), DATA)
def test_data_and_errors(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=0)


def test_float32_stays_float32() -> None:
    agrees(lambda a: np.linalg.inv(a), A.astype(np.float32), order=0, tolerance=1e-5)


def test_norms_of_float16_stay_float16() -> None:
    half = (np.arange(12.0).reshape(3, 4) / 3.0 - 1.1).astype(np.float16)
    norms = lambda a: (np.linalg.norm(a), np.linalg.norm(a, 1, axis=0), np.linalg.norm(a, np.inf), np.linalg.norm(a[0], 3, keepdims=True))  # noqa: E731
    agrees(norms, half, order=0, tolerance=1e-3)
    agrees(lambda a: np.linalg.norm(a, 2), half, order=0)


def test_determinants_of_singular_matrices() -> None:
    a = np.arange(9.0).reshape(3, 3)
    cofactors = np.array([[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]])
    np.testing.assert_allclose(ep.grad(lambda a: np.linalg.det(a))(a), cofactors, atol=1e-12)
    entries = ep.hessian(lambda a: np.linalg.det(a))(np.zeros((2, 2)))
    np.testing.assert_allclose(entries[0, 0], [[0.0, 0.0], [0.0, 1.0]], atol=1e-15)
    np.testing.assert_allclose(entries[0, 1], [[0.0, 0.0], [-1.0, 0.0]], atol=1e-15)


def test_cofactors_of_a_stack_do_not_lose_digits_where_some_are_singular() -> None:
    near, nearer = (np.array([R[0], R[0] * (1.0 + gap), R[2]]) for gap in (1e-6, 1e-9))
    stack = np.stack([R, np.ones((3, 3)), R * 1e-120, near, nearer, R.T])
    found = ep.grad(lambda a: np.sum(np.linalg.det(a)))(stack)
    for a, one in zip(stack, found, strict=True):
        wanted = np.cross(a[[1, 2, 0]], a[[2, 0, 1]])
        np.testing.assert_allclose(one, wanted, rtol=1e-13, atol=1e-15 * np.abs(a).max() ** 2)


def test_small_triangles_are_found_by_loops_as_large_ones_by_lapack() -> None:
    factor = ep.compile(lambda a: np.linalg.cholesky(a))
    for n in (0, 1, 3, 6, 7):
        a = rng.normal(size=(4, n, n))
        a = a @ np.swapaxes(a, 1, 2) + np.eye(n)
        np.testing.assert_allclose(factor(a), np.linalg.cholesky(a), rtol=1e-12, atol=1e-14)
        if n:
            a[2, -1, -1] = np.nan
            np.testing.assert_array_equal(np.isnan(factor(a)), np.isnan(np.linalg.cholesky(a)))
            a[1, -1, -1] = -1.0
            with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
                factor(a)


@pytest.mark.parametrize("shapes", [((9, 3), (3, 4), (4, 5), (5, 1)), ((1, 3), (3, 4), (4, 5), (5, 9)), ((4, 3), (3, 5), (5,))])
def test_a_product_of_several_begins_at_the_end_that_takes_less(shapes: tuple[tuple[int, ...], ...]) -> None:
    given = tuple(rng.normal(size=shape) for shape in shapes)
    if len(given) == 3:
        agrees(lambda a, b, c: np.linalg.multi_dot([a, b, c]), *given, order=1)
    else:
        np.testing.assert_allclose(ep.compile(lambda *given: np.linalg.multi_dot(given))(*given), np.linalg.multi_dot(given), rtol=1e-12)


TRIANGULAR = [
    lambda a, b: scipy.linalg.solve_triangular(a, b),
    lambda a, b: scipy.linalg.solve_triangular(a, b, trans=1),
    lambda a, b: scipy.linalg.solve_triangular(a, b, lower=True, unit_diagonal=True),
    lambda a, b: scipy.linalg.solve_triangular(a, b, lower=True, trans=1),
]


@pytest.mark.parametrize("f", TRIANGULAR)
def test_small_triangular_systems(f: Callable[..., Any]) -> None:
    compiled = ep.compile(f)
    for n, columns in ((1, 1), (3, 2), (5, 9), (6, 4), (7, 3)):
        a, b = rng.normal(size=(n, n)) + 3.0 * np.eye(n), rng.normal(size=(n, columns))
        np.testing.assert_allclose(compiled(a, b), f(a, b), rtol=1e-11, atol=1e-12)


def leading(a: Any) -> Any:
    """Made of the eigenvector of the largest eigenvalue alone."""
    _w, v = np.linalg.eigh(a)
    return v[0, -1] * v[1, -1]


def logarithm(a: Any) -> Any:
    w, v = np.linalg.eigh(a)
    return np.sum(((v * np.log(w)) @ v.T)[0])


def test_equal_eigenvalues() -> None:
    turn = np.linalg.qr(A)[0]
    same = turn @ np.diag([1.0, 1.0, 2.0]) @ turn.T
    cubes, least = ep.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 3)), ep.grad(lambda a: np.linalg.eigvalsh(a)[0])
    by_vectors, by_one = ep.grad(logarithm), ep.grad(leading)
    for a in (np.eye(3), np.diag([2.0, 2.0, 3.0]), same):
        np.testing.assert_allclose(cubes(a), halves(3.0 * a @ a), atol=1e-12)
        assert np.isnan(least(a)).any()
        assert np.isnan(by_vectors(a)).any()
    np.testing.assert_allclose(cubes(np.ones((3, 3))), halves(9.0 * np.ones((3, 3))), atol=1e-12)
    np.testing.assert_allclose(by_one(same), by_one(same + 1e-3 * np.outer(turn[:, 0], turn[:, 0])), atol=1e-2)


def halves(slope: Any) -> Any:
    """The derivative with respect to the lower triangle, of which the upper one is the mirror."""
    return np.tril(slope) + np.tril(slope, -1)


def test_equal_singular_values() -> None:
    np.testing.assert_allclose(ep.grad(lambda a: np.sum(np.linalg.svd(a, compute_uv=False)))(np.eye(2)), np.eye(2), atol=1e-15)
    assert np.isnan(ep.grad(lambda a: np.linalg.norm(a, 2))(np.eye(2))).any()
    assert np.isnan(ep.grad(lambda a: np.linalg.norm(a, "nuc"))(np.ones((2, 2)))).any()


def test_an_ill_conditioned_system() -> None:
    n = 7
    a = np.array([[1.0 / (i + j + 1) for j in range(n)] for i in range(n)])
    with mpmath.workdps(40):
        exact = mpmath.lu_solve(mpmath.matrix(a.tolist()).T, mpmath.matrix([1.0] * n))
    by_right_hand_side = ep.grad(lambda a, b: np.sum(np.linalg.solve(a, b)), "b")(a, np.ones(n))
    np.testing.assert_allclose(by_right_hand_side, [float(x) for x in exact], rtol=np.linalg.cond(a) * 1e-16)


def test_a_large_factor_is_taken_back_by_blocks() -> None:
    n = 70
    a = np.cov(rng.normal(size=(n, 3 * n))) + np.eye(n)
    weights = rng.normal(size=(n, n))
    whole = ep.grad(lambda a: np.sum(np.linalg.cholesky(a) * weights))
    np.testing.assert_allclose(whole(a), ep.grad(lambda a: np.sum(np.linalg.cholesky(a) * weights))(np.stack([a]))[0], atol=1e-12)


def test_small_systems_and_large_ones() -> None:
    solve = ep.compile(lambda a, b: np.linalg.solve(a, b))
    for n in (1, 2, 6, 7):
        for dtype, tolerance in ((np.float64, 1e-9), (np.float32, 1e-2)):
            a, b = rng.normal(size=(4, n, n)).astype(dtype), rng.normal(size=(4, n, 2)).astype(dtype)
            np.testing.assert_allclose(solve(a, b), np.linalg.solve(a, b), rtol=tolerance, atol=tolerance)


def test_small_inverses_and_large_ones() -> None:
    """By loops, at once and by blocks, with exchanges of rows; where NumPy's are NaN, and only there, so are these."""
    inv = ep.compile(lambda a: np.linalg.inv(a))
    for n in (0, 1, 6, 7, 70, 130):
        for dtype, tolerance in ((np.float64, 1e-9), (np.float32, 1e-2)):
            a = (rng.normal(size=(2, n, n)) + 3.0 * np.sqrt(n) * np.eye(n)[::-1]).astype(dtype)
            np.testing.assert_allclose(inv(a), np.linalg.inv(a), rtol=tolerance, atol=tolerance)
    for place, value in (((0, -1), np.inf), ((3, -1), -np.inf), ((5, 5), np.nan), ((-1, -1), np.nan)):
        a = rng.normal(size=(70, 70))
        a[place] = value
        np.testing.assert_array_equal(np.isnan(inv(a)), np.isnan(np.linalg.inv(a)))


def test_derivatives_of_the_logarithm_of_a_determinant_to_the_second_order() -> None:
    first = ep.grad(lambda a: np.linalg.slogdet(a)[1])
    backwards = ep.grad(lambda a, e: np.sum(first(a) * e))
    for n in (2, 60):
        a, e = rng.normal(size=(n, n)) + 3.0 * np.sqrt(n) * np.eye(n)[::-1], rng.normal(size=(n, n))
        x = np.linalg.inv(a)
        np.testing.assert_allclose(first(a), x.T, rtol=1e-9, atol=1e-12)
        for second in (ep.jvp(first, (a,), (e,))[1], backwards(a, e)):
            np.testing.assert_allclose(second, -(x @ e @ x).T, rtol=1e-9, atol=1e-12)


def test_an_explanation_has_one_edge_for_a_system() -> None:
    def f(a: Any) -> Any:
        x = np.linalg.solve(a, np.ones(2))
        return np.sum(x * x)

    assert "a (2×2) ── 8 partials ──▶ x (2×1)" in str(ep.explain(f)(S[:2, :2]))


def test_a_factor_that_is_not_there() -> None:
    def guarded(a: Any) -> Any:
        try:
            return np.sum(np.linalg.cholesky(a))
        except np.linalg.LinAlgError:
            return np.sum(a * a)

    np.testing.assert_allclose(ep.grad(guarded)(-S), -2.0 * S)


TURNING = np.array([[0.4, -1.2, 0.8], [1.7, 0.5, -0.3], [0.9, -0.6, 1.1]])
"""A matrix with one real eigenvalue and a pair of complex ones."""


def test_eigenvalues_are_real_or_complex() -> None:
    f = ep.compile(lambda a: np.linalg.eigvals(a))
    for a in (R, TURNING):
        np.testing.assert_allclose(f(a), np.linalg.eigvals(a))
        assert f(a).dtype == np.linalg.eigvals(a).dtype
    agrees(lambda a: np.linalg.eig(a), TURNING, order=1)


@pytest.mark.parametrize("a", [R, TURNING], ids=["real", "complex"])
def test_so_is_what_is_made_of_them(a: Any) -> None:
    def of_each(a: Any) -> Any:
        w = np.linalg.eigvals(a)
        product = w[0]
        for k in range(1, len(w)):
            product = product * w[k]
        total = 0.0
        for one in w:
            total += one
        return product, w.max(), np.sum(w), sum(w), total

    agrees(of_each, a, order=1)


def test_a_function_by_complex_eigenvectors() -> None:
    def exponential(a: Any) -> Any:
        w, v = np.linalg.eig(a)
        return np.sum((v @ np.diag(np.exp(w)) @ np.linalg.inv(v)).real * np.arange(9.0).reshape(3, 3))

    by_steps = ep.grad(lambda a: np.sum(scipy.linalg.expm(a) * np.arange(9.0).reshape(3, 3)))(TURNING)
    np.testing.assert_allclose(ep.grad(exponential, backend="interpreter")(TURNING), by_steps, rtol=1e-9)


Z = np.array([[1 + 1j, 0.2], [0.3j, 2 - 1j]])
OF_COMPLEX: dict[str, Callable[..., Any]] = {
    "eig": lambda z: np.linalg.eig(z),
    "eigh": lambda z: np.linalg.eigh(z @ np.conj(z.T)),
    "svd": lambda z: (np.linalg.svd(z), np.linalg.svd(z[:, :1] @ z[:1], compute_uv=False)[0], np.linalg.norm(z, "nuc"), np.linalg.cond(z)),
    "triangles": lambda z: (np.linalg.qr(z), np.linalg.cholesky(z @ np.conj(z.T))),
    "more": lambda z: (np.linalg.slogdet(z), np.linalg.pinv(z[:, :1]), np.linalg.lstsq(z[:, :1], z[0])[0], np.linalg.matrix_rank(z)),
}


@pytest.mark.parametrize("name", OF_COMPLEX)
def test_of_complex_matrices(name: str) -> None:
    agrees(OF_COMPLEX[name], Z, order=1 if name in ("eig", "eigh", "triangles") else 0)


def test_errors_of_any_kind_can_be_caught_around_it() -> None:
    def either(a: Any) -> Any:
        try:
            return np.linalg.svd(a)[1][0] + np.linalg.det(a) + np.sum(np.linalg.pinv(a))
        except Exception:
            return np.sum(a)

    agrees(either, A, order=0)
    agrees(either, A * np.nan, order=0)
