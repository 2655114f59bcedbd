"""Lists of any length are lists again: gradients, tangents, Jacobians, values and cotangents."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import everypath as ep
from everypath import nn, tree

LENGTHS = (1, 8, 9, 40)
BACKENDS = ("native", "interpreter")


def squares(p):
    total = 0.0
    for v in p:
        total = total + v * v
    return total


def positive(x):
    return [v * v for v in x if v > 0.0]


def numbers(n: int) -> list[float]:
    return [float(k + 1) for k in range(n)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", LENGTHS)
def test_a_list_of_numbers(n: int, backend: str) -> None:
    p = numbers(n)
    double = [2.0 * v for v in p]
    value = sum(v * v for v in p)
    assert ep.grad(squares, backend=backend)(p) == double
    assert ep.value_and_grad(squares, backend=backend)(p) == (value, double)
    assert ep.vjp(squares, p, backend=backend)[1](1.0) == (double,)
    assert ep.jvp(squares, (p,), (p,), backend=backend) == (value, 2.0 * value)
    assert ep.hvp(squares, backend=backend)(p, p) == double
    assert ep.jacobian(squares, backend=backend)(p) == double == ep.jacrev(squares, backend=backend)(p)
    assert ep.hessian(squares, backend=backend)(p) == (2.0 * np.eye(n)).tolist()
    assert ep.explain(squares, backend=backend)(p).gradient == double


@pytest.mark.parametrize("n", LENGTHS)
def test_inside_other_containers(n: int) -> None:
    p = numbers(n)
    double = [2.0 * v for v in p]
    assert ep.grad(lambda q: squares(q["p"]) + q["s"])({"p": p, "s": 1.0}) == {"p": double, "s": 1.0}
    assert ep.grad(lambda q: squares(q[0]) + squares(q[1]))([p, tuple(p)]) == [double, tuple(double)]
    with_arrays = ep.grad(lambda q: squares(q[0]) * np.sum(q[1]))((p, np.ones(2)))
    assert with_arrays[0] == [2.0 * v for v in double]
    strong = ep.grad(squares)([np.float64(v) for v in p])
    assert strong == double and all(type(g) is np.float64 for g in strong)
    arrays = ep.grad(lambda q: sum([np.sum(a * a) for a in q]))([np.full(2, v) for v in p])
    assert type(arrays) is list and [a.tolist() for a in arrays] == [[d, d] for d in double]


def test_a_list_whose_length_is_known_when_it_runs() -> None:
    x = np.array([1.0, -1.0, 2.0])
    assert ep.jvp(positive, (x,), (x,)) == ([1.0, 4.0], [2.0, 8.0])
    value, pullback = ep.vjp(positive, x)
    assert value == [1.0, 4.0]
    assert pullback([1.0, 10.0])[0].tolist() == [2.0, 0.0, 40.0]
    for wrong in ([1.0], [1.0, 2.0, 3.0], (1.0, 2.0), np.ones(2), 1.0):
        with pytest.raises(ep.InvalidArgument):
            pullback(wrong)
    for jacobian in (ep.jacobian, ep.jacfwd, ep.jacrev):
        rows = jacobian(positive)(x)
        assert [row.tolist() for row in rows] == [[2.0, 0.0, 0.0], [0.0, 0.0, 4.0]]
        columns: Any = jacobian(positive)(numbers(9))
        assert columns == np.diag([2.0 * v for v in numbers(9)]).tolist()
        assert jacobian(lambda p: np.array([p[0], p[8]]) * p[1])(numbers(9))[1].tolist() == [1.0, 9.0]
    paired = ep.jvp(lambda x: (positive(x), {"s": np.sum(x)}), (x,), (x,))
    assert paired == (([1.0, 4.0], {"s": 2.0}), ([2.0, 8.0], {"s": 2.0}))
    assert ep.jvp(positive, (-np.abs(x),), (x,)) == ([], [])


@pytest.mark.parametrize("n", LENGTHS)
def test_none_in_a_list_is_no_contribution(n: int) -> None:
    p = numbers(n)
    some = [None if k % 2 else 1.0 for k in range(n)]
    expected = [0.0 if k % 2 else 2.0 for k in range(n)]
    assert ep.hvp(squares)(p, some) == expected
    assert ep.jvp(squares, (p,), (some,))[1] == sum(a * b for a, b in zip(p, expected))
    assert ep.hvp(squares)(p, [None] * n) == ep.hvp(squares)(p, None) == [0.0] * n


@pytest.mark.parametrize("n", LENGTHS)
def test_trees_and_optimisers_keep_lists(n: int) -> None:
    p = numbers(n)
    assert tree.leaves({"p": p}) == p
    assert tree.paths(p, "p") == [f"p[{k}]" for k in range(n)]
    assert tree.map(lambda a, g: a - 0.5 * g, p, ep.grad(squares)(p)) == [0.0] * n
    mixed = {"p": p, "n": list(range(n))}
    assert tree.map(lambda a, g: a - 0.5 * g, mixed, ep.grad(lambda q: squares(q["p"]))(mixed)) == {**mixed, "p": [0.0] * n}
    step = nn.adam(0.1)
    moved, _ = step.update(ep.grad(squares)(p), step.init(p), p)
    assert type(moved) is list and len(moved) == n
    ep.check_grads(squares, (p,), order=2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_gradient_has_the_type_of_its_argument(backend: str) -> None:
    for x in (2.0, np.float64(2.0), np.float32(2.0), np.array(2.0), np.ones(2), np.ones(2, np.float32)):
        for f in (lambda x: np.sum(x * x), lambda x: np.sum(x**3) / 3.0):
            for answer in (ep.grad(f, backend=backend)(x), ep.hvp(f, backend=backend)(x, x), ep.vjp(f, x, backend=backend)[1](1.0)[0]):
                assert type(answer) is type(x) and np.asarray(answer).dtype == np.asarray(x).dtype


# Lists built at run time that leave ------------------------------------------------------------------------------------


def path(x, n):
    places = [x]
    for _ in range(n):
        x = x * 0.9
        places.append(x)
    return places


def shorter_ones(x, n):
    return {"rows": [x[: k % 3] for k in range(n)], "means": [np.mean(x) * k for k in range(n)]}


def one_array_many_times(x, n):
    places, y = [], x.copy()
    for _ in range(n):
        y *= 0.5
        places.append(y)
    return places


def with_some_taken_off(x, n):
    places = []
    for k in range(n):
        places.append({"at": x * k, "k": k})
        if k % 3 == 2:
            places.pop()
    return places


def records(x, n):
    rows = []
    for k in range(n):
        row = {"name": "state", "k": k}
        row["values"] = [x[0] * k, float(k)] if k % 2 else [x[1], 0.0]
        rows.append(row)
    return rows


def rows_of_numbers(x, n):
    rows = [[float(i * j) for j in range(i)] for i in range(n)]
    more = []
    for i in range(n):
        row = []
        for j in range(3):
            row.append(i * j)
        more.append(row)
    return rows, more


def tables(x, n):
    sums, last, pairs, seen, counts = defaultdict(float), {}, {}, set(), Counter()
    for k in range(n):
        place = k * 7 % 5
        sums[place] += k * x[0]
        last[place] = (k, x)
        pairs[place, k % 2] = k
        seen.add(place)
        counts[place] += 1
    large = tuple([k for k in sums.values() if k > 150.0])
    return sums, last, pairs, seen, counts, large, dict(sums), list(pairs), tuple(last[0][1]), counts.most_common(2)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("function", [path, shorter_ones, one_array_many_times, with_some_taken_off, records, rows_of_numbers, tables])
def test_a_list_built_at_run_time_leaves(function: Any, backend: str) -> None:
    x = np.array([1.0, 2.0])
    got, wanted = ep.compile(function, backend=backend)(x, 40), function(x, 40)
    assert repr(got) == repr(wanted)
    if function is path:
        got[1][:] = 7.0
        assert x.tolist() == [1.0, 2.0] and got[2][0] == 0.81
    if function is one_array_many_times:
        got[0][0] = 7.0
        assert got[-1][0] == 7.0


def test_a_list_with_lists_in_its_items_is_refused() -> None:
    def pairs(x, n):
        return [(k, [x * j for j in range(k)]) for k in range(n)]

    with pytest.raises(ep.NotSupported, match="a list of tuples that is built at run time does not leave the function"):
        ep.compile(pairs)(1.0, 40)


@pytest.mark.parametrize("n", (2, 12))
def test_a_list_of_the_callers_that_grows_on_one_path(n: int) -> None:
    def closed(ring):
        if ring[0] != ring[-1]:
            ring.append(ring[0])
        return ring

    ring = numbers(n)
    assert ep.compile(closed)(ring) is ring and ring == [*numbers(n), 1.0]
    assert ep.compile(closed)(ring) == [*numbers(n), 1.0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_bound_method_in_an_object_is_derived_as_its_object(backend: str) -> None:
    class Priced:
        def __init__(self, rate):
            self.rate = rate
            self.method = Price(rate).of
            self.density = norm.pdf

        def value(self, x):
            return self.method(x) * self.rate + self.density(x)

    gradient = ep.grad(Priced.value, backend=backend)(Priced(2.0), 0.0)
    assert gradient["rate"] == 0.0 and gradient["method"] == {"__func__": None, "__self__": {"rate": 0.0}}
    assert ep.grad(Priced.value, backend=backend)(Priced(2.0), 1.0)["method"]["__self__"] == {"rate": 2.0}


class Price:
    def __init__(self, rate):
        self.rate = rate

    def of(self, x):
        return self.rate * x
