"""Lines between points."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The values at `x` of the line through the points (xp, fp). At a point the slope is that of the piece behind it."""
    places, values = np.asarray(xp) * 1.0, np.asarray(fp) * 1.0
    x = np.asarray(x) * 1.0
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
    last = len(places) - 1
    here = np.maximum(np.searchsorted(places, x, side="right") - 1, 0)
    k = np.clip(here, 0, max(last - 1, 0))
    after = np.minimum(k + 1, last)
    step = places[after] - places[k]
    slope = np.where(step > 0.0, (values[after] - values[k]) / np.where(step > 0.0, step, 1.0), 0.0)
    line = values[here] + slope * (x - places[here])
    lost = np.isnan(line) & ~np.isnan(x)
    line = np.where(lost, at_infinity(x, places, values, here, after, slope), line)
    line = np.where(x < places[0], values[0] if left is None else left, line)
    return np.where(x > places[-1], values[-1] if right is None else right, line)


def at_infinity(x: Any, places: Any, values: Any, here: Any, after: Any, slope: Any) -> Any:
    """What the line is where infinite values make it no number: the value of a point, or what comes from the other end."""
    known = (x == places[here]) | (values[here] == values[after])
    return np.where(known, values[here], values[after] + slope * (x - places[after]))
