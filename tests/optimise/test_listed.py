"""Lists that a loop fills are arrays, where nothing else may see that they were lists."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import everypath as ep


def comprehension(x):
    return np.sum(np.array([math.sin(v) * v for v in x]) ** 2)


def changed_later(x):
    squares = []
    for v in x:
        squares.append(v * v)
    squares[0] = squares[1] * 3.0
    squares[-1] += squares[2]
    return sum(squares) * len(squares)


def one_of_another(x):
    first = [v * 3.0 for v in x]
    second = [u * v for u, v in zip(first, x)]
    return sum(second[1:]) + max(first)


def in_a_loop(x):
    total = 0.0
    for k in range(2, 5):
        powers = [v**k for v in x]
        total += sum(powers) / len(powers) + powers[k]
    return total


def integers_and_flags(x):
    tens, large = [int(10.0 * v) for v in x], [v > 0.5 for v in x]
    return sum(tens) * x[0] + sum(large) * x[1]


def sometimes(x):
    return sum([v for v in x if v > 0.5])


def twice_a_turn(x):
    both = []
    for v in x:
        both.append(v)
        both.append(2.0 * v)
    return sum(both)


def behind(x):
    values = [v * v for v in x]
    values.append(1.0)
    return sum(values)


def as_it_grows(x):
    values = []
    for v in x:
        values.append(v * (len(values) + 1))
    return sum(values)


def one_of_two(x):
    values = [v * v for v in x]
    chosen = values if x[0] > 0.0 else [1.0]
    return sum(chosen)


FILLED = (comprehension, changed_later, one_of_another, in_a_loop, integers_and_flags)
LISTS = (sometimes, twice_a_turn, behind, as_it_grows, one_of_two)


@pytest.mark.parametrize("f", [*FILLED, *LISTS])
def test_they_mean_the_same(f: Any) -> None:
    x = np.random.default_rng(3).random(9)
    np.testing.assert_allclose(ep.compile(f)(x), f(x), rtol=1e-13)
    ep.check_grads(f, (x,), order=2)
    assert ("list_new" in ep.compile(f).show("ir", x)) == (f in LISTS)


def test_a_list_that_is_returned_stays_one() -> None:
    x = np.arange(3.0)
    assert ep.compile(lambda x: [2.0 * v for v in x])(x) == [0.0, 2.0, 4.0]
    assert ep.compile(lambda x: len([v for v in x]))(x[:0]) == 0
