"""Time series at other rates: through the Fourier transform, and through filters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import signal

from ...complex import AS_WRITTEN
from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@stands_for(signal.resample)
def resample(x: Any, num: int, t: Any = None, axis: int = 0, window: Any = None, domain: str = "time") -> Any:
    """A series with `num` samples in the same time: its spectrum is cut, or zeros are put to it."""
    x = np.asarray(x) * 1.0
    if domain not in ("time", "freq"):
        raise ValueError(f"Parameter domain='{domain}' not in ('time', 'freq')!")
    if domain == "freq" or callable(window):
        refuse("scipy.signal.resample of spectra, or with a function, is not supported", "use np.fft")
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x, k, -1)
    n = rows.shape[-1]
    weights = weights_of(window, n, rows)
    both = np.concatenate((weights[:1], 0.5 * (weights[1:] + weights[:0:-1]))) if window is not None else weights
    found = whole_spectrum(rows, num, weights) if np.iscomplexobj(x) else half_spectrum(rows, num, both[: n // 2 + 1])
    result = np.moveaxis(found, -1, k)
    if t is None:
        return result
    return result, np.arange(0, num) * (t[1] - t[0]) * n / float(num) + t[0]


def weights_of(window: Any, n: int, rows: Any) -> Any:
    """What the frequencies are multiplied by, in the precision of the rows."""
    if window is None:
        return np.ones(n, dtype=rows.real.dtype)
    weights = signal.get_window(window, n) if isinstance(window, (str, tuple)) else np.asarray(window)
    return np.fft.ifftshift(weights).astype(rows.real.dtype)


def half_spectrum(rows: Any, num: int, weights: Any) -> Any:
    """Real rows by what they have of positive frequencies."""
    n = rows.shape[-1]
    least = min(num, n)
    kept = (np.fft.rfft(rows) * weights)[..., : least // 2 + 1]
    if least % 2 == 0 and num != n:  # what meets at the highest frequency
        place = np.arange(least // 2 + 1)
        kept = kept * np.where(place == least // 2, 2.0 if num < n else 0.5, 1.0).astype(weights.dtype)
    return np.fft.irfft(kept, num) * (num / n)


def whole_spectrum(rows: Any, num: int, weights: Any) -> Any:
    """Complex rows by all their frequencies."""
    n = rows.shape[-1]
    spectrum = np.fft.fft(rows) * weights
    least = min(num, n)
    low, high = (least + 1) // 2, least // 2
    if least % 2 == 0 and num != n:  # the highest frequency is both a positive and a negative one
        top = spectrum[..., low : low + 1] + spectrum[..., n - high : n - high + 1]
        middle = np.zeros((*rows.shape[:-1], max(num - least - 1, 0)), dtype=rows.dtype)
        halves = (0.5 * spectrum[..., low : low + 1], middle, 0.5 * spectrum[..., low : low + 1]) if num > n else (top,)
        kept = np.concatenate((spectrum[..., :low], *halves, spectrum[..., n - high + 1 :]), axis=-1)
    else:
        middle = np.zeros((*rows.shape[:-1], num - least), dtype=rows.dtype)
        kept = np.concatenate((spectrum[..., :low], middle, spectrum[..., n - high :]), axis=-1)
    return np.fft.ifft(kept) * (num / n)


@stands_for(signal.upfirdn)
def upfirdn(h: Any, x: Any, up: int = 1, down: int = 1, axis: int = -1, mode: str = "constant", cval: Any = 0) -> Any:
    """Zeros put between the samples, a filter, and every `down`-th of what comes of it."""
    if mode != "constant" or cval != 0:
        refuse("scipy.signal.upfirdn with another 'mode' than zeros is not supported", "extend the series with np.pad")
    x, h = np.asarray(x), np.asarray(h)
    if h.ndim != 1 or h.size == 0:
        raise ValueError("h must be 1-D with non-zero length")
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x, k, -1)
    n = rows.shape[-1]
    spread = np.zeros((*rows.shape[:-1], (n - 1) * up + 1), dtype=np.result_type(x, h, np.float32))
    spread[..., ::up] = rows
    whole = signal.convolve(spread, h.reshape((1,) * (x.ndim - 1) + (-1,)), method="direct")
    return np.moveaxis(whole[..., ::down], -1, k)


@stands_for(signal.resample_poly)
def resample_poly(
    x: Any, up: int, down: int, axis: int = 0, window: Any = ("kaiser", 5.0), padtype: Any = "constant", cval: Any = None
) -> Any:
    """A series at up/down times its rate, through a filter of the frequencies that both rates have."""
    x = np.asarray(x)
    if padtype not in ("constant", "mean", "median", "maximum", "minimum"):
        refuse("this 'padtype' of scipy.signal.resample_poly is not supported", "extend the series before")
    if cval is not None and cval != 0:
        refuse("'cval' of scipy.signal.resample_poly is not supported", "extend the series before")
    if padtype != "constant" and cval is not None:
        raise ValueError("cval has no effect when padtype is " + str(padtype))
    k = axis_of(axis, x.ndim)
    common = math.gcd(up, down)
    up, down = up // common, down // common
    if up == down == 1:
        return x.copy()
    n = x.shape[k]
    wanted = -(-n * up // down)
    if isinstance(window, (str, tuple)):
        half = 10 * max(up, down)
        h = signal.firwin(2 * half + 1, 1.0 / max(up, down), window=window).astype(np.result_type(x.real, np.float32)) * up
    else:
        h = np.asarray(window) * up
        half = (h.shape[0] - 1) // 2
    before = down - half % down
    removed = (half + before) // down
    length = h.shape[0] + before
    behind = max(0, (wanted + removed - 1) * down + 1 - ((n - 1) * up + length))
    h = np.concatenate((np.zeros(before, dtype=h.dtype), h, np.zeros(behind, dtype=h.dtype)))
    x = np.moveaxis(x, k, -1)
    if padtype == "constant":
        return np.moveaxis(upfirdn(h, x, up, down)[..., removed : removed + wanted], -1, k)
    middles: dict[str, Any] = {"mean": np.mean, "median": np.median, "maximum": np.max, "minimum": np.min}
    ground = middles[padtype](x, axis=-1, keepdims=True)
    return np.moveaxis(upfirdn(h, x - ground, up, down)[..., removed : removed + wanted] + ground, -1, k)


@stands_for(signal.decimate)
def decimate(x: Any, q: int, n: Any = None, ftype: Any = "iir", axis: int = -1, zero_phase: bool = True) -> Any:
    """Every q-th sample, after a filter of the frequencies that these have."""
    if ftype not in ("iir", "fir"):
        refuse("scipy.signal.decimate with a filter of one's own is not supported", "filter, then take x[::q]")
    x = np.asarray(x)
    k = axis_of(axis, x.ndim)
    kind = np.result_type(x.real, np.float32)
    if ftype == "iir":
        sections = signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos").astype(kind)
        smooth = signal.sosfiltfilt(sections, x, axis=k) if zero_phase else signal.sosfilt(sections, x, axis=k)
        return np.moveaxis(np.moveaxis(smooth, k, -1)[..., ::q], -1, k)
    weights = signal.firwin((20 * q if n is None else n) + 1, 1.0 / q, window="hamming").astype(kind)
    if zero_phase:
        return resample_poly(x, 1, q, axis=k, window=weights)
    return np.moveaxis(np.moveaxis(upfirdn(weights, x, 1, q, axis=k), k, -1)[..., : -(-x.shape[k] // q)], -1, k)


AS_WRITTEN.update((signal.resample, signal.upfirdn, signal.resample_poly))
