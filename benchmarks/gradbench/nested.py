"""Derivatives inside derivatives: a particle between charges and a saddle, both found by steepest descent.

Each in four ways: the outer derivative and the inner one in reverse (r) or forward (f) mode.
"""

import numpy as np

import everypath as ep


def descent(f, gradient, x):
    """The argmin of f from x by GradBench's rule: steps that double after ten good ones and halve after a bad one."""
    value, slope = f(x), gradient(x)
    good, rate = 0, 1e-5
    while True:
        if np.linalg.norm(slope) <= 1e-5:
            return x
        if good == 10:
            rate *= 2.0
            good = 0
            continue
        new = x - rate * slope
        if np.linalg.norm(x - new) <= 1e-5:
            return x
        new_value = f(new)
        if new_value < value:
            x, value, slope = new, new_value, gradient(new)
            good += 1
        else:
            rate /= 2.0
            good = 0


def potential(x, charges):
    return sum(1.0 / np.linalg.norm(x - p) for p in charges)


def by_columns(f, x):
    """The gradient of f at x (two numbers) in forward mode."""
    _, first = ep.jvp(f, (x,), (np.array([1.0, 0.0]),))
    _, second = ep.jvp(f, (x,), (np.array([0.0, 1.0]),))
    return np.array([first, second])


def miss(w, inner):
    """Where a particle that charges repel hits the ground, squared: one charge stands w[0] below 10."""
    charges = [np.array([10.0, 10.0 - w[0]]), np.array([10.0, 0.0])]
    x, v, dt = np.array([0.0, 8.0]), np.array([0.75, 0.0]), 1e-1
    while True:
        a = -ep.grad(potential)(x, charges) if inner == "r" else -by_columns(lambda x: potential(x, charges), x)
        x = x + dt * v
        if x[1] <= 0.0:
            return (x[0] - x[1] / v[1] * v[0]) ** 2
        v = v + dt * a


def particle(w, outer, inner):
    """The w with the least miss: the descent runs in Python, the miss and its derivative are compiled."""
    value = ep.compile(miss)
    slope = ep.grad(miss) if outer == "r" else ep.jacfwd(miss)
    return descent(lambda w: value(w, inner), lambda w: slope(w, inner), np.array([w]))[0]


def height(p, q):
    return np.sum(p**2) - np.sum(q**2)


def highest(p, start, inner):
    """The q with the greatest height above p."""

    def depth(q):
        return -height(p, q)

    if inner == "r":
        return descent(depth, ep.grad(depth), start)
    return descent(depth, lambda q: by_columns(depth, q), start)


def ridge(p, start, inner):
    """The greatest height above p."""
    return height(p, highest(p, start, inner))


def saddle(start, outer, inner):
    """The p whose greatest height is least, and where that is."""
    value = ep.compile(ridge)
    slope = ep.grad(ridge) if outer == "r" else ep.jacfwd(ridge)
    p = descent(lambda p: value(p, start, inner), lambda p: slope(p, start, inner), start)
    return np.concatenate((p, ep.compile(highest)(p, start, inner)))


def square(x):
    return x * x
