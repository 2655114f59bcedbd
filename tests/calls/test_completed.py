"""Calls that leave arguments out, or pass them by name, take the fast way, and follow the defaults."""

from __future__ import annotations

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
