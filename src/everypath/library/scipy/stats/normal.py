"""The normal distribution and those made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...registry import stands_for
from .continuous import Continuous, fitted

ROOT_TAU = np.sqrt(2 * np.pi)
LOG_ROOT_TAU = np.log(2 * np.pi) / 2


@stands_for(type(stats.norm))
class Norm(Continuous):
    """exp(-x²/2)/√2π."""

    def fit(self, data: Any, *args: Any, **kwds: Any) -> Any:
        """The mean and the spread, or what is left of them where one is given."""
        x, loc, scale = fitted(data, args, kwds)
        loc = np.mean(x) if loc is None else loc
        return loc, np.sqrt(np.mean((x - loc) ** 2)) if scale is None else scale

    def _pdf(self, x: Any) -> Any:
        return np.exp(-(x**2) / 2.0) / ROOT_TAU

    def _logpdf(self, x: Any) -> Any:
        return -(x**2) / 2.0 - LOG_ROOT_TAU

    def _cdf(self, x: Any) -> Any:
        return special.ndtr(x)

    def _logcdf(self, x: Any) -> Any:
        return special.log_ndtr(x)

    def _sf(self, x: Any) -> Any:
        return special.ndtr(-x)

    def _logsf(self, x: Any) -> Any:
        return special.log_ndtr(-x)

    def _ppf(self, q: Any) -> Any:
        return special.ndtri(q)

    def _isf(self, q: Any) -> Any:
        return -special.ndtri(q)

    def _stats(self) -> Any:
        return 0.0, 1.0, 0.0, 0.0

    def _entropy(self) -> Any:
        return 0.5 * (np.log(2 * np.pi) + 1)


@stands_for(type(stats.halfnorm))
class HalfNorm(Continuous):
    """√(2/π)·exp(-x²/2) above 0."""

    def _get_support(self) -> Any:
        return 0.0, None

    def _pdf(self, x: Any) -> Any:
        return np.sqrt(2.0 / np.pi) * np.exp(-x * x / 2.0)

    def _logpdf(self, x: Any) -> Any:
        return 0.5 * np.log(2.0 / np.pi) - x * x / 2.0

    def _cdf(self, x: Any) -> Any:
        return special.erf(x / np.sqrt(2))

    def _sf(self, x: Any) -> Any:
        return 2 * special.ndtr(-x)

    def _ppf(self, q: Any) -> Any:
        return special.ndtri((1 + q) / 2.0)

    def _isf(self, q: Any) -> Any:
        return -special.ndtri(q / 2)

    def _stats(self) -> Any:
        return np.sqrt(2.0 / np.pi), 1 - 2.0 / np.pi, np.sqrt(2) * (4 - np.pi) / (np.pi - 2) ** 1.5, 8 * (np.pi - 3) / (np.pi - 2) ** 2

    def _entropy(self) -> Any:
        return 0.5 * np.log(np.pi / 2.0) + 0.5


@stands_for(type(stats.lognorm))
class LogNorm(Continuous):
    """exp(-(log x)²/(2s²))/(s·x·√2π)."""

    def parameters(self, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (s,), loc, scale

    def _get_support(self, s: Any) -> Any:
        return 0.0, None

    def _logpdf(self, x: Any, s: Any) -> Any:
        some = x != 0
        y = np.where(some, x, 1.0)
        return np.where(some, -(np.log(y) ** 2) / (2 * s**2) - np.log(s * y * ROOT_TAU), -np.inf)

    def _cdf(self, x: Any, s: Any) -> Any:
        return special.ndtr(np.log(x) / s)

    def _sf(self, x: Any, s: Any) -> Any:
        return special.ndtr(-np.log(x) / s)

    def _logcdf(self, x: Any, s: Any) -> Any:
        return special.log_ndtr(np.log(x) / s)

    def _logsf(self, x: Any, s: Any) -> Any:
        return special.log_ndtr(-np.log(x) / s)

    def _ppf(self, q: Any, s: Any) -> Any:
        return np.exp(s * special.ndtri(q))

    def _isf(self, q: Any, s: Any) -> Any:
        return np.exp(-s * special.ndtri(q))

    def _stats(self, s: Any) -> Any:
        p = np.exp(s * s)
        return np.sqrt(p), p * (p - 1), np.sqrt(p - 1) * (2 + p), ((p + 2) * p + 3) * p * p - 6.0

    def _entropy(self, s: Any) -> Any:
        return 0.5 * (1 + np.log(2 * np.pi) + 2 * np.log(s))


@stands_for(type(stats.skewnorm))
class SkewNorm(Continuous):
    """2·φ(x)·Φ(a·x)."""

    def parameters(self, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (a,), loc, scale

    def _argcheck(self, a: Any) -> Any:
        return np.isfinite(a)

    def _pdf(self, x: Any, a: Any) -> Any:
        return 2.0 * np.exp(-(x**2) / 2.0) / ROOT_TAU * special.ndtr(a * x)

    def _logpdf(self, x: Any, a: Any) -> Any:
        return np.log(2) - (x**2) / 2.0 - LOG_ROOT_TAU + special.log_ndtr(a * x)

    def _cdf(self, x: Any, a: Any) -> Any:
        return special.ndtr(x) - 2 * special.owens_t(x, a)

    def _sf(self, x: Any, a: Any) -> Any:
        return special.ndtr(-x) + 2 * special.owens_t(x, a)

    def _stats(self, a: Any) -> Any:
        mean = np.sqrt(2 / np.pi) * a / np.sqrt(1 + a**2)
        rest = 1 - mean**2
        return mean, rest, (4 - np.pi) / 2 * (mean / np.sqrt(rest)) ** 3, 2 * (np.pi - 3) * (mean**4 / rest**2)


def log_below(x: Any) -> Any:
    """log Φ(x), which at -∞ depends on nothing."""
    far = np.isneginf(x)
    return np.where(far, -np.inf, special.log_ndtr(np.where(far, 0.0, x)))


def log_mass(a: Any, b: Any) -> Any:
    """log (Φ(b) - Φ(a)), each side of 0 by what is small there."""
    right, left = a > 0, b <= 0
    high, low = log_below(np.where(right, -a, np.where(left, b, 0.0))), log_below(np.where(right, -b, np.where(left, a, -1.0)))
    aside = high + np.log1p(-np.exp(low - high))
    around = np.log1p(-np.exp(log_below(np.where(right | left, -1.0, a))) - np.exp(log_below(np.where(right | left, -1.0, -b))))
    return np.where(right | left, aside, around)


@stands_for(type(stats.truncnorm))
class TruncNorm(Continuous):
    """φ(x)/(Φ(b) - Φ(a)) between a and b."""

    def parameters(self, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (a, b), loc, scale

    def _argcheck(self, a: Any, b: Any) -> Any:
        return a < b

    def _get_support(self, a: Any, b: Any) -> Any:
        return a, b

    def _interior(self, a: Any, b: Any) -> Any:
        ends = np.isinf(a), np.isinf(b)
        middle = (np.where(ends[0], 0.0, a) + np.where(ends[1], 0.0, b)) / 2
        return np.where(ends[0] & ends[1], 0.0, np.where(ends[0], b - 1.0, np.where(ends[1], a + 1.0, middle)))

    def _logpdf(self, x: Any, a: Any, b: Any) -> Any:
        return -(x**2) / 2.0 - LOG_ROOT_TAU - log_mass(a, b)

    def _cdf(self, x: Any, a: Any, b: Any) -> Any:
        return np.exp(self._logcdf(x, a, b))

    def _sf(self, x: Any, a: Any, b: Any) -> Any:
        return np.exp(self._logsf(x, a, b))

    def _logcdf(self, x: Any, a: Any, b: Any) -> Any:
        return self._part(log_mass(a, x), log_mass(x, b), log_mass(a, b))

    def _logsf(self, x: Any, a: Any, b: Any) -> Any:
        return self._part(log_mass(x, b), log_mass(a, x), log_mass(a, b))

    def _part(self, part: Any, rest: Any, whole: Any) -> Any:
        """The logarithm of a part of the mass: by the rest, where that is the smaller one."""
        near = part - whole > -0.1
        return np.where(near, np.log1p(-np.exp(np.where(near, rest - whole, -1.0))), part - whole)

    def _ppf(self, q: Any, a: Any, b: Any) -> Any:
        left, mass = a < 0, log_mass(a, b)
        start = log_below(np.where(left, a, -b))
        found = special.ndtri_exp(np.logaddexp(start, np.where(left, np.log(q), np.log1p(-q)) + mass))
        return np.where(left, found, -found)

    def _stats(self, a: Any, b: Any) -> Any:
        at_a, at_b = np.exp(self._logpdf(a, a, b)), np.exp(self._logpdf(b, a, b))
        low, high = np.where(at_a != 0, a, 0.0), np.where(at_b != 0, b, 0.0)
        mean = at_a - at_b
        second = 1 + low * at_a - high * at_b
        third, fourth = 2 * mean + low**2 * at_a - high**2 * at_b, 3 * second + low**3 * at_a - high**3 * at_b
        variance = 1 + (low - mean) * at_a - (high - mean) * at_b
        skewness = (third + mean * (-3 * second + 2 * mean**2)) / variance**1.5
        kurtosis = (fourth + mean * (-4 * third + 3 * mean * (2 * second - mean**2))) / variance**2 - 3
        return mean, variance, skewness, kurtosis

    def _entropy(self, a: Any, b: Any) -> Any:
        mass = special.ndtr(b) - special.ndtr(a)
        slopes = a * np.exp(-(a**2) / 2.0) / ROOT_TAU - b * np.exp(-(b**2) / 2.0) / ROOT_TAU
        return np.log(np.sqrt(2 * np.pi * np.e) * mass) + slopes / (2 * mass)
