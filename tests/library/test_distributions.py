"""Distributions are SciPy's: each of their methods, with shift and scale, frozen or not, inside the support and outside of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import everypath as ep

from .originals import agrees

X = np.array([0.3, -1.2, 2.5])
FROZEN = stats.norm(0.2, scale=1.3)
LOGPDF = stats.norm.logpdf

NORMAL: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda x, m, s: stats.norm.pdf(x, m, s), (X, 0.2, 1.3)),
    (lambda x, m, s: stats.norm.logpdf(x, loc=m, scale=s), (X, np.array([0.2, 0.1, 0.4]), 1.3)),
    (lambda x, m, s: stats.norm(m, s).cdf(x) + stats.norm(loc=m).sf(x), (0.3, 0.2, 1.3)),
    (lambda x: (stats.norm.logcdf(x), stats.norm.logsf(x, scale=2.0)), (X,)),
    (lambda q: (stats.norm.ppf(q, 1.0, 2.0), stats.norm.isf(q)), (np.array([0.3, 0.9]),)),
    (lambda x: FROZEN.logpdf(x) + LOGPDF(x), (X,)),
    (lambda m, s: (stats.norm.interval(0.9, m, s), stats.norm.stats(m, s, moments="mvsk")), (0.2, 1.3)),
    (lambda m, s: (stats.norm(m, s).mean(), stats.norm(m, s).std(), stats.norm(m, s).entropy(), stats.norm.median(m, s)), (0.2, 1.3)),
]


@pytest.mark.parametrize(("f", "args"), NORMAL)
def test_normal(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


def test_no_such_distribution() -> None:
    agrees(lambda x, s: (stats.norm.pdf(x, 0.0, s), stats.norm.cdf(x, scale=s), stats.norm.ppf(x, 0, s)), 0.3, -1.0, order=0)
    agrees(lambda q: stats.norm.ppf(q), np.array([0.0, 1.0, 2.0, np.nan]), order=0)


def test_second_order() -> None:
    assert ep.check_grads(lambda x, m, s: np.sum(stats.norm.logcdf(x, m, s)), (X, 0.2, 1.3), order=2) is None
