"""Samples without their ends: means and variances within limits, and what is left where a share is cut off."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...intrinsics import refuse
from ...registry import stands_for
from .summaries import sample, shaped


def within(x: Any, limits: Any, inclusive: Any) -> Any:
    """Which numbers lie between the limits."""
    kept = np.ones(x.shape, dtype=bool)
    if limits is None:
        return kept
    low, high = limits
    if low is not None:
        kept = kept & ((x >= low) if inclusive[0] else (x > low))
    if high is not None:
        kept = kept & ((x <= high) if inclusive[1] else (x < high))
    return kept


def kept_sums(a: Any, limits: Any, inclusive: Any, axis: Any, nan_policy: str) -> Any:
    """How many numbers are kept, their mean, what they are away from it, and the axis."""
    x, along = sample(a, axis, nan_policy)
    kept = within(x, limits, inclusive)
    n = np.sum(kept, axis=along, keepdims=True)
    mean = np.sum(np.where(kept, x, 0.0), axis=along, keepdims=True) / np.where(n > 0, n, 1)
    return n, np.where(n > 0, mean, np.nan), np.where(kept, x - mean, 0.0), along


def kept_variance(a: Any, limits: Any, inclusive: Any, axis: Any, ddof: int, nan_policy: str) -> Any:
    """How many numbers are kept, their variance, and the axis."""
    n, _, apart, along = kept_sums(a, limits, inclusive, axis, nan_policy)
    total = np.sum(apart * apart, axis=along, keepdims=True)
    return n, np.where(n > ddof, total / np.where(n > ddof, n - ddof, 1), np.nan), along


def without(x: Any, a: Any, axis: Any, along: Any, keepdims: bool) -> Any:
    """A result whose axis is kept, with that axis or without it."""
    return shaped(x if keepdims else np.sum(x, axis=along), a, axis, keepdims)


@stands_for(stats.tmean)
def tmean(
    a: Any, limits: Any = None, inclusive: Any = (True, True), axis: Any = None, *, nan_policy: str = "propagate", keepdims: bool = False
) -> Any:
    """The mean of the numbers between limits."""
    _, mean, _, along = kept_sums(a, limits, inclusive, axis, nan_policy)
    return without(mean, a, axis, along, keepdims)


@stands_for(stats.tvar)
def tvar(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: int = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """The variance of the numbers between limits."""
    _, variance, along = kept_variance(a, limits, inclusive, axis, ddof, nan_policy)
    return without(variance, a, axis, along, keepdims)


@stands_for(stats.tstd)
def tstd(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: int = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """The standard deviation of the numbers between limits."""
    return np.sqrt(tvar(a, limits, inclusive, axis, ddof, nan_policy=nan_policy, keepdims=keepdims))


@stands_for(stats.tsem)
def tsem(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: int = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """The standard deviation of the mean of the numbers between limits."""
    n, variance, along = kept_variance(a, limits, inclusive, axis, ddof, nan_policy)
    return without(np.sqrt(variance / np.where(n > 0, n, 1)), a, axis, along, keepdims)


@stands_for(stats.tmin)
def tmin(
    a: Any, lowerlimit: Any = None, axis: Any = 0, inclusive: bool = True, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """The smallest number not below a limit."""
    x, along = sample(a, axis, nan_policy)
    if not np.issubdtype(x.dtype, np.floating):
        refuse("scipy.stats.tmin of integers is not supported", "convert with .astype(float)")
    kept = within(x, (lowerlimit, None), (inclusive, True))
    least = np.min(np.where(kept, x, np.inf), axis=along, keepdims=keepdims)
    return shaped(np.where(np.any(kept, axis=along, keepdims=keepdims), least, np.nan)[()], a, axis, keepdims)


@stands_for(stats.tmax)
def tmax(
    a: Any, upperlimit: Any = None, axis: Any = 0, inclusive: bool = True, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """The largest number not above a limit."""
    x, along = sample(a, axis, nan_policy)
    if not np.issubdtype(x.dtype, np.floating):
        refuse("scipy.stats.tmax of integers is not supported", "convert with .astype(float)")
    kept = within(x, (None, upperlimit), (True, inclusive))
    most = np.max(np.where(kept, x, -np.inf), axis=along, keepdims=keepdims)
    return shaped(np.where(np.any(kept, axis=along, keepdims=keepdims), most, np.nan)[()], a, axis, keepdims)


def parted(a: Any, low: Any, high: Any, axis: Any) -> Any:
    """The numbers from place `low` to place `high` in order along an axis, in the order in which a partition leaves them."""
    x, along = sample(a, axis)
    if low == 0:
        found = np.partition(x, high - 1, axis=along)
    elif high == x.shape[along]:
        found = np.partition(x, low, axis=along)
    else:
        found = np.partition(x, (low, high - 1), axis=along)
    return np.moveaxis(np.moveaxis(found, along, 0)[low:high], 0, along)


@stands_for(stats.trimboth)
def trimboth(a: Any, proportiontocut: Any, axis: Any = 0) -> Any:
    """A sample without a share of the smallest and of the largest."""
    x, along = sample(a, axis)
    if x.size == 0:
        return x
    n = x.shape[along]
    low = int(proportiontocut * n)
    if low >= n - low:
        raise ValueError("Proportion too big.")
    return (
        parted(a, low, n - low, axis) if low > 0 else np.moveaxis(np.moveaxis(np.partition(x, (0, n - 1), axis=along), along, 0), 0, along)
    )


@stands_for(stats.trim1)
def trim1(a: Any, proportiontocut: Any, tail: str = "right", axis: Any = 0) -> Any:
    """A sample without a share of the largest, or of the smallest."""
    x, along = sample(a, axis)
    if proportiontocut >= 1:
        return x[:0] * 1.0
    n = x.shape[along]
    cut = int(proportiontocut * n)
    low, high = (0, n - cut) if tail.lower() == "right" else (cut, n)
    found = np.partition(x, (low, high - 1), axis=along)
    return np.moveaxis(np.moveaxis(found, along, 0)[low:high], 0, along)


@stands_for(stats.sigmaclip)
def sigmaclip(a: Any, low: Any = 4.0, high: Any = 4.0, *, nan_policy: str = "propagate") -> Any:
    """A sample without what lies so many standard deviations from the mean, until nothing more is left out."""
    c = sample(a, None, nan_policy)[0] * 1.0
    lower = upper = 0.0
    left_out = True
    while left_out:
        spread, mean, size = np.std(c), np.mean(c), c.size
        lower, upper = mean - spread * low, mean + spread * high
        c = c[(c >= lower) & (c <= upper)]
        left_out = size > c.size
    return stats._stats_py.SigmaclipResult(c, lower, upper)


@stands_for(stats.scoreatpercentile)
def scoreatpercentile(a: Any, per: Any, limit: Any = (), interpolation_method: str = "fraction", axis: Any = None) -> Any:
    """The number below which so many in a hundred lie."""
    x = np.asarray(a)
    if x.size == 0:
        return np.nan if np.ndim(per) == 0 else np.full(np.shape(per), np.nan)
    if limit:
        x = x[(limit[0] <= x) & (x <= limit[1])]
    if interpolation_method not in ("fraction", "lower", "higher"):
        raise ValueError("interpolation_method can only be 'fraction', 'lower' or 'higher'")
    if np.any((np.asarray(per) < 0) | (np.asarray(per) > 100)):
        raise ValueError("percentile must be in the range [0, 100]")
    method: Any = "linear" if interpolation_method == "fraction" else interpolation_method
    return np.percentile(x, per, axis=axis, method=method)
