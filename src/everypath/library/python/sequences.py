"""Lists and tuples whose lengths are known only when the function runs, compared as Python does: by the first items that differ."""

from __future__ import annotations

from typing import Any


def equal(a: Any, b: Any) -> bool:
    """a == b. Items stand in tuples, since containers hold that an object is equal to itself."""
    if len(a) != len(b):
        return False
    for x, y in zip(a, b):
        if (x,) != (y,):
            return False
    return True


def unequal(a: Any, b: Any) -> bool:
    """a != b."""
    return not equal(a, b)


def below(a: Any, b: Any) -> Any:
    """a < b."""
    for x, y in zip(a, b):
        if (x,) != (y,):
            return x < y
    return len(a) < len(b)


def above(a: Any, b: Any) -> Any:
    """a > b."""
    for x, y in zip(a, b):
        if (x,) != (y,):
            return x > y
    return len(a) > len(b)


def below_or_equal(a: Any, b: Any) -> Any:
    """a <= b."""
    for x, y in zip(a, b):
        if (x,) != (y,):
            return x <= y
    return len(a) <= len(b)


def above_or_equal(a: Any, b: Any) -> Any:
    """a >= b."""
    for x, y in zip(a, b):
        if (x,) != (y,):
            return x >= y
    return len(a) >= len(b)


COMPARED = {"==": equal, "!=": unequal, "<": below, ">": above, "<=": below_or_equal, ">=": above_or_equal}
"""What compares them, by the operator."""
