"""What calls of themselves keep lies on stacks that they share: the right entry comes off for each, and no call costs a block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task
from everypath.testing import check_grads


def even(x, n):
    return x if n == 0 else odd(x * x * 0.9, n - 1) * x


def odd(x, n):
    return np.sin(x) if n == 0 else even(np.cos(x), n - 1) + x


def left_early_and_unused(x, n):
    if n == 0:
        return x
    for i in range(3):
        y = left_early_and_unused(x * (i + 1.0), n - 1)
        if i == 1:
            break
    for i in range(2):
        left_early_and_unused(x * i, n - 1)
    return y * x + x


def returned(a, n):
    if n == 0:
        return a
    b = returned(a * a[::-1], n - 1)
    b[0] = b[0] * a[1]
    return b + a


def summed(a):
    return np.sum(returned(a, 3) ** 2)


def one_or_both(x, y, n):
    if n == 0:
        return x * y
    if n % 2:
        return one_or_both(x, 2.0, n - 1) * y
    return one_or_both(1.5, y * x, n - 1) + one_or_both(x, y, n - 1)


def written(a, k):
    if k == len(a):
        return 0.0
    a[k] = a[k] * a[k - 1]
    rest = written(a, k + 1)
    t = a.copy()
    part = written(t[k:], len(a) - k)
    return rest + a[k] ** 2 + part + t[0]


def written_from_outside(a):
    b = a.copy()
    return written(b, 1) + np.sum(b)


def in_while(x, n):
    s, k = x, 0
    while k < n:
        k += 1
        if s > 3.0:
            s = s * 0.5
            continue
        s = s + in_while(s * 0.7, n - k) * x
    return s


def of_itself(x, n):
    return np.sin(x) if n == 0 else of_itself(of_itself(x * 0.9, n - 1), n - 1) * x


def caught(x, n):
    if n == 0:
        if x > 0.5:
            raise ValueError
        return x
    try:
        return caught(x * 1.1, n - 1) * x
    except ValueError:
        return x * x


def grown(x, n, out):
    if n > 0:
        out.append(x * n)
        grown(x * out[-1], n - 1, out)
        out[0] = out[0] * x


def total(x):
    out = []
    grown(x, 4, out)
    return sum(out)


def exchanged(a, b, n):
    return np.sum(a * b) if n == 0 else exchanged(b * 2.0, a, n - 1) + a[0] * exchanged(a, np.tanh(b), n - 1)


def seen_twice(a, n):
    if n == 0:
        return a[0] * a[1]
    b = np.sin(a)
    return seen_twice(b, n - 1) + seen_twice(b[1:], 0) * np.sum(b * a) if len(b) > 2 else b[0]


def called_in_a_loop(x):
    s = 0.0
    for k in range(4):
        s = s + even(x * (k + 1) * 0.2, k) + of_itself(s, 2)
    return s


A = np.array([0.7, 1.2, 0.4, 0.9])
CASES: list[tuple[Any, tuple[Any, ...]]] = [
    (even, (0.8, 4)),
    (left_early_and_unused, (0.6, 3)),
    (summed, (A,)),
    (one_or_both, (0.7, 1.3, 4)),
    (written_from_outside, (A,)),
    (in_while, (0.9, 4)),
    (of_itself, (0.8, 3)),
    (caught, (0.42, 3)),
    (total, (0.8,)),
    (exchanged, (A, A[::-1].copy(), 2)),
    (seen_twice, (A, 3)),
    (called_in_a_loop, (0.5,)),
]


@pytest.mark.parametrize(("f", "arguments"), CASES, ids=[f.__name__ for f, _ in CASES])
def test_each_call_finds_its_own(f: Any, arguments: tuple[Any, ...]) -> None:
    check_grads(f, arguments, order=2 if f is even else 1)


@pytest.mark.parametrize("f", [left_early_and_unused, written_from_outside])
def test_a_pullback_runs_again(f: Any) -> None:
    (arguments,) = [given for g, given in CASES if g is f]
    _, pullback = ep.vjp(f, *arguments)
    first, twice, again = (pullback(s)[0] for s in (1.0, 2.0, 1.0))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(twice, 2.0 * ep.grad(f)(*arguments), rtol=1e-12)


def minors(a):
    n = len(a)
    if n == 1:
        return a[0, 0]
    total, sign = 0.0, 1.0
    for j in range(n):
        total = total + sign * a[0, j] * minors(np.concatenate((a[1:, :j], a[1:, j + 1 :]), axis=1))
        sign = -sign
    return total


def counted(n: int) -> dict[str, int]:
    a = np.random.default_rng(0).random((n, n))
    lowered, _ = pipeline.lowered(minors, (a,), {}, frozenset())
    (gradient,) = pipeline.compiled(lowered.program, Task("reverse", (0,), (0,)))
    np.testing.assert_allclose(gradient(a, 1.0)[1], np.linalg.det(a) * np.linalg.inv(a).T, rtol=1e-9)
    return gradient.counters


def test_a_call_keeps_a_few_numbers() -> None:
    calls = {n: sum(int(np.prod(range(m + 1, n + 1))) for m in range(1, n + 1)) for n in (5, 7)}
    few, many = counted(5), counted(7)
    assert many["most_bytes"] - few["most_bytes"] < 64 * (calls[7] - calls[5])  # three numbers and a truth value, twice what is full
    assert many["allocations"] - few["allocations"] < 2.1 * (calls[7] - calls[5])  # a minor, and its shadow: none for what is kept


def test_every_tape_shows_its_bytes() -> None:
    def steps(x, n):
        for _ in range(n):
            x = np.sin(x) * x
        return x

    shown = [line.split()[:3] for line in ep.grad(steps).show("tapes", 0.5, 100).splitlines()[1:]]
    assert shown == [["800", "B", "x_tape"], ["800", "B", "sin_tape"]]
    first, *rows = ep.grad(even).show("tapes", 0.5, 20).splitlines()
    assert first.startswith("tapes of even_vjp: ")
    assert any("stack<f64>" in row for row in rows)
    assert ep.grad(steps, memory=2_000).show("tapes", 0.5, 1_000).startswith("tapes of steps_vjp: 1.")
