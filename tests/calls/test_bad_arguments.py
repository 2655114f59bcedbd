"""What a call cannot use is named, with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import nn
from everypath.structure import STRANGERS

MAKERS = ("grad", "value_and_grad", "hvp", "jacobian", "jacfwd", "jacrev", "hessian", "explain")
SCALAR = ("grad", "value_and_grad", "hvp", "hessian", "explain")


def cubic(x, y=1.0):
    return x * x * y


def called(kind: str, f: Callable[..., Any], *arguments: Any, wrt: Any = 0) -> Any:
    made = getattr(ep, kind)(f, wrt)
    return made(*arguments, 1.0) if kind == "hvp" else made(*arguments)


@pytest.mark.parametrize("kind", [*MAKERS, "compile", "jvp", "vjp", "check_grads"])
def test_not_a_function(kind: str) -> None:
    rest: tuple[Any, ...] = {"jvp": ((1.0,), (1.0,)), "check_grads": ((1.0,),)}.get(kind, ())
    for f in (3.0, None, "f", [cubic], np.ones(2)):
        with pytest.raises(ep.InvalidArgument, match=f"{kind} takes a function, not .*: write {kind}"):
            getattr(ep, kind)(f, *rest)


@pytest.mark.parametrize("kind", MAKERS)
def test_wrt(kind: str) -> None:
    for wrt in (0.0, None, True, (), ("x", 1.0), {"x": 1}, np.float64(0)):
        with pytest.raises(ep.InvalidArgument, match="wrt must be a position, a parameter's name, or a tuple"):
            called(kind, cubic, 2.0, wrt=wrt)
    for wrt in (2, -3, (0, 5)):
        with pytest.raises(ep.InvalidArgument, match=r"cubic was given 2 arguments, so there is no argument"):
            called(kind, cubic, 2.0, wrt=wrt)
    for wrt in ("z", "", ("x", "z")):
        with pytest.raises(ep.InvalidArgument, match=r"cubic has no parameter .*; it has x, y"):
            called(kind, cubic, 2.0, wrt=wrt)
    with pytest.raises(ep.InvalidArgument, match="two names for the same choice"):
        getattr(ep, kind)(cubic, 1, argnums=0)
    assert called(kind, cubic, 2.0, wrt=np.int64(0)) is not None


@pytest.mark.parametrize("kind", [*MAKERS, "compile"])
def test_arguments_that_do_not_bind(kind: str) -> None:
    made = getattr(ep, kind)(cubic)
    for arguments, named in (((), {}), ((1.0, 2.0, 3.0, 4.0), {}), ((1.0, 1.0), {"z": 2.0}), ((1.0, 1.0), {"x": 1.0})):
        with pytest.raises(TypeError, match=r"cubic\(?") as error:
            made(*arguments, **named)
        assert kind != "hvp" or "last the vector" in str(error.value)


RESULTS: dict[str, Callable[[Any], Any]] = {
    "None": lambda x: None,
    "an integer": lambda x: 3,
    "a bool": lambda x: x > 0.0,
    "'a'": lambda x: "a",
    "an int64 scalar": lambda x: np.argmax(np.array([x, 1.0])),
    "an array of bool with 1 axes": lambda x: np.array([x > 0.0]),
}
NOT_SCALAR: dict[str, Callable[[Any], Any]] = {
    "a tuple": lambda x: (x, x),
    "a list": lambda x: [x],
    "a dict": lambda x: {"x": x},
    "an array of float64 with 1 axes": lambda x: np.array([x]),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_results_without_a_derivative(kind: str) -> None:
    for said, f in {**RESULTS, **(NOT_SCALAR if kind in SCALAR else {})}.items():
        with pytest.raises(ep.NotDifferentiable, match=f"returns {said}"):
            called(kind, f, 2.0)
    if kind in SCALAR:
        with pytest.raises(ep.NotDifferentiable, match=f"^{kind} needs a function that returns a scalar"):
            called(kind, NOT_SCALAR["a list"], 2.0)
    with pytest.raises(ep.NotSupported, match="eval"):
        called(kind, lambda x: eval("x"), 2.0)


def test_jvp_and_vjp() -> None:
    for primals, tangents in ((1.0, 1.0), (np.ones(1), np.ones(1)), ((1.0,), 1.0), ({"x": 1.0}, {"x": 1.0})):
        with pytest.raises(ep.InvalidArgument, match=r"jvp takes (primals|tangents) as a tuple"):
            ep.jvp(cubic, primals, tangents)  # type: ignore[arg-type]
    with pytest.raises(ep.InvalidArgument, match="one tangent for each argument: 2 arguments, 1 tangents"):
        ep.jvp(cubic, (1.0, 2.0), (1.0,))
    for call in (lambda: ep.jvp(cubic, (1,), (1,)), lambda: ep.vjp(cubic, 1)):
        with pytest.raises(ep.NotDifferentiable, match="no floating-point argument"):
            call()
    with pytest.raises(ep.NotDifferentiable, match="returns None"):
        ep.vjp(lambda x: None, 1.0)
    with pytest.raises(TypeError, match="'y'"):
        ep.vjp(cubic, 1.0, y=2.0)  # type: ignore[call-arg]
    assert ep.jvp(lambda x: (3, None, "a", x), (1.0,), (1.0,)) == ((3, None, "a", 1.0), (None, None, None, 1.0))


def test_check_grads() -> None:
    with pytest.raises(ep.InvalidArgument, match="args as a tuple"):
        ep.check_grads(cubic, 1.0)  # type: ignore[arg-type]
    for options in ({"order": 3}, {"order": 0}, {"directions": 0}):
        with pytest.raises(ep.InvalidArgument, match="order 1 or 2 and at least one direction"):
            ep.check_grads(cubic, (1.0,), **options)  # type: ignore[arg-type]


class Account:
    """An ordinary class."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def interest(self, x):
        return self.rate * x


def test_a_static_method_is_its_function() -> None:
    assert ep.grad(staticmethod(cubic))(3.0) == 6.0


def of_package(name: str, base: type = object) -> Any:
    """An object that looks like one of another package's class: nothing but the name of the class is looked at."""
    package, _, kind = name.partition(".")
    return type(kind, (base,), {"__module__": f"{package}.core", "__array__": lambda self: np.ones(2)})()


@pytest.mark.parametrize("name", STRANGERS)
def test_arrays_that_mean_more_than_their_numbers(name: str) -> None:
    found = STRANGERS[name]
    value = np.ma.masked_less(np.ones(2), 0.0) if name == "numpy.MaskedArray" else of_package(name)
    square = lambda x: np.sum(x * x)  # noqa: E731
    said = re.escape(f"is {found.what}, and an array would not hold {found.lost}\nWay out: take its numbers, outside the function: ")
    for call in (
        lambda: ep.grad(square)(value),
        lambda: ep.compile(lambda p: p["x"])({"x": value}),
        lambda: ep.grad(lambda a: a * np.sum(value))(1.0),
        lambda: ep.jacobian(lambda x: x * x, seeds=value)(np.ones(2)),
        lambda: ep.ravel([value]),
    ):
        with pytest.raises(ep.NotSupported, match=said):
            call()
    for direction in (
        lambda: ep.jvp(square, (np.ones(2),), (value,)),
        lambda: ep.vjp(lambda x: x * x, np.ones(2))[1](value),
        lambda: ep.vjp(lambda x: 1j * x, np.ones(2))[1](value),
    ):
        with pytest.raises(ep.InvalidArgument, match=re.escape(f"an array would not hold {found.lost}: pass x{found.numbers}")):
            direction()
    with pytest.raises(ep.EverypathError, match=re.escape(f"an array would not hold {found.lost}")):
        ep.hvp(square)(np.ones(2), value)
    if found.rows:
        assert next(nn.minibatches(np.random.default_rng(0), 2, value))[0].tolist() == [1.0, 1.0]
    else:
        with pytest.raises(ep.InvalidArgument, match=re.escape(f"pass its numbers: x{found.numbers}")):
            next(nn.minibatches(np.random.default_rng(0), 2, value))
