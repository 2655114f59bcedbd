"""What people ask of Python's own containers and numbers now and then."""

from __future__ import annotations

import itertools
import math
from collections import Counter, deque

import pytest

import everypath as ep


def counters(x):
    c, d = Counter("mississippi"), Counter("mm")
    e = d
    d += Counter("ms")
    less, both, either = c - Counter("ssssiip"), c & d, c | Counter("qq")
    parts = x * sum(less.values()) + len(less), sum(both.values()), list(either).index("q"), e["m"]
    return parts, sum((c + d).values()) * x


def counters_of_numbers(items, x):
    a, b = Counter(items), Counter(items[:2])
    return sum(k * n for k, n in (a + b).items()) * x + len(a - b), a == b, a != b, a == Counter(sorted(items))


def dicts_with_computed_keys(x, n):
    a, b = {k * k % 7: float(k) for k in range(n)}, {}
    for k in reversed(range(n)):
        b[k * k % 7] = float(k)
    return x, a == b, a != {0: 1.0}, a == dict(a)


def bits(x, n):
    return x * n.bit_length() + n.bit_count() + (5).bit_length() + n.as_integer_ratio()[0]


def moving_average(items, k):
    out, window = [], deque(maxlen=k)
    for v in items:
        window.append(v)
        if len(window) == window.maxlen:
            out.append(sum(window) / k)
    return out, deque().maxlen


def shortest_tour(x, n):
    distance = [[abs(i - j) * x + (2 * i + j) % 5 for j in range(n)] for i in range(n)]
    best = math.inf
    for tour in itertools.permutations(range(1, n)):
        best = min(best, distance[0][tour[0]] + sum(distance[a][b] for a, b in itertools.pairwise(tour)) + distance[tour[-1]][0])
    return best


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize(
    ("function", "args"),
    [
        (counters, (2.0,)),
        (counters_of_numbers, ([3, 1, 3, 2], 2.0)),
        (dicts_with_computed_keys, (2.0, 40)),
        (bits, (2.0, -37)),
        (moving_average, ([1.0, 2.0, 4.0, 8.0], 3)),
        (shortest_tour, (0.7, 4)),
    ],
)
def test_is_what_it_is_in_cpython(function, args, backend) -> None:
    assert repr(ep.compile(function, backend=backend)(*args)) == repr(function(*args))
    if function in (bits, shortest_tour):
        ep.check_grads(function, args, order=2)
