"""The three programs, as plain Python loops, and arguments for them."""

import math

import numpy as np


def recurrence(a, b):
    """Σ x_i², where x_i = a_i x_{i-1} + sin(b_i x_{i-1})."""
    n = len(a)
    x = np.zeros(n)
    x[0] = 1.0
    for i in range(1, n):
        x[i] = a[i] * x[i - 1] + math.sin(b[i] * x[i - 1])
    total = 0.0
    for i in range(n):
        total += x[i] * x[i]
    return total


def stencil(start, c, steps):
    """Σ u² after `steps` steps of heat flow with the conductivities `c`; the border stays as it is. Two buffers swap."""
    n, m = start.shape
    u = start.copy()
    v = start.copy()
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                v[i, j] = u[i, j] + c[i, j] * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
        u, v = v, u
    total = 0.0
    for i in range(n):
        for j in range(m):
            total += u[i, j] * u[i, j]
    return total


def rates(x, y, a, b, c, d):
    """Lotka and Volterra: how fast prey and predators grow."""
    return a * x - b * x * y, d * x * y - c * y


def orbit(x, y, a, b, c, d, h, steps):
    """x·y after `steps` steps of the classical Runge-Kutta method."""
    for _ in range(steps):
        x1, y1 = rates(x, y, a, b, c, d)
        x2, y2 = rates(x + 0.5 * h * x1, y + 0.5 * h * y1, a, b, c, d)
        x3, y3 = rates(x + 0.5 * h * x2, y + 0.5 * h * y2, a, b, c, d)
        x4, y4 = rates(x + h * x3, y + h * y3, a, b, c, d)
        x += h / 6.0 * (x1 + 2.0 * x2 + 2.0 * x3 + x4)
        y += h / 6.0 * (y1 + 2.0 * y2 + 2.0 * y3 + y4)
    return x * y


def arguments(seed: int = 0) -> dict[str, tuple]:
    """The arguments of each program."""
    rng = np.random.default_rng(seed)
    return {
        "recurrence": (rng.uniform(-0.9, 0.9, 10_000), rng.normal(size=10_000)),
        "stencil": (rng.normal(size=(64, 64)), rng.uniform(0.05, 0.2, (64, 64)), 100),
        "orbit": (1.0, 0.7, 1.1, 0.4, 0.4, 0.1, 0.01, 1000),
    }


WRT = {"recurrence": (0, 1), "stencil": (0, 1), "orbit": (0, 1, 2, 3, 4, 5)}
"""What each is differentiated with respect to."""
