"""Statistics of values in bins. Which bin a value falls into is data."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...implicit import modelled
from ...intrinsics import by_cpython, known, refuse
from ...registry import stands_for

BinnedStatisticResult: Any = type(stats.binned_statistic([0.0, 1.0], [0.0, 1.0], bins=1))

STATISTICS = ("mean", "std", "median", "count", "sum", "min", "max")


def found_in(x: Any, values: Any, statistic: str, bins: Any, range: Any) -> Any:
    """What SciPy finds. (CPython runs this.)"""
    return tuple(stats.binned_statistic(x, values, statistic, bins, range))


def chosen(values: Any, place: Any, n: int, statistic: str) -> Any:
    """The two values of each bin whose mean the statistic is, by their positions; -1 where there is none. (CPython runs this.)"""
    pairs = np.full((2, n), -1, dtype=np.int64)
    for k in np.unique(place[(place >= 0) & (place < n)]):
        inside = np.flatnonzero(place == k)
        inside = inside[np.argsort(values[inside], kind="stable")]
        middle = inside[(len(inside) - 1) // 2], inside[len(inside) // 2]
        pairs[:, k] = {"min": (inside[0],) * 2, "max": (inside[-1],) * 2, "median": middle}[statistic]
    return pairs


def of_bins(values: Any, place: Any, n: int, statistic: str) -> Any:
    """The statistic of the values of each bin."""
    if statistic in ("min", "max", "median"):
        first, second = by_cpython(chosen, values, place, n, statistic)
        return np.where(first < 0, np.nan, (values[first] + values[second]) / 2.0)
    valid = np.flatnonzero((place >= 0) & (place < n))
    v, k = values[valid], place[valid]
    sums, counts = np.zeros(n), np.zeros(n)
    np.add.at(sums, k, v)
    np.add.at(counts, k, 1.0)
    if statistic == "sum":
        return sums
    means = np.where(counts > 0.0, sums / np.where(counts > 0.0, counts, 1.0), np.nan)
    if statistic == "mean":
        return means
    squares = np.zeros(n)
    np.add.at(squares, k, (v - means[k]) ** 2)
    return np.where(counts > 0.0, np.sqrt(squares) / np.sqrt(np.where(counts > 0.0, counts, 1.0)), np.nan)


@stands_for(stats.binned_statistic)
def binned_statistic(x: Any, values: Any, statistic: Any = "mean", bins: Any = 10, range: Any = None) -> Any:
    """What the values are together in each interval of `x`: their mean, for one."""
    if not isinstance(statistic, str):
        refuse("scipy.stats.binned_statistic with a function is not supported", f"use one of {STATISTICS}")
    which = known(statistic, "the statistic")
    if which not in STATISTICS:
        raise ValueError(f"invalid statistic {which!r}")
    at, given = np.asarray(x) * 1.0, None if which == "count" else np.asarray(values) * 1.0
    if given is not None and given.ndim != 1:
        refuse("scipy.stats.binned_statistic of several sets of values is not supported", "call it for each of them")
    found, edges, number = by_cpython(found_in, at, values, which, bins, range)
    if np.ndim(bins) > 0:
        edges = np.asarray(bins) * 1.0
    elif range is None:
        ends = (np.min(at), np.max(at))
        edges = modelled(edges, lambda: np.linspace(ends[0], ends[1], bins + 1))
    if given is None:
        return BinnedStatisticResult(found, edges, number)
    n = found.shape[0]
    return BinnedStatisticResult(modelled(found, lambda: of_bins(given, number - 1, n, which)), edges, number)
