"""What goes wrong inside everypath says that it is our bug, where in the user's program, and what to send; the user's errors pass."""

from __future__ import annotations

from collections.abc import Callable
from math import sin as math_sin
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import differentiate, optimise
from everypath.bugs import Bug
from everypath.calls.gradients import Gradient
from everypath.explain import explanation as forms
from everypath.lower.python import mathematics
from everypath.native import emitter, making


def f(v):
    total = np.sum(v * v)
    return np.sqrt(total)


def fails(error: Exception) -> Callable[..., Any]:
    def failing(*args: Any, **kwargs: Any) -> Any:
        raise error

    return failing


V = np.array([1.0, 2.0])

STAGES: dict[str, tuple[Any, str]] = {
    "optimise before": (optimise, "before"),
    "optimise after": (optimise, "after"),
    "differentiate": (differentiate, "reverse"),
    "LLVM": (making.Maker, "optimised"),
    "prepare": (Gradient, "prepare"),
}


ERRORS = [KeyError("lost"), AssertionError(), RecursionError("too deep"), ValueError("odd"), RuntimeError("LLVM")]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_says_that_it_is_our_bug(stage: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*STAGES[stage], fails(error))
    with pytest.raises(Bug, match="this is a bug of everypath, not of your program; while") as caught:
        ep.grad(lambda v: np.sum(v * v))(V)
    text = str(caught.value)
    assert type(error).__name__ in text and "please send us" in text and caught.value.__cause__ is error


@pytest.mark.parametrize("stage", STAGES)
def test_where_no_stage_has_room_the_program_is_refused(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*args: Any, **kwargs: Any) -> Any:
        return endless(*args, **kwargs)

    monkeypatch.setattr("everypath.compiling.FRAME", 1 << 18)
    monkeypatch.setattr(*STAGES[stage], endless)
    with pytest.raises(ep.NotSupported, match="nested too deeply"):
        ep.grad(lambda v: np.sum(v * v))(V)


def test_an_explanation_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    explanation = ep.explain(f)(V)
    monkeypatch.setattr(forms, "text", fails(RecursionError("maximum recursion depth exceeded")))
    with pytest.raises(ep.NotSupported, match="nested too deeply"):
        str(explanation)


def test_the_line_of_the_program_is_told_in_lowering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mathematics, "call", fails(KeyError("lost")))

    def g(x):
        y = x * 2.0
        return math_sin(y)

    with pytest.raises(Bug, match="return math_sin") as caught:
        ep.grad(g)(1.0)
    assert "test_bugs.py" in str(caught.value) and "in g" in str(caught.value)


def test_the_line_of_the_program_is_told_in_code_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(e: Any, op: Any) -> None:
        raise AssertionError

    monkeypatch.setitem(emitter.HANDLERS, "map", failing)
    with pytest.raises(Bug, match=r"total = np.sum\(v \* v\)"):
        ep.compile(f)(V)


def test_the_interpreter_tells_our_mistakes_from_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    def keyed(x, k):
        table = [x, 2.0 * x]
        if k > 5:
            raise KeyError("mine")
        return table[k]

    call = ep.compile(keyed, backend="interpreter")
    assert call(1.0, 1) == 2.0
    with pytest.raises(KeyError, match="mine"):
        call(1.0, 6)
    with pytest.raises(IndexError):
        call(1.0, 3)


def test_explanations_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    explanation = ep.explain(f)(V)
    monkeypatch.setattr(forms, "text", fails(IndexError("list index out of range")))
    with pytest.raises(Bug, match="while writing an explanation: IndexError"):
        str(explanation)


def test_the_users_own_exceptions_and_refusals_pass() -> None:
    class Mine(Exception):
        pass

    def raises(x):
        if x > 0.0:
            raise Mine
        return x

    for backend in ("native", "interpreter"):
        with pytest.raises(Mine):
            ep.grad(raises, backend=backend)(1.0)  # type: ignore[arg-type]
    with pytest.raises(Mine):
        ep.explain(raises)(1.0)
    with pytest.raises(TypeError, match="missing a required argument"):
        ep.grad(raises)()
    with pytest.raises(ep.NotSupported):
        ep.grad(lambda x: eval("x"))(1.0)
    with pytest.raises(ep.NotDifferentiable):
        ep.grad(raises)(1)
    with pytest.raises(ep.InvalidArgument):
        ep.grad(raises)({object(): 2.0})
