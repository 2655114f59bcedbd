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


class Tracker:
    """As filters of a well-known library keep what has not been measured yet."""

    def __init__(self, n: int) -> None:
        z = np.atleast_2d(np.array([None] * n))
        self.seen = z.T if z.shape != (n, 1) else z
        self.last = np.array([[None] * n]).T[:, 0]
        self.total, self.n = np.zeros(n), n

    def update(self, z: Any) -> None:
        self.last = self.seen
        if z is None:
            self.seen = np.array([[None] * self.n]).T
            return
        self.seen = z
        self.total = self.total + z[:, 0] ** 2


def tracked(x: Any) -> Any:
    tracker = Tracker(3)
    for k in range(4):
        tracker.update(x[:, k : k + 1] if k < 3 and x[0, k] > -0.2 else None)
    return tracker.total * tracker.last.size + tracker.seen.ndim


def test_arrays_of_none_hold_a_place() -> None:
    np.testing.assert_array_equal(ep.compile(tracked, backend="interpreter")(X), tracked(X))
    ep.check_grads(tracked, (X,), order=1, backend="interpreter")
    with pytest.raises(ep.NotSupported, match="'fill' of an array of None"):
        ep.compile(lambda x: np.array([None, None]).fill(x))(1.0)
