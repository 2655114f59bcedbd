"""Reports on memory, pickles and processes. Each runs in an interpreter of its own: what fails here may take the process with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .failing import failing

HEADER = """
import everypath, multiprocessing, numpy as np, os, pickle, signal, threading, time, math
"""

TOO_LARGE = """
def filled(x, n):
    a = np.zeros(n)
    a[1] = x
    return a[0] + a[1]

def ones(x, n):
    return np.sum(np.ones(n) * x)

for f in (filled, ones):
    try:
        print(everypath.grad(f)(1.5, 2**61))
    except (MemoryError, ValueError, OverflowError):
        print("an error")
"""

PICKLED = """
def f(x):
    return x * x * x

g = everypath.grad(f)
print(pickle.loads(pickle.dumps(g))(2.0))
g(2.0)
print(pickle.loads(pickle.dumps(g))(2.0))
"""

REFUSAL_PICKLED = """
def f(x):
    return eval("x")

try:
    everypath.grad(f)(1.0)
except everypath.NotSupported as error:
    again = pickle.loads(pickle.dumps(error))
    print(type(again) is type(error), str(again) == str(error))
"""

POOL = """
def f(x):
    return x * x * x

g = everypath.grad(f)
g(1.0)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(g, [1.0, 2.0, 3.0]))
"""

FORK = """
def heavy(x):
    s = x
{body}
    return s

def cube(x):
    return x * x * x

everypath.grad(cube)(1.0)
threading.Thread(target=lambda: everypath.hessian(heavy)(0.3)).start()
time.sleep(0.1)
child = os.fork()
if child == 0:
    signal.alarm(20)
    os._exit(0 if everypath.grad(lambda x: x * x * x)(2.0) == 12.0 else 3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""".format(body="\n".join(f"    s = s * 0.5 + math.sin(s * {k}.0)" for k in range(1, 120)))

SCRIPTS = {
    "sizes_too_large": (TOO_LARGE, "an error\nan error\n"),
    "pickled_gradient": (PICKLED, "12.0\n12.0\n"),
    "pickled_refusal": (REFUSAL_PICKLED, "True True\n"),
    "pool_of_processes": (POOL, "[3.0, 12.0, 27.0]\n"),
    "fork_while_compiling": (FORK, "0\n"),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=failing(name)) for name in SCRIPTS])
def test_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    text, expected = SCRIPTS[name]
    path = tmp_path / f"{name}.py"
    path.write_text(HEADER + text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "ignore", str(path)], capture_output=True, text=True, timeout=60)
    assert done.stdout == expected, done.stdout + done.stderr
