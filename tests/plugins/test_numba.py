"""Functions and gradients that Numba's compiled code calls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

numba: Any = pytest.importorskip("numba", reason="pip install 'everypath[numba]'")

import everypath as ep  # noqa: E402
from everypath.numba import wrap  # noqa: E402


def energy(x: Any, k: float) -> Any:
    total = 0.0
    for i in range(1, len(x)):
        total += 0.5 * k * (x[i] - x[i - 1] - 1.0) ** 2
    if k < 0.0:
        raise ValueError(f"negative: {k}")
    return total


def shapes(x: Any, p: Any) -> Any:
    return np.outer(x, x) * p[0] + p[1], len(x), x > 0.0


def test_values_and_gradients() -> None:
    value, slope, both = wrap(energy), wrap(ep.grad(energy)), wrap(ep.value_and_grad(energy, ("x", "k")))

    @numba.njit
    def run(x: Any, k: float, steps: int) -> Any:
        for _ in range(steps):
            x = x - 0.1 * slope(x, k)
        return value(x, k), both(x, k)

    def plainly(x: Any, k: float, steps: int) -> Any:
        for _ in range(steps):
            x = x - 0.1 * ep.grad(energy)(x, k)
        return energy(x, k), ep.value_and_grad(energy, ("x", "k"))(x, k)

    for x in (np.array([0.0, 5.0, 3.0, 4.0]), np.arange(12.0)[::-2]):
        (value_, (value2, (by_x, by_k))), (expected, (_, (to_x, to_k))) = run(x, 2.0, 5), plainly(x, 2.0, 5)
        assert value_ == value2 == expected and (by_x == to_x).all() and by_k == to_k
    with pytest.raises(RuntimeError, match=r"raised an error: message\(\) says which"):
        run(np.ones(3), -1.0, 0)
    assert value.message().startswith("ValueError: negative: -1 (") and value.message() == ""
    assert value(np.ones(3), 2.0) == 2.0  # Python calls it too


def test_arrays_tuples_and_threads() -> None:
    several, value = wrap(shapes), wrap(energy)

    @numba.njit
    def call(x: Any) -> Any:
        return several(x, (2.0, np.float32(1.0)))

    for n in (2, 30):
        found, expected = call(np.linspace(-1.0, 1.0, n)), shapes(np.linspace(-1.0, 1.0, n), (2.0, np.float32(1.0)))
        assert (found[0] == expected[0]).all() and found[1] == n and (found[2] == expected[2]).all()

    @numba.njit(parallel=True, nogil=True)
    def rows(x: Any) -> Any:
        out = np.empty(len(x))
        for i in numba.prange(len(x)):
            out[i] = value(x[i], 1.0)
        return out

    x = np.random.default_rng(3).normal(size=(400, 20))
    assert np.allclose(rows(x), [energy(row, 1.0) for row in x], rtol=1e-14)


@pytest.mark.parametrize(
    "function, argument, said",
    [
        (lambda x: print(x) or x, 1.0, "what is printed is put into words by Python"),
        (lambda x: {"a": x}, 1.0, "returns a dict, which Numba cannot take"),
        (lambda n: np.sum(np.ones((2, 3)), axis=n), 1, "needs the value of an argument, or its shape, before it runs"),
    ],
)
def test_refused(function: Any, argument: Any, said: str) -> None:
    wrapped = wrap(function)

    @numba.njit
    def call(x: Any) -> Any:
        return wrapped(x)

    with pytest.raises(Exception, match=said):
        call(argument)
