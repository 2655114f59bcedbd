"""What a decision is taken from has the same bits wherever it stands in an array, and in every function that computes it."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep


def largest(x):
    """The maximum decides, and the values are kept."""
    y = np.tanh(x)
    return y, np.max(y)


def above(x, limit):
    """The comparison decides; nothing is kept."""
    return np.sum(np.where(np.tanh(x) > limit, 1.0, 0.0))


def powers(x, y):
    z = x**y
    return z, np.max(z)


@pytest.mark.parametrize("length", [1, 3, 4, 7, 8, 31, 64, 100])
def test_every_place_is_alike(length: int) -> None:
    values, most = ep.compile(largest)(np.full(length, 0.7234123))
    assert set(values.tolist()) == {float(most)}


def test_every_function_is_alike() -> None:
    kept, counted = ep.compile(largest), ep.compile(above)
    for x in np.random.default_rng(0).normal(size=(50, 37)):
        values, most = kept(x)
        np.testing.assert_allclose(values, np.tanh(x), rtol=1e-15)
        assert counted(x, float(most)) == 0.0
        assert counted(x, float(np.nextafter(most, -1.0))) == 1.0


def test_two_operands_and_single_precision() -> None:
    rng = np.random.default_rng(0)
    for dtype, tolerance in ((np.float64, 1e-15), (np.float32, 1e-6)):
        x, y = rng.uniform(0.5, 2.0, 29).astype(dtype), rng.normal(size=29).astype(dtype)
        values, most = ep.compile(powers)(x, y)
        np.testing.assert_allclose(values, x**y, rtol=tolerance)
        assert most == values.max()


def test_a_short_loop_reads_before_it_clears() -> None:
    def first_two(b, x):
        x[:2] = b
        return np.sum(x)

    for n in (1, 2, 5):
        _, (b_bar, x_bar) = ep.value_and_grad(first_two, (0, 1))(0.5, np.ones(n))
        assert b_bar == min(n, 2)
        np.testing.assert_array_equal(x_bar, np.arange(n) >= 2)
