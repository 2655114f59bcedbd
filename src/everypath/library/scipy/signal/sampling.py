"""Time series at other rates: through the Fourier transform, and through filters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import signal

from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@stands_for(signal.resample)
def resample(x: Any, num: int, t: Any = None, axis: int = 0, window: Any = None, domain: str = "time") -> Any:
    """A series with `num` samples in the same time: its spectrum is cut, or zeros are put to it."""
    x = np.asarray(x)
    if domain not in ("time", "freq"):
        raise ValueError(f"Parameter domain='{domain}' not in ('time', 'freq')!")
    if domain == "freq" or np.iscomplexobj(x) or callable(window):
        refuse("scipy.signal.resample of spectra or complex series, or with a function, is not supported", "use np.fft")
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x * 1.0, k, -1)
    n = rows.shape[-1]
    spectrum = np.fft.rfft(rows)
    if window is not None:
        weights = np.fft.ifftshift(signal.get_window(window, n) if isinstance(window, (str, tuple)) else np.asarray(window))
        both = np.concatenate((weights[:1], 0.5 * (weights[1:] + weights[:0:-1])))
        spectrum = spectrum * both[: n // 2 + 1]
    least = min(num, n)
    kept = spectrum[..., : least // 2 + 1]
    if least % 2 == 0 and num != n:  # what meets at the highest frequency
        place = np.arange(least // 2 + 1)
        kept = kept * np.where(place == least // 2, 2.0 if num < n else 0.5, 1.0)
    result = np.moveaxis(np.fft.irfft(kept, num) * (num / n), -1, k)
    if t is None:
        return result
    return result, np.arange(0, num) * (t[1] - t[0]) * n / float(num) + t[0]


@stands_for(signal.upfirdn)
def upfirdn(h: Any, x: Any, up: int = 1, down: int = 1, axis: int = -1, mode: str = "constant", cval: Any = 0) -> Any:
    """Zeros put between the samples, a filter, and every `down`-th of what comes of it."""
    if mode != "constant" or cval != 0:
        refuse("scipy.signal.upfirdn with another 'mode' than zeros is not supported", "extend the series with np.pad")
    x, h = np.asarray(x), np.asarray(h)
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x * 1.0, k, -1)
    n = rows.shape[-1]
    spread = np.zeros((*rows.shape[:-1], (n - 1) * up + 1))
    spread[..., ::up] = rows
    length = spread.shape[-1] + h.shape[0] - 1
    flat = spread.reshape(-1, spread.shape[-1])
    out = np.zeros((flat.shape[0], length))
    for row in range(flat.shape[0]):
        out[row] = np.convolve(flat[row], h)
    return np.moveaxis(out.reshape((*rows.shape[:-1], length))[..., ::down], -1, k)


@stands_for(signal.resample_poly)
def resample_poly(
    x: Any, up: int, down: int, axis: int = 0, window: Any = ("kaiser", 5.0), padtype: Any = "constant", cval: Any = None
) -> Any:
    """A series at up/down times its rate, through a filter of the frequencies that both rates have."""
    x = np.asarray(x)
    if padtype != "constant" or (cval is not None and cval != 0):
        refuse("this 'padtype' of scipy.signal.resample_poly is not supported", "extend the series before")
    k = axis_of(axis, x.ndim)
    common = math.gcd(up, down)
    up, down = up // common, down // common
    if up == down == 1:
        return x.copy()
    n = x.shape[k]
    wanted = -(-n * up // down)
    if isinstance(window, (str, tuple)):
        half = 10 * max(up, down)
        h = signal.firwin(2 * half + 1, 1.0 / max(up, down), window=window) * up
    else:
        h = np.asarray(window) * up
        half = (h.shape[0] - 1) // 2
    before = down - half % down
    removed = (half + before) // down
    length = h.shape[0] + before
    behind = max(0, (wanted + removed - 1) * down + 1 - ((n - 1) * up + length))
    h = np.concatenate((np.zeros(before), h, np.zeros(behind)))
    whole = np.moveaxis(upfirdn(h, x, up, down, axis=k), k, -1)
    return np.moveaxis(whole[..., removed : removed + wanted], -1, k)


@stands_for(signal.decimate)
def decimate(x: Any, q: int, n: Any = None, ftype: Any = "iir", axis: int = -1, zero_phase: bool = True) -> Any:
    """Every q-th sample, after a filter of the frequencies that these have."""
    if ftype not in ("iir", "fir") or not zero_phase:
        refuse("scipy.signal.decimate with a filter of one's own, or that delays, is not supported", "filter, then take x[::q]")
    x = np.asarray(x)
    k = axis_of(axis, x.ndim)
    if ftype == "iir":
        smooth = signal.sosfiltfilt(signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos"), x, axis=k)
        smooth = smooth.astype(np.float32) if x.dtype == np.float32 else smooth
        return np.moveaxis(np.moveaxis(smooth, k, -1)[..., ::q], -1, k)
    return resample_poly(x, 1, q, axis=k, window=signal.firwin((20 * q if n is None else n) + 1, 1.0 / q, window="hamming"))
