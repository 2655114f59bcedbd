"""Nothing is lost: not a function that was compiled and dropped, not a call, not a value that a program was made for."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep

COMMON = """
import gc, linecache, warnings
import numpy as np
import everypath as ep
from everypath.calls import anew

warnings.simplefilter("ignore")

def f(x, n, mode="a"):
    s = x
    for _ in range(n):
        s = s + np.sin(s) if mode == "a" else s
    return s * x

def fresh(k):
    text = f"def made(x):\\n    y = x * {k}.5\\n    print(y) if y > 1e9 else None\\n    return y * x\\n"
    linecache.cache["<made>"] = (len(text), None, text.splitlines(True), "<made>")
    space = {}
    exec(compile(text, "<made>", "exec"), space)
    return space["made"]

def vector(v):
    return np.sum(np.exp(v) * v)

v = np.ones(2000)

def size():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4.0, len(gc.get_objects())

def growth(act, before, measured):
    for k in range(before):
        act(k)
    kilobytes, objects = size()
    for k in range(before, before + measured):
        act(k)
    now, alive = size()
    print((now - kilobytes) / measured, (alive - objects) / measured)
"""

ACTS = {
    "a function that is compiled and dropped": (
        "anew.MOST = 10\ndef act(k): ep.grad(fresh(k))(0.5), k % 50 or gc.collect()",
        100,
        100,
        8.0,
        1.0,
    ),
    "a string among the arguments": ("g = ep.compile(f)\ndef act(k): g(0.5, 3, f'mode {k}'), k % 50 or gc.collect()", 100, 100, 8.0, 1.0),
    "a derivative that is made anew": ("def act(k): ep.grad(f)(0.5, 3)", 1000, 8_000, 0.1, 0.01),
    "a call": ("g = ep.grad(f)\ndef act(k): g(0.5, 3)", 1000, 40_000, 0.02, 0.001),
    "a call on arrays": ("g, h = ep.grad(vector), ep.compile(lambda v: v * 2.0)\ndef act(k): g(v), h(v)", 100, 5_000, 0.5, 0.01),
    "a pullback": ("def act(k): ep.vjp(vector, v)[1](1.0), ep.jvp(vector, (v,), (v,))", 100, 2_000, 0.5, 0.01),
    "a call that raises": (
        "g = ep.grad(lambda v, k: v[k])\\ndef act(k):\\n    try:\\n        g(v, 10_000)\\n    except IndexError:\\n        pass".replace(
            "\\n", "\n"
        ),
        100,
        5_000,
        0.5,
        0.01,
    ),
    "a refused function": (
        "def act(k):\n    try:\n        ep.grad(lambda x: eval('x'))(1.0)\n    except ep.NotSupported:\n        pass",
        300,
        300,
        5.0,
        1.0,
    ),
}
"""What is done, how often before and how often while it is measured, and the kilobytes and objects that each may leave at most."""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the size of the process from /proc")
@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    act, before, measured, kilobytes, objects = ACTS[name]
    script = tmp_path / "script.py"
    script.write_text(f"{COMMON}\n{act}\ngrowth(act, {before}, {measured})\n", encoding="utf-8")
    one_arena = {**os.environ, "MALLOC_ARENA_MAX": "1"}  # what the allocator keeps for each thread is not lost
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, env=one_arena)
    assert done.returncode == 0, done.stderr
    grown, alive = map(float, done.stdout.split())
    assert grown < kilobytes and alive < objects, (grown, alive)


def test_what_is_still_needed_stays() -> None:
    """Functions are dropped and others compiled, while a pullback, a result and a call in another thread go on."""

    def made() -> Callable[..., Any]:
        def turns(v, n):
            kept = [v * 0.5]
            for _ in range(n):
                kept.append(np.sin(kept[-1]) + v)
            return np.sum(kept[-1] * kept[-2])

        return turns

    v = np.linspace(0.0, 1.0, 2000)
    expected = ep.vjp(made(), v, 5)[1](1.0)[0]
    pullbacks = [ep.vjp(made(), v, 5)[1] for _ in range(3)]
    arrays = [ep.compile(lambda v: np.exp(v))(v) for _ in range(3)]
    worker = threading.Thread(target=ep.compile(made()), args=(v, 300))
    worker.start()
    for k in range(5):
        gc.collect()
        assert ep.grad(lambda x, k=k: x * k)(2.0) == k
    worker.join()
    for pullback in pullbacks:
        np.testing.assert_array_equal(pullback(1.0)[0], expected)
    for array in arrays:
        np.testing.assert_allclose(array, np.exp(v), rtol=1e-15)
