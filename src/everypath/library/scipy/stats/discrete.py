"""Discrete distributions. What they count is data, and what they say of it may be differentiated in the parameters.

As `continuous`: each says what its parameters are, where it lives and what it is there, and the rest follows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import by_cpython, refuse, value_only
from ...registry import stands_for
from . import integrals
from .continuous import Continuous
from .frozen import FrozenDiscrete


def quantiles(name: str, method: str, q: Any, shapes: Any) -> Any:
    """Quantiles of SciPy's distribution of this name: they jump from number to number. (CPython runs this.)"""
    return getattr(getattr(stats, name), method)(q, *shapes)


SUMMED = ("no derivative of the distribution function of hypergeom is known", "add its pmf up")


class Discrete(Continuous):
    """A distribution over integers, shifted by `loc`."""

    discrete = True

    def __call__(self, *args: Any, **kwds: Any) -> Any:
        self.parameters(*args, **kwds)
        return FrozenDiscrete(self, *args, **kwds)

    def _interior(self, *shapes: Any) -> Any:
        """The least number of the support."""
        return self._get_support(*shapes)[0]

    def _pmf(self, k: Any, *shapes: Any) -> Any:
        return np.exp(self._logpmf(k, *shapes))

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        return np.log(self._pmf(k, *shapes))

    def _at(self, k: Any, args: Any, kwds: Any) -> Any:
        """What is counted, the shapes, whether there is such a distribution."""
        y, shapes, _, valid = self._standard(k, args, kwds)
        return y, shapes, valid

    def _counted(self, y: Any) -> Any:
        """What of a number the distribution function goes by."""
        return np.floor(y)

    def _mass(self, function: Any, beyond: float, k: Any, args: Any, kwds: Any) -> Any:
        y, shapes, valid = self._at(k, args, kwds)
        low, high = self._ends(shapes)
        inside = (y >= low) & (y <= high) & (np.floor(y) == y)
        value = self._of(function, np.floor(np.where(inside, y, self._interior(*shapes))), shapes)
        return self._delivered(np.where(inside, value, np.where(np.isnan(y), np.nan, beyond)), valid)

    def pmf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        return self._mass(self._pmf, 0.0, k, args, kwds)

    def logpmf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        return self._mass(self._logpmf, -np.inf, k, args, kwds)

    def _between(self, function: Any, before: Any, behind: Any, x: Any, args: Any, kwds: Any) -> Any:
        y, shapes, valid = self._at(x, args, kwds)
        low, high = self._ends(shapes)
        under, over = y < low, y >= high
        value = self._of(function, self._counted(np.where(under | over, self._interior(*shapes), y)), shapes)
        return self._delivered(np.where(under, before, np.where(over, behind, value)), valid)

    def pdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        raise AttributeError(f"'{type(self).__name__}' object has no attribute 'pdf'")

    def logpdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        raise AttributeError(f"'{type(self).__name__}' object has no attribute 'logpdf'")

    def ppf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        shapes, loc, _ = self.parameters(*args, **kwds)
        return by_cpython(quantiles, self._name(), "ppf", q, shapes) + loc

    def isf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        shapes, loc, _ = self.parameters(*args, **kwds)
        return by_cpython(quantiles, self._name(), "isf", q, shapes) + loc

    def support(self, *args: Any, **kwds: Any) -> Any:
        shapes, loc, _ = self.parameters(*args, **kwds)
        if not np.all(self._argcheck(*[np.asarray(shape) for shape in shapes])):
            refuse(f"the support of {self._name()} with parameters that it cannot have is not supported", "look at them before")
        low, high = self._ends(shapes)
        return np.asarray(low + loc)[()], np.asarray(high + loc)[()]

    def expect(  # type: ignore[override]
        self,
        func: Any = None,
        args: Any = (),
        loc: Any = 0,
        lb: Any = None,
        ub: Any = None,
        conditional: bool = False,
        **kwds: Any,
    ) -> Any:
        if kwds:
            refuse("the options of a sum in expect are not supported", "leave them out")
        return integrals.discrete_expectation(self, func, tuple(args), loc, lb, ub, conditional)

    def nnlf(self, theta: Any, x: Any) -> Any:
        return -np.sum(self.logpmf(x, *theta))


@stands_for(type(stats.poisson))
class Poisson(Discrete):
    """μᵏ·exp(-μ)/k!."""

    def parameters(self, mu: Any, loc: Any = 0) -> Any:
        return (mu,), loc, 1

    def _argcheck(self, mu: Any) -> Any:
        return mu >= 0

    def _get_support(self, mu: Any) -> Any:
        return 0, None

    def _logpmf(self, k: Any, mu: Any) -> Any:
        return special.xlogy(k, mu) - special.gammaln(k + 1) - mu

    def _cdf(self, k: Any, mu: Any) -> Any:
        return special.pdtr(k, mu)

    def _sf(self, k: Any, mu: Any) -> Any:
        return special.pdtrc(k, mu)

    def _stats(self, mu: Any) -> Any:
        some = mu > 0
        safe = np.where(some, mu, 1.0)
        return mu, mu, np.where(some, np.sqrt(1.0 / safe), np.inf), np.where(some, 1.0 / safe, np.inf)


def binomial_logpmf(k: Any, n: Any, p: Any) -> Any:
    """log (n over k) + k·log p + (n - k)·log (1 - p)."""
    chosen = special.gammaln(n + 1) - (special.gammaln(k + 1) + special.gammaln(n - k + 1))
    return chosen + special.xlogy(k, p) + special.xlog1py(n - k, -p)


@stands_for(type(stats.binom))
class Binom(Discrete):
    """Of how many of n happen, each with probability p."""

    def parameters(self, n: Any, p: Any, loc: Any = 0) -> Any:
        return (n, p), loc, 1

    def _argcheck(self, n: Any, p: Any) -> Any:
        return (n >= 0) & (np.floor(n) == n) & (p >= 0) & (p <= 1)

    def _get_support(self, n: Any, p: Any) -> Any:
        return 0, n

    def _logpmf(self, k: Any, n: Any, p: Any) -> Any:
        return binomial_logpmf(k, n, p)

    def _cdf(self, k: Any, n: Any, p: Any) -> Any:
        return special.bdtr(k, n, p)

    def _sf(self, k: Any, n: Any, p: Any) -> Any:
        return special.bdtrc(k, n, p)

    def _stats(self, n: Any, p: Any) -> Any:
        variance = n * (p - np.square(p))
        return n * p, n * p - n * np.square(p), (1 - 2.0 * p) / np.sqrt(variance), 1 / variance - 6.0 / n

    def _entropy(self, n: Any, p: Any) -> Any:
        return refuse("the entropy of a binomial distribution is not yet supported", "sum special.entr of the pmf")


@stands_for(type(stats.bernoulli))
class Bernoulli(Discrete):
    """1 with probability p, else 0."""

    def parameters(self, p: Any, loc: Any = 0) -> Any:
        return (p,), loc, 1

    def _argcheck(self, p: Any) -> Any:
        return (p >= 0) & (p <= 1)

    def _get_support(self, p: Any) -> Any:
        return 0, 1

    def _logpmf(self, k: Any, p: Any) -> Any:
        return special.xlogy(k, p) + special.xlog1py(1 - k, -p)

    def _pmf(self, k: Any, p: Any) -> Any:
        return np.where(k == 1, p, 1 - p)

    def _cdf(self, k: Any, p: Any) -> Any:
        return 1 - p + 0.0 * k

    def _sf(self, k: Any, p: Any) -> Any:
        return p + 0.0 * k

    def _stats(self, p: Any) -> Any:
        variance = p - np.square(p)
        return p, variance, (1 - 2.0 * p) / np.sqrt(variance), 1 / variance - 6.0

    def _entropy(self, p: Any) -> Any:
        return special.entr(p) + special.entr(1 - p)


@stands_for(type(stats.nbinom))
class NBinom(Discrete):
    """Of how many fail before the n-th happens."""

    def parameters(self, n: Any, p: Any, loc: Any = 0) -> Any:
        return (n, p), loc, 1

    def _argcheck(self, n: Any, p: Any) -> Any:
        return (n > 0) & (p > 0) & (p <= 1)

    def _get_support(self, n: Any, p: Any) -> Any:
        return 0, None

    def _logpmf(self, k: Any, n: Any, p: Any) -> Any:
        return special.gammaln(n + k) - special.gammaln(k + 1) - special.gammaln(n) + n * np.log(p) + special.xlog1py(k, -p)

    def _cdf(self, k: Any, n: Any, p: Any) -> Any:
        return special.betainc(n, k + 1, p)

    def _sf(self, k: Any, n: Any, p: Any) -> Any:
        return special.betainc(k + 1, n, 1 - p)

    def _stats(self, n: Any, p: Any) -> Any:
        rest = 1 - p
        return n * rest / p, n * rest / p**2, (2 - p) / np.sqrt(n * rest), 6.0 / n + p**2 / (n * rest)


@stands_for(type(stats.geom))
class Geom(Discrete):
    """Of how many it takes until the first happens."""

    def parameters(self, p: Any, loc: Any = 0) -> Any:
        return (p,), loc, 1

    def _argcheck(self, p: Any) -> Any:
        return (p <= 1) & (p > 0)

    def _get_support(self, p: Any) -> Any:
        return 1, None

    def _pmf(self, k: Any, p: Any) -> Any:
        return (1 - p) ** (k - 1) * p

    def _logpmf(self, k: Any, p: Any) -> Any:
        return special.xlog1py(k - 1, -p) + np.log(p)

    def _cdf(self, k: Any, p: Any) -> Any:
        return -np.expm1(np.log1p(-p) * k)

    def _sf(self, k: Any, p: Any) -> Any:
        return np.exp(k * np.log1p(-p))

    def _logsf(self, k: Any, p: Any) -> Any:
        return k * np.log1p(-p)

    def _stats(self, p: Any) -> Any:
        rest = 1.0 - p
        return 1.0 / p, rest / p / p, (2.0 - p) / np.sqrt(rest), ((p - 6) * p + 6) / rest

    def _entropy(self, p: Any) -> Any:
        return -np.log(p) - np.log1p(-p) * (1.0 - p) / p


@stands_for(type(stats.randint))
class RandInt(Discrete):
    """Each integer from low to high - 1 alike."""

    def parameters(self, low: Any, high: Any, loc: Any = 0) -> Any:
        return (low, high), loc, 1

    def _argcheck(self, low: Any, high: Any) -> Any:
        return (high > low) & (np.floor(low) == low) & (np.floor(high) == high)

    def _get_support(self, low: Any, high: Any) -> Any:
        return low, high - 1

    def _pmf(self, k: Any, low: Any, high: Any) -> Any:
        return 1.0 / (high - low) + 0.0 * k

    def _cdf(self, k: Any, low: Any, high: Any) -> Any:
        return (k - low + 1.0) / (high - low)

    def _stats(self, low: Any, high: Any) -> Any:
        d = high - low
        return (high + low - 1.0) / 2, (d * d - 1) / 12.0, 0.0, -6.0 / 5.0 * (d * d + 1.0) / (d * d - 1.0)

    def _entropy(self, low: Any, high: Any) -> Any:
        return np.log(high - low)


@stands_for(type(stats.skellam))
class Skellam(Discrete):
    """The difference of two of Poisson's: exp(-(√μ₁ - √μ₂)²)·(μ₁/μ₂)^(k/2)·I(|k|, 2√(μ₁μ₂)), the latter scaled."""

    def parameters(self, mu1: Any, mu2: Any, loc: Any = 0) -> Any:
        return (mu1, mu2), loc, 1

    def _get_support(self, mu1: Any, mu2: Any) -> Any:
        return -np.inf, np.inf

    def _interior(self, mu1: Any, mu2: Any) -> Any:
        return 0.0

    def _logpmf(self, k: Any, mu1: Any, mu2: Any) -> Any:
        scaled = special.ive(np.abs(k), 2.0 * np.sqrt(mu1 * mu2))
        return np.log(scaled) + 0.5 * k * np.log(mu1 / mu2) - (np.sqrt(mu1) - np.sqrt(mu2)) ** 2

    def _cdf(self, k: Any, mu1: Any, mu2: Any) -> Any:
        below = special.chndtr(2.0 * mu2, np.where(k < 0, -2.0 * k, 1.0), 2.0 * mu1)
        return np.where(k < 0, below, 1.0 - special.chndtr(2.0 * mu1, np.where(k < 0, 1.0, 2.0 * (k + 1.0)), 2.0 * mu2))

    def _stats(self, mu1: Any, mu2: Any) -> Any:
        variance = mu1 + mu2
        return mu1 - mu2, variance, (mu1 - mu2) / np.sqrt(variance**3.0), 1.0 / variance


@stands_for(type(stats.hypergeom))
class Hypergeom(Discrete):
    """How many of n are among N that are drawn of M."""

    def parameters(self, M: Any, n: Any, N: Any, loc: Any = 0) -> Any:
        return (M, n, N), loc, 1

    def _argcheck(self, M: Any, n: Any, N: Any) -> Any:
        whole = (np.floor(M) == M) & (np.floor(n) == n) & (np.floor(N) == N)
        return whole & (M > 0) & (n >= 0) & (N >= 0) & (n <= M) & (N <= M)

    def _get_support(self, M: Any, n: Any, N: Any) -> Any:
        return np.maximum(N - (M - n), 0), np.minimum(n, N)

    def _logpmf(self, k: Any, M: Any, n: Any, N: Any) -> Any:
        chosen = special.betaln(n + 1, 1) + special.betaln(M - n + 1, 1) + special.betaln(M - N + 1, N + 1)
        return chosen - special.betaln(k + 1, n - k + 1) - special.betaln(N - k + 1, M - n - N + k + 1) - special.betaln(M + 1, 1)

    def _counted(self, y: Any) -> Any:
        return y

    def _cdf(self, k: Any, M: Any, n: Any, N: Any) -> Any:
        return value_only(*SUMMED, quantiles, "hypergeom", "cdf", k, (M, n, N))

    def _sf(self, k: Any, M: Any, n: Any, N: Any) -> Any:
        return value_only(*SUMMED, quantiles, "hypergeom", "sf", k, (M, n, N))

    def _stats(self, M: Any, n: Any, N: Any) -> Any:
        total, good, drawn = 1.0 * M, 1.0 * n, 1.0 * N
        bad, left = total - good, total - drawn
        product = good * bad * drawn * left
        variance = product / (total * total * (total - 1.0))
        skewness = (bad - good) * (total - 2.0 * drawn) / (total - 2.0) * np.sqrt((total - 1.0) / product)
        excess = (total * (total + 1.0) - 6.0 * drawn * left - 6.0 * good * bad) * (total - 1.0) * total * total
        excess = (excess + 6.0 * product * (5.0 * total - 6.0)) / (product * (total - 2.0) * (total - 3.0))
        return drawn * (good / total), variance, skewness, excess
