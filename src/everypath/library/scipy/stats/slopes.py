"""Lines through points by medians of slopes, which few outliers do not move."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import known
from ...registry import stands_for
from .hypotheses import Result

LINE = [0.0, 1.0]


@stands_for(type(stats.theilslopes(LINE, LINE)))
class TheilslopesResult(Result):
    """A line, and between what its slope lies."""

    def __init__(self, slope: Any, intercept: Any, low_slope: Any, high_slope: Any) -> None:
        self.slope, self.intercept, self.low_slope, self.high_slope = slope, intercept, low_slope, high_slope

    @property
    def numbers(self) -> Any:
        return self.slope, self.intercept, self.low_slope, self.high_slope


@stands_for(type(stats.siegelslopes(LINE, LINE)))
class SiegelslopesResult(Result):
    """A line."""

    def __init__(self, slope: Any, intercept: Any) -> None:
        self.slope, self.intercept = slope, intercept

    @property
    def numbers(self) -> Any:
        return self.slope, self.intercept


def points(y: Any, x: Any) -> Any:
    """The coordinates."""
    heights = np.ravel(np.asarray(y)) * 1.0
    at = np.arange(heights.size) * 1.0 if x is None else np.ravel(np.asarray(x)) * 1.0
    if at.size != heights.size:
        raise ValueError("Array shapes are incompatible for broadcasting.")
    if at.size < 2:
        raise ValueError("`x` and `y` must have length at least 2.")
    return heights, at


def ties(x: Any) -> Any:
    """What the numbers that stand several times take from the variance."""
    counts = np.unique(x, return_counts=True)[1]
    return np.sum(counts * (counts - 1) * (2 * counts + 5))


@stands_for(stats.theilslopes)
def theilslopes(y: Any, x: Any = None, alpha: Any = 0.95, method: str = "separate") -> Any:
    """The median of the slopes between all pairs of points. (Sen, 1968.)"""
    if known(method, "the method") not in ("joint", "separate"):
        raise ValueError(f"method must be either 'joint' or 'separate'.'{method}' is invalid.")
    y, x = (one.astype(np.float64) for one in points(y, x))
    across, up = x[:, None] - x, y[:, None] - y
    slopes = np.sort(up[across > 0] / across[across > 0])
    slope = np.median(slopes)
    intercept = np.median(y - slope * x) if method == "joint" else np.median(y) - slope * np.median(x)
    n, pairs = y.size, slopes.size
    spread = np.sqrt((n * (n - 1) * (2 * n + 5) - ties(x) - ties(y)) / 18.0)
    z = special.ndtri((1.0 - alpha if alpha > 0.5 else alpha) / 2.0)
    if pairs == 0 or np.isnan(spread):
        return TheilslopesResult(slope, intercept, np.float64(np.nan), np.float64(np.nan))
    last = min(int(np.round((pairs - z * spread) / 2.0)), pairs - 1)
    first = max(int(np.round((pairs + z * spread) / 2.0)) - 1, 0)
    return TheilslopesResult(slope, intercept, slopes[first], slopes[last])


@stands_for(stats.siegelslopes)
def siegelslopes(y: Any, x: Any = None, method: str = "hierarchical") -> Any:
    """The median over the points of the median of the slopes to all others. (Siegel, 1982.)"""
    if known(method, "the method") not in ("hierarchical", "separate"):
        raise ValueError("method can only be 'hierarchical' or 'separate'")
    y, x = points(y, x)
    slopes, intercepts = np.zeros(x.size), np.zeros(x.size)
    for j in range(x.size):
        across = x[j] - x
        others = np.flatnonzero(across)
        slopes[j] = np.median((y[j] - y[others]) / across[others])
        intercepts[j] = np.median((y[others] * x[j] - y[j] * x[others]) / across[others])
    slope = np.median(slopes)
    return SiegelslopesResult(slope, np.median(intercepts) if method == "separate" else np.median(y - slope * x))
