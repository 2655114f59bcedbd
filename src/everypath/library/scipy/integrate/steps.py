"""Trajectories on given steps, for their derivatives: explicit methods as they are, the others by Radau IIA of order 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from ...implicit import implied
from ...intrinsics import by_cpython, returning

Function = Callable[..., Any]

EXPLICIT = ("RK45", "RK23", "DOP853")
ROOT = 6.0**0.5
NODES = ((4 - ROOT) / 10, (4 + ROOT) / 10, 1.0)
RADAU = (
    ((88 - 7 * ROOT) / 360, (296 - 169 * ROOT) / 1800, (-2 + 3 * ROOT) / 225),
    ((296 + 169 * ROOT) / 1800, (88 + 7 * ROOT) / 360, (-2 - 3 * ROOT) / 225),
    ((16 - ROOT) / 36, (16 + ROOT) / 36, 1 / 9),
)
"""Radau IIA of order 5: where its stages are, and how they weigh."""


def stages(at: Any, grid: Any) -> Any:
    """How far the stages are from where their steps begin, on a trajectory that is known everywhere."""
    times = grid[:-1, None] + np.diff(grid)[:, None] * np.array([0.0, *NODES])
    values = at(times.ravel()).T.reshape(len(grid) - 1, 4, -1)
    return values[:, 1:] - values[:, :1]


@returning((np.zeros((1, 1)), np.zeros(1), np.zeros(1)))
def tableau(method: str) -> tuple[Any, Any, Any]:
    """The coefficients of an explicit method. (CPython runs this.)"""
    solver = getattr(scipy.integrate, method)
    return np.array(solver.A, float), np.array(solver.B, float), np.array(solver.C, float)


def explicit(fun: Function, args: Any, y: Any, grid: Any, method: str) -> Any:
    """The trajectory on a grid, by an explicit method of Runge and Kutta."""
    a, b, c = by_cpython(tableau, method)
    rows, slopes = np.empty((grid.size, y.size)), np.empty((b.size, y.size))
    rows[0] = y
    for k in range(grid.size - 1):
        t, h = grid[k], grid[k + 1] - grid[k]
        slopes[0] = np.asarray(fun(t, y, *args))
        for s in range(1, b.size):
            slopes[s] = np.asarray(fun(t + c[s] * h, y + h * (a[s, :s] @ slopes[:s]), *args))
        y = y + h * (b @ slopes)
        rows[k + 1] = y
    return rows


def stiffly(fun: Function, args: Any, y: Any, grid: Any, away: Any) -> Any:
    """The trajectory on a grid, by Radau IIA, whose stages are so far `away` from where their steps begin."""
    n = y.size
    rows = np.empty((grid.size, n))
    rows[0] = y
    for k in range(grid.size - 1):
        t, h = grid[k], grid[k + 1] - grid[k]

        def equation(z: Any, y: Any, t: Any, h: Any) -> Any:
            z = np.reshape(z, (3, n))
            first = np.asarray(fun(t + NODES[0] * h, y + z[0], *args))
            second = np.asarray(fun(t + NODES[1] * h, y + z[1], *args))
            third = np.asarray(fun(t + h, y + z[2], *args))
            return z - h * np.stack([row[0] * first + row[1] * second + row[2] * third for row in RADAU])

        z = implied(equation, np.ravel(away[k]), (y, t, h))
        y = y + z[2 * n :]
        rows[k + 1] = y
    return rows


def nearby(fun: Function, args: Any, t: Any, y: Any, h: Any) -> Any:
    """From y at t to t + h, which is near: by the rule of Runge and Kutta, so that its derivatives at h = 0 are those of the trajectory."""
    k1 = np.asarray(fun(t, y, *args))
    k2 = np.asarray(fun(t + h / 2, y + h / 2 * k1, *args))
    k3 = np.asarray(fun(t + h / 2, y + h / 2 * k2, *args))
    k4 = np.asarray(fun(t + h, y + h * k3, *args))
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def at_times(fun: Function, args: Any, rows: Any, grid: Any, index: Any, times: Any) -> Any:
    """The rows of a trajectory that are wanted, which move with the times at which they are."""
    wanted = np.empty((index.size, rows.shape[1]))
    for k in range(index.size):
        start = grid[index[k]]
        wanted[k] = nearby(fun, args, start, rows[index[k]], times[k] - start)
    return wanted
