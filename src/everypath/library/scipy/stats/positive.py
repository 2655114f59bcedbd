"""Distributions of positive numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...registry import stands_for
from .continuous import Continuous, fitted


class Positive(Continuous):
    """A distribution above 0."""

    def _get_support(self, *shapes: Any) -> Any:
        return 0.0, None


def where_above(bound: float, shape: Any, function: Any, otherwise: float) -> Any:
    """`function` of the shape where that is above the bound, and else what there is of the moment."""
    above = shape > bound
    return np.where(above, function(np.where(above, shape, bound + 1.0)), otherwise)


@stands_for(type(stats.expon))
class Expon(Positive):
    """exp(-x)."""

    def fit(self, data: Any, *args: Any, **kwds: Any) -> Any:
        """The least number, and how far the mean is above it."""
        x, loc, scale = fitted(data, args, kwds)
        loc = np.min(x) if loc is None else loc
        if np.min(x) < loc:
            raise ValueError("Invalid values in `data`: some are below `floc`.")
        return float(loc), float(np.mean(x) - loc if scale is None else scale)

    def _pdf(self, x: Any) -> Any:
        return np.exp(-x)

    def _logpdf(self, x: Any) -> Any:
        return -x

    def _cdf(self, x: Any) -> Any:
        return -np.expm1(-x)

    def _sf(self, x: Any) -> Any:
        return np.exp(-x)

    def _logsf(self, x: Any) -> Any:
        return -x

    def _ppf(self, q: Any) -> Any:
        return -np.log1p(-q)

    def _isf(self, q: Any) -> Any:
        return -np.log(q)

    def _stats(self) -> Any:
        return 1.0, 1.0, 2.0, 6.0

    def _entropy(self) -> Any:
        return 1.0


@stands_for(type(stats.gamma))
class Gamma(Positive):
    """x^(a - 1)·exp(-x)/Γ(a)."""

    def parameters(self, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (a,), loc, scale

    def _logpdf(self, x: Any, a: Any) -> Any:
        return special.xlogy(a - 1.0, x) - x - special.gammaln(a)

    def _cdf(self, x: Any, a: Any) -> Any:
        return special.gammainc(a, x)

    def _sf(self, x: Any, a: Any) -> Any:
        return special.gammaincc(a, x)

    def _ppf(self, q: Any, a: Any) -> Any:
        return special.gammaincinv(a, q)

    def _isf(self, q: Any, a: Any) -> Any:
        return special.gammainccinv(a, q)

    def _stats(self, a: Any) -> Any:
        return a, a, 2.0 / np.sqrt(a), 6.0 / a

    def _entropy(self, a: Any) -> Any:
        far = 0.5 * (1.0 + np.log(2 * np.pi) + np.log(a)) - 1 / (3 * a) - (a**-2.0) / 12 - (a**-3.0) / 90 + (a**-4.0) / 120
        return np.where(a < 250, special.psi(a) * (1 - a) + a + special.gammaln(a), far)


@stands_for(type(stats.chi2))
class Chi2(Positive):
    """Of the sum of df squares."""

    def parameters(self, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (df,), loc, scale

    def _logpdf(self, x: Any, df: Any) -> Any:
        return special.xlogy(df / 2.0 - 1, x) - x / 2.0 - special.gammaln(df / 2.0) - (np.log(2) * df) / 2.0

    def _cdf(self, x: Any, df: Any) -> Any:
        return special.chdtr(df, x)

    def _sf(self, x: Any, df: Any) -> Any:
        return special.chdtrc(df, x)

    def _ppf(self, q: Any, df: Any) -> Any:
        return 2 * special.gammaincinv(df / 2, q)

    def _isf(self, q: Any, df: Any) -> Any:
        return special.chdtri(df, q)

    def _stats(self, df: Any) -> Any:
        return df, 2 * df, 2 * np.sqrt(2.0 / df), 12.0 / df

    def _entropy(self, df: Any) -> Any:
        half = 0.5 * df
        h = 0.5 / half
        far = h * (-2 / 3 + h * (-1 / 3 + h * (-4 / 45 + h / 7.5))) + 0.5 * np.log(half) + np.log(2) + 0.5 * (1 + np.log(2 * np.pi))
        return np.where(half < 125, half + np.log(2) + special.gammaln(half) + (1 - half) * special.psi(half), far)


@stands_for(type(stats.f))
class F(Positive):
    """Of the quotient of two means of squares, dfn and dfd of them."""

    def parameters(self, dfn: Any, dfd: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (dfn, dfd), loc, scale

    def _logpdf(self, x: Any, dfn: Any, dfd: Any) -> Any:
        n, m = 1.0 * dfn, 1.0 * dfd
        first = m / 2 * np.log(m) + n / 2 * np.log(n) + special.xlogy(n / 2 - 1, x)
        return first - ((n + m) / 2 * np.log(m + n * x) + special.betaln(n / 2, m / 2))

    def _cdf(self, x: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtr(dfn, dfd, x)

    def _sf(self, x: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtrc(dfn, dfd, x)

    def _ppf(self, q: Any, dfn: Any, dfd: Any) -> Any:
        return special.fdtri(dfn, dfd, q)

    def _stats(self, dfn: Any, dfd: Any) -> Any:
        n, m = 1.0 * dfn, 1.0 * dfd
        mean = where_above(2.0, m, lambda v: v / (v - 2.0), np.inf)
        variance = where_above(4.0, m, lambda v: 2 * v * v * (n + v - 2.0) / (n * (v - 2.0) ** 2 * (v - 4.0)), np.inf)
        plain = where_above(6.0, m, lambda v: (2 * n + v - 2.0) / (v - 6.0) * np.sqrt((v - 4.0) / (n * (n + v - 2.0))), np.nan)
        skewness = plain * np.sqrt(8.0)
        kurtosis = where_above(8.0, m, lambda v: 1.5 * (8 + skewness * skewness * (v - 6.0)) / (v - 8.0), np.nan)
        return mean, variance, skewness, kurtosis

    def _entropy(self, dfn: Any, dfd: Any) -> Any:
        n, m = 0.5 * dfn, 0.5 * dfd
        parts = (1 - n) * special.psi(n) - (1 + m) * special.psi(m) + (n + m) * special.psi(n + m)
        return np.log(dfd) - np.log(dfn) + special.betaln(n, m) + parts


@stands_for(type(stats.weibull_min))
class WeibullMin(Positive):
    """c·x^(c - 1)·exp(-x^c)."""

    def parameters(self, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (c,), loc, scale

    def _pdf(self, x: Any, c: Any) -> Any:
        return c * x ** (c - 1) * np.exp(-(x**c))

    def _logpdf(self, x: Any, c: Any) -> Any:
        return np.log(c) + special.xlogy(c - 1, x) - x**c

    def _cdf(self, x: Any, c: Any) -> Any:
        return -np.expm1(-(x**c))

    def _sf(self, x: Any, c: Any) -> Any:
        return np.exp(-(x**c))

    def _logsf(self, x: Any, c: Any) -> Any:
        return -(x**c)

    def _ppf(self, q: Any, c: Any) -> Any:
        return (-np.log1p(-q)) ** (1.0 / c)

    def _isf(self, q: Any, c: Any) -> Any:
        return (-np.log(q)) ** (1 / c)

    def _stats(self, c: Any) -> Any:
        m1, m2, m3, m4 = special.gamma(1 + 1 / c), special.gamma(1 + 2 / c), special.gamma(1 + 3 / c), special.gamma(1 + 4 / c)
        variance = m2 - m1 * m1
        skewness = ((-m1 * m1 - 3 * variance) * m1 + m3) / variance**1.5
        third = skewness * variance**1.5
        return m1, variance, skewness, (((-m1 * m1 - 6 * variance) * m1 - 4 * third) * m1 + m4) / variance**2 - 3

    def _entropy(self, c: Any) -> Any:
        return -np.euler_gamma / c - np.log(c) + np.euler_gamma + 1


@stands_for(type(stats.pareto))
class Pareto(Continuous):
    """b/x^(b + 1) above 1."""

    def parameters(self, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (b,), loc, scale

    def _get_support(self, b: Any) -> Any:
        return 1.0, None

    def _interior(self, b: Any) -> Any:
        return 2.0

    def _pdf(self, x: Any, b: Any) -> Any:
        return b * x ** (-b - 1)

    def _cdf(self, x: Any, b: Any) -> Any:
        return 1 - x ** (-b)

    def _sf(self, x: Any, b: Any) -> Any:
        return x ** (-b)

    def _ppf(self, q: Any, b: Any) -> Any:
        return (1 - q) ** (-1.0 / b)

    def _isf(self, q: Any, b: Any) -> Any:
        return q ** (-1.0 / b)

    def _stats(self, b: Any) -> Any:
        mean = where_above(1.0, b, lambda v: v / (v - 1.0), np.inf)
        variance = where_above(2.0, b, lambda v: v / (v - 2.0) / (v - 1.0) ** 2, np.inf)
        skewness = where_above(3.0, b, lambda v: 2 * (v + 1.0) * np.sqrt(v - 2.0) / ((v - 3.0) * np.sqrt(v)), np.nan)
        kurtosis = where_above(4.0, b, lambda v: 6.0 * (((v + 1.0) * v - 6) * v - 2) / (((v - 7.0) * v + 12.0) * v), np.nan)
        return mean, variance, skewness, kurtosis

    def _entropy(self, b: Any) -> Any:
        return 1 + 1.0 / b - np.log(b)


@stands_for(type(stats.invgamma))
class InvGamma(Positive):
    """x^(-a - 1)·exp(-1/x)/Γ(a)."""

    def parameters(self, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (a,), loc, scale

    def _logpdf(self, x: Any, a: Any) -> Any:
        return -(a + 1) * np.log(x) - special.gammaln(a) - 1.0 / x

    def _cdf(self, x: Any, a: Any) -> Any:
        return special.gammaincc(a, 1.0 / x)

    def _sf(self, x: Any, a: Any) -> Any:
        return special.gammainc(a, 1.0 / x)

    def _ppf(self, q: Any, a: Any) -> Any:
        return 1.0 / special.gammainccinv(a, q)

    def _isf(self, q: Any, a: Any) -> Any:
        return 1.0 / special.gammaincinv(a, q)

    def _stats(self, a: Any) -> Any:
        mean = where_above(1.0, a, lambda v: 1.0 / (v - 1.0), np.inf)
        variance = where_above(2.0, a, lambda v: 1.0 / (v - 1.0) ** 2 / (v - 2.0), np.inf)
        skewness = where_above(3.0, a, lambda v: 4.0 * np.sqrt(v - 2.0) / (v - 3.0), np.nan)
        kurtosis = where_above(4.0, a, lambda v: 6.0 * (5.0 * v - 11.0) / (v - 3.0) / (v - 4.0), np.nan)
        return mean, variance, skewness, kurtosis

    def _entropy(self, a: Any) -> Any:
        far = (1 - 3 * np.log(a) + np.log(2) + np.log(np.pi)) / 2 + 2 / 3 / a + a**-2.0 / 12 - a**-3.0 / 90 - a**-4.0 / 120
        return np.where(a >= 200, far, a - (a + 1.0) * special.psi(a) + special.gammaln(a))


@stands_for(type(stats.rayleigh))
class Rayleigh(Positive):
    """x·exp(-x²/2)."""

    def _logpdf(self, x: Any) -> Any:
        return np.log(x) - 0.5 * x * x

    def _cdf(self, x: Any) -> Any:
        return -np.expm1(-0.5 * x**2)

    def _sf(self, x: Any) -> Any:
        return np.exp(-0.5 * x * x)

    def _logsf(self, x: Any) -> Any:
        return -0.5 * x * x

    def _ppf(self, q: Any) -> Any:
        return np.sqrt(-2 * np.log1p(-q))

    def _isf(self, q: Any) -> Any:
        return np.sqrt(-2 * np.log(q))

    def _stats(self) -> Any:
        rest = 4 - np.pi
        return np.sqrt(np.pi / 2), rest / 2, 2 * (np.pi - 3) * np.sqrt(np.pi) / rest**1.5, 6 * np.pi / rest - 16 / rest**2

    def _entropy(self) -> Any:
        return np.euler_gamma / 2.0 + 1 - 0.5 * np.log(2)


@stands_for(type(stats.ncx2))
class NoncentralChi2(Continuous):
    """½·exp(-(x + λ)/2)·(x/λ)^(k/4 - ½)·I(k/2 - 1, √(λx)); χ² for λ = 0."""

    def parameters(self, df: Any, nc: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (df, nc), loc, scale

    def _argcheck(self, df: Any, nc: Any) -> Any:
        return (df > 0) & np.isfinite(df) & (nc >= 0)

    def _get_support(self, df: Any, nc: Any) -> Any:
        return 0.0, None

    def _logpdf(self, x: Any, df: Any, nc: Any) -> Any:
        away = np.where(nc > 0, nc, 1.0)
        order = 0.5 * df - 1.0
        far = special.xlogy(0.5 * order, x / away) - 0.5 * (np.sqrt(x) - np.sqrt(away)) ** 2
        value = far + np.log(special.ive(order, np.sqrt(x * away)) / 2.0)
        return np.where(nc > 0, value, special.xlogy(order, x) - x / 2.0 - special.gammaln(df / 2.0) - (np.log(2.0) * df) / 2.0)

    def _cdf(self, x: Any, df: Any, nc: Any) -> Any:
        return special.chndtr(x, df, nc)

    def _ppf(self, q: Any, df: Any, nc: Any) -> Any:
        return special.chndtrix(q, df, nc)

    def _stats(self, df: Any, nc: Any) -> Any:
        return df + nc, 2 * (df + 2 * nc), 8**0.5 * (df + 3 * nc) / (df + 2 * nc) ** 1.5, 12.0 * (df + 4 * nc) / (df + 2 * nc) ** 2.0
