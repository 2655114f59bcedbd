"""Objects of NumPy's and SciPy's classes that a function gives: made of the attributes that a class of the library has in their place."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from .. import records
from .kinds import Assembled, Static

Fixed = tuple[tuple[str, Static], ...]


class Original(Assembled):
    """The base of types of containers that are such objects; its children are what of their attributes is numbers and containers.
    A derivative is a dict of the same names."""

    @classmethod
    def part(cls, value: Any, key: Any) -> Any:
        """What belongs to an attribute, in a dict of them or in an object."""
        return value.get(key) if isinstance(value, dict) else getattr(value, key, None)


def leaves_as_original(text: type) -> bool:
    """Whether objects of the class that a text stands for are made of what the text has."""
    return hasattr(text, "leaves_as")


@functools.cache
def original_of(text: Any, names: Sequence[str], fixed: Fixed) -> type[Original]:
    """The type of an object for whose class `text` stands: of its attributes of these `names`, and of those that are `fixed`."""
    others = {name: one.value for name, one in fixed}

    def made(_: type, *parts: Any) -> Any:
        return text.leaves_as(records.original(text), dict(zip(names, parts, strict=True)) | others)

    return type(records.original(text).__name__, (Original,), {"__new__": made})
