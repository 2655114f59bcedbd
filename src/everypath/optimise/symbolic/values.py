"""What stands for a value of the IR in a run ahead of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...ir.program import Value

Known = Any
"""A number, an IR value, an array of these, a list or a tuple of them."""


class GivenUp(Exception):
    """The run needs a number that is not known, or what it does has no straight line."""


def boxed(x: Known) -> Any:
    """A number as an array of no axes; an array as it is."""
    if isinstance(x, np.ndarray):
        return x
    box = np.empty((), object)
    box[()] = x
    return box


def root(memory: Known) -> Known:
    """What a view is a view of."""
    while isinstance(memory, np.ndarray) and memory.base is not None:
        memory = memory.base
    return memory


def numbers(operands: Sequence[Known]) -> Sequence[Known]:
    """Numbers that must be known, and arrays of these."""
    for x in operands:
        if isinstance(x, Value) or x is None or (isinstance(x, np.ndarray) and any(isinstance(y, Value) or y is None for y in x.flat)):
            raise GivenUp
    return [x.astype(np.int64) if isinstance(x, np.ndarray) else x for x in operands]
