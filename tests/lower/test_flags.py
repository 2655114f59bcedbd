"""`setflags` and `x.flags`: an array that is made read only is not written afterwards. `resize`: only its name sees the array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

X = np.array([0.5, 1.2, 2.0])


def filled_then_locked(x: Any) -> Any:
    y = np.zeros(3)
    y[:] = x
    y.setflags(write=False)
    z = y * 2.0
    z[0] = 1.0
    return np.sum(y * z)


def locked_in_each_turn(x: Any) -> Any:
    total = 0.0
    for k in range(3):
        y = x * k
        y[k] = 1.0
        y.flags.writeable = False
        total += np.sum(y)
    return total if x.flags["C_CONTIGUOUS"] and (x + 1.0).flags.c_contiguous else 0.0


@pytest.mark.parametrize("f", [filled_then_locked, locked_in_each_turn])
def test_what_is_not_written_any_more(f: Callable[..., Any]) -> None:
    ep.check_grads(f, (X,), order=1, backend="interpreter")


def test_what_a_loop_that_has_a_turn_makes_of_a_broadcast_array() -> None:
    def doubled(x: Any) -> Any:
        y = np.broadcast_to(x, (2, 3))
        for _ in range(2):
            y = y * 2.0
        y[0] = 1.0
        return y

    assert np.array_equal(ep.compile(doubled, backend="interpreter")(X), doubled(X))


def lock(y: Any) -> None:
    y.flags["W"] = False


def written_later(x: Any) -> Any:
    y = x * 1.0
    lock(y)
    y[0] = 1.0
    return y


def written_by_the_next_turn(x: Any) -> Any:
    y = x * 1.0
    for k in range(3):
        y[k] = 1.0
        y.setflags(write=False)
    return y


def an_argument(x: Any) -> Any:
    x.setflags(write=False)
    return x


@pytest.mark.parametrize("f", [written_later, written_by_the_next_turn, an_argument])
def test_what_may_be_written_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(ep.NotSupported, match=r"made read only here that is an argument, or that may be written later"):
        ep.compile(f, backend="interpreter")(X)


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ep.NotSupported, match=r"the flag 'owndata' of an array is not known here"):
        ep.compile(lambda x: x.flags.owndata)(X)


def longer(x: Any) -> Any:
    y = x * 2.0
    y.resize((2, 3))
    z = np.arange(4)
    z.resize(2, refcheck=False)
    return np.sum(y**2 * 3.0) + z[1]


def with_another_name(x: Any) -> Any:
    y = x * 2.0
    z = y
    y.resize(4)
    return z


def with_a_view(x: Any) -> Any:
    y = x * 2.0
    z = y[1:]
    y.resize(4)
    return z


def test_resized() -> None:
    assert ep.compile(longer, backend="interpreter")(X) == longer(X)
    ep.check_grads(longer, (X,), order=1, backend="interpreter")


@pytest.mark.parametrize("f", [with_another_name, with_a_view, lambda x: x.resize(4)])
def test_what_others_see_is_not_resized(f: Callable[..., Any]) -> None:
    with pytest.raises(ep.NotSupported, match=r"resizing an array"):
        ep.compile(f, backend="interpreter")(X)
