"""Lines between points."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The values at `x` of the line through the points (xp, fp). At a point the slope is that of the piece behind it."""
    places, values = np.asarray(xp, dtype=float), np.asarray(fp, dtype=float)
    x = np.asarray(x, dtype=float)
    if places.ndim != 1 or values.ndim != 1:
        raise ValueError("Data points must be 1-D sequences" if period is not None else "object too deep for desired array")
    if len(places) != len(values):
        raise ValueError("fp and xp are not of the same length.")
    if len(places) == 0:
        raise ValueError("array of sample points is empty")
    if period is not None:
        if period == 0:
            raise ValueError("period must be a non-zero value")
        period = abs(period)
        x, places = x % period, places % period
        order = np.argsort(places)
        places, values = places[order], values[order]
        places = np.concatenate((places[-1:] - period, places, places[:1] + period))
        values = np.concatenate((values[-1:], values, values[:1]))
        left, right = None, None
    if x.ndim == 0:
        return between(x[()], place_of(x[()], places, 0), places, values, left, right)
    line = np.ravel(x)
    out = np.empty(len(line))
    here = 0
    for i in range(len(line)):
        if not np.isnan(line[i]):
            here = place_of(line[i], places, here)
        out[i] = between(line[i], here, places, values, left, right)
    return np.reshape(out, x.shape)


NEAR = 8
"""Numbers that lie together in memory, before and behind which one looks first."""


def place_of(x: Any, places: Any, guess: int) -> int:
    """The last of the places that is not beyond `x`; -1 where all are, and their number where none is.

    It is looked for near the last one found, in NumPy's order: of places that do not rise, this decides which one it is.
    """
    n = len(places)
    low, high = 1, 1
    if x > places[-1]:
        low = n + 1
    elif x < places[0]:
        low = 0
    elif n <= 4:
        while low < n and x >= places[low]:
            low += 1
    else:
        k = max(min(guess, n - 3), 1)
        if x < places[k]:
            low = high = k
            if x < places[k - 1]:
                low, high = k - NEAR if k > NEAR and x >= places[k - NEAR] else 0, k - 1
        elif x < places[k + 1]:
            low = k + 1
        elif x < places[k + 2]:
            low = k + 2
        else:
            low, high = k + 2, k + NEAR if k < n - NEAR - 1 and x < places[k + NEAR] else n
    while low < high:
        middle = (low + high) // 2
        if x >= places[middle]:
            low = middle + 1
        else:
            high = middle
    return low - 1


def between(x: Any, here: int, places: Any, values: Any, left: Any, right: Any) -> Any:
    """The value at `x`, behind place `here`. Where infinite values make the line no number, it is the value of a point, or comes from the
    other end."""
    last = len(places) - 1
    if last == 0 and not x < places[0] and not x > places[0]:
        return values[0]
    if np.isnan(x):
        return x
    if here < 0:
        return values[0] if left is None else left
    if here > last:
        return values[-1] if right is None else right
    before = min(here, last - 1)
    after = before + 1
    step = places[after] - places[before]
    slope = (values[after] - values[before]) / step if step != 0.0 else 0.0
    line = values[here] + slope * (x - places[here])
    if np.isnan(line) and not np.isnan(x):
        if x == places[here] or values[here] == values[after]:
            return values[here]
        return values[after] + slope * (x - places[after])
    return line
