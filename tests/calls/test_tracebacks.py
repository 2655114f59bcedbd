"""Tracebacks show the user's lines, those of compiled code too, and of ours the call alone; all of ours where they are asked for."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import nn, shards
from everypath.scipy import minimize

V = np.ones(3)


def square(x):
    return x * x


def beyond(x):
    é = x * 2.0
    return é[3] + 1.0


def through_another(x):
    return beyond(x)


def own(x):
    if x > 0.0:
        raise ValueError(f"{x} is too large")
    return x


def derivative_inside(x):
    return ep.grad(own)(x)


@ep.rule(host=True, returns=1.0)
def hosted(x):
    raise KeyError("lost")


def calls_hosted(x):
    return hosted(x) * 2.0


def never(x):
    return eval("x")


def sometimes(x):
    return eval("x") if x < 0.0 else x


WARM = ep.compile(beyond)

RAISED: dict[str, tuple[Callable[[], Any], str]] = {
    "index": (lambda: ep.grad(lambda x: through_another(x))(V), "return é[3] + 1.0"),
    "own": (lambda: ep.hessian(own)(1.0), 'raise ValueError(f"{x} is too large")'),
    "jvp": (lambda: ep.jvp(own, (1.0,), (1.0,)), 'raise ValueError(f"{x} is too large")'),
    "vjp": (lambda: ep.vjp(own, 1.0), 'raise ValueError(f"{x} is too large")'),
    "interpreter": (lambda: ep.grad(own, backend="interpreter")(1.0), 'raise ValueError(f"{x} is too large")'),
    "explain": (lambda: ep.explain(own)(1.0), 'raise ValueError(f"{x} is too large")'),
    "check": (lambda: ep.check_grads(own, (1.0,)), 'raise ValueError(f"{x} is too large")'),
    "nested": (lambda: ep.grad(derivative_inside)(1.0), 'raise ValueError(f"{x} is too large")'),
    "hosted": (lambda: ep.compile(calls_hosted)(1.0), 'raise KeyError("lost")'),
    "warm": (lambda: (WARM(np.ones(4)), WARM(V)), "return é[3] + 1.0"),
    "trained": (lambda: [*nn.descend(lambda p, x: own(p[0]), (1.0,), [(1.0,)], nn.adam(0.01))], 'raise ValueError(f"{x} is too large")'),
    "solver": (lambda: minimize(lambda x: own(x[0]), V), 'raise ValueError(f"{x} is too large")'),
    "shards": (lambda: shards.value_and_grad(lambda w, x: own(w * x), [(1.0,), (2.0,)])(1.0), 'raise ValueError(f"{x} is too large")'),
    "fit": (lambda: nn.fit(lambda p, x: own(p[0] + np.sum(x)), (1.0,), (V,)), 'raise ValueError(f"{x} is too large")'),
    "layer": (lambda: ep.compile(nn.mlp)([(np.ones((3, 2)), np.ones(2))], np.ones((2, 4))), 'y = x @ params["weight"]'),
}
"""Exceptions of the user's own program, and the user's line."""

REFUSED: list[Callable[[], Any]] = [
    lambda: ep.grad(never)(1.0),
    lambda: ep.grad(calls_hosted)(1.0),
    lambda: ep.hessian(sometimes)(-1.0),
    lambda: ep.explain(sometimes)(-1.0),
    lambda: ep.jvp(never, (1.0,), (1.0,)),
    lambda: ep.vjp(never, 1.0),
    lambda: ep.vjp(square, V)[1](np.ones(2)),
    lambda: ep.grad(sometimes)(3),
    lambda: ep.grad(sometimes)(),
    lambda: ep.grad(3),  # type: ignore[call-overload]
    lambda: ep.hessian(square, wrt=1.5),  # type: ignore[call-overload]
    lambda: ep.grad(square, memory="lots"),
    lambda: ep.check_grads(never, (1.0,)),
    lambda: ep.explain(square)(1.0).paths("q"),
    lambda: ep.explain(square)(1.0).compare(3),  # type: ignore[arg-type]
    lambda: ep.grad(never).show("ir", 1.0),
    lambda: ep.rule(square, partials=lambda out, p, q, r: 3.0),
    lambda: ep.implicit(square)(3),  # type: ignore[arg-type]
]
"""Mistakes that everypath itself tells."""


def frames(call: Callable[[], Any]) -> tuple[BaseException, list[traceback.FrameSummary]]:
    """What a call raises, and its traceback without the frames of this file that call."""
    with pytest.raises(Exception) as caught:
        call()
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value, [*traceback.extract_tb(caught.value.__traceback__)][2:]


def of_ours(shown: list[traceback.FrameSummary]) -> int:
    return sum("src/everypath/" in frame.filename or "site-packages/everypath/" in frame.filename for frame in shown)


@pytest.mark.parametrize("case", RAISED)
def test_what_the_program_raises_shows_its_line(case: str) -> None:
    call, line = RAISED[case]
    error, shown = frames(call)
    assert shown[-1].line == line and of_ours(shown) <= 2, shown
    assert not any("line" in note for note in getattr(error, "__notes__", ()))


def test_the_columns_are_those_of_the_expression() -> None:
    error, _ = frames(lambda: ep.grad(beyond)(V))
    assert traceback.format_exception(error)[-2].endswith("    return é[3] + 1.0\n           ~^^^\n")


@pytest.mark.parametrize("call", REFUSED)
def test_a_mistake_shows_one_frame_of_ours(call: Callable[[], Any]) -> None:
    _, shown = frames(call)
    assert len(shown) == 1, shown


def test_all_frames_are_there_where_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERYPATH_TRACEBACK", "full")
    _, shown = frames(lambda: ep.grad(never)(1.0))
    assert of_ours(shown) > 10


def test_an_exception_travels() -> None:
    error, _ = frames(lambda: ep.grad(own)(1.0))
    assert str(pickle.loads(pickle.dumps(error))) == "1.0 is too large"
