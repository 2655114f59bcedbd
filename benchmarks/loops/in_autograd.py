"""The same programs for HIPS autograd, which records every operation: no assignment to elements, so lists and whole arrays.

The gradient of `a[i]` is an array as long as `a`, so its recurrence takes time in the square of the length.
"""

import autograd.numpy as np

from benchmarks.loops import programs


def recurrence(a, b):
    x = 1.0
    total = 1.0
    for i in range(1, len(a)):
        x = a[i] * x + np.sin(b[i] * x)
        total = total + x * x
    return total


def stencil(start, c, steps):
    u = start
    for _ in range(steps):
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]
        u = u + np.pad(c[1:-1, 1:-1] * around, 1, "constant")
    return np.sum(u * u)


orbit = programs.orbit
