"""Back to a series: from its short-time transforms (`istft`), and from what a filter made of it (`deconvolve`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...complex import AS_WRITTEN
from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@stands_for(signal.istft)
def istft(
    Zxx: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    input_onesided: bool = True, boundary: bool = True, time_axis: int = -1, freq_axis: int = -2, scaling: str = "spectrum",
) -> Any:  # fmt: skip
    """The series whose windows have these transforms: they are added up where they overlap, with the weights of the window. Griffin and
    Lim, Signal estimation from modified short-time Fourier transform, IEEE Transactions on Acoustics 32 (1984)."""
    z = np.asarray(Zxx) + 0j
    if z.ndim < 2:
        raise ValueError("Input stft must be at least 2d!")
    time, frequency = axis_of(time_axis, z.ndim), axis_of(freq_axis, z.ndim)
    if time == frequency:
        raise ValueError("Must specify differing time and frequency axes!")
    z = np.moveaxis(z, (frequency, time), (-2, -1))
    usual = 2 * (z.shape[-2] - 1) if input_onesided else z.shape[-2]
    n = usual if nperseg is None else nperseg
    length = (n if input_onesided and n == usual + 1 else usual) if nfft is None else nfft
    if n < 1:
        raise ValueError("nperseg must be a positive integer")
    if length < n:
        raise ValueError("nfft must be greater than or equal to nperseg.")
    shared = n // 2 if noverlap is None else noverlap
    if shared >= n:
        raise ValueError("noverlap must be less than nperseg.")
    weights = signal.get_window(window, n) if isinstance(window, (str, tuple)) else np.asarray(window)
    if weights.shape[0] != n:
        raise ValueError(f"window must have length of {n}")
    if scaling not in ("spectrum", "psd"):
        raise ValueError(f"Parameter scaling='{scaling}' not in ['spectrum', 'psd']!")
    weights = weights.astype(z.real.dtype)
    scale = np.sum(weights) if scaling == "spectrum" else np.sqrt(fs * np.sum(weights**2))
    pieces = (np.fft.irfft(z, length, axis=-2) if input_onesided else np.fft.ifft(z, length, axis=-2))[..., :n, :] * scale
    x, norm = added_up(pieces, weights, n - shared)
    if boundary:
        side = n // 2
        x, norm = x[..., side : x.shape[-1] - side], norm[side : norm.shape[0] - side]
    x = np.moveaxis(x / np.where(norm > 1e-10, norm, 1.0), -1, time - 1 if time > frequency else time)
    return np.arange(x.shape[0]) / float(fs), x


def added_up(pieces: Any, weights: Any, step: int) -> Any:
    """Pieces of a series, each a column, with their weights, and the squares of the weights, added up where they overlap."""
    n, count = pieces.shape[-2], pieces.shape[-1]
    x = np.zeros((*pieces.shape[:-2], n + (count - 1) * step), dtype=pieces.dtype)
    norm = np.zeros(n + (count - 1) * step, dtype=weights.dtype)
    for k in range(count):
        x[..., k * step : k * step + n] += pieces[..., k] * weights
        norm[k * step : k * step + n] += weights**2
    return x, norm


AS_WRITTEN.add(signal.istft)


@stands_for(signal.deconvolve)
def deconvolve(signal: Any, divisor: Any) -> Any:
    """The quotient and the remainder of two series, as of polynomials."""
    whole, part = np.atleast_1d(signal) * 1.0, np.atleast_1d(divisor) * 1.0
    if whole.ndim > 1 or part.ndim > 1:
        raise ValueError("signal and divisor must be 1-D.")
    n = whole.shape[0] - part.shape[0] + 1
    if n < 1:
        refuse("deconvolving a series that is shorter than the divisor is not supported", "nothing is left of it but the remainder")
    rest = whole * 1.0
    quotient = np.zeros(n)
    for k in range(n):
        quotient[k] = rest[k] / part[0]
        rest[k : k + part.shape[0]] -= quotient[k] * part
    return quotient, whole - np.convolve(part, quotient)
