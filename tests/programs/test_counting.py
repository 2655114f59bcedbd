"""Growth, by counts and never by clocks: operations, allocations and saved bytes against the length of loops and lists."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from everypath import pipeline
from everypath.ir.interpret import run
from everypath.ir.walk import ops_in
from everypath.pipeline import Task


class Counter:
    """Counts the operations that the interpreter executes."""

    def __init__(self) -> None:
        self.count = 0

    def executed(self, op: Any, operands: Any, results: Any) -> None:
        self.count += 1

    def entered(self, region: Any) -> None:
        pass

    def left(self, region: Any) -> None:
        pass


def reverse(*wrt: int) -> Task:
    return Task("reverse", wrt, (0,), guarded=False)


def operations(function: Callable[..., Any], task: Task, *arguments: Any) -> int:
    """How many operations of the derivative run for these arguments (leaves)."""
    lowered, _ = pipeline.lowered(function, arguments, {}, frozenset())
    program, (name,) = pipeline.stages(lowered.program, task, "derivative")
    counter = Counter()
    run(program, name, [*arguments, 1.0], counter)
    return counter.count


def counters(function: Callable[..., Any], task: Task, *arguments: Any) -> dict[str, int]:
    """Native code's counters after one call with these arguments (leaves)."""
    lowered, _ = pipeline.lowered(function, arguments, {}, frozenset())
    (executable,) = pipeline.compiled(lowered.program, task)
    executable(*arguments, *([1.0] if task.mode == "reverse" else []))
    return executable.counters


def sum_over_elements(x):
    total = 0.0
    for i in range(len(x)):
        v = math.sin(x[i])
        total += v * v * x[i]
    return total


def sum_over_turns(s, n):
    total = 0.0
    for i in range(n):
        v = math.exp(-s * i)
        total += v * math.cos(v)
    return total


def inner_recurrence(s, n):
    total = 0.0
    for i in range(n):
        v = s + i
        for _ in range(5):
            v = math.sin(v) * s
        total += v * v
    return total


def hoisted_temporary(s, n):
    tmp = np.zeros(3)
    total = 0.0
    for i in range(n):
        for j in range(3):
            tmp[j] = math.sin(s * (i + j))
        total += tmp[0] * tmp[1] * tmp[2]
    return total


def scalar_recurrence(s, n):
    v = s
    for _ in range(n):
        v = math.sin(v) * s
    return v


def recurrence_until(s, n):
    v = s
    k = 0
    while k < n:
        v = math.sin(v) * s
        k += 1
        if v > 1e6:
            break
    return v


def array_recurrence(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1]
    return y[-1]


def stencil(x, n):
    u = x.copy()
    v = x.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i - 1] * u[i + 1]
        u, v = v, u
    return u.sum()


def recursion(s, n):
    if n == 0:
        return s
    return math.sin(recursion(s, n - 1)) * s


def euler(u, n):
    for _ in range(n):
        u = u + 1e-3 * np.sin(u)
    return u


SIZE = 4
VECTOR = np.array([0.1, 0.2, 0.3, 0.4])

LOOPS = {
    "sum_over_turns": lambda n: (sum_over_turns, reverse(0), 0.3, n),
    "inner_recurrence": lambda n: (inner_recurrence, reverse(0), 0.3, n),
    "hoisted_temporary": lambda n: (hoisted_temporary, reverse(0), 0.3, n),
    "scalar_recurrence": lambda n: (scalar_recurrence, reverse(0), 0.3, n),
    "recurrence_until": lambda n: (recurrence_until, reverse(0), 0.3, n),
    "array_recurrence": lambda n: (array_recurrence, reverse(0), np.full(n, 1.01)),
    "sum_over_elements": lambda n: (sum_over_elements, reverse(0), np.full(n, 1.01)),
    "stencil": lambda n: (stencil, reverse(0), VECTOR, n),
    "recursion": lambda n: (recursion, reverse(0), 0.3, n),
}


@pytest.mark.parametrize("name", LOOPS)
def test_operations_of_a_gradient_grow_linearly(name: str) -> None:
    short, middle, long = (operations(*LOOPS[name](n)) for n in (20, 40, 80))
    assert long - middle <= 2 * (middle - short) + 8
    assert long - middle > 0


INDEPENDENT = {
    "sum_over_turns": lambda n: (sum_over_turns, reverse(0), 0.3, n),
    "inner_recurrence": lambda n: (inner_recurrence, reverse(0), 0.3, n),
    "hoisted_temporary": lambda n: (hoisted_temporary, reverse(0), 0.3, n),
    "euler": lambda n: (euler, Task("value"), VECTOR, n),
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_independent_iterations_keep_nothing(name: str) -> None:
    short, long = (counters(*INDEPENDENT[name](n)) for n in (100, 10_000))
    if name != "euler":  # shared by threads, each block of turns has its own, and blocks are at most 128
        assert long["allocations"] <= short["allocations"] + 128
    assert short["most_bytes"] == long["most_bytes"]
    assert short["live_blocks"] == long["live_blocks"]


def test_the_gradient_of_an_independent_loop_over_elements_is_its_only_large_array() -> None:
    short, long = (counters(sum_over_elements, reverse(0), np.full(n, 0.5)) for n in (100, 10_000))
    assert short["allocations"] == long["allocations"]
    assert long["most_bytes"] - short["most_bytes"] == 8 * (10_000 - 100)


RECURRENCES = {
    "scalar_recurrence": (lambda n: (scalar_recurrence, reverse(0), 0.3, n), 3),
    "recurrence_until": (lambda n: (recurrence_until, reverse(0), 0.3, n), 8),
    "array_recurrence": (lambda n: (array_recurrence, reverse(0), np.full(n, 1.0)), 6),
    "stencil": (lambda n: (stencil, reverse(0), VECTOR, n), 40),
}


@pytest.mark.parametrize("name", RECURRENCES)
def test_a_recurrence_saves_in_proportion_to_its_length(name: str) -> None:
    make, words = RECURRENCES[name]
    short, middle, long = (counters(*make(n))["most_bytes"] for n in (1024, 2048, 4096))
    assert long - middle <= 2.1 * (middle - short) + 1024
    assert long <= 8 * words * 4096 + 4096


def test_a_million_steps_of_the_function_keep_a_constant_number_of_arrays() -> None:
    few, many = (counters(euler, Task("value"), VECTOR, n) for n in (10, 1_000_000))
    assert few["most_bytes"] == many["most_bytes"]
    assert few["live_blocks"] == many["live_blocks"]


def layered(parameters, x):
    for w, b in parameters:
        x = np.tanh(w @ x + b)
    return np.sum(x)


def summed(values):
    total = 0.0
    for v in values:
        total += v * v
    return total


def size(function: Callable[..., Any], mode: str, *arguments: Any) -> int:
    """How many operations the optimised derivative with respect to all leaves of the first argument has."""
    lowered, _ = pipeline.lowered(function, arguments, {}, frozenset())
    first = sum(1 for path, _ in lowered.parameters if path.startswith(("parameters", "values")))
    program, _ = pipeline.stages(lowered.program, Task(mode, tuple(range(first)), (0,), guarded=False))
    return sum(1 for function in program for _ in ops_in(function.body))


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_operations_grow_linearly_with_the_list(mode: str) -> None:
    def layers(n: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(np.eye(3), np.ones(3)) for _ in range(n)]

    short, middle, long = (size(layered, mode, layers(n), np.ones(3)) for n in (4, 8, 16))
    assert long - middle <= 2 * (middle - short) + 8


def test_a_list_of_floats_grows_at_most_linearly() -> None:
    short, middle, long = (size(summed, "reverse", [0.5] * n) for n in (4, 8, 16))
    assert long - middle <= 2 * (middle - short) + 8
