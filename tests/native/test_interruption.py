"""Ctrl-C stops compiled loops, other threads run meanwhile, and calls from several threads don't disturb each other."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.calls.pullback import Backward

INTERRUPTED = """
import math, os, signal, sys, threading, time
import _thread
import numpy as np
import everypath as ep

signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent that ignores it, a run in the background, has left it ignored

def spin(x, n):
    s = x
    for _ in range(n):
        s = math.sin(s) + x
    return s

def nested(x, n):
    s = 0.0
    for i in range(n):
        for j in range(1000):
            s += math.sin(x * j)
    return s

def until(x, n):
    s = x
    while s < n:
        s = s + 1e-12 * x
    return s

def arrays(x, n):
    u = np.full(200, x)
    for _ in range(n):
        u = u + 1e-9 * np.sin(u)
    return np.sum(u)

def summed(x, n):
    s = 0.0
    for i in range(n):
        s += math.exp(-x * i) * math.cos(i * x)
    return s

def products(x, n):
    a = np.full((400, 400), x)
    s = 0.0
    for _ in range(n):
        s += np.sum(a @ a)
    return s

def helper(a, x):
    return np.sum(a @ a) * x

def calls(x, n):
    a = np.full((400, 400), x)
    s = 0.0
    for _ in range(n):
        s += helper(a, x) if s < 1e300 else 0.0
    return s

def large(x, n):
    u = np.full(1_000_000, x)
    for _ in range(n):
        u = np.sort(u + 1e-9 * np.sin(u))
    return np.sum(u)

def inner(x, n):
    s = 0.0
    for i in range(3):
        for j in range(n):
            s += math.sin(x * j)
    return s

def deep(x, n):
    s = 0.0
    for i in range(3):
        for j in range(0, 2 * n, 2):
            for k in range(1000):
                s += math.sin(x * k)
    return s

RUNS = {
    "products": (products, 3, 10**7), "calls": (calls, 3, 10**7), "large": (large, 3, 10**7), "inner": (inner, 3, 10**12),
    "deep": (deep, 3, 10**10),
    "spin": (spin, 3, 10**12), "nested": (nested, 3, 10**10), "until": (until, 0.5 + 1e-10, 1e9), "arrays": (arrays, 3, 10**11),
    "summed": (summed, 3, 10**12),
}
WAYS = {
    "compile": lambda f: ep.compile(f),
    "grad": lambda f: ep.grad(f),
    "jvp": lambda f: lambda x, n: ep.jvp(f, (x, n), (1.0, None if isinstance(n, int) else 0.0)),
}

def interrupt(how):
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT) if how == "signal" else _thread.interrupt_main()

for case in sys.argv[1:]:
    way, name, how = case.split()
    f, few, many = RUNS[name]
    call = WAYS[way](f)
    call(0.5, few)
    threading.Thread(target=interrupt, args=(how,), daemon=True).start()
    start = time.monotonic()
    try:
        call(0.5, many)
        print(case, "was not interrupted")
    except KeyboardInterrupt:
        print(case, "interrupted" if time.monotonic() - start < 10.0 else "late", call(0.5, few) is not None, flush=True)
"""

CASES = """
compile spin signal
compile spin interrupt_main
compile nested signal
compile until signal
compile arrays signal
grad summed signal
grad nested signal
jvp spin interrupt_main
jvp arrays signal
compile products signal
grad products signal
jvp calls signal
compile large signal
compile inner signal
grad inner signal
grad deep signal
"""


def test_a_long_loop_can_be_interrupted(tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    cases = CASES.strip().split("\n")
    done = subprocess.run([sys.executable, script, *cases], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{case} interrupted True" for case in cases], done.stderr


def turns(x, n):
    s = x
    for _ in range(n):
        s = np.sin(s) + x
    return s


def weighted(x, y):
    total = 0.0
    for i in range(len(x)):
        z = np.sin(x[i]) * y
        total += z * z
    return total


def squared(u, n):
    for _ in range(n):
        u = u * 0.5 + np.cos(u)
    return np.sum(u * u)


def third_power(x):
    return x * x * x


@pytest.mark.parametrize("way", ["compile", "grad"])
def test_another_thread_runs_while_compiled_code_does(way: str) -> None:
    call = ep.compile(turns) if way == "compile" else ep.grad(turns)
    call(0.5, 1)
    start = time.perf_counter()
    call(0.5, 200_000)
    turns_of_half_a_second = int(200_000 * 0.5 / (time.perf_counter() - start))
    worker = threading.Thread(target=call, args=(0.5, turns_of_half_a_second))
    worker.start()
    seen = 0
    while worker.is_alive():
        time.sleep(0.001)
        seen += 1
    worker.join()
    assert seen > 10  # holding the GIL it would be 1


def test_calls_from_several_threads_give_the_right_results() -> None:
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=rng.integers(1, 400)) for _ in range(200)]
    value, gradient = ep.compile(weighted), ep.value_and_grad(weighted, ("x", "y"))
    descended, slope = ep.compile(squared), ep.grad(squared)
    expected = [(value(x, 0.5), gradient(x, 0.5), descended(x, 30), slope(x, 30)) for x in inputs]

    def work(k: int) -> None:
        x = inputs[k]
        found = (value(x, 0.5), gradient(x, 0.5), descended(x, 30), slope(x, 30))
        assert found[0] == expected[k][0]
        assert found[1][0] == expected[k][1][0]
        np.testing.assert_array_equal(found[1][1][0], expected[k][1][1][0])
        assert found[1][1][1] == expected[k][1][1][1]
        assert found[2] == expected[k][2]
        np.testing.assert_array_equal(found[3], expected[k][3])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [k for _ in range(5) for k in range(len(inputs))]))


def test_threads_that_compile_at_the_same_time_wait_for_each_other() -> None:
    def fresh(k: int) -> float:
        def f(x):
            return x * x * x

        start.wait()
        return ep.grad(f)(float(k)) + ep.hvp(third_power)(float(k), 1.0) + ep.jvp(third_power, (float(k),), (1.0,))[1]

    start = threading.Barrier(6)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(fresh, range(6)))
    assert found == [3.0 * k * k + 6.0 * k + 3.0 * k * k for k in range(6)]


def test_pullbacks_are_shared_between_threads() -> None:
    x = np.linspace(-1.0, 1.0, 300)
    _, pullback = ep.vjp(squared, x, 30)
    cotangents = [float(k) for k in range(1, 200)]
    expected = [pullback(c)[0] for c in cotangents]
    with ThreadPoolExecutor(8) as pool:
        for (found, _), one in zip(pool.map(pullback, cotangents), expected, strict=True):
            np.testing.assert_array_equal(found, one)


def test_a_pullback_that_was_interrupted_is_not_used_again() -> None:
    """Its sweep has left saved arrays in the middle of a sum."""
    stopped = iter((False, True, False))

    def run(record: Any, cotangent: float) -> list[Any]:
        if next(stopped):
            raise KeyboardInterrupt
        return [record * cotangent]

    backward = Backward(run, 3.0)
    assert backward(2.0) == [6.0]
    with pytest.raises(KeyboardInterrupt):
        backward(2.0)
    with pytest.raises(ep.InvalidArgument, match="interrupted"):
        backward(2.0)


COMPILING = """
import linecache, os, signal, threading, time
import everypath as ep

signal.signal(signal.SIGINT, signal.default_int_handler)
lines = "".join(f"    y = y * x + {k}.5 * math.sin(y)\\n    v[{k} % len(v)] += y\\n" for k in range(250))
text = f"import math\\ndef f(x, v):\\n    y = x\\n{lines}    return y + v[0]\\n"
linecache.cache["<long>"] = (len(text), None, text.splitlines(True), "<long>")
space = {}
exec(compile(text, "<long>", "exec"), space)

import numpy as np
small = ep.grad(lambda x: x * x * x)
small(1.0)

def interrupt(seconds):
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGINT)

seen = 0
for seconds in (0.05, 0.2, 0.6):
    worker = threading.Thread(target=interrupt, args=(seconds,))
    worker.start()
    try:
        ep.grad(space["f"])(0.5, np.zeros(3))
        worker.join()
    except KeyboardInterrupt:
        seen += 1
    worker.join()
print(seen > 0, small(2.0), ep.grad(lambda x: x * x)(3.0), ep.grad(space["f"])(0.5, np.zeros(3)) is not None)
"""


def test_a_compilation_can_be_interrupted_and_the_next_one_works(tmp_path: Path) -> None:
    script = tmp_path / "compiling.py"
    script.write_text(COMPILING, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300)
    assert done.stdout == "True 12.0 6.0 True\n", done.stderr


def test_the_interpreter_can_be_interrupted(tmp_path: Path) -> None:
    script = tmp_path / "interpreted.py"
    script.write_text(INTERRUPTED.replace("ep.compile(f)", "ep.compile(f, backend='interpreter')"), encoding="utf-8")
    done = subprocess.run([sys.executable, script, "compile nested signal"], capture_output=True, text=True, timeout=60)
    assert done.stdout == "compile nested signal interrupted True\n", done.stderr
