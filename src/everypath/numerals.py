"""Numbers that are floats or integers, or NumPy's, as the path decides: outside they are a number, and an integer that says which.

>>> Numeral(2.0, FLOAT), Numeral(2.0, INT), Numeral(1.0, BOOLEAN), Numeral(np.float64(2.0), NUMPY)
(2.0, 2, True, np.float64(2.0))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import NotSupported

FLOAT, INT, BOOLEAN, BIG, NUMPY = range(5)
"""What a number is: BIG is an integer that a float does not hold, NUMPY one of NumPy's."""

EXACT = 2**53
"""Up to here a float holds every integer."""

REASON = "an integer beyond 2**53 that is a float if another path is taken is not supported"
WAY_OUT = "keep ints and floats in different variables"
TOO_LARGE = f"{REASON}\n{WAY_OUT}"

PARTS = ("value", "which")


class Numeral:
    """The kind of such a number: what it makes of its two parts is one of Python's own, or NumPy's."""

    def __new__(cls, value: float | np.generic, which: int) -> Any:
        if which == NUMPY:
            return value
        if which == FLOAT:
            return float(value)
        if which == BIG:
            raise NotSupported([(None, REASON, WAY_OUT)])
        return int(value) if which == INT else bool(value)
