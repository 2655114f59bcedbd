"""Smoothing, trends and medians of time series."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.ndimage
from scipy import signal

from ....rules import rule
from ...complex import AS_WRITTEN
from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@rule(host=True, returns=np.zeros((1, 1)))
def fitted(window: int, order: int, deriv: int, delta: float) -> Any:
    """Row k: the weights that give, at place k of a window, the derivative of the polynomial fitted to it."""
    return np.stack([signal.savgol_coeffs(window, order, deriv=deriv, delta=delta, pos=k, use="dot") for k in range(window)])


@stands_for(signal.savgol_filter)
def savgol_filter(
    x: Any, window_length: int, polyorder: int, deriv: int = 0, delta: float = 1.0, axis: int = -1, mode: str = "interp", cval: Any = 0.0
) -> Any:
    """The middles of polynomials fitted to each window. Savitzky & Golay, Smoothing and differentiation of data by simplified least
    squares procedures, Analytical Chemistry 36 (1964)."""
    if mode not in ("mirror", "constant", "nearest", "interp", "wrap"):
        raise ValueError("mode must be 'mirror', 'constant', 'nearest' 'wrap' or 'interp'.")
    if polyorder >= window_length:
        raise ValueError("polyorder must be less than window_length.")
    x = np.asarray(x)
    x = x if x.dtype == np.float32 else x.astype(np.float64)
    k = axis_of(axis, x.ndim)
    if mode == "interp" and window_length > x.shape[k]:
        raise ValueError("If mode is 'interp', window_length must be less than or equal to the size of x.")
    if window_length % 2 == 0:
        refuse("scipy.signal.savgol_filter with an even window is not yet supported", "use an odd one")
    weights = fitted(window_length, polyorder, deriv, delta * 1.0)
    half = window_length // 2
    y = scipy.ndimage.correlate1d(x, weights[half], axis=k, mode="constant" if mode == "interp" else mode, cval=cval)
    if mode != "interp":
        return y
    y, x = np.moveaxis(y, k, -1), np.moveaxis(x, k, -1)
    first = x[..., :window_length] @ weights[:half].T
    last = x[..., x.shape[-1] - window_length :] @ weights[half + 1 :].T
    whole = np.concatenate((first, y[..., half : x.shape[-1] - half], last), axis=-1)
    return np.moveaxis(whole.astype(x.dtype), -1, k)


@stands_for(signal.detrend)
def detrend(data: Any, axis: int = -1, type: str = "linear", bp: Any = 0, overwrite_data: bool = False) -> Any:
    """What is left without the mean, or the line of least squares."""
    if type not in ("linear", "l", "constant", "c"):
        raise ValueError("Trend type must be 'linear' or 'constant'.")
    x = np.asarray(data)
    x = x if x.dtype == np.float32 or np.iscomplexobj(x) else x.astype(np.float64)
    if type in ("constant", "c"):
        return x - np.mean(x, axis=axis, keepdims=True)
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x, k, -1)
    if not (isinstance(bp, int) and bp == 0):
        return np.moveaxis(in_pieces(rows, bp), -1, k)
    return np.moveaxis(without_line(rows), -1, k)


def in_pieces(rows: Any, bp: Any) -> Any:
    """Each piece between break points without its own line."""
    n = rows.shape[-1]
    ends = np.unique(np.concatenate((np.array([0]), np.atleast_1d(np.asarray(bp)), np.array([n]))))
    if np.any(ends > n):
        raise ValueError("Breakpoints must be less than length of data along given axis.")
    out = np.zeros(rows.shape, dtype=rows.dtype)
    for piece in range(len(ends) - 1):
        out[..., ends[piece] : ends[piece + 1]] = without_line(rows[..., ends[piece] : ends[piece + 1]])
    return out


def without_line(rows: Any) -> Any:
    """What is left of rows without the line of least squares."""
    time = np.arange(rows.shape[-1]) - (rows.shape[-1] - 1) / 2.0
    slope = np.sum(rows * time, axis=-1, keepdims=True) / np.maximum(np.sum(time * time), 1e-300)
    rest = rows - np.mean(rows, axis=-1, keepdims=True) - slope * time
    return rest.astype(rows.dtype)


AS_WRITTEN.add(signal.detrend)


@stands_for(signal.medfilt2d)
def medfilt2d(input: Any, kernel_size: Any = 3) -> Any:
    """The medians of the neighbours in a picture, with zeros beyond the border."""
    return medfilt(np.asarray(input), kernel_size)


@stands_for(signal.medfilt)
def medfilt(volume: Any, kernel_size: Any = None) -> Any:
    """The medians of the neighbours, with zeros beyond the border."""
    x = np.atleast_1d(np.asarray(volume))
    size = (3,) * x.ndim if kernel_size is None else (kernel_size,) * x.ndim if np.ndim(kernel_size) == 0 else kernel_size
    for n in size:
        if n % 2 != 1:
            raise ValueError("Each element of kernel_size should be odd.")
    return scipy.ndimage.median_filter(x, size=size, mode="constant")


@stands_for(signal.wiener)
def wiener(im: Any, mysize: Any = None, noise: Any = None) -> Any:
    """The mean of the neighbours, and so much of what is apart from it as is more than noise. Lim, Two-dimensional signal and image
    processing, Prentice Hall, 1990."""
    x = np.asarray(im) * 1.0
    side: Any = 3 if mysize is None else mysize
    size = (side,) * x.ndim if np.ndim(side) == 0 else tuple(side)
    ones, count = np.ones(size), 1
    for n in size:
        count = count * n
    mean = signal.correlate(x, ones, "same") / count
    spread = signal.correlate(x**2, ones, "same") / count - mean**2
    least = np.mean(spread) if noise is None else noise
    quiet = spread < least
    return np.where(quiet, mean, (x - mean) * (1.0 - least / np.where(quiet, 1.0, spread)) + mean)
