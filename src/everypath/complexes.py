"""Complex numbers outside: two real leaves, the real and the imaginary part, of a number or of an array over the same memory."""

from __future__ import annotations

from typing import Any

import numpy as np

PARTS = ("real", "imag")


class ComplexArray:
    """The kind of an array of complex numbers, where `complex`, `np.complex128` and `np.complex64` are those of a number."""

    def __new__(cls, real: Any, imag: Any) -> Any:
        real, imag = np.asarray(real), np.asarray(imag)
        made = np.empty(real.shape, np.result_type(real, np.complex64))
        made.real, made.imag = real, imag
        return made


class Joined:
    """The kind of a derivative of, or by, a complex number: real + i imag, in the containers that these have."""

    def __new__(cls, real: Any, imag: Any) -> Any:
        if real is None:
            return None
        if isinstance(real, dict):
            return type(real)((key, cls(value, imag[key])) for key, value in real.items())
        if isinstance(real, (tuple, list)):
            items = [cls(x, y) for x, y in zip(real, imag, strict=True)]
            return type(real)(*items) if hasattr(real, "_fields") else type(real)(items)
        made = ComplexArray(real, imag)
        return made if made.ndim else made.item()


KINDS = (complex, np.complex128, np.complex64, ComplexArray)
"""Each makes a number or an array of its two parts."""


def kind_of(value: Any) -> Any:
    """The kind of a complex number or array; None for anything else."""
    kind = type(value)
    if kind is np.ndarray:
        return ComplexArray if value.dtype.kind == "c" and value.dtype in (np.complex128, np.complex64) else None
    return kind if kind in KINDS else None


def said(kind: type) -> str:
    """A kind in words."""
    if kind is ComplexArray:
        return "a complex array"
    return "a complex number" if kind is complex else f"a {kind.__name__} scalar"


def interleaved(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> bool:
    """Whether two arrays lie in one memory as real and imaginary parts do: between each other, at steps of two elements."""
    if x.dtype != y.dtype or any(step % (2 * x.itemsize) for step in (*x.strides, *y.strides)):
        return False
    return bool((x.__array_interface__["data"][0] - y.__array_interface__["data"][0]) % (2 * x.itemsize) == x.itemsize)
