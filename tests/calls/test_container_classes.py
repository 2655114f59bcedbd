"""Classes of the user's that are lists or dicts too: made inside, passed, captured, changed, returned, differentiated."""

from __future__ import annotations

import collections
import copy
import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep


class Vector(list):  # type: ignore[type-arg]
    def __add__(self, other: Any) -> Any:
        return Vector(a + b for a, b in zip(self, other))

    def __rmul__(self, k: float) -> Any:
        return Vector([k * a for a in self])

    def dot(self, other: Any) -> Any:
        return sum(a * b for a, b in zip(self, other))


class Doubling(list):  # type: ignore[type-arg]
    """What is read is twice what was written; writes are counted."""

    def __getitem__(self, at: Any) -> Any:
        return super().__getitem__(at) * 2.0 if isinstance(at, int) else list.__getitem__(self, at)

    def __setitem__(self, at: Any, value: Any) -> None:
        self.writes = getattr(self, "writes", 0) + 1
        super().__setitem__(at, value)

    def __len__(self) -> int:
        return super().__len__() + 10

    def __iter__(self) -> Any:
        return iter([a + 1.0 for a in super().__iter__()])


class Settings(dict):  # type: ignore[type-arg]
    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class Dotted(dict):  # type: ignore[type-arg]
    __getattr__ = dict.get
    __setattr__ = dict.__setitem__  # type: ignore[assignment]


class Itself(dict):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__ = self


class Zeros(dict):  # type: ignore[type-arg]
    def __missing__(self, key: Any) -> float:
        self[key] = 0.0
        return 0.0


class Reader(collections.abc.Sequence):  # type: ignore[type-arg]
    def __init__(self, items: Any) -> None:
        self.held = items

    def __len__(self) -> int:
        return len(self.held)

    def __getitem__(self, at: Any) -> Any:
        return self.held[at]


class Twice(collections.UserDict):  # type: ignore[type-arg]
    def __getitem__(self, key: Any) -> Any:
        return 2.0 * super().__getitem__(key)


CONFIG = Settings(rate=0.1, steps=3)
NOTHING = object()


def lists(x: float) -> Any:
    v, w = Vector([x, 2.0]), Vector((0.0, 1.0))
    v.append(x * x)
    a, *rest = v
    v += [1.0]
    v[1:2] = [x, x]
    copied, cut = copy.copy(v), v[1:]
    copied.append(5.0)
    print(v, f"{w}", len(v), bool(Vector()), v == [1.0], v > w, x in v, isinstance(cut, Vector))
    return (2.0 * (v + v)).dot(v) + a + sum(rest) + sum(copied) + max(cut) + np.dot(v, v)


def overriding(x: float) -> Any:
    t = Doubling([x, 1.0, x])
    t[0] = x * x
    t[1] += x
    return t[0] + t.writes + len(t) + sum(t) + list(t)[1] + sum(t[1:])


def of_run_time_length(x: float) -> Any:
    v = Vector()
    while x > 1.0:
        v.append(x)
        x = x / 1.7
    return v.dot(v) + len(v)


def dicts(x: float) -> Any:
    s = Settings({"a": x}, b=2.0)
    s.c = s.a * s["b"]
    d = Dotted(a=x)
    d.b = x * x
    z = Zeros()
    for k in range(4):
        z[k % 2] += x * k
    missing = getattr(s, "nope", 3.0) + hasattr(s, "a") + hasattr(s, "nope") + (d.none is None)
    return s.c + sum({**s, "e": x}.values()) + len(dict(s)) + d.b + z[0] * z[1] + z[7] + missing


def settings(x: float) -> Any:
    for _ in range(CONFIG.steps):
        x = x - CONFIG.rate * 2.0 * x
    return x


def abstract(x: float) -> Any:
    r, t = Reader([x, 1.0, x]), Twice(a=x)
    t["b"] = x * x
    return sum(r) + r.count(x) + (1.0 in r) + sum(reversed(r)) + t["a"] + t["b"] + len(t) + t.get("z", x)


def otherwise(x: float, y: Any = NOTHING) -> Any:
    return x if y is NOTHING else y


def absent(x: float) -> Any:
    return otherwise(x) * otherwise(x, 3.0) + len(os.environ.get("EVERYPATH_NO_SUCH", "ab"))


@pytest.mark.parametrize("function", [lists, overriding, of_run_time_length, dicts, settings, abstract, absent])
def test_made_inside(function: Callable[[float], Any], capsys: pytest.CaptureFixture[str]) -> None:
    wanted, printed = function(2.5), capsys.readouterr().out
    assert ep.compile(function)(2.5) == pytest.approx(wanted, rel=1e-14)
    assert capsys.readouterr().out == printed
    h = 1e-6
    slope = (function(2.5 + h) - function(2.5 - h)) / (2 * h)
    assert ep.grad(function)(2.5) == pytest.approx(slope, rel=1e-7)
    assert ep.jvp(function, (2.5,), (1.0,))[1] == pytest.approx(slope, rel=1e-7)


def changed(v: Any, s: Any, i: Any, x: float) -> Any:
    v.append(x)
    v[0] = v[1] * x
    s["w"] = s.w + x
    s.z = v
    i.n += 1
    i["m"] = i.n * x
    return v, s.w, i.m + i["n"]


def test_passed_changed_and_returned() -> None:
    def arguments() -> Any:
        return Vector([1.0, 2.0]), Settings(w=1.5), Itself(n=2), 3.0

    mine, theirs = arguments(), arguments()
    wanted, got = changed(*theirs), ep.compile(changed)(*mine)
    assert got == wanted and mine == theirs
    assert got[0] is mine[0] and mine[1].z is mine[0] and type(mine[1]) is Settings
    assert mine[2].__dict__ is mine[2] and list(mine[2]) == list(theirs[2])

    made = ep.compile(lambda x: (2.0 * Vector([x]), Itself(a=x)))(2.0)
    assert made == ([4.0], {"a": 2.0}) and type(made[0]) is Vector and made[1].__dict__ is made[1]


def test_what_a_class_makes_of_writes_is_not_run_at_the_end() -> None:
    mine, theirs = Doubling([1.0, 2.0]), Doubling([1.0, 2.0])

    def change(v: Any) -> Any:
        v[0] = v[1]
        return v[0]

    assert ep.compile(change)(mine) == change(theirs)
    assert list(mine) == list(theirs) and mine.writes == theirs.writes == 1


def test_derivatives_are_plain_lists_and_dicts() -> None:
    def loss(p: Any, v: Any) -> Any:
        return np.sum((p.w * v[0] + p["b"]) ** 2) * v[1]

    p, v = Settings(w=np.array([1.0, 2.0]), b=0.5), Vector([3.0, 2.0])
    for_p, for_v = ep.grad(loss, wrt=(0, 1))(p, v)
    assert type(for_p) is dict and type(for_v) is list
    assert for_p["b"] == 40.0 and for_v == [66.0, 54.5] and for_p["w"].tolist() == [42.0, 78.0]
    moved = ep.jvp(loss, (p, v), ({"w": np.ones(2), "b": 0.0}, Vector([0.0, 0.0])))
    assert moved[1] == pytest.approx(120.0)
    assert math.isclose(ep.grad(lambda p: p.a * p["a"])(Itself(a=3.0))["a"], 6.0)
