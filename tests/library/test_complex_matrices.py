"""`scipy.linalg` of complex matrices is SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import linalg

from .originals import agrees, agrees_backwards

A, B = np.array([[2.0, 0.3, -0.4], [0.5, 1.5, 0.2], [0.1, -0.6, 1.2]]), np.array([1.0, -2.0, 0.5])
T, E = A[:, :2] * 1.0, np.eye(3)


def hermitian(a: Any) -> Any:
    return a @ a.T + 1j * (a - a.T)


FORMS: dict[str, Callable[..., Any]] = {
    "solve": lambda a: (linalg.solve(a + 1j * E, B), linalg.solve(hermitian(a), T, assume_a="her"), linalg.inv(a - 1j * E)),
    "triangles": lambda a: (linalg.solve_triangular(a + 1j * E, B, trans="C"), linalg.solve_triangular(a + 1j * a, T, 1, True, True)),
    "cholesky": lambda a: (linalg.cholesky(hermitian(a)), linalg.cho_solve(linalg.cho_factor(hermitian(a), True), B)),
    "spectra": lambda a: (linalg.eigvalsh(hermitian(a), lower=False), linalg.svdvals(a + 1j * E), np.abs(linalg.eig(a + 1j * E)[0])),
    "rectangular": lambda a: (linalg.lstsq(a[:, :2] + 1j, B)[:2], linalg.pinv(a[:, :2] + 1j), linalg.qr(a[:, :2] + 1j, mode="economic")),
    "functions": lambda a: (linalg.expm(0.3j * a), linalg.sqrtm(a + 0.3j * E), linalg.logm(a + 0.3j * E), linalg.cosm(0.3j * a)),
    "shapes": lambda a: (linalg.toeplitz(a[0] + 1j * a[1]), linalg.block_diag(a + 1j, T), linalg.norm(a + 1j, 1), linalg.norm(a + 1j)),
    "lu": lambda a: (linalg.lu(a + 1j * E), linalg.lu(a[:2] - 1j, p_indices=True), linalg.lu_factor(a[:, :2] + 1j * a[:, 1:])),
    "schur": lambda a: (linalg.schur(a + 1j * E), linalg.schur(a, "complex", sort="lhp"), linalg.schur(a + 1j, sort="rhp")),
    "hessenberg": lambda a: (linalg.hessenberg(a + 1j * E), linalg.hessenberg(a - 1j * E, calc_q=True), linalg.hessenberg(a, True)),
    "bases": lambda a: (linalg.null_space(a[:2] + 1j * a[1:]), linalg.orth(a[:2] + 1j * a[1:])),
    "stacks": lambda a: (np.linalg.det(np.stack((a + 1j * E, a + 2j))), linalg.det(a + 1j * E)),
}


@pytest.mark.parametrize("name", FORMS)
def test_of_complex_matrices(name: str) -> None:
    agrees(FORMS[name], A, order=0)


def test_derivatives() -> None:
    agrees_backwards(lambda a: np.abs(linalg.solve(a + 1j * E, B)), A)
    agrees_backwards(lambda a: linalg.lu(a[::-1] + 1j * E)[1:], A)
    agrees_backwards(lambda a: (linalg.lu(a[:, :2] + 1j, permute_l=True), linalg.lu_factor(a[:2] + 1j * a[1:])[0]), A)
    agrees_backwards(lambda a: [linalg.lu_solve(linalg.lu_factor(a + 1j * E), B + 1j, trans) for trans in (0, 1, 2)], A)

    agrees_backwards(lambda a: linalg.eigh(hermitian(a) + E, hermitian(a.T)), A)
    agrees_backwards(lambda a: (linalg.polar(a + 1j * E), linalg.pinvh(hermitian(a))), A)
    agrees_backwards(lambda a: (linalg.companion(a[0] + 1j), linalg.convolution_matrix(a[0] + 1j * a[1], 4, "same")), A)


def test_errors() -> None:
    for f in (lambda a: linalg.inv(a + 1j), lambda a: linalg.solve(a[:2] * 0 + 1j, B), lambda a: linalg.cholesky(-hermitian(a.T))):
        agrees(f, T, order=0)
