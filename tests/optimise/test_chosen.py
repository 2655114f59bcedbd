"""Derivatives of extremes go through what was chosen: the same numbers as through all, at ties and in second order too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

A = np.array([[0.3, 1.7, -0.4], [2.2, 0.1, 0.9], [-1.3, 0.6, 0.5], [0.2, -0.8, 1.1]])
C = np.array([[0.1, 0.4, 0.2], [1.5, -0.3, 0.8]])


def clusters(c, x):
    return np.sum(np.min(np.sum((x[:, None, :] - c[None, :, :]) ** 2, axis=2), axis=1))


def rows_of_clusters(c, x):
    total = 0.0
    for p in x:
        total += np.min(np.sum((p - c) ** 2, axis=1))
    return total


def along_the_first(c, x):
    return np.sum(np.max(np.exp(x) * c[0] + 1.0, axis=0) ** 2)


def one_wide(c, x):
    return np.sum(np.max(np.sin(x * c[:1]) + c[0, :1], axis=1)) + np.max(np.abs(c[:, :1]) * x[0])


def of_all(c, x):
    return np.max(np.sqrt(x**2 + 1.0) * c[1]) * np.min(x - c[0, 0])


def of_three_axes(c, x):
    return np.sum(np.sin(np.max(x[:, None, :] * c[None, :, :], axis=2)))


def used_besides(c, x):
    y = x * c[0]
    return np.sum(np.max(y, axis=1)) + np.sum(y[:, 0] ** 2)


def written_between(c, x):
    z = x.copy()
    y = z * c[0]
    z[0] = 5.0
    top = np.max(y, axis=1)
    return np.sum(top) * np.sum(z * c[1])


def behind_a_branch(c, x):
    low, high = (x, x * 2.0) if c[0, 0] > 0.0 else (x + 1.0, x)
    return np.sum(np.max(low * c[0], axis=1)) * np.sum(np.min(high - c[1], axis=1))


def exactly_zero(c, x):
    y = np.exp(x) * c[1, 0]
    return np.sum(np.sqrt(np.max(y, axis=1) - np.min(y - 1.0, axis=1)))


PROGRAMS = [
    clusters,
    rows_of_clusters,
    along_the_first,
    one_wide,
    of_all,
    of_three_axes,
    used_besides,
    written_between,
    exactly_zero,
    behind_a_branch,
]


@pytest.mark.parametrize("f", PROGRAMS)
def test_derivatives_are_those_of_the_whole(f: Callable[..., Any]) -> None:
    def along(g: Callable[..., Any], h: float = 1e-3) -> Any:
        near, far = (g(C + k * h * V, A) - g(C - k * h * V, A) for k in (1, 2))
        return (8.0 * near - far) / (12.0 * h)

    V = np.cos(np.arange(6.0)).reshape(2, 3)
    gradient = ep.grad(f, backend="interpreter")
    np.testing.assert_allclose(np.sum(gradient(C, A) * V), along(f), rtol=1e-8)
    np.testing.assert_allclose(ep.hvp(f, backend="interpreter")(C, A, V), along(gradient), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ep.jvp(f, (C, A), (V, None), backend="interpreter")[1], along(f), rtol=1e-8)


def test_compiled_and_at_ties() -> None:
    gradient = ep.value_and_grad(clusters, (0, 1))
    for points in (A, np.vstack([A, A])):
        value, (to_centres, to_points) = gradient(C, points)
        assert value == pytest.approx(clusters(C, points), rel=1e-14)
        nearest = np.argmin(np.sum((points[:, None] - C) ** 2, axis=2), axis=1)
        np.testing.assert_allclose(to_points, 2.0 * (points - C[nearest]), rtol=1e-14)
        np.testing.assert_allclose(to_centres, [2.0 * np.sum(c - points[nearest == k], axis=0) for k, c in enumerate(C)], rtol=1e-13)
    twice = np.vstack([C[:1], C[:1]])  # both centres are as near to every point: the mean of both sides
    _, (to_centres, _) = gradient(twice, A)
    np.testing.assert_allclose(np.sum(to_centres, axis=0), 2.0 * np.sum(C[0] - A, axis=0), rtol=1e-13)


def test_nothing_goes_back_to_those_that_were_not_chosen() -> None:
    text = ep.grad(clusters).show("optimised", C, A)
    assert "sub, square" not in text  # the differences of all from all are not kept
