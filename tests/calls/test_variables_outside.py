"""Variables outside a function that it gives other values: they have them after a call, and a derivative leaves them alone."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

COUNT = 0
LAST: Any = None
TABLE: Any = None
HERE = sys.modules[__name__]


def counted(x):
    global COUNT, LAST
    COUNT += 1
    LAST = x * COUNT
    return x * x * COUNT


def by_others(x):
    total = COUNT
    for _ in range(3):
        total = total + counted(x) + COUNT
    return total * LAST


def on_some_turns(x):
    global COUNT
    while x > 1.0:
        x = x / 2.0
        if x < 3.0:
            COUNT += 1
    return x * COUNT


def made_once(x):
    global TABLE
    if TABLE is None:
        TABLE = np.linspace(0.0, 1.0, 5)
    return np.sum(TABLE * x)


def written_into(x):
    global TABLE
    TABLE = np.array([x, 2.0 * x])
    TABLE[0] = 5.0
    return np.sum(TABLE * x)


def grown(x):
    global LAST
    LAST = [*(LAST or []), x]
    return len(LAST) * x


def deep(x, n=3):
    global COUNT
    COUNT = max(COUNT, n)
    return x if n == 0 else np.sin(deep(x, n - 1))


def size(x):
    global COUNT
    COUNT = COUNT + 1
    return np.sum(np.ones(COUNT) * x)


def of_a_module(x):
    HERE.COUNT = HERE.COUNT + 2
    return COUNT * x


def of_a_function(x):
    of_a_function.calls += 1
    of_a_function.last = x
    return x * of_a_function.calls + of_a_function.last


class Base:
    made = 0

    def __init__(self):
        Base.made += 1

    @classmethod
    def tick(cls, x):
        cls.made += 1
        return x * cls.made


class Derived(Base):
    def read(self, x):
        return self.made * x


def of_a_class(x):
    one, other = Derived(), Base()
    return one.read(x) + other.tick(x) + Derived.made


def closure() -> Callable[..., Any]:
    n = 0

    def counting(x):
        nonlocal n
        n += 1
        return x * n

    return counting


def state() -> dict[str, Any]:
    kept = {name: globals()[name] for name in ("COUNT", "LAST", "TABLE")}
    return kept | {
        "calls": of_a_function.calls,
        "last": getattr(of_a_function, "last", None),
        "made": Base.made,
        "of Derived": "made" in vars(Derived),
    }


def reset() -> None:
    globals().update(COUNT=0, LAST=None, TABLE=None)
    of_a_function.calls, of_a_function.last = 0, None
    Base.made = 0


PROGRAMS = [counted, by_others, on_some_turns, made_once, written_into, grown, deep, size, of_a_module, of_a_function, of_a_class]


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and repr(a) == repr(b)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_as_cpython_leaves_them(program: types.FunctionType) -> None:
    def calls(f: Callable[..., Any]) -> list[Any]:
        reset()
        return [(f(x), state()) for x in (2.5, 2.5, 20.0)]

    wanted, compiled = calls(program), ep.compile(program)
    for found in calls(compiled), calls(compiled):
        for (value, after), (right, left) in zip(found, wanted, strict=True):
            assert value == pytest.approx(right, rel=1e-12)
            assert all(same(after[name], left[name]) for name in left), (after, left)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_a_derivative_leaves_them_alone_and_is_right(program: types.FunctionType) -> None:
    def value(x: float) -> float:
        reset()
        return float(program(x))

    x, step = 2.5, 1e-6
    slope = (value(x + step) - value(x - step)) / (2.0 * step)
    reset()
    before = state()
    assert ep.grad(program)(x) == pytest.approx(slope, rel=1e-7)
    assert ep.jvp(program, (x,), (1.0,))[1] == pytest.approx(slope, rel=1e-7)
    after = state()
    assert all(same(after[name], before[name]) for name in before)


def test_a_variable_of_a_function_around() -> None:
    compiled, plain = ep.compile(closure()), closure()
    assert [compiled(3.0) for _ in range(3)] == [plain(3.0) for _ in range(3)] == [3.0, 6.0, 9.0]


def test_an_error_leaves_them_as_they_were() -> None:
    def fails(x):
        global COUNT
        COUNT = 7
        if x > 0.0:
            raise ValueError("no")
        return x

    reset()
    with pytest.raises(ValueError, match="no"):
        ep.compile(fails)(1.0)
    assert COUNT == 0
    assert ep.compile(fails)(-1.0) == -1.0 and COUNT == 7


def test_one_that_has_no_value() -> None:
    def missing(x):
        global NEVER
        NEVER = NEVER + x
        return x

    def made(x):
        global MADE
        MADE = 3.0 * x
        return MADE + x

    with pytest.raises(NameError, match="name 'NEVER' is not defined"):
        ep.compile(missing)(1.0)
    assert ep.compile(made)(1.0) == 4.0 and globals().pop("MADE") == 3.0


@functools.lru_cache(None)
def kept(n):
    global COUNT
    COUNT += 1
    return n * 2.0


def test_what_a_cached_function_changes_once() -> None:
    def known(x):
        return x * kept(3) + x * kept(3) + COUNT

    def unknown(x):
        return x * kept(x) + kept(x) + COUNT

    reset()
    kept.cache_clear()
    assert ep.compile(known)(2.0) == 25.0 and COUNT == 1
    with pytest.raises(ep.NotSupported, match="kept' is cached, and changes something outside of it"):
        ep.compile(unknown)(2.0)
