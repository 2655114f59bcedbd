"""SimpleNamespaces, defaultdicts, mapped files and NumPy's strings as arguments."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import everypath as ep

BACKENDS = ("native", "interpreter")


def loss(p: Any) -> Any:
    return p.scale * np.sum(p.inner.w**2)


def params() -> SimpleNamespace:
    return SimpleNamespace(scale=2.0, name="unread", inner=SimpleNamespace(w=np.array([1.0, 3.0])))


@pytest.mark.parametrize("backend", BACKENDS)
def test_derivatives_in_a_namespace_are_one(backend: Any) -> None:
    value, gradient = ep.value_and_grad(loss, backend=backend)(params())
    assert value == 20.0 and isinstance(gradient.inner, SimpleNamespace) and gradient.scale == 10.0
    np.testing.assert_array_equal(gradient.inner.w, [4.0, 12.0])
    direction = SimpleNamespace(scale=1.0, inner=SimpleNamespace(w=np.zeros(2)))
    assert ep.jvp(loss, (params(),), (direction,), backend=backend) == (20.0, 10.0)


def test_a_function_changes_the_callers_namespace() -> None:
    def f(n: Any, x: float) -> Any:
        n.scale += 1.0
        n.new = x
        return n

    p = SimpleNamespace(scale=2.0)
    assert ep.compile(f)(p, 5.0) is p and vars(p) == {"scale": 3.0, "new": 5.0}
    with pytest.raises(AttributeError, match=r"'types\.SimpleNamespace' object has no attribute 'gone'"):
        ep.compile(lambda n: n.gone)(p)


def test_another_namespace_is_looked_at_anew() -> None:
    f = ep.compile(lambda n, x: x * n.k if hasattr(n, "k") else -x)
    assert [f(SimpleNamespace(k=2.0), 3.0), f(SimpleNamespace(), 3.0), f(SimpleNamespace(k=4), 3.0)] == [6.0, -3.0, 12.0]


def test_a_captured_namespace_is_written() -> None:
    kept = SimpleNamespace(last=0.0)

    def f(x: float) -> float:
        kept.last = x
        return kept.last * x

    assert ep.compile(f)(3.0) == 9.0 and kept.last == 3.0
    kept.last = 1.0
    assert ep.grad(f)(2.0) == 4.0


def test_a_mapped_file_is_the_array_that_it_is(tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "numbers", dtype=float, mode="w+", shape=4)
    mapped[:] = [1.0, 2.0, 3.0, 4.0]
    gradient = ep.grad(lambda x: np.sum(x**3))(mapped)
    assert type(gradient) is np.ndarray
    np.testing.assert_array_equal(gradient, 3.0 * np.arange(1.0, 5.0) ** 2)

    def first(x: Any) -> Any:
        x[0] = 7.0
        return np.sum(x)

    assert ep.compile(first)(mapped) == 16.0 and mapped[0] == 7.0
    ep.grad(first)(mapped[1:])
    assert mapped[1] == 2.0  # a derivative writes into a copy


def test_strings_of_numpy_are_strings() -> None:
    f = ep.compile(lambda x, s: x if s == "a" else -x)
    assert [f(1.0, np.str_("a")), f(1.0, "a"), f(1.0, np.str_("b"))] == [1.0, 1.0, -1.0]


def routes(graph: Any, weight: float) -> Any:
    total = 0.0
    for start in graph:
        for _, length in graph[start]:
            total += weight * length**2
    return total + len(graph["nowhere"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_defaultdict_has_what_is_missing(backend: Any) -> None:
    def graph() -> Any:
        made = defaultdict(list)
        made["a"].append(("b", 2.0))
        made["b"].append(("a", 3.0))
        return made

    mine = graph()
    assert ep.compile(routes, backend=backend)(mine, 2.0) == routes(graph(), 2.0) == 26.0
    assert mine == {**graph(), "nowhere": []} and mine.default_factory is list
    mine = graph()
    lengths, weight = ep.grad(routes, (0, 1), backend=backend)(mine, 2.0)
    assert weight == 13.0 and lengths == {"a": [(None, 8.0)], "b": [(None, 12.0)]} and type(lengths) is defaultdict
    assert mine == graph()  # a derivative leaves it alone


def test_defaultdicts_are_told_apart_by_what_they_make() -> None:
    f = ep.compile(lambda d: d["missing"])
    assert [repr(f(defaultdict(kind))) for kind in (float, int, float)] == ["0.0", "0", "0.0"]
    assert f(defaultdict(lambda: 7.0)) == 7.0
    with pytest.raises(KeyError, match="missing"):
        f(defaultdict(None, a=1.0))


def test_defaultdicts_leave_and_are_found_outside() -> None:
    made = ep.compile(lambda x: defaultdict(float, a=x))(2.0)
    assert type(made) is defaultdict and made.default_factory is float and made == {"a": 2.0}
    counts = defaultdict(float, a=2.0)

    def f(x: float) -> float:
        counts["b"] += x
        return counts["a"] * x + counts["b"]

    assert ep.grad(f)(3.0) == 3.0 and ep.compile(f)(3.0) == 9.0 and counts == {"a": 2.0, "b": 3.0}
    assert ep.jvp(lambda d: d["a"] ** 2, (counts,), ({"a": 1.0, "b": 0.0},)) == (4.0, 4.0)
    nested = defaultdict(lambda: defaultdict(float))
    assert ep.compile(lambda n, x: [n["u"].update(v=x), n["u"]["v"] * 2][1])(nested, 3.0) == 6.0 and nested == {"u": {"v": 3.0}}
