"""Reports on how derivatives are called: directions, `wrt`, integers, what changes between two calls, long functions, endless loops."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import everypath

from .failing import failing

REFUSED = (everypath.InvalidArgument, ValueError, TypeError)


def cubes(x):
    return np.sum(x**3)


def squares(x):
    return np.sum(x * x)


@failing("directions_of_another_shape")
def test_directions_of_another_shape():
    vector, matrix = np.ones(3), np.ones((2, 3))
    pairs = [(vector, np.ones(2)), (vector, np.ones(1)), (vector, 1.0)]
    pairs += [(matrix, np.ones((1, 3))), (matrix, np.ones((2, 1))), (matrix, np.ones((3, 2)))]
    for x, v in pairs:
        with pytest.raises(REFUSED):
            everypath.hvp(cubes)(x, v)


@failing("directions_of_every_kind")
def test_directions_of_every_kind():
    frozen = np.array([1.0, 2.0, 3.0])
    frozen.flags.writeable = False
    every_other = np.array([1.0, 9.0, 2.0, 9.0, 3.0])[::2]
    for v in (every_other, [1.0, 2.0, 3.0], np.array([1, 2, 3]), np.array([1, 2, 3], np.float32), frozen):
        np.testing.assert_array_equal(everypath.hvp(squares)(np.array([1.0, 2.0, 3.0]), v), [2.0, 4.0, 6.0])


@failing("one_argument_twice")
def test_one_argument_twice():
    assert everypath.grad(lambda x, y: x * x * y, (0, 0))(3.0, 5.0) == (30.0, 30.0)


def test_an_integer_has_no_gradient():
    with pytest.raises(everypath.NotDifferentiable):
        everypath.grad(lambda x: x**2)(100)


@failing("overlapping_argument_written")
def test_overlapping_argument_written():
    def written(x):
        x[0, 1] = 7.0
        return np.sum(x)

    windows = np.lib.stride_tricks.as_strided(np.array([1.0, 2.0, 3.0]), (2, 2), (8, 8))
    with pytest.raises((everypath.NotSupported, everypath.InvalidArgument)):
        everypath.grad(written)(windows)


@failing("changed_defaults")
def test_changed_defaults():
    def scaled(x, k=2.0):
        return k * x * x / 2.0

    gradient = everypath.grad(scaled)
    assert gradient(1.0) == 2.0
    scaled.__defaults__ = (10.0,)
    assert gradient(1.0) == 10.0


def triple(x):
    return 3.0 * x


@failing("replaced_sine")
def test_replaced_sine(monkeypatch):
    gradient = everypath.grad(lambda x: math.sin(x))
    assert gradient(0.0) == 1.0
    with monkeypatch.context() as changed:
        changed.setattr(math, "sin", triple)
        try:
            assert gradient(0.0) == 3.0
        except everypath.EverypathError:
            pass
    assert gradient(0.0) == 1.0


def cross_entropy(z, y):
    return max(z, 0.0) - z * y + math.log1p(math.exp(-abs(z)))


@failing("cross_entropy_explained_at_0")
def test_cross_entropy_explained_at_0():
    assert everypath.explain(cross_entropy)(0.0, 0.25).gradient == pytest.approx(0.25, rel=1e-12)


@failing("sum_of_600_terms")
def test_a_sum_of_600_terms(tmp_path: Path):
    terms = " + ".join(f"{k / 1000} * x" for k in range(1, 601))
    path = tmp_path / "six_hundred_terms.py"
    path.write_text(f"def f(x):\n    return {terms}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert everypath.grad(module.f)(2.0) == pytest.approx(180.3, rel=1e-12)


ENDLESS = """
import everypath

def f(x):
    s = 0.0
    while CONDITION:
        s = s + x
    return x

try:
    print("a number:", everypath.compile(f)(1.0))
except everypath.NotSupported:
    print("refused")
"""


@pytest.mark.parametrize("condition", ["True", "x == x"])
@failing("endless_loop")
def test_an_endless_loop_gives_no_number(condition: str, tmp_path: Path):
    """It may be refused, or run for ever as in CPython."""
    path = tmp_path / "endless.py"
    path.write_text(ENDLESS.replace("CONDITION", condition), encoding="utf-8")
    try:
        done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=4)
    except subprocess.TimeoutExpired:
        return
    assert done.stdout == "refused\n", done.stdout + done.stderr
