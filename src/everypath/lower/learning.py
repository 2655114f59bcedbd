"""What an attempt to lower a program learnt of its lists that grow at run time, for the next one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..errors import NotSupported
from . import run_lists
from .join import GrowsAtRunTime, Join, generalised
from .join_numbers import Unjoinable
from .objects import Instance
from .patterns import children, key
from .unit import Unit
from .values import Abstract

STUCK = 8
"""How often one list may be found again without anything new about it."""

CHAIN = 4
"""So many objects of one class may lead to one another in what a list holds."""


def grown(unit: Unit, growing: GrowsAtRunTime, stuck: Counter[Any]) -> bool:
    """Note a list that grows at run time, or has wider elements than was known. False where that was noted too often."""
    known = unit.dynamic.get(growing.site)
    unit.dynamic[growing.site] = wide = widest(known, growing.element)
    if known is not None and wide is not None and key([known]) == key([wide]):
        stuck[growing.site] += 1
        if stuck[growing.site] > STUCK:
            return False
    refuse_chains(growing.site, wide)
    return True


def refuse_chains(site: Any, element: Abstract | None) -> None:
    """Refuse a list of objects that lead to one another, as those of a tree lead to what they hang on: of these there is no end."""
    kind = None if element is None else chained(element, CHAIN)
    if kind is None:
        return
    reason = f"an object in the list of line {getattr(site[0], 'lineno', 0)} leads to another '{kind.__qualname__}', and that to another, "
    raise NotSupported(
        [(None, f"{reason}which is not supported in a list built at run time", "keep the other's place in the list instead")]
    )


def chained(x: Abstract, longest: int, around: tuple[Abstract, ...] = ()) -> type | None:
    """The class of which more than so many objects stand in one another."""
    if x in around:
        return None
    if isinstance(x, Instance) and sum(isinstance(other, Instance) and other.type is x.type for other in around) >= longest:
        return x.type
    inner = (chained(child, longest, (*around, x)) for _, child in children(x))
    return next((kind for kind in inner if kind is not None), None)


def widest(known: Abstract | None, found: Abstract | None) -> Abstract | None:
    if known is None or found is None:
        return found if known is None else known
    try:
        return generalised(Join()(known, found))
    except GrowsAtRunTime:  # what is known is from before a list in it was made at run time
        return found
    except Unjoinable:
        return known


def rewiden(unit: Unit, element: Abstract, wider: Abstract) -> None:
    """Make the lists whose elements proved too narrow with wider ones."""
    narrow = key([element])
    for site, known in unit.dynamic.items():
        if known is not None:
            unit.dynamic[site] = run_lists.with_elements(known, lambda x: wider if key([x]) == narrow else None)
