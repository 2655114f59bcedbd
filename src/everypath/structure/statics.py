"""What else than the types of arguments a function is specialised for: the values of some, and the attributes that it reads."""

from __future__ import annotations

import functools
from collections.abc import Set
from typing import Any

from ..unchanging import plain_value


@plain_value
class Read:
    """An attribute that the program reads of instances of a class: part of what it is specialised for, like static arguments."""

    kind: type
    name: str

    def __str__(self) -> str:
        return f"{self.kind.__name__}.{self.name}"


Statics = Set[Any]
"""Paths of arguments whose values are fixed, and attributes that are read."""


@functools.lru_cache(1024)
def reads_of(kind: Any, statics: Statics) -> tuple[str, ...]:
    """The attributes that are read of instances of `kind`."""
    return tuple(sorted(read.name for read in statics if isinstance(read, Read) and read.kind is kind))


def lengths_of(path: str) -> str:
    """What is static where the axes of length 1 of the array at this path are."""
    return f"len({path})"


SMALL_ONES = "small integers and the shapes of small arrays"
"""Is static where all of these are: what is tried for a function that is refused otherwise."""

EVERY_ATTRIBUTE = "every attribute of instances"
"""Is static where all attributes that instances have count, read or not."""

SMALL, FEW_ELEMENTS = 32, 64
"""The largest integer, and the most elements of an array, that count as small."""
