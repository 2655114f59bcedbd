"""Numbers that describe samples, tests and correlations are SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import everypath as ep

from .originals import agrees, number_of, same

X, Y = np.array([0.3, 1.2, 0.7, 2.1, 1.6]), np.array([0.5, 0.9, 1.1, 1.8, 2.2])
M = np.array([[0.3, 1.2, 0.7], [2.1, 1.6, 0.4], [0.9, 0.2, 1.35], [1.1, 0.8, 0.6]])
DENSITY = stats.gaussian_kde(np.stack([X, Y]), weights=Y)


def line(x: Any, y: Any) -> Any:
    slope, intercept, r, p, error = stats.linregress(x, y)
    return slope + intercept * r + p * error + stats.linregress(x, y).intercept_stderr


CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda x, w: (stats.gmean(x, weights=w), stats.hmean(x), stats.pmean(x, 2.5), stats.sem(x), stats.variation(x)), (X, Y)),
    (lambda m: (stats.zscore(m), stats.skew(m, axis=1), stats.kurtosis(m, axis=None, keepdims=True), stats.gmean(m, axis=-1)), (M,)),
    (lambda x: (stats.skew(x, bias=False), stats.kurtosis(x, fisher=False, bias=False), stats.moment(x, order=[2, 3])), (X,)),
    (lambda p, q: (stats.entropy(p), stats.entropy(p, q, base=2, axis=1), stats.zmap(p, q)), (M, M + 0.1)),
    (lambda x: (stats.trim_mean(x, 0.25), stats.median_abs_deviation(x), stats.describe(x)[3:]), (X,)),
    (lambda x, y: stats.pearsonr(x, y)[0] + stats.pearsonr(x, y, alternative="less").pvalue, (X, Y)),
    (lambda m: (stats.tmean(m, (0.3, 1.9)), stats.tvar(m, (None, 1.7), axis=1), stats.tsem(m[:, 0]), stats.tmin(m, 0.5)), (M,)),
    (lambda m: (stats.trimboth(m[:, 0], 0.25), stats.sigmaclip(m, 1.2, 1.4)), (M,)),
    (lambda m: (stats.circmean(m, axis=1), stats.circvar(m), stats.circstd(m, high=180.0, axis=0, keepdims=True)), (M,)),
    (lambda m: (stats.gstd(m[0]), stats.gzscore(m[0]), stats.kstat(m[:, 0], 4), stats.kstat(m[1], 3)), (M,)),
    (line, (X, Y)),
    (lambda x, y: (stats.ttest_ind(x, y).pvalue, stats.ttest_ind(x, y, equal_var=False)[0], stats.ttest_rel(x, y).df), (X, Y)),
    (lambda x, y: (stats.f_oneway(x, y)[1], stats.levene(x, y).statistic, stats.bartlett(x, y).pvalue), (X, Y)),
    (lambda x, y: (stats.chisquare(np.exp(x)).pvalue, stats.power_divergence(np.exp(y), lambda_="neyman")[0]), (X, Y)),
    (lambda x, y: (*stats.normaltest(np.concatenate((x, y, x + y))), stats.jarque_bera(x).pvalue), (X, Y)),
    (lambda x, y: (stats.energy_distance(x, y), stats.wasserstein_distance(x, y), stats.combine_pvalues(np.exp(-np.exp(x)))[1]), (X, Y)),
    (
        lambda x, y: (
            stats.boxcox(np.exp(x), 0.5),
            stats.yeojohnson(y, 0.5),
            float(stats.yeojohnson_llf(0.3, x)),
            float(stats.boxcox_llf(0, np.exp(y))),
        ),
        (X, Y),
    ),
    (lambda x, m: stats.ttest_1samp(x, m, alternative="less").pvalue, (X, 0.8)),
    (lambda x, y: stats.spearmanr(x, y).statistic * x + stats.rankdata(y) * y, (X, Y)),
    (lambda d: stats.gaussian_kde(d, bw_method="silverman")(0.4), (X[:3],)),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_samples(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


def test_captured_kernels() -> None:
    agrees(lambda x: (DENSITY.logpdf(x), DENSITY(x[:, 0])), np.array([[0.4, 0.8], [0.2, 0.9]]), order=0)


@pytest.mark.parametrize("method", ["first", "second"])
def test_lines_by_medians(method: str) -> None:
    joint, separate = ("joint", "hierarchical") if method == "first" else ("separate", "separate")
    x, y = np.array([0.0, 0.5, 0.5, 1.7, 2.0, 3.1]), np.array([0.213, 0.947, 0.418, 1.126, 2.653, 1.379])

    def lines(x: Any, y: Any) -> Any:
        return tuple(stats.theilslopes(y, x, 0.9, joint)), tuple(stats.siegelslopes(y, x, separate)), stats.theilslopes(y).slope

    same(ep.compile(lines, backend="interpreter")(x, y), lines(x, y), 1e-12)
    ep.check_grads(lambda y: number_of(lines(x, y)), (y,), directions=1, backend="interpreter")


def test_lines_through_single_precision_are_double() -> None:
    x, y = (np.array([0.1, 0.7, 1.9, 2.2]) * k for k in (1.0, -0.3))
    lines = lambda x, y: (tuple(stats.linregress(x, y)), tuple(stats.theilslopes(y, x)))  # noqa: E731
    agrees(lines, x.astype(np.float32), (y + x**2).astype(np.float32), order=0, tolerance=1e-7)


TABLE = np.array([[10.0, 20.0, 5.0], [30.0, 25.0, 7.0]])


def test_tables_fits_and_ranks() -> None:
    agrees(lambda t: stats.chi2_contingency(t)[:2], TABLE, order=1)
    agrees(lambda t: (stats.chi2_contingency(t[:, :2]).statistic, stats.norm.fit(t[0], floc=3.0), stats.expon.fit(t[1])), TABLE, order=0)
    agrees(lambda x: (stats.kendalltau(x, TABLE[0]).statistic, stats.mannwhitneyu(x, TABLE[1])[0], np.sum(x)), TABLE[0] * 1.5, order=1)


WITH_NAN = np.array([0.5, np.nan, 2.0, 1.2])


def test_nan_is_left_out() -> None:
    def summaries(x: Any) -> Any:
        left = {"nan_policy": "omit"}
        shape = stats.skew(x, **left), stats.zscore(x, **left), stats.iqr(x, **left), stats.gmean(x, **left)
        return shape, stats.ttest_1samp(x, 1.0, **left).statistic, stats.energy_distance(x[2:], x[:1], x[2:] ** 2)

    same(ep.compile(summaries, backend="interpreter")(WITH_NAN), summaries(WITH_NAN), 1e-12)
    agrees(lambda x: stats.skew(x, nan_policy="raise"), WITH_NAN, order=0)
    with pytest.raises(ep.NotSupported, match="of two samples that belong together"):
        ep.compile(lambda x: stats.spearmanr(x, x * x, nan_policy="omit")[0], backend="interpreter")(WITH_NAN)


def test_ranks() -> None:
    agrees(lambda a: (stats.rankdata(a, axis=1), stats.rankdata(np.round(a), "dense"), stats.rankdata(a[0] / 0.0 * 0.0)), TABLE, order=0)
