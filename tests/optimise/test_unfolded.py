"""Recursions that branch are written out for their smallest arguments, and give what they gave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.ir.interpret import run
from everypath.ir.walk import ops_in
from everypath.optimise import unfolded
from everypath.optimise.unfolded import calls_itself
from everypath.pipeline import Task, stages
from everypath.testing import check_grads


def minors(a):
    n = len(a)
    if n == 1:
        return a[0, 0]
    total, sign = 0.0, 1.0
    for j in range(n):
        total = total + sign * a[0, j] * minors(np.concatenate((a[1:, :j], a[1:, j + 1 :]), axis=1))
        sign = -sign
    return total


def permanent(a):
    if len(a) == 0:
        return 1.0
    return sum(a[0, j] * permanent(a[1:][:, [k for k in range(len(a)) if k != j]]) for j in range(len(a)))


def neville(xs, ys, t):
    if len(xs) == 1:
        return ys[0]
    left, right = neville(xs[:-1], ys[:-1], t), neville(xs[1:], ys[1:], t)
    return ((t - xs[-1]) * left - (t - xs[0]) * right) / (xs[0] - xs[-1])


def spline(t, x, i, k):
    if k == 0:
        return x if t[i] <= x < t[i + 1] else 0.0
    left = (x - t[i]) / (t[i + k] - t[i]) * spline(t, x, i, k - 1)
    return left + (t[i + k + 1] - x) / (t[i + k + 1] - t[i + 1]) * spline(t, x, i + 1, k - 1)


def exchanged(a, n):
    """Writes its argument between its calls, and undoes that."""
    if n == 1:
        return a[0] * a[1]
    first = exchanged(a, n - 1)
    a[0], a[n - 1] = a[n - 1] * 1.5, a[0]
    y = exchanged(a, n - 1) + a[0] * n + first
    a[0], a[n - 1] = a[n - 1], a[0] / 1.5
    return y


def turned(a):
    """Gives its argument, or an array made anew."""
    if len(a) <= 1:
        return a
    m = len(a) // 2
    return np.concatenate((turned(a[m:]), turned(a[:m]) * 2.0))


def weighed(a):
    return np.sum(turned(a) * np.arange(1.0, len(a) + 1.0) ** 2)


def chosen(x, n):
    """What it does hangs on a number that is known when it runs."""
    if n == 0:
        return x
    y = chosen(x * 0.5, n - 1)
    if y > 0.3:
        return y * chosen(x - 0.1, n - 1)
    return y + x * chosen(x * x, n - 1)


def division(x, n):
    if n == 0:
        return 1.0 / x
    return division(x - 1.0, n - 1) + division(x + 1.0, n - 1)


PROGRAMS = [
    (minors, lambda r, n: (r((n, n)),)),
    (permanent, lambda r, n: (r((n, n)),)),
    (neville, lambda r, n: (np.arange(n) + 0.5 * r(n), r(n), 0.3)),
    (spline, lambda r, n: (np.arange(12.0) + 0.1 * r(12), 4.3, 2, n % 5)),
    (exchanged, lambda r, n: (r(n + 1), n)),
    (weighed, lambda r, n: (r(n),)),
    (chosen, lambda r, n: (0.9, n)),
]


@pytest.mark.parametrize("f, make", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_values_and_derivatives_are_those_of_all_the_calls(f: Any, make: Any) -> None:
    value = ep.compile(f)
    for n in (1, 3, 5):
        arguments = make(np.random.default_rng(n).random, n)
        given = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        assert value(*given) == pytest.approx(f(*arguments), rel=1e-12)
        assert all(np.array_equal(a, b) for a, b in zip(given, arguments, strict=True))
        if n == 5:
            check_grads(f, arguments)


def test_the_smallest_hold_no_call() -> None:
    """Of arrays of six rows, 6·5 calls reach four rows, and do no more."""
    a = np.random.default_rng(0).random((6, 6))
    program, (entry,) = stages(ep.compile(minors).find((a,), {})[0].program, Task(), "ir")
    calls = {}
    for name, form in (("before", program), ("after", unfolded(program))):
        watch = Calls()
        assert run(form, entry, [a], watch)[0] == pytest.approx(np.linalg.det(a), rel=1e-9)
        calls[name] = watch.number
    assert calls == {"before": 6 + 30 + 120 + 360 + 720, "after": 6 + 30}


class Calls:
    number = 0

    def executed(self, op: Any, operands: Any, results: Any) -> None:
        self.number += op.name == "call"

    def entered(self, region: Any) -> None:
        pass

    left = entered


def test_what_raises_raises() -> None:
    for n in (1, 3):
        with pytest.raises(ZeroDivisionError):
            ep.compile(division)(float(n), n)


def test_one_call_after_the_other_stays() -> None:
    def horner(c, x):
        return 0.0 if len(c) == 0 else c[0] + x * horner(c[1:], x)

    program = ep.compile(horner).find((np.ones(3), 0.5), {})[0].program
    assert unfolded(program) is program
    assert any(calls_itself(f.name, op) for f in program for op in ops_in(f.body))
