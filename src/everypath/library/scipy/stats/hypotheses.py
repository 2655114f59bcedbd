"""Tests of hypotheses, correlations and lines through points: the statistic, and its probability where there is nothing in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for
from .summaries import sample

TINY = 1.0e-20
LINE = [0.0, 1.0, 3.0]
"""Points to ask SciPy with for the classes of its results, which have moved from module to module."""


def unchanged(result: Any, numbers: Any) -> None:
    """A result stays as it is."""


class Result:
    """What a test gives: the numbers by name, and in order."""

    packed = {"numbers": (tuple, unchanged)}  # noqa: RUF012

    def __init__(self, *numbers: Any) -> None:
        self.numbers = numbers

    def __iter__(self) -> Any:
        return iter(self.numbers)

    def __getitem__(self, k: Any) -> Any:
        return self.numbers[k]

    def __len__(self) -> int:
        return len(self.numbers)


@stands_for(type(stats.ttest_1samp(LINE, 0.0)))
class TtestResult(Result):
    """The statistic of a t test, the probability, the degrees of freedom."""

    def __init__(self, statistic: Any, pvalue: Any, df: Any) -> None:
        self.numbers = statistic, pvalue
        self.statistic, self.pvalue, self.df = statistic, pvalue, df


class Correlation(Result):
    """A correlation and its probability."""

    def __init__(self, statistic: Any, pvalue: Any) -> None:
        self.numbers = statistic, pvalue
        self.statistic, self.correlation, self.pvalue = statistic, statistic, pvalue


@stands_for(type(stats.linregress(LINE, LINE)))
class LinregressResult(Result):
    """A line, and how well it is known."""

    def __init__(self, slope: Any, intercept: Any, rvalue: Any, pvalue: Any, stderr: Any, intercept_stderr: Any) -> None:
        self.numbers = slope, intercept, rvalue, pvalue, stderr
        self.slope, self.intercept, self.rvalue, self.pvalue, self.stderr = slope, intercept, rvalue, pvalue, stderr
        self.intercept_stderr = intercept_stderr


def student_probability(df: Any, t: Any, alternative: str) -> Any:
    """How probable it is that t is as far off."""
    if alternative == "less":
        return special.stdtr(df, t)
    if alternative == "greater":
        return special.stdtr(df, -t)
    if alternative != "two-sided":
        raise ValueError("`alternative` must be 'less', 'greater', or 'two-sided'.")
    return 2 * special.stdtr(df, -np.abs(t))


@stands_for(stats.ttest_1samp)
def ttest_1samp(
    a: Any, popmean: Any, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided", *, keepdims: bool = False
) -> Any:
    """Whether the mean of a sample is `popmean`."""
    if keepdims:
        refuse("ttest_1samp with keepdims is not supported", "leave it out")
    x, along = sample(a, axis, nan_policy)
    n = x.shape[along]
    t = (np.mean(x, axis=along) - popmean) / np.sqrt(np.var(x, axis=along, ddof=1) / n)
    return TtestResult(t, student_probability(n - 1.0, t, alternative), np.int64(n - 1))


@stands_for(stats.ttest_rel)
def ttest_rel(
    a: Any, b: Any, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided", *, keepdims: bool = False
) -> Any:
    """Whether two samples of pairs have the same mean."""
    return stats.ttest_1samp(np.asarray(a) - np.asarray(b), 0.0, axis, nan_policy, alternative, keepdims=keepdims)


def freedom_and_spread(v: Any, n: Any, w: Any, m: Any, equal_var: bool) -> Any:
    """The degrees of freedom and the spread of a difference of means, by the variances and sizes of two samples."""
    if equal_var:
        df: Any = n + m - 2.0
        return df, np.sqrt(((n - 1) * v + (m - 1) * w) / df * (1.0 / n + 1.0 / m))
    vn, wm = v / n, w / m
    return (vn + wm) ** 2 / (vn**2 / (n - 1) + wm**2 / (m - 1)), np.sqrt(vn + wm)


@stands_for(stats.ttest_ind)
def ttest_ind(
    a: Any,
    b: Any,
    *,
    axis: Any = 0,
    equal_var: bool = True,
    nan_policy: str = "propagate",
    alternative: str = "two-sided",
    trim: Any = 0,
    method: Any = None,
    keepdims: bool = False,
) -> Any:
    """Whether two samples have the same mean: with one variance (Student), or with two (Welch)."""
    if keepdims or trim != 0 or method is not None:
        refuse("ttest_ind with trim, method or keepdims is not supported", "leave it out")
    (x, along), (y, _) = sample(a, axis, nan_policy), sample(b, axis, nan_policy)
    n, m = x.shape[along], y.shape[along]
    v, w = np.var(x, axis=along, ddof=1), np.var(y, axis=along, ddof=1)
    df, spread = freedom_and_spread(v, n, w, m, equal_var)
    t = (np.mean(x, axis=along) - np.mean(y, axis=along)) / spread
    return TtestResult(t, student_probability(df, t, alternative), df)


def correlation(x: Any, y: Any) -> Any:
    """Σ (x - x̄)(y - ȳ)/(‖x - x̄‖·‖y - ȳ‖)."""
    if x.ndim != 1 or y.ndim != 1:
        refuse("correlations of arrays of several axes are not supported", "pass vectors")
    if x.shape[0] != y.shape[0]:
        raise ValueError("`x` and `y` must have the same length.")
    if x.shape[0] < 2:
        raise ValueError("`x` and `y` must have length at least 2.")
    a, b = x - np.mean(x), y - np.mean(y)
    return np.clip(np.sum(a / np.linalg.norm(a) * (b / np.linalg.norm(b))), -1.0, 1.0)


@stands_for(stats.pearsonr)
def pearsonr(x: Any, y: Any, *, alternative: str = "two-sided", method: Any = None, axis: Any = 0) -> Any:
    """Pearson's correlation."""
    if method is not None:
        refuse("pearsonr by resampling is not supported", "leave out method")
    a, b = np.asarray(x) * 1.0, np.asarray(y) * 1.0
    r = correlation(a, b)
    if a.shape[0] == 2:
        return Correlation(np.round(r), 1.0 + 0.0 * r)
    half = a.shape[0] / 2 - 1
    if alternative == "two-sided":
        return Correlation(r, 2 * special.betainc(half, half, (1 - np.abs(r)) / 2))
    return Correlation(r, special.betainc(half, half, (1 - r) / 2 if alternative == "greater" else (1 + r) / 2))


@stands_for(stats.spearmanr)
def spearmanr(a: Any, b: Any = None, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided") -> Any:
    """Pearson's correlation of the ranks, which jump: its derivative is 0."""
    if b is None:
        refuse("spearmanr of the columns of one array is not supported", "pass two vectors")
    x, y = stats.rankdata(a, nan_policy=nan_policy), stats.rankdata(b, nan_policy=nan_policy)
    r, freedom = correlation(x, y), x.shape[0] - 2.0
    t = r * np.sqrt(np.maximum(freedom / ((r + 1.0) * (1.0 - r)), 0.0))
    return Correlation(r, student_probability(freedom, t, alternative))


@stands_for(stats.linregress)
def linregress(
    x: Any, y: Any, alternative: str = "two-sided", *, axis: Any = 0, nan_policy: str = "propagate", keepdims: bool = False
) -> Any:
    """The line of least squares."""
    if keepdims:
        refuse("linregress with keepdims is not supported", "leave it out")
    (a, _), (b, _) = sample(x, axis, nan_policy), sample(y, axis, nan_policy)
    if a.ndim != 1 or b.ndim != 1:
        refuse("linregress of arrays of several axes is not supported", "pass vectors")
    n = a.shape[0]
    center, height = np.mean(a), np.mean(b)
    xx, xy, yy = np.mean((a - center) ** 2), np.mean((a - center) * (b - height)), np.mean((b - height) ** 2)
    r = np.clip(xy / np.sqrt(xx * yy), -1.0, 1.0)
    slope = xy / xx
    freedom = n - 2.0
    t = r * np.sqrt(freedom / ((1.0 - r + TINY) * (1.0 + r + TINY)))
    error = np.sqrt((1 - r**2) * yy / xx / freedom)
    probability = student_probability(freedom, t, alternative)
    return LinregressResult(slope, height - slope * center, r, probability, error, error * np.sqrt(xx + center**2))
