"""Constants that vary later, and steps: what has no derivative itself, then is written to, carried by a loop, or met on another branch."""

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4])
MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.1, 0.6, 2.2]])
STEPS = (np.sign, np.floor, np.ceil, np.trunc, np.rint)


@program(at(VECTOR), order=2)
def steps_of_what_varies_then_written(x):
    total = 0.0
    for step in STEPS:
        y = step(2.0 * x)
        y[1] = x[0] * x[2]
        y += x * x
        total += np.sum(y * x)
    return total


@program(at(VECTOR), order=2)
def quotients_then_written(x):
    y = x // 0.53
    y[:2] *= x[1:]
    z = np.floor_divide(x, 0.37) + np.floor(1.37 * x)
    z[0] = x[2]
    return np.sum(y * x) + np.sum(z**3)


@program(at(VECTOR, 3), at(VECTOR, 0), order=2)
def a_sign_carried_by_a_loop(x, n):
    r = np.sign(x)
    for _ in range(n):
        r = r * x - x[0]
    return np.sum(r)


@program(at(VECTOR, 0.2), at(VECTOR, -0.2), wrt=(0, 1), order=2)
def steps_on_one_branch(x, a):
    y = np.rint(1.37 * x) if a > 0.0 else x * a
    z = x // 0.37
    if a < 0.0:
        z = x * x
    return np.sum(y * y * a) + np.sum(z * x)


@program(at(VECTOR), order=2)
def arrays_of_integers_then_written(x):
    order = np.argsort(x)
    rank = np.zeros(3)
    rank[order] = np.arange(3).astype(float)
    rank += x
    larger = (x > 0.0).astype(float)
    larger[1] = x[1] * x[1]
    whole = x.astype(int).astype(float)
    whole *= x
    return np.sum(rank**2) + np.sum(larger * x) + np.sum(whole)


@program(at(VECTOR), order=2)
def makers_of_constants_then_written(x):
    total = 0.0
    for y in (
        np.cumsum(np.ones(3)),
        np.linspace(0.0, 1.0, 3),
        np.arange(3.0),
        np.full(3, 0.5),
        np.eye(3)[1],
        np.outer(np.ones(3), np.ones(3))[0],
    ):
        z = y.copy()
        z += x
        z[0] *= x[1]
        total += np.sum(z**2)
    return total


@program(at(VECTOR), order=2)
def reductions_of_constants_then_written(x):
    a = np.arange(9.0).reshape(3, 3)
    total = 0.0
    for y in (
        a @ np.ones(3),
        a.sum(axis=0),
        a.mean(axis=1),
        a.max(axis=0),
        a.prod(axis=1),
        np.linalg.norm(a, axis=1),
        np.cumprod(a[1]),
        np.sort(a[2]),
    ):
        z = 0.1 * y
        z *= x
        z[2] += x[0]
        total += np.sum(np.sin(z))
    return total


@program(at(VECTOR, 0.3), at(VECTOR, -0.3), wrt=(0, 1), order=2)
def constants_of_every_make_on_one_branch(x, a):
    total = 0.0
    ones = np.ones(3)
    for y in (
        np.cumsum(ones),
        np.ones((3, 3)) @ ones,
        np.stack([ones, ones]).sum(axis=0),
        np.concatenate([ones[:1], ones[:2]]),
        np.diff(np.arange(4.0) ** 2),
    ):
        z = y if a > 0.0 else x * a
        total += np.sum(z * z * x)
    return total


@program(at(VECTOR), order=2)
def rows_and_points_taken_of_constants_then_written(x):
    table = np.arange(9.0).reshape(3, 3)
    rows = table[[2, 0, 2]]
    rows[0] = x
    points = table[np.array([0, 1, 2]), np.array([2, 1, 0])]
    points += x
    chosen = np.where(np.ones(3) > 0.0, table[0], table[1])
    chosen[2] = x[0]
    return np.sum(rows * rows) + np.sum(points**2) + np.sum(chosen * x)


def zeros_and_a_view(n):
    if n <= 0:
        y = np.zeros(3)
        return y, y[1:]
    return zeros_and_a_view(n - 1)


@program(at(0.7), order=2)
def memory_that_a_call_returned_twice(x):
    y, z = zeros_and_a_view(2)
    z[0] = x
    return y[1] * x + y[0]


def counted(n, m):
    if n <= 0:
        return [float(k) for k in range(m)]
    return counted(n - 1, m)


@program(at(0.7, 3), order=2)
def list_that_a_call_returned(x, m):
    items = counted(2, m)
    items[0] = x
    return items[0] * x + items[1] * x


@program(at(VECTOR), at(VECTOR[:1]), order=2)
def filled_with_a_sum(x):
    y = np.full(2, np.sum(x))
    z = np.full(len(x), np.sum(x * x))
    z[[0, -1]] = np.sum(np.sin(x))
    return np.sum(y * y) + np.sum(z * x) + np.max(np.full(3, np.sum(x)))
