"""Recursion thousands deep: where Python's limit allows it, both backends and both modes go there; where the stack ends, it is an error."""

from __future__ import annotations

import sys
import threading

import pytest

import everypath as ep

DEEP = 5000


def shrunk(n, x):
    return x if n == 0 else shrunk(n - 1, x * 0.9999) + 0.001 * x


@pytest.fixture
def deep_limit():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(4 * DEEP)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("backend", ["native", "interpreter"])
def test_five_thousand_calls_deep(deep_limit, backend) -> None:
    slope = shrunk(DEEP, 1.0)
    assert ep.compile(shrunk, backend=backend)(DEEP, 0.7) == shrunk(DEEP, 0.7)
    assert ep.grad(shrunk, 1, backend=backend)(DEEP, 0.7) == pytest.approx(slope, rel=1e-12)
    assert ep.hvp(shrunk, 1, backend=backend)(DEEP, 0.7, 1.0) == 0.0
    tangent = ep.jvp(lambda x: shrunk(DEEP, x), (0.7,), (1.0,))[1]
    assert tangent == pytest.approx(slope, rel=1e-12)


def test_deeper_than_a_small_stack_is_an_error(deep_limit) -> None:
    found = []

    def attempt() -> None:
        sys.setrecursionlimit(10**6)
        try:
            ep.grad(shrunk, 1)(10**6, 0.7)
        except RecursionError:
            found.append("RecursionError")

    before = threading.stack_size(1 << 18)
    try:
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert found == ["RecursionError"]
