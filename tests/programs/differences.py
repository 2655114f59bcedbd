"""Derivatives by central differences, extrapolated, with their own estimate of the error (Ridders 1982)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STARTS = (2.0**-7, 2.0**-11, 2.0**-3, 2.0**-15)
ROWS = 9
GOOD = 1e-11

Function = Callable[[np.ndarray], np.ndarray]


def directional(f: Function, x: np.ndarray, v: np.ndarray, *, unit: float = 2.0**-52) -> tuple[np.ndarray, np.ndarray]:
    """d f(x + h v) / dh at 0 and an estimate of its error, one of each for every element of f.

    `unit` is the rounding unit of f. Steps start at several sizes; for each element the estimate with the least error wins. A
    step that f rejects (raises, or answers NaN) counts for nothing.
    """
    best = error = None
    for start in STARTS:
        estimate, bound = ridders(f, x, v, start, unit)
        if best is None:
            best, error = estimate, bound
        else:
            better = bound < error
            best, error = np.where(better, estimate, best), np.where(better, bound, error)
        if np.all(error <= GOOD * np.maximum(1.0, np.abs(best))):
            break
    return best, error


def ridders(f: Function, x: np.ndarray, v: np.ndarray, start: float, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Central differences over steps start, start/2, start/4 …

    Two roundings are added: of f's value, and of the points themselves, between which the step is not quite the one asked for.
    """

    def estimate(h: float) -> tuple[np.ndarray, np.ndarray]:
        up, down = value(f, x + h * v), value(f, x - h * v)
        current = (up - down) / (2 * h)
        missed = np.max(np.abs((x + h * v) - (x - h * v) - 2 * h * v), initial=0.0) / np.max(np.abs(2 * h * v), initial=2.0**-1022)
        return current, unit * (np.abs(up) + np.abs(down)) / (2 * h) + missed * np.abs(current)

    return neville(estimate, start)


def mixed(f: Function, x: np.ndarray, v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """d² f(x + s v + t w) / ds dt at 0 and an estimate of its error."""

    def estimate(h: float) -> tuple[np.ndarray, np.ndarray]:
        return mixed_at(f, x, v, w, h)

    (near, near_error), (far, far_error) = neville(estimate, STARTS[0]), neville(estimate, STARTS[2])
    return np.where(far_error < near_error, far, near), np.minimum(far_error, near_error)


def mixed_at(f: Function, x: np.ndarray, v: np.ndarray, w: np.ndarray, h: float, unit: float = 2.0**-52) -> tuple[np.ndarray, np.ndarray]:
    """The same by differences of one step, and their rounding."""
    corners = [value(f, x + h * (a * v + b * w)) for a, b in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
    size = sum(np.abs(corner) for corner in corners)
    return (corners[0] + corners[1] - corners[2] - corners[3]) / (4 * h * h), unit * size / (h * h)


def neville(estimate: Callable[[float], tuple[np.ndarray, np.ndarray]], start: float) -> tuple[np.ndarray, np.ndarray]:
    """The table over steps start, start/2, start/4 … of estimates (and their rounding) that are even in the step.

    Each entry's error is its distance to the two it was made from. No more steps are tried once it is good.
    """
    best = error = None
    previous: list[np.ndarray] = []
    for row in range(ROWS):
        first, rounding = estimate(start / 2**row)
        current = [first]
        if best is None:
            best, error = current[0], np.full(np.shape(current[0]), np.inf)
        for k in range(1, row + 1):
            factor = 4.0**k
            new = (factor * current[k - 1] - previous[k - 1]) / (factor - 1)
            distance = np.maximum(np.abs(new - current[k - 1]), np.abs(new - previous[k - 1])) + rounding
            distance = np.where(np.isfinite(distance), distance, np.inf)
            better = distance < error
            best, error = np.where(better, new, best), np.where(better, distance, error)
            current.append(new)
        if np.all(error <= GOOD * np.maximum(1.0, np.abs(best))):
            break
        previous = current
    return best, error


def value(f: Function, x: np.ndarray) -> np.ndarray:
    """f(x) as a vector, NaN where f raises."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(f(x), np.float64)
    except (ArithmeticError, ValueError, IndexError):
        return np.asarray(np.nan)


def jacobian(f: Function, x: np.ndarray, *, unit: float = 2.0**-52) -> tuple[np.ndarray, np.ndarray]:
    """∂f/∂x and its error estimate, each of shape (outputs, inputs)."""
    columns = [directional(f, x, e, unit=unit) for e in np.eye(x.size)]
    return np.stack([d for d, _ in columns], axis=-1), np.stack([e for _, e in columns], axis=-1)
