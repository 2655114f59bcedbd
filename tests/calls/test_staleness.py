"""Whatever a function reads of the world may change between two calls, and the next call knows it: as CPython does, at every change.

Each program gives functions of x and a list of changes. After each, and after taking the last one back, values and derivatives are
those of the function as it is now.
"""

from __future__ import annotations

import builtins
import dataclasses
import math
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep

Change = Callable[[pytest.MonkeyPatch], None]

settings = types.SimpleNamespace(rate=2.0)
module = types.ModuleType("module_of_mine")
module.rate = 2.0
module.helper = lambda x: x * 2.0
rate = 2.0
numbers = [1.0, 2.0]
table = {"a": 1.0}
mode = "fast"
switch = True
words = ("a", "b")


def replaced_sin(x):
    return x * 5.0


def twice(x):
    return x * 2.0


def thrice(x):
    return x * 3.0


def with_default(x, k=2.0, *, m=1.0):
    return x * k * m


def with_list(x, k=[1.0, 2.0]):  # noqa: B006
    return x * k[0] + k[1]


class Base:
    factor = 2.0

    def scaled(self, x):
        return x * self.factor

    @property
    def half(self):
        return self.factor / 2.0

    @staticmethod
    def plain(x):
        return x * 7.0

    @classmethod
    def of_class(cls, x):
        return x * cls.factor


@dataclasses.dataclass
class Model(Base):
    w: float = 3.0

    def __call__(self, x):
        return x * self.w


class Pair(NamedTuple):
    a: float
    b: float

    def total(self):
        return self.a + self.b


class Functor:
    def __call__(self, x):
        return x * 2.0


model = Model()
functor = Functor()


def made(k):
    def inner(x):
        return x * k

    def change(value):
        nonlocal k
        k = value

    return inner, change


inner, set_inner = made(2.0)


def cell_of(function: Any, value: Any) -> Change:
    return lambda patch: patch.setattr(function.__closure__[0], "cell_contents", value)


def sets(owner: Any, name: str, value: Any) -> Change:
    return lambda patch: patch.setattr(owner, name, value)


def here(name: str, value: Any) -> Change:
    return lambda patch: patch.setitem(globals(), name, value)


def item(owner: Any, name: Any, value: Any) -> Change:
    if isinstance(owner, dict):
        return lambda patch: patch.setitem(owner, name, value)
    return lambda patch: patch.setattr(Cell(owner), str(name), value)


class Cell:
    """The items of a list as attributes, for `patch`."""

    def __init__(self, items: list[Any]) -> None:
        self.__dict__["items"] = items

    def __getattr__(self, name: str) -> Any:
        return self.items[int(name)]

    def __setattr__(self, name: str, value: Any) -> None:
        self.items[int(name)] = value

    def __delattr__(self, name: str) -> None:
        """`patch` deletes before it sets again."""


def without(name: str) -> Change:
    return lambda patch: patch.delitem(globals(), name)


def nested(x):
    def local(y, k=rate):
        return twice(y) * k

    return local(x)


def by_derivative(x):
    return ep.grad(thrice)(x) * x


def builds(x):
    return Model(x).w * 2.0 + Pair(x, 1.0).total()


PROGRAMS: dict[str, tuple[Callable[..., Any], list[Change]]] = {
    "a global number": (lambda x: x * rate, [here("rate", 5.0), here("rate", 3), here("rate", np.ones(2))]),
    "a global that comes and goes": (lambda x: x * rate, [without("rate")]),
    "a global helper": (lambda x: twice(x) * x, [here("twice", thrice), here("twice", lambda x: x**3), without("twice")]),
    "a global list": (
        lambda x: x * numbers[1],
        [item(numbers, 1, 5.0), lambda patch: patch.setattr(__name__ + ".numbers", [1.0, 2.0, 3.0])],
    ),
    "a global dict": (lambda x: x * table["a"], [item(table, "a", 4.0), item(table, "b", 4.0)]),
    "a global string": (lambda x: x * 2.0 if mode == "fast" else x * 3.0, [here("mode", "slow"), here("mode", "".join(["fast"]))]),
    "a global bool": (lambda x: x * 2.0 if switch else x * 3.0, [here("switch", False)]),
    "a tuple of strings": (lambda x: x * 2.0 if words[0] == "a" else x * 3.0, [here("words", ("c", "b"))]),
    "math.sin": (lambda x: math.sin(x), [sets(math, "sin", math.cos), sets(math, "sin", replaced_sin)]),
    "math.pi": (lambda x: x * math.pi, [sets(math, "pi", 3.0)]),
    "np.exp": (lambda x: np.exp(x) * 2.0, [sets(np, "exp", np.sin), sets(np, "exp", replaced_sin)]),
    "np.linalg.norm": (lambda x: np.linalg.norm(np.array([x, 1.0])), [sets(np.linalg, "norm", np.sum)]),
    "math itself": (lambda x: math.exp(x), [here("math", np)]),
    "a builtin": (lambda x: abs(x) * 2.0, [here("abs", thrice), sets(builtins, "abs", thrice)]),
    "a name that is not there": (lambda x: x * not_there if x > 0.0 else x, [here("not_there", 3.0)]),  # noqa: F821
    "an attribute of a module": (lambda x: x * module.rate, [sets(module, "rate", 5.0), sets(module, "rate", 2)]),
    "a function of a module": (lambda x: module.helper(x), [sets(module, "helper", thrice)]),
    "hasattr": (lambda x: x * 2.0 if hasattr(module, "extra") else x, [lambda patch: patch.setattr(module, "extra", 1.0, raising=False)]),
    "a namespace": (lambda x: x * settings.rate, [sets(settings, "rate", 5.0)]),
    "defaults of a helper": (
        lambda x: with_default(x),
        [
            sets(with_default, "__defaults__", (5.0,)),
            sets(with_default, "__kwdefaults__", {"m": 4.0}),
            item(with_default.__kwdefaults__, "m", 9.0),
        ],
    ),
    "defaults of the function": (
        with_default,
        [
            sets(with_default, "__defaults__", (5.0,)),
            sets(with_default, "__kwdefaults__", {"m": 4.0}),
            item(with_default.__kwdefaults__, "m", 9.0),
        ],
    ),
    "an item of a default": (with_list, [item(with_list.__defaults__[0], 0, 5.0)]),
    "an item of a helper's default": (lambda x: with_list(x), [item(with_list.__defaults__[0], 0, 5.0)]),
    "the code of a helper": (lambda x: twice(x) * x, [sets(twice, "__code__", thrice.__code__)]),
    "the code of the function": (twice, [sets(twice, "__code__", thrice.__code__)]),
    "the code, with other parameters": (
        twice,
        [sets(twice, "__code__", (lambda x, y=1.0: x * 9.0).__code__), sets(twice, "__defaults__", (1.0,))],
    ),
    "a cell": (inner, [cell_of(inner, 5.0), cell_of(inner, 3)]),
    "a cell of a helper": (lambda x: inner(x) * x, [cell_of(inner, 5.0)]),
    "a helper of an inner function": (nested, [here("twice", thrice), here("rate", 5.0)]),
    "a function inside a derivative": (by_derivative, [here("thrice", lambda x: x**4), sets(thrice, "__code__", twice.__code__)]),
    "a method": (
        lambda x: model.scaled(x),
        [sets(Base, "scaled", lambda self, x: x * 9.0), lambda patch: patch.setattr(Model, "scaled", lambda self, x: x, raising=False)],
    ),
    "an attribute of a class": (
        lambda x: model.scaled(x),
        [sets(Base, "factor", 5.0), lambda patch: patch.setattr(Model, "factor", 9.0, raising=False)],
    ),
    "the class's own attribute": (lambda x: x * Base.factor, [sets(Base, "factor", 5.0)]),
    "a property": (lambda x: model.half * x, [sets(Base, "half", property(lambda self: 11.0)), sets(Base, "factor", 5.0)]),
    "a static method": (lambda x: model.plain(x), [sets(Base, "plain", staticmethod(thrice))]),
    "a class method": (lambda x: model.of_class(x), [sets(Base, "of_class", classmethod(lambda cls, x: x * 4.0))]),
    "the code of a method": (lambda x: model.scaled(x), [sets(Base.scaled, "__code__", (lambda self, x: x * 8.0).__code__)]),
    "a field of an object": (lambda x: x * model.w, [sets(model, "w", 7.0), sets(model, "w", 7)]),
    "__call__ of an object": (lambda x: model(x), [sets(Model, "__call__", lambda self, x: x * 9.0)]),
    "an object that is called": (functor, [sets(Functor, "__call__", lambda self, x: x * 9.0)]),
    "a bound method": (model.scaled, [sets(Base, "factor", 5.0)]),
    "a method of a NamedTuple": (builds, [sets(Pair, "total", lambda self: self.a * 5.0)]),
    "__post_init__": (builds, [lambda patch: patch.setattr(Model, "__post_init__", lambda self: setattr(self, "w", 5.0), raising=False)]),
}


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as p:
        yield p


def outcome(act: Callable[[], Any]) -> Any:
    """A value, or the type of an error."""
    try:
        return act()
    except ep.EverypathError:
        return None
    except Exception as error:
        return type(error)


def slope(f: Callable[..., Any], x: float) -> Any:
    """The derivative by differences of third order; the functions here are linear, powers or waves."""
    h = 1e-3
    return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h)


def agrees(f: Callable[..., Any], made: Any, exact: Callable[..., Any]) -> None:
    for x in (0.7, 1.3):
        found, expected = outcome(lambda x=x: made(x)), outcome(lambda x=x: exact(x))
        if found is None:
            continue  # refused, which is not stale
        if isinstance(expected, type):
            assert found is expected
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-7)


@pytest.mark.filterwarnings("ignore:.*has been compiled")
@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_never_stale(name: str, backend: Any, patch: pytest.MonkeyPatch) -> None:
    f, changes = PROGRAMS[name]
    value, gradient = ep.compile(f, backend=backend), ep.grad(f, backend=backend)

    def both() -> None:
        agrees(f, value, f)
        agrees(f, gradient, lambda x: slope(f, x))

    both()
    assert outcome(lambda: value(0.7)) is not None
    for change in changes:
        with pytest.MonkeyPatch.context() as one:
            change(one)
            both()
        both()  # taken back
    for change in changes:
        change(patch)
        both()


held: Any = None


def test_what_is_captured_is_looked_at_in_any_order_and_as_often_as_it_changes() -> None:
    """Arrays of other layouts, dtypes and ranks, read-only ones, a number, and lists that change in place."""

    def f(x):
        return x * np.sum(held)

    locked = np.arange(3.0)
    locked.flags.writeable = False
    numbers = [1.0, 2.0, 3.0]
    kinds = (np.arange(3.0), np.arange(6.0)[::2], locked, np.arange(3.0, dtype=np.float32), np.eye(2), 2.0, numbers)
    compiled, grad = ep.compile(f), ep.grad(f)
    for often in (1, 3, 5, 2):
        for kind in kinds:
            globals()["held"] = kind
            for turn in range(often):
                if kind is numbers:
                    numbers[turn % 2] += 1.0
                assert compiled(3.0) == f(3.0) and type(compiled(3.0)) is type(f(3.0))
                assert grad(3.0) == np.sum(kind)
    numbers.append(4.0)
    assert compiled(3.0) == f(3.0)
    del globals()["held"]
    with pytest.raises(NameError):
        compiled(3.0)
    globals()["held"] = None
