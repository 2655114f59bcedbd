"""Functions inside other objects: those that numba compiles, and what functools and operator make of functions, from outside."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

import everypath as ep


class Dispatcher:
    """What numba's `njit` makes: it is called, and keeps the Python function as `py_func`."""

    def __init__(self, py_func: Callable[..., Any]) -> None:
        self.py_func = py_func
        functools.update_wrapper(self, py_func)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.py_func(*args, **kwargs)


def njit(*args: Any, **options: Any) -> Any:
    return Dispatcher(args[0]) if args else Dispatcher


@njit
def squared(x):  # type: ignore[no-untyped-def]
    return x * x


@njit(fastmath=True, cache=True)
def summed(x, rate=2.0):  # type: ignore[no-untyped-def]
    total = 0.0
    for v in x:
        total += squared(v) * rate
    return total


X = np.array([0.5, -1.25, 2.0])
second = operator.itemgetter(1)
shouted = operator.methodcaller("upper")
tripled = functools.partial(summed, rate=3.0)


def test_a_function_that_numba_compiles_is_its_python_function() -> None:
    np.testing.assert_allclose(ep.grad(summed)(X), 4.0 * X)
    np.testing.assert_allclose(ep.grad(lambda x: summed(x) + squared(x[0]))(X), 4.0 * X + [2.0 * X[0], 0.0, 0.0])
    np.testing.assert_allclose(ep.grad(tripled)(X), 6.0 * X)
    ep.check_grads(summed, (X,), order=2)
    assert "squared" in str(ep.explain(summed)(X))


def test_getters_from_outside() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        return second(x) * len(shouted("ab")) + max([(x[0], 1.0), (x[2], 2.0)], key=second)[0]

    assert ep.compile(f)(X) == f(X)
    np.testing.assert_allclose(ep.grad(f)(X), [0.0, 2.0, 1.0])
