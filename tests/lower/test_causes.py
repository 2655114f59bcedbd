"""What an error that leaves the call was raised from, and what was handled there: as CPython has it."""

from __future__ import annotations

import math
from typing import Any

import pytest

import everypath as ep


class Failed(Exception):
    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def from_an_operation(x):
    try:
        return 1.0 / (x - x)
    except ZeroDivisionError as error:
        raise ValueError(f"bad {x}") from error


def of_a_class_with_attributes(x):
    try:
        return math.log(-x)
    except ValueError as error:
        raise Failed("no logarithm", x * 2.0) from error


def from_nothing(x):
    try:
        return 1.0 / (x - x)
    except ZeroDivisionError:
        raise KeyError("k") from None


def while_another_is_handled(x):
    try:
        return 1.0 / (x - x)
    except ZeroDivisionError:
        raise KeyError("k")  # noqa: B904


def from_one_that_was_not_raised(x):
    cause = ValueError("made of %s" % x)  # noqa: UP031
    raise TypeError("t") from cause


def from_a_class(x):
    raise TypeError(x) from ValueError


def divided(x):
    try:
        return 1.0 / (x - x)
    except ZeroDivisionError as error:
        raise ArithmeticError("inner", x) from error


def through_a_function(x):
    try:
        return divided(x)
    except ArithmeticError as error:
        raise RuntimeError("outer") from error


def raised_again(x):
    try:
        return divided(x)
    except ArithmeticError:
        raise


def raised_again_by_name(x):
    try:
        return divided(x)
    except ArithmeticError as error:
        raise error


def wrapped(x, n):
    if n == 0:
        return 1.0 / (x - x)
    try:
        return wrapped(x, n - 1)
    except ArithmeticError as error:
        raise ArithmeticError("level", n) from error


def wrapped_at_every_level(x):
    return wrapped(x, 2)


def in_a_loop(x):
    for k in range(5):
        try:
            x += 1.0 / (k - 2)
        except ZeroDivisionError as error:
            raise ValueError(f"turn {k}, {x}") from error
    return x


def behind_a_finally(x):
    try:
        try:
            return 1.0 / (x - x)
        finally:
            x = 2.0
    except ZeroDivisionError as error:
        raise ValueError("a", 1, x) from error


def chain(error: BaseException | None) -> Any:
    """What an exception shows of itself and of those that led to it."""
    if error is None:
        return None
    own = type(error), error.args, getattr(error, "code", None), error.__suppress_context__
    return own, chain(error.__cause__), chain(error.__context__)


def raised(function: Any, x: float) -> Any:
    with pytest.raises(Exception) as caught:
        function(x)
    return chain(caught.value)


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize(
    "f",
    [
        from_an_operation,
        of_a_class_with_attributes,
        from_nothing,
        while_another_is_handled,
        from_one_that_was_not_raised,
        from_a_class,
        through_a_function,
        raised_again,
        raised_again_by_name,
        wrapped_at_every_level,
        in_a_loop,
        behind_a_finally,
    ],
)
def test_what_led_to_an_error(f, backend: str) -> None:
    expected = raised(f, 1.5)
    assert raised(ep.compile(f, backend=backend), 1.5) == expected
    assert raised(ep.grad(f, backend=backend), 1.5) == expected


def test_the_cause_is_read() -> None:
    def f(x):
        try:
            return divided(x)
        except ArithmeticError as error:
            return 2.0 * x if isinstance(error.__cause__, ZeroDivisionError) else x

    assert ep.value_and_grad(f)(1.5) == (3.0, 2.0)
