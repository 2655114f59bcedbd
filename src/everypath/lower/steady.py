"""What stays as it was in an object whose contents change.

Where paths meet, in loops and out of functions the contents of such an object are handed on; of these, what nobody has written stands
for itself (`SAME`): it is no further value there, and stays known where it is known.
"""

from __future__ import annotations

from typing import Any

from .patterns import ALONE, objects
from .values import SAME, Abstract, Tuple


def apart(x: Abstract, y: Abstract) -> Abstract:
    """The contents `x` without those that stand in `y` too. Objects in them are handed on as they are."""
    if not isinstance(x, Tuple) or not isinstance(y, Tuple) or len(x.items) != len(y.items):
        return x
    return Tuple(tuple(map(unless_same, x.items, y.items)))


def unless_same(x: Abstract, y: Abstract | None) -> Abstract:
    return SAME if x is y and (isinstance(x, ALONE) or not objects([x])) else x


def like(x: Abstract, pattern: Abstract) -> Abstract:
    """The contents `x` without those that are the same in `pattern`."""
    if not isinstance(x, Tuple) or not isinstance(pattern, Tuple) or len(x.items) != len(pattern.items):
        return x
    return Tuple(tuple(SAME if part is SAME else item for item, part in zip(x.items, pattern.items, strict=True)))


def restored(x: Abstract, before: Abstract) -> Abstract:
    """The contents `x` with those of `before` where they are the same."""
    if not isinstance(x, Tuple) or not isinstance(before, Tuple):
        return x
    return Tuple(tuple(before.items[k] if item is SAME else item for k, item in enumerate(x.items)))


def changed(now: Any, before: Any) -> list[Abstract]:
    """What stands in the contents `now` of an object, without what stood at the same key or place `before`."""
    if isinstance(now, dict):
        return [unless_same(x, before.get(key)) for key, x in now.items()]
    return [unless_same(x, y) for x, y in zip(now, (*before, *[None] * len(now)), strict=False)]


def merged(now: Any, before: Any) -> Any:
    """The contents `now` of an object with those of `before` where they are the same."""
    if isinstance(now, dict):
        return {key: before[key] if x is SAME else x for key, x in now.items()}
    return tuple(before[k] if x is SAME else x for k, x in enumerate(now)) if isinstance(now, tuple) else now


def followed(pattern: Abstract, last: Abstract, entry: Abstract) -> tuple[Abstract, Abstract]:
    """The contents that a loop has at the head of a turn, and those at its end: what this turn is the first to write is what it was before
    the loop."""
    if not all(isinstance(x, Tuple) and len(x.items) == len(pattern.items) for x in (pattern, last, entry)):  # type: ignore[attr-defined]
        return pattern, last
    triples = zip(pattern.items, last.items, entry.items, strict=True)  # type: ignore[attr-defined]
    pairs = [(x, y) if x is not SAME else (SAME, SAME) if y is z else (z, y) for x, y, z in triples]
    return Tuple(tuple(x for x, _ in pairs)), Tuple(tuple(y for _, y in pairs))
