"""Fourier transforms of the rows of a matrix, without a scale: what pocketfft computes for NumPy. Complex rows are two real ones.

Their derivatives are rules of the library, which calls them (`library/numpy/fft.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.op import Definition, register
from ..ir.types import ArrayType, Type
from .memory import array

FAMILY = "fourier"
WHY = "it is stated by the functions of the library that call it"


def typed(results: int) -> Any:
    def typing(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
        return (ArrayType(array(types[0]).dtype, 2),) * results

    return typing


def parted(z: Any, dtype: Any) -> tuple[Any, Any]:
    """Both parts in memory of their own."""
    return np.array(z.real, dtype, order="C"), np.array(z.imag, dtype, order="C")


def transform(re: Any, im: Any, *, inverse: bool) -> tuple[Any, Any]:
    """Σⱼ xⱼ e^(-2πi jk/n), with the other sign for the inverse."""
    rows = re + 1j * im
    return parted(np.fft.ifft(rows, norm="forward") if inverse else np.fft.fft(rows), re.dtype)


def half_transform(rows: Any) -> tuple[Any, Any]:
    """The first n/2 + 1 numbers of the transform of real rows."""
    return parted(np.fft.rfft(rows), rows.dtype)


def half_inverse(re: Any, im: Any, n: int) -> Any:
    """The n real numbers that have this half transform back."""
    return np.array(np.fft.irfft(re + 1j * im, n, norm="forward"), re.dtype, order="C")


register(Definition("fourier", FAMILY, typed(2), transform, no_derivative=WHY, attributes=frozenset(("inverse",))))
register(Definition("half_fourier", FAMILY, typed(2), half_transform, no_derivative=WHY))
register(Definition("half_inverse_fourier", FAMILY, typed(1), half_inverse, no_derivative=WHY))
