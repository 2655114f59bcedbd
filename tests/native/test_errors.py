"""What the user's code raises is raised as CPython would: the type, the message, the line, and what was written until then."""

from __future__ import annotations

import copy
import math
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.tracebacks import users_place


class Refused(ValueError):
    """The user's own kind of error."""


def past_the_end(x, n):
    total = 0.0
    for i in range(n):
        total += x[i] * x[i]
    return total


def before_the_beginning(x, i):
    return x[i] * 2.0


def second_axis(a, j):
    return a[1, j] + a[0, 0]


def divided(x, y):
    z = x * 2.0
    return z / y


def remainder(n, m):
    return 1.0 * (n % m)


def logarithm(x):
    return math.log(x) + 1.0


def root(x):
    return math.sqrt(x)


def large(x):
    return math.exp(x)


def own_error(x, limit):
    if x > limit:
        raise Refused("too large")
    return x * x


def asserted(x):
    assert x > 0.0, "x must be positive"
    return math.log(x)


def in_a_callee(x):
    return divided(x, x - x)


def shapes(x, y):
    return np.sum(x * y)


def products(a, b):
    return np.sum(a @ b)


def unbound(x, n):
    for i in range(n):
        last = x[i] * 2.0
    return last


def empty(x):
    return np.max(x)


def not_an_integer(x):
    return int(x) * 1.0


def too_large_an_integer(n):
    for _ in range(40):
        n = n * n
    return n


V, M = np.array([1.0, 2.0, 3.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
RAISING: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    f"{f.__name__}{k}": (f, args)
    for k, (f, args) in enumerate(
        [
            (past_the_end, (V, 4)),
            (before_the_beginning, (V, -4)),
            (before_the_beginning, (V, 3)),
            (second_axis, (M, 2)),
            (second_axis, (M[:1], 0)),
            (divided, (1.0, 0.0)),
            (remainder, (3, 0)),
            (logarithm, (0.0,)),
            (logarithm, (-1.0,)),
            (root, (-1.0,)),
            (large, (1000.0,)),
            (own_error, (2.0, 1.0)),
            (asserted, (-1.0,)),
            (in_a_callee, (2.0,)),
            (shapes, (V, np.ones(2))),
            (products, (M, V)),
            (unbound, (V, 0)),
            (empty, (np.zeros(0),)),
            (not_an_integer, (math.nan,)),
            (not_an_integer, (math.inf,)),
        ]
    )
}


def line_of(error: BaseException) -> int:
    """The last line of this file that CPython was on."""
    return [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == __file__][-1] or 0


def raised(f: Callable[..., Any], *args: Any) -> BaseException:
    with pytest.raises(Exception) as caught:
        f(*copy.deepcopy(args))
    return caught.value


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("name", RAISING)
def test_the_error_is_pythons_with_the_users_line(name: str, backend: str) -> None:
    f, args = RAISING[name]
    expected = raised(f, *args)
    derivatives = [] if isinstance(args[0], int) else [ep.grad(f, backend=backend)]
    for computes in (ep.compile(f, backend=backend), *derivatives):
        error = raised(computes, *args)
        assert type(error) is type(expected)
        assert str(error) == str(expected).split("\n")[0]  # pytest adds what was asserted
        assert f'"{__file__}", line {line_of(expected)}, in ' in users_place(error)


def test_an_integer_past_64_bits_is_an_overflow_error() -> None:
    with pytest.raises(OverflowError) as caught:
        ep.compile(too_large_an_integer)(3)
    assert users_place(caught.value).endswith("in too_large_an_integer")


# What was written before ----------------------------------------------------------------------------------------------


def writes_until(x, y, n):
    total = 0.0
    for i in range(n):
        x[i] = x[i] * 2.0
        y[n - 1 - i, 0] = x[i] + total
        total += y[i, 1]
        x[i] += 1.0
    return total


def writes_far(x, at):
    for k in range(len(at)):
        x[at[k]] += 0.5 * x[at[k - 1]]
    return x.sum()


def doubles_then_asserts(x, limit):
    for i in range(len(x)):
        x[i] = x[i] * x[i]
        if x[i] > limit:
            raise Refused(f"{i} is too large")
    return x.sum()


def slices_then_fails(x, n):
    x[1:] = x[:-1] * 2.0
    x[: n - 1] += 1.0
    x[n] = 7.0
    x *= 2.0
    return x.sum()


WRITING = {
    "x ends first": (writes_until, (np.arange(5.0), np.ones((9, 2)), 8)),
    "y ends first": (writes_until, (np.arange(9.0), np.ones((5, 2)), 8)),
    "nothing fits": (writes_until, (np.zeros(0), np.ones((3, 2)), 3)),
    "a loaded index": (writes_far, (np.arange(5.0), np.array([0, 3, -5, 5, 1]))),
    "a loaded index below": (writes_far, (np.arange(5.0), np.array([4, 2, -6, 1]))),
    "raise": (doubles_then_asserts, (np.array([1.0, 2.0, 3.0, 4.0]), 5.0)),
    "slices": (slices_then_fails, (np.arange(4.0), 4)),
}


@pytest.mark.parametrize("backend", ["native", "interpreter"])
@pytest.mark.parametrize("name", WRITING)
def test_what_was_written_before_an_error_is_what_cpython_leaves(name: str, backend: str) -> None:
    f, args = WRITING[name]
    ours, theirs = copy.deepcopy(args), copy.deepcopy(args)
    with pytest.raises(Exception) as expected:
        f(*theirs)
    with pytest.raises(type(expected.value)) as found:
        ep.compile(f, backend=backend)(*ours)
    assert str(found.value) == str(expected.value)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", WRITING)
def test_a_derivative_that_fails_has_written_nothing(name: str) -> None:
    f, args = WRITING[name]
    ours = copy.deepcopy(args)
    with pytest.raises((IndexError, Refused)):
        ep.grad(f)(*ours)
    with pytest.raises((IndexError, Refused)):
        ep.hvp(f)(*ours, np.ones_like(args[0]))
    with pytest.raises((IndexError, Refused)):
        ep.jvp(f, ours, tuple(np.ones_like(a) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else None for a in args))
    with pytest.raises((IndexError, Refused)):
        ep.vjp(f, *ours)
    for a, b in zip(ours, args, strict=True):
        np.testing.assert_array_equal(a, b)


# Recursion ------------------------------------------------------------------------------------------------------------

DEEP = """
import math
import everypath as ep

def down(x, n):
    if n == 0:
        return x
    return math.sin(down(x, n - 1)) + x

def expected(x, n):
    value, slope = x, 1.0
    for _ in range(n):
        value, slope = math.sin(value) + x, math.cos(value) * slope + 1.0
    return value, slope

ways = {
    "value": ep.compile(down),
    "grad": ep.grad(down),
    "grad of grad": ep.grad(ep.grad(down)),
    "hvp": lambda x, n: ep.hvp(down)(x, n, 1.0),
    "jvp": lambda x, n: ep.jvp(down, (x, n), (1.0, None)),
    "vjp": lambda x, n: ep.vjp(down, x, n),
}
for way in ways.values():
    for depth in (10**4, 10**6, 10**9):
        try:
            way(0.3, depth)
        except RecursionError as error:
            assert "maximum recursion depth exceeded" in str(error), error
        else:
            print("no error at", depth)
assert abs(ep.compile(down)(0.3, 100) - expected(0.3, 100)[0]) < 1e-13
assert abs(ep.grad(down)(0.3, 100) - expected(0.3, 100)[1]) < 1e-12
print("recovered")
"""


def test_deep_recursion_is_an_error_and_not_the_end_of_the_process(tmp_path: Path) -> None:
    script = tmp_path / "deep.py"
    script.write_text(DEEP, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "recovered\n"


LIMITED = """
import math, sys, threading
import everypath as ep

def down(x, n):
    if n == 0:
        return x
    return math.sin(down(x, n - 1)) + x

value, gradient = ep.compile(down), ep.grad(down)

def reaches(f, n):
    try:
        f(0.3, n)
    except RecursionError:
        return False
    return True

for limit in (200, 1000, 3000, 6000):
    for f in (value, gradient):
        sys.setrecursionlimit(limit)
        print([reaches(f, n) for n in (limit // 2, 9 * limit // 10, limit + 1, 10**7)])
sys.setrecursionlimit(10**6)
for size in (1 << 16, 1 << 18, 1 << 20, 0):  # a small stack is not overrun, whatever the limit says
    threading.stack_size(size)
    found = []
    worker = threading.Thread(target=lambda: found.append((reaches(value, 10**6), reaches(gradient, 10**6), reaches(value, 50))))
    worker.start()
    worker.join()
    print(found)
"""


def test_the_limit_is_pythons(tmp_path: Path) -> None:
    script = tmp_path / "limited.py"
    script.write_text(LIMITED, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[True, True, False, False]\n" * 8 + "[(False, False, True)]\n" * 4, done.stderr
