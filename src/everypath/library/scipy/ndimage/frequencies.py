"""Filters of an image whose Fourier transform is given: products of a factor for each axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...complex import AS_WRITTEN
from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for
from .filters import given_for_each


def multiplied(input: Any, option: Any, n: Any, axis: Any, output: Any, factor: Any) -> Any:
    """The transform times `factor`, a function of the frequencies along an axis and of the option for it. It is that of real numbers, of
    which there were n along the axis, where n is not negative."""
    if output is not None:
        refuse("the option 'output' of a filter of scipy.ndimage.fourier_… is not yet supported", "use what it returns")
    x = np.asarray(input)
    kind, moved = (x[:0] * np.float32(1.0)).dtype, x.dtype == np.complex64
    x = x.astype(np.complex128 if np.iscomplexobj(x) else np.float64)
    halved = axis_of(axis, x.ndim)
    for k, size in zip(range(x.ndim), given_for_each(option, x.ndim)):
        m = x.shape[k]
        f = np.arange(m) / n if n >= 0 and k == halved else np.fft.fftfreq(m)
        x = x * np.reshape(factor(f, size), (m,) + (1,) * (x.ndim - 1 - k))
    if np.iscomplexobj(x):
        return x.astype(np.complex64) if moved else x
    return x.astype(kind)


@stands_for(ndimage.fourier_gaussian)
def fourier_gaussian(input: Any, sigma: Any, n: int = -1, axis: int = -1, output: Any = None) -> Any:
    """The transform of an image smoothed by a bell."""
    return multiplied(input, sigma, n, axis, output, lambda f, s: np.exp(-2.0 * np.pi**2 * s * s * f * f))


@stands_for(ndimage.fourier_uniform)
def fourier_uniform(input: Any, size: Any, n: int = -1, axis: int = -1, output: Any = None) -> Any:
    """The transform of an image smoothed by a box."""
    return multiplied(input, size, n, axis, output, lambda f, s: np.sinc(f * s))


@stands_for(ndimage.fourier_shift)
def fourier_shift(input: Any, shift: Any, n: int = -1, axis: int = -1, output: Any = None) -> Any:
    """The transform of an image that is moved."""
    return multiplied(input, shift, n, axis, output, lambda f, s: np.exp(-2j * np.pi * f * s))


AS_WRITTEN.update((ndimage.fourier_gaussian, ndimage.fourier_uniform, ndimage.fourier_shift))
