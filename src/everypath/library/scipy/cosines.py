"""Cosine and sine transforms of rows; each is linear, and its transpose is another.

Of the cosine transforms of type I to IV, I and IV are symmetric up to the weights of the ends, and II and III are each other's
transposes up to the weight of the first number; of the sine transforms it is the last one. Those of type II are Fourier transforms of
the even elements, then the odd ones backwards, turned by half angles; those of type III go the way back (J. Makhoul, A fast cosine
transform in one and two dimensions, 1980). CPython runs those of types I and IV, and those of many numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft

from ...rules import rule
from ..intrinsics import as_it_stands, by_cpython, returning
from ..pocketfft import half_fourier, half_inverse_fourier

MANY = 2048
"""Numbers from which on it does not matter what a call of CPython costs."""


def by_scipy(rows: Any, type: int) -> bool:
    """Whether SciPy computes a transform."""
    return type in (1, 4) or rows.size == 0 or rows.size > MANY


def half_angles(rows: Any) -> tuple[Any, Any]:
    """Cosines and sines of πk/2n, as far as half a transform goes."""
    n = rows.shape[-1]
    angles = np.arange(n // 2 + 1) * (np.pi / (2.0 * n))
    return np.cos(angles).astype(rows.dtype), np.sin(angles).astype(rows.dtype)


def second(rows: Any) -> Any:
    """The cosine transform of type II of each row."""
    n = rows.shape[-1]
    c, s = half_angles(rows)
    re, im = half_fourier(np.concatenate((rows[:, ::2], rows[:, 1::2][:, ::-1]), axis=1))
    out, m = np.empty_like(rows), (n - 1) // 2
    out[:, : n // 2 + 1] = 2.0 * (re * c + im * s)
    out[:, n - m :] = (2.0 * (re * s - im * c))[:, 1 : m + 1][:, ::-1]
    return out


def third(rows: Any) -> Any:
    """The cosine transform of type III of each row."""
    n = rows.shape[-1]
    c, s = half_angles(rows)
    half = n // 2 + 1
    first, last = rows[:, :half], np.zeros((rows.shape[0], half), dtype=rows.dtype)
    last[:, 1:] = rows[:, ::-1][:, : half - 1]
    back = half_inverse_fourier(first * c + last * s, first * s - last * c, n)
    out = np.empty_like(rows)
    out[:, ::2] = back[:, : (n + 1) // 2]
    out[:, 1::2] = back[:, ::-1][:, : n // 2]
    return out


def scaled(rows: Any, orthogonal: bool, inverse: bool) -> Any:
    """The transform of type II, or that of type III, which is its inverse but for a factor."""
    if not orthogonal:
        return third(rows) if inverse else second(rows)
    n = rows.shape[-1]
    weights = np.full(n, (0.5 / n) ** 0.5).astype(rows.dtype)
    weights[0] *= 2.0**0.5 if inverse else 0.5**0.5
    return third(rows * weights) if inverse else second(rows) * weights


@returning(lambda rows, type, norm, orthogonal: rows)
def cosine_of_scipy(rows: Any, type: int, norm: Any, orthogonal: Any) -> Any:
    """CPython runs this."""
    return scipy.fft.dct(rows, type, norm=norm, orthogonalize=orthogonal)


@returning(lambda rows, type, norm, orthogonal: rows)
def sine_of_scipy(rows: Any, type: int, norm: Any, orthogonal: Any) -> Any:
    """CPython runs this."""
    return scipy.fft.dst(rows, type, norm=norm, orthogonalize=orthogonal)


def transposed(transform: Any, end: Any, out_bar: Any, type: int, norm: Any, orthogonal: Any) -> Any:
    """The transpose of a transform: of those of types II and III that are not orthogonal one number, at one `end`, has another weight."""
    back = (1, 3, 2, 4)[type - 1]
    if type == 2 and not orthogonal:
        return transform(out_bar * np.where(end, 2.0, 1.0), back, norm, orthogonal)
    if type == 3 and not orthogonal:
        return transform(out_bar, back, norm, orthogonal) * np.where(end, 0.5, 1.0)
    return transform(out_bar, back, norm, orthogonal)


@rule
def cosine(rows: Any, type: int, norm: Any, orthogonal: Any) -> Any:
    """The cosine transform of each row."""
    if by_scipy(rows, type):
        return by_cpython(cosine_of_scipy, rows, type, norm, orthogonal)
    return scaled(rows, orthogonal, type == 3)


@cosine.tangent
def cosine_tangent(out: Any, rows: Any, type: int, norm: Any, orthogonal: Any, rows_dot: Any) -> Any:
    """It is linear."""
    return cosine(rows_dot, type, norm, orthogonal)


@cosine.adjoint
@as_it_stands
def cosine_adjoint(out: Any, rows: Any, type: int, norm: Any, orthogonal: Any, out_bar: Any) -> Any:
    """Orthogonal ones turn back; of the others the weights at the ends change places."""
    n = rows.shape[-1]
    k = np.arange(n)
    if type == 1 and not orthogonal:
        c = np.where((k == 0) | (k == n - 1), 1.0, 2.0)
        return cosine(out_bar / c, 1, norm, orthogonal) * c, None, None, None
    return transposed(cosine, k == 0, out_bar, type, norm, orthogonal), None, None, None


@rule
def sine(rows: Any, type: int, norm: Any, orthogonal: Any) -> Any:
    """The sine transform of each row: of types II and III the cosine transform with changing signs, one of both sides backwards."""
    if by_scipy(rows, type):
        return by_cpython(sine_of_scipy, rows, type, norm, orthogonal)
    signs = (1.0 - 2.0 * (np.arange(rows.shape[-1]) % 2)).astype(rows.dtype)
    return scaled(rows[:, ::-1], orthogonal, True) * signs if type == 3 else scaled(rows * signs, orthogonal, False)[:, ::-1].copy()


@sine.tangent
def sine_tangent(out: Any, rows: Any, type: int, norm: Any, orthogonal: Any, rows_dot: Any) -> Any:
    """It is linear."""
    return sine(rows_dot, type, norm, orthogonal)


@sine.adjoint
@as_it_stands
def sine_adjoint(out: Any, rows: Any, type: int, norm: Any, orthogonal: Any, out_bar: Any) -> Any:
    """Orthogonal ones turn back; of the others the weight at the end changes its place."""
    n = rows.shape[-1]
    return transposed(sine, np.arange(n) == n - 1, out_bar, type, norm, orthogonal), None, None, None
