"""Fourier transforms at the points of a spiral: by Bluestein's algorithm, a convolution with a chirp, as SciPy does it."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import scipy.fft
from scipy import signal

from ...complex import AS_WRITTEN
from ...registry import stands_for


@stands_for(signal.czt)
def czt(x: Any, m: Any = None, w: Any = None, a: Any = 1 + 0j, *, axis: int = -1) -> Any:
    """The z-transform at a, a/w, a/w² and so on."""
    x = np.asarray(x)
    n = x.shape[axis]
    count = enough(n, m)
    k = np.arange(max(count, n))
    if w is None:
        chirp = np.exp(-(1j * math.pi * ((k**2) % (2 * count))) / count)
    else:
        chirp = (w + 0j) ** (k**2 / 2.0)
    return by_convolution(x, (a + 0j) ** (-1.0 * k[:n]), chirp, count, axis)


@stands_for(signal.zoom_fft)
def zoom_fft(x: Any, fn: Any, m: Any = None, *, fs: Any = 2, endpoint: bool = False, axis: int = -1) -> Any:
    """The Fourier transform between two frequencies."""
    x = np.asarray(x)
    n = x.shape[axis]
    count = enough(n, m)
    k = np.arange(max(count, n))
    if np.size(fn) not in (1, 2):
        raise ValueError("fn must be a scalar or 2-length sequence")
    first, last = (fn[0], fn[1]) if np.size(fn) == 2 else (0.0, fn)
    scale = ((last - first) * count) / (fs * (count - 1)) if endpoint else (last - first) / fs
    chirp = np.exp(-(1j * math.pi * scale * k**2) / count)
    return by_convolution(x, np.exp(-2j * math.pi * first / fs * k[:n]), chirp, count, axis)


def enough(n: int, m: Any) -> Any:
    """How many points there are."""
    count = n if m is None else operator.index(m)
    if n < 1 or count < 1:
        raise ValueError(f"Invalid number of CZT data points ({n}) or output points ({count}) specified.")
    return count


def by_convolution(x: Any, start: Any, chirp: Any, m: Any, axis: int) -> Any:
    """Σ xₖ·startₖ·wᵏʲ for j up to m, where w^(k²/2) is `chirp`: kj is half of k² + j² - (j - k)²."""
    n = x.shape[axis]
    size = scipy.fft.next_fast_len(n + m - 1)
    kernel = np.fft.fft(1 / np.concatenate((chirp[n - 1 : 0 : -1], chirp[:m])), size)
    found = np.fft.ifft(kernel * np.fft.fft(np.moveaxis(x, axis, -1) * (start * chirp[:n]), size))
    return np.moveaxis(found[..., n - 1 : n + m - 1] * chirp[:m], -1, axis)


AS_WRITTEN.update((signal.czt, signal.zoom_fft))
