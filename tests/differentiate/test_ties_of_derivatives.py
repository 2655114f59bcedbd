"""Kinks applied to derivatives that are taken inside, at their ties: smooth functions all the same, each beside itself without kinks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task

VECTOR = np.array([1.0, 0.5])


def cubic(t: Any) -> Any:
    return t * t * t - t * 3


def cubics(v: Any) -> Any:
    return np.sum(v * v * v - v * 3)


def slope(t: Any) -> Any:
    return 3.0 * t**2 - 3.0


def quartic(t: Any) -> Any:
    return t * t * t * t - 6 * t * t


def quartics(v: Any) -> Any:
    return np.sum(v * v * v * v - 6 * v * v)


def bend(t: Any) -> Any:
    return 12.0 * t**2 - 12.0


PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Any]] = {
    "abs of grad": (lambda x: abs(ep.grad(cubic)(x)) ** 2, lambda x: slope(x) ** 2, 1.0),
    "halves of grad": (lambda x: max(ep.grad(cubic)(x), 0.0) - max(-ep.grad(cubic)(x), 0.0), slope, 1.0),
    "abs of jvp": (lambda x: abs(ep.jvp(cubic, (x,), (1.0,))[1]) ** 2, lambda x: slope(x) ** 2, 1.0),
    "a direction that is zero": (lambda x: abs(ep.jvp(cubic, (2.0,), (x - 1.0,))[1]) ** 2, lambda x: (9.0 * (x - 1.0)) ** 2, 1.0),
    "place and direction move": (
        lambda x: abs(ep.jvp(cubic, (x * 2,), (x - 1.0,))[1]) ** 2,
        lambda x: (slope(2 * x) * (x - 1.0)) ** 2,
        1.0,
    ),
    "abs of vjp": (lambda x: abs(ep.vjp(cubic, x * 2.0)[1](x - 1.0)[0]) ** 2, lambda x: (slope(2 * x) * (x - 1.0)) ** 2, 1.0),
    "abs of a second derivative": (lambda x: abs(ep.hessian(quartic)(x)) ** 2, lambda x: bend(x) ** 2, 1.0),
    "abs of hvp": (lambda x: abs(ep.hvp(quartic)(x, x)) ** 2, lambda x: (bend(x) * x) ** 2, 1.0),
    "a slope with slope 0": (lambda x: abs(ep.grad(lambda t: (t - 1) * (t - 1) * (t - 1))(x)), lambda x: 3.0 * (x - 1.0) ** 2, 1.0),
    "abs of abs": (lambda x: abs(ep.grad(lambda t: abs(t) ** 3 - t * t * abs(x))(x)) ** 2, lambda x: x**4, 0.0),
    "of a list": (lambda x: abs(ep.grad(lambda p: p[0] ** 2 * p[1])([x, x])[0]) ** 2, lambda x: (2 * x * x) ** 2, 0.0),
    "the square of a jump": (lambda x: ep.grad(lambda t: abs(t))(x) ** 2 * x, lambda x: x, 0.0),
    "two jumps": (lambda x: ep.grad(lambda t: abs(t) * t)(x) * ep.grad(lambda t: abs(t))(x), lambda x: 2.0 * x, 0.0),
    "a gradient": (lambda v: np.sum(np.abs(ep.grad(cubics)(v)) ** 2), lambda v: np.sum(slope(v) ** 2), VECTOR),
    "written afterwards": (lambda v: written(v), lambda v: 9.0 * v[0] ** 2 + v[1] ** 2, np.zeros(2)),
    "in a loop": (lambda x: stepped(x), lambda x: 1.5 * slope(x) ** 2, 1.0),
    "inside a derivative": (lambda x: ep.grad(lambda t: abs(ep.grad(cubic)(t)) ** 2)(x), lambda x: 12.0 * x * slope(x), 1.0),
}


def written(v: Any) -> Any:
    g = ep.grad(lambda t: t[0] ** 2 * 1.5)(v)
    g[1] = v[1]
    return np.sum(np.abs(g) ** 2)


def stepped(x: Any) -> Any:
    total = 0.0
    for _ in range(2):
        total = total * 0.5 + abs(ep.grad(cubic)(x)) ** 2
    return total


@pytest.mark.part(2)
@pytest.mark.parametrize("name", PAIRS)
def test_smooth_after_all(name: str) -> None:
    f, smooth, x = PAIRS[name]
    along = np.array([0.3, -0.7]) if isinstance(x, np.ndarray) else 0.3
    gradient, backend = ep.grad(smooth)(x), "interpreter"
    close = functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
    close(ep.grad(f)(x), gradient)
    close(ep.grad(f, backend=backend)(x), gradient)
    close(ep.hessian(f, backend=backend)(x), ep.hessian(smooth)(x))
    close(ep.jvp(f, (x,), (along,), backend=backend)[1], np.sum(gradient * along))
    close(ep.vjp(f, x, backend=backend)[1](2.0)[0], 2.0 * gradient)


def products(x: Any, v: Any) -> Any:
    return np.sum(ep.hvp(lambda t: np.sum(np.abs(t) * t))(x, v))


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """What is compiled, in order."""
    seen: list[Task] = []
    stages = pipeline.stages
    monkeypatch.setattr(pipeline, "stages", lambda program, task, *stop: (seen.append(task), stages(program, task, *stop))[1])
    return seen


@pytest.mark.parametrize("backend", ["native", "interpreter"])
def test_both_sides_are_compiled_at_the_first_tie(backend: Any, tasks: list[Task]) -> None:
    f = ep.compile(lambda x, v: products(x, v), backend=backend)
    x, v = np.array([1.0, -2.0]), np.array([0.5, 0.25])
    assert f(x, v) == 0.5 and [task.postponed for task in tasks] == [True]
    assert f(np.array([0.0, -2.0]), v) == -0.5 and [task.postponed for task in tasks] == [True, False]
    assert f(x, v) == 0.5 and f(0.0 * x, v) == 0.0 and len(tasks) == 2


def test_a_pullback_follows_its_forward_half() -> None:
    def f(x: Any) -> Any:
        return ep.grad(lambda t: max(t, 0.0) - max(-t, 0.0) + t * t)(x) * x

    value, early = ep.vjp(f, 1.0)
    tied, late = ep.vjp(f, 0.0)
    assert (value, tied) == (3.0, 0.0)
    assert (early(1.0), late(1.0), early(2.0)) == ((5.0,), (1.0,), (10.0,))


def test_what_is_printed_or_written_happens_once(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Any, out: Any) -> Any:
        print("at", x)
        out[0] += 1.0
        return ep.grad(lambda t: max(t, 0.0) - max(-t, 0.0))(x)

    out = np.zeros(1)
    assert ep.compile(f)(0.0, out) == 1.0
    assert out[0] == 1.0 and capsys.readouterr().out == "at 0.0\n"


@pytest.mark.parametrize(
    "derivative", [ep.hvp, lambda f: lambda x, v: ep.jvp(ep.grad(f), (x,), (v,))[1], lambda f: lambda x, v: ep.hessian(f)(x) * v]
)
def test_the_mean_of_two_sides_has_the_mean_of_their_derivatives(derivative: Callable[..., Any]) -> None:
    """Both sides of the slope are 0 where those of the second derivative are 2 and -2."""
    f = ep.compile(lambda x: derivative(lambda t: abs(t) * t)(x, 1.0))
    assert (f(0.0), f(1.0), f(-1.0)) == (0.0, 2.0, -2.0)


def of_a_value(x: Any) -> Any:
    value, slope = ep.value_and_grad(lambda t: np.sum(np.abs(t)) + np.sum(t * t))(0.0 * x)
    return value * np.sum(x) + np.sum(slope * x)


def of_values(x: Any) -> Any:
    values, slopes = ep.jvp(lambda t: np.abs(t) * VECTOR, (0.0 * x,), (np.ones(2),))
    return np.sum(values * x) + np.sum(slopes)


@pytest.mark.parametrize("f", [of_a_value, of_values])
def test_the_value_beside_a_derivative_has_the_ties_of_a_function_that_is_called(f: Callable[..., Any]) -> None:
    """What stands still along every direction leaves a tie open, but only for the derivative: the value does not move."""
    for x in (np.zeros(2), np.array([1.0, 2.0])):
        assert ep.grad(f, backend="interpreter")(x).tolist() == [0.0, 0.0]
        assert [ep.jvp(f, (x,), (e,))[1] for e in np.eye(2)] == [0.0, 0.0]


def test_so_has_its_second_derivative() -> None:
    def f(x: Any) -> Any:
        value, _ = ep.value_and_grad(lambda t: abs(t) * t)(0.0 * x)
        return value * x

    assert ep.hessian(f, backend="interpreter")(1.0) == 0.0
