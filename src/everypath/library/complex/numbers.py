"""Python's own functions of complex numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .registry import of_complex


@of_complex(abs)
def absolute(z: Any) -> Any:
    """|z|, of one number by hypot."""
    if not isinstance(z, complex) or isinstance(z, np.complexfloating):
        return np.hypot(z.real, z.imag)
    size = math.hypot(z.real, z.imag)
    if math.isinf(size) and not math.isinf(z.real) and not math.isinf(z.imag):
        raise OverflowError("absolute value too large")
    return size
