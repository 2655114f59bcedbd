"""Transforms as SciPy's older module has them: half transforms in one real array, derivatives of what is periodic."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fftpack

from ..complex import AS_WRITTEN
from ..numpy import fft as of_numpy
from ..registry import stands_for
from . import fft as of_scipy
from . import halves


@stands_for(scipy.fftpack.fft)
def fft(x: Any, n: Any = None, axis: int = -1, overwrite_x: bool = False) -> Any:
    """The transform along one axis."""
    return halves.along_one(x, n, axis, None, False)


@stands_for(scipy.fftpack.ifft)
def ifft(x: Any, n: Any = None, axis: int = -1, overwrite_x: bool = False) -> Any:
    """The inverse transform along one axis."""
    return halves.along_one(x, n, axis, None, True)


def lengths_for(x: Any, shape: Any, axes: Any) -> Any:
    """The lengths along the axes, as a tuple."""
    lengths = of_scipy.number_or_tuple(shape)
    if lengths is not None and axes is None and len(lengths) != np.ndim(x):
        raise ValueError("when given, axes and shape arguments have to be of the same length")
    return lengths


@stands_for(scipy.fftpack.fftn)
def fftn(x: Any, shape: Any = None, axes: Any = None, overwrite_x: bool = False) -> Any:
    """The transform along several axes."""
    return of_numpy.fftn(x, lengths_for(x, shape, axes), of_scipy.number_or_tuple(axes), None)


@stands_for(scipy.fftpack.ifftn)
def ifftn(x: Any, shape: Any = None, axes: Any = None, overwrite_x: bool = False) -> Any:
    """The inverse transform along several axes."""
    return of_numpy.ifftn(x, lengths_for(x, shape, axes), of_scipy.number_or_tuple(axes), None)


@stands_for(scipy.fftpack.fft2)
def fft2(x: Any, shape: Any = None, axes: Any = (-2, -1), overwrite_x: bool = False) -> Any:
    """The transform along two axes."""
    return fftn(x, shape, axes)


@stands_for(scipy.fftpack.ifft2)
def ifft2(x: Any, shape: Any = None, axes: Any = (-2, -1), overwrite_x: bool = False) -> Any:
    """The inverse transform along two axes."""
    return ifftn(x, shape, axes)


# Half transforms in one real array ------------------------------------------------------------------------------------


@stands_for(scipy.fftpack.rfft)
def rfft(x: Any, n: Any = None, axis: int = -1, overwrite_x: bool = False) -> Any:
    """The half transform of real numbers: y₀, Re y₁, Im y₁, Re y₂, Im y₂ …"""
    rows = of_numpy.fitted(np.asarray(x), n, axis)
    length = rows.shape[-1]
    half = of_numpy.rfft(rows)
    parts = np.stack((half.real, half.imag), axis=-1)
    flat = np.reshape(parts, (*parts.shape[:-2], 2 * half.shape[-1]))
    return np.moveaxis(np.concatenate((flat[..., :1], flat[..., 2 : length + 1]), axis=-1), -1, axis)


@stands_for(scipy.fftpack.irfft)
def irfft(x: Any, n: Any = None, axis: int = -1, overwrite_x: bool = False) -> Any:
    """The inverse of `rfft`."""
    rows = of_numpy.fitted(np.asarray(x) * 1.0, n, axis)
    length = rows.shape[-1]
    real = np.concatenate((rows[..., :1], rows[..., 1::2]), axis=-1)
    nothing = np.zeros_like(rows[..., :1])
    imaginary = np.concatenate((nothing, rows[..., 2::2], nothing), axis=-1)[..., : real.shape[-1]]
    return np.moveaxis(of_numpy.irfft(real + 1j * imaginary, length), -1, axis)


# Cosine and sine transforms -------------------------------------------------------------------------------------------


@stands_for(scipy.fftpack.dct)
def dct(x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The cosine transform along an axis."""
    return of_scipy.waves(x, "dct", type, n, axis, norm, None, False)


BACK = (1, 3, 2, 4)
"""The types of the inverse transforms, by type."""


def without_scale(x: Any, kind: str, type: int, n: Any, axis: int, norm: Any) -> Any:
    """The inverse transform along an axis, which has no scale here: a transform of the inverse type."""
    return of_scipy.waves(x, kind, BACK[type - 1] if type in (1, 2, 3, 4) else type, n, axis, norm, None, False)


@stands_for(scipy.fftpack.idct)
def idct(x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The inverse cosine transform along an axis."""
    return without_scale(x, "dct", type, n, axis, norm)


@stands_for(scipy.fftpack.dst)
def dst(x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The sine transform along an axis."""
    return of_scipy.waves(x, "dst", type, n, axis, norm, None, False)


@stands_for(scipy.fftpack.idst)
def idst(x: Any, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The inverse sine transform along an axis."""
    return without_scale(x, "dst", type, n, axis, norm)


def over_axes(x: Any, kind: str, type: int, shape: Any, axes: Any, norm: Any) -> Any:
    """A cosine or sine transform along several axes."""
    return of_scipy.waves_over(x, kind, type, lengths_for(x, shape, axes), axes, norm, None, False)


@stands_for(scipy.fftpack.dctn)
def dctn(x: Any, type: int = 2, shape: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The cosine transform along several axes."""
    return over_axes(x, "dct", type, shape, axes, norm)


@stands_for(scipy.fftpack.idctn)
def idctn(x: Any, type: int = 2, shape: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The inverse cosine transform along several axes."""
    return over_axes(x, "dct", BACK[type - 1], shape, axes, norm)


@stands_for(scipy.fftpack.dstn)
def dstn(x: Any, type: int = 2, shape: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The sine transform along several axes."""
    return over_axes(x, "dst", type, shape, axes, norm)


@stands_for(scipy.fftpack.idstn)
def idstn(x: Any, type: int = 2, shape: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False) -> Any:
    """The inverse sine transform along several axes."""
    return over_axes(x, "dst", BACK[type - 1], shape, axes, norm)


# Derivatives of what is periodic --------------------------------------------------------------------------------------


def multiplied(x: Any, factors: Any) -> Any:
    """What has the coefficients of x times `factors`, the last of which is 0 for an even number of samples."""
    given = np.asarray(x)
    n = len(given)
    known = np.where(2 * np.arange(len(factors)) == n, 0.0, factors)
    return of_numpy.irfft(of_numpy.rfft(given) * known, n)


@stands_for(scipy.fftpack.diff)
def diff(x: Any, order: int = 1, period: Any = None, _cache: Any = None) -> Any:
    """The derivative of this order, or the integral, of what is periodic: (2πik/period)^order times the coefficients."""
    if order == 0:
        return np.asarray(x)
    step = 1.0 if period is None else 2.0 * np.pi / period
    waves = np.arange(len(x) // 2 + 1)
    factors = np.where(waves == 0, 0.0, (step * np.where(waves == 0, 1, waves)) ** order)
    return multiplied(x, factors * (1.0, 1j, -1.0, -1j)[order % 4])


@stands_for(scipy.fftpack.hilbert)
def hilbert(x: Any, _cache: Any = None) -> Any:
    """The Hilbert transform: i·sign(k) times the coefficients."""
    return multiplied(x, 1j * np.sign(np.arange(len(x) // 2 + 1)))


@stands_for(scipy.fftpack.ihilbert)
def ihilbert(x: Any, _cache: Any = None) -> Any:
    """The inverse of `hilbert`."""
    return -hilbert(x)


@stands_for(scipy.fftpack.next_fast_len)
def next_fast_len(target: int) -> Any:
    """The least number of samples not below this that is transformed fast."""
    return of_scipy.good_length(target, True)


@stands_for(scipy.fftpack.rfftfreq)
def rfftfreq(n: int, d: float = 1.0) -> Any:
    """The frequencies of `rfft`: 0, 1, 1, 2, 2 … over n·d."""
    if n < 0:
        raise ValueError(f"n = {n} is not valid. n must be a nonnegative integer.")
    return (np.arange(1, n + 1) // 2) / (n * d)


AS_WRITTEN.update(getattr(scipy.fftpack, name) for name in "fft ifft fftn ifftn fft2 ifft2".split())
