"""Powers of NumPy's complex numbers and arrays: whole exponents by squaring, others by e^(e log z), as NumPy takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import paired
from .arithmetic import whole_power
from .exponentials import exp, log
from .exponents import by_squaring, with_exponent
from .registry import of_complex

MOST = 100
"""Whole exponents below this are powers by squaring."""


@of_complex(np.float_power)
def float_power(x1: Any, x2: Any) -> Any:
    """The same, always in double precision."""
    return power(np.asarray(x1).astype(complex)[()], x2)


@of_complex(np.power)
def power(x1: Any, x2: Any) -> Any:
    """z ** e. Known exponents, and numbers, choose the way for all elements."""
    if np.ndim(x2) > 0:
        return each(x1, x2).astype((x1 * x2).dtype)
    if np.iscomplexobj(x2) and x2.imag != 0:
        return by_logarithm(x1, x2)
    e = x2.real
    if e == np.floor(e) and np.abs(e) < MOST:
        n = int(np.abs(e))
        found = whole_power(x1 + 0j if np.ndim(x1) == 0 else x1, n, np.ones_like(x1)[()])
        return with_exponent(found if e >= 0 else 1 / found, x1, x2)
    return by_logarithm(x1, e)


def by_logarithm(z: Any, e: Any) -> Any:
    """e^(e log z); 0 to a power with a positive real part is 0."""
    zero = (z.real == 0) & (z.imag == 0)
    found = exp(e * log(paired(np.where(zero, 1.0, z.real), z.imag)))
    real, imag = np.power(np.where(zero, z.real, 1.0), e.real), np.power(np.where(zero, z.imag, 1.0), e.real)
    fine = e.real > 0
    return paired(np.where(zero, np.where(fine, real, np.nan), found.real), np.where(zero, np.where(fine, imag, np.nan), found.imag))


def each(z: Any, e: Any) -> Any:
    """z ** e for an array of exponents, each in its own way."""
    whole = (e.imag == 0) & (np.floor(e.real) == e.real) & (np.abs(e.real) < MOST)
    found = with_exponent(by_squaring(z, np.where(whole, e.real, 0)), z, e)
    return np.where(whole, found, by_logarithm(z, np.where(whole, 0.5, e)))
