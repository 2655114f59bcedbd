"""Arrays of None, which keep the place of what comes later: `self.z = np.array([[None] * n]).T`. They are known, and hold no numbers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .objects import List
from .values import Abstract, Static, Tuple, is_none

ATTRIBUTES = ("T", "shape", "ndim", "size", "copy", "reshape", "flatten", "ravel", "transpose", "squeeze", "tolist")
"""What can be asked of one."""

FUNCTIONS = (np.atleast_1d, np.atleast_2d, np.reshape, np.ravel, np.squeeze, np.transpose, np.shape, np.ndim, np.size)
"""What NumPy may be asked for with one."""


@functools.cache
def placeholder(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """The array of this shape: one and the same each time, which nobody writes."""
    made = np.full(shape, None)
    made.flags.writeable = False
    return made


def is_placeholder(value: object) -> bool:
    """Whether a known object is an array of None."""
    return isinstance(value, np.ndarray) and value.dtype == object


def asked(function: object, args: Sequence[Abstract]) -> bool:
    """Whether a call asks NumPy for what it can tell of an array of None."""
    return any(isinstance(x, Static) and is_placeholder(x.value) for x in args) and any(function is one for one in FUNCTIONS)


def of_nothing(x: Abstract) -> Static | None:
    """The array that sequences of None alone make; None for anything else."""
    shape = shape_of(x)
    return Static(placeholder(shape)) if shape else None


def shape_of(x: Abstract) -> tuple[int, ...] | None:
    """The shape of None, or of sequences of it; None where there is anything else among them."""
    if is_none(x):
        return ()
    shapes = {shape_of(item) for item in x.items} if isinstance(x, (Tuple, List)) and len(x.items) < 64 else set()
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(x.items), *inner)  # type: ignore[attr-defined]
