"""A tie is undecided where a derivative arrives at it, and nowhere else: then one run is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep


def warped(a, b):
    """The cost of the cheapest path through a table whose edges are infinite: infinities tie there, and lose."""
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            table[i, j] = cost + min(table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])
    return table[len(a), len(b)]


def unused_tie(a, b):
    return np.sum(np.maximum(a, 2.0 * a)[1:]) * b[0] + 0.0 * abs(a[0])


def used_tie(a, b):
    return np.sum(np.maximum(a, 2.0 * a)) * b[0]


def kinds_run(f: Callable[..., Any], *args: Any) -> set[tuple[bool, bool]]:
    """(guarded, sided) of what has been compiled for the gradient."""
    made = ep.grad(f)
    made(*args)
    special, _ = made.find(args, {})
    return {(task.guarded, task.sided) for task, _, _ in special.executables}


A, B = np.array([0.0, 1.5, -0.5]), np.array([0.7, 1.0, -1.0, 0.2])


@pytest.mark.parametrize(("f", "often"), [(warped, False), (unused_tie, False), (used_tie, True)])
def test_runs(f: Callable[..., Any], often: bool) -> None:
    assert (kinds_run(f, A, B) != {(False, False)}) == often


def test_numbers() -> None:
    ep.check_grads(warped, (A, B), order=2)
    assert ep.grad(unused_tie)(A, B).tolist() == [0.0, 1.4, 0.7]
    assert ep.grad(used_tie)(A, B).tolist() == [0.7 * 1.5, 1.4, 0.7]
    assert ep.jvp(used_tie, (A, B), (np.array([0.0, 1.0, 0.0]), np.zeros(4)))[1] == 1.4
    assert ep.jvp(used_tie, (A, B), (np.array([1.0, 0.0, 0.0]), np.zeros(4)))[1] == 0.7 * 1.5


def products(a, u):
    """What arrives at the tie is 0, and is moved: the second derivative is undecided."""
    return u * u * max(a, 0.0)


def test_a_tie_at_which_only_a_derivative_of_what_arrives_is_not_zero() -> None:
    hessian = ep.hessian(products, ("a", "u"))(0.0, 0.0)
    assert np.allclose(hessian, 0.0)
    assert ep.hessian(products, ("a", "u"))(0.0, 3.0)[0][1] == 3.0
    assert ep.grad(lambda u: ep.grad(products)(0.0, u))(3.0) == 3.0
    assert ep.grad(lambda u: ep.grad(products)(0.0, u) / (u * u))(3.0) == 0.0
    assert ep.grad(lambda u: ep.grad(lambda a: u * max(a, 0.0))(0.0))(0.0) == 0.5
