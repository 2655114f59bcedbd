"""Spectra of time series: those of windows that overlap, and the analytic signal.

(P. D. Welch, The use of the fast Fourier transform for the estimation of power spectra, 1967.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@stands_for(signal.hilbert)
def hilbert(x: Any, N: Any = None, axis: int = -1) -> Any:
    """The analytic signal: x and i times its Hilbert transform."""
    x = np.asarray(x)
    if np.iscomplexobj(x):
        raise ValueError("x must be real.")
    k = axis_of(axis, x.ndim)
    n = x.shape[k] if N is None else N
    if n <= 0:
        raise ValueError("N must be positive.")
    place = np.arange(n)
    factors = np.where((place == 0) | (2 * place == n), 1.0, np.where(2 * place < n, 2.0, 0.0))
    spectrum = np.fft.fft(np.moveaxis(x, k, -1), n)
    return np.moveaxis(np.fft.ifft(spectrum * factors.astype(spectrum.real.dtype)), -1, k)


def averaged(psd: Any, average: str) -> Any:
    """The mean, or the median without its bias, over the windows."""
    if average == "mean":
        return np.mean(psd, axis=-1)
    if average != "median":
        raise ValueError(f'average must be "median" or "mean", got {average}')
    n = psd.shape[-1]
    pairs = 2.0 * np.arange(1.0, (n - 1) // 2 + 1)
    return np.median(psd, axis=-1) / (1.0 + np.sum(1.0 / (pairs + 1.0) - 1.0 / pairs))


def windows_of(x: Any, nperseg: int, step: int) -> Any:
    """The pieces of the last axis, each a row."""
    return np.lib.stride_tricks.sliding_window_view(x, nperseg, axis=-1)[..., ::step, :]


def trendless(x: Any, detrend: Any) -> Any:
    if isinstance(detrend, str):
        return signal.detrend(x, type=detrend)
    return detrend(x) if detrend else x


def settled(x: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, share: int) -> Any:
    """The window and its length, the overlap and the length of the transforms."""
    if nperseg is not None and nperseg < 1:
        raise ValueError("nperseg must be a positive integer")
    if isinstance(window, (str, tuple)):
        n = min(256 if nperseg is None else nperseg, x.shape[-1])
        weights = signal.get_window(window, n)
    else:
        weights = np.asarray(window)
        n = weights.shape[0]
        if x.shape[-1] < n:
            raise ValueError("window is longer than input signal")
    shared = n // share if noverlap is None else noverlap
    length = n if nfft is None else nfft
    if shared >= n:
        raise ValueError("noverlap must be less than nperseg.")
    if length < n:
        raise ValueError("nfft must be greater than or equal to nperseg.")
    return weights, n, shared, length


def scale_of(weights: Any, fs: Any, scaling: str) -> Any:
    if scaling == "density":
        return 1.0 / (fs * np.sum(weights * weights))
    if scaling == "spectrum":
        return 1.0 / np.sum(weights) ** 2
    raise ValueError(f"Unknown scaling: {scaling}")


def transforms(x: Any, weights: Any, n: int, shared: int, length: int, detrend: Any, onesided: bool) -> Any:
    """The transforms of the windows: frequencies last."""
    rows = trendless(windows_of(x, n, n - shared), detrend) * weights
    return np.fft.rfft(rows, length) if onesided else np.fft.fft(rows, length)


def doubled(psd: Any, length: int) -> Any:
    """A spectrum of positive frequencies, with what the negative ones hold."""
    place = np.arange(psd.shape[-1])
    return psd * np.where((place == 0) | (2 * place == length), 1.0, 2.0)


def frequencies(length: int, fs: Any, onesided: bool) -> Any:
    return np.fft.rfftfreq(length, 1 / fs) if onesided else np.fft.fftfreq(length, 1 / fs)


def series(x: Any, axis: int) -> Any:
    """A series, its time last."""
    x = np.asarray(x)
    if np.iscomplexobj(x):
        refuse("spectra of complex series are not supported", "take the real and the imaginary part apart: z.real, z.imag")
    return np.moveaxis(x * 1.0, axis, -1)


@stands_for(signal.csd)
def csd(
    x: Any, y: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, average: str = "mean",
) -> Any:  # fmt: skip
    """The spectrum that two series have in common."""
    first, second = series(x, axis), series(y, axis)
    if first.shape != second.shape or average != "mean":
        refuse("scipy.signal.csd of series of unlike shapes, or by the median, is not supported", "make them alike")
    weights, n, shared, length = settled(first, window, nperseg, noverlap, nfft, 2)
    one = transforms(first, weights, n, shared, length, detrend, return_onesided)
    other = transforms(second, weights, n, shared, length, detrend, return_onesided)
    common = np.conj(one) * other * scale_of(weights, fs, scaling)
    common = np.mean(doubled(common, length) if return_onesided else common, axis=-2)
    return frequencies(length, fs, return_onesided), np.moveaxis(common, -1, axis)


@stands_for(signal.welch)
def welch(
    x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, average: str = "mean",
) -> Any:  # fmt: skip
    """The power of a series by frequency, averaged over windows that overlap."""
    rows = series(x, axis)
    weights, n, shared, length = settled(rows, window, nperseg, noverlap, nfft, 2)
    spectrum = transforms(rows, weights, n, shared, length, detrend, return_onesided)
    power = (spectrum.real**2 + spectrum.imag**2) * scale_of(weights, fs, scaling)
    power = np.moveaxis(doubled(power, length) if return_onesided else power, -2, -1)
    return frequencies(length, fs, return_onesided), np.moveaxis(averaged(power, average), -1, axis)


@stands_for(signal.periodogram)
def periodogram(
    x: Any, fs: Any = 1.0, window: Any = "boxcar", nfft: Any = None, detrend: Any = "constant",
    return_onesided: bool = True, scaling: str = "density", axis: int = -1,
) -> Any:  # fmt: skip
    """The power of a series by frequency, in one window."""
    n = np.asarray(x).shape[axis]
    if nfft is not None and nfft < n:
        refuse("scipy.signal.periodogram with nfft below the length of the series is not supported", "cut the series: x[:nfft]")
    kind = "boxcar" if window is None else window
    return welch(x, fs, kind, n, 0, nfft, detrend, return_onesided, scaling, axis)


@stands_for(signal.coherence)
def coherence(
    x: Any, y: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", axis: int = -1,
) -> Any:  # fmt: skip
    """How far two series are one linear filter of each other, by frequency."""
    places, one = welch(x, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    other = welch(y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)[1]
    common = csd(x, y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)[1]
    return places, (common.real**2 + common.imag**2) / one / other


@stands_for(signal.spectrogram)
def spectrogram(
    x: Any, fs: Any = 1.0, window: Any = ("tukey", 0.25), nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, mode: str = "psd",
) -> Any:  # fmt: skip
    """The spectra of the windows, one after another."""
    if mode not in ("psd", "complex", "magnitude", "angle", "phase"):
        raise ValueError(f"unknown value for mode {mode}, must be one of ['psd', 'complex', 'magnitude', 'angle', 'phase']")
    rows = series(x, axis)
    if axis_of(axis, rows.ndim) != rows.ndim - 1:
        refuse("scipy.signal.spectrogram along another axis than the last is not supported", "move it: np.moveaxis(x, axis, -1)")
    weights, n, shared, length = settled(rows, window, nperseg, noverlap, nfft, 8)
    scale = scale_of(weights, fs, scaling)
    spectrum = np.moveaxis(transforms(rows, weights, n, shared, length, detrend, return_onesided), -1, -2)
    times = np.arange(n / 2, rows.shape[-1] - n / 2 + 1, n - shared) / fs
    places = frequencies(length, fs, return_onesided)
    if mode == "psd":
        power = np.moveaxis((spectrum.real**2 + spectrum.imag**2) * scale, -2, -1)
        return places, times, np.moveaxis(doubled(power, length) if return_onesided else power, -1, -2)
    scaled = spectrum * np.sqrt(scale)
    if mode == "complex":
        return places, times, scaled
    if mode == "magnitude":
        return places, times, np.abs(scaled)
    angles = np.angle(scaled)
    return places, times, np.unwrap(angles, axis=-1) if mode == "phase" else angles


@stands_for(signal.stft)
def stft(
    x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = 256, noverlap: Any = None, nfft: Any = None,
    detrend: Any = False, return_onesided: bool = True, boundary: Any = "zeros", padded: bool = True, axis: int = -1,
    scaling: str = "spectrum",
) -> Any:  # fmt: skip
    """The transforms of the windows, one after another."""
    if scaling not in ("spectrum", "psd"):
        raise ValueError(f"Parameter scaling='{scaling}' not in ['spectrum', 'psd']!")
    rows = series(x, axis)
    if boundary not in ("zeros", None) or axis_of(axis, rows.ndim) != rows.ndim - 1:
        refuse("this 'boundary' or 'axis' of scipy.signal.stft is not supported", "use boundary='zeros' or None, and the last axis")
    weights, n, shared, length = settled(rows, window, nperseg, noverlap, nfft, 2)
    step = n - shared
    side = n // 2 if boundary == "zeros" else 0
    whole = rows.shape[-1] + 2 * side
    more = (-(whole - n) % step) % n if padded else 0
    before, behind = np.zeros((*rows.shape[:-1], side)), np.zeros((*rows.shape[:-1], side + more))
    extended = np.concatenate((before, rows, behind), axis=-1)
    spectrum = transforms(extended, weights, n, shared, length, detrend, return_onesided)
    scale = np.sqrt(scale_of(weights, fs, "spectrum" if scaling == "spectrum" else "density"))
    times = np.arange(n / 2, extended.shape[-1] - n / 2 + 1, step) / fs
    places = frequencies(length, fs, return_onesided)
    return places, times - (n / 2) / fs if boundary == "zeros" else times, np.moveaxis(spectrum * scale, -1, -2)
