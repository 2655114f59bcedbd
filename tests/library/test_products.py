"""Products of vectors are NumPy's, over their whole signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .originals import agrees

A, B = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]]), np.array([[-0.8, 0.5, 1.3], [0.2, -0.9, 0.1]])

CROSS: list[tuple[Callable[..., Any], Any, Any]] = [
    (lambda x, y: np.cross(x, y), A[0], B[0]),
    (lambda x, y: np.cross(x, y), A[0, :2], B[0]),
    (lambda x, y: np.cross(x, y), A[0], B[0, :2]),
    (lambda x, y: np.cross(x, y), A[0, :2], B[0, :2]),
    (lambda x, y: np.cross(x, y), A, B[0]),
    (lambda x, y: np.cross(x, y, axis=0), A.T, B.T),
    (lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), A.T, B),
    (lambda x, y: np.cross(x, y), A[:, :1], B),
    (lambda x, y: np.cross(x, y), 1.0, B),
]


@pytest.mark.parametrize(("f", "x", "y"), CROSS)
def test_cross(f: Callable[..., Any], x: Any, y: Any) -> None:
    agrees(f, x, y)


FORMS: dict[str, tuple[Callable[..., Any], Any, Any]] = {
    "tensordot": (lambda x, y: (np.tensordot(x, y, ([0, 1], [0, 1])), np.tensordot(x, y, (-1, 1)), np.tensordot(x, y, 0)), A, B),
    "tensordot of two axes": (lambda x, y: np.tensordot(x, np.stack([y, y * y])), A, B.T),
    "kron": (lambda x, y: (np.kron(x, y), np.kron(x[0], y), np.kron(2.0, x), np.kron(x[0], y[0])), A, B),
    "dot": (lambda x, y: (np.dot(x, np.stack([y.T, y.T])), np.inner(x, np.stack([y, x])), np.stack([x]) @ y.T[None, None]), A, B),
}


@pytest.mark.parametrize("name", FORMS)
def test_products(name: str) -> None:
    agrees(*FORMS[name], order=1)


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="NumPy 2.2 has them first")
def test_products_of_the_array_api() -> None:
    agrees(lambda x, y: (np.vecdot(x, y), np.linalg.vecdot(x, y, axis=0), np.matvec(x, y), np.vecmat(x[:, 0], y)), A, B, order=1)
    agrees(lambda x, y: (np.linalg.cross(x, y), np.linalg.outer(x[0], y[0]), np.linalg.tensordot(x, y.T, axes=1)), A, B, order=1)
    agrees(lambda x, y: np.vecdot(x, y[:, :2]), A, B, order=0)
    agrees(lambda x, y: (np.cumulative_sum(x, axis=1, include_initial=True), np.cumulative_prod(y[0])), A, B, order=1)


def test_batches_of_products_in_a_loop() -> None:
    def steps(r: Any, b: Any) -> Any:
        for _ in range(3):
            r = 0.3 * (r @ r) + b @ r
        return r

    rng = np.random.default_rng(0)
    agrees(steps, rng.random((2, 3, 3)), rng.random((2, 3, 3)), order=1)
