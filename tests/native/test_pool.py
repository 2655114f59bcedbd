"""Memory that calls give back is kept for the next ones, and nobody sees what it held: zeros, results, threads, calls inside calls."""

from __future__ import annotations

import gc
import os
import threading
from typing import Any

import numpy as np
import pytest

import everypath as ep

resource = pytest.importorskip("resource")
MEGABYTE = 2**20


def faults(call: Any) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def recurrence(x, n):
    y = x
    for _ in range(n):
        y = np.sin(y) * x
    return np.sum(y)


def counted(n):
    """Memory asked for as zeros, small and large, after memory that held something else."""
    total = 0.0
    for k in range(n):
        dirty = np.ones(1 + 700 * k) * 3.0
        clean = np.zeros(1 + 700 * k)
        clean[0] += 1.0
        total += np.sum(clean) + 0.0 * dirty[-1]
    return total


def test_a_call_reuses_the_pages_of_the_one_before() -> None:
    x, gradient = np.linspace(0.1, 0.9, 100_000), ep.grad(recurrence)
    gradient(x, 40)
    gradient(x, 40)
    assert faults(lambda: gradient(x, 40)) < 500  # its 40 arrays are 7,800 pages
    assert ep.kept_memory() > 20 * MEGABYTE


def test_what_is_kept_goes_back_when_asked() -> None:
    ep.grad(recurrence)(np.linspace(0.1, 0.9, 100_000), 40)
    had = ep.kept_memory()
    assert ep.release_memory() == had > 0
    assert ep.kept_memory() == 0
    np.testing.assert_array_equal(ep.grad(recurrence)(np.zeros(3), 2), 0.0)


def test_zeros_are_zero_in_memory_that_was_used() -> None:
    f = ep.compile(counted)
    assert [f(20), f(20), f(30)] == [20.0, 20.0, 30.0]


def test_results_own_their_memory() -> None:
    def several(x):
        y = x * 2.0
        return y, y[::2], y[1:].reshape(-1), x + 1.0

    f = ep.compile(several)
    for n in (5, 3001):
        x = np.arange(float(n))
        held = [f(x + k) for k in range(4)]
        for k, (y, half, rest, more) in enumerate(held):
            np.testing.assert_array_equal(y, (x + k) * 2.0)
            np.testing.assert_array_equal(more, x + k + 1.0)
            y[2] = -1.0
            assert half[1] == rest[1] == -1.0
        y, half = held[0][:2]
        del held
        gc.collect()
        f(x * 0.0)
        np.testing.assert_array_equal(half[1:3], y[2:6:2])


def test_calls_in_threads_have_pools_of_their_own() -> None:
    x, gradient = np.linspace(0.1, 0.9, 5_000), ep.grad(recurrence)
    wanted, wrong = [gradient(x * k, 20) for k in range(4)], []
    _, pullback = ep.vjp(recurrence, x, 20)

    def work(k: int) -> None:
        for _ in range(30):
            if not np.array_equal(gradient(x * k, 20), wanted[k]) or not np.allclose(pullback(1.0)[0], wanted[1], rtol=1e-12):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_call_inside_a_call_has_a_pool_of_its_own() -> None:
    inner = ep.compile(lambda x: np.cumsum(np.ones_like(x)) * x)

    @ep.rule(host=True)
    def from_outside(x):
        return np.asarray(inner(x))

    def outer(x):
        a = np.ones_like(x) * 7.0
        b = from_outside(x)
        return np.sum(a) + np.sum(b)

    for n in (4, 4000):
        x = np.ones(n)
        assert [ep.compile(outer)(x) for _ in range(3)] == [7.0 * n + n * (n + 1) / 2] * 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_goes_on() -> None:
    x, gradient = np.linspace(0.1, 0.9, 5_000), ep.grad(recurrence)
    wanted = gradient(x, 20)
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(gradient(x, 20), wanted) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    np.testing.assert_array_equal(gradient(x, 20), wanted)
