"""Filters as zeros, poles and a gain, and as two polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(signal.zpk2tf)
def zpk2tf(z: Any, p: Any, k: Any) -> Any:
    """The polynomials with these zeros and poles."""
    if np.ndim(z) > 1:
        refuse("zpk2tf of several rows of zeros is not supported", "call it for each row")
    return k * np.atleast_1d(np.poly(z)), np.atleast_1d(np.poly(p))


@stands_for(signal.tf2zpk)
def tf2zpk(b: Any, a: Any) -> Any:
    """The zeros and poles of two polynomials, and their gain."""
    above, below = np.atleast_1d(np.asarray(b) * 1.0), np.atleast_1d(np.asarray(a) * 1.0)
    if above.ndim > 1 or below.ndim > 1:
        raise ValueError("Numerator and denominator polynomials must have one axis.")
    if np.abs(above[0]) < 1e-14 or below[0] == 0:
        refuse("tf2zpk of polynomials that begin with 0 is not supported", "leave the zeros out")
    gain = above[0] / below[0]
    return np.roots(above / above[0]), np.roots(below / below[0]), gain
