"""Derivatives of derivatives that are taken inside at a tie: what nothing outside moves is the mean of both sides, and so derived."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

NONE = np.zeros(0)
ZEROS = np.zeros(2)


def at_zero(h: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda a: ep.grad(lambda t: h(t, a))(0.0)


def at_zeros(h: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda a: np.sum(ep.grad(lambda t: h(t, a))(ZEROS) * np.array([1.0, 3.0]))


# What the mean of both sides is, as a function of a.
PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "abs": (at_zero(lambda t, a: abs(t) * a**2), lambda a: 0.0 * a),
    "at a sum of nothing": (lambda a: ep.grad(lambda t: abs(t) * a**2)(np.sum(NONE)), lambda a: 0.0 * a),
    "at a product with 0": (lambda a: ep.grad(lambda t: abs(t) * a**2)(0.0 * a), lambda a: 0.0 * a),
    "max": (at_zero(lambda t, a: max(t, a**2 * t)), lambda a: 0.5 + 0.5 * a**2),
    "min": (at_zero(lambda t, a: min(a**3 * t, t)), lambda a: 0.5 + 0.5 * a**3),
    "relu": (at_zero(lambda t, a: max(t, 0.0) * a**3), lambda a: 0.5 * a**3),
    "halves": (at_zero(lambda t, a: max(t, 0.0) * a**3 - max(-t, 0.0) * a), lambda a: 0.5 * a**3 + 0.5 * a),
    "sign": (at_zero(lambda t, a: np.sign(t) * t * a**2 + t * a), lambda a: a),
    "a factor outside": (lambda a: a * ep.grad(lambda t: max(t, 0.0) * a)(0.0), lambda a: 0.5 * a**2),
    "a product outside": (lambda a: ep.grad(lambda t: max(t, 0.0) * a)(0.0) ** 3, lambda a: 0.125 * a**3),
    "jvp": (lambda a: ep.jvp(lambda t: max(t, 0.0) * a**2, (0.0,), (a,))[1], lambda a: 0.5 * a**3),
    "vjp": (lambda a: ep.vjp(lambda t: max(t, 0.0) * a**2, 0.0)[1](a)[0], lambda a: 0.5 * a**3),
    "a second derivative": (lambda a: ep.hessian(lambda t: max(t, 0.0) * t * a**2)(0.0), lambda a: a**2),
    "hvp": (lambda a: ep.hvp(lambda t: max(t, 0.0) * t * a**2)(0.0, a), lambda a: a**3),
    "both inside": (lambda a: ep.grad(lambda s: ep.grad(lambda t: max(t, 0.0) * s**2 * a)(0.0))(a), lambda a: a**2),
    "of a kink that nothing moves at all": (at_zero(lambda t, a: abs(0.0 * t) * a**2 + t * a), lambda a: a),
    "a kink of what is moved is decided": (lambda a: ep.grad(lambda t: abs(t) ** 3)(a - 2.0), lambda a: 3.0 * (a - 2.0) * abs(a - 2.0)),
    "maximum": (at_zeros(lambda t, a: np.sum(np.maximum(t, 0.0)) * a**2), lambda a: 2.0 * a**2),
    "largest": (at_zeros(lambda t, a: np.max(t) * a**2), lambda a: 2.0 * a**2),
    "largest of two": (at_zero(lambda t, a: np.max(np.array([t, t * a**2]))), lambda a: 0.5 + 0.5 * a**2),
    "sort": (at_zero(lambda t, a: np.sort(np.array([t, -t]))[1] * a**2 + t * a), lambda a: a),
    "norm": (at_zeros(lambda t, a: np.linalg.norm(t) * a**2 + t[0] * a), lambda a: a),
    "hypot": (at_zeros(lambda t, a: np.hypot(t[0], t[1]) * a**2 + t[0] * a), lambda a: a),
    "abs of an array": (at_zeros(lambda t, a: np.sum(np.abs(t) * a**2 + t * a)), lambda a: 4.0 * a),
    "some moved": (
        lambda a: np.sum(ep.grad(lambda t: np.sum(np.maximum(t, 0.0) * a**2))(np.array([0.0, 1.0]))),
        lambda a: 1.5 * a**2,
    ),
}

SLOW = ("norm", "hypot", "both inside", "a second derivative")
"""What takes seconds to compile is compiled once."""


@pytest.mark.part(2)
@pytest.mark.parametrize("name", PAIRS)
def test_the_mean_is_differentiated(name: str) -> None:
    f, smooth = PAIRS[name]
    wanted = pytest.approx(ep.grad(smooth)(2.0), rel=1e-12, abs=1e-12)
    assert ep.grad(f)(2.0) == wanted
    if name not in SLOW:
        assert ep.jvp(f, (2.0,), (1.0,))[1] == wanted


@pytest.mark.parametrize("name", ["abs", "max", "at a sum of nothing", "a product outside"])
def test_in_every_way(name: str) -> None:
    f, smooth = PAIRS[name]
    slope, close = ep.grad(smooth)(2.0), functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
    close(ep.grad(f, backend="interpreter")(2.0), slope)
    close(ep.vjp(f, 2.0)[1](3.0)[0], 3.0 * slope)
    close(ep.hessian(f)(2.0), ep.hessian(smooth)(2.0))


@pytest.mark.parametrize("f", [lambda x: max(x**3, 0.0) + min(x**3, 0.0), lambda x: 2 * max(x * x * x, 0.0) - abs(-x * x * x)])
def test_third_derivatives_are_decided_by_third_tangents(f: Callable[..., Any]) -> None:
    assert ep.grad(ep.grad(ep.grad(f, backend="interpreter"), backend="interpreter"), backend="interpreter")(0.0) == 6.0


def test_where_a_row_of_a_Hessian_is_0() -> None:
    def f(x: Any) -> Any:
        return np.sum(ep.grad(lambda t: np.sum(np.abs(t) * t))(ep.hessian(lambda t: np.sum(t**3))(x)[0]))

    assert not np.any(ep.hessian(f, backend="interpreter")(np.array([1.5, 2.0])))


def test_equal_numbers_move_alike_to_the_last_bit() -> None:
    x = np.array([0.065536, 0.7, -1.3])
    assert not np.any(ep.hessian(lambda x: np.sum(np.std(np.stack([x, x, x]), axis=0)), backend="interpreter")(x))


def test_sides_that_are_too_much_to_compile_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["everypath.differentiate.expand"], "MOST_OPERATIONS", 0)
    with pytest.raises(ep.NotSupported, match="both sides of each are too much"):
        ep.grad(lambda a: ep.grad(lambda t: abs(t) * a**2)(0.0 * a) * a)(2.0)


@pytest.mark.parametrize("backend", ["native", "interpreter"])
def test_the_vector_of_hvp_does_not_go_where_it_is_zero(backend) -> None:
    def root(x):
        return x[0] ** 2 * 3.0 + np.sqrt(x[1]) + np.sum(x**1.5)

    x, v = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    np.testing.assert_array_equal(ep.hvp(root, backend=backend)(x, v), [6.75, 0.0])

    def smooth(x):
        return x[0] ** 2 * x[1] + x[1] ** 3

    product = ep.hvp(smooth, backend=backend)  # of which derivatives by the vector go there
    np.testing.assert_array_equal(ep.jacobian(product, 1, backend=backend)(x, v), ep.hessian(smooth)(x))
    np.testing.assert_array_equal(ep.vjp(product, x, v, backend=backend)[1](np.ones(2))[1], ep.hessian(smooth)(x) @ np.ones(2))
