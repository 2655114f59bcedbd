"""Windows of so many samples, as NumPy computes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..registry import stands_for


def window(M: Any, formula: Callable[[Any], Any]) -> Any:
    """A window of M samples, by the formula of the places 1 - M, 3 - M, … M - 1; one sample is 1, fewer are none."""
    if M < 1:
        return np.zeros(0)
    if M == 1:
        return np.ones(1)
    return formula(np.arange(1 - float(M), float(M), 2.0))


@stands_for(np.hanning)
def hanning(M: Any) -> Any:
    return window(M, lambda n: 0.5 + 0.5 * np.cos(np.pi * n / (M - 1)))


@stands_for(np.hamming)
def hamming(M: Any) -> Any:
    return window(M, lambda n: 0.54 + 0.46 * np.cos(np.pi * n / (M - 1)))


@stands_for(np.blackman)
def blackman(M: Any) -> Any:
    return window(M, lambda n: 0.42 + 0.5 * np.cos(np.pi * n / (M - 1)) + 0.08 * np.cos(2.0 * np.pi * n / (M - 1)))


@stands_for(np.bartlett)
def bartlett(M: Any) -> Any:
    return window(M, lambda n: np.where(n <= 0, 1 + n / (M - 1), 1 - n / (M - 1)))


@stands_for(np.kaiser)
def kaiser(M: Any, beta: Any) -> Any:
    """I₀(β √(1 - t²)) / I₀(β), t from -1 to 1."""
    if M == 1:
        return np.ones(1)
    n = np.arange(0, float(M))
    alpha = (M - 1) / 2.0
    return np.i0(beta * np.sqrt(1 - ((n - alpha) / alpha) ** 2.0)) / np.i0(float(beta))
