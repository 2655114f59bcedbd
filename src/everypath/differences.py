"""The derivative of a function of one number by differences, with an estimate of its error."""

from __future__ import annotations

import math
from collections.abc import Callable

SHRINK = 1.4
"""Each step is this much smaller than the one before."""

ROWS = 12
"""Steps at most."""

STARTS = 5
"""First steps that are tried at most, each a tenth of the one before."""

GOOD = 1e-9
"""An estimated error, relative to the answer, that needs no better one."""


def derivative(phi: Callable[[float], float], h: float = 0.1) -> tuple[float, float]:
    """(φ'(0), estimated error): central differences at shrinking steps, extrapolated to step 0.

    Where φ raises or is not finite, or the answer is poor, it starts again with a smaller `h`.

    >>> slope, error = derivative(lambda t: math.exp(2 * t))
    >>> abs(slope - 2.0) <= 10 * error < 1e-10
    True
    """
    best, error = math.nan, math.inf
    for _ in range(STARTS):
        slope, estimate = extrapolated(phi, h)
        if estimate < error:
            best, error = slope, estimate
        if error <= GOOD * abs(best):
            break
        h /= 10
    return best, error


def extrapolated(phi: Callable[[float], float], h: float) -> tuple[float, float]:
    """One tableau that starts at step `h`.

    The estimate is the largest difference between neighbours in the tableau that led to the best answer. Source: C. J. F.
    Ridders, Accurate computation of F'(x) and F'(x)F''(x), 1982.
    """
    last: list[float] = []
    best, error = math.nan, math.inf
    for row in range(ROWS):
        central = difference(phi, h / SHRINK**row)
        if not math.isfinite(central):
            last = []
            continue
        current, factor = [central], SHRINK**2
        for previous in last:
            current.append((current[-1] * factor - previous) / (factor - 1))
            factor *= SHRINK**2
            estimate = max(abs(current[-1] - current[-2]), abs(current[-1] - previous))
            if estimate <= error:
                best, error = current[-1], estimate
        if last and abs(current[-1] - last[-1]) >= 2 * error:
            break
        last = current
    return best, error


def difference(phi: Callable[[float], float], step: float) -> float:
    """(φ(h) − φ(−h)) / 2h, NaN where φ has no value."""
    try:
        return (phi(step) - phi(-step)) / (2 * step)
    except (ArithmeticError, ValueError):
        return math.nan
