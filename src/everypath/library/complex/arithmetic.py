"""Operators beside + - *: division and powers as CPython computes them of its own numbers, and as NumPy does; NumPy's order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..intrinsics import over, paired
from .exponents import BITS, with_exponent


def quotient(a: Any, b: Any) -> Any:
    """a / b of Python's numbers.

    The divisor is scaled by its larger part: R. L. Smith, "Algorithm 116: complex division", Communications of the ACM 5 (1962) 435.
    """
    if abs(b.real) >= abs(b.imag):
        if b.real == 0.0:
            raise ZeroDivisionError("complex division by zero")
        ratio = b.imag / b.real
        scale = b.real + b.imag * ratio
        return complex((a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale)
    if abs(b.imag) >= abs(b.real):
        ratio = b.real / b.imag
        scale = b.real * ratio + b.imag
        return complex((a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale)
    return complex(math.nan, math.nan)


def quotient_of_arrays(a: Any, b: Any) -> Any:
    """a / b as NumPy computes it, which is Smith's way too; a divisor 0 divides both parts."""
    wide = np.abs(b.real) >= np.abs(b.imag)
    large, small = np.where(wide, b.real, b.imag), np.where(wide, b.imag, b.real)
    zero = large == 0
    ratio = small / large
    scale = large + small * ratio
    real = over(np.where(wide, a.real + a.imag * ratio, a.real * ratio + a.imag), scale)
    imag = over(np.where(wide, a.imag - a.real * ratio, a.imag * ratio - a.real), scale)
    return paired(np.where(zero, a.real / (large * large), real), np.where(zero, a.imag / (large * large), imag))


def whole_power(z: Any, n: Any, one: Any) -> Any:
    """zⁿ for n from 0 to 127, by squaring."""
    result = one
    first = True
    square = z
    for bit in BITS:
        if n >= bit:
            if bit > 1:
                square = square * square
            if n & bit:
                result = square if first else result * square
                first = False
    return result


def power(a: Any, b: Any) -> Any:
    """a ** b of Python's numbers: whole exponents up to 100 by squaring, others by modulus and phase."""
    if b.imag == 0.0 and abs(b.real) <= 100.0 and b.real == math.floor(b.real):
        n = int(b.real)
        if n < 0 and a.real == 0.0 and a.imag == 0.0:
            raise ZeroDivisionError("0.0 to a negative or complex power")
        found = whole_power(a, n, 1 + 0j) if n >= 0 else 1.0 / whole_power(a, -n, 1 + 0j)
        if math.isinf(found.real) or math.isinf(found.imag):
            raise OverflowError("complex exponentiation")
        return with_exponent(found, a, b)
    if a.real == 0.0 and a.imag == 0.0:
        if b.imag != 0.0 or b.real < 0.0:
            raise ZeroDivisionError("0.0 to a negative or complex power")
        return complex(0.0**b.real, 0.0**b.real) if b.real > 1.0 else complex(a.real**b.real, a.imag**b.real)
    modulus, angle = math.hypot(a.real, a.imag), math.atan2(a.imag, a.real)
    size, phase = modulus**b.real, angle * b.real
    if b.imag != 0.0:
        size, phase = size / math.exp(angle * b.imag), phase + b.imag * math.log(modulus)
    return complex(size * math.cos(phase), size * math.sin(phase))


def below(a: Any, b: Any) -> Any:
    """a < b: by the real parts, and where these are equal by the imaginary ones."""
    return (a.real < b.real) & ~np.isnan(a.imag) & ~np.isnan(b.imag) | (a.real == b.real) & (a.imag < b.imag)


def below_or_equal(a: Any, b: Any) -> Any:
    """a <= b."""
    return (a.real < b.real) & ~np.isnan(a.imag) & ~np.isnan(b.imag) | (a.real == b.real) & (a.imag <= b.imag)


def above(a: Any, b: Any) -> Any:
    """a > b."""
    return below(b, a)


def above_or_equal(a: Any, b: Any) -> Any:
    """a >= b."""
    return below_or_equal(b, a)


def matrix_product(a: Any, b: Any) -> Any:
    """a @ b by real products."""
    if not np.iscomplexobj(a):
        return paired(a @ b.real, a @ b.imag)
    if not np.iscomplexobj(b):
        return paired(a.real @ b, a.imag @ b)
    return paired(a.real @ b.real - a.imag @ b.imag, a.real @ b.imag + a.imag @ b.real)
