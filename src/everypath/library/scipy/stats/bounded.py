"""Distributions between two numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...registry import stands_for
from .continuous import Continuous


class Bounded(Continuous):
    """A distribution between 0 and 1."""

    def _get_support(self, *shapes: Any) -> Any:
        return 0.0, 1.0


@stands_for(type(stats.uniform))
class Uniform(Bounded):
    """1."""

    def _pdf(self, x: Any) -> Any:
        return 1.0 * (x == x)

    def _logpdf(self, x: Any) -> Any:
        return np.where(x == x, 0.0, np.nan)

    def _cdf(self, x: Any) -> Any:
        return x

    def _ppf(self, q: Any) -> Any:
        return q

    def _stats(self) -> Any:
        return 0.5, 1.0 / 12, 0, -1.2

    def _entropy(self) -> Any:
        return 0.0


@stands_for(type(stats.beta))
class Beta(Bounded):
    """x^(a - 1)·(1 - x)^(b - 1)/B(a, b)."""

    def parameters(self, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (a, b), loc, scale

    def _logpdf(self, x: Any, a: Any, b: Any) -> Any:
        return special.xlog1py(b - 1.0, -x) + special.xlogy(a - 1.0, x) - special.betaln(a, b)

    def _cdf(self, x: Any, a: Any, b: Any) -> Any:
        return special.betainc(a, b, x)

    def _sf(self, x: Any, a: Any, b: Any) -> Any:
        return special.betainc(b, a, 1.0 - x)

    def _ppf(self, q: Any, a: Any, b: Any) -> Any:
        return special.betaincinv(a, b, q)

    def _isf(self, q: Any, a: Any, b: Any) -> Any:
        return 1.0 - special.betaincinv(b, a, q)

    def _stats(self, a: Any, b: Any) -> Any:
        whole = a + b
        skewness = 2 * (b - a) * np.sqrt(whole + 1) / ((whole + 2) * np.sqrt(a * b))
        kurtosis = 6 * ((a - b) ** 2 * (whole + 1) - a * b * (whole + 2)) / (a * b * (whole + 2) * (whole + 3))
        return a / whole, a * b / (whole**2 * (whole + 1)), skewness, kurtosis

    def _entropy(self, a: Any, b: Any) -> Any:
        return special.betaln(a, b) - (a - 1) * special.psi(a) - (b - 1) * special.psi(b) + (a + b - 2) * special.psi(a + b)


@stands_for(type(stats.triang))
class Triang(Bounded):
    """A triangle with its top at c."""

    def parameters(self, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
        return (c,), loc, scale

    def _argcheck(self, c: Any) -> Any:
        return (c >= 0) & (c <= 1)

    def _sides(self, x: Any, c: Any) -> Any:
        """Whether x is on the rising side, and what to divide by on each."""
        return (x < c) | (c == 1), np.where(c == 0, 1.0, c), np.where(c == 1, 1.0, 1 - c)

    def _pdf(self, x: Any, c: Any) -> Any:
        rising, left, right = self._sides(x, c)
        return np.where(rising, 2 * x / left, 2 * (1 - x) / right)

    def _cdf(self, x: Any, c: Any) -> Any:
        rising, left, right = self._sides(x, c)
        return np.where(rising, x * x / left, 1 - (1 - x) ** 2 / right)

    def _ppf(self, q: Any, c: Any) -> Any:
        return np.where(q < c, np.sqrt(c * q), 1 - np.sqrt((1 - c) * (1 - q)))

    def _stats(self, c: Any) -> Any:
        spread = 1.0 - c + c * c
        return (c + 1.0) / 3.0, spread / 18, np.sqrt(2) * (2 * c - 1) * (c + 1) * (c - 2) / (5 * spread**1.5), -3.0 / 5.0

    def _entropy(self, c: Any) -> Any:
        return 0.5 - np.log(2) + 0.0 * c
