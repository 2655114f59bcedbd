"""What everypath gives can be pickled and copied: functions by what they came from, explanations and errors as they are."""

from __future__ import annotations

import ast
import copy
import linecache
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

import everypath as ep

from .travelling import MADE, Model, energy, log_of, refused, wave

WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "old pickle": lambda x: pickle.loads(pickle.dumps(x, 2)),
    "cloudpickle": lambda x: pickle.loads(cloudpickle.dumps(x)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MADE)
def test_functions_arrive_before_and_after_use(name: str, way: str) -> None:
    function, args = MADE[name]
    fresh = WAYS[way](function)
    expected = function(*args)
    used = WAYS[way](function)
    assert type(fresh) is type(used) is type(function) and repr(used) == repr(function)
    for arrived in (fresh, used):
        np.testing.assert_equal(arrived(*args), expected)


@pytest.mark.parametrize("way", WAYS)
def test_explanations_arrive_whole(way: str) -> None:
    for explanation in (ep.explain(wave)(1.5, 2.0), ep.explain(energy)(np.array([1.0, 2.0]))):
        for _ in range(2):  # once before anything was asked of it, once after
            arrived = WAYS[way](explanation)
            assert (str(arrived), arrived.html(), arrived.json()) == (str(explanation), explanation.html(), explanation.json())


@pytest.mark.parametrize("way", WAYS)
def test_errors_arrive_whole(way: str) -> None:
    for act in (lambda: ep.grad(refused)(1.0), lambda: ep.grad(wave)(1), lambda: ep.grad(wave, "z")(1.0), lambda: ep.compile(log_of)(-1.0)):
        with pytest.raises((ep.EverypathError, ValueError)) as caught:
            act()
        arrived = WAYS[way](caught.value)
        assert type(arrived) is type(caught.value) and arrived.args == caught.value.args and str(arrived) == str(caught.value)
        assert arrived.__dict__ == caught.value.__dict__


def test_a_pullback_is_not_pickled_and_says_what_to_do() -> None:
    _, pullback = ep.vjp(wave, 1.5, 2.0)
    with pytest.raises(TypeError, match="call vjp there"):
        pickle.dumps(pullback)
    assert copy.copy(pullback)(1.0) == copy.deepcopy(pullback)(1.0) == pullback(1.0)


def test_local_functions_travel_by_cloudpickle() -> None:
    rate = 3.0
    cube = ep.grad(lambda x: rate * x**3)
    for _ in range(2):
        assert pickle.loads(cloudpickle.dumps(cube))(2.0) == cube(2.0) == 36.0


def test_a_plain_function_that_was_compiled_travels_by_cloudpickle() -> None:
    def square(x):
        return x * x

    assert ep.grad(square)(3.0) == 6.0
    assert ep.grad(pickle.loads(cloudpickle.dumps(square)))(4.0) == 8.0


def test_a_method_that_a_decorator_made_is_bound_and_travels_with_its_object() -> None:
    bound = Model(3.0).scaled
    assert bound(2.0) == pickle.loads(pickle.dumps(bound))(2.0) == copy.copy(bound)(2.0) == 6.0


def test_cells_of_a_notebook_travel_with_their_text(tmp_path: Path) -> None:
    """In the other process no file has their text. They call each other, and both have a lambda in their first line."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = {
        "<cell 1>": "rate = lambda x: 3.0 * x\n\ndef helper(x):\n    return x * x * x\n",
        "<cell 2>": "half = lambda x: 0.5 * x\n\ndef loss(x):\n    return helper(x) + half(x) + rate(x)\n",
    }
    for name, text in cells.items():
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        for statement in ast.parse(text).body:
            exec(compile(ast.Module([statement], []), name, "exec"), namespace)
    made = ep.grad(namespace["loss"])
    sent = tmp_path / "sent"
    sent.write_bytes(cloudpickle.dumps(made))
    run = f"import pickle; print(pickle.loads(open({str(sent)!r}, 'rb').read())(2.0))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{made(2.0)}\n" == "15.5\n", done.stderr
