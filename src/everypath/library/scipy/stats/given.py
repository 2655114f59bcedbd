"""Distributions of several numbers whose parameters are given once: `stats.dirichlet(alpha)`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...registry import stands_for
from .draws import WithoutDraws


class Given(WithoutDraws):
    """A distribution with its parameters, which are called what SciPy calls them."""

    def _told(self) -> tuple[Any, tuple[Any, ...]]:
        """The distribution and its parameters in order."""
        raise NotImplementedError

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(**held)

    def pdf(self, x: Any) -> Any:
        dist, told = self._told()
        return dist.pdf(x, *told)

    def logpdf(self, x: Any) -> Any:
        dist, told = self._told()
        return dist.logpdf(x, *told)

    def pmf(self, x: Any) -> Any:
        dist, told = self._told()
        return dist.pmf(x, *told)

    def logpmf(self, x: Any) -> Any:
        dist, told = self._told()
        return dist.logpmf(x, *told)


class Moments(Given):
    """One that says what its moments are."""

    def mean(self) -> Any:
        dist, told = self._told()
        return dist.mean(*told)

    def var(self) -> Any:
        dist, told = self._told()
        return dist.var(*told)

    def cov(self) -> Any:
        dist, told = self._told()
        return dist.cov(*told)

    def mode(self) -> Any:
        dist, told = self._told()
        return dist.mode(*told)

    def entropy(self) -> Any:
        dist, told = self._told()
        return dist.entropy(*told)


@stands_for(type(stats.dirichlet([1.0, 1.0])))
class GivenDirichlet(Moments):
    """Shares with their parameters."""

    def __init__(self, alpha: Any, seed: Any = None) -> None:
        self.alpha = np.asarray(alpha, dtype=np.float64)

    def _told(self) -> Any:
        return stats.dirichlet, (self.alpha,)


@stands_for(type(stats.wishart(1, 1)))
class GivenWishart(Moments):
    """Wishart's distribution with its parameters."""

    def __init__(self, df: Any, scale: Any, seed: Any = None) -> None:
        self.df, self.scale = df, np.atleast_2d(np.asarray(scale, dtype=np.float64))

    def _told(self) -> Any:
        return stats.wishart, (self.df, self.scale)


@stands_for(type(stats.invwishart(1, 1)))
class GivenInverseWishart(GivenWishart):
    """Its inverse's with its parameters."""

    def _told(self) -> Any:
        return stats.invwishart, (self.df, self.scale)


@stands_for(type(stats.multinomial(1, [1.0])))
class GivenMultinomial(Moments):
    """Counts of several kinds with their parameters."""

    def __init__(self, n: Any, p: Any, seed: Any = None) -> None:
        self.n, self.p = n, p

    def _told(self) -> Any:
        return stats.multinomial, (self.n, self.p)


@stands_for(type(stats.matrix_normal()))
class GivenMatrixNormal(Given):
    """The normal distribution of matrices with its parameters."""

    def __init__(self, mean: Any = None, rowcov: Any = 1, colcov: Any = 1, seed: Any = None) -> None:
        self.mean, self.rowcov, self.colcov = mean, rowcov, colcov

    def _told(self) -> Any:
        return stats.matrix_normal, (self.mean, self.rowcov, self.colcov)
