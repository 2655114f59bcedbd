"""What a loop adds to one element is added once, where nothing but additions happens to the array meanwhile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep


def pairs(p, q):
    total = 0.0
    for i in range(len(p)):
        for j in range(len(q) - 1, -1, -1):
            total += p[i] * q[j] / (1.0 + (p[i] - q[j]) ** 2)
    return total


def with_itself(p, q):
    total = 0.0
    for i in range(len(p)):
        for j in range(i + 1):
            total += np.exp(p[i] * p[j]) * q[0]
    return total


def of_none(p, q):
    """Elements that are not there, in loops that have no turns."""
    total = p[0]
    for i in range(3, 9):
        for j in range(len(p) - 4):
            total += p[i] * p[j] * q[j]
    return total


def where_it_reads(p, q):
    """The array is read while it is added to."""
    y = np.zeros(3)
    for i in range(len(p)):
        for j in range(len(q)):
            y[1] += p[i] * q[j]
            y[2] += y[1] * q[j]
    return y[1] * y[2]


def on_a_side(p, q):
    total = 0.0
    for i in range(len(p)):
        for j in range(len(q)):
            if q[j] > 0.5:
                total += p[i] ** 2 * q[j]
            else:
                total -= p[i] * q[j] ** 3
    return total


@pytest.mark.parametrize("f", [pairs, with_itself, of_none, where_it_reads, on_a_side])
def test_the_same_derivatives(f: Any) -> None:
    rng = np.random.default_rng(8)
    p, q = rng.random(4), rng.random(6)
    ep.check_grads(f, (p, q), order=2)
    (dp, dq), (tp, tq) = ep.grad(f, (0, 1))(p, q), rng.normal(size=(2, 6))
    np.testing.assert_allclose(dp @ tp[:4] + dq @ tq, ep.jvp(f, (p, q), (tp[:4], tq))[1], rtol=1e-12)


def test_the_sum_of_a_loop_is_beside_the_array() -> None:
    text = ep.grad(pairs).show("optimised", np.ones(3), np.ones(2))
    assert text.count("accumulate") == 1 and "sum" in text
