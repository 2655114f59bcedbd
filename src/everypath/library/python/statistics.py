"""Python's `statistics`: sums are exact, and so of every mean and variance only the last digit may differ.

Nobody runs this text: it is lowered in place of a call.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for


def numbers(data: Iterable[Any]) -> list[Any]:
    """The items, which must be numbers."""
    items = list(data)
    for x in items:
        if isinstance(x, np.integer):
            refuse("a statistic of NumPy's integers is not supported: Python cuts it off to an integer", "use floats, or np.mean")
        if not isinstance(x, (int, float)) and not hasattr(x, "as_integer_ratio"):
            raise TypeError(f"can't convert type '{type(x).__name__}' to numerator/denominator")
    return items


def like(items: list[Any], value: float) -> Any:
    """A float as the class of number that the items have together; integers give a float."""
    kind = type(items[0] + items[-1])
    return kind(value) if issubclass(kind, np.floating) else value


@stands_for(statistics.mean)
def mean(data: Iterable[Any]) -> Any:
    items = numbers(data)
    if len(items) == 0:
        raise statistics.StatisticsError("mean requires at least one data point")
    return like(items, math.fsum(items) / len(items))


@stands_for(statistics.fmean)
def fmean(data: Iterable[Any], weights: Iterable[Any] | None = None) -> float:
    items = list(data)
    if weights is None:
        if len(items) == 0:
            raise statistics.StatisticsError("fmean requires at least one data point")
        return math.fsum(items) / len(items)
    shares = list(weights)
    if len(items) != len(shares):
        raise statistics.StatisticsError("data and weights must be the same length")
    total = math.fsum(shares)
    if total == 0:
        raise statistics.StatisticsError("sum of weights must be non-zero")
    return math.fsum([x * w for x, w in zip(items, shares)]) / total


@stands_for(statistics.geometric_mean)
def geometric_mean(data: Iterable[Any]) -> float:
    items = list(data)
    if len(items) == 0 or min(items) <= 0:
        raise statistics.StatisticsError("geometric mean requires a non-empty dataset containing positive numbers")
    return math.exp(math.fsum([math.log(x) for x in items]) / len(items))


@stands_for(statistics.harmonic_mean)
def harmonic_mean(data: Iterable[Any], weights: Iterable[Any] | None = None) -> Any:
    items = list(data)
    if len(items) == 0:
        raise statistics.StatisticsError("harmonic_mean requires at least one data point")
    shares = [1.0 for _ in items] if weights is None else [w * 1.0 for w in weights]
    if len(shares) != len(items):
        raise statistics.StatisticsError("Number of weights does not match data size")
    if min(items) < 0 or min(shares) < 0:
        raise statistics.StatisticsError("harmonic mean does not support negative values")
    if min(items) == 0:
        return 0.0
    total = math.fsum([w / x for w, x in zip(shares, items)])
    if total <= 0:
        raise statistics.StatisticsError("Weighted sum must be positive")
    return like(items, math.fsum(shares) / total)


def spread(items: list[Any], center: Any) -> float:
    """The sum of the squares of the distances from a center, or from the mean, which is one float beside the true one."""
    if center is not None:
        return math.fsum([(x - center) * (x - center) for x in items])
    if len(items) == 1:
        return 0.0
    middle = math.fsum(items) / len(items)
    gaps = [float(x) - middle for x in items]
    return math.fsum([gap * gap for gap in gaps]) - math.fsum(gaps) ** 2 / len(items)


@stands_for(statistics.variance)
def variance(data: Iterable[Any], xbar: Any = None) -> Any:
    items = numbers(data)
    if len(items) < 2:
        raise statistics.StatisticsError("variance requires at least two data points")
    return like(items, spread(items, xbar) / (len(items) - 1))


@stands_for(statistics.pvariance)
def pvariance(data: Iterable[Any], mu: Any = None) -> Any:
    items = numbers(data)
    if len(items) == 0:
        raise statistics.StatisticsError("pvariance requires at least one data point")
    return like(items, spread(items, mu) / len(items))


@stands_for(statistics.stdev)
def stdev(data: Iterable[Any], xbar: Any = None) -> float:
    items = numbers(data)
    if len(items) < 2:
        raise statistics.StatisticsError("stdev requires at least two data points")
    return math.sqrt(spread(items, xbar) / (len(items) - 1))


@stands_for(statistics.pstdev)
def pstdev(data: Iterable[Any], mu: Any = None) -> float:
    items = numbers(data)
    if len(items) == 0:
        raise statistics.StatisticsError("pstdev requires at least one data point")
    return math.sqrt(spread(items, mu) / len(items))
