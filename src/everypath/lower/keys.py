"""Keys of dicts and members of sets as patterns: what is known of one where its value is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.program import Value
from ..ir.types import BOOL, F64, I64, from_dtype
from .values import Abstract, Kind, Scalar, Static, Tuple

NUMBERS: dict[type, tuple[Kind, Any]] = {bool: ("bool", BOOL), int: ("int", I64), float: ("float", F64)}


def key_pattern(key: Any) -> Abstract:
    """The pattern of a key: a number that is not known, or a tuple of such; a string, or what else is a key, is known."""
    if type(key) is tuple:
        return Tuple(tuple(map(key_pattern, key)))
    if type(key) in NUMBERS:
        kind, held = NUMBERS[type(key)]
        return Scalar(Value("key", held), kind)
    if isinstance(key, np.generic) and not isinstance(key, np.complexfloating):
        return Scalar(Value("key", from_dtype(key.dtype)), "numpy")
    return Static(key)
