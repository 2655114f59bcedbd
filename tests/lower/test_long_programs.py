"""Programs of any depth: what the caller's stack has left, and the limit on recursion, decide nothing."""

from __future__ import annotations

import linecache
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

import everypath as ep
from everypath.compiling import recursion_limit, with_room
from everypath.errors import NotSupported

N = 300


def function(source: str) -> Callable[..., Any]:
    """The function f of this text, which is too deep for Python's own compiler unless it has room too."""
    file = f"<long {abs(hash(source))}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space: dict[str, Any] = {}
    with_room(lambda: exec(compile(source, file, "exec"), space))
    return space["f"]


HELPERS = "".join(f"def f{k}(x):\n    return f{k + 1}(x) * 1.001\n" for k in range(200)) + "def f200(x):\n    return x * x\nf = f0\n"
PROGRAMS = {
    "terms": "def f(x):\n    return " + " + ".join(f"x * {k}.0" for k in range(N)) + "\n",
    "factors": "def f(x):\n    return " + " * ".join(f"(x * 1e-4 + {1 + k * 1e-5!r})" for k in range(N)) + "\n",
    "powers": "def f(x):\n    return x" + " ** 1.0" * N + "\n",
    "signs": "def f(x):\n    return " + "-" * N + "x\n",
    "helpers": HELPERS,
    "statements": "def f(x):\n    y = x\n" + "".join(f"    y = y * 1.0001 + x * {k}e-3\n" for k in range(N)) + "    return y\n",
    "calls": "import math\ndef f(x):\n    return " + "math.sin(" * 150 + "x" + ")" * 150 + "\n",
    "lists": "def f(x):\n    a = " + "[" * 90 + "x" + "]" * 90 + "\n    return a" + "[0]" * 90 + " * x\n",
    "strings": "def f(x):\n    s = " + " + ".join(f"'a{k}'" for k in range(N)) + "\n    return x * len(s)\n",
}
BRANCHES = {
    "ands": "def f(x):\n    return x * x if " + " and ".join(f"x > {-k - 1}.0" for k in range(100)) + " else x\n",
    "comparisons": "def f(x):\n    return x * x if " + " < ".join(f"x * {k + 1}.0" for k in range(100)) + " else x\n",
    "elifs": "def f(x):\n    if x < 0.0:\n        y = x\n"
    + "".join(f"    elif x < {k}e-3:\n        y = x * {k}.0\n" for k in range(100))
    + "    else:\n        y = x * x\n    return y\n",
}


@pytest.fixture
def little_room():
    """Python's limit set so that the caller's stack is all but used up."""
    before, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 120)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("name", [*PROGRAMS, *BRANCHES])
def test_long_programs(name, little_room) -> None:
    f = function({**PROGRAMS, **BRANCHES}[name])
    value, slope = ep.value_and_grad(f)(0.5)
    assert value == pytest.approx(f(0.5) if name != "helpers" else 0.25 * 1.001**200, rel=1e-12)
    assert slope == pytest.approx((f(0.5 + 1e-4) - f(0.5 - 1e-4)) / 2e-4 if name != "helpers" else 1.001**200, rel=1e-6)
    assert ep.jvp(f, (0.5,), (1.0,))[1] == pytest.approx(slope, rel=1e-12)
    if name in PROGRAMS and name != "helpers":
        assert ep.hvp(f)(0.5, 1.0) == pytest.approx(ep.hvp(f, backend="interpreter")(0.5, 1.0), rel=1e-10)
        assert ep.explain(f)(0.5).gradient == pytest.approx(slope, rel=1e-12)
        str(ep.explain(f)(0.5))


def test_the_limit_on_recursion_is_as_it_was() -> None:
    before = sys.getrecursionlimit()
    assert with_room(lambda: (recursion_limit(), sys.getrecursionlimit() > before)) == (before, True)
    assert sys.getrecursionlimit() == before
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)
    assert sys.getrecursionlimit() == before


def test_what_is_set_meanwhile_stays() -> None:
    before = sys.getrecursionlimit()
    try:
        with_room(lambda: sys.setrecursionlimit(before + 77))
        assert sys.getrecursionlimit() == before + 77
    finally:
        sys.setrecursionlimit(before)


def test_a_thread_with_a_small_stack() -> None:
    f, out = function(PROGRAMS["factors"]), []
    before = threading.stack_size(1 << 18)
    try:
        thread = threading.Thread(target=lambda: out.append(ep.grad(f)(0.5)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert out == [ep.grad(f)(0.5)]


def test_no_room_is_a_refusal(monkeypatch) -> None:
    monkeypatch.setattr("everypath.compiling.FRAME", 1 << 21)
    with pytest.raises(NotSupported, match="nested too deeply"):
        ep.grad(function(HELPERS))(0.5)
