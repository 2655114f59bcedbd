"""Distributions that are lowered from what SciPy says of them: values, and derivatives by the variable and the shapes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import everypath as ep

from .originals import agrees

U, N = np.array([0.3, 0.85]), np.array([0, 1, 3])
CONTINUOUS: dict[str, tuple[float, ...]] = {"genpareto": (0.1,), "johnsonsu": (0.5, 1.2), "burr": (1.5, 2.0), "genextreme": (-0.1,)}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous(name: str) -> None:
    d, shapes = getattr(stats, name), CONTINUOUS[name]
    x = d.ppf(U, *shapes)
    agrees(lambda x, *shapes: (d.logpdf(x, *shapes, scale=1.1), d.cdf(x, *shapes)), x, *shapes, order=1)
    agrees(lambda x: (d.pdf(x, *shapes, 0.1), d(*shapes).sf(x), d.ppf(U, *shapes)), x, order=0)


def test_discrete() -> None:
    agrees(lambda a, b: (stats.betabinom.logpmf(N, 5, a, b), stats.yulesimon.pmf(N, a), stats.planck.cdf(N, b)), 1.5, 0.7, order=1)
    agrees(
        lambda p: (stats.binom.ppf(U, 10, 0.3, loc=p), p * stats.poisson.isf(U, 2.3), stats.hypergeom.pmf(N, 20, 7, 12) * p), 1.5, order=1
    )


def test_moments_and_quantiles() -> None:
    agrees(lambda a: (stats.gennorm.var(a), stats.rice.stats(a, moments="mvsk"), stats.betabinom.mean(9, a, 2.0)), 1.5, order=1)
    agrees(lambda q, a: (stats.skewnorm.ppf(q, a), stats.skewnorm.median(a, scale=1.2), stats.invgauss.stats(a)), U, 0.7, order=1)


def test_formulas_written_for_rows_of_numbers() -> None:
    agrees(lambda x, a: (stats.kappa3.sf(x, a), stats.kappa3.cdf([x, 2.0 * x], a)), 0.5, 1.2, order=1)
    agrees(lambda x, a: (stats.kappa4.sf([x], a, 0.2), stats.kappa4.logpdf(x, 0.0, a)), 0.5, 1.2, order=0)


def test_what_scipy_does_not_say() -> None:
    with pytest.raises(ep.NotSupported, match="the moments of gompertz are not yet supported"):
        ep.grad(lambda c: stats.gompertz.mean(c))(0.3)
    with pytest.raises(TypeError, match="missing a required argument: 'c'"):
        ep.compile(lambda x: stats.genpareto.pdf(x))(0.3)
