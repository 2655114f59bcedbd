"""Texts and other constants that a function of SciPy's gives beside its numbers: each travels as a number. (CPython runs this.)"""

from __future__ import annotations

import threading
from typing import Any

CONSTANTS: list[Any] = []
"""Those that were met, each at the place that is its number."""

PLACES: dict[Any, int] = {}
"""Where they stand."""

KINDS = (str, type(None), type)

lock = threading.Lock()


def number_of(constant: Any) -> int:
    """The number of a constant."""
    with lock:
        if constant not in PLACES:
            PLACES[constant] = len(CONSTANTS)
            CONSTANTS.append(constant)
        return PLACES[constant]


def constant_of(number: int) -> Any:
    """The constant of this number."""
    return CONSTANTS[number]
