"""Calls that leave arguments out, or pass them by name, take the fast way, and follow the defaults."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import everypath as ep


def powers(x, k=2.0, *, n=3, mode="plain"):
    return n * k * x if mode == "plain" else x


class Scale:
    def __init__(self):
        self.by = 2.0

    def __call__(self, a, more=1.0):
        return np.sum(a * self.by * more)

    def scaled(self, a, more=1.0):
        return self(a, more)


def never(*_):
    raise AssertionError("the slow way")


def test_the_second_call_is_found_at_once(monkeypatch) -> None:
    scaled = Scale().scaled
    calls = [
        (ep.grad(powers), (1.0,), {}, 6.0),
        (ep.grad(powers), (1.0,), {"n": 2}, 4.0),
        (ep.grad(powers), (), {"mode": "other", "x": 2.0, "k": 1.0}, 1.0),
        (ep.compile(scaled), (np.ones(2),), {}, 4.0),
        (ep.compile(scaled), (), {"more": 3.0, "a": np.ones(2)}, 12.0),
    ]
    for call, args, kwargs, value in calls:
        assert call(*args, **kwargs) == value
        with monkeypatch.context() as patch:
            patch.setattr(call, "slow", never)
            assert call(*args, **kwargs) == value


def test_defaults_are_those_of_now() -> None:
    def f(x, k=2.0, *, n=1.0):
        return x * k * n

    gradient = ep.grad(f)
    assert gradient(1.0) == gradient(1.0) == 2.0
    f.__defaults__ = (3.0,)
    assert gradient(1.0) == 3.0
    f.__kwdefaults__["n"] = 2.0
    assert gradient(1.0) == 6.0 == gradient(1.0)
    f.__kwdefaults__ = {"n": 3}
    assert gradient(1.0) == 9.0 == gradient(1.0) == gradient(n=3, x=1.0)


def test_what_python_does_not_take_is_not_taken() -> None:
    gradient = ep.grad(powers)
    for _ in range(2):
        assert gradient(1.0, 2.0, n=3) == 6.0
    for args, kwargs in (((1.0, 2.0, 3, "plain"), {}), ((), {}), ((1.0,), {"z": 2}), ((1.0, 2.0), {"x": 3.0})):
        with pytest.raises(TypeError):
            gradient(*args, **kwargs)


def test_arguments_by_name_that_a_partial_function_fixes() -> None:
    def f(x: Any, scale: float = 1.0, *, shift: float = 0.0) -> Any:
        return np.sum(x**2 * scale + shift * x)

    made = ep.grad(functools.partial(f, scale=3.0))
    x = np.array([1.0, -2.0])
    for _ in range(3):
        np.testing.assert_array_equal(made(x), 6 * x)
        np.testing.assert_array_equal(made(x, shift=2.0), 6 * x + 2)
        np.testing.assert_array_equal(made(x, scale=1.0), 2 * x)
    with pytest.raises(TypeError):
        made(x, 2.0)
    partial = functools.partial(f, shift=1.0)
    np.testing.assert_array_equal(ep.grad(partial)(x, 2.0), 4 * x + 1)


def test_what_a_partial_function_fixes_by_name_may_change() -> None:
    def f(x: Any, scale: Any = 2.0, shift: float = 1.0) -> Any:
        return np.sum(x * x * scale + shift * x)

    partial = functools.partial(f, scale=3.0)
    outside, inside = ep.grad(partial), ep.grad(lambda x: partial(x))
    x = np.array([1.0, 2.0])
    for scale in (3.0, 4.0, np.array([1.0, 5.0]), 2):
        partial.keywords["scale"] = scale
        for made in (outside, outside, inside, inside):
            np.testing.assert_array_equal(made(x), 2 * x * scale + 1)
    partial.keywords["shift"] = 7.0
    np.testing.assert_array_equal(outside(x), 4 * x + 7)
    np.testing.assert_array_equal(inside(x), 4 * x + 7)
    del partial.keywords["scale"], partial.keywords["shift"]
    np.testing.assert_array_equal(outside(x), 4 * x + 1)
    np.testing.assert_array_equal(inside(x), 4 * x + 1)


FACTOR = 2.0


def test_functions_modules_and_classes_as_arguments() -> None:
    made = ep.grad(lambda x, f: np.sum(f(x)))
    x = np.array([1.0, -2.0])
    power = 2

    def inner(x: Any, k: float = 1.0) -> Any:
        return x**power * k * FACTOR

    for _ in range(3):
        np.testing.assert_allclose(made(x, inner), 4 * x)
        np.testing.assert_allclose(made(x, np.sin), np.cos(x))
        np.testing.assert_allclose(made(x, np.cos), -np.sin(x))
    power = 3
    np.testing.assert_allclose(made(x, inner), 6 * x**2)
    inner.__defaults__ = (2.0,)
    np.testing.assert_allclose(made(x, inner), 12 * x**2)
    globals()["FACTOR"] = 1.0
    np.testing.assert_allclose(made(x, inner), 6 * x**2)
    globals()["FACTOR"] = 2.0
    by_module = ep.grad(lambda x, xp, kind: xp.sum(xp.asarray(x, kind) ** 2))
    for _ in range(3):
        np.testing.assert_allclose(by_module(x, np, float), 2 * x)


def test_objects_outside_as_they_are_now() -> None:
    class Layer:
        def __init__(self) -> None:
            self.w, self.k, self.more = np.array([1.0, 2.0]), 3.0, [1.0, 2.0]

        def loss(self, x: Any) -> Any:
            return np.sum(self.w * x) * self.k * self.more[0]

    layer = Layer()
    made = ep.grad(lambda x: layer.loss(x))
    x = np.ones(2)
    for _ in range(4):
        np.testing.assert_allclose(made(x), 3 * layer.w)
    layer.w = np.array([5.0, 6.0])
    layer.k = 2.0
    np.testing.assert_allclose(made(x), [10.0, 12.0])
    layer.w = layer.w.astype(np.float32)
    np.testing.assert_allclose(made(x), [10.0, 12.0])
    layer.k, layer.more = 2, [4.0]  # type: ignore[assignment]
    np.testing.assert_allclose(made(x), [40.0, 48.0])
    layer.more.append(1.0)
    np.testing.assert_allclose(made(x), [40.0, 48.0])
    del layer.k
    with pytest.raises(AttributeError):
        made(x)
