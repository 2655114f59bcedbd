"""Convolutions and correlations: SciPy computes them, directly or by Fourier transforms; their derivatives are convolutions again."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ....rules import rule
from ...intrinsics import refuse
from ...registry import computed, stands_for


@rule(host=True)
def full(a: Any, b: Any) -> Any:
    """The convolution wherever the two meet."""
    return signal.convolve(a, b)


@full.tangent
def _(out: Any, a: Any, b: Any, a_dot: Any, b_dot: Any) -> Any:
    return full(a_dot, b) + full(a, b_dot)


@full.adjoint
def _(out: Any, a: Any, b: Any, out_bar: Any) -> Any:
    return met(out_bar, b, a), met(out_bar, a, b)


def met(c: Any, known: Any, wanted: Any) -> Any:
    """The part of a correlation that belongs to the elements of `wanted`."""
    return part(full(c, np.flip(known)), tuple([n - 1 for n in known.shape]), wanted.shape)


def part(x: Any, starts: Any, lengths: Any) -> Any:
    """The part of this shape that begins at these places."""
    return x[tuple([slice(start, start + n) for start, n in zip(starts, lengths)])]


@computed("the mode of a convolution")
def checked(mode: Any) -> str:
    if mode not in ("full", "same", "valid"):
        raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")
    return str(mode)


def cut(whole: Any, first: Any, second: Any, mode: str) -> Any:
    """All of a convolution, its middle as large as the first operand, or where the two meet wholly."""
    mode = checked(mode)
    if mode == "full":
        return whole
    if mode == "same":
        return part(whole, tuple([(n - m) // 2 for n, m in zip(whole.shape, first)]), first)
    larger = [n >= m for n, m in zip(first, second)]
    smaller = [n <= m for n, m in zip(first, second)]
    if not all(larger) and not all(smaller):
        raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")
    least = [min(n, m) for n, m in zip(first, second)]
    return part(whole, tuple([n - 1 for n in least]), tuple([max(n, m) - min(n, m) + 1 for n, m in zip(first, second)]))


def operands(in1: Any, in2: Any) -> Any:
    a, b = np.asarray(in1), np.asarray(in2)
    if a.ndim != b.ndim:
        raise ValueError("in1 and in2 should have the same dimensionality")
    return a, b


@stands_for(signal.convolve)
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """A convolution."""
    a, b = operands(in1, in2)
    if a.ndim == 0:
        return a * b
    return cut(full(a, b), a.shape, b.shape, mode)


@stands_for(*[getattr(signal, name) for name in ("fftconvolve", "oaconvolve") if hasattr(signal, name)])
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """A convolution."""
    if axes is not None:
        refuse("the option 'axes' of a convolution is not yet supported", "loop over the other axes")
    a, b = operands(in1, in2)
    if a.ndim == 0:
        return a * b
    a, b = (x if x.dtype == np.float32 or x.dtype == np.float64 else x.astype(np.float64) for x in (a, b))
    return cut(full(a, b), a.shape, b.shape, mode)


@stands_for(signal.correlate)
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """A correlation."""
    a, b = operands(in1, in2)
    if a.ndim == 0:
        return a * b
    return cut(full(a, np.flip(b)), a.shape, b.shape, mode)


BORDERS = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


@computed("the boundary of a convolution")
def border(boundary: Any) -> Any:
    if boundary not in BORDERS:
        raise ValueError("Acceptable boundary flags are 'fill', 'circular' (or 'wrap'), and 'symmetric' (or 'symm').")
    return BORDERS[boundary]


def plane(a: Any, b: Any, mode: str, boundary: Any, fillvalue: Any, later: int) -> Any:
    """The convolution of two matrices, with something else than 0 beyond the border where that is asked for; `later` by so much begins
    the middle of one of an even length."""
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError("convolve2d inputs must both be 2-D arrays")
    kind = border(boundary)
    if checked(mode) == "valid" or (kind == "constant" and isinstance(fillvalue, (int, float)) and fillvalue == 0):
        whole = full(a, b)
    else:
        whole = bordered(a, b, kind, fillvalue)
    if mode == "same":
        return part(whole, tuple([(m - 1 + later) // 2 for m in b.shape]), a.shape)
    return cut(whole, a.shape, b.shape, mode)


def bordered(a: Any, b: Any, kind: Any, fillvalue: Any) -> Any:
    """The convolution of two matrices wherever they meet, with more beyond the border of the first."""
    width = tuple([(n - 1, n - 1) for n in b.shape])
    wide = np.pad(a, width, mode=kind, constant_values=fillvalue) if kind == "constant" else np.pad(a, width, mode=kind)
    return part(full(wide, b), tuple([n - 1 for n in b.shape]), tuple([n + m - 1 for n, m in zip(a.shape, b.shape)]))


@stands_for(signal.convolve2d)
def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    """A convolution of matrices."""
    return plane(np.asarray(in1), np.asarray(in2), mode, boundary, fillvalue, 0)


@stands_for(signal.correlate2d)
def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    """A correlation of matrices."""
    a, b = np.asarray(in1), np.asarray(in2)
    if checked(mode) == "valid" and a.ndim == 2 and b.ndim == 2 and (a.shape[0] < b.shape[0] or a.shape[1] < b.shape[1]):
        return plane(b, a[::-1, ::-1], mode, boundary, fillvalue, 1)[::-1, ::-1]
    return plane(a, b[::-1, ::-1], mode, boundary, fillvalue, 1)


@stands_for(signal.upfirdn)
def upfirdn(h: Any, x: Any, up: int = 1, down: int = 1, axis: int = -1, mode: str = "constant", cval: Any = 0) -> Any:
    """More elements by zeros between them, a filter, and each `down`-th of them."""
    x, h = np.asarray(x), np.asarray(h)
    if x.ndim != 1:
        refuse("upfirdn of several axes is not yet supported", "loop over the rows")
    if not (mode == "constant" and cval == 0):
        refuse("the option 'mode' of scipy.signal.upfirdn is not yet supported", "pad before")
    spread = np.zeros((len(x) - 1) * up + 1, dtype=x.dtype)
    spread[::up] = x
    return full(spread, h)[::down]
