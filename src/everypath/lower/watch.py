"""What a program takes for granted of the world around it: names, attributes, the code of functions. Each is a guard, looked at at
every call; where it no longer holds, the function is specialised again.

A `Capture` whose structure is static is a guard. Where it stands at a place that this file knows, the look costs next to nothing.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from .. import records
from ..structure import Static
from ..unchanging import unchanging
from .unit import Capture, Unit

ABSENT = type("Absent", (), {"__repr__": lambda self: "absent"})()
"""What stands under a name that nothing stands under."""

IMMUTABLE = 1 << 8
"""The flag of types whose attributes cannot be replaced."""


@unchanging
class Item:
    """`owner[name]` of a module's globals, or of the attributes of the class `of`."""

    owner: Mapping[str, Any]
    name: str
    of: Any = None

    def __call__(self) -> Any:
        return self.owner[self.name]

    @property
    def key(self) -> tuple[Any, ...]:
        return "item", id(self.owner if self.of is None else self.of), self.name


@unchanging
class Attribute:
    """`owner.name`."""

    owner: Any
    name: str

    def __call__(self) -> Any:
        return getattr(self.owner, self.name)

    @property
    def key(self) -> tuple[Any, ...]:
        return "attribute", id(self.owner), self.name


def watch(unit: Unit, place: Item | Attribute, value: Any) -> None:
    """The program holds as long as this very object stands at `place`."""
    unit.captures.setdefault(("watched", *place.key), Capture(place.name, place, Static(value)))


def watch_function(unit: Unit, function: types.FunctionType) -> None:
    """The text and the defaults of `function` went into the program."""
    for name in ("__code__", "__defaults__", "__kwdefaults__"):
        watch(unit, Attribute(function, name), getattr(function, name))
    defaults = function.__kwdefaults__ or {}
    for name in defaults:
        watch(unit, Item(defaults, name), defaults[name])


def watch_attribute(unit: Unit, owner: Any, name: str, value: Any) -> None:
    """`owner.name` was read, and `value` went into the program."""
    if isinstance(owner, types.ModuleType) and vars(owner).get(name, ABSENT) is value:
        watch(unit, Item(vars(owner), name), value)
    elif not (isinstance(owner, type) and owner.__flags__ & IMMUTABLE) and getattr(owner, name, ABSENT) is value:
        watch(unit, Attribute(owner, name), value)


def found_in_class(unit: Unit, kind: type, name: str, bases: tuple[type, ...] | None = None) -> Any:
    """What the attribute `name` of instances is in their class or its bases, as it stands there; ABSENT if it is in none.
    With `bases`, only in these."""
    for base in records.lineage(kind) if bases is None else bases:
        held = vars(base).get(name, ABSENT)
        if not base.__flags__ & IMMUTABLE:
            watch(unit, Attribute(base, "__bases__"), base.__bases__)
            if ("attribute", id(base), name) not in unit.rebound:
                watch(unit, Item(vars(base), name, base), held)
        if held is not ABSENT:
            return held
    return ABSENT
