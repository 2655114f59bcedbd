"""Averages, covariances, quantiles, and what leaves out NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import everypath as ep

from .originals import agrees, same

X = np.array([0.3, -1.2, 0.7, 1.9, -0.4])
A = np.array([[0.3, -1.2, 0.7, 2.1], [1.1, 0.4, -0.6, -0.9], [0.8, 1.6, -2.2, 0.5]])
W = np.array([0.4, 1.5, 0.7, 1.1])
GAPS = np.where(np.abs(A) > 2.0, np.nan, A)

SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "average": (lambda a, w: (np.average(a, axis=1, weights=w, returned=True), np.average(a), np.average(a, 0, [1, 2, 3])), (A, W)),
    "cov": (lambda a, w: (np.cov(a), np.cov(a[0], a[1], bias=True), np.cov(a, aweights=w, fweights=[1, 2, 1, 3], ddof=1)), (A, W)),
    "cov of columns": (lambda a: (np.cov(a.T, a[:2].T, rowvar=False), np.cov(a[0])), (A,)),
    "corrcoef": (lambda a: np.corrcoef(a), (A,)),
    "median": (lambda a: (np.median(a), np.median(a, axis=1), np.median(a, axis=(0, 1), keepdims=True)), (A,)),
    "quantile": (lambda a: (np.quantile(a, 0.3), np.quantile(a, [0.1, 0.6], axis=1), np.percentile(a, 35, keepdims=True)), (A,)),
    "share": (lambda a, q: (np.quantile(a, q), np.quantile(a, q, method="weibull")), (X, 0.37)),
    "weights": (lambda a: np.quantile(a, [0.0, 0.33, 1.0], weights=[1, 2, 3, 1, 2], method="inverted_cdf"), (X,)),
    "nan": (lambda a: (np.nanmean(np.append(a, np.nan)), np.nanstd(a, axis=1, ddof=1), np.nanmax(np.append(a, np.nan))), (A,)),
    "without nan": (lambda a: np.nanmin(a), (A,)),
    "nanmedian": (lambda a: (np.nanmedian(np.append(a, np.nan)), np.nanpercentile(np.append(a, np.nan), [30, 80])), (X,)),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_it_is_numpy_s(name: str) -> None:
    f, args = SMOOTH[name]
    agrees(f, *args, order=1)


METHODS = (
    "lower higher nearest midpoint linear hazen weibull median_unbiased normal_unbiased interpolated_inverted_cdf "
    "inverted_cdf averaged_inverted_cdf closest_observation"
)


def test_every_method() -> None:
    methods = tuple(METHODS.split())
    agrees(lambda a: tuple(np.quantile(a, [0.0, 0.1, 0.5, 0.8, 1.0], method=m) for m in methods), X, order=0)
    agrees(lambda a: tuple(np.quantile(a, 0.5, method=m) for m in methods), np.array([3, 1, 2, 7]), order=0)
    agrees(lambda a: tuple(np.nanquantile(a, 0.3, axis=1, method=m) for m in methods), GAPS, order=0)
    agrees(lambda a: np.quantile(a, 0.5, method="other"), X, order=0)


def test_without_numbers_and_of_one_width() -> None:
    """The means of nothing are NaN, and shares of one width keep that of the elements."""
    agrees(lambda a: (np.nanmedian(a), np.nanpercentile(a, 30.0), np.nanquantile(a[None], 0.3, axis=1)), np.zeros(0), order=0)
    agrees(
        lambda a, q: (np.nanquantile(a, q), np.nanpercentile(a, q * 9, axis=0)), GAPS.astype("f4"), np.float32(0.3), order=0, tolerance=1e-6
    )


def test_data() -> None:
    agrees(lambda a: (np.nansum(a, axis=0), np.nanprod(a), np.nancumsum(a), np.nancumprod(a, axis=1), np.nanmean(a, axis=1)), GAPS, order=0)
    agrees(lambda a: (np.nanmin(a, axis=1), np.nanmax(a, axis=0, initial=0.5), np.nanvar(a, axis=1, ddof=1)), GAPS, order=0)
    agrees(
        lambda a: [(np.nanmax(b), np.nanmin(-b)) for b in (a, np.where(a > 0, -np.inf, np.nan), a * np.nan, a.astype("f4"))], GAPS, order=0
    )
    agrees(lambda a: (np.nanargmax(a), np.nanargmin(a, axis=1), np.nanmax(a[:, :0] + [np.nan], axis=1)), GAPS, order=0)
    agrees(
        lambda a: (np.median(a, axis=1), np.percentile(a, 40), np.nanmedian(a, axis=0), np.nanpercentile(a, [10, 90], axis=1)),
        GAPS,
        order=0,
    )
    agrees(lambda a: (np.median(a), np.quantile(a, 0.3), np.quantile(a, np.array([0.3]))), X.astype(np.float32), order=0, tolerance=1e-6)
    agrees(
        lambda a: (np.median(a), np.nanmean(a), np.nanmax(a), np.percentile(a, 50), np.cov(a), np.average(a)), np.array([3, 1, 2]), order=0
    )


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.quantile(a, 1.5),
        lambda a: np.percentile(a, 120),
        lambda a: np.average(a, weights=[1.0, -1.0, 0.0, 0.0, 0.0]),
        lambda a: np.average(a, weights=[1.0, 2.0]),
        lambda a: np.cov(a, aweights=[1.0, 2.0]),
        lambda a: np.nanargmax(a * np.nan),
        lambda a: np.median(a, axis=1),
    ],
)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, X, order=0)


@pytest.mark.parametrize("f", [lambda x: stats.boxcox(np.abs(x) + 0.1), lambda x: stats.yeojohnson(x)])
def test_the_likeliest_power_moves_with_the_sample(f: Callable[..., Any]) -> None:
    x, v = np.array([-1.0, 2.5, 0.4, 3.0, 5.0, -0.7]), np.array([0.3, -1.0, 0.5, 0.2, 0.7, -0.4])
    same(ep.compile(f, backend="interpreter")(x), f(x), 1e-12)
    _, (moved, power) = ep.jvp(f, (x,), (v,), backend="interpreter")
    ahead, behind = f(x + 1e-3 * v), f(x - 1e-3 * v)
    assert power == pytest.approx((ahead[1] - behind[1]) / 2e-3, rel=1e-3)
    np.testing.assert_allclose(moved, (ahead[0] - behind[0]) / 2e-3, rtol=1e-3)


BINNED: dict[str, Callable[..., Any]] = {
    "means": lambda x, v: stats.binned_statistic(x, v, bins=3),
    "deviations": lambda x, v: (
        stats.binned_statistic(x, v, "std", bins=[0.0, 0.7, 2.5]).statistic,
        *stats.binned_statistic(x, v, "max", 2),
    ),
    "medians": lambda x, v: stats.binned_statistic(x, v, "median", bins=2, range=(0, 2.6)),
    "counts": lambda x, v: stats.binned_statistic(x, v, "count", bins=3).bin_edges,
}


@pytest.mark.parametrize("name", BINNED)
def test_statistics_in_bins(name: str) -> None:
    agrees(BINNED[name], np.array([0.1, 0.5, 0.9, 1.4, 2.0, 3.0]), np.array([1.0, 2.5, 4.0, 3.0, 5.0, 7.0]), order=1)


def test_a_spread_of_one_number_is_flat() -> None:
    """Where a column has one number beside its NaN, or a bin one value, their standard deviation is 0 whatever that is."""
    a = np.array([[1.0, np.nan], [3.0, 4.0]])
    expected = [[-0.5, 0.0], [0.5, 0.0]]
    (gradient,) = ep.vjp(lambda a: np.nanstd(a, axis=0), a)[1](np.ones(2))
    np.testing.assert_allclose(gradient, expected, rtol=1e-14)
    np.testing.assert_array_equal(ep.jvp(lambda a: np.nanstd(a, axis=0), (a,), (np.ones((2, 2)),))[1], [0.0, 0.0])
    edges = [0.0, 1.0, 2.0, 3.0]
    jacobian = ep.jacobian(lambda v: stats.binned_statistic([0.1, 1.5, 1.7, 2.5], v, "std", bins=edges).statistic)(
        np.array([2.0, 1.0, 3.0, 5.0])
    )
    np.testing.assert_allclose(jacobian, [[0.0, 0.0, 0.0, 0.0], [0.0, -0.5, 0.5, 0.0], [0.0, 0.0, 0.0, 0.0]], rtol=1e-14)
