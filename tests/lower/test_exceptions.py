"""Exceptions that leave the call are those that CPython raises: class, arguments, attributes; and what is refused of `try` and `with`."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import everypath as ep


class Bad(Exception):
    def __init__(self, message: str, value: float = 0.0, *, code: int = 3) -> None:
        super().__init__(message)
        self.value, self.code = value, code


class Worse(Bad):
    def __str__(self) -> str:
        return f"worse: {self.args[0]} {self.value:.3f}"


@dataclass
class Fields(Exception):
    a: float
    b: int = 4


def two_arguments(x: Any) -> Any:
    raise ValueError("a", x, 3)


def by_name(x: Any) -> Any:
    raise Bad(f"m {x}", value=x, code=int(x))


def text_of_its_own(x: Any) -> Any:
    raise Worse("q", x)


def of_a_dataclass(x: Any) -> Any:
    raise Fields(x)


def number(x: Any) -> Any:
    raise ValueError(x)


def numpy_number(x: Any) -> Any:
    raise ValueError(np.float64(x) * np.ones(2)[0])


def key(x: Any) -> Any:
    raise KeyError(3)


def tuple_of_both(x: Any) -> Any:
    raise ValueError((x, "b"))


def braces(x: Any) -> Any:
    raise ValueError("{braces} " + str(x))


def no_exception(x: Any) -> Any:
    raise x


def through_finally(x: Any) -> Any:
    try:
        raise Worse("q", x, code=5)
    finally:
        x = 3.0


def raised_again(x: Any) -> Any:
    try:
        if x > 1:
            raise Bad("m", x)
    except Bad as error:
        if error.code == 3:
            raise
        return error.value
    return x


def made_before(x: Any) -> Any:
    made = Bad("later", x)
    try:
        raise made
    except Bad as error:
        raise RuntimeError(str(error)) from error


LEAVING = [
    *(two_arguments, by_name, text_of_its_own, of_a_dataclass, number, numpy_number, key, tuple_of_both, braces, no_exception),
    *(through_finally, raised_again, made_before),
]


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("function", LEAVING, ids=lambda f: f.__name__)
def test_what_leaves_the_call_is_what_cpython_raises(function: Callable, backend: str) -> None:
    with pytest.raises(Exception) as expected:
        function(2.5)
    for made in (ep.compile(function, backend=backend), ep.grad(function, backend=backend)):
        with pytest.raises(expected.type) as found:
            made(2.5)
        assert str(found.value) == str(expected.value)
        assert [(type(a), a) for a in found.value.args] == [(type(a), a) for a in expected.value.args]
        assert vars(found.value) == vars(expected.value)


def test_an_exception_knows_its_attributes_where_it_is_caught() -> None:
    def f(x: Any) -> Any:
        try:
            if x > 1:
                raise Worse("q", x * x)
            raise Fields(x, b=7)
        except Bad as error:
            return error.value * error.code + ("worse" in f"{type(error).__name__.lower()}")
        except Fields as error:
            return error.a * error.b

    assert ep.value_and_grad(f)(2.0) == (13.0, 12.0)
    assert ep.value_and_grad(f)(0.5) == (3.5, 7.0)


class Counted:
    entered = 0

    def __init__(self, errors: list) -> None:
        self.errors = errors

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.errors.append(1.0 if kind is None else 10.0 if trace is not None else 100.0)
        return kind is ZeroDivisionError


def test_a_manager_is_told_what_leads_out_of_it() -> None:
    def f(x: Any) -> Any:
        seen: list = []
        for k in range(3):
            with Counted(seen):
                if k == 1:
                    continue
                x += 1 / (k - 2)
        return x * sum(seen)

    assert f(2.0) == ep.compile(f)(2.0) == 18.0


def outside_errors(x: Any, a: Any) -> Any:
    """What CPython would not raise goes through every handler."""
    try:
        n = 2
        for _ in range(70):
            n = n * 2
        return x * n
    except Exception:
        return a


def test_an_error_of_ours_is_not_caught() -> None:
    with pytest.raises(OverflowError, match="64 bits"):
        ep.compile(outside_errors)(1.0, 2.0)


def inside_a_derivative(x: Any) -> Any:
    try:
        return ep.grad(math.sqrt)(x)
    except ValueError:
        return 0.0


def errstate(x: Any) -> Any:
    with np.errstate(divide="raise"):
        return np.log(x)


@contextlib.contextmanager
def twice(x: Any) -> Any:
    if x > 0:
        yield 1.0
    yield 2.0


def yields_in_two_places(x: Any) -> Any:
    with twice(x) as y:
        return y


REFUSED = [
    (inside_a_derivative, "an error inside a derivative cannot be caught around it"),
    (errstate, "np.errstate(divide='raise') is not supported"),
    (yields_in_two_places, "'twice' does not yield once"),
]


@pytest.mark.parametrize("function, reason", REFUSED, ids=lambda x: getattr(x, "__name__", ""))
def test_refused(function: Callable, reason: str) -> None:
    with pytest.raises(ep.NotSupported) as caught:
        ep.compile(function)(2.0)
    assert reason in str(caught.value)


def test_nothing_is_lowered_that_is_not_reached() -> None:
    def f(x: Any) -> Any:
        try:
            y = x * x
        except Exception:
            y = complex(x).what.ever(1j)
        return y

    assert ep.grad(f)(3.0) == 6.0


def test_classes_are_looked_for_when_an_error_gets_there() -> None:
    def f(x: Any) -> Any:
        try:
            try:
                y = 1.0 / x
            except KeyError:
                y = 3.0 * x
            except (np.linalg.linalg.LinAlgError, ZeroDivisionError):  # type: ignore[attr-defined]
                y = 5.0 * x
        except AttributeError:
            y = 7.0 * x
        return y

    for x in (2.0, 0.0):
        assert (ep.compile(f)(x), ep.grad(f)(x)) == (f(x), -0.25 if x else 7.0)
