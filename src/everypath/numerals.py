"""Numbers that are floats or integers, as the path decides: outside they are a float, and an integer that says which.

>>> Numeral(2.0, FLOAT), Numeral(2.0, INT), Numeral(1.0, BOOLEAN)
(2.0, 2, True)
"""

from __future__ import annotations

from typing import Any

from .errors import NotSupported

FLOAT, INT, BOOLEAN, BIG = range(4)
"""What a number is; the last is an integer that a float does not hold."""

EXACT = 2**53
"""Up to here a float holds every integer."""

REASON = "an integer beyond 2**53 that is a float if another path is taken is not supported"
WAY_OUT = "keep ints and floats in different variables"
TOO_LARGE = f"{REASON}\n{WAY_OUT}"

PARTS = ("value", "which")


class Numeral:
    """The kind of such a number: what it makes of its two parts is one of Python's own."""

    def __new__(cls, value: float, which: int) -> Any:
        if which == FLOAT:
            return float(value)
        if which == BIG:
            raise NotSupported([(None, REASON, WAY_OUT)])
        return int(value) if which == INT else bool(value)
