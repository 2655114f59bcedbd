"""Functions that stay functions, as those of large programs do: what they return may be written, and is read on the way back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
import everypath.optimise.inline

X = np.array([0.4, -0.3, 0.8])


def grown(x: Any) -> Any:
    return np.exp(x)


def sine_and_square(x: Any) -> Any:
    y = np.sin(x)
    return y * y, y


def written(x: Any) -> Any:
    y = grown(x)
    y *= 2.0
    y[0] = 3.0 * x[1]
    return np.sum(y * y)


def both_written(x: Any) -> Any:
    z, y = sine_and_square(x)
    y += z
    z[1] = y[0]
    z *= y
    return np.sum(z * y)


def written_in_a_loop(x: Any) -> Any:
    total = 0.0
    for k in range(3):
        y = grown(x * 0.5)
        y[k] = total
        total += np.sum(y * y)
        y *= 0.0
    return total


def handed_on(x: Any) -> Any:
    y = grown(x)
    z = through(y)
    z[1] = y[2]
    return np.sum(z * grown(y))


def through(y: Any) -> Any:
    z = grown(y * 0.1)
    return z


@pytest.mark.parametrize("f", [written, both_written, written_in_a_loop, handed_on])
def test_what_a_function_returned_may_be_written(f: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    inlined = ep.grad(f, backend="interpreter")(X)
    monkeypatch.setattr(sys.modules["everypath.optimise.inline"], "LARGEST", 0)
    apart = ep.grad(lambda x: f(x), backend="interpreter")(X)
    steps = 1e-6 * np.eye(3)
    np.testing.assert_allclose(apart, [(f(X + h) - f(X - h)) / 2e-6 for h in steps], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(apart, inlined, rtol=1e-12, atol=1e-14)


WEIGHTS = np.arange(12.0).reshape(3, 4) * 0.3 - 1.0


def into_the_first_column(A, y):
    for k in range(3):
        A[k, 0] = y[k]


def a_row_goes_into_a_column(A):
    B = A * 1.0
    into_the_first_column(B, B[1])
    return np.sum(B * WEIGHTS)


@pytest.mark.parametrize("backend", ["interpreter", "native"])
def test_what_a_function_is_given_may_lie_in_one_memory(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """Where a program was too long to inline a call, the adjoints of what it was given were taken for memory that is apart."""
    A = np.arange(1.0, 13.0).reshape(3, 4)
    expected = WEIGHTS.copy()
    expected[:, 0] = 0.0
    expected[1, :3] += WEIGHTS[:, 0]
    expected[1, 0] = WEIGHTS[0, 0]
    monkeypatch.setattr(sys.modules["everypath.optimise.inline"], "LARGEST", 0)
    assert ep.grad(a_row_goes_into_a_column, backend=backend)(A) == pytest.approx(expected)
