"""Arguments that NumPy's functions and methods may be given or not, as None or a number, or real or complex, as a path decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

X = np.array([[1.96, -0.3, -0.11], [-0.3, 2.75, 0.22], [-0.11, 0.22, 3.08]])


def axis(x: Any, large: float) -> Any:
    k = 0 if x[0, 0] > large else None
    return np.sum(x, axis=k) * x.mean(axis=k)


def limits(x: Any, large: float) -> Any:
    least = 0.5 if x[0, 0] > large else None
    return np.clip(x, least, 1.5) * x.clip(min=least, max=2.0)


def memory(x: Any, large: float) -> Any:
    y = x * 2.0
    return np.add(x, x, out=y if x[0, 0] > large else None) + y


def principal(x: Any, large: float) -> Any:
    values, vectors = np.linalg.eig(x + x.T)
    largest = values.argsort()[::-1]
    return x.dot(np.atleast_1d(vectors[:, largest])[:, :2]) * np.sign(vectors[0, largest][:2]) + large


@pytest.mark.parametrize("large", [1.0, 5.0])
@pytest.mark.parametrize("f", [axis, limits, memory, principal])
def test_what_a_path_decides(f: Callable[..., Any], large: float) -> None:
    expected = f(X, large)
    found = ep.compile(f, backend="interpreter")(X, large)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert type(found) is type(expected) and found.dtype == expected.dtype
    ep.check_grads(f, (X, large), order=1, backend="interpreter")


def test_what_takes_no_none() -> None:
    def sine(x: Any) -> Any:
        angle = 1.0 if x[0, 0] > 5.0 else None
        return np.sin(angle) * x

    with pytest.raises(TypeError):
        ep.compile(sine, backend="interpreter")(X)
