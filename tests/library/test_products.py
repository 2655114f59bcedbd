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
