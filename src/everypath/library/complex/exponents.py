"""Whole powers of complex numbers, whose exponents may move: what squaring finds says nothing of the exponent.

d zᵉ = e zᵉ⁻¹ dz + zᵉ log z de
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import has_floats, is_known, paired

BITS = (1, 2, 4, 8, 16, 32, 64)


def by_squaring(z: Any, e: Any) -> Any:
    """z ** e for an array of whole exponents below 128."""
    n = np.abs(e).astype(int)
    found = 1 + 0j * n
    square = z
    for bit in BITS:
        if bit > 1:
            square = square * square
        found = np.where((n & bit) != 0, found * square, found)
    return np.where(e < 0, 1 / found, found)


def with_exponent(found: Any, z: Any, e: Any) -> Any:
    """`found`, which is zᵉ by squaring, with its derivatives along z and e."""
    if not has_floats(e) or is_known(e):
        return found
    return paired(*power(found.real, found.imag, z.real, z.imag, e.real, e.imag))


@rule
def power(re: Any, im: Any, z_re: Any, z_im: Any, e_re: Any, e_im: Any) -> Any:
    """The parts of zᵉ, which are given."""
    return 1.0 * re, 1.0 * im


@power.tangent
def _(out: Any, re: Any, im: Any, z_re: Any, z_im: Any, e_re: Any, e_im: Any, *dots: Any) -> Any:
    _, _, z_re_dot, z_im_dot, e_re_dot, e_im_dot = dots
    z, less = paired(z_re, z_im), paired(np.where(e_re == 0.0, 1.0, e_re) - 1.0, e_im)
    by_z = paired(e_re, e_im) * with_exponent(by_squaring(z, less.real), z, less)
    by_e = paired(out[0], out[1]) * logarithm(z)
    change = by_z * paired(z_re_dot, z_im_dot) + by_e * paired(e_re_dot, e_im_dot)
    return np.real(change), np.imag(change)


def logarithm(z: Any) -> Any:
    """log z, and NaN at 0."""
    zero = (z.real == 0.0) & (z.imag == 0.0)
    return paired(np.log(np.where(zero, np.nan, np.hypot(z.real, z.imag))), np.arctan2(z.imag, z.real))
