"""Functions of which it is said what equation they solve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep


@ep.implicit(lambda x, a: x**3 - a)
def root(a: float) -> float:
    x = 1.0
    for _ in range(60):
        x -= (x**3 - a) / (3.0 * x * x)
    return x


@ep.implicit(lambda x, a, b, kind: a @ x + (x**3 if kind == "cubic" else x) - b, host=True)
def balanced(a: Any, b: Any, kind: str) -> Any:
    x = np.zeros(len(b))
    for _ in range(100):
        slope = a + np.diag(3 * x**2 if kind == "cubic" else np.ones(len(b)))
        x = x - np.linalg.solve(slope, a @ x + (x**3 if kind == "cubic" else x) - b)
    return x


A, B = np.array([[3.0, 1.0], [0.5, 2.0]]), np.array([1.0, 2.0])


def test_number() -> None:
    assert root(8.0) == pytest.approx(2.0)
    assert ep.grad(root)(8.0) == pytest.approx(1 / 12)
    assert ep.grad(ep.grad(ep.grad(root)))(8.0) == pytest.approx(10 / 27 * 8.0 ** (-8 / 3))
    ep.check_grads(root, (8.0,), order=2)


@pytest.mark.parametrize("kind", ["cubic", "linear"])
def test_array(kind: str) -> None:
    ep.check_grads(lambda a, b: np.sum(np.sin(balanced(a, b, kind))), (A, B), order=2 if kind == "cubic" else 1)


def test_residual_of_a_closure() -> None:
    weights = np.array([1.0, 2.0])

    @ep.implicit(lambda x, p: weights * x - p)
    def solved(p: Any) -> Any:
        return p / weights

    assert ep.jacobian(solved)(B) == pytest.approx(np.diag(1 / weights))


def test_singular_is_nan() -> None:
    double = ep.implicit(lambda x, a: (x - a) ** 2)(lambda a: a * 1.0)
    assert np.isnan(ep.grad(double)(2.0))


def test_no_container() -> None:
    @ep.implicit(lambda x, a: (x[0] - a, x[1] - a))
    def pair(a: float) -> tuple[float, float]:
        return a, a

    with pytest.raises(ep.NotSupported, match="a number or an array"):
        ep.grad(lambda a: pair(a)[0])(2.0)
