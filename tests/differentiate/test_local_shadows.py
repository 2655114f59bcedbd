"""What only one turn knows has no shadow in the forward sweep, and the derivative is the same: through views, writes, sides and ends."""

from __future__ import annotations

import numpy as np

import everypath as ep
from everypath.testing import check_grads


def steps(x, n):
    y = x
    for _ in range(n):
        t = np.sin(y) * x
        y = y + 0.1 * t
    return np.sum(y)


def views_and_sides(x, n):
    total, y = 0.0, x
    for k in range(n):
        t = np.sin(y) * x
        head, back = t[1:], t[::-1]
        head[0] = head[1] * 2.0
        back[0] += x[0]
        if k % 2 == 0:
            square = t.reshape(2, -1)
            y = y + 0.1 * t * np.sum(square[1] * square[0])
        if total > 50.0:
            break
        total = total + np.sum(head * back[1:]) + t[k % len(t)]
    return total + np.sum(y)


def test_no_shadow_is_kept() -> None:
    kept = [line for line in ep.grad(steps).show("adjoint", np.ones(3), 4).splitlines() if "_bar_tape" in line and "list_new" in line]
    assert not kept  # what a loop carries has a cotangent that goes round the backward loop


def test_shadows_of_views_are_views_of_shadows() -> None:
    x = np.array([0.3, 0.7, 0.5, 0.9])
    check_grads(views_and_sides, (x, 4), order=2)
    _, pullback = ep.vjp(views_and_sides, x, 4)
    first, twice, again = (pullback(s)[0] for s in (1.0, 2.0, 1.0))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(twice, 2.0 * ep.grad(views_and_sides)(x, 4), rtol=1e-12)
