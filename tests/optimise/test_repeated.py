"""In a long program, what is called often stays a function: one text, differentiated and compiled once."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import everypath as ep

inlining = sys.modules["everypath.optimise.inline"]
LAYERS = [(np.eye(3) * (0.5 + 0.1 * k), np.full((3, 3), 0.1 * k - 0.2)) for k in range(4)]
X = np.linspace(-1.0, 1.0, 6).reshape(2, 3)


def layer(x: Any, W: Any, V: Any) -> Any:
    h = x - np.mean(x)
    return x + np.tanh(h @ W) @ V


def network(layers: Any, x: Any) -> Any:
    for W, V in layers:
        x = layer(x, W, V)
    return np.sum(x**2)


def in_a_loop(layers: Any, x: Any) -> Any:
    for _ in range(2):
        for W, V in layers:
            x = layer(x, W, V)
    return np.sum(x**2)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """These programs count as long."""
    monkeypatch.setattr(inlining, "LONG", 40)
    monkeypatch.setattr(inlining, "MUCH", 10)


def functions(derivative: Any) -> list[str]:
    return [line.split("(")[0] for line in derivative.show("ir", LAYERS, X).splitlines() if line.startswith("func")]


def test_layers_in_a_list_are_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = ep.grad(network, ("layers", "x"))
    assert functions(shared) == ["func @network", "func @layer"]
    found, product = shared(LAYERS, X), ep.hvp(network, "x", backend="interpreter")(LAYERS, X, X)
    monkeypatch.setattr(inlining, "LONG", 10**6)

    def alone(layers: Any, x: Any) -> Any:
        return network(layers, x)

    whole = ep.grad(alone, ("layers", "x"), backend="interpreter")
    assert functions(whole) == ["func @alone"]
    for one, other in zip(ep.tree.leaves(found), ep.tree.leaves(whole(LAYERS, X)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(product, ep.hvp(alone, "x", backend="interpreter")(LAYERS, X, X), rtol=1e-12)


def test_what_a_loop_calls_is_inlined() -> None:
    assert functions(ep.compile(in_a_loop)) == ["func @in_a_loop"]


def mixed(a: Any, b: Any, w: Any) -> Any:
    return np.tanh(a) * np.exp(-b * b) * w + np.sin(b * a) + a * b


def given_twice(layers: Any, x: Any) -> Any:
    """What is called is given one array twice, and parts of one that overlap."""
    y, total = x * 1.5, 0.0
    for W, V in layers:
        total += np.sum(mixed(y, y, V[:2])) + np.sum(mixed(y[:, 1:], y[:, :-1], W[:2, 1:]))
    return total


def given_apart(layers: Any, x: Any) -> Any:
    y, z, total = x * 1.5, np.sin(x), 0.0
    for W, V in layers:
        total += np.sum(mixed(y, z, V[:2])) + np.sum(mixed(y[:, 1:], z[:, :-1], W[:2, 1:]))
    return total


def test_memory_that_is_given_twice() -> None:
    for f, kept in ((given_twice, 1), (given_apart, 3)):
        derivative = ep.grad(f, "x")
        assert len(functions(derivative)) == kept, "shadows of parameters that overlap would be written as if they did not"
        moved = X.astype(complex)
        moved[1, 1] += 1e-30j
        np.testing.assert_allclose(derivative(LAYERS, X)[1, 1], f(LAYERS, moved).imag / 1e-30, rtol=1e-12)
