"""The normal distribution and those made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...registry import stands_for
from .continuous import Continuous

ROOT_TAU = np.sqrt(2 * np.pi)
LOG_ROOT_TAU = np.log(2 * np.pi) / 2


@stands_for(type(stats.norm))
class Norm(Continuous):
    """exp(-x²/2)/√2π."""

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
