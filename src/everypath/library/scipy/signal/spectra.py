"""Spectra of time series: those of windows that overlap, and the analytic signal.

(P. D. Welch, The use of the fast Fourier transform for the estimation of power spectra, 1967.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...complex import AS_WRITTEN
from ...numpy.axes import axis_of
from ...registry import OF_ONE, stands_for
from .filtering import extended


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
    """The mean, or the median without its bias, over the windows, which are the last axis."""
    if average not in ("mean", "median"):
        raise ValueError(f'average must be "median" or "mean", got {average}')
    n = psd.shape[-1]
    if average == "mean" or n == 1:
        return np.mean(psd, axis=-1)
    pairs = 2.0 * np.arange(1.0, (n - 1) // 2 + 1)
    bias = 1.0 + np.sum(1.0 / (pairs + 1.0) - 1.0 / pairs)
    if np.iscomplexobj(psd):
        return (np.median(psd.real, axis=-1) + 1j * np.median(psd.imag, axis=-1)) / bias
    return np.median(psd, axis=-1) / bias


def windows_of(x: Any, nperseg: int, step: int) -> Any:
    """The pieces of the last axis, each a row."""
    starts = np.arange(0, x.shape[-1] - nperseg + 1, step)
    return x[..., starts[:, None] + np.arange(nperseg)]


def trendless(x: Any, detrend: Any) -> Any:
    if isinstance(detrend, str):
        return signal.detrend(x, type=detrend)
    return detrend(x) if detrend else x


def settled(n: int, window: Any, nperseg: Any, noverlap: Any, nfft: Any, share: int) -> Any:
    """For a series of n: the window and its length, the overlap and the length of the transforms."""
    if nperseg is not None and nperseg < 1:
        raise ValueError("nperseg must be a positive integer")
    if isinstance(window, (str, tuple)):
        size = min(256 if nperseg is None else nperseg, n)
        weights = signal.get_window(window, size)
    else:
        weights = np.asarray(window)
        size = weights.shape[0]
        if n < size:
            raise ValueError("window is longer than input signal")
    shared = size // share if noverlap is None else noverlap
    length = size if nfft is None else nfft
    if shared >= size:
        raise ValueError("noverlap must be less than nperseg.")
    if length < size:
        raise ValueError("nfft must be greater than or equal to nperseg.")
    return weights, size, shared, length


def scale_of(weights: Any, fs: Any, scaling: str) -> Any:
    if scaling == "density":
        return 1.0 / (fs * np.sum(weights * weights))
    if scaling == "spectrum":
        return 1.0 / np.sum(weights) ** 2
    raise ValueError(f"Unknown scaling: {scaling}")


def transforms(x: Any, weights: Any, shared: int, length: int, detrend: Any, onesided: bool) -> Any:
    """The transforms of the windows, in the precision of the weights: frequencies last."""
    n = weights.shape[0]
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
    return np.moveaxis(np.asarray(x) * 1.0, axis, -1)


def as_long(x: Any, n: int) -> Any:
    """A series with zeros behind it."""
    return x if x.shape[-1] == n else np.concatenate((x, np.zeros((*x.shape[:-1], n - x.shape[-1]))), axis=-1)


def rounded_to(x: Any, *series: Any) -> Any:
    """Complex or real numbers in the precision of the series."""
    kind = np.result_type(*[one.real for one in series], np.float32)
    return x.astype(np.result_type(kind, np.complex64) if np.iscomplexobj(x) else kind)


@stands_for(signal.csd)
def csd(
    x: Any, y: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, average: str = "mean",
) -> Any:  # fmt: skip
    """The spectrum that two series have in common."""
    first, second = series(x, axis), series(y, axis)
    n = max(first.shape[-1], second.shape[-1])
    onesided = return_onesided and not np.iscomplexobj(first) and not np.iscomplexobj(second)
    weights, _, shared, length = settled(n, window, nperseg, noverlap, nfft, 2)
    one = transforms(as_long(first, n), weights, shared, length, detrend, onesided)
    other = transforms(as_long(second, n), weights, shared, length, detrend, onesided)
    common = np.conj(one) * other * scale_of(weights, fs, scaling)
    common = np.moveaxis(doubled(common, length) if onesided else common, -2, -1)
    common = rounded_to(averaged(common, average), first, second)
    return frequencies(length, fs, onesided), np.moveaxis(common, -1, axis)


@stands_for(signal.welch)
def welch(
    x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, average: str = "mean",
) -> Any:  # fmt: skip
    """The power of a series by frequency, averaged over windows that overlap."""
    rows = series(x, axis)
    onesided = return_onesided and not np.iscomplexobj(rows)
    weights, _, shared, length = settled(rows.shape[-1], window, nperseg, noverlap, nfft, 2)
    spectrum = transforms(rows, weights, shared, length, detrend, onesided)
    power = (spectrum.real**2 + spectrum.imag**2) * scale_of(weights, fs, scaling)
    power = np.moveaxis(doubled(power, length) if onesided else power, -2, -1)
    return frequencies(length, fs, onesided), np.moveaxis(rounded_to(averaged(power, average), rows), -1, axis)


def csd_of_one(x: Any, y: Any, *args: Any, **options: Any) -> Any:
    """The spectrum that a series has in common with itself is its power."""
    return welch(x, *args, **options)


OF_ONE[csd] = csd_of_one


@stands_for(signal.periodogram)
def periodogram(
    x: Any, fs: Any = 1.0, window: Any = "boxcar", nfft: Any = None, detrend: Any = "constant",
    return_onesided: bool = True, scaling: str = "density", axis: int = -1,
) -> Any:  # fmt: skip
    """The power of a series by frequency, in one window."""
    rows = series(x, axis)
    n = rows.shape[-1] if nfft is None else min(nfft, rows.shape[-1])
    rows = np.moveaxis(rows[..., :n], -1, axis)
    return welch(rows, fs, "boxcar" if window is None else window, n, 0, nfft, detrend, return_onesided, scaling, axis)


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


def in_windows(x: Any, fs: Any, settings: Any, detrend: Any, onesided: bool, scaling: str) -> Any:
    """The frequencies and transforms of the windows of a series, frequencies before windows, in the precision of the series."""
    weights, _, shared, length = settings
    scale = np.sqrt(scale_of(weights, fs, scaling))
    spectrum = transforms(x, weights.astype(np.result_type(x.real, np.float32)), shared, length, detrend, onesided) * scale
    return frequencies(length, fs, onesided), rounded_to(np.moveaxis(spectrum, -1, -2), x)


def times(n: int, settings: Any, fs: Any) -> Any:
    """The middles of the windows."""
    size, shared = settings[1], settings[2]
    return np.arange(size / 2, n - size / 2 + 1, size - shared) / float(fs)


def in_place(spectrum: Any, axis: int) -> Any:
    """A spectrum whose frequencies are put where the time was."""
    return np.moveaxis(spectrum, -2, axis if axis >= 0 else axis - 1)


@stands_for(signal.spectrogram)
def spectrogram(
    x: Any, fs: Any = 1.0, window: Any = ("tukey", 0.25), nperseg: Any = None, noverlap: Any = None, nfft: Any = None,
    detrend: Any = "constant", return_onesided: bool = True, scaling: str = "density", axis: int = -1, mode: str = "psd",
) -> Any:  # fmt: skip
    """The spectra of the windows, one after another."""
    if mode not in ("psd", "complex", "magnitude", "angle", "phase"):
        raise ValueError(f"unknown value for mode {mode}, must be one of ['psd', 'complex', 'magnitude', 'angle', 'phase']")
    rows = series(x, axis)
    onesided = return_onesided and not np.iscomplexobj(rows)
    settings = settled(rows.shape[-1], window, nperseg, noverlap, nfft, 8)
    places, spectrum = in_windows(rows, fs, settings, detrend, onesided, scaling)
    if mode == "psd":
        power = np.moveaxis(spectrum.real**2 + spectrum.imag**2, -2, -1)
        spectrum = np.moveaxis(rounded_to(doubled(power, settings[3]) if onesided else power, rows), -1, -2)
    elif mode == "magnitude":
        spectrum = np.abs(spectrum)
    elif mode != "complex":
        spectrum = np.unwrap(np.angle(spectrum), axis=-2) if mode == "phase" else np.angle(spectrum)
    return places, times(rows.shape[-1], settings, fs), in_place(spectrum, axis)


@stands_for(signal.stft)
def stft(
    x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = 256, noverlap: Any = None, nfft: Any = None,
    detrend: Any = False, return_onesided: bool = True, boundary: Any = "zeros", padded: bool = True, axis: int = -1,
    scaling: str = "spectrum",
) -> Any:  # fmt: skip
    """The transforms of the windows, one after another."""
    if scaling not in ("spectrum", "psd"):
        raise ValueError(f"Parameter scaling='{scaling}' not in ['spectrum', 'psd']!")
    if boundary not in ("even", "odd", "constant", "zeros", None):
        raise ValueError(f"Unknown boundary option '{boundary}', must be one of: ['even', 'odd', 'constant', 'zeros', None]")
    rows = series(x, axis)
    onesided = return_onesided and not np.iscomplexobj(rows)
    settings = settled(rows.shape[-1], window, nperseg, noverlap, nfft, 2)
    n, step = settings[1], settings[1] - settings[2]
    if boundary == "zeros":
        side = np.zeros((*rows.shape[:-1], n // 2), dtype=rows.dtype)
        rows = np.concatenate((side, rows, side), axis=-1)
    elif boundary is not None:
        rows = extended(rows, boundary, n // 2)[0]
    if padded:
        more = (-(rows.shape[-1] - n) % step) % n
        rows = np.concatenate((rows, np.zeros((*rows.shape[:-1], more), dtype=rows.dtype)), axis=-1)
    places, spectrum = in_windows(rows, fs, settings, detrend, onesided, "spectrum" if scaling == "spectrum" else "density")
    moments = times(rows.shape[-1], settings, fs)
    return places, moments if boundary is None else moments - (n / 2) / fs, in_place(spectrum, axis)


AS_WRITTEN.update((signal.csd, signal.welch, signal.periodogram, signal.coherence, signal.spectrogram, signal.stft))
