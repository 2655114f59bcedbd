"""Dicts and sets whose keys are known only when the function runs, and tuples whose length is: counts, groups, memos, shortest paths."""

import heapq
import math
from collections import Counter, defaultdict

import numpy as np

from .registry import at, program

VECTOR = np.array([0.31, -0.22, 0.83, 0.54, 1.7, 0.13, -0.94, 0.45])
LABELS = np.array([0, 1, 2, 1, 0, 2, 2, 1])


@program(at(VECTOR, LABELS), at(VECTOR, np.zeros(8, int)))
def counts_and_groups(x, labels):
    counts, sums, groups, cells = {}, defaultdict(float), {}, Counter(int(3 * v) for v in x)
    for v, k in zip(x, labels):
        counts[k] = counts.get(k, 0) + 1
        sums[int(k)] += v * v
        groups.setdefault(int(k) + 1, []).append(v)
    total = sum(v * counts[k] for v, k in zip(x, labels)) + max(sums.values()) + x[0] * cells[2]
    for k, items in sorted(groups.items()):
        total = total * 0.9 + k * sum(items) / len(items)
    for k in sorted(sums, key=sums.get):
        total = total * 0.8 + k * sums[k]
    best, n = Counter(labels.tolist()).most_common(1)[0]
    return total * x[best] + n * (3 in counts) + len(groups) * x[1]


class Knapsack:
    def __init__(self, worth):
        self.worth = worth
        self.memo = {}

    def best(self, i, room):
        if i == len(self.worth) or room == 0:
            return 0.0
        if (i, room) in self.memo:
            return self.memo[i, room]
        left = self.best(i + 1, room)
        self.memo[i, room] = max(left, self.worth[i] + self.best(i + 1, room - 1))
        return self.memo[i, room]


@program(at(VECTOR, 3))
def memo_by_two_numbers(x, room):
    return Knapsack(x).best(0, room)


@program(at(VECTOR))
def memo_from_where_it_is_known(x):
    """Each call is another one, though all their numbers follow from the first."""
    memo = {}

    def best(i):
        if i >= len(x):
            return 0.0
        if i not in memo:
            memo[i] = max(best(i + 1) + x[i], best(i + 2) * x[i])
        return memo[i]

    return best(0) + len(memo) * x[1]


@program(at(VECTOR))
def shortest_path(x):
    ends, reached, waiting = np.array([[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]), {0: 0.0}, [(0.0, 0)]
    while waiting:
        far, here = heapq.heappop(waiting)
        for k, (start, end) in enumerate(ends):
            if start == here and far + x[k] ** 2 < reached.get(end, math.inf):
                reached[int(end)] = far + x[k] ** 2
                heapq.heappush(waiting, (far + x[k] ** 2, int(end)))
    return reached[3]


@program(at(VECTOR, LABELS))
def tables_that_change(x, labels):
    found = {}
    for k, v in zip(labels.tolist(), x):
        found[k, k % 2] = found.pop((k, k % 2), 0.5) * v
    same, other = found, found.copy()
    same[1, 1] = x[0] * 2.0
    del other[0, 0]
    (row, column), last = other.popitem()
    for place in list(found):
        if found[place] < 0.0:
            del found[place]
    for place in found:
        found[place] = found[place] * x[2]
    other.clear()
    inner = defaultdict(lambda: defaultdict(float))
    for i, (k, v) in enumerate(zip(labels, x)):
        inner[int(k)][i % 2] += v * v
    nested = sum((k + 1) * row_[0] * row_[1] for k, row_ in inner.items())
    return nested + sum((i + 2 * j) * v for (i, j), v in found.items()) + row * last + column + len(found) + len(other) * x[3]


@program(at(VECTOR, LABELS))
def sets_of_numbers(x, labels):
    seen, some, total = set(), {1, 7}, 0.0
    for k, v in zip(labels.tolist(), x):
        if k in seen:
            seen.remove(k)
            total = total + v
        else:
            seen.add(k)
    if x[0] > 0.0:
        some.add(2)
    every = {int(4 * v) for v in x}
    seen |= {5}
    both, apart = sorted(seen & some), sorted(seen ^ every)
    total = total * len(every) + sum(k * x[k] for k in both) + max(apart) * x[1] + sum(seen) + (seen < seen | some) + (seen == set(seen))
    return total + len(seen - some) * x[2]


@program(at(VECTOR, 1.0, raises=KeyError), at(VECTOR, 0.9))
def key_that_is_not_there(x, which):
    found = {}
    for i, v in enumerate(x):
        if v > 0.0:
            found[i] = v
    try:
        total = found[int(which * 7.0)]
    except KeyError as error:
        print(error)
        total = x[0] * 2.0
    return total * found[int(which)]


@program(at(VECTOR, raises=RuntimeError))
def keys_that_come_under_a_loop(x):
    found = {}
    for i, v in enumerate(x):
        if v > 0.0:
            found[i] = v
    for k in found:
        found[k + 10] = 1.0
    return found[0]


@program(at(VECTOR), refused="the keys of a dict, or the members of a set, that is built at run time are of one kind")
def integers_and_floats_as_keys(x):
    found = {}
    for i, v in enumerate(x):
        if v > 0.0:
            found[i] = v
        else:
            found[v] = v
    return found[0]


@program(at(VECTOR), refused="the order of the numbers in a set depends on how it was made")
def order_of_a_set(x):
    return sum(k * v for v, k in zip(x, {int(9 * v) for v in x}))


def product(first, second, *others):
    total = first * second
    for v in others:
        total = total * v + len(others)
    return total


@program(at(VECTOR), at(VECTOR + 1.0))
def columns_of_rows(x):
    rows = []
    for i, v in enumerate(x):
        if v > 0.2:
            rows.append((i, v, [v * v, 1.0]))
    places, values, pairs = zip(*rows)
    squares, ones = map(np.array, zip(*pairs))
    rows.append((9, x[0], [1.0, 1.0]))
    across = sum(max(column) * k for k, column in enumerate(zip(*np.outer(x, x[:3]))))
    table = [[v * k for k in range(int(len(x) * 0.5))] for v in x if v > 0.0]
    down = sum(sum(column) * k for k, column in enumerate(zip(*table)))
    return sum(values) * len(places) + np.sum(squares * ones) + across + down + places[-1] * pairs[0][1]


@program(at(VECTOR), at(VECTOR * 2.0))
def tuples_of_run_time_length(x):
    large = tuple(v for v in x if v > 0.2)
    more = large[1:] + (x[0],)
    first, *rest = more * 2
    total = product(*large) + product(2.0, *rest) + product(x[0], 2.0, *more)
    return total + max(*large) + sum(large) * first + np.dot(large, large) + (large[0] in large) + large.index(large[-1])


@program(at(VECTOR, raises=TypeError))
def tuple_that_is_written(x):
    large = tuple(v for v in x if v > 0.2)
    large[0] = 1.0
    return large[0]


@program(at(VECTOR))
def sorted_by_what_comes_first(x):
    names = ("a", "b", "a", "b", "b", "a", "b", "a")
    near = sorted(zip(np.abs(x - 0.25), names))[:3]
    votes = Counter(name for _, name in near)
    return x[0] * votes["a"] + x[1] * votes["b"]
