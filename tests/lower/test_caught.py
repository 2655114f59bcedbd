"""Errors of Python's and NumPy's own, each caught where it is raised: its class and what it says."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep

CASES = """
np.reshape(x, (3, 2))
x.reshape(5)
x.reshape(n, 2)
np.broadcast_to(x, (n,))
np.broadcast_to(x, (2, 3))
np.concatenate([A, x])
np.concatenate([A, B])
np.dot(x, y)
x @ y
A @ y
A @ B
np.stack([x, y])
np.vstack([x, y])
x + y
x * y + A
np.where(x > 0, x, y)
np.clip(x, y, 3.0)
np.maximum(x, y)
np.array([x, y])
np.argmax(e)
np.min(e)
np.max(e)
e.max()
np.mean(e)
np.arange(0.0, 1.0, z)
np.linspace(0, 1, n - 9)
np.split(x, 3)
np.full(n - 9, 1.0)
np.zeros(n - 9)
x[y > 0]
A[5]
A[0, 7]
A[n]
x[n:n+2].sum() + x[7]
np.take(x, [0, 9])
x[[0, 9]]
float(x)
int(z / (z + 1.0) + math.inf)
int(math.nan * a)
round(math.nan * a)
math.floor(a * math.inf)
math.sqrt(-a)
math.log(0 * a)
math.exp(a * 1000)
math.pow(a * 0, -1.0)
(a * 0) ** -1
(a * 1e200) ** 2.0
math.acos(a + 2)
math.factorial(n - 9)
math.fmod(a, z)
divmod(a, z)
a % z
a // z
1 // (n - 5)
1 % (n - 5)
range(1, 5, n - 5)[0]
[1.0, 2.0][n]
(1.0, 2.0)[-n]
[1.0, 2.0].index(7.0)
[].pop()
[a, a].remove(a + 1)
max([])
min(v for v in e)
sum(e[0:1]) + e[0]
{"a": a}["b"]
{"a": a}.pop("b")
len(a)
a[0]
a()
a.foo
x.foo
x.sum(axis=3)
np.sum(x, axis=1)
"a" + a
a + None
None < a
-"s"
[1.0] + a
x["k"]
[1.0]["k"]
float("q")
int("1.5")
float([1.0])
math.sqrt("4")
math.sqrt(None)
abs("x")
sum(a)
list(a)
for_unpack(x)
undefined_name
math.no_such(x)
helper(1)
helper(1, 2, 3)
helper(1, c=2)
x[0, 0]
x[0.5]
[1.0][0.5]
np.inner(x, y)
np.outer(x, y).sum() + x[9]
np.linalg.norm(x, axis=4)
np.diag(A)[5]
np.squeeze(A, axis=0)
np.swapaxes(A, 0, 5)
x.item()
np.repeat(x, n - 9)
np.average(x, weights=x * 0)
x[::z0]
x[::n - 5]
assign(x, y)
assign2(x, y)
aug(x, y)
mask(x, y)
np.dot(A, A)
zip_strict(x, y)
next(iter([]))
"%d" % "a"
"{}{}".format(1)
"abc".index("z")
isinstance(a, 5)
a.x.y
setattr(a, "q", 1)
getattr(a, "q")
""".strip().splitlines()

SAID_OTHERWISE = {"np.array([x, y])", "np.clip(x, y, 3.0)", "np.repeat(x, n - 9)", "np.swapaxes(A, 0, 5)", "range(1, 5, n - 5)[0]"}
"""The class is the same; the message is that of another function of NumPy, or of another version."""

HEADER = """
import math, numpy as np
def helper(a, b): return a + b
def for_unpack(x):
    p, q = x
    return p + q
def assign(x, y):
    x[:] = y
    return x
def assign2(x, y):
    x[0:1] = y
    return x
def aug(x, y):
    x += y
    return x
def mask(x, y):
    x[x > 0] = y[:1]
    return x[y > 0]
def zip_strict(x, y):
    return sum([p * q for p, q in zip(x, y, strict=True)])
"""

FUNCTION = """

def caught_{number}(x, y, A, B, e, n, z, a, z0):
    try:
        r = {text}
        return 1.0
    except Exception as error:
        print(type(error).__name__, error)
        return 2.0
"""


def arguments() -> dict[str, Any]:
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, -2.0, 0.5])
    return {
        "x": x,
        "y": y,
        "A": np.arange(6.0).reshape(2, 3),
        "B": np.arange(8.0).reshape(2, 4),
        "e": np.zeros(0),
        "n": 5,
        "z": 0.0,
        "a": 1.5,
        "z0": 0,
    }


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("caught") / "caught_errors.py"
    path.write_text(HEADER + "".join(FUNCTION.format(number=k, text=text) for k, text in enumerate(CASES)), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("caught_errors", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is meant to fail looks so to the compiler
        spec.loader.exec_module(module)
    return module


def said(function: Any) -> tuple[Any, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(**arguments()), out.getvalue().strip()


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES)
def test_caught(functions: Any, number: int) -> None:
    function = getattr(functions, f"caught_{number}")
    value, text = said(function)
    found, shown = said(ep.compile(function, backend="interpreter"))
    assert found == value
    if CASES[number] in SAID_OTHERWISE:
        text, shown = text.partition(" ")[0], shown.partition(" ")[0]
    assert shown == text


def test_what_paths_bring_together_is_asked_nothing() -> None:
    """The parts of a complex array have one shape: where that was checked for a handler, the check made another place to meet, for ever."""

    def f(m):
        try:
            w = np.linalg.eigvals(m)
        except ValueError:
            raise TypeError("no") from None
        return w * 2

    m = np.array([[2.0, 0.3], [0.2, 3.0]])
    np.testing.assert_array_equal(ep.compile(f)(m), f(m))
    with pytest.raises(TypeError, match="no"):
        ep.compile(f)(m * np.nan)
