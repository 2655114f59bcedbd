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
        return between(x[()], places, values, left, right)
    line = np.ravel(x)
    out = np.empty(len(line))
    for i in range(len(line)):
        out[i] = between(line[i], places, values, left, right)
    return np.reshape(out, x.shape)


def between(x: Any, places: Any, values: Any, left: Any, right: Any) -> Any:
    """The value at one place. Where infinite values make the line no number, it is the value of a point, or comes from the other end."""
    if x < places[0]:
        return values[0] if left is None else left
    if x > places[-1]:
        return values[-1] if right is None else right
    last = len(places) - 1
    if last == 0:
        return values[0]
    here, beyond = 0, last + 1
    while here + 1 < beyond:
        middle = (here + beyond) // 2
        if x < places[middle]:
            beyond = middle
        else:
            here = middle
    before = min(here, last - 1)
    after = before + 1
    step = places[after] - places[before]
    slope = (values[after] - values[before]) / step if step > 0.0 else 0.0
    line = values[here] + slope * (x - places[here])
    if np.isnan(line) and not np.isnan(x):
        if x == places[here] or values[here] == values[after]:
            return values[here]
        return values[after] + slope * (x - places[after])
    return line
