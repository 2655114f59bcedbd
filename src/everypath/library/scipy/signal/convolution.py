"""Convolutions and correlations, directly where that is soon done, else by SciPy; their derivatives are convolutions again.

y = a * b, wherever the two meet:  a_bar[i] = Σ y_bar[i + j] b[j], which is `inner` of y_bar and b turned around, and so is b_bar.
y = c * b, where b lies in c:      c_bar = y_bar * b turned around, wherever they meet; b_bar is `inner` of c and y_bar, with turns.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import signal

from ....rules import rule
from ...intrinsics import as_it_stands, by_cpython, returning
from ...registry import computed, stands_for

FEW, MANY = 64, 200_000
"""Elements of the smaller operand, and products, up to which a Fourier transform does not pay."""

BLOCK = 2048
"""Elements of a line that stay in the processor's nearest memory while all products are added that belong there."""


def soon(n: int, m: int) -> bool:
    """Whether all products of so many and so many elements are soon added."""
    least = min(n, m)
    return least > 0 and (least <= FEW or n * m <= MANY)


def place(k: int, shape: Any) -> Any:
    """Where the k-th element of an array stands."""
    found: tuple[int, ...] = ()
    for n in shape[::-1]:
        found = (k % n, *found)
        k = k // n
    return found


def part(x: Any, starts: Any, lengths: Any) -> Any:
    """The part of this shape that begins at these places."""
    return x[tuple([slice(start, start + n) for start, n in zip(starts, lengths)])]


def blank(a: Any, b: Any, shape: Any) -> Any:
    """Zeros for the products of two arrays."""
    return np.zeros(shape, dtype=(np.ravel(a)[:0] * np.ravel(b)[:0]).dtype)


@returning(lambda a, b, mode: a * b)
def by_scipy(a: Any, b: Any, mode: str) -> Any:
    """What SciPy computes, in the way that it chooses. (CPython runs this.)"""
    return signal.convolve(a, b, mode)


@rule
def full(a: Any, b: Any) -> Any:
    """The convolution wherever the two meet."""
    if not soon(a.size, b.size):
        return by_cpython(by_scipy, a, b, "full")
    shape = tuple([n + m - 1 for n, m in zip(a.shape, b.shape)])
    out = blank(a, b, shape)
    if a.size < b.size:
        add_shifted(out, b, a)
    else:
        add_shifted(out, a, b)
    return out


def add_shifted(out: Any, large: Any, small: Any) -> None:
    """A copy of the larger one for each element of the smaller one."""
    weights = np.ravel(small)
    if out.ndim == 1:
        for start in range(0, len(out), BLOCK):
            for k in range(len(weights)):
                first = max(start - k, 0)
                last = max(first, min(start + BLOCK - k, len(large)))
                out[first + k : last + k] += large[first:last] * weights[k]
        return
    for k in range(len(weights)):
        view = out[tuple([slice(start, start + n) for start, n in zip(place(k, small.shape), large.shape)])]
        view += large * weights[k]


@full.tangent
def _(out: Any, a: Any, b: Any, a_dot: Any, b_dot: Any) -> Any:
    return full(a_dot, b) + full(a, b_dot)


@full.adjoint
@as_it_stands
def _(out: Any, a: Any, b: Any, out_bar: Any) -> Any:
    return inner(out_bar, np.flip(b)), inner(out_bar, np.flip(a))


@rule
def inner(c: Any, b: Any) -> Any:
    """The convolution where `b` lies in `c` wholly."""
    shape = tuple([n - m + 1 for n, m in zip(c.shape, b.shape)])
    count = math.prod(shape)
    if not soon(count, b.size):
        return by_cpython(by_scipy, c, b, "valid")
    turned = np.flip(b).copy()
    if count < b.size:
        flat = blank(c, b, count)
        for k in range(count):
            add_products(flat, k, c, turned, place(k, shape))
        return np.reshape(flat, shape)
    out = blank(c, b, shape)
    weights = np.ravel(turned)
    if out.ndim == 1:
        for start in range(0, count, BLOCK):
            block = out[start : start + BLOCK]
            for k in range(len(weights)):
                block += c[start + k : start + k + len(block)] * weights[k]
        return out
    for k in range(len(weights)):
        out += part(c, place(k, b.shape), shape) * weights[k]
    return out


def add_products(out: Any, k: int, c: Any, b: Any, starts: Any) -> None:
    """The products of b and of the part of c that begins at these places, row by row."""
    if b.ndim == 1:
        out[k] += c[starts[0] : starts[0] + len(b)] @ b
        return
    for row in range(len(b)):
        add_products(out, k, c[starts[0] + row], b[row], starts[1:])


@inner.tangent
def _(out: Any, c: Any, b: Any, c_dot: Any, b_dot: Any) -> Any:
    return inner(c_dot, b) + inner(c, b_dot)


@inner.adjoint
@as_it_stands
def _(out: Any, c: Any, b: Any, out_bar: Any) -> Any:
    return full(out_bar, np.flip(b)), np.flip(inner(c, np.flip(out_bar)))


@computed("the mode of a convolution")
def checked(mode: Any) -> str:
    if mode not in ("full", "same", "valid"):
        raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")
    return str(mode)


def in_mode(a: Any, b: Any, mode: str) -> Any:
    """All of a convolution, its middle as large as the first operand, or where the two meet wholly."""
    mode = checked(mode)
    if mode == "full":
        return full(a, b)
    first, second = a.shape, b.shape
    if mode == "same":
        return part(full(a, b), tuple([(m - 1) // 2 for m in second]), first)
    if all([n >= m for n, m in zip(first, second)]):
        return inner(a, b)
    if not all([n <= m for n, m in zip(first, second)]):
        raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")
    return inner(b, a)


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
    return in_mode(a, b, mode)


@stands_for(*[getattr(signal, name) for name in ("fftconvolve", "oaconvolve") if hasattr(signal, name)])
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """A convolution."""
    a, b = operands(in1, in2)
    if a.ndim == 0:
        return a * b
    along = over(axes, a.ndim)
    if len(along) < a.ndim:
        return in_part(a, b, checked(mode), along)
    a, b = (x if x.dtype == np.float32 or x.dtype == np.float64 else x.astype(np.float64) for x in (a, b))
    return in_mode(a, b, mode)


@computed("the axes of a convolution")
def over(axes: Any, rank: int) -> tuple[int, ...]:
    """The axes that a convolution goes over."""
    if axes is None:
        return tuple(range(rank))
    found = [int(axis) for axis in np.atleast_1d(axes)]
    if not found:
        raise ValueError("when provided, axes cannot be empty")
    if any(not -rank <= axis < rank for axis in found):
        raise ValueError("axes exceeds dimensionality of input")
    found = [axis % rank for axis in found]
    if len(set(found)) < len(found):
        raise ValueError("all axes must be unique")
    return tuple(sorted(found))


def in_part(a: Any, b: Any, mode: str, axes: tuple[int, ...]) -> Any:
    """A convolution over some of the axes, by Fourier transforms; along the others it goes element by element."""
    for k in range(a.ndim):
        if k not in axes and a.shape[k] != b.shape[k] and a.shape[k] != 1 and b.shape[k] != 1:
            raise ValueError(f"incompatible shapes for in1 and in2: {a.shape} and {b.shape}")
    sizes = [a.shape[k] + b.shape[k] - 1 for k in axes]
    whole = np.fft.irfftn(np.fft.rfftn(a, sizes, axes) * np.fft.rfftn(b, sizes, axes), sizes, axes)
    if mode == "full":
        return whole
    if mode == "valid" and not all([a.shape[k] >= b.shape[k] for k in axes]):
        if not all([a.shape[k] <= b.shape[k] for k in axes]):
            raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")
        a, b = b, a
    for k in axes:
        n, m = a.shape[k], b.shape[k]
        start, size = ((m - 1) // 2, n) if mode == "same" else (m - 1, n - m + 1)
        whole = whole[(*((slice(None),) * k), slice(start, start + size))]
    return whole


@stands_for(signal.correlate)
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """A correlation."""
    a, b = operands(in1, in2)
    if a.ndim == 0:
        return a * b
    return in_mode(a, np.flip(b), mode)


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
    kind, mode = border(boundary), checked(mode)
    if mode == "valid":
        return in_mode(a, b, mode)
    if kind == "constant" and isinstance(fillvalue, (int, float)) and fillvalue == 0:
        whole = full(a, b)
    else:
        whole = bordered(a, b, kind, fillvalue)
    return part(whole, tuple([(m - 1 + later) // 2 for m in b.shape]), a.shape) if mode == "same" else whole


def bordered(a: Any, b: Any, kind: Any, fillvalue: Any) -> Any:
    """The convolution of two matrices wherever they meet, with more beyond the border of the first."""
    width = tuple([(n - 1, n - 1) for n in b.shape])
    return inner(np.pad(a, width, mode=kind, constant_values=fillvalue) if kind == "constant" else np.pad(a, width, mode=kind), b)


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
