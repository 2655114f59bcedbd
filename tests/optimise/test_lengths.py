"""Squares of lengths at 0, with factors and without: the sums of squares that they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.pipeline import Backend

EQUAL, APART = np.array([0.3, 0.3, 0.3]), np.array([0.3, 0.2, 0.9])


def overwritten(x: Any) -> Any:
    y = x - 0.3
    r = np.linalg.norm(y)
    y[:] = 7.0
    d = r * 2.0
    return d * d


def in_turns(x: Any) -> Any:
    total = 0.0
    for _ in range(2):
        s = np.std(x)
        total += s * s
    return total


def table(x: Any) -> Any:
    return np.outer(x, np.array([1.0, 2.0]))


PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "deviation squared": (lambda x: np.std(x) ** 2, lambda x: np.var(x)),
    "deviation times deviation": (lambda x: np.std(x) * np.std(x), lambda x: np.var(x)),
    "with ddof": (lambda x: np.std(x, ddof=1) ** 2, lambda x: np.var(x, ddof=1)),
    "over a root": (lambda x: (np.linalg.norm(x - x[0]) / np.sqrt(len(x))) ** 2, lambda x: np.sum((x - x[0]) ** 2) / len(x)),
    "times a constant": (lambda x: (3.0 * np.linalg.norm(x - x[0])) ** 2, lambda x: 9.0 * np.sum((x - x[0]) ** 2)),
    "times what varies": (lambda x: (x[1] * np.linalg.norm(x - x[0])) ** 2, lambda x: x[1] ** 2 * np.sum((x - x[0]) ** 2)),
    "a factor on one side": (
        lambda x: np.linalg.norm(x - x[0]) / len(x) * np.linalg.norm(x - x[0]),
        lambda x: np.sum((x - x[0]) ** 2) / len(x),
    ),
    "along an axis": (lambda x: np.sum(np.std(table(x), axis=0) ** 2), lambda x: np.sum(np.var(table(x), axis=0))),
    "its axis kept": (lambda x: np.sum(np.std(table(x), axis=0, keepdims=True) ** 2), lambda x: np.sum(np.var(table(x), axis=0))),
    "of an array that is written": (overwritten, lambda x: 4.0 * np.sum((x - 0.3) ** 2)),
    "hypot with a factor": (
        lambda x: (2.0 * np.hypot(x[0] - x[1], x[1] - x[2])) ** 2,
        lambda x: 4.0 * ((x[0] - x[1]) ** 2 + (x[1] - x[2]) ** 2),
    ),
    "in turns": (in_turns, lambda x: 2.0 * np.var(x)),
}


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("name", PAIRS)
def test_all_derivatives(name: str, backend: Backend) -> None:
    f, smooth = PAIRS[name]
    for x in (EQUAL, APART):
        np.testing.assert_allclose(ep.compile(f, backend=backend)(x), f(x), rtol=1e-13, atol=1e-16)
        for derivative in (ep.grad, ep.hessian):
            np.testing.assert_allclose(derivative(f, backend=backend)(x), derivative(smooth)(x), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("x, c", [((0.0, 0.0), np.inf), ((1.0, 0.0), 0.0), ((3e200, 4e200), 5e-200), ((), 2.0)])
def test_values_stay_what_they_are_where_a_factor_is_none(x: tuple[float, ...], c: float) -> None:
    times, over = (lambda x, c: np.linalg.norm(x) * c), (lambda x, c: np.linalg.norm(x) / c)
    for f in (times, over):
        squared = ep.compile(lambda x, c: f(x, c) ** 2)  # noqa: B023
        np.testing.assert_allclose(squared(np.array(x), c), ep.compile(f)(np.array(x), c) ** 2, rtol=1e-14)


def test_the_deviation_of_nothing_is_nan() -> None:
    assert np.isnan(ep.compile(lambda v: np.std(v) ** 2)(np.zeros(0)))
