"""Filters of complex signals, and by complex coefficients: what the real ones give for their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from .registry import of_complex


def numerator(b: Any, a: Any) -> Any:
    """The two sides of a filter with a real denominator: a complex one by its conjugate."""
    b, a = np.atleast_1d(np.asarray(b)), np.atleast_1d(np.asarray(a))
    if not np.iscomplexobj(a):
        return b, a
    return np.convolve(b, np.conj(a)), np.real(np.convolve(a, np.conj(a)))


@of_complex(signal.lfilter)
def lfilter(b: Any, a: Any, x: Any, axis: int = -1) -> Any:
    """A filter from rest."""
    b, a = numerator(b, a)
    x = np.asarray(x)
    real, imag = np.real(b).copy(), np.imag(b).copy()
    if not np.iscomplexobj(b):
        return signal.lfilter(b, a, np.real(x), axis) + 1j * signal.lfilter(b, a, np.imag(x), axis)
    found = signal.lfilter(real, a, np.real(x), axis) + 1j * signal.lfilter(imag, a, np.real(x), axis)
    if not np.iscomplexobj(x):
        return found
    return found - signal.lfilter(imag, a, np.imag(x), axis) + 1j * signal.lfilter(real, a, np.imag(x), axis)


@of_complex(signal.filtfilt)
def filtfilt(b: Any, a: Any, x: Any, axis: int = -1, padtype: Any = "odd", padlen: Any = None) -> Any:
    """A real filter forth and back."""
    x = np.asarray(x)
    return signal.filtfilt(b, a, np.real(x), axis, padtype, padlen) + 1j * signal.filtfilt(b, a, np.imag(x), axis, padtype, padlen)


@of_complex(signal.sosfilt)
def sosfilt(sos: Any, x: Any, axis: int = -1) -> Any:
    """A real filter in sections, from rest."""
    x = np.asarray(x)
    return signal.sosfilt(sos, np.real(x), axis) + 1j * signal.sosfilt(sos, np.imag(x), axis)


@of_complex(signal.sosfiltfilt)
def sosfiltfilt(sos: Any, x: Any, axis: int = -1, padtype: Any = "odd", padlen: Any = None) -> Any:
    """The same forth and back."""
    x = np.asarray(x)
    return signal.sosfiltfilt(sos, np.real(x), axis, padtype, padlen) + 1j * signal.sosfiltfilt(sos, np.imag(x), axis, padtype, padlen)
