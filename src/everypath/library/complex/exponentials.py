"""Exponentials, logarithms, roots and powers of NumPy's complex numbers and arrays, with NumPy's branch cuts.

Branch cuts and signs of zero are those of W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign
bit" (1987), which C99 and NumPy follow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import paired
from .registry import of_complex

LARGE = 709.0
"""The exponential of more would overflow before it is multiplied by a cosine."""

LN2, LN10 = float(np.log(2.0)), float(np.log(10.0))


@of_complex(np.exp)
def exp(z: Any) -> Any:
    """e^z = e^x (cos y + i sin y)."""
    large = z.real > LARGE
    size = np.exp(np.where(large, z.real / 2, z.real))
    again = np.where(large, size, 1)
    imag = size * np.sin(z.imag) * again
    return paired(size * np.cos(z.imag) * again, np.where(np.isinf(size) & (z.imag == 0), z.imag, imag))


@of_complex(np.exp2)
def exp2(z: Any) -> Any:
    """2^z."""
    return exp(z * LN2)


@of_complex(np.expm1)
def expm1(z: Any) -> Any:
    """e^z - 1, near 0 too."""
    half = np.sin(z.imag / 2)
    return paired(np.expm1(z.real) * np.cos(z.imag) - 2 * half * half, np.exp(z.real) * np.sin(z.imag))


@of_complex(np.log)
def log(z: Any) -> Any:
    """log |z| + i arg z. Near |z| = 1 the modulus alone would leave no digits."""
    wide = z.real * z.real >= z.imag * z.imag
    long, short = np.where(wide, z.real, z.imag), np.where(wide, z.imag, z.real)
    size = np.hypot(z.real, z.imag)
    near = (size > 0.5) & (size < 2)
    above = np.where(near, (long - 1) * (long + 1) + short * short, 0)
    return paired(np.where(near, np.log1p(above) / 2, np.log(size)), np.arctan2(z.imag, z.real))


@of_complex(np.log2)
def log2(z: Any) -> Any:
    """The logarithm to base 2."""
    found = log(z)
    return paired(found.real / LN2, found.imag / LN2)


@of_complex(np.log10)
def log10(z: Any) -> Any:
    """The logarithm to base 10."""
    found = log(z)
    return paired(found.real / LN10, found.imag / LN10)


@of_complex(np.log1p)
def log1p(z: Any) -> Any:
    """log(1 + z), near 0 too."""
    x, y = z.real, z.imag
    size = np.hypot(1 + x, y)
    near = (size > 0.5) & (size < 2)
    above = np.where(near, x * (2 + x) + y * y, 0)
    return paired(np.where(near, np.log1p(above) / 2, np.log(size)), np.arctan2(y, 1 + x))


@rule
def root(x: Any, y: Any) -> Any:
    """The parts of the square root with a real part that is not negative."""
    long = np.sqrt((np.abs(x) + np.hypot(x, y)) / 2)
    short = np.where(long == 0, 0, np.abs(y) / (2 * np.where(long == 0, 1, long)))
    right = x >= 0
    u, v = np.where(right, long, short), np.copysign(np.where(right, short, long), y)
    return np.where(np.isinf(y), np.inf, u), np.where(np.isinf(y), y, v)


@root.tangent
def root_tangent(out: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    """ż / 2√z."""
    u, v = out
    size = 2 * (u * u + v * v)
    return (u * x_dot + v * y_dot) / size, (u * y_dot - v * x_dot) / size


@of_complex(np.sqrt)
def sqrt(z: Any) -> Any:
    """√z."""
    u, v = root(z.real, z.imag)
    return paired(u, v)
