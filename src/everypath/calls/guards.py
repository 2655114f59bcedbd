"""Whether what a program takes for granted still holds, asked at every call in one compiled expression:

o0.__code__ is o1 and o2["math"] is o3 and o4["sin"] is o5 and "abs" not in o2 and …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from ..lower.unit import Capture
from ..lower.watch import ABSENT, Attribute, Item
from ..structure import Container, Static, Structure, describe, is_only_its_class

TEXT = """
def call(args, {names}):
    try:
        held = {condition}
    except (KeyError, AttributeError, ValueError):
        held = False
    return then(args) if held else otherwise(args)
"""

BY_VALUE = (str, bytes, int, np.dtype)
"""Types of which another object may stand for the same."""

Call = Callable[[Any], Any]


def guarded(guards: Iterable[Capture], statics: frozenset[str], then: Call, otherwise: Call) -> Call:
    """A function that goes on with `then` where all of `guards` hold, else with `otherwise`."""
    names: dict[str, Any] = {"then": then, "otherwise": otherwise, "same": same, "describe": describe, "statics": statics}
    known: dict[int, str] = {}

    def name(value: Any) -> str:
        if id(value) not in known:
            known[id(value)] = f"o{len(known)}"
            names[known[id(value)]] = value
        return known[id(value)]

    parts = [condition(guard, statics, name) for guard in guards]
    space: dict[str, Any] = {"__name__": __name__, **names}
    exec(code_of(TEXT.format(names=", ".join(f"{n}={n}" for n in names), condition=" and ".join(parts) or "True")), space)
    call: Call = space["call"]
    return call


@lru_cache(256)
def code_of(text: str) -> CodeType:
    """A text as Python runs it: functions made anew from the same code ask the same of other objects."""
    return compile(text, "<guards>", "exec")


def condition(guard: Capture, statics: frozenset[str], name: Callable[[Any], str]) -> str:
    """The text of one guard. `name` says what an object is called in it."""
    place, structure = guard.read, guard.structure
    found, absent = f"{name(place)}()", "False"
    if isinstance(place, Item):
        found, absent = f"{name(place.owner)}[{place.name!r}]", f"{place.name!r} not in {name(place.owner)}"
    elif isinstance(place, Attribute) and place.name.isidentifier():
        found, absent = f"{name(place.owner)}.{place.name}", f"not hasattr({name(place.owner)}, {place.name!r})"
    if isinstance(structure, Container) and not structure.keys and is_only_its_class(structure.type, statics):
        return f"type({found}) is {name(structure.type)}"
    if not isinstance(structure, Static):
        described = f"describe({found}, {guard.name!r}, statics) == {name(structure)}"
        value = unchanging(place, structure, name)
        return described if value is None else f"({found} is {value} or {described})"
    if structure.value is ABSENT:
        return absent
    value = name(structure.value)
    return f"({found} is {value} or same({found}, {value}))" if isinstance(structure.value, BY_VALUE) else f"{found} is {value}"


def unchanging(place: Callable[[], Any], structure: Structure, name: Callable[[Any], str]) -> str | None:
    """What the object that stands at `place` is called, where it has the structure for good: a tuple of functions."""
    if not is_fixed(structure):
        return None
    try:
        value = place()
    except (KeyError, AttributeError, ValueError):
        return None
    return name(value) if describe(value) == structure else None


def is_fixed(structure: Structure) -> bool:
    """Whether an object of this structure, found once, has it for good."""
    if isinstance(structure, Container):
        return issubclass(structure.type, tuple) and all(map(is_fixed, structure.children))
    return isinstance(structure, Static)


def same(found: Any, value: Any) -> bool:
    """Whether the program is the same for both."""
    return Static(found) == Static(value)
