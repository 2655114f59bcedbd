"""Tests of counts, variances, shapes and several samples; distances between samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import computed, stands_for
from .hypotheses import Correlation, Tested, freedom_and_spread, student_probability
from .summaries import sample

POWERS = {
    "pearson": 1.0,
    "log-likelihood": 0.0,
    "freeman-tukey": -0.5,
    "mod-log-likelihood": -1.0,
    "neyman": -2.0,
    "cressie-read": 2.0 / 3.0,
}


@computed("the power")
def power_of(lambda_: Any) -> float:
    """The power of a divergence, which may be given by its name."""
    if isinstance(lambda_, str):
        if lambda_ not in POWERS:
            raise ValueError(f"invalid string for lambda_: {lambda_!r}. Valid strings are {', '.join(map(repr, POWERS))}")
        return POWERS[lambda_]
    return 1.0 if lambda_ is None else float(lambda_)


@stands_for(stats.power_divergence)
def power_divergence(f_obs: Any, f_exp: Any = None, ddof: Any = 0, axis: Any = 0, lambda_: Any = None) -> Any:
    """How far counts are from those expected. (Cressie and Read, Multinomial goodness-of-fit tests, 1984.)"""
    x, along = sample(f_obs, axis)
    o = x * 1.0
    e = np.mean(o, axis=along, keepdims=True) if f_exp is None else np.asarray(f_exp) * 1.0
    e = np.ravel(np.broadcast_to(e, np.shape(f_obs))) if axis is None and f_exp is not None else e
    if f_exp is not None:
        total, other = np.sum(o, axis=along), np.sum(e, axis=along)
        if np.any(np.abs(total - other) > 2.0**-26 * np.minimum(total, other)):
            raise ValueError("For each axis slice, the sum of the observed frequencies must agree with the sum of the expected frequencies")
    power = power_of(lambda_)
    if power == 1.0:
        terms = (o - e) ** 2 / e
    elif power == 0.0:
        terms = 2.0 * special.xlogy(o, o / e)
    elif power == -1.0:
        terms = 2.0 * special.xlogy(e, e / o)
    else:
        terms = o * ((o / e) ** power - 1.0) / (0.5 * power * (power + 1.0))
    statistic = np.sum(terms, axis=along)
    return Tested(stats.power_divergence, statistic, special.chdtrc(x.shape[along] - 1.0 - np.asarray(ddof), statistic))


@stands_for(stats.chisquare)
def chisquare(f_obs: Any, f_exp: Any = None, ddof: Any = 0, axis: Any = 0) -> Any:
    """Pearson's χ² of counts."""
    return power_divergence(f_obs, f_exp, ddof, axis, "pearson")


def together(samples: Any) -> Any:
    """Samples of numbers, each a vector."""
    found = [np.asarray(one) * 1.0 for one in samples]
    if len(found) < 2:
        raise TypeError("at least two samples are required")
    for one in found:
        if one.ndim != 1:
            refuse("a test of samples of several axes is not supported", "pass vectors")
    return found


def between(test: Any, groups: Any) -> Any:
    """Fisher's F of groups: the spread of their means over that within them; and its probability, as a test gives them."""
    n, k = 0, len(groups)
    for one in groups:
        n = n + one.shape[0]
    whole = np.concatenate(groups)
    middle = np.mean(whole)
    among, within = 0.0, 0.0
    for one in groups:
        among = among + one.shape[0] * (np.mean(one) - middle) ** 2
        within = within + np.sum((one - np.mean(one)) ** 2)
    f = (among / (k - 1.0)) / (within / (n - k))
    return Tested(test, f, special.fdtrc(k - 1.0, n - k, f))


@stands_for(stats.f_oneway)
def f_oneway(*samples: Any) -> Any:
    """Whether samples have one mean: analysis of variance."""
    return between(stats.f_oneway, together(samples))


@stands_for(stats.levene)
def levene(*samples: Any, center: str = "median") -> Any:
    """Whether samples have one variance. (Brown and Forsythe, Robust tests for the equality of variances, 1974.)"""
    if center not in ("mean", "median"):
        refuse("levene of trimmed samples is not supported", "use center='median'")
    groups = together(samples)
    return between(stats.levene, [np.abs(one - (np.mean(one) if center == "mean" else np.median(one))) for one in groups])


@stands_for(stats.bartlett)
def bartlett(*samples: Any) -> Any:
    """Whether normal samples have one variance. (Bartlett, Properties of sufficiency and statistical tests, 1937.)"""
    groups, k = together(samples), len(samples)
    n, pooled, logarithms, inverses = 0, 0.0, 0.0, 0.0
    for one in groups:
        size, spread = one.shape[0], np.var(one, ddof=1)
        n = n + size
        pooled = pooled + (size - 1) * spread
        logarithms = logarithms + (size - 1) * np.log(spread)
        inverses = inverses + 1.0 / (size - 1)
    t = ((n - k) * np.log(pooled / (n - k)) - logarithms) / (1.0 + (inverses - 1.0 / (n - k)) / (3.0 * (k - 1)))
    return Tested(stats.bartlett, t, special.chdtrc(k - 1.0, t))


@stands_for(stats.ttest_ind_from_stats)
def ttest_ind_from_stats(
    mean1: Any, std1: Any, nobs1: Any, mean2: Any, std2: Any, nobs2: Any, equal_var: bool = True, alternative: str = "two-sided"
) -> Any:
    """Whether two samples have the same mean, by their means and standard deviations."""
    v, w = np.asarray(std1) ** 2.0, np.asarray(std2) ** 2.0
    df, spread = freedom_and_spread(v, nobs1, w, nobs2, equal_var)
    t = (mean1 - np.asarray(mean2)) / spread
    return Tested(stats.ttest_ind_from_stats, t[()], student_probability(df, t, alternative)[()])


@stands_for(stats.pointbiserialr)
def pointbiserialr(x: Any, y: Any) -> Any:
    """The correlation of numbers with what is true or false."""
    found = stats.pearsonr(x, y)
    return Correlation(stats.pointbiserialr, found.statistic, found.pvalue)


def normal_probability(z: Any, alternative: str) -> Any:
    """How probable it is that z is as far off."""
    if alternative == "less":
        return special.ndtr(z)
    if alternative == "greater":
        return special.ndtr(-z)
    if alternative != "two-sided":
        raise ValueError("`alternative` must be 'less', 'greater', or 'two-sided'.")
    return 2 * special.ndtr(-np.abs(z))


def skewness_score(x: Any, along: Any) -> Any:
    """(D'Agostino, Transformation to normality of the null distribution of g1, 1970.)"""
    n = x.shape[along] * 1.0
    y = stats.skew(x, axis=along) * np.sqrt((n + 1) * (n + 3) / (6.0 * (n - 2)))
    beta = 3.0 * (n**2 + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2.0) * (n + 5) * (n + 7) * (n + 9))
    w2 = -1 + np.sqrt(2 * (beta - 1))
    y = np.where(y == 0, 1.0, y)[()]
    return np.arcsinh(y / np.sqrt(2.0 / (w2 - 1))) / np.sqrt(0.5 * np.log(w2))


def kurtosis_score(x: Any, along: Any) -> Any:
    """(Anscombe and Glynn, Distribution of the kurtosis statistic b2 for normal samples, 1983.)"""
    n = x.shape[along] * 1.0
    spread = 24.0 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5))
    y = (stats.kurtosis(x, axis=along, fisher=False) - 3.0 * (n - 1) / (n + 1)) / np.sqrt(spread)
    beta = 6.0 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) * np.sqrt(6.0 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))
    a = 6.0 + 8.0 / beta * (2.0 / beta + np.sqrt(1 + 4.0 / beta**2))
    below = 1 + y * np.sqrt(2 / (a - 4.0))
    size = np.where(below == 0.0, np.nan, np.cbrt((1 - 2.0 / a) / np.abs(below)))
    return ((1 - 2 / (9.0 * a) - np.sign(below) * size) / np.sqrt(2 / (9.0 * a)))[()]


@stands_for(stats.skewtest)
def skewtest(a: Any, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided") -> Any:
    """Whether the skewness is that of a normal distribution."""
    x, along = sample(a, axis, nan_policy)
    z = skewness_score(x, along)
    return Tested(stats.skewtest, z, normal_probability(z, alternative))


@stands_for(stats.kurtosistest)
def kurtosistest(a: Any, axis: Any = 0, nan_policy: str = "propagate", alternative: str = "two-sided") -> Any:
    """Whether the kurtosis is that of a normal distribution."""
    x, along = sample(a, axis, nan_policy)
    z = kurtosis_score(x, along)
    return Tested(stats.kurtosistest, z, normal_probability(z, alternative))


@stands_for(stats.normaltest)
def normaltest(a: Any, axis: Any = 0, nan_policy: str = "propagate") -> Any:
    """Whether a sample is normal, by both."""
    x, along = sample(a, axis, nan_policy)
    statistic = skewness_score(x, along) ** 2 + kurtosis_score(x, along) ** 2
    return Tested(stats.normaltest, statistic, special.chdtrc(2.0, statistic))


@stands_for(stats.jarque_bera)
def jarque_bera(x: Any, *, axis: Any = None) -> Any:
    """Whether a sample is normal, by its skewness and kurtosis. (Jarque and Bera, 1980.)"""
    y, along = sample(x, axis)
    statistic = y.shape[along] / 6.0 * (stats.skew(y, axis=along) ** 2 + stats.kurtosis(y, axis=along) ** 2 / 4.0)
    return Tested(stats.jarque_bera, statistic, special.chdtrc(2.0, statistic))


@stands_for(stats.combine_pvalues)
def combine_pvalues(pvalues: Any, method: str = "fisher", weights: Any = None, *, axis: Any = 0) -> Any:
    """One probability of several."""
    p, along = sample(pvalues, axis)
    if method == "fisher":
        statistic = -2.0 * np.sum(np.log(p), axis=along)
        return Tested(stats.combine_pvalues, statistic, special.chdtrc(2.0 * p.shape[along], statistic))
    if method != "stouffer":
        refuse(f"combine_pvalues by {method!r} is not supported", "use 'fisher' or 'stouffer'")
    z = -special.ndtri(p)
    if weights is None:
        statistic = np.sum(z, axis=along) / np.sqrt(1.0 * p.shape[along])
    else:
        w = np.asarray(weights)
        statistic = np.sum(z * w, axis=along) / np.sqrt(np.sum(w**2))
    return Tested(stats.combine_pvalues, statistic, special.ndtr(-statistic))


def apart(u: Any, v: Any, u_weights: Any, v_weights: Any) -> Any:
    """The lengths of the pieces between the values of two samples, and how much the shares of both below differ there. Of equal values
    one comes before the other, so that the lengths move as in one order of them."""
    a, b = np.asarray(u) * 1.0, np.asarray(v) * 1.0
    whole = np.concatenate((a, b))
    order = np.argsort(whole, kind="stable")
    if u_weights is None and v_weights is None:
        shares = np.concatenate((np.full(a.size, b.size), np.full(b.size, -a.size)))
        return np.diff(whole[order]), np.cumsum(shares[order])[:-1] / (a.size * b.size)
    shares = np.concatenate((share_of_each(a, u_weights), -share_of_each(b, v_weights)))
    return np.diff(whole[order]), np.cumsum(shares[order])[:-1]


def share_of_each(x: Any, weights: Any) -> Any:
    """The weights of the values of a sample, which are 1 together."""
    if weights is None:
        return np.full(x.size, 1.0 / x.size)
    w = np.asarray(weights) * 1.0
    if w.size != x.size:
        raise ValueError("Value and weight array-likes for the same empirical distribution must be of the same size.")
    if np.any(w < 0):
        raise ValueError("All weights must be non-negative.")
    return w / np.sum(w)


@stands_for(stats.wasserstein_distance)
def wasserstein_distance(u_values: Any, v_values: Any, u_weights: Any = None, v_weights: Any = None) -> Any:
    """∫ |F - G|: how far one sample has to be moved to become the other."""
    lengths, below = apart(u_values, v_values, u_weights, v_weights)
    return np.sum(np.abs(below) * lengths)


@stands_for(stats.energy_distance)
def energy_distance(u_values: Any, v_values: Any, u_weights: Any = None, v_weights: Any = None) -> Any:
    """The root of 2 ∫ (F - G)²."""
    lengths, below = apart(u_values, v_values, u_weights, v_weights)
    return np.sqrt(2.0) * np.sqrt(np.sum(below**2 * lengths))
