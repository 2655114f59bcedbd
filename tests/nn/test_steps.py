"""A whole training step as one compiled function: the gradient, and `everypath.tree` over the containers of the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep
from everypath import NotSupported, nn, tree


@dataclass
class Line:
    slope: Any
    offset: Any
    name: str = "line"


class Pair(NamedTuple):
    slope: Any
    offset: Any


class Model:
    def __init__(self) -> None:
        self.slope, self.offset, self.turns, self.name = np.array([1.0, -2.0]), 0.5, 3, "model"


def of_pair(p: Any, x: Any) -> Any:
    return np.sum(p[0] * x) + p[1]


def of_dict(p: Any, x: Any) -> Any:
    return np.sum(p["w"]["slope"] * x) + p["offset"][0]


def of_fields(p: Any, x: Any) -> Any:
    return np.sum(p.slope * x) + p.offset


def of_list(p: Any, x: Any) -> Any:
    return sum(a * x[0] + a * a for a in p)


W = np.array([1.0, -2.0])
CASES = [
    (of_pair, (W, 0.5)),
    (of_pair, [W, 0.5]),
    (of_dict, {"w": {"slope": W}, "offset": [0.5, 3], "unused": None}),
    (of_fields, Pair(W, 0.5)),
    (of_fields, Line(W, 0.5)),
    (of_list, [0.1 * k for k in range(12)]),
]


@pytest.mark.parametrize("optimiser", [nn.sgd(0.1, momentum=0.9), nn.adam(0.1)], ids=["sgd", "adam"])
@pytest.mark.parametrize("f, params", CASES, ids=[f"{f.__name__}-{type(p).__name__}" for f, p in CASES])
def test_whole_step(f: Any, params: Any, optimiser: nn.Optimiser) -> None:
    slope = ep.value_and_grad(lambda params, x: (f(params, x) - 1.0) ** 2)

    def step(params: Any, state: Any, x: Any) -> Any:
        value, gradient = slope(params, x)
        return *optimiser.update(gradient, state, params), value

    together, x = ep.compile(step), np.array([0.3, 0.7])
    apart = params, optimiser.init(params)
    whole = apart
    for _ in range(2):
        *apart, expected = step(*apart, x)
        *whole, value = together(*whole, x)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        for k in range(2):
            assert tree.paths(whole[k]) == tree.paths(apart[k])
            for found, wanted in zip(tree.leaves(whole[k]), tree.leaves(apart[k]), strict=True):
                assert type(found) is type(wanted)
                np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


def test_instances_of_any_class_are_trees() -> None:
    model = Model()
    gradient = ep.grad(of_fields)(model, np.array([1.0, 2.0]))
    moved = tree.map(lambda p, g: p - g, model, gradient)
    assert tree.paths(model, "m") == ["m.slope", "m.offset", "m.turns"]
    assert (type(moved), moved.offset, moved.turns, moved.name) == (Model, -0.5, 3, "model")
    np.testing.assert_array_equal(moved.slope, [0.0, -4.0])


def test_derivatives_go_through_trees() -> None:
    def f(x: float) -> float:
        p = tree.map(lambda a, b: a * b, {"a": x, "b": (x * x, [x])}, {"a": 2.0, "b": (3.0, [None])})
        return p["a"] + p["b"][0] + p["b"][1][0] + len(tree.leaves(p))

    assert ep.compile(f)(2.0) == f(2.0)
    assert ep.grad(f)(2.0) == 2.0 + 6.0 * 2.0 + 1.0


def test_what_a_tree_can_not_be() -> None:
    model = Model()
    with pytest.raises(NotSupported, match="dataclass"):
        ep.compile(lambda m: tree.map(lambda p: 2.0 * p, m).offset)(model)
    with pytest.raises(IndexError, match="out of range"):
        ep.compile(lambda x: tree.map(lambda p, q: p * q, [x, x], [x])[0])(1.0)
    with pytest.raises(KeyError, match="b"):
        ep.compile(lambda x: tree.map(lambda p, q: p * q, {"b": x}, {"a": x})["b"])(1.0)
