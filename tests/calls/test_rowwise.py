"""Sparse Jacobians of residuals in loops, turn by turn: the matrices are those of the sweeps, and what is not of the kind goes to these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.calls.rowwise import Rowwise

A = np.random.default_rng(1).random


def flat(x, n, which, seen):
    cameras = x[: n * 3].reshape((n, 3))
    points = x[n * 3 :].reshape((-1, 2))
    out = np.zeros((len(which), 2))
    for k in range(len(which)):
        c, p = cameras[which[k, 0]], points[which[k, 1]]
        out[k] = c[2] * np.array([np.cos(c[0]) * p[0], np.sin(c[1]) * p[1]]) - seen[k]
    return out.ravel()


def poses(x, edges, measured):
    r = np.zeros((len(edges), 3))
    for k in range(len(edges)):
        a, b = x[edges[k, 0]], x[edges[k, 1]]
        c, s = np.cos(a[2]), np.sin(a[2])
        d = b - a
        r[k, 0], r[k, 1] = c * d[0] + s * d[1] - measured[k, 0], c * d[1] - s * d[0] - measured[k, 1]
        r[k, 2] = np.arctan2(np.sin(d[2] - measured[k, 2]), np.cos(d[2] - measured[k, 2]))
    return r


def two_loops(x, y):
    f = np.zeros(len(x) + len(y))
    for i in range(1, len(x) - 1):
        f[i] = x[i - 1] * x[i + 1] ** 2 * y[0] + x[i]
    for j in range(len(y)):
        f[len(x) + j] = np.sin(y[j]) * x[j % len(x)]
    return f


def seen_in_front(x, lens, marks):
    r = np.empty((len(marks), 2))
    for k in range(len(marks)):
        p = x[k % len(x)]
        turn = np.array([[np.cos(p[0]), -np.sin(p[0]), 0.0], [np.sin(p[0]), np.cos(p[0]), 0.0], [0.0, 0.0, 1.0]])
        q = lens @ (turn @ marks[k] + p[1:4])
        r[k] = q[:2] / q[2] if q[2] > 1.2 else q[:2]
    return r


def distances(x, fixed, pairs):
    r, weights = np.zeros(len(pairs)), np.zeros(len(pairs))
    for k in range(len(pairs)):
        r[k] = np.linalg.norm(x[pairs[k, 0]] - fixed[pairs[k, 1]])
        weights[k] = fixed[pairs[k, 1], 0] ** 2
    return {"r": r, "weights": weights}


def backwards_too(x):
    """One element is read twice by the turn in the middle, and the columns do not rise."""
    r = np.zeros(len(x))
    for i in range(len(x)):
        r[i] = x[i] * x[len(x) - 1 - i] + x[0]
    return r


def listed(x, pairs):
    return np.array([x[pairs[k, 0]] * x[pairs[k, 1]] for k in range(len(pairs))])


def along_rows(x, v):
    """It would be one product of a matrix."""
    r = np.zeros(len(x))
    for k, row in enumerate(x):
        r[k] = np.dot(row, v) ** 2
    return r


def summed(x, places):
    r = np.zeros(3)
    for k in range(len(places)):
        r[places[k]] += x[k] ** 2
    return r


def written_twice(x, places):
    r = np.zeros(3)
    for k in range(len(places)):
        r[places[k]] = x[k] ** 2
    return r


def carried(x):
    r, s = np.zeros(len(x)), 0.0
    for k in range(len(x)):
        s = s * 0.5 + x[k]
        r[k] = s
    return r


def kinked(x):
    r = np.zeros(len(x))
    for i in range(len(x) - 1):
        r[i] = max(x[i], x[i + 1]) * abs(x[i])
    return r


def pairs(n: int, m: int) -> Any:
    return np.stack([np.arange(40) * 7 % n, np.arange(40) * 5 % m], axis=1)


CASES = [
    (flat, (A(3 * 17 + 2 * 20), 17, pairs(17, 20), A((40, 2))), 0, True),
    (poses, (A((18, 3)), pairs(18, 17), A((40, 3))), 0, True),
    (two_loops, (A(30), A(20)), (0, 1), True),
    (seen_in_front, (A((20, 4)), A((3, 3)), A((40, 3))), (0, 1), True),
    (distances, (A((20, 2)), A((17, 2)), pairs(20, 17)), (0, 1), True),
    (distances, (A((20, 2)), A((17, 2)).astype(np.float32), pairs(20, 17)), (0, 1), False),
    (backwards_too, (A(21),), 0, True),
    (listed, (A(20), pairs(20, 20)), 0, True),
    (along_rows, (A((40, 3)), A(3)), (0, 1), True),
    (summed, (A(40), pairs(3, 3)[:, 0]), 0, False),
    (written_twice, (A(40), pairs(3, 3)[:, 0]), 0, False),
    (carried, (A(20),), 0, False),
    (kinked, (np.array([0.5, 0.5, 0.0, -1.0, *A(20)]),), 0, False),
]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether calls were answered turn by turn."""
    told: list[bool] = []
    original = Rowwise.blocks

    def blocks(self: Rowwise, *given: Any) -> Any:
        found = original(self, *given)
        told.append(found is not None)
        return found

    monkeypatch.setattr(Rowwise, "blocks", blocks)
    return told


@pytest.mark.parametrize("f, arguments, wrt, turnwise", CASES, ids=[case[0].__name__ for case in CASES])
def test_the_matrices_are_those_of_the_dense_jacobian(f: Any, arguments: Any, wrt: Any, turnwise: bool, answered: list[bool]) -> None:
    for _ in range(2):
        compare(ep.jacobian(f, wrt, sparse=True)(*arguments), ep.jacobian(f, wrt)(*arguments))
    assert answered == [turnwise] * 2


def compare(sparse: Any, dense: Any) -> None:
    if isinstance(dense, (tuple, dict)):
        for k in dense if isinstance(dense, dict) else range(len(dense)):
            compare(sparse[k], dense[k])
        return
    assert sparse.has_canonical_format and sparse.dtype == dense.dtype
    assert np.allclose(sparse.toarray(), dense.reshape(sparse.shape), rtol=1e-12 if dense.dtype == float else 1e-5, atol=1e-14)


def test_other_indices_other_places_and_the_line_of_a_wrong_one(answered: list[bool]) -> None:
    """What was found before is not kept where the numbers that it hangs on change, and belongs to nobody else."""
    jacobian = ep.jacobian(flat, sparse=True)
    x, which, seen = A(3 * 17 + 2 * 20), pairs(17, 20), A((40, 2))
    first = jacobian(x, 17, which, seen)
    first.data[:], first.indices[:] = 0.0, 0
    for shown in (which, which[::-1], np.concatenate([which, which])):
        compare(jacobian(x, 17, shown, A((len(shown), 2))), ep.jacobian(flat)(x, 17, shown, A((len(shown), 2))))
    assert all(answered)
    which[3, 1] = 20
    with pytest.raises(IndexError, match="20"):
        jacobian(x, 17, which, seen)
    with pytest.raises(ValueError, match="cannot reshape array of size 91 into shape"):
        jacobian(x, 31, which, seen)
