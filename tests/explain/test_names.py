"""Values are called by the user's own names: elements of lists, tuples and dicts, attributes, comprehensions, sums over them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep


def elements(x):
    h = [0.0, x]
    h[0] = np.tanh(x * 2.0)
    t = [a * a for a in h]
    s = sum(t)
    q = [h[0] + s, t[1] * s]
    return q[0] * q[1]


def layers(ws, x):
    h = [x]
    for w in ws:
        h.append(np.tanh(w * h[-1]))
    return h[-1] * h[1]


def comprehension(x, n):
    t = [math.sin(x * i) for i in range(n)]
    s = sum(t)
    return s * s


def state(p):
    now = {"a": p["u"] * 2.0, "b": p["v"] ** 2}
    now["a"] = now["a"] * now["b"]
    return now["a"] + now["b"] * now["a"]


def pair(x, y):
    both = (x * y, x + y)
    a, b = both
    return a * b * both[0]


def filtered(x):
    p = [v * x for v in (1.0, 2.0, 3.0) if v > 1.5]
    z: float = p[0] * p[1]
    if (w := z * z) > 0:
        z = w + z
    z -= x * x
    return z


class Model:
    def __init__(self, w: float) -> None:
        self.w = w

    def loss(self, x):
        self.h = self.w * x
        return self.h * self.h


NAMES: list[tuple[Callable[..., Any], tuple[Any, ...], list[str]]] = [
    (elements, (0.3,), ["x", "h[0]", "t₁", "t₂", "s", "q[0]", "q[1]", "elements"]),
    (layers, ([0.5, 0.7], 1.5), ["ws[0]", "ws[1]", "h₁", "h₂", "layers"]),
    (comprehension, (0.3, 3), ["x", "t[0]", "t[1]", "t[2]", "s", "comprehension"]),
    (state, ({"u": 1.5, "v": 0.5},), ["p['u']", "p['v']", "now₁['a']", "now['b']", "now₂['a']", "state"]),
    (pair, (1.5, 0.5), ["x", "both[0]", "both[1]", "pair"]),
    (filtered, (0.7,), ["x", "p₁", "p₂", "z₁", "w", "z₂", "z₃"]),
    (Model(1.5).loss, (2.0,), ["x", "self.h", "loss"]),
]


@pytest.mark.parametrize("function, arguments, names", NAMES, ids=[f.__name__ for f, _, _ in NAMES])
def test_names(function: Callable[..., Any], arguments: tuple[Any, ...], names: list[str]) -> None:
    e = ep.explain(function)(*arguments)
    assert [n.name for n in e.view.nodes] == names
    for name in names[1:-1]:
        assert e.paths(name).count, "a name that is shown can be asked for"


DOSE = 4.0


def test_what_is_read_of_the_functions_own_module() -> None:
    def given(t: float, k: float) -> float:
        return float(DOSE) * math.exp(-k * t)

    e = ep.explain(given, "k")(2.0, 0.5)
    assert e.txt().startswith("given(t, k) at t = 2, k = 0.5, DOSE = 4\n")
    assert "= −DOSE·t·exp(−k·t) " in e.txt()


def summed(x):
    total = sum(math.sqrt(v) * v for v in x)
    best = max(range(len(x)), key=x.__getitem__)
    rows = [[a, 2.0 * a] for a in x]
    for i in range(len(rows)):
        rows[i][0] *= rows[i][1]
    return total * total + rows[0][0] + x[best]


def test_a_name_is_given_to_nothing_but_what_has_it() -> None:
    x = np.array([0.5, 1.5, 1.0])
    e = ep.explain(summed)(x)
    totals = [n.value for n in e.view.nodes if n.label.name == "total"]
    assert totals == [pytest.approx(sum(math.sqrt(v) * v for v in x))]
    assert not any(n.label.name in ("best", "rows[0]") for n in e.view.nodes)
