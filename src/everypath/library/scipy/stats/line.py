"""Distributions over the whole line, the normal ones aside, and von Mises' on the circle."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for
from .continuous import Continuous
from .positive import where_above

ZETA3 = 1.202056903159594285399738161511449990764986292


@stands_for(type(stats.t))
class T(Continuous):
    """(1 + x²/df)^(-(df + 1)/2)/(√df·B(½, df/2)); the normal one for infinite df."""

    def parameters(self, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (df,), loc, scale

    def _logpdf(self, x: Any, df: Any) -> Any:
        normal = df == np.inf
        v = np.where(normal, 1.0, df)
        value = np.log(special.poch(0.5 * v, 0.5)) - 0.5 * (np.log(v) + np.log(np.pi)) - (v + 1) / 2 * np.log1p(x * x / v)
        return np.where(normal, -(x**2) / 2.0 - np.log(2 * np.pi) / 2, value)

    def _cdf(self, x: Any, df: Any) -> Any:
        return special.stdtr(df, x)

    def _sf(self, x: Any, df: Any) -> Any:
        return special.stdtr(df, -x)

    def _ppf(self, q: Any, df: Any) -> Any:
        return special.stdtrit(df, q)

    def _isf(self, q: Any, df: Any) -> Any:
        return -special.stdtrit(df, q)

    def _stats(self, df: Any) -> Any:
        mean = np.where(df > 1, 0.0, np.inf)
        far = df == np.inf
        v = np.where(far, 10.0, df)
        variance = np.where(far, 1.0, where_above(2.0, v, lambda d: d / (d - 2.0), np.inf))
        kurtosis = np.where(far, 0.0, where_above(4.0, v, lambda d: 6.0 / (d - 4.0), np.inf))
        none = np.where(df > 1, variance, np.nan)
        return mean, none, np.where(df > 3, 0.0, np.nan), np.where(df > 2, kurtosis, np.nan)

    def _entropy(self, df: Any) -> Any:
        half, half1 = df / 2, (df + 1) / 2
        near = half1 * (special.digamma(half1) - special.digamma(half)) + np.log(np.sqrt(df) * special.beta(half, 0.5))
        series = 1 / df + (df**-2.0) / 4 - (df**-3.0) / 6 - (df**-4.0) / 8 + 3 / 10 * (df**-5.0) + (df**-6.0) / 4
        return np.where(df >= 100, 0.5 * (np.log(2 * np.pi) + 1) + series, near)


@stands_for(type(stats.laplace))
class Laplace(Continuous):
    """exp(-|x|)/2."""

    def _pdf(self, x: Any) -> Any:
        return 0.5 * np.exp(-abs(x))

    def _cdf(self, x: Any) -> Any:
        return np.where(x > 0, 1.0 - 0.5 * np.exp(-abs(x)), 0.5 * np.exp(-abs(x)))

    def _sf(self, x: Any) -> Any:
        return self._cdf(-x)

    def _ppf(self, q: Any) -> Any:
        return np.where(q > 0.5, -np.log(2 * (1 - q)), np.log(2 * q))

    def _isf(self, q: Any) -> Any:
        return -self._ppf(q)

    def _stats(self) -> Any:
        return 0, 2, 0, 3

    def _entropy(self) -> Any:
        return np.log(2) + 1


@stands_for(type(stats.cauchy))
class Cauchy(Continuous):
    """1/(π·(1 + x²))."""

    def _pdf(self, x: Any) -> Any:
        return 1.0 / np.pi / (1.0 + x * x)

    def _logpdf(self, x: Any) -> Any:
        return -np.log(np.pi) - 2 * np.log(np.hypot(1.0, x))

    def _cdf(self, x: Any) -> Any:
        return np.arctan2(1, -x) / np.pi

    def _sf(self, x: Any) -> Any:
        return np.arctan2(1, x) / np.pi

    def _ppf(self, q: Any) -> Any:
        return -1.0 / np.tan(np.pi * q)

    def _isf(self, q: Any) -> Any:
        return 1.0 / np.tan(np.pi * q)

    def _stats(self) -> Any:
        return np.nan, np.nan, np.nan, np.nan

    def _entropy(self) -> Any:
        return np.log(4 * np.pi)


@stands_for(type(stats.logistic))
class Logistic(Continuous):
    """exp(-x)/(1 + exp(-x))²."""

    def _logpdf(self, x: Any) -> Any:
        return special.log_expit(x) + special.log_expit(-x)

    def _cdf(self, x: Any) -> Any:
        return special.expit(x)

    def _sf(self, x: Any) -> Any:
        return special.expit(-x)

    def _logcdf(self, x: Any) -> Any:
        return special.log_expit(x)

    def _logsf(self, x: Any) -> Any:
        return special.log_expit(-x)

    def _ppf(self, q: Any) -> Any:
        return special.logit(q)

    def _isf(self, q: Any) -> Any:
        return -special.logit(q)

    def _stats(self) -> Any:
        return 0, np.pi * np.pi / 3.0, 0, 6.0 / 5.0

    def _entropy(self) -> Any:
        return 2.0


@stands_for(type(stats.gumbel_r))
class GumbelR(Continuous):
    """exp(-x - exp(-x)): of the largest of many."""

    def _logpdf(self, x: Any) -> Any:
        return -x - np.exp(-x)

    def _cdf(self, x: Any) -> Any:
        return np.exp(-np.exp(-x))

    def _sf(self, x: Any) -> Any:
        return -np.expm1(-np.exp(-x))

    def _logcdf(self, x: Any) -> Any:
        return -np.exp(-x)

    def _ppf(self, q: Any) -> Any:
        return -np.log(-np.log(q))

    def _isf(self, q: Any) -> Any:
        return -np.log(-np.log1p(-q))

    def _stats(self) -> Any:
        return np.euler_gamma, np.pi * np.pi / 6.0, 12 * np.sqrt(6) / np.pi**3 * ZETA3, 12.0 / 5

    def _entropy(self) -> Any:
        return np.euler_gamma + 1.0


@stands_for(type(stats.gumbel_l))
class GumbelL(Continuous):
    """exp(x - exp(x)): of the smallest of many."""

    def _logpdf(self, x: Any) -> Any:
        return x - np.exp(x)

    def _cdf(self, x: Any) -> Any:
        return -np.expm1(-np.exp(x))

    def _sf(self, x: Any) -> Any:
        return np.exp(-np.exp(x))

    def _logsf(self, x: Any) -> Any:
        return -np.exp(x)

    def _ppf(self, q: Any) -> Any:
        return np.log(-np.log1p(-q))

    def _isf(self, q: Any) -> Any:
        return np.log(-np.log(q))

    def _stats(self) -> Any:
        return -np.euler_gamma, np.pi * np.pi / 6.0, -12 * np.sqrt(6) / np.pi**3 * ZETA3, 12.0 / 5

    def _entropy(self) -> Any:
        return np.euler_gamma + 1.0


@stands_for(type(stats.vonmises))
class VonMises(Continuous):
    """exp(κ·cos x)/(2π·I₀(κ))."""

    def expect(self, *args: Any, **kwds: Any) -> Any:
        return refuse("expect of a distribution on the circle is not supported", "integrate its pdf over one turn: scipy.integrate.quad")

    def parameters(self, kappa: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (kappa,), loc, scale

    def _argcheck(self, kappa: Any) -> Any:
        return kappa >= 0

    def _pdf(self, x: Any, kappa: Any) -> Any:
        return np.exp(kappa * special.cosm1(x)) / (2 * np.pi * special.i0e(kappa))

    def _logpdf(self, x: Any, kappa: Any) -> Any:
        return kappa * special.cosm1(x) - np.log(2 * np.pi) - np.log(special.i0e(kappa))

    def _entropy(self, kappa: Any) -> Any:
        return -kappa * special.i1e(kappa) / special.i0e(kappa) + np.log(2 * np.pi * special.i0e(kappa)) + kappa
