"""Fourier transforms of real numbers as SciPy makes them: half of it, of which the other half is the mirror image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..numpy import fft as of_numpy


def along_one(x: Any, n: Any, axis: int, norm: Any, inverse: bool) -> Any:
    """The complex transform along an axis, in which pocketfft conjugates also what is its own mirror image."""
    if np.iscomplexobj(x) or np.ndim(x) == 0:
        return of_numpy.along(x, n, axis, norm, inverse)
    half = np.moveaxis(of_numpy.halved(x, n, axis, norm, inverse), axis, -1)
    middle = ((np.shape(x)[axis] if n is None else n) + 1) // 2
    turned, inside = np.conjugate(half), half[..., 1:middle]
    inside, mirrored = (turned[..., 1:middle], inside) if inverse else (inside, turned[..., 1:middle])
    parts = turned[..., :1], inside, turned[..., middle:], mirrored[..., ::-1]
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)


def turned(half: Any, n: Any, axis: int) -> Any:
    """A half transform conjugated, but for the numbers that are real."""
    rows, middle = np.moveaxis(half, axis, -1), (n + 1) // 2
    parts = rows[..., :1], np.conjugate(rows[..., 1:middle]), rows[..., middle:]
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)
