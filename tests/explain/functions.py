"""Functions whose explanations are looked at closely."""

from __future__ import annotations

import math

import numpy as np


def two_paths(t):
    x = t**2
    y = math.sin(t)
    z = x * y
    return z


def two_levels(a, b, c):
    u = a * b
    v = math.sin(b) + c
    w = a / c
    p = u * v
    q = v + w**2
    z = p * q + u
    return z


def doubling(x, n):
    for _ in range(n):
        a = x * 0.5
        b = x * 0.5
        x = a + b
    return x


def doubling_and_one(x, n):
    y = doubling(x, n)
    z = x * 2.0
    return y + z


def eightfold(x, n):
    for _ in range(n):
        a = x * 0.5
        b = x * 0.5
        y = a + b
        c = y * 0.5
        d = y * 0.5
        z = c + d
        p = z * 0.5
        q = z * 0.5
        x = p + q
    return x


def one_statement(x, n):
    for _ in range(n):
        x = x + x * 0.1 - x * x * 0.05
    return x


def three_less_two(x, n):
    for _ in range(n):
        a = x * 3.0
        b = x * 2.0
        x = a - b
    return x


def cancelling(x):
    a = x * 1e8
    b = x * (1e8 - 1.0)
    return a - b


def only_compared(x, y):
    if x > 0:
        return y * 2.0
    return y


def overwritten(x, y):
    z = np.zeros(2)
    z[0] = x
    z[0] = y
    return np.sum(z)


def unused(x, y):
    x * 2.0
    return y * 1.0


def born(x):
    y = x - 2.0
    z = np.log(y)
    return z * 3.0


def at_a_tie(x):
    if x >= 1.0:
        return x * x
    return x


def versions(x):
    a = np.zeros(2)
    a[0] = x
    a[0] = a[0] * x
    a[1] = a[0] + 1.0
    return np.sum(a)


def long_sum(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s


def network(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x**2)


def endless_beyond(x):
    y = 1.0
    while y < 10.0:
        y = y * x
    return y


def infinity_times_zero(x):
    y = x * 1e308 * 10.0
    return y * 0.0
