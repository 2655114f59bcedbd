"""Writes that the backward sweep undoes: through views that overlap, early ends, exceptions, sides of branches, and in second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task
from everypath.testing import check_grads


def overlapping_views(a):
    b, s = a.copy(), 0.0
    below, upwards = b[1:], b[::-1]
    for k in range(len(b) - 1):
        below[k, 0] = np.dot(b[k], upwards[k]) * 0.1
        upwards[k, 1] += np.dot(below[k], b[:, 0])
        b[k] = b[k] * below[k]
        s += np.dot(b[0], b[k])
    return s


def early_ends(a):
    b, s = a.copy(), 0.0
    for i in range(len(b)):
        for j in range(i):
            b[i, j] -= 0.1 * np.dot(b[i, :j], b[j, :j])
            if b[i, j] < -0.2:
                break
            if j == 2:
                continue
            s += b[i, j] * np.dot(b[i], b[j])
        else:
            b[i, i] *= 1.1
        if s > 5.0:
            return s * np.dot(b[0], b[1])
    return s


def in_while(a):
    b, i, s = a.copy(), 0, 0.0
    while i < len(b) and s < 40.0:
        b[i] += 0.1 * np.dot(b[:i].T @ b[:i], b[i])
        s += np.sum(b[i] ** 2)
        i += 1
        if i % 2:
            b[0] = b[i % len(b)]
    return s + np.sum(b**3)


def exceptions(a):
    b, s = a.copy(), 0.0
    for i in range(1, len(b)):
        try:
            b[i, 0] = np.dot(b[i], b[i - 1]) * 0.2
            if i == 2:
                raise ValueError
            b[i, 1] = np.dot(b[i], b[:, 0])
        except ValueError:
            b[i] = b[i] * 0.5
        s += np.dot(b[i], b[i])
    return s


def sides(a):
    b, c = a.copy(), np.zeros_like(a)
    for i in range(len(b)):
        if b[i, 0] > 0.5:
            c[i] = b[i] * np.dot(b[i], a[0])
            b[i, 1] = np.dot(c[i], b[0])
        else:
            b[i] = np.sin(b[i]) * np.dot(b[i], b[i])
            c[i, :2] = b[i, :2]
        b[0] = b[i] * c[i]
    return np.sum(c * b)


def rows_and_columns_of_the_argument(a):
    for i in range(len(a)):
        a[i, :] = np.dot(a[i], a[0])
        a[:, i] += a[i] * 0.1
        a[i, 1:] *= a[i, 0]
        a[len(a) - 1 - i] = a[i, ::-1]
    return np.sum(a * a)


def loops_over_numbers(a):
    b, n = a.copy(), len(a)
    for t in range(2):
        for i in range(n):
            s = 0.0
            for k in range(n):
                s += b[i, k] * b[k, i]
            b[i, (i + t) % n] = s * 0.1 + b[i, (i + t) % n]
            for k in range(n):
                b[k, i] = np.sin(b[k, i])
    return np.sum(b**2)


def loads_between_writes(a):
    b, s = a.copy(), 0.0
    for i in range(1, len(b)):
        first, second = b[i, 0], b[i - 1, 1]
        s += np.dot(b[i], b[i - 1])
        b[i, 0] = first * second
        now = b[i, 0]
        b[i, 1] = now * first * s * 0.01
        s = s * now
    return s + np.sum(b)


CASES = [
    overlapping_views,
    early_ends,
    in_while,
    exceptions,
    sides,
    rows_and_columns_of_the_argument,
    loops_over_numbers,
    loads_between_writes,
]


@pytest.mark.parametrize("f", CASES)
def test_memory_is_as_each_operation_saw_it(f: Any) -> None:
    a = np.random.default_rng(1).random((4, 4))
    before = a.copy()
    text = ep.grad(f).show("derivative", a)
    assert "_before" in text
    check_grads(f, (a,), order=2 if f is loads_between_writes else 1)
    np.testing.assert_array_equal(a, before)


def test_what_is_returned_stays() -> None:
    def f(a):
        b = a.copy()
        for i in range(1, len(b)):
            b[i] = b[i] * np.dot(b[i - 1], b[i])
        return np.sum(b**2), b

    a = np.random.default_rng(1).random((4, 4))
    (_, b), gradient = ep.value_and_grad(f, has_aux=True)(a)
    np.testing.assert_allclose(b, f(a)[1], rtol=1e-14)
    np.testing.assert_allclose(gradient, ep.grad(lambda x: f(x)[0])(a), rtol=1e-12)


def cholesky(a):
    a[0, 0] = np.sqrt(a[0, 0])
    for i in range(1, len(a)):
        for j in range(i):
            a[i, j] -= np.dot(a[i, :j], a[j, :j])
            a[i, j] /= a[j, j]
        a[i, i] -= np.dot(a[i, :i], a[i, :i])
        a[i, i] = np.sqrt(a[i, i])
    return np.sum(a)


def test_a_factorisation_keeps_what_it_overwrites() -> None:
    kept = {}
    for n in (20, 80):
        b = np.random.default_rng(0).random((n, n))
        lowered, _ = pipeline.lowered(cholesky, (b,), {}, frozenset())
        (gradient,) = pipeline.compiled(lowered.program, Task("reverse", (0,), (0,)))
        gradient(b @ b.T + n * np.eye(n), 1.0)
        kept[n] = gradient.counters["most_bytes"] / 8 / n**2
    assert kept[80] < kept[20] < 6  # numbers for each element: three of them matrices
