"""What `help`, `inspect.signature` and a notebook's `?` and `??` say of a function that was made from another one."""

from __future__ import annotations

import functools
import inspect
import math
import pydoc
from collections.abc import Callable
from typing import Any

import pytest

import everypath as ep


def wave(x: float, *, phase: float = 0.0) -> float:
    """A wave at x."""
    return math.sin(x + phase)


def plain(x, y):
    return x * y


class Swing:
    def angle(self, t: float) -> float:
        return math.cos(t)


SIGNATURES: list[tuple[Callable[..., Any], str]] = [
    (ep.grad(wave), "(x: 'float', *, phase: 'float' = 0.0) -> 'float'"),
    (ep.grad(wave, "x"), "(x: 'float', *, phase: 'float' = 0.0) -> 'float'"),
    (ep.grad(wave, ("x", "phase")), "(x: 'float', *, phase: 'float' = 0.0)"),
    (ep.value_and_grad(wave), "(x: 'float', *, phase: 'float' = 0.0)"),
    (ep.compile(wave), "(x: 'float', *, phase: 'float' = 0.0) -> 'float'"),
    (ep.compile(functools.partial(wave, phase=1.0)), "(x: 'float', *, phase: 'float' = 1.0) -> 'float'"),
    (ep.hessian(wave), "(x: 'float', *, phase: 'float' = 0.0)"),
    (ep.hvp(wave), "(x: 'float', v, *, phase: 'float' = 0.0)"),
    (ep.hvp(plain), "(x, y, v)"),
    (ep.explain(wave), "(x: 'float', *, phase: 'float' = 0.0) -> 'Explanation'"),
    (ep.grad(ep.grad(plain)), "(x, y)"),
    (ep.grad(Swing().angle), "(t: 'float') -> 'float'"),
]


@pytest.mark.parametrize("made, signature", SIGNATURES, ids=[repr(made) for made, _ in SIGNATURES])
def test_the_parameters_are_those_of_the_function(made: Callable[..., Any], signature: str) -> None:
    assert str(inspect.signature(made)) == signature


def test_the_class_has_a_signature_too() -> None:
    assert "function" in inspect.signature(ep.Derived).parameters


def test_what_has_no_signature_says_so() -> None:
    with pytest.raises(ValueError):
        inspect.signature(ep.compile(math.hypot))


def test_it_goes_by_the_name_of_the_function() -> None:
    derivative, compiled = ep.grad(wave), ep.compile(wave)
    assert (derivative.__name__, compiled.__name__) == ("grad_wave", "wave")
    assert derivative.__module__ == compiled.__module__ == __name__
    assert derivative.__doc__ == "The gradient of wave in argument 0.\n\nA wave at x."
    assert compiled.__doc__ == wave.__doc__
    assert inspect.unwrap(derivative) is wave
    assert inspect.getsource(inspect.unwrap(ep.hessian(wave))).startswith("def wave")


def test_help_shows_the_parameters_and_what_it_is() -> None:
    text = pydoc.plain(pydoc.render_doc(ep.grad(wave, "x")))
    assert "grad_wave(x: 'float', *, phase: 'float' = 0.0) -> 'float'" in text.replace("  ", " ")
    assert "The gradient of wave in x." in text and "A wave at x." in text


@pytest.mark.parametrize("public", [ep.grad, ep.vjp, ep.rule, ep.implicit, ep.explain, ep.check_grads])
def test_public_functions_show_themselves(public: Callable[..., Any]) -> None:
    assert public.__doc__ and ">>>" in public.__doc__
    assert "wrt" in str(inspect.signature(public)) or public not in (ep.grad, ep.explain)
    assert inspect.getsource(inspect.unwrap(public)).rstrip()
