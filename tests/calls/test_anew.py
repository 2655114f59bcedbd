"""Functions made anew from the same code are compiled once, and hold on to nothing of those before them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.calls import anew

X = np.array([1.0, 2.0])


@pytest.fixture
def lowerings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the functions that were lowered."""
    seen: list[str] = []
    lower = pipeline.lower

    def counted(function: Any, *rest: Any, **asked: Any) -> Any:
        seen.append(function.__name__)
        return lower(function, *rest, **asked)

    monkeypatch.setattr(pipeline, "lower", counted)
    yield seen


def scaled(k: Any) -> Any:
    return ep.grad(lambda v: np.sum(v * v) * k)(X)


def through_another(k: Any) -> Any:
    def inner(v: Any) -> Any:
        return v * k

    def outer(v: Any) -> Any:
        return np.sum(inner(v) * v)

    return ep.grad(outer)(X)


def with_default(k: Any) -> Any:
    return ep.grad(lambda v, k=k: np.sum(v * v) * k)(X)


def second(k: Any) -> Any:
    return ep.hessian(lambda v: np.sum(v * v) * k)(X) @ X


def either(k: Any) -> Any:
    def square(v: Any) -> Any:
        return v * v

    def cube(v: Any) -> Any:
        return v * v * v

    chosen = square if k > 0 else cube
    return ep.grad(lambda v: np.sum(chosen(v)) * k)(X)


@pytest.mark.parametrize("made", [scaled, through_another, with_default, second], ids=lambda f: f.__name__)
def test_one_code_is_compiled_once(made: Callable[[Any], Any], lowerings: list[str]) -> None:
    for k in (3.0, -2.0, 0.5):
        np.testing.assert_allclose(made(k), 2 * k * X)
    assert len(lowerings) == 1
    np.testing.assert_allclose(made(np.array([3.0, 3.0]).sum()), 12 * X)  # a number of another type
    assert len(lowerings) == 2
    made(3.0)
    assert len(lowerings) == 2


def test_another_function_inside_is_another_program(lowerings: list[str]) -> None:
    for _ in range(2):
        np.testing.assert_allclose(either(1.0), 2 * X)
        np.testing.assert_allclose(either(-1.0), -3 * X**2)
    assert len(lowerings) == 2


def test_cells_shared_in_another_way_are_another_program(lowerings: list[str]) -> None:
    def pair(f: Any, g: Any) -> Any:
        return ep.grad(lambda x: f(x) + (1.0 if f is g else g(x)))(2.0)

    def times(k: float) -> Any:
        return lambda x: k * x

    same = times(3.0)
    assert [pair(same, same), pair(times(3.0), times(4.0)), pair(times(5.0), times(6.0))] == [3.0, 7.0, 11.0]
    assert len(lowerings) == 2


def test_what_was_closed_over_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anew, "MOST", 4)

    def call() -> Any:
        data = X.copy()
        gone.append(weakref.ref(data))
        return ep.grad(lambda v: np.sum(v * data))(X)

    gone: list[Any] = []
    for _ in range(3):
        call()
    gc.collect()
    assert [ref() for ref in gone] == [None] * 3
    assert len(anew.RECIPES) <= 4
