"""Parts of a sum that a direction leaves alone: not computed along it, and what is computed stays the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.ir.walk import ops_in
from everypath.pipeline import stages

RANDOM = np.random.default_rng(0)


def skinned(bones: Any, points: Any, weights: Any) -> Any:
    total = np.zeros((len(points), 3))
    for k in range(len(bones)):
        total += (points @ bones[k].T)[:, :3] * weights[:, k : k + 1]
    return total


def mixed(heights: Any, basis: Any) -> Any:
    total = np.zeros(basis.shape[1])
    for k in range(len(heights)):
        total += heights[k] ** 2 * basis[k]
        total[0] *= 0.5
    return np.sin(total)


def overwritten(heights: Any, basis: Any) -> Any:
    """What is multiplied with changes in the loop."""
    work, total = basis.copy(), np.zeros(basis.shape[1])
    for k in range(len(heights)):
        total += heights[k] * work[0]
        work[0] = work[0] * 2.0 + total
    return total


def also_used(heights: Any, basis: Any) -> Any:
    """What is added goes elsewhere too."""
    total, most = np.zeros(basis.shape[1]), 0.0
    for k in range(len(heights)):
        part = heights[k] * basis[k]
        total += part
        most += part[0] * part[1]
    return total * most


POINTS, WEIGHTS, BASIS = RANDOM.normal(size=(9, 4)), RANDOM.normal(size=(9, 2)), RANDOM.normal(size=(5, 7))
CASES = {
    "skinned": (skinned, (RANDOM.normal(size=(2, 4, 4)), POINTS, WEIGHTS), 1),
    "mixed": (mixed, (RANDOM.normal(size=5), BASIS), 1),
    "overwritten": (overwritten, (RANDOM.normal(size=5), BASIS), 0),
    "also_used": (also_used, (RANDOM.normal(size=5), BASIS), 0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_jacobian(name: str) -> None:
    f, arguments, left_out = CASES[name]
    jacobian = ep.jacfwd(f)
    np.testing.assert_allclose(jacobian(*arguments), ep.jacrev(f)(*arguments), rtol=1e-12, atol=1e-13)
    special, _ = jacobian.find(arguments, {})
    (task,) = {task for task, _, _ in special.executables if task.mode == "forward"}
    program, (entry,) = stages(special.program, task)
    alone = [op for op in ops_in(program.functions[entry].body) if op.name == "if" and not op.results and len(op.regions[1].ops) == 1]
    assert bool(alone) == bool(left_out)


@pytest.mark.parametrize("place", [(1, 2), (4, 0)])
@pytest.mark.parametrize("number", [np.inf, np.nan])
def test_what_is_not_finite_is_seen(place: tuple[int, int], number: float) -> None:
    """0·inf as before: what stands in the way of a direction is not overlooked because the direction does not move it."""
    basis = BASIS.copy()
    basis[place] = number
    heights = np.array([1.0, 0.0, 2.0, 0.0, -1.0])
    found, expected = (ep.jacfwd(mixed, backend=backend)(heights, basis) for backend in ("native", "interpreter"))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
