"""The first form that one writes in NumPy: an LSTM, a determinant by minors, Runge-Kutta and Euler steps.

The tasks are those of GradBench (https://github.com/gradbench/gradbench: lstm, det, ode), in our own words, and steps of a small state.
"""

from typing import Any

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell_step(weight, bias, hidden, cell, x):
    """One LSTM cell whose weights are diagonal: the next hidden state and the next cell."""
    gates = np.concatenate((x, hidden, x, hidden)) * weight + bias
    h = len(hidden)
    forget, ingate, outgate = sigmoid(gates[:h]), sigmoid(gates[h : 2 * h]), sigmoid(gates[2 * h : 3 * h])
    cell = cell * forget + ingate * np.tanh(gates[3 * h :])
    return outgate * np.tanh(cell), cell


def lstm(main, extra, start, sequence):
    """The mean loss of predicting each row of `sequence` from those before it."""
    state = [row for row in start]
    total, count = 0.0, 0
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        for i in range(0, len(state), 2):
            state[i], state[i + 1] = cell_step(main[i], main[i + 1], state[i], state[i + 1], x)
            x = state[i]
        guess = x * extra[1] + extra[2]
        total += np.sum(sequence[t + 1] * (guess - np.log(np.sum(np.exp(guess)) + 2.0)))
        count += len(guess)
    return -total / count


def minors(a):
    """The determinant by minors of the first row, which are new arrays."""
    n = len(a)
    if n == 1:
        return a[0, 0]
    total, sign = 0.0, 1.0
    for j in range(n):
        total = total + sign * a[0, j] * minors(np.concatenate((a[1:, :j], a[1:, j + 1 :]), axis=1))
        sign = -sign
    return total


def minor(a, n, m, rows, columns):
    """The determinant of the minor that is left in two linked lists of rows and columns."""
    row, column = rows[n], columns[n]
    if m == 1:
        return a[row, column]
    total, sign, before = 0.0, 1, n
    rows[n] = rows[row]
    for _ in range(m):
        columns[before] = columns[column]
        inner = minor(a, n, m - 1, rows, columns)
        columns[before] = column
        if sign > 0:
            total = total + a[row, column] * inner
        else:
            total = total - a[row, column] * inner
        before, column, sign = column, columns[column], -sign
    rows[n] = row
    return total


def linked_minors(a):
    n = len(a)
    rows, columns = np.arange(1, n + 2), np.arange(1, n + 2)
    rows[n] = columns[n] = 0
    return minor(a, n, n, rows, columns)


def chain(x, y):
    z = np.zeros(len(x))
    z[0] = x[0]
    for i in range(1, len(x)):
        z[i] = x[i] * y[i - 1]
    return z


def runge_kutta(x, steps):
    """y' = chain(x, y) from 0 to 2 by the classical method of order four; its last element."""
    h, y = 2.0 / steps, np.zeros(len(x))
    for _ in range(steps):
        k1 = chain(x, y)
        k2 = chain(x, y + h * k1 / 2)
        k3 = chain(x, y + h * k2 / 2)
        k4 = chain(x, y + h * k3)
        y = y + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return y[-1]


def lorenz(y, p):
    return np.array([p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2]])


def euler(y, p, steps):
    for _ in range(steps):
        y = y + 1e-5 * lorenz(y, p)
    return np.sum(y)


def small_runge_kutta(y, p, steps):
    h = 1e-5
    for _ in range(steps):
        k1 = lorenz(y, p)
        k2 = lorenz(y + h / 2 * k1, p)
        k3 = lorenz(y + h / 2 * k2, p)
        k4 = lorenz(y + h * k3, p)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.sum(y)


def programs() -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Each with its arguments, the first of which the gradient is of."""
    rng = np.random.default_rng(0)
    width, layers, length = 14, 2, 1024
    weights = (rng.normal(size=(2 * layers, 4 * width)), rng.normal(size=(3, width)))
    start, parameters = np.ones(3), np.array([10.0, 28.0, 8.0 / 3.0])
    return {
        "LSTM, 2 layers, 1,024 steps": (lstm, (*weights, rng.normal(size=(2 * layers, width)), rng.normal(size=(length, width)))),
        "determinant by minors, 7 x 7": (minors, (rng.random((7, 7)),)),
        "by linked minors, 8 x 8": (linked_minors, (rng.random((8, 8)),)),
        "Runge-Kutta, 1,000 numbers, 10 steps": (runge_kutta, (rng.random(1000), 10)),
        "100,000 numbers, 10 steps": (runge_kutta, (rng.random(100_000), 10)),
        "Lorenz by Euler, 100,000 steps": (euler, (start, parameters, 100_000)),
        "Lorenz by Runge-Kutta, 10,000 steps": (small_runge_kutta, (start, parameters, 10_000)),
    }
