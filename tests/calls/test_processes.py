"""Processes and threads: every way to start them, forks in the middle of a compilation, pools that map what everypath gave."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

import everypath as ep

from .travelling import MADE, decorated, gradient, gradient_of_refused, wave

STARTS = ("fork", "spawn", "forkserver")
AT = [0.5, 1.5, 2.5]
EXPECTED = [2.0 * x * np.sin(2.0) for x in AT]


@pytest.mark.parametrize("start", STARTS)
def test_pools_map_and_errors_come_back(start: str) -> None:
    ep.grad(wave)(1.0)
    with multiprocessing.get_context(start).Pool(2) as pool:
        for function in (ep.grad(wave), gradient):
            np.testing.assert_allclose(pool.map_async(function, AT).get(60), EXPECTED, rtol=1e-15)
        assert pool.map_async(decorated, AT).get(60) == [decorated(x) for x in AT]
        with pytest.raises(ep.NotSupported, match="`except\\*` is not supported") as caught:
            pool.map_async(gradient_of_refused, AT).get(60)
        assert caught.value.refusals[0][2].startswith("use `except`")


@pytest.mark.parametrize("made", [lambda: ProcessPoolExecutor(2), lambda: ThreadPoolExecutor(2)], ids=["processes", "threads"])
def test_concurrent_futures(made: Callable[[], Executor]) -> None:
    with made() as pool:
        for function, args in MADE.values():
            np.testing.assert_equal(pool.submit(function, *args).result(60), function(*args))
        with pytest.raises(ep.NotSupported):
            pool.submit(gradient_of_refused, 1.0).result(60)


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_joblib(backend: str) -> None:
    parallel = joblib.Parallel(2, backend=backend, timeout=60)
    np.testing.assert_allclose(parallel(joblib.delayed(ep.grad(wave))(x) for x in AT), EXPECTED, rtol=1e-15)
    assert parallel(joblib.delayed(decorated)(x) for x in AT) == [decorated(x) for x in AT]


SCRIPT = """
import joblib, multiprocessing, sys
import numpy as np
from scipy.optimize import differential_evolution
import everypath as ep

rate = 3.0

def cube(x):
    return rate * x**3

@ep.compile
def total(v):
    return np.sum(v * v)

@ep.grad
def slope(x):
    return cube(x)

def task(x):
    return ep.grad(cube)(x)

if __name__ == "__main__":
    local = ep.grad(lambda x: cube(x) * x)
    print(joblib.Parallel(2, backend="loky")(joblib.delayed(f)(1.0) for f in (task, slope, ep.grad(cube), local)))
    for start in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(start).Pool(2) as pool:
            print([pool.map_async(f, [1.0]).get(60) for f in (task, slope, ep.grad(cube))])
    found = differential_evolution(total, [(-1.0, 1.0)] * 2, workers=2, updating="deferred", maxiter=50, polish=False)
    print(found.fun < 1e-2)
"""


def test_functions_of_a_script_that_is_run(tmp_path: Path) -> None:
    """They stand in `__main__`, which the workers of joblib do not have."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[9.0, 9.0, 9.0, 12.0]\n" + 3 * "[[9.0], [9.0], [9.0]]\n" + "True\n", done.stderr


FORKS = """
import os, sys, threading, time
import everypath as ep

def made(k):
    lines = "".join(f"    y = y * x + {k}.0 * y * {j}.5\\n" for j in range(40))
    text = f"def f(x):\\n    y = x\\n{lines}    return y\\n"
    import linecache
    linecache.cache[f"<made {k}>"] = (len(text), None, text.splitlines(True), f"<made {k}>")
    space = {}
    exec(compile(text, f"<made {k}>", "exec"), space)
    return space["f"]

done = threading.Event()

def compile_on():
    for k in range(1000):
        if done.is_set():
            break
        ep.grad(made(k))(0.5)

worker = threading.Thread(target=compile_on)
worker.start()
time.sleep(0.3)
codes = []
for k in range(8):
    child = os.fork()
    if child == 0:
        ok = ep.grad(made(5000 + k))(0.0) is not None and ep.compile(lambda x: x * 2.0)(2.0) == 4.0
        os._exit(0 if ok else 1)
    codes.append(os.waitpid(child, 0)[1])
done.set()
worker.join()
print(codes)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forks_in_the_middle_of_a_compilation(tmp_path: Path) -> None:
    script = tmp_path / "forks.py"
    script.write_text(FORKS, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "ignore", script], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[0, 0, 0, 0, 0, 0, 0, 0]\n", done.stderr


def test_a_pullback_whose_thread_is_gone_after_a_fork() -> None:
    """What a thread of the parent held is free in the child."""
    _, pullback = ep.vjp(wave, 1.5, 2.0)
    held: Any = pullback
    with held.run.backward.lock:
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if pullback(1.0)[0] == 2.0 * 1.5 * np.sin(2.0) else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)
    assert status == 0
