"""A tree as one vector, and back, outside and inside functions that are differentiated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep
from everypath.tree import leaves as tree_leaves


@dataclass
class Line:
    slope: float
    offsets: Any
    count: int = 3


class Model(NamedTuple):
    scale: float
    line: Line


TREES: dict[str, tuple[Any, Any]] = {
    "float": (2.0, [2.0]),
    "array": (np.arange(4.0).reshape(2, 2).T, [0.0, 2.0, 1.0, 3.0]),
    "scalar of 32 bits": (np.float32(2.0), np.float32([2.0])),
    "half and single": ((np.float16(1.0), np.float32([2.0, 3.0])), np.float32([1.0, 2.0, 3.0])),
    "single and Python's": ([np.float32([1.0]), 2.0], [1.0, 2.0]),
    "no float": ({"n": 3, "s": "text", "none": None, "on": True}, []),
    "empty": ((), []),
    "complex": ({"z": np.array([1 + 2j, 3j]), "w": 5 - 1j}, [1.0, 0.0, 2.0, 3.0, 5.0, -1.0]),
    "nested": (Model(1.0, Line(2.0, np.array([3.0, 4.0]))), [1.0, 2.0, 3.0, 4.0]),
    "long": ([(np.full(2, float(k)), float(k)) for k in range(70)], [float(k) for k in range(70) for _ in range(3)]),
}


@pytest.mark.parametrize("tree, expected", TREES.values(), ids=TREES)
def test_there_and_back(tree: Any, expected: Any) -> None:
    vector, unravel = ep.ravel(tree)
    assert vector.dtype == np.asarray(expected).dtype or not isinstance(expected, np.ndarray)
    np.testing.assert_array_equal(vector, expected)
    back = unravel(vector)
    assert type(back) is type(tree) and repr(back) == repr(tree)
    assert not any(np.shares_memory(a, b) for a, b in zip(tree_leaves(back), [vector]) if isinstance(a, np.ndarray))
    with pytest.raises(ValueError, match=f"a vector of shape .{len(expected)},., not"):
        unravel(np.zeros(len(expected) + 1))


def energy(model: Model) -> Any:
    return model.scale * np.sum(model.line.offsets**2) * model.line.slope * model.line.count


def test_inside_and_outside() -> None:
    model = Model(1.5, Line(2.0, np.array([3.0, 4.0])))
    vector, unravel = ep.ravel(model)
    expected = ep.ravel(ep.grad(energy)(model))[0]
    np.testing.assert_array_equal(ep.grad(lambda v: energy(unravel(v)))(vector), expected)
    ep.check_grads(lambda v: energy(unravel(v)), (vector,))

    def squared(model: Model) -> Any:
        inside, back = ep.ravel(model)
        return energy(back(inside * inside))

    found = ep.grad(squared)(model)
    at_squares = ep.ravel(ep.grad(energy)(unravel(vector**2)))[0]
    np.testing.assert_allclose(ep.ravel(found)[0], 2 * vector * at_squares)
    with pytest.raises(ValueError, match="a vector of shape"):
        ep.grad(lambda v: energy(unravel(v[1:])))(vector)
