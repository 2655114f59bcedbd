"""Tuples, lists, dicts, comprehensions, and the functions that go over them."""

# The programs are written as people write them.
# ruff: noqa: B007, RUF005, RUF015

from __future__ import annotations

import copy
import heapq
import math
from collections import deque

import numpy as np
import pytest

import everypath
from everypath.errors import NotSupported

from .agreement import Programs, agree, interpreted

programs = Programs()
X = np.array([1.0, -2.0, 3.0, 0.5])
EMPTY = np.array([])
LAYERS = [(np.ones((2, 3)), np.zeros(2)), (np.ones((1, 2)), np.ones(1))]


@programs.at((np.arange(3.0),))
def sets_that_a_loop_fills(a):
    kinds, letters = {type(x) for x in a}, {"a"}
    for x in a:
        letters.add("b")
    return len(kinds), len(letters), "b" in letters, a * len(letters)


@programs.at((1.0, 2))
def tuples(x, n):
    t = (x, n, (x, "a"))
    a, b, (c, d) = t
    return t + (1,), t[0], t[-1][0], t[1:], t * 2, len(t), (x, 2) == (1.0, n), (x,) != (3.0,), a + b + c, d


@programs.at((1.0, 2))
def lists(x, n):
    items = [x, n]
    alias = items
    items.append(3.0)
    alias[0] = x * 10
    items += [x]
    copy = items[:]
    copy[-1] = 0.0
    copy2 = items.copy()
    copy2.insert(1, n)
    last = copy2.pop()
    copy2.reverse()
    return items, alias is items, copy, copy2, last, items + [1], [x] * 3, items[::-1], items[1:3]


@programs.at((np.array([0.5, 1.5]), 2j))
def lists_beside_arrays(x, i):
    items, twice, complex_ones = [1.0, 2.0], [1.0, 2.0], 2 * [0 + 0 * 1j]
    alias = items
    items += x
    twice *= x
    complex_ones += 1 / x
    grown = []
    for value in x:
        grown += [value]
    grown += x
    spread = [1.0]
    spread += (x[0], x[1])
    numbers = [i, 1.0]
    return alias, items, twice, complex_ones, 1 / complex_ones, grown, spread, numbers + x, x / numbers, numbers == x, numbers * np.int64(2)


@programs.at((np.array([0.5, -1.0, 1.5]),))
def lists_extended_by_what_gives_its_items_one_by_one(x):
    squares, pairs, mixed = [], [], [0.5]
    squares.extend(v * v for v in x if v > 0)
    squares += map(abs, x)
    pairs.extend(zip(x, reversed(x)))
    mixed.extend(range(2))
    mixed += {"a": x}.values()
    mixed += enumerate("ab")
    return squares, pairs, mixed


@programs.at((np.array([0.5, -1.0, 1.5]),))
def sets_dicts_and_deques_changed_in_place(x):
    members, numbers, frozen = {1, 2, 3}, {int(2 * v) for v in x}, frozenset({1})
    entries, keys, line = {"a": 1.0}, {1}, deque([1.0])
    names = members, numbers, frozen, entries, keys, line
    members |= {4}
    members &= {int(2 * v) for v in x if v > 0} | {4}
    numbers -= {1}
    numbers ^= {3, 9}
    frozen |= {2}
    entries |= {"b": x[0]}
    keys |= {"b": 2}.keys()
    line += [2.0]
    return [sorted(one) for one in names[:3]], names[3], len(names[4]), list(names[5]), sorted(members), sorted(frozen), len(keys)


@programs.at((X,), (EMPTY,))
def lists_and_deques_that_take_in_themselves(x):
    items = [v for v in x if v > 0]
    alias, line, turned = items, deque(items, maxlen=4), deque(items)
    alias += items
    items.extend(alias)
    items[1:1] = items
    items[:] = items
    items[2:] = (2 * v for v in items)
    items[len(items) :] = map(abs, items)
    line.extend(line)
    turned.extendleft(turned)
    alias *= len(x) - 2
    return items, alias, list(line), list(turned)


@programs.at(([0.5, -1.0, 1.5],), ([0.5, 1.5, -1.0],), ([-1.0],))
def lists_of_run_time_length_compared(x):
    grown, order = [v for v in x if v > 0], [int(k) for k in np.argsort(x)]
    pairs, tuples = [(v, k) for k, v in enumerate(x) if v > 0], tuple(v for v in x if v > 0)
    known = grown == [0.5, 1.5], grown < [0.5, 2.0], [1.0, 2.0] < grown, grown >= [], grown != (0.5, 1.5), tuples == (0.5, 1.5)
    return known, sorted(order) == list(range(len(x))), order != order[::-1], order <= order[:1], pairs == pairs[:1], tuples > (0.6,)


@programs.at((1.0,), (-1.0,))
def a_list_changed_on_one_path(x):
    items = [x, 2.0]
    if x > 0:
        items[0] = 5.0
    else:
        items[1] = items[0] * 3
    return items


@programs.at((1.0,), (-1.0,))
def a_list_that_grows_on_one_path(x):
    items = [x]
    if x > 0:
        items.append(2.0)
    return len(items), sum(items), items[-1]


@programs.at((0,), (4,))
def a_list_built_in_a_loop(n):
    items = []
    for i in range(n):
        if i != 2:
            items.append(i * 0.5)
    total = 0.0
    for v in items:
        total += v
    return total, len(items), sum(items, 0.0)


@programs.at((3,), (4,))
def run_time_lists(n):
    items = [0.0] * n
    for i in range(n):
        items[i] = i + 0.5
        items[-1] += 1
    squares = [v * v for v in items]
    evens = [v for v in items if v > 1]
    pairs = [(i, v) for i, v in enumerate(items)]
    backwards = items[::-1]
    both = items + squares
    total = 0.0
    for i, v in pairs:
        total += i * v
    return total, sum(squares), len(evens), backwards[0], both[n], max(items), min(squares), sum(items[1:]), any(v > 2 for v in items)


@programs.at((3,))
def run_time_list_errors(n):
    items = [i * 1.0 for i in range(n)]
    return items[n]


@programs.at((30,))
def long_static_comprehension(n):
    items = [0.5 * i for i in range(30)]
    items[n % 7] = 100.0
    return sum(items), items[29], len(items)


@programs.at((2.0, 1), (2.0, -1), (2.0, 5))
def run_time_index(x, k):
    return (x, 2 * x, 3 * x)[k]


@programs.at((2.0, 1), (2.0, 0))
def run_time_index_in_a_loop(x, n):
    table = [x, 2 * x, 3 * x]
    total = 0.0
    for i in range(n):
        total += table[i]
        table[i] = 0.0
    return total, table[0]


@programs.at((2.0,))
def dicts(x):
    d = {"a": x, "b": (x, 2)}
    d["c"] = d["a"] + d["b"][1]
    e = dict(d, z=1)
    total = 0.0
    for key in d:
        if key != "b":
            total += d[key]
    for key, value in e.items():
        if key == "z":
            total += value
    e.update({"a": 0.0})
    return d, e, total, "a" in d, "q" in d, d.get("q", 7.0), d.get("q"), list(d.values())[0], {k: 2 for k in ("u", "v")}, {**d, "a": 1}


@programs.at((2.0,))
def missing_key(x):
    return {"a": x}["b"]


@programs.at((LAYERS, np.array([1.0, 2.0, 3.0])))
def layers_by_number(layers, x):
    for i in range(len(layers)):
        w, b = layers[i]
        x = np.tanh(w @ x + b)
    return x


@programs.at((LAYERS, np.array([1.0, 2.0, 3.0])))
def layers_one_by_one(layers, x):
    for (w, b), scale in zip(layers, (1.0, 2.0)):
        x = np.tanh(w @ x + b) * scale
    return x, [w.shape for w, _ in layers]


@programs.at(([1.0, 2.0, 3.0],), ([float(k) for k in range(20)],), ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10],))
def a_list_of_numbers(items):
    total = 0
    for v in items:
        total += v
    first = items[:1][0]
    return total, len(items), items[-1], sum(items), max(items), min(v * 2 for v in items), first


@programs.at((4,))
def generator_expressions(n):
    return (
        sum(i * i for i in range(n)),
        sum(i * 0.5 for i in range(n) if i != 2),
        any(i > 2 for i in range(n)),
        all(i < 3 for i in range(n)),
        sum(i * j for i in range(n) for j in range(i)),
        any(i * j == 6 for i in range(n) for j in range(i)),
    )


@programs.at((X,), (np.array([0.5]),))
def extremes(x):
    return float(max(x)), float(min(x)), max(1.0, 2), min([3, 1.5]), max((x[0], x[-1])), max([1, -5], key=abs)


@programs.at((EMPTY,))
def max_of_nothing(x):
    return max(x)


@programs.at((1.0,))
def max_of_an_empty_list(x):
    return max([])


@programs.at((1.0,))
def max_with_default(x):
    return max([], default=x)


@programs.at((X, 2.0), (EMPTY, 1.0))
def stops_at_the_first(x, bound):
    return any(1 / float(v) > bound for v in x), all(v != 0 and 1 / float(v) < bound for v in x)


@programs.at((3,))
def comprehension_scopes(n):
    i = 100
    doubled = [i * 2 for i in range(n)]
    nested = [[i + j for j in range(2)] for i in range(3)]
    flat = [v for row in nested for v in row]
    return i, doubled[1], nested, flat, [y := n, y + 1], y


@programs.at((2.0, True), (2.0, False))
def nested_containers_as_state(x, flag):
    state = {"position": (x, 0.0), "steps": 0}
    for i in range(5):
        p, v = state["position"]
        if flag:
            v = v - p * 0.1
        state = {"position": (p + v * 0.1, v), "steps": state["steps"] + 1}
    return state


@programs.at((3,))
def strings(n):
    name = "abc"
    return len(name), name == "abc", name[1] == "b", name.upper() == "ABC", "b" in name, name + "d" == "abcd"


@programs.at((3, 1.0), (3, 3.0))
def membership(n, x):
    return n in (1, 2, 3), x in [1.0, 2.0], n not in (5,), n in range(2, 5), x == 1.0 in (True,)


@programs.at((2.0,))
def a_matrix_of_lists(x):
    m = [[x * (i + j) for j in range(3)] for i in range(3)]
    trace = 0.0
    for i in range(3):
        trace += m[i][i]
        m[i][0] = 7.0
    return trace, m


@programs.at((3,))
def a_list_of_rows(n):
    rows = [[i * 1.0, i + 0.5] for i in range(n)]
    total = 0.0
    for a, b in rows:
        total += a * b
    return total, rows[-1][1], len(rows)


@programs.at((np.array([[1.0, 2.0], [3.0, 4.0]]),))
def rows_of_a_matrix(m):
    total = 0.0
    for row in m:
        for v in row:
            total += float(v)
    parts = [row * 2 for row in m]
    return total, parts[1], len(m), [float(np.sum(r)) for r in m][1]


@programs.at((3,), (100,))
def lists_of_arrays(n):
    arrays = []
    for i in range(n):
        arrays.append(np.full(2, i * 1.0))
    total = 0.0
    for a in arrays:
        total += float(a[0] * a[1])
    return total


@programs.at((2.0,))
def aliases_through_containers(x):
    inner = [x, 1.0]
    outer = (inner, inner)
    inner[0] = 5.0
    outer[1][1] = 7.0
    return outer, inner


@programs.at((np.array([1.0, 2.0]),))
def array_in_a_list_is_shared(x):
    held = [x, x * 2]
    held[0][0] = 9.0
    held[1] += 1
    return x, held


@programs.at((2.0, True), (2.0, False))
def one_of_two_lists(x, flag):
    a, b = [x], [2 * x]
    c = a if flag else b
    return c[0], a, b


@programs.at((4,))
def zip_of_everything(n):
    total = 0
    for a, b, (c, d) in zip(range(n), range(10, 0, -1), enumerate(range(2, 9))):
        total += a * b + c * d
    return total, list(zip((1, 2), ("a", "b"))), tuple(reversed((1, 2, 3))), list(range(4)), tuple(enumerate("ab", 1))


@programs.at((5,))
def iterating_over_a_run_time_range_list(n):
    values = list(range(n))
    values.append(10)
    return sum(values), values[-1], len(values)


@programs.at((1.0,), (0.3,))
def one_of_two_lists_is_changed(x):
    a, b = [x], [2 * x]
    c = a if x > 0.5 else b
    c[0] = 3.0
    return a[0], b[0]


@programs.at((3,), (100,))
def one_list_is_collected_again_and_again(n):
    row = [0.0, 1.0]
    rows = []
    for i in range(n):
        row[0] = i * 1.0
        rows.append(row)
    return sum(r[0] for r in rows)


@programs.at((100,), (0,))
def a_list_meets_itself_or_another_in_a_loop(n):
    first = [1.0]
    other = first
    for _ in range(n):
        other = [other[0] + 1.0]
        first[0] = 5.0
    other[0] = 7.0
    return first[0], other[0]


@programs.at((X, 12), (X, 0))
def lists_spread_out_in_a_display(x, n):
    some = [float(x[0]) * i for i in range(n)]
    more = [*some, len(some) * 1.0, *(float(v) for v in x)]
    copy = [*some]
    copy.append(7.0)
    return more, copy, some, [1.0, *map(abs, some), *reversed(more)], np.array([*x[:n], *x[1:]])


@programs.at((4,), (12,))
def a_list_spread_out_before_it_changes(n):
    some = [k * 0.5 for k in range(n)]
    return [*some, some.pop(), *some]


@programs.at((np.arange(24.0).reshape(4, 3, 2),), (np.zeros((0, 3, 2)),))
def arrays_of_a_growing_list_joined(x):
    rows = [row * 2.0 for row in x]
    vectors, numbers = [row[0] for row in x], [row[0, 1] for row in x]
    wide = (
        np.concatenate(rows, axis=-1),
        np.concatenate(rows, None, dtype=np.float32),
        np.concatenate([x[k, :, :k] for k in range(len(x))], 1),
    )
    stacks = np.stack(rows, -1), np.stack(rows, 1), np.stack(numbers, -1)
    beside = np.hstack(rows), np.hstack(vectors), np.hstack(numbers), np.dstack(rows), np.dstack(numbers)
    below = np.vstack(rows), np.vstack(numbers, dtype=np.float32), np.column_stack(vectors), np.column_stack(numbers)
    return wide, stacks, beside, below


@programs.at((np.arange(24.0).reshape(4, 3, 2),))
def arrays_of_a_growing_list_that_do_not_fit(x):
    return np.concatenate([x[k, k:] for k in range(3)], axis=1)


@programs.at((np.arange(24.0).reshape(4, 3, 2),))
def stacks_of_a_growing_list_that_do_not_fit(x):
    return np.stack([x[k, k:] for k in range(3)], axis=1)


@programs.at((2.0, 3), (2.0, 40))
def arrays_of_lists(x, n):
    counted = [[k, True] for k in range(n)]
    return np.array(counted), np.array([(np.float32(x), k) for k in range(n)]), np.asarray([[k > 3, True] for k in range(n)])


@programs.at((2.0, 40))
def ragged_array(x, n):
    return np.array([[x for k in range(j)] for j in range(n)])


@pytest.mark.parametrize("function, arguments", programs.cases, ids=programs.names)
def test_agrees(function, arguments) -> None:
    agree(function, arguments)


def test_an_argument_list_that_two_arguments_lead_to_is_not_changed() -> None:
    def f(items, others):
        items[0] = 1.0
        return items[0] + others[0]

    for shared in ([1.0, 2.0], [1.0] * 20):
        for derived in (everypath.compile(f), everypath.grad(f)):
            with pytest.raises(NotSupported, match="changes a list that both items and others lead to"):
                derived(shared, shared)


def test_math_is_imported() -> None:
    assert interpreted(lambda x: math.exp(x), (0.0,)) == 1.0


def test_a_long_list_of_numbers_is_one_array() -> None:
    items = [float(k) for k in range(40)]
    agree(lambda items: (np.array(items) * 2, np.sum(items), items[3:5], [v * 2 for v in items]), (items,))
    lowered = interpreted(lambda items: items, (items,))
    assert lowered == items


def test_a_list_built_at_run_time_is_returned() -> None:
    agree(lambda n: ([i * 0.5 for i in range(n)], n), (5,))


class Twice:
    def __init__(self, u):
        self.u = u
        self.v = u


def test_a_deep_copy_keeps_what_is_one_array_one() -> None:
    """An array that stands in it twice was copied twice."""

    def f(x, n):
        both, named, grown = copy.deepcopy([x, x]), copy.deepcopy({"a": x, "b": (x, 1.0)}), []
        both[0][0] = 5.0
        named["a"][1] = 7.0
        for k in range(n):
            grown.append(x[k] * 2.0)
        again, shallow = copy.deepcopy(grown), copy.copy(grown)
        again[0] = 9.0
        shallow[1] = 3.0
        return both[1], named["b"][0], x, sum(grown), sum(again), sum(shallow)

    agree(f, (np.array([1.5, -1.0, 3.0]), 2))

    def written(x):
        made = copy.deepcopy(Twice(x))
        made.u[0] = 7.0
        return made.v[0]

    with pytest.raises(NotSupported, match="may be one array"):
        everypath.compile(written)(np.ones(2))


class Linked:
    def __init__(self, x, parent):
        self.x = x
        self.parent = parent


def test_objects_in_a_growing_list_that_lead_to_one_another_are_refused_at_once() -> None:
    """With each attempt the pattern of an element was one object longer."""

    def f(x):
        nodes = [Linked(0.0, None)]
        for k in range(len(x)):
            new = Linked(x[k], None)
            new.parent = nodes[k // 2]
            if x[k] > 0:
                nodes.append(new)
        node = nodes[-1]
        while node.parent is not None:
            node = node.parent
        return node.x

    with pytest.raises(NotSupported, match="leads to another 'Linked'"):
        everypath.compile(f)(np.ones(100))


def rows_above(x, low):
    rows = []
    for v in x:
        if v > low:
            rows.append([v, v * 2.0])
    return np.array(rows)


def arrays_above(x, low):
    rows = []
    for v in x:
        if v > low:
            rows.append(np.array([v, v * 2.0]))
    return np.array(rows)


@pytest.mark.parametrize("f", [rows_above, arrays_above])
def test_an_array_of_no_rows_has_one_axis_in_numpy_and_is_refused(f) -> None:
    compiled = everypath.compile(f, backend="interpreter")
    np.testing.assert_array_equal(compiled(np.array([0.5, 1.5]), 1.0), [[1.5, 3.0]])
    with pytest.raises(everypath.NotSupported, match="an array made of an empty list has one axis"):
        compiled(np.array([0.5, 1.5]), 2.0)


def keys_of_a_loop(x, n):
    found = {}
    for _ in range(n):
        found["k"] = found.get("k", 1.0) * x[0]
    return found.get("k", x[1])


def test_a_dict_that_gets_its_keys_in_a_loop_asks_for_a_turn() -> None:
    compiled = everypath.compile(keys_of_a_loop, backend="interpreter")
    assert compiled(np.array([2.0, 3.0]), 40) == 2.0**40
    assert compiled(np.array([2.0, 3.0]), 33) == 2.0**33
    with pytest.raises(everypath.NotSupported, match="a dict gets its keys in this loop"):
        compiled(np.array([2.0, 3.0]), -40)


def test_lists_that_grow_in_one_loop_are_learnt_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from everypath.lower import entry

    attempts = []
    attempt = entry.attempt
    monkeypatch.setattr(entry, "attempt", lambda *args: [attempts.append(1), attempt(*args)][1])

    def f(x, n):
        times, places, pairs, rows = [], [], [], []
        for k in range(n):
            x = 0.9 * x
            times.append(k)
            places.append(x)
            pairs.append((x, k))
            rows.append([x, [k]])
        return sum(times) + places[-1] + pairs[n // 2][0] + rows[2][0] + rows[3][1][0]

    assert everypath.compile(f, backend="interpreter")(1.5, 50) == f(1.5, 50)
    assert len(attempts) <= 5


class Pair:
    def __init__(self, first, second):
        self.first, self.second = first, second


def test_what_is_refused_before_many_shared_objects_is_told_at_once() -> None:
    def f(x):
        eval("x")
        pair = Pair(x, 1.0)
        for _ in range(40):
            pair = Pair(pair, pair)
        return leftmost(pair)

    def leftmost(pair):
        return pair.first.first.first.second is None

    with pytest.raises(NotSupported, match=r"eval\(\) is not supported"):
        everypath.compile(f)(1.5)


def shortest(graph, start):
    """Dijkstra's algorithm, as textbooks have it: a dict of dicts, and a set of those that are done."""
    visited, distance, queue = set(), {start: 0}, [(0, start)]
    while queue:
        d, u = heapq.heappop(queue)
        if u in visited:
            continue
        visited.add(u)
        for v, w in graph[u].items():
            if v not in distance or d + w < distance[v]:
                distance[v] = d + w
                heapq.heappush(queue, (d + w, v))
    return distance


def test_graphs_whose_nodes_are_texts() -> None:
    def f(a, b):
        graph = {"s": {"l": a, "r": 2.5}, "l": {"r": b, "t": 4.0}, "r": {"t": a * b}, "t": {}}
        return shortest(graph, "s")["t"]

    slopes = everypath.value_and_grad(f, wrt=(0, 1), backend="interpreter")
    for (a, b), wanted in (((1.0, 0.5), (1.5, 2.0)), ((3.0, 1.0), (1.0, 3.0)), ((1.5, 4.0), (1.0, 0.0))):
        assert slopes(a, b) == (f(a, b), wanted)


@pytest.mark.parametrize("x", [2.0, 0.5])
def test_one_dict_or_another_with_other_keys(x) -> None:
    def f(x):
        some, others = {"a": x, "b": 2.0}, {"c": x * 3.0}
        d = some if x > 1.0 else others
        print(d)
        total = sum(d.values()) + sum(v * len(k) for k, v in d.items()) + d.get("c", x) + ("a" in d) + len(d)
        for k in d:
            total += d[k]
        return total, d

    assert everypath.compile(f, backend="interpreter")(x) == f(x)


def test_what_is_gone_over_as_one_dict_or_another_is_not_changed() -> None:
    def f(x):
        some, others = {"a": x}, {"c": x * 3.0}
        values = (some if x > 1.0 else others).values()
        some["a"] = 10.0
        return sum(values)

    with pytest.raises(NotSupported, match="something goes over what is in it, where it may be one dict or another"):
        everypath.compile(f)(2.0)
