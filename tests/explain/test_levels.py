"""The same explanation by operation, variable, line, function and layer, and with a turn opened: every level has the same sum."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import everypath as ep
from everypath.errors import InvalidArgument
from explain import functions

LEVELS = ("operation", "variable", "line", "function", "layer")
RNG = np.random.default_rng(3)
LAYERS = [(RNG.normal(size=(2, 3)), np.zeros(3)), (RNG.normal(size=(3, 3)), np.ones(3)), (RNG.normal(size=(3, 1)), np.zeros(1))]


def square(x):
    return x * x


def bent(a, b):
    p = a * b
    return p + math.sin(p) * a


def calls(x, y):
    u = bent(x, y)
    v = bent(u, x) + u * u
    return u * v


def predict(layers, x):
    h = x
    for W, b in layers:
        z = h @ W + b
        h = np.tanh(z) * 1.0 + z * 0.1
    return h


def trained(layers, x):
    return np.sum(predict(layers, x) ** 2)


def stepped(x, n):
    s = 0.0
    for i in range(n):
        y = math.sin(x + i)
        z = y * y + y
        s = s + z * x
    return s


CALLED = {
    "square": (square, 0, (3.0,)),
    "calls": (calls, (0, 1), (1.5, 0.5)),
    "two levels": (functions.two_levels, ("a", "b", "c"), (1.5, 2.0, 3.0)),
    "layers": (trained, 0, (LAYERS, np.array([0.5, -1.0]))),
    "network": (functions.network, 0, (LAYERS, RNG.normal(size=(4, 2)))),
    "long": (stepped, 0, (0.3, 60)),
    "versions": (functions.versions, 0, (1.5,)),
}


@pytest.mark.parametrize("name", CALLED)
def test_the_sum_is_the_same_at_every_level(name: str) -> None:
    function, wrt, arguments = CALLED[name]
    e = ep.explain(function, wrt)(*arguments)
    for level in LEVELS:
        seen = e.by(level)
        assert np.allclose(seen.sweeps.derivative[: e.inputs[-1].start + 1], e.sweeps.derivative[: e.inputs[-1].start + 1], rtol=1e-12)
        for node in seen.inputs:
            d = seen.derivative(seen.focus(node), 100)
            if d.count <= 100:
                assert len(d.paths) == d.count
                assert sum(p.product for p in d.paths) == pytest.approx(d.value, abs=1e-12 * d.mass)
        assert seen.text() and seen.html() and seen.svg() and seen.tex() and seen.md()
        assert json.loads(seen.json())["level"] == level


def test_by_operation_a_value_that_is_taken_twice_has_two_edges() -> None:
    e = ep.explain(square, by="operation")(3.0)
    assert [(edge.value, str(edge.symbolic.name)) for edge in e.view.edges] == [(3.0, "x"), (3.0, "x")]
    assert e.paths("x").count == 2 and e.by("variable").paths("x").count == 1
    operations = ep.explain(functions.two_levels, "b", by="operation")(1.5, 2.0, 3.0)
    assert [n.called for n in operations.view.nodes if not n.is_input][:3] == ["u = a·b", "o₁ = sin b", "v = o₁ + c"]


def test_a_call_is_one_node_with_its_own_derivative() -> None:
    e = ep.explain(calls, (0, 1))(1.5, 0.5).by("function")
    assert [n.name for n in e.view.nodes] == ["x", "y", "u", "bent", "v", "calls"]
    local = {(e.view.nodes[edge.parent].name, e.view.nodes[edge.child].name): edge.value for edge in e.view.edges}
    assert local["x", "u"] == pytest.approx(ep.grad(bent, 0)(1.5, 0.5)) and local["y", "u"] == pytest.approx(ep.grad(bent, 1)(1.5, 0.5))
    assert "u = bent(…)" in e.text() and "by function" in e.text()


def test_a_layer_is_one_node() -> None:
    e = ep.explain(trained)(LAYERS, np.array([0.5, -1.0]))
    assert [n.name for n in e.by("layer").view.nodes if not n.is_input] == ["h₁", "h₂", "h₃", "trained"]
    assert [n.name for n in e.by("function").view.nodes if not n.is_input] == ["h", "trained"]
    assert [n.line for n in e.by("line").view.nodes if not n.is_input] == [n.line for n in e.view.nodes if not n.is_input]


def test_any_turn_of_a_loop_can_be_opened() -> None:
    e = ep.explain(stepped)(0.3, 60)
    seen = e.turn(37)
    assert {"y₃₇", "z₃₇", "s₃₇"} <= {n.name for n in seen.view.nodes}
    y = next(n for n in seen.view.nodes if n.name == "y₃₇")
    assert y.value == math.sin(0.3 + 36) and y.adjoint == pytest.approx((2 * y.value + 1) * 0.3)
    assert sum(p.product for p in seen.paths("x", 500).paths) == pytest.approx(e.gradient)
    assert e.turn(37) is seen
    for number in (0, 61):
        with pytest.raises(InvalidArgument, match="the turns are 1 to 60"):
            e.turn(number)
    with pytest.raises(InvalidArgument, match="no loop"):
        ep.explain(square)(3.0).turn(1)


def test_a_level_that_there_is_not() -> None:
    with pytest.raises(InvalidArgument, match="operation, variable, line, function or layer, not by 'step'"):
        ep.explain(square, by="step")(3.0)


def test_a_turn_of_a_long_loop_is_one_node() -> None:
    e = ep.explain(stepped, by="layer")(0.3, 60)
    assert [n.name for n in e.view.nodes] == ["x", "s₁", "s₂ … s₅₉", "s₆₀"]
    assert next(edge.value for edge in e.view.edges if edge.parent == 0) == pytest.approx(ep.grad(stepped)(0.3, 1))
