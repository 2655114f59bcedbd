"""Loops under a memory budget: the same derivative, to the last digit whatever the budget, and no more memory than that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task


def scalars(x, y, n):
    for k in range(n):
        x, y = x + 0.01 * np.sin(y) * (k + 1), y * 0.99 + 0.1 * x * x
    return x * y


def backwards_by_three(x, n):
    s = x
    for k in range(n, 0, -3):
        s = s + 0.01 * k * s * x
    return s


def written_inside_and_after(x, n):
    y, p, total = x.copy(), x * 2.0, 0.0
    for k in range(n):
        y[1:] = y[1:] * 0.9 + 0.1 * y[:-1] * p[1:]
        y[k % 3] += y[0] * 0.1
        total += y[1]
    y[0] = total
    p[0] = 5.0
    return np.sum(y**2 * p)


def carried_under_two_names(x, n):
    y = z = x
    for k in range(n):
        w = y
        y, z = (z, y * x + 0.1) if k % 4 else (y, z)
        y = y + 0.0 * w
    return np.sum(y * z)


def left_early(x, n):
    s = x
    for k in range(n):
        s = s * 1.1 + 0.01 * k
        if s > 3.0:
            return s * x
        if s < -1.0:
            break
    return s


def errors_caught(x, n):
    s = x
    for k in range(n):
        try:
            if k % 5 == 3:
                raise ValueError
            s = s + 0.1 * s * x
        except ValueError:
            s = s * 0.8
    return s


def while_and_a_buffer(x, n):
    y, k, last = x, 0, np.zeros(3)
    while k < n and np.sum(y) < 100.0:
        last[k % 3] = last[k % 3] * 0.5 + y[0]
        y = np.tanh(y * x) + 0.1 * last[0]
        k += 1
    return np.sum(y * last)


def nested(x, n):
    s, t = x, 0.0
    for i in range(n):
        z = s
        for j in range(i % 4 + 1):
            z = z * 0.9 + x * j * s
        s = s * 0.5 + np.sin(z)
        t += s * z
    for i in range(n // 2):
        t = t * 1.001 + s * i * 0.001
    return t


def recursion_inside(x, n):
    def g(a, m):
        return a if m == 0 else g(a * 0.9, m - 1) + a * x

    s = x
    for k in range(n):
        s = 0.3 * g(s, k % 3) + 0.1
    return s


def kept_as_ever(x, n):
    u, v, out = x.copy(), x * 2.0, []
    for _ in range(n):
        u, v = v, u
        u[0] = v[1] * x[0]
        out.append(u[0])
    return np.sum(u * v) + sum(out)


A = np.array([0.3, 0.5, 0.7])
CASES: list[tuple[Any, tuple[Any, ...]]] = [
    (scalars, (0.4, 0.8)),
    (backwards_by_three, (0.4,)),
    (written_inside_and_after, (A,)),
    (carried_under_two_names, (A,)),
    (left_early, (0.4,)),
    (errors_caught, (0.4,)),
    (while_and_a_buffer, (A,)),
    (nested, (0.4,)),
    (recursion_inside, (0.4,)),
    (kept_as_ever, (A,)),
]


@pytest.mark.parametrize(("f", "arguments"), CASES, ids=[f.__name__ for f, _ in CASES])
def test_not_a_digit_depends_on_the_budget(f: Any, arguments: tuple[Any, ...]) -> None:
    wrt = tuple(range(len(arguments)))
    tight, roomy, free = (ep.value_and_grad(f, wrt, memory=memory) for memory in (300, "1GB", None))
    for n in (0, 1, 2, 7, 101):
        value, gradient = tight(*arguments, n)
        same, other = roomy(*arguments, n)
        assert value == same
        for own, its, without in zip(gradient, other, free(*arguments, n)[1], strict=True):
            np.testing.assert_allclose(own, its, rtol=1e-15 if f is carried_under_two_names else 0.0)
            np.testing.assert_allclose(own, without, rtol=1e-13, atol=1e-300)
    assert ("_turns" in tight.show("adjoint")) == (f is not kept_as_ever)


def test_an_error_is_that_of_the_function() -> None:
    def f(x, n):
        for _ in range(n):
            x = x * 1.5
            if x > 1e3:
                raise OverflowError("too large")
        return x

    with pytest.raises(OverflowError, match="too large"):
        ep.grad(f, memory=300)(0.4, 100)


def test_derivatives_of_a_gradient_inside_a_loop() -> None:
    def f(x, n):
        for _ in range(n):
            x = x - 0.1 * ep.grad(lambda t: np.sin(t) * t)(x)
        return x

    assert ep.grad(f, memory=500)(0.7, 40) == pytest.approx(ep.grad(f)(0.7, 40), rel=1e-14)


@pytest.mark.parametrize(("f", "x"), [(scalars, 0.5), (while_and_a_buffer, A)])
def test_memory_stays_within_the_budget(f: Any, x: Any) -> None:
    most = {}
    for n in (1_000, 20_000):
        arguments = (x, 0.3, n) if f is scalars else (x, n)
        lowered, _ = pipeline.lowered(f, arguments, {}, frozenset())
        (gradient,) = pipeline.compiled(lowered.program, Task("reverse", (0,), (0,), budget=100_000))
        gradient(*arguments, 1.0)
        most[n] = gradient.counters["most_bytes"]
    assert most[20_000] < 200_000


@pytest.mark.parametrize("memory", [0, -1, 1.5, True, "lots", "3 XB"])
def test_what_is_no_amount_of_memory(memory: Any) -> None:
    with pytest.raises(ep.InvalidArgument, match="memory is a positive number of bytes"):
        ep.grad(scalars, memory=memory)
