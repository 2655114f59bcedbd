"""Functions of scipy.special that are elementary."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ...registry import stands_for


@stands_for(special.round)
def rounded(x: Any) -> Any:
    """The nearest whole number, of two the even one."""
    return np.rint(x)


@stands_for(special.radian)
def radian(d: Any, m: Any, s: Any) -> Any:
    """Degrees, minutes and seconds as radians."""
    return ((np.asarray(s) / 60.0 + m) / 60.0 + d)[()] * (np.pi / 180.0)


@stands_for(special.diric)
def diric(x: Any, n: Any) -> Any:
    """sin(nx/2)/(n·sin(x/2)), ±1 at the multiples of 2π; NaN unless n is a positive integer."""
    given, count = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
    half = np.sin(given / 2)
    allowed = (count > 0) & (count == np.floor(count))
    peak = np.abs(half) < 1e-7
    inner = allowed & ~peak
    odd = np.mod(np.round(given / (2 * np.pi)) * (np.where(allowed, count, 1.0) - 1), 2.0)
    value = np.sin(count * given / 2) / np.where(inner, count * half, 1.0)
    return np.where(inner, value, np.where(allowed, 1.0 - 2.0 * odd, np.nan))
