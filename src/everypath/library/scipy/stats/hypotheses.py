"""Tests of hypotheses, correlations and lines through points: the statistic, and its probability where there is nothing in it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for
from .summaries import sample, together

TINY = 1.0e-20
LINE = [0.0, 1.0, 3.0]
"""Points to ask SciPy with for the classes of its results, which have moved from module to module."""


class Result:
    """What a test gives: the numbers by name, and in order."""

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(**{name.removeprefix("_"): value for name, value in held.items()})

    @property
    def numbers(self) -> Any:
        """Those in order."""
        raise NotImplementedError

    def __iter__(self) -> Any:
        return iter(self.numbers)

    def __getitem__(self, k: Any) -> Any:
        return self.numbers[k]

    def __len__(self) -> int:
        return len(self.numbers)


@stands_for(type(stats.ttest_1samp(LINE, 0.0)))
class TtestResult(Result):
    """The statistic of a t test, the probability, the degrees of freedom; and of what mean it is, and how well that is known."""

    def __init__(self, statistic: Any, pvalue: Any, df: Any, alternative: Any, estimate: Any, standard_error: Any) -> None:
        self.statistic, self.pvalue = statistic, pvalue
        self.df = np.broadcast_to(df, np.shape(statistic))[()]
        self._alternative = np.int64(0 if alternative == "two-sided" else 1 if alternative == "greater" else -1)
        self._estimate, self._standard_error = estimate, standard_error

    @property
    def numbers(self) -> Any:
        return self.statistic, self.pvalue

    def confidence_interval(self, confidence_level: Any = 0.95) -> Any:
        """Between what the mean lies, so probably."""
        if confidence_level < 0 or confidence_level > 1:
            raise ValueError("`confidence_level` must be a number between 0 and 1.")
        both = self._alternative == 0
        far = special.stdtrit(self.df, np.where(both, (1 + confidence_level) / 2, confidence_level)) * self._standard_error
        low = np.where(self._alternative < 0, -np.inf, self._estimate - far)[()]
        return ConfidenceInterval(low, np.where(self._alternative > 0, np.inf, self._estimate + far)[()])


@functools.cache
def class_of(tested: Any) -> Any:
    """SciPy's class of what a test of one sample, or of those beside it here, gives. (CPython runs this.)"""
    sample = np.linspace(0.1, 0.9, 25)
    more = {stats.ttest_ind_from_stats: (0.0, 1.0, 2, 0.0, 1.0, 2), stats.chi2_contingency: ([[1, 2], [3, 4]],)}
    samples = (stats.f_oneway, stats.levene, stats.bartlett, stats.pearsonr, stats.spearmanr, stats.pointbiserialr)
    return type(tested(*more.get(tested, (sample, sample**2) if tested in samples else (sample,))))


class Tested(Result):
    """A statistic and its probability, as one of SciPy's tests gives them."""

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return class_of(held["_test"])(held["statistic"], held["pvalue"])

    def __init__(self, test: Any, statistic: Any, pvalue: Any) -> None:
        self._test, self.statistic, self.pvalue = test, statistic, pvalue

    @property
    def numbers(self) -> Any:
        return self.statistic, self.pvalue


class Correlation(Tested):
    """A correlation and its probability."""

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        made = Tested.leaves_as(kind, held)
        made.correlation = held["statistic"]
        return made

    @property
    def correlation(self) -> Any:
        return self.statistic


@functools.cache
def held_by_correlation() -> dict[str, Any]:
    """What SciPy's object of a correlation holds: it differs from version to version. (CPython runs this.)"""
    return {**vars(stats.pearsonr(LINE, LINE))}


@stands_for(type(stats.pearsonr(LINE, LINE)))
class PearsonRResult(Result):
    """A correlation, its probability, and of what samples it is."""

    def __init__(self, statistic: Any, pvalue: Any, alternative: str, x: Any, y: Any) -> None:
        self.statistic, self.pvalue, self._alternative, self._n, self._x, self._y = statistic, pvalue, alternative, x.shape[0], x, y

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        like = held_by_correlation()
        n = np.asarray(held["_n"], held["_x"].dtype) if isinstance(like["_n"], np.ndarray) else held["_n"]
        held = {**held, "_n": n, **({"_axis": -1} if "_axis" in like else {})}
        return Result.leaves_as(kind, held)

    @property
    def numbers(self) -> Any:
        return self.statistic, self.pvalue

    @property
    def correlation(self) -> Any:
        return self.statistic

    def confidence_interval(self, confidence_level: Any = 0.95, method: Any = None) -> Any:
        """Between what the correlation lies, so probably. (Fisher, 1921.)"""
        if method is not None:
            refuse("the confidence interval of a correlation by resampling is not supported", "leave out method")
        z = np.arctanh(self.statistic)
        level = (1 + confidence_level) / 2 if self._alternative == "two-sided" else confidence_level
        far = special.ndtri(level) * np.sqrt(1.0 / (self._n - 3.0))
        low = np.tanh(z - far) if self._alternative != "less" else np.float64(-1.0)
        return ConfidenceInterval(low, np.tanh(z + far) if self._alternative != "greater" else np.float64(1.0))


ConfidenceInterval: Any = type(stats.ttest_1samp(LINE, 0.0).confidence_interval())


@stands_for(type(stats.linregress(LINE, LINE)))
class LinregressResult(Result):
    """A line, and how well it is known."""

    def __init__(self, slope: Any, intercept: Any, rvalue: Any, pvalue: Any, stderr: Any, intercept_stderr: Any) -> None:
        self.slope, self.intercept, self.rvalue, self.pvalue, self.stderr = slope, intercept, rvalue, pvalue, stderr
        self.intercept_stderr = intercept_stderr

    @property
    def numbers(self) -> Any:
        return self.slope, self.intercept, self.rvalue, self.pvalue, self.stderr


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
    mean, error = np.mean(x, axis=along), np.sqrt(np.var(x, axis=along, ddof=1) / n)
    t = (mean - popmean) / error
    return TtestResult(t, student_probability(n - 1.0, t, alternative), np.int64(n - 1), alternative, mean, error)


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
    apart = np.mean(x, axis=along) - np.mean(y, axis=along)
    t = apart / spread
    return TtestResult(t, student_probability(df, t, alternative), df, alternative, apart, spread)


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
        return PearsonRResult(np.round(r), 1.0 + 0.0 * r, alternative, a, b)
    half = a.shape[0] / 2 - 1
    if alternative == "two-sided":
        return PearsonRResult(r, 2 * special.betainc(half, half, (1 - np.abs(r)) / 2), alternative, a, b)
    tail = special.betainc(half, half, (1 - r) / 2 if alternative == "greater" else (1 + r) / 2)
    return PearsonRResult(r, tail, alternative, a, b)


@stands_for(stats.spearmanr)
def spearmanr(a: Any, b: Any = None, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided") -> Any:
    """Pearson's correlation of the ranks, which jump: its derivative is 0."""
    if b is None:
        refuse("spearmanr of the columns of one array is not supported", "pass two vectors")
    together(nan_policy, "of two samples that belong together")
    x, y = stats.rankdata(a, nan_policy=nan_policy), stats.rankdata(b, nan_policy=nan_policy)
    r, freedom = correlation(x, y), x.shape[0] - 2.0
    t = r * np.sqrt(np.maximum(freedom / ((r + 1.0) * (1.0 - r)), 0.0))
    return Correlation(stats.spearmanr, r, student_probability(freedom, t, alternative))


@stands_for(stats.linregress)
def linregress(
    x: Any, y: Any, alternative: str = "two-sided", *, axis: Any = 0, nan_policy: str = "propagate", keepdims: bool = False
) -> Any:
    """The line of least squares."""
    if keepdims:
        refuse("linregress with keepdims is not supported", "leave it out")
    together(nan_policy, "of two samples that belong together")
    (a, _), (b, _) = sample(x, axis, nan_policy), sample(y, axis, nan_policy)
    if a.ndim != 1 or b.ndim != 1:
        refuse("linregress of arrays of several axes is not supported", "pass vectors")
    n = a.shape[0]
    center, height = np.mean(a), np.mean(b)
    across, up = a.astype(np.float64), b.astype(np.float64)
    across, up = across - np.mean(across), up - np.mean(up)
    xx, xy, yy = np.mean(across**2), np.mean(across * up), np.mean(up**2)
    r = np.clip(xy / np.sqrt(xx * yy), -1.0, 1.0)
    slope = xy / xx
    freedom = n - 2.0
    t = r * np.sqrt(freedom / ((1.0 - r + TINY) * (1.0 + r + TINY)))
    error = np.sqrt((1 - r**2) * yy / xx / freedom)
    probability = student_probability(freedom, t, alternative)
    return LinregressResult(slope, height - slope * center, r, probability, error, error * np.sqrt(xx + center**2))
