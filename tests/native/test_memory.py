"""Memory goes back as soon as nobody needs it: in long loops, after errors, and when a pullback is dropped."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline
from everypath.pipeline import Task

STATM = Path("/proc/self/statm")
MEGABYTE = 2**20
needs_statm = pytest.mark.skipif(not STATM.exists(), reason="resident memory is read from /proc")


def resident() -> int:
    """The bytes of this process that are in memory."""
    gc.collect()
    return int(STATM.read_text().split()[1]) * 4096


def grown(call: Callable[[], Any], times: int) -> int:
    """How many bytes the process grows by while `call` is called `times` times, after a few calls to settle."""
    for _ in range(3):
        call()
    before = resident()
    for _ in range(times):
        call()
    return resident() - before


def counters(f: Callable[..., Any], *arguments: Any) -> dict[str, int]:
    """What one call of the compiled function counted."""
    lowered, _ = pipeline.lowered(f, arguments, {}, frozenset())
    (executable,) = pipeline.compiled(lowered.program, Task("value"))
    executable(*arguments)
    return executable.counters


def steps(u, n):
    dt = 1e-6
    for _ in range(n):
        u = u + dt * (np.sin(u) - u * u)
    return u


def stored_steps(u, n):
    v = u.copy()
    for _ in range(n):
        v[:] = v + 1e-6 * np.cos(v)
    return v


def swapped(u, n):
    v = np.zeros_like(u)
    for _ in range(n):
        w = 0.5 * (u + v)
        v = u
        u = w
    return u + v


def chosen(u, n):
    for k in range(n):
        u = u * 0.999 if k % 2 == 0 else u + 1e-3
    return u


def matrices(u, n):
    a = np.ones((4, 4)) * 0.1
    for _ in range(n):
        u = np.tanh(a @ u) + a[0]
    return u


def helper(u):
    v = u * 0.5
    return v + np.sqrt(np.abs(v))


def through_calls(u, n):
    for _ in range(n):
        u = helper(u) * 0.9
    return u


def until_small(u, n):
    k = 0
    while np.sum(u * u) > 1e-30 and k < n:
        u = u - 1e-6 * u
        k += 1
    return u


LOOPS = [steps, stored_steps, swapped, chosen, matrices, through_calls, until_small]


@pytest.mark.parametrize("f", LOOPS, ids=lambda f: f.__name__)
def test_a_long_loop_over_arrays_keeps_a_constant_number_of_blocks(f: Callable[..., Any]) -> None:
    u = np.linspace(0.1, 0.4, 4)
    few, many = counters(f, u, 10), counters(f, u, 100_000)
    assert few["live_blocks"] == many["live_blocks"]
    assert few["most_bytes"] == many["most_bytes"]
    assert few["live_bytes"] == many["live_bytes"]


@needs_statm
def test_a_million_steps_stay_in_the_same_memory() -> None:
    u = np.linspace(0.1, 0.4, 1000)
    call = ep.compile(steps)
    call(u, 10)
    before = resident()
    call(u, 100_000)
    assert resident() - before < 8 * MEGABYTE  # all steps together would be 800


def makes_then_fails(x, n):
    kept = []
    for k in range(n):
        kept.append(x * k)
    y = np.concatenate((x, x)) @ np.ones(2 * len(x))
    return kept[n][0] + y


def fails_in_recursion(x, n):
    y = x * 2.0
    if n == 0:
        return y[len(y)]
    return fails_in_recursion(y, n - 1) + y[0]


@needs_statm
@pytest.mark.parametrize("f", [makes_then_fails, fails_in_recursion], ids=lambda f: f.__name__)
def test_an_error_frees_what_the_call_had(f: Callable[..., Any]) -> None:
    x = np.ones(50_000)

    def failing() -> None:
        with pytest.raises(IndexError):
            ep.compile(f)(x, 5)
        with pytest.raises(IndexError):
            ep.grad(f)(x, 5)
        with pytest.raises(IndexError):
            ep.vjp(f, x, 5)

    assert grown(failing, 30) < 30 * MEGABYTE  # one call's arrays are 2, so 180 at least if none were freed


def recurrence(x, n):
    y = x
    for _ in range(n):
        y = np.sin(y) * x
    return np.sum(y)


def listed(x, n):
    values = [0.0]
    for i in range(n):
        values.append(values[-1] * 0.5 + x[i % len(x)] ** 2)
    return sum(values)


@needs_statm
@pytest.mark.parametrize(("f", "n"), [(recurrence, 20), (listed, 200_000)], ids=["arrays", "list"])
def test_what_a_pullback_keeps_goes_when_it_is_dropped(f: Callable[..., Any], n: int) -> None:
    x = np.linspace(0.1, 0.9, 20_000)

    def pull() -> None:
        _, pullback = ep.vjp(f, x, n)
        pullback(1.0)
        pullback(2.0)

    assert grown(pull, 20) < 30 * MEGABYTE  # one keeps 3 and more

    def push_only() -> None:
        ep.vjp(f, x, n)

    assert grown(push_only, 20) < 30 * MEGABYTE


@needs_statm
def test_a_result_lives_as_long_as_it_is_held() -> None:
    call, gradient = ep.compile(steps), ep.grad(recurrence)
    u = np.linspace(0.1, 0.9, 20_000)
    results = [(call(u, 2), gradient(u, 2)) for _ in range(5)]
    wanted = [(a.copy(), b.copy()) for a, b in results]
    for _ in range(50):
        call(u * 2.0, 2)
        gradient(u * 2.0, 2)
    for (a, b), (c, d) in zip(results, wanted, strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)
    assert grown(lambda: (call(u, 2), gradient(u, 2)), 300) < 30 * MEGABYTE  # 300 calls give 96


def test_a_returned_view_keeps_its_array_alive() -> None:
    def views(n):
        x = np.arange(n) * 1.0
        return x[1:3], x.reshape(2, -1)[:, ::-1]

    few, reversed_ = ep.compile(views)(8)
    gc.collect()
    np.testing.assert_array_equal(few, [1.0, 2.0])
    np.testing.assert_array_equal(reversed_, [[3.0, 2.0, 1.0, 0.0], [7.0, 6.0, 5.0, 4.0]])
    few[0] = 9.0
    assert reversed_[0, 2] == 9.0


def test_a_returned_view_of_an_argument_is_a_view_of_it() -> None:
    def inside(x):
        return x[1:, ::2]

    x = np.zeros((3, 4))
    view = ep.compile(inside)(x)
    assert np.shares_memory(view, x)
    view[:] = 1.0
    np.testing.assert_array_equal(x[1:, ::2], 1.0)


def test_a_pullback_outlives_its_arguments() -> None:
    x = np.linspace(0.1, 0.9, 1000)
    wanted = ep.grad(recurrence)(x, 5)
    _, pullback = ep.vjp(recurrence, x.copy(), 5)
    gc.collect()
    np.testing.assert_allclose(pullback(1.0)[0], wanted, rtol=1e-13)


def test_a_pullback_does_not_see_what_happens_to_its_arguments_later() -> None:
    x = np.linspace(0.1, 0.9, 1000)
    wanted = ep.grad(recurrence)(x, 5)
    _, pullback = ep.vjp(recurrence, x, 5)
    x[:] = 100.0
    np.testing.assert_allclose(pullback(1.0)[0], wanted, rtol=1e-13)
