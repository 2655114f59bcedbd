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
