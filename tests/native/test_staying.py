"""Small arrays on the stack: none that is seen after the turn that made it, and no memory asked for the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task


def before_last(x, n):
    a = b = np.array([x, 2.0 * x])
    for _ in range(n):
        a, b = np.array([b[1], a[0] + x]), a
    return a @ b


def first_kept(x, n):
    first = np.zeros(2)
    for k in range(n):
        point = np.array([x, k * x])
        if k == 1:
            first = point
        point[0] = point[0] * 2.0
    return first[0] * first[1]


def one_or_the_other(x, n):
    total = 0.0
    for k in range(n):
        p = np.array([x, 1.0]) if k % 2 == 0 else np.array([2.0, x])
        q = p[::-1]
        p[1] = p[0] + k
        total = total + q @ p
    return total


def view_out(x, n):
    y = np.zeros(3)
    for k in range(n):
        z = np.array([x, x * k, y[0], 1.0])
        y = z[1:]
    return y[0] * y[1]


def in_a_list(x, n):
    rows = []
    for k in range(n):
        row = np.array([x, k])
        rows.append(row)
    return rows[0] @ rows[1] + rows[2][0]


def returned(x, n):
    return np.array([x, x * n])[::-1]


def down(x, n):
    point = np.array([x, n * x])
    if n == 0:
        return point
    return point * down(x, n - 1)


def matrices(x, n):
    total = np.eye(3)
    for k in range(n):
        turn = np.array([[np.cos(x), -np.sin(x), 0.0], [np.sin(x), np.cos(x), k * x], [0.0, 0.0, 1.0]])
        total = turn.T @ total @ np.array([x, 1.0, k]).reshape(3, 1) @ np.ones((1, 3))
    return total.sum()


@pytest.mark.parametrize("f", [before_last, first_kept, one_or_the_other, view_out, in_a_list, returned, down, matrices])
def test_an_array_that_is_seen_later_is_as_it_was(f: Callable[..., Any]) -> None:
    np.testing.assert_allclose(ep.compile(f)(0.7, 4), f(0.7, 4), rtol=1e-14)
    ep.check_grads(f, (0.7, 4))


def test_small_arrays_of_a_turn_need_no_memory() -> None:
    def cross(a, b):
        return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])

    def f(points, axis):
        total = 0.0
        for p in points:
            if p @ axis > 0.0:
                moved = p + cross(axis, p) * 0.1
            else:
                moved = np.zeros(3)
            total = total + moved @ moved
        return total

    arguments = np.random.default_rng(0).normal(size=(50, 3)), np.array([0.0, 0.6, 0.8])
    lowered, _ = pipeline.lowered(f, arguments, {}, frozenset())
    (run,) = pipeline.compiled(lowered.program, Task("value"))
    np.testing.assert_allclose(run(*arguments)[0], f(*arguments), rtol=1e-14)
    assert run.counters["allocations"] < 10
