"""Code for the short axes of a first call, and arguments with others: the same answers and errors, whichever comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep

SHAPES = ((5, 3, 3), (6, 4, 3), (7, 10, 2), (5, 3, 3), (1, 1, 1), (0, 3, 3), (5, 3, 1))


def moved(x: Any, w: Any) -> Any:
    return np.sum(np.tanh(x @ w) ** 2 + 1.0)


def test_every_derivative_for_other_extents() -> None:
    gradient, value, product = ep.grad(moved, (0, 1)), ep.compile(moved), ep.hvp(moved)
    random = np.random.default_rng(0)
    pullbacks = []
    for n, k, m in SHAPES:
        x, w = random.normal(size=(n, k)), random.normal(size=(k, m))
        t = np.tanh(x @ w)
        back = 2 * t * (1 - t**2)
        expected = back @ w.T, x.T @ back
        assert value(x, w) == pytest.approx(moved(x, w))
        for found, wanted in zip(gradient(x, w), expected, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-12)
        direction = random.normal(size=(n, k))
        second = (2 * (1 - t**2) * (1 - 3 * t**2) * (direction @ w)) @ w.T
        np.testing.assert_allclose(product(x, w, direction), second, atol=1e-12)
        pullbacks.append((ep.vjp(moved, x, w)[1], expected))
    for pullback, expected in pullbacks:
        for found, wanted in zip(pullback(1.0), expected, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-12)


def written(x: Any, y: Any) -> Any:
    x[:, 0] = y
    return x * 2.0


def test_what_is_written_and_what_is_raised() -> None:
    compiled = ep.compile(written)
    for shape in ((4, 3), (4, 5), (4, 1), (4, 0)):
        mine, theirs = np.ones(shape), np.ones(shape)
        try:
            expected = written(theirs, np.arange(4.0))
        except IndexError as error:
            with pytest.raises(IndexError, match=str(error)):
                compiled(mine, np.arange(4.0))
        else:
            np.testing.assert_array_equal(compiled(mine, np.arange(4.0)), expected)
        np.testing.assert_array_equal(mine, theirs)
        with pytest.raises((ValueError, IndexError)):
            compiled(np.ones(shape), np.arange(3.0))
    overlapping = np.ones((5, 3)), np.ones((5, 7))
    for x in overlapping:
        np.testing.assert_array_equal(compiled(x[:, ::-1], x[:, 0])[:, 0], 2.0)


def weighted(x: Any, weights: Any) -> Any:
    total = np.zeros((len(x), 3))
    for k in range(weights.shape[1]):
        total += x[:, :3] * weights[:, k : k + 1]
    return total


def test_slices_of_one_column_in_a_loop() -> None:
    """In the fast version the column is known to be one; where the loop runs beyond the axis, it is empty, as in NumPy."""
    x, weights = np.arange(12.0).reshape(3, 4), np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(ep.compile(weighted)(x, weights), weighted(x, weights))
    np.testing.assert_array_equal(ep.jacobian(weighted, 1)(x, weights)[1, 2, 1], [x[1, 2]] * 2)

    def beyond(x: Any) -> Any:
        return np.array([np.sum(x[:, k : k + 2]) for k in range(5)])

    np.testing.assert_array_equal(ep.compile(beyond)(x), beyond(x))
