"""Fourier transforms: pocketfft runs them, on rows; each is linear, and its transpose is another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..complex import AS_WRITTEN
from ..intrinsics import paired
from ..pocketfft import fourier, half_fourier, half_inverse_fourier
from ..registry import stands_for

# On rows, without a scale ---------------------------------------------------------------------------------------------


@rule
def forward(rows: Any) -> Any:
    """Σⱼ xⱼ e^(-2πi jk/n) along the last axis."""
    re, im = fourier(rows.real, rows.imag)
    return paired(re, im)


@forward.tangent
def forward_tangent(out: Any, rows: Any, rows_dot: Any) -> Any:
    """It is linear."""
    return forward(rows_dot)


@forward.adjoint
def forward_adjoint(out: Any, rows: Any, out_bar: Any) -> Any:
    """The conjugate transpose turns the exponent round."""
    return (backward(out_bar),)


@rule
def backward(rows: Any) -> Any:
    """Σₖ yₖ e^(2πi jk/n) along the last axis."""
    re, im = fourier(rows.real, rows.imag, inverse=True)
    return paired(re, im)


@backward.tangent
def backward_tangent(out: Any, rows: Any, rows_dot: Any) -> Any:
    """It is linear."""
    return backward(rows_dot)


@backward.adjoint
def backward_adjoint(out: Any, rows: Any, out_bar: Any) -> Any:
    """The conjugate transpose turns the exponent round."""
    return (forward(out_bar),)


@rule
def half(rows: Any) -> Any:
    """The first half of the transform of real rows; the other half is its mirror image."""
    re, im = half_fourier(rows)
    return paired(re, im)


@half.tangent
def half_tangent(out: Any, rows: Any, rows_dot: Any) -> Any:
    """It is linear."""
    return half(rows_dot)


@half.adjoint
def half_adjoint(out: Any, rows: Any, out_bar: Any) -> Any:
    """Each number counts once, where the real transform back counts all but the first, and the middle one, twice."""
    share = 1.0 / times(rows.shape[-1])
    return (whole(paired(out_bar.real * share, out_bar.imag * share), rows.shape[-1]),)


@rule
def whole(rows: Any, n: int) -> Any:
    """The n real numbers whose half transform back this is."""
    return half_inverse_fourier(rows.real, rows.imag, n)


@whole.tangent
def whole_tangent(out: Any, rows: Any, n: int, rows_dot: Any) -> Any:
    """It is linear."""
    return whole(rows_dot, n)


@whole.adjoint
def whole_adjoint(out: Any, rows: Any, n: int, out_bar: Any) -> Any:
    """All numbers but the first, and the middle one, count twice."""
    found, often = half(out_bar), times(n)
    return paired(found.real * often, found.imag * often), None


def times(n: int) -> Any:
    """How often each number of a half transform stands in the whole one, of n numbers."""
    k = np.arange(n // 2 + 1)
    return np.where((k == 0) | (2 * k == n), 1.0, 2.0)


# Along an axis --------------------------------------------------------------------------------------------------------


def fitted(z: Any, n: Any, axis: int) -> Any:
    """The array with this axis last, cut off or filled up with zeros to n numbers."""
    whole_number(n)
    moved = np.moveaxis(z, axis, -1)
    if n is None:
        n = moved.shape[-1]
        if n < 1:
            raise ValueError(f"Invalid number of FFT data points ({n}) specified.")
        return moved
    if n < 1:
        raise ValueError(f"Invalid number of FFT data points ({n}) specified.")
    have = min(n, moved.shape[-1])
    filled = np.zeros((*moved.shape[:-1], n), moved.dtype)
    filled[..., :have] = moved[..., :have]
    return filled


def whole_number(n: Any) -> None:
    """TypeError unless it is an integer, or None."""
    if n is not None and not isinstance(n, (int, np.integer)):
        raise TypeError("the number of FFT data points cannot be interpreted as an integer")


def rows_of(z: Any) -> Any:
    """The array as a matrix of rows along the last axis."""
    return np.reshape(z, (-1, z.shape[-1]))


def scale(n: Any, norm: Any, inverse: bool) -> Any:
    """The factor of a transform of n numbers."""
    if norm is not None and not isinstance(norm, str):
        raise ValueError('Invalid norm value; should be "backward","ortho" or "forward".')
    if norm is None or norm == "backward":
        return 1.0 / n if inverse else 1.0
    if norm == "ortho":
        return 1.0 / np.sqrt(n)
    if norm == "forward":
        return 1.0 if inverse else 1.0 / n
    raise ValueError(f'Invalid norm value {norm}; should be "backward","ortho" or "forward".')


def scaled(z: Any, n: Any, norm: Any, inverse: bool) -> Any:
    """The transform times its factor."""
    if (norm is None or norm == "backward") and not inverse:
        return z
    if norm == "forward" and inverse:
        return z
    return z * float(scale(n, norm, inverse))


def along(a: Any, n: Any, axis: int, norm: Any, inverse: bool) -> Any:
    """The complex transform along an axis."""
    z = np.asarray(a)
    if z.ndim == 0:
        raise IndexError("tuple index out of range")
    rows = fitted(z + 0j if not np.iscomplexobj(z) else z, n, axis)
    done = backward(rows_of(rows)) if inverse else forward(rows_of(rows))
    if axis != -1 and axis != z.ndim - 1:
        done = done.copy()  # after axes that were moved, memory may lie in another order in NumPy
    return np.moveaxis(scaled(np.reshape(done, rows.shape), rows.shape[-1], norm, inverse), -1, axis)


def halved(a: Any, n: Any, axis: int, norm: Any, inverse: bool) -> Any:
    """The half transform of real numbers along an axis."""
    x = np.asarray(a)
    if np.iscomplexobj(x):
        raise TypeError("ufunc 'rfft_n_even' did not contain a loop with signature matching types")
    rows = fitted(x * 1.0, n, axis)
    m = rows.shape[-1]
    done = np.reshape(half(rows_of(rows)), (*rows.shape[:-1], m // 2 + 1))
    return np.moveaxis(scaled(done, m, norm, inverse), -1, axis)


def restored(a: Any, n: Any, axis: int, norm: Any, inverse: bool) -> Any:
    """The real numbers of a half transform along an axis."""
    z = np.asarray(a)
    whole_number(n)
    m = 2 * (z.shape[axis] - 1) if n is None else n
    if m < 1:
        raise ValueError(f"Invalid number of FFT data points ({m}) specified.")
    rows = fitted(z + 0j if not np.iscomplexobj(z) else z, m // 2 + 1, axis)
    done = np.reshape(whole(rows_of(rows), m), (*rows.shape[:-1], m))
    return np.moveaxis(scaled(done, m, norm, inverse), -1, axis)


@stands_for(np.fft.fft)
def fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The transform along one axis."""
    return along(a, n, axis, norm, False)


@stands_for(np.fft.ifft)
def ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The inverse transform along one axis."""
    return along(a, n, axis, norm, True)


@stands_for(np.fft.rfft)
def rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The half transform of real numbers along one axis."""
    return halved(a, n, axis, norm, False)


@stands_for(np.fft.irfft)
def irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The inverse of the half transform: real numbers."""
    return restored(a, n, axis, norm, True)


@stands_for(np.fft.hfft)
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The transform, which is real, of numbers whose second half is the mirror image of the first."""
    return restored(np.conjugate(a), n, axis, norm, False)


@stands_for(np.fft.ihfft)
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    """The first half of the inverse transform of real numbers."""
    return np.conjugate(halved(a, n, axis, norm, True))


# Along several axes ---------------------------------------------------------------------------------------------------


def lengths_and_axes(z: Any, s: Any, axes: Any) -> Any:
    """The numbers along each axis, None where they stay, and the axes."""
    if axes is None:
        chosen = tuple(range(-z.ndim, 0)) if s is None else tuple(range(-len(s), 0))
    else:
        chosen = tuple(axes)
    lengths = (None,) * len(chosen) if s is None else tuple(s)
    if len(lengths) != len(chosen):
        raise ValueError("Shape and axes have different lengths.")
    return tuple(None if n is not None and n == -1 else n for n in lengths), chosen


def over_axes(a: Any, s: Any, axes: Any, norm: Any, inverse: bool) -> Any:
    """The complex transform along several axes, the last one first."""
    z = np.asarray(a)
    lengths, chosen = lengths_and_axes(z, s, axes)
    for n, axis in zip(lengths[::-1], chosen[::-1]):
        z = along(z, n, axis, norm, inverse)
    return z


@stands_for(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """The transform along several axes."""
    return over_axes(a, s, axes, norm, False)


@stands_for(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """The inverse transform along several axes."""
    return over_axes(a, s, axes, norm, True)


@stands_for(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """The transform along two axes."""
    return over_axes(a, s, axes, norm, False)


@stands_for(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """The inverse transform along two axes."""
    return over_axes(a, s, axes, norm, True)


@stands_for(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """The half transform along the last axis, then the transform along the others."""
    lengths, chosen = lengths_and_axes(np.asarray(a), s, axes)
    z = halved(a, lengths[-1], chosen[-1], norm, False)
    for n, axis in zip(lengths[-2::-1], chosen[-2::-1]):
        z = along(z, n, axis, norm, False)
    return z


@stands_for(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """The inverse of `rfftn`."""
    z = np.asarray(a)
    lengths, chosen = lengths_and_axes(z, s, axes)
    for n, axis in zip(lengths[:-1], chosen[:-1]):
        z = along(z, n, axis, norm, True)
    return restored(z, lengths[-1], chosen[-1], norm, True)


@stands_for(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`rfftn` along two axes."""
    return rfftn(a, s, axes, norm)


@stands_for(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`irfftn` along two axes."""
    return irfftn(a, s, axes, norm)


# Frequencies ----------------------------------------------------------------------------------------------------------


@stands_for(np.fft.fftfreq)
def fftfreq(n: Any, d: Any = 1.0) -> Any:
    """The frequency of each number of a transform of n samples, d apart."""
    if not isinstance(n, (int, np.integer)):
        raise ValueError("n should be an integer")
    return np.concatenate((np.arange(0, (n - 1) // 2 + 1), np.arange(-(n // 2), 0))) * (1.0 / (n * d))


@stands_for(np.fft.rfftfreq)
def rfftfreq(n: Any, d: Any = 1.0) -> Any:
    """The frequency of each number of a half transform of n samples, d apart."""
    if not isinstance(n, (int, np.integer)):
        raise ValueError("n should be an integer")
    return np.arange(0, n // 2 + 1) * (1.0 / (n * d))


@stands_for(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    """The frequency 0 in the middle."""
    z = np.asarray(x)
    for axis in tuple(range(z.ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes):
        z = np.roll(z, z.shape[axis] // 2, axis)
    return z


@stands_for(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    """The inverse of `fftshift`."""
    z = np.asarray(x)
    for axis in tuple(range(z.ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes):
        z = np.roll(z, -(z.shape[axis] // 2), axis)
    return z


AS_WRITTEN.update((np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft, np.fft.fftshift, np.fft.ifftshift))
AS_WRITTEN.update((np.fft.fftn, np.fft.ifftn, np.fft.fft2, np.fft.ifft2, np.fft.rfftn, np.fft.irfftn, np.fft.rfft2, np.fft.irfft2))
