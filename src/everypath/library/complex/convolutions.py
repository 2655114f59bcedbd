"""Convolutions and correlations of complex signals: what the real ones give for their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from .registry import of_complex


def of_parts(f: Any, a: Any, b: Any) -> Any:
    """What a function that is linear in both operands gives, by four real ones."""
    real = f(np.real(a), np.real(b)) - f(np.imag(a), np.imag(b))
    return real + 1j * (f(np.real(a), np.imag(b)) + f(np.imag(a), np.real(b)))


@of_complex(signal.convolve)
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """A convolution."""
    return of_parts(lambda a, b: signal.convolve(a, b, mode), np.asarray(in1), np.asarray(in2))


@of_complex(signal.fftconvolve, signal.oaconvolve)
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """A convolution."""
    return of_parts(lambda a, b: signal.fftconvolve(a, b, mode, axes), np.asarray(in1), np.asarray(in2))


@of_complex(signal.correlate)
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """A correlation: the second operand is conjugate."""
    return of_parts(lambda a, b: signal.correlate(a, b, mode), np.asarray(in1), np.conj(np.asarray(in2)))


@of_complex(signal.convolve2d)
def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    """A convolution of matrices."""
    whole = lambda a, b, beyond: signal.convolve2d(a, b, mode, boundary, beyond)  # noqa: E731
    return of_planes(whole, np.asarray(in1), np.asarray(in2), fillvalue)


@of_complex(signal.correlate2d)
def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    """A correlation of matrices: the second operand is conjugate, or the first where that lies in it, as SciPy exchanges them."""
    a, b = np.asarray(in1), np.asarray(in2)
    if mode == "valid" and a.ndim == 2 and b.ndim == 2 and (a.shape[0] < b.shape[0] or a.shape[1] < b.shape[1]):
        a = np.conj(a)
    else:
        b = np.conj(b)
    return of_planes(lambda a, b, beyond: signal.correlate2d(a, b, mode, boundary, beyond), a, b, fillvalue)


def of_planes(f: Any, a: Any, b: Any, beyond: Any) -> Any:
    """As `of_parts`, with a number beyond the border of the first operand, whose parts belong to those of that."""
    ar, ai, br, bi = np.real(a).copy(), np.imag(a).copy(), np.real(b).copy(), np.imag(b).copy()
    inside, outside = np.real(beyond), np.imag(beyond)
    return f(ar, br, inside) - f(ai, bi, outside) + 1j * (f(ar, bi, inside) + f(ai, br, outside))
