"""What an unrolled loop does in every turn is a function of its own in a long program."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import pipeline

inlining, repeating = (sys.modules[f"everypath.optimise.{name}"] for name in ("inline", "repeats"))
LAYERS = [{"W": np.eye(3) * (0.5 + 0.1 * k), "b": np.full(3, 0.1 * k - 0.2)} for k in range(6)]
X = np.linspace(-1.0, 1.0, 6).reshape(2, 3)


def network(layers: Any, x: Any) -> Any:
    for p in layers:
        h = x - np.mean(x)
        x = x + np.tanh(h @ p["W"] + p["b"]) * 0.5
    return np.sum(x**2)


def two_states(layers: Any, x: Any) -> Any:
    """Both are one array at first, and each turn has a number of its own."""
    h = c = x * 0.5
    seen = []
    for k, p in enumerate(layers):
        h, c = np.tanh(h @ p["W"] + c) * (k + 1), c * 0.5 + h + p["b"]
        seen.append(np.sum(h))
    return np.sum(h * c) + seen[2]


def kept(layers: Any, x: Any) -> Any:
    """What every turn makes is used behind the last."""
    hidden = [np.exp(-((x @ p["W"] + p["b"]) ** 2)) for p in layers]
    return sum(np.sum(h * hidden[0]) for h in hidden)


def in_place(layers: Any, x: Any) -> Any:
    """Turns that write to what they are given."""
    y = x * 1.0
    for p in layers:
        y += np.tanh(y @ p["W"] + p["b"])
        y *= 0.9
    return np.sum(y)


def views(layers: Any, x: Any) -> Any:
    """Turns that hand on views, of which the last is written to."""
    y = x * 1.0
    for p in layers:
        y = (y * p["b"] + y @ p["W"]).reshape(3, 2).T.reshape(2, 3)
    y[0] = 2.0 * y[1]
    return np.sum(y**2)


def bent(layers: Any, x: Any) -> Any:
    """Every turn meets a tie: what is smooth all the same is x."""
    for p in layers:
        h = x @ p["W"] * 0.0
        x = np.maximum(h, 0.0) - np.maximum(-h, 0.0) + np.tanh(x @ p["W"] + p["b"])
    return np.sum(x**2)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """These programs count as long."""
    for module in (inlining, repeating):
        monkeypatch.setattr(module, "LONG", 40)
        monkeypatch.setattr(module, "LONG_INSIDE", 40)
    monkeypatch.setattr(inlining, "MUCH", 5)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("f", "calls"), [(network, 6), (two_states, 0), (kept, 6), (in_place, 0), (views, 6)])
def test_turns_are_one_function(f: Any, calls: int) -> None:
    text = ep.grad(f, ("layers", "x")).show("ir", LAYERS, X)
    assert text.count(f"{{callee='{f.__name__}_turn'}}") == calls, text
    value, found = ep.value_and_grad(f, ("layers", "x"))(LAYERS, X)
    np.testing.assert_allclose(value, f(LAYERS, X), rtol=1e-13)
    step = 1e-30
    for k, x in np.ndenumerate(X):
        moved = X.astype(complex)
        moved[k] = x + step * 1j
        np.testing.assert_allclose(found[1][k], f(LAYERS, moved).imag / step, rtol=1e-10, atol=1e-14)
    for p, g in zip(LAYERS, found[0], strict=True):
        moved = p["b"] + np.array([step * 1j, 0, 0])
        others = [q if q is not p else {**p, "b": moved} for q in LAYERS]
        np.testing.assert_allclose(g["b"][0], f(others, X.astype(complex)).imag / step, rtol=1e-10, atol=1e-14)
    forward = ep.jvp(f, (LAYERS, X), (ep.tree.map(np.zeros_like, LAYERS), X))[1]
    np.testing.assert_allclose(forward, np.sum(found[1] * X), rtol=1e-12)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("f", [network, in_place, views, bent])
def test_turns_of_a_derivative_inside_are_one_function(f: Any) -> None:
    def step(layers: Any, x: Any) -> Any:
        value, found = ep.value_and_grad(f)(layers, x)
        return [{"W": p["W"] - 0.1 * g["W"], "b": p["b"] - 0.1 * g["b"]} for p, g in zip(layers, found, strict=True)], value

    layers = LAYERS[:4]
    compiled = ep.compile(step)
    assert ("_turn_bwd" in compiled.show("optimised", layers, X)) == (f is not in_place)
    value, found = ep.value_and_grad(f)(layers, X)
    moved, now = compiled(layers, X)
    np.testing.assert_allclose(now, value, rtol=1e-14)
    for p, g, q in zip(layers, found, moved, strict=True):
        np.testing.assert_allclose(q["W"], p["W"] - 0.1 * g["W"], rtol=1e-12)
        np.testing.assert_allclose(q["b"], p["b"] - 0.1 * g["b"], rtol=1e-12)


def test_a_run_of_shared_turns_can_start_again(short: None) -> None:
    """What a turn saves holds its arguments beside its adjoints: only these are written before a tie may stop the run."""

    def step(layers: Any, x: Any) -> Any:
        return 2.0 * ep.grad(bent, "x")(layers, x)

    lowered, _ = pipeline.lowered(step, (LAYERS, X), {}, frozenset())
    final, entries = pipeline.stages(lowered.program, pipeline.Task(postponed=True))
    assert "step_turn" not in final.functions and any(name.endswith("_turn_bwd") for name in final.functions)
    assert pipeline.stops(final, entries) and pipeline.starts_again(final, entries)


def test_errors_are_told_where_they_happen(short: None) -> None:
    odd = [*LAYERS[:4], {"W": np.eye(4), "b": np.zeros(4)}, LAYERS[5]]
    with pytest.raises(ValueError, match="matmul") as raised:
        ep.grad(network)(odd, X)
    assert raised.traceback[-1].lineno == network.__code__.co_firstlineno + 2
    assert raised.traceback[-1].name == "network"
