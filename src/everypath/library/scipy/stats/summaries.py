"""Numbers that describe samples: means, moments, entropies, ranks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for


def sample(a: Any, axis: Any, nan_policy: str = "propagate") -> Any:
    """The array, and the axis to go along: without one, all of it as a vector. NaN is left out, where that is asked for."""
    x = np.asarray(a)
    if x.ndim == 0:
        x = x.reshape(1)
    x, along = (np.ravel(x), 0) if axis is None else (x, axis)
    if not left_out(x, nan_policy):
        return x, along
    if x.ndim != 1:
        refuse("nan_policy='omit' along one of several axes is not supported", "take one row after the other")
    return x[~np.isnan(x)], along


def left_out(x: Any, nan_policy: str) -> bool:
    """Whether NaN is to be left out; ValueError where there must be none."""
    if nan_policy not in ("propagate", "omit", "raise"):
        raise ValueError("nan_policy must be one of {'propagate', 'raise', 'omit'}.")
    if nan_policy == "raise" and np.any(np.isnan(x)):
        raise ValueError("The input contains nan values")
    return nan_policy == "omit" and np.issubdtype(x.dtype, np.floating)


def together(nan_policy: str, what: str) -> None:
    """Refuse to leave NaN out of what belongs to something else, number by number."""
    if nan_policy == "omit":
        refuse(f"nan_policy='omit' {what} is not supported", "take NaN out of both before: keep = ~np.isnan(x)")


def central(x: Any, order: int, axis: Any, keepdims: bool = False) -> Any:
    """Σ (x - mean)ᵏ/n."""
    apart = x - np.mean(x, axis=axis, keepdims=True)
    return np.mean(apart**order, axis=axis, keepdims=keepdims)


def weighted(x: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The mean, with weights or without."""
    if weights is None:
        return np.mean(x, axis=axis, keepdims=keepdims)
    w = np.asarray(weights) + np.zeros(x.shape)
    return np.sum(w * x, axis=axis, keepdims=keepdims) / np.sum(w, axis=axis, keepdims=keepdims)


def shaped(x: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """A reduction over everything with as many axes as `a` had, where they are to be kept."""
    return np.reshape(x, (1,) * np.ndim(a)) if keepdims and axis is None else x


@stands_for(stats.entropy)
def entropy(pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, *, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """-Σ p·log p, or Σ p·log(p/q), of what is brought to the sum 1."""
    if base is not None and base <= 0:
        raise ValueError("`base` must be a positive number or `None`.")
    together("propagate" if qk is None else nan_policy, "of two samples that belong together")
    p, along = sample(pk, axis, nan_policy)
    p = p / np.sum(p, axis=along, keepdims=True)
    if qk is None:
        parts = special.entr(p)
    else:
        q = sample(qk, axis, nan_policy)[0]
        parts = special.rel_entr(p, q / np.sum(q, axis=along, keepdims=True))
    total = np.sum(parts, axis=along, keepdims=keepdims)
    return shaped(total if base is None else total / np.log(base), pk, axis, keepdims)


@stands_for(stats.zmap)
def zmap(scores: Any, compare: Any, axis: Any = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    """(scores - mean)/standard deviation."""
    x = np.asarray(compare)
    mean, deviation = middle_and_width(x, axis, ddof, nan_policy)
    return (np.asarray(scores) - mean) / deviation


def middle_and_width(x: Any, axis: Any, ddof: int, nan_policy: str) -> Any:
    """Mean and standard deviation, with the axis kept."""
    if left_out(x, nan_policy):
        return np.nanmean(x, axis=axis, keepdims=True), np.nanstd(x, axis=axis, ddof=ddof, keepdims=True)
    return np.mean(x, axis=axis, keepdims=True), np.std(x, axis=axis, ddof=ddof, keepdims=True)


@stands_for(stats.zscore)
def zscore(a: Any, axis: Any = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    """The same of a sample in itself; NaN where all of it is one number."""
    x = np.asarray(a)
    mean, deviation = middle_and_width(x, axis, ddof, nan_policy)
    flat = deviation <= np.abs(np.finfo(np.float64).eps * mean)
    return np.where(flat, np.nan, (x - mean) / np.where(flat, 1.0, deviation))


@stands_for(stats.gmean)
def gmean(a: Any, axis: Any = 0, dtype: Any = None, weights: Any = None, *, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """exp of the mean of the logarithms."""
    together("propagate" if weights is None else nan_policy, "of numbers with weights")
    x, along = sample(a if dtype is None else np.asarray(a, dtype=dtype), axis, nan_policy)
    return shaped(np.exp(weighted(np.log(x), along, weights, keepdims)), a, axis, keepdims)


@stands_for(stats.gstd)
def gstd(a: Any, axis: Any = 0, ddof: int = 1, *, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """exp of the standard deviation of the logarithms."""
    x, along = sample(a, axis, nan_policy)
    return shaped(np.exp(np.std(np.log(x), axis=along, ddof=ddof, keepdims=keepdims)), a, axis, keepdims)


@stands_for(stats.gzscore)
def gzscore(a: Any, *, axis: Any = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    """The logarithms less their mean, over their standard deviation."""
    return stats.zscore(np.log(np.asarray(a)), axis=axis, ddof=ddof, nan_policy=nan_policy)


@stands_for(stats.kstat)
def kstat(data: Any, n: int = 2, *, axis: Any = None, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """The estimate of the n-th cumulant that is right on the average (Kenney and Keeping, Mathematics of Statistics)."""
    if n not in (1, 2, 3, 4):
        raise ValueError("k-statistics only supported for 1<=n<=4")
    x, along = sample(data, axis, nan_policy)
    count = np.float64(x.shape[along])
    if n == 1:
        return shaped(np.mean(x, axis=along, keepdims=keepdims), data, axis, keepdims)
    m2 = central(x, 2, along, keepdims)
    if n == 2:
        return shaped(m2 * (count / (count - 1.0)), data, axis, keepdims)
    if n == 3:
        return shaped(central(x, 3, along, keepdims) * (count**2 / ((count - 1.0) * (count - 2.0))), data, axis, keepdims)
    m4 = central(x, 4, along, keepdims)
    factor = count**2 / ((count - 1.0) * (count - 2.0) * (count - 3.0))
    return shaped(factor * ((count + 1.0) * m4 - 3.0 * (count - 1.0) * m2 * m2), data, axis, keepdims)


@stands_for(stats.kstatvar)
def kstatvar(data: Any, n: int = 2, *, axis: Any = None, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """What its variance is estimated to be."""
    if n not in (1, 2):
        raise ValueError("Only n=1 or n=2 supported.")
    x, along = sample(data, axis, nan_policy)
    count = np.float64(x.shape[along])
    k2 = kstat(data, 2, axis=axis, keepdims=keepdims)
    if n == 1:
        return k2 / count
    return (2.0 * count * k2**2 + (count - 1.0) * kstat(data, 4, axis=axis, keepdims=keepdims)) / (count * (count + 1.0))


@stands_for(stats.hmean)
def hmean(a: Any, axis: Any = 0, dtype: Any = None, *, weights: Any = None, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """One over the mean of 1/x; NaN where there is a negative number."""
    together("propagate" if weights is None else nan_policy, "of numbers with weights")
    x, along = sample(a if dtype is None else np.asarray(a, dtype=dtype), axis, nan_policy)
    x = np.where(x < 0, np.nan, x)
    return shaped(1.0 / weighted(1.0 / x, along, weights, keepdims), a, axis, keepdims)


@stands_for(stats.pmean)
def pmean(
    a: Any, p: Any, *, axis: Any = 0, dtype: Any = None, weights: Any = None, nan_policy: str = "propagate", keepdims: bool = False
) -> Any:
    """The mean of the p-th powers to the power 1/p; the geometric mean for p = 0."""
    if p == 0:
        return stats.gmean(a, axis=axis, dtype=dtype, weights=weights, nan_policy=nan_policy, keepdims=keepdims)
    if math.isinf(p):
        raise NotImplementedError("Power mean only implemented for finite `p`")
    together("propagate" if weights is None else nan_policy, "of numbers with weights")
    x, along = sample(a if dtype is None else np.asarray(a, dtype=dtype), axis, nan_policy)
    x = np.where(x < 0, np.nan, x)
    return shaped(weighted(x ** float(p), along, weights, keepdims) ** (1 / p), a, axis, keepdims)


@stands_for(stats.moment)
def moment(a: Any, order: Any = 1, axis: Any = 0, nan_policy: str = "propagate", *, center: Any = None, keepdims: bool = False) -> Any:
    """Σ (x - center)ᵏ/n, by itself around the mean; several orders give an axis more."""
    x, along = sample(a, axis, nan_policy)
    middle = np.mean(x, axis=along, keepdims=True) if center is None else np.asarray(center)
    if isinstance(order, int):
        return shaped(np.mean((x - middle) ** order, axis=along, keepdims=keepdims), a, axis, keepdims)
    return np.stack([np.mean((x - middle) ** k, axis=along, keepdims=keepdims) for k in order])


def constant(x: Any, m2: Any, axis: Any, keepdims: bool) -> Any:
    """Where the second moment is no more than rounding."""
    return m2 <= (np.finfo(np.float64).eps * np.mean(x, axis=axis, keepdims=keepdims)) ** 2


@stands_for(stats.skew)
def skew(a: Any, axis: Any = 0, bias: bool = True, nan_policy: str = "propagate", *, keepdims: bool = False) -> Any:
    """m₃/m₂^(3/2)."""
    x, along = sample(a, axis, nan_policy)
    n = x.shape[along]
    m2, m3 = central(x, 2, along, keepdims), central(x, 3, along, keepdims)
    flat = constant(x, m2, along, keepdims)
    m2 = np.where(flat, 1.0, m2)
    factor = 1.0 if bias or n <= 2 else ((n - 1.0) * n) ** 0.5 / (n - 2.0)
    return shaped(np.where(flat, np.nan, factor * m3 / m2**1.5)[()], a, axis, keepdims)


@stands_for(stats.kurtosis)
def kurtosis(
    a: Any, axis: Any = 0, fisher: bool = True, bias: bool = True, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """m₄/m₂², less 3."""
    x, along = sample(a, axis, nan_policy)
    n = x.shape[along]
    m2, m4 = central(x, 2, along, keepdims), central(x, 4, along, keepdims)
    flat = constant(x, m2, along, keepdims)
    m2 = np.where(flat, 1.0, m2)
    value = m4 / m2**2.0
    if not bias and n > 3:
        value = 1.0 / (n - 2) / (n - 3) * ((n**2 - 1.0) * value - 3 * (n - 1) ** 2.0) + 3.0
    return shaped(np.where(flat, np.nan, value - 3 if fisher else value)[()], a, axis, keepdims)


@stands_for(stats.sem)
def sem(a: Any, axis: Any = 0, ddof: int = 1, nan_policy: str = "propagate", *, keepdims: bool = False) -> Any:
    """The standard deviation of the mean."""
    x, along = sample(a, axis, nan_policy)
    return shaped(np.std(x, axis=along, ddof=ddof, keepdims=keepdims) / x.shape[along] ** 0.5, a, axis, keepdims)


@stands_for(stats.variation)
def variation(a: Any, axis: Any = 0, nan_policy: str = "propagate", ddof: int = 0, *, keepdims: bool = False) -> Any:
    """The standard deviation over the mean."""
    x, along = sample(a, axis, nan_policy)
    return shaped(np.std(x, axis=along, ddof=ddof, keepdims=keepdims) / np.mean(x, axis=along, keepdims=keepdims), a, axis, keepdims)


@stands_for(stats.iqr)
def iqr(
    x: Any,
    axis: Any = None,
    rng: Any = (25, 75),
    scale: Any = 1.0,
    nan_policy: str = "propagate",
    interpolation: Any = "linear",
    keepdims: Any = False,
) -> Any:
    """The distance of two quantiles."""
    if isinstance(scale, str):
        if scale.lower() != "normal":
            raise ValueError(f"{scale} not a valid scale for `iqr`")
        scale = 2 * math.sqrt(2) * 0.4769362762044699
    low, high = (rng[0], rng[1]) if rng[0] < rng[1] else (rng[1], rng[0])
    a = np.asarray(x)
    if left_out(a, nan_policy):
        between = np.nanpercentile(a, high, axis=axis, method=interpolation, keepdims=keepdims)
        return (between - np.nanpercentile(a, low, axis=axis, method=interpolation, keepdims=keepdims)) / scale
    between = np.percentile(a, high, axis=axis, method=interpolation, keepdims=keepdims)
    return (between - np.percentile(a, low, axis=axis, method=interpolation, keepdims=keepdims)) / scale


@stands_for(stats.trim_mean)
def trim_mean(a: Any, proportiontocut: Any, axis: Any = 0, *, nan_policy: str = "propagate", keepdims: bool = False) -> Any:
    """The mean without that part of the smallest and of the largest."""
    x, along = sample(a, axis, nan_policy)
    n = x.shape[along]
    cut = int(proportiontocut * n)
    if cut > n - cut:
        raise ValueError("Proportion too big.")
    kept = np.moveaxis(np.sort(x, axis=along), along, 0)[cut : n - cut]
    mean = np.mean(kept, axis=0)
    return shaped(np.expand_dims(mean, along) if keepdims else mean, a, axis, keepdims)


@stands_for(stats.median_abs_deviation)
def median_abs_deviation(
    x: Any, axis: Any = 0, center: Any = None, scale: Any = 1.0, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """The median of the distances from the median."""
    if center is not None:
        refuse("median_abs_deviation with a center of one's own is not supported", "leave it out")
    if isinstance(scale, str):
        if scale.lower() != "normal":
            raise ValueError(f"{scale} is not a valid scale value.")
        scale = 0.6744897501960817
    a, along = sample(x, axis, nan_policy)
    apart = np.abs(a - np.expand_dims(np.median(a, axis=along), along))
    middle = np.median(apart, axis=along) / scale
    return shaped(np.expand_dims(middle, along) if keepdims else middle, x, axis, keepdims)


@stands_for(stats.describe)
def describe(a: Any, axis: Any = 0, ddof: int = 1, bias: bool = True, nan_policy: str = "propagate") -> Any:
    """How many, the smallest and the largest, mean, variance, skewness and kurtosis."""
    if nan_policy == "omit":
        refuse("nan_policy='omit' of describe, which gives masked arrays, is not supported", "take NaN out before: x[~np.isnan(x)]")
    x, along = sample(a, axis, nan_policy)
    if x.size == 0:
        raise ValueError("The input must not be empty.")
    ends = np.min(x, axis=along), np.max(x, axis=along)
    shape = stats.skew(x, along, bias=bias), stats.kurtosis(x, along, bias=bias)
    return stats._stats_py.DescribeResult(np.int64(x.shape[along]), ends, np.mean(x, axis=along), np.var(x, axis=along, ddof=ddof), *shape)


@stands_for(stats.rankdata)
def rankdata(a: Any, method: str = "average", *, axis: Any = None, nan_policy: str = "propagate") -> Any:
    """The place of each number in order, from 1. It jumps, and has no derivative but 0."""
    if method not in ("average", "min", "max", "dense", "ordinal"):
        raise ValueError(f'unknown method "{method}"')
    x = np.asarray(a)
    if axis is None or x.ndim == 1:
        return ranks(x.ravel(), method, nan_policy)
    rows = np.moveaxis(x, axis, -1)
    ranked = [ranks(row, method, nan_policy) for row in np.reshape(rows, (-1, rows.shape[-1]))]
    return np.moveaxis(np.reshape(np.asarray(ranked), rows.shape), -1, axis)


def ranks(x: Any, method: str, nan_policy: str) -> Any:
    """The places of numbers in order: of them all NaN, where one is NaN."""
    together(nan_policy, "of ranks")
    x, _ = sample(x, None, nan_policy)
    lost = np.any(np.isnan(x))
    if method != "average" and lost:
        refuse(f"ranks by the method {method!r} of what has NaN in it, which are NaN and no integers, are not supported", "leave it out")
    if method == "ordinal":
        return np.argsort(np.argsort(x, kind="stable"), kind="stable") + 1
    if method == "dense":
        return np.searchsorted(np.unique(x), x) + 1
    ordered = np.sort(x)
    before, up_to = np.searchsorted(ordered, x, side="left"), np.searchsorted(ordered, x, side="right")
    if method == "average":
        return np.where(lost, np.nan, (before + 1 + up_to) / 2.0)
    return before + 1 if method == "min" else up_to
