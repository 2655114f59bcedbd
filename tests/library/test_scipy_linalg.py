"""scipy.linalg: values, types and errors as SciPy's, and derivatives as differences see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import everypath as ep

from .originals import agrees, agrees_backwards

rng = np.random.default_rng(1)
A, T, B, V = rng.normal(size=(3, 3)) + 3.0 * np.eye(3), rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=3)
S, Q = A @ A.T, rng.normal(size=(3, 3))
BANDS = np.array([[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [1.0, 1.0, 1.0, 0.0]])
HALF = np.array([[0.0, 1.0, 1.0, 1.0], [4.0, 5.0, 6.0, 7.0]])

DERIVATIVES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda a, b: scipy.linalg.lu_solve(scipy.linalg.lu_factor(a), b, trans=1), (Q, V)),
    (lambda a, b: scipy.linalg.eigh(a, b)[0], (A + A.T, S)),
    (lambda a, b: (scipy.linalg.eig(a + a.T, b, left=True), scipy.linalg.eig(a - a.T, b)[0], scipy.linalg.eigvals(a, b)), (A, S)),
    (lambda a: scipy.linalg.eig(a, left=True), (A,)),
    (lambda a, b: (scipy.linalg.eigh(a, b, type=2), scipy.linalg.eigh(a, b, type=3, subset_by_value=[0.0, 99.0])), (A + A.T, S)),
    (lambda a: (scipy.linalg.polar(a), scipy.linalg.expm(np.stack([a[:3], a[1:]]))), (T,)),
    (lambda a: (scipy.linalg.sqrtm(a), scipy.linalg.logm(a)), (S,)),
    (lambda a, t: (scipy.linalg.fractional_matrix_power(a, t), scipy.linalg.signm(a - 2.0 * np.eye(3))), (S, 0.7)),
    (lambda a: (scipy.linalg.funm(a, np.exp), scipy.linalg.fractional_matrix_power(a, -2)), (S,)),
    (lambda a: (scipy.linalg.rq(a[:2], mode="economic"), scipy.linalg.rq(a, mode="r"), scipy.linalg.eig_banded(a[1:])[0]), (A,)),
    (lambda ab, b: scipy.linalg.solve_banded((1, 1), ab, b), (BANDS[:, :3], HALF[0, :3])),
    (lambda ab: (scipy.linalg.eigvals_banded(ab), scipy.linalg.fiedler(ab[1])), (HALF,)),
    (lambda ab, b: scipy.linalg.cho_solve_banded((scipy.linalg.cholesky_banded(ab[::-1], lower=True), True), b), (HALF, HALF[1])),
    (lambda c, e: (scipy.linalg.solve_circulant(c, e), scipy.linalg.leslie(c, e[1:])), (HALF[1], HALF[0])),
    (lambda a, b: scipy.linalg.orthogonal_procrustes(a, b), (A, B @ B.T + Q)),
    (lambda a, b: scipy.linalg.solve_continuous_are(a, b, a @ a.T, np.eye(2)), (A, B)),
    (lambda a, b: scipy.linalg.solve_discrete_are(0.2 * a, b, a @ a.T, np.eye(2)), (A, B)),
    (lambda d: scipy.linalg.eigvalsh_tridiagonal(d, d[1:], select="i", select_range=(1, 2)), (V,)),
]

VALUES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda a: (scipy.linalg.eigvals(a), scipy.linalg.eig(a, right=False)), (Q,)),
    (lambda d: scipy.linalg.eigh_tridiagonal(d, d[1:]), (V,)),
    (lambda c: (scipy.linalg.solve_toeplitz((c, c), c), scipy.linalg.convolution_matrix(c, 4, "same")), (V,)),
    (lambda a, b: scipy.linalg.cho_solve(scipy.linalg.cho_factor(a), b), (S, V)),
    (lambda a: (scipy.linalg.lu(a, permute_l=True), scipy.linalg.lu_factor(a.T)[0]), (T,)),
    (lambda a: scipy.linalg.expm(a), (A,)),
    (lambda a, b: scipy.linalg.solve(a, b, assume_a="pos"), (S, B)),
    (lambda a, b: scipy.linalg.solve(a, b, transposed=True), (A, V)),
    (lambda a: scipy.linalg.solve(a, np.ones(2)), (np.ones((2, 2)),)),
    (lambda a: scipy.linalg.solve(a, np.ones(3)), (A * np.nan,)),
    (lambda a: (scipy.linalg.inv(a), scipy.linalg.det(a), scipy.linalg.det(np.tri(3, dtype=np.float32))), (A,)),
    (lambda a: (scipy.linalg.cholesky(a), scipy.linalg.cho_factor(a, lower=True)), (S,)),
    (lambda a: scipy.linalg.cholesky(a), (-S,)),
    (lambda a, b: scipy.linalg.solve_triangular(a, b, lower=True, trans="T", unit_diagonal=True), (A, B)),
    (lambda a: (scipy.linalg.lu(a), scipy.linalg.lu(a, p_indices=True), scipy.linalg.lu_factor(a)), (Q,)),
    (lambda a: (scipy.linalg.qr(a), scipy.linalg.qr(a, mode="r"), scipy.linalg.qr(a, pivoting=True)), (T,)),
    (lambda a, b: scipy.linalg.eigh(a, b), (A + A.T, S)),
    (lambda a: (scipy.linalg.eigh(a, lower=False, eigvals_only=True), scipy.linalg.svdvals(a)), (A,)),
    (lambda a: scipy.linalg.lstsq(a, np.ones(4)), (T,)),
    (lambda a: scipy.linalg.pinv(a, return_rank=True), (T,)),
    (lambda a: (scipy.linalg.norm(a), scipy.linalg.norm(a, np.inf), scipy.linalg.norm(a, 1), scipy.linalg.norm(a[0])), (A,)),
    (lambda a, b: scipy.linalg.block_diag(a, b, 3.0), (A, B)),
    (lambda c: (scipy.linalg.toeplitz(c), scipy.linalg.circulant(c), scipy.linalg.hankel(c, c), scipy.linalg.companion(c)), (V,)),
    (lambda a: scipy.linalg.solve_sylvester(a, a, a), (A,)),
    (lambda a: (scipy.linalg.solve_continuous_lyapunov(a, a), scipy.linalg.solve_discrete_lyapunov(a / 9.0, a)), (A,)),
    (lambda ab, b: scipy.linalg.solveh_banded(ab, b), (HALF, HALF[0])),
    (lambda a: (scipy.linalg.cosm(a), scipy.linalg.sinhm(a), scipy.linalg.expm_frechet(a, a)), (Q,)),
    (lambda a: scipy.linalg.schur(a), (S,)),
    (lambda ab: (scipy.linalg.cholesky_banded(ab), scipy.linalg.eigvals_banded(ab, select="v", select_range=(4.0, 6.0))), (HALF,)),
    (lambda a: scipy.linalg.subspace_angles(a[:, :1], a[:, 1:]), (T,)),
    (lambda a: scipy.linalg.null_space(a), (np.ones((2, 3)),)),
]


@pytest.mark.parametrize(("f", "args"), DERIVATIVES)
def test_derivatives(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees_backwards(f, *args)


@pytest.mark.parametrize(("f", "args"), VALUES)
def test_values_and_errors(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=0, tolerance=1e-9)


def test_complex_eigenvalues() -> None:
    a = np.array([[1.0, -2.0], [1.5, 1.2]])
    squares = ep.grad(lambda a: np.sum(np.abs(scipy.linalg.eigvals(a)) ** 2))
    np.testing.assert_allclose(squares(a), 2.0 * np.linalg.det(a) * np.linalg.inv(a).T, rtol=1e-12)


def test_the_exponential() -> None:
    slope = scipy.linalg.expm_frechet(A.T, np.ones((3, 3)), compute_expm=False)
    np.testing.assert_allclose(ep.grad(lambda a: np.sum(scipy.linalg.expm(a)))(A), slope, rtol=1e-11)


def test_a_root_at_equal_eigenvalues() -> None:
    np.testing.assert_allclose(ep.grad(lambda a: np.sum(scipy.linalg.sqrtm(a)))(np.eye(2)), np.full((2, 2), 0.5), atol=1e-12)


def test_what_is_determined_up_to_a_choice_has_no_derivative() -> None:
    with pytest.raises(ep.NotSupported, match="determined only up to a choice"):
        ep.grad(lambda a: np.sum(scipy.linalg.schur(a)[0]))(S)
    with pytest.raises(ep.NotSupported, match="the square root of this matrix is complex"):
        ep.compile(lambda a: scipy.linalg.sqrtm(a))(-S)
