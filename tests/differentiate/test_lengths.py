"""Lengths that are written as the root of a sum of squares: beside what they are by algebra where they are squared, and beside `norm`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

POINTS = np.array([[0.3, -0.2], [0.1, 0.4], [0.3, -0.2], [1.0, 0.5]])
"""Two of them in the same place; each has the distance 0 from itself as well."""

WEIGHTS = np.arange(16.0).reshape(4, 4)


def gaps(p: Any) -> Any:
    return p[:, None] - p[None]


def squares(p: Any) -> Any:
    return np.sum(gaps(p) ** 2, axis=-1)


LENGTHS: dict[str, Callable[..., Any]] = {
    "the sum of an axis": lambda p: np.sqrt(np.sum(gaps(p) ** 2, axis=-1)),
    "a product with itself": lambda p: ((d := gaps(p)) * d).sum(2) ** 0.5,
    "each part": lambda p: np.sqrt((p[:, 0][:, None] - p[:, 0]) ** 2 + (p[:, 1:] - p[:, 1:].T) ** 2),
    "einsum": lambda p: np.sqrt(np.einsum("ijk,ijk->ij", gaps(p), gaps(p))),
    "a mean": lambda p: np.sqrt(2 * np.mean(gaps(p) ** 2, axis=2)),
    "a loop over the parts": lambda p: np.array([[math.sqrt(added(p[i], p[j])) for j in range(4)] for i in range(4)]),
    "parts of an array of squares": lambda p: np.sqrt((d := gaps(p) ** 2)[..., 0] + d[..., 1]),
    "written row by row": lambda p: np.sqrt(np.maximum(row_by_row(p), 0.0)),
    "dot": lambda p: np.array([[np.sqrt(np.dot(p[i] - p[j], p[i] - p[j])) for j in range(4)] for i in range(4)]),
}


def added(x: Any, y: Any) -> Any:
    total = 0.0
    for k in range(len(x)):
        total += (x[k] - y[k]) ** 2
    return total


def row_by_row(p: Any) -> Any:
    out = np.zeros((len(p), len(p)))
    for i in range(len(p)):
        out[i] = (p[:, 0] - p[i, 0]) ** 2
        out[i] += (p[:, 1] - p[i, 1]) ** 2
    return out


@pytest.mark.parametrize("name", LENGTHS)
def test_a_slope_as_that_of_a_norm(name: str) -> None:
    """Distances of 0, of which some do not move, and the kernel exp(-r), which has a kink there."""

    def kernel(lengths: Callable[..., Any]) -> Callable[..., Any]:
        return lambda p: np.sum(np.exp(-lengths(p)) * WEIGHTS)

    backend: Any = "native" if name == "a mean" else "interpreter"
    wanted = ep.grad(kernel(lambda p: np.linalg.norm(gaps(p), axis=-1)), backend="interpreter")(POINTS)
    assert np.all(np.isfinite(wanted))
    np.testing.assert_allclose(ep.grad(kernel(LENGTHS[name]), backend=backend)(POINTS), wanted, rtol=1e-12, atol=1e-12)


def test_numbers() -> None:
    def distance(p: Any, q: Any) -> Any:
        return math.exp(-math.sqrt(sum((a - b) ** 2 for a, b in zip(p, q))))

    assert ep.grad(distance, ("p", "q"))([1.0, 2.0], [1.0, 2.0]) == ([0.0, 0.0], [0.0, 0.0])


SQUARED: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "squared": (lambda p: np.sum(np.exp(-(LENGTHS["the sum of an axis"](p) ** 2))), lambda p: np.sum(np.exp(-squares(p)))),
    "with a factor": (
        lambda p: np.sum(np.exp(-0.5 * (LENGTHS["a product with itself"](p) / p[3, 0]) ** 2)),
        lambda p: np.sum(np.exp(-0.5 * squares(p) / p[3, 0] ** 2)),
    ),
    "each part": (lambda p: np.sum(1 / (1 + (LENGTHS["each part"](p) ** 2) ** 2)), lambda p: np.sum(1 / (1 + squares(p) ** 2))),
    "what was squared is written later": (lambda p: written(p, True), lambda p: written(p, False)),
}


def written(p: Any, root: bool) -> Any:
    d = p - p[0]
    s = np.sum(d**2, axis=1)
    d[0] = p[1]
    return np.sum((np.sqrt(s) ** 2 if root else s) * np.exp(d[:, 0]))


@pytest.mark.parametrize("name", SQUARED)
def test_the_square_of_a_length_has_all_its_derivatives(name: str) -> None:
    f, smooth = SQUARED[name]
    gradient, wanted = ep.grad(f, backend="interpreter")(POINTS), ep.grad(smooth, backend="interpreter")(POINTS)
    np.testing.assert_allclose(gradient, wanted, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        ep.hessian(f, backend="interpreter")(POINTS), ep.hessian(smooth, backend="interpreter")(POINTS), rtol=1e-10, atol=1e-10
    )


def test_a_number_alone_and_one_that_stands_still() -> None:
    assert ep.grad(lambda x: np.sqrt(x**2))(0.0) == 0.0
    assert ep.hessian(lambda x: np.sqrt(x * x) * x)(0.0) == 0.0
    assert ep.grad(lambda x: np.sqrt(x**2 + 0.0**2) ** 2 + x)(0.0) == 1.0
    assert ep.grad(lambda x: np.sqrt(np.sum((x - np.zeros((2, 3))) ** 2)))(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("f", [lambda x: np.sqrt((x**2) ** 2), lambda x: np.sqrt(np.sum(np.array([x**2, x**2]) ** 2))])
def test_where_what_is_squared_moves_to_the_second_order_alone(f: Callable[..., Any]) -> None:
    assert ep.grad(f)(0.0) == 0.0
    assert np.isnan(ep.hessian(f)(0.0))  # it is 2, and √8


def test_a_curvature_that_is_infinite_is_no_number() -> None:
    assert np.all(np.isnan(ep.hessian(lambda x: np.sqrt(x @ x))(np.zeros(2))))
    assert np.isnan(ep.grad(lambda x: np.sqrt(x) ** 2)(0.0))


@pytest.mark.parametrize("lengths", [lambda p: np.linalg.norm(gaps(p), axis=-1), LENGTHS["the sum of an axis"]])
def test_the_square_of_a_length_that_was_written(lengths: Callable[..., Any]) -> None:
    def f(p: Any) -> Any:
        r = lengths(p)
        r[r == 0] = 2.0
        r += p[0, 0]
        return np.sum(r**2)

    assert ep.compile(f)(POINTS) == pytest.approx(f(POINTS), rel=1e-14)
    numbers = [(f(POINTS + h) - f(POINTS - h)) / 2e-6 for h in 1e-6 * np.eye(8).reshape(8, 4, 2) if not np.any(h[[0, 2]])]
    np.testing.assert_allclose(ep.grad(f)(POINTS)[[1, 3]].ravel(), numbers, rtol=1e-6)


def test_roots_of_singular_values() -> None:
    def f(x: Any) -> Any:
        _, s, _ = np.linalg.svd(x)
        return np.sum(np.sqrt(s))

    assert ep.compile(f)(np.diag([4.0, 9.0])) == 5.0


def test_a_root_of_what_is_no_square_keeps_its_infinite_slope() -> None:
    def f(x: Any) -> Any:
        s = x**2
        s[0] = x[1]
        return np.sum(np.sqrt(s))

    assert ep.grad(f)(np.array([1.0, 0.0])).tolist() == [0.0, np.inf]


def test_both_sides_are_explained() -> None:
    explanation = ep.explain(lambda x, y: np.exp(-np.sqrt(x**2 + y**2)))(0.0, 0.0)
    assert explanation.gradient == 0.0
    assert "0.48193309 on one side, −0.48193309 on the other" in str(explanation)
    smooth = ep.explain(lambda x, y: np.exp(-(np.sqrt(x**2 + y**2) ** 2)) * x)(0.0, 0.0)
    assert smooth.gradient == 1.0
    assert "NaN" not in str(smooth)


def test_a_tangent_of_zero_that_is_divided_is_not_taken_for_none() -> None:
    """0 / -1 is -0, which marks that no path came; the next round of tangents then went on undivided."""

    def beside(x):
        out = np.empty_like(x)
        out[0] = x[1]
        out[1] = (x[1] - x[0]) / -1.0
        return np.std(np.full(3, x[0])) + np.sum(np.square(out / 2.0))

    def slopes(x):
        return np.linalg.norm(x - x) + np.sum(np.square(np.gradient(x) / -4.0) * x[0])

    for f, n in ((beside, 2), (slopes, 5)):
        x, v = np.random.default_rng(5).normal(size=(2, n))
        gradient, h = ep.grad(f), 1e-6
        np.testing.assert_allclose(
            ep.hvp(f)(x, v), (gradient(x + h * v) - gradient(x - h * v)) / (2 * h), rtol=1e-6, atol=1e-7, err_msg=f.__name__
        )
