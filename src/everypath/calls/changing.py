"""Objects of the caller that a compiled function changes: found among the arguments and captures, and left as CPython leaves them."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .. import records
from ..errors import NotSupported
from ..lower.entry import Changing, Dropped, Lowered
from ..lower.outside import LeafList
from ..lower.text.changes import Change
from ..structure import Container, Existing, Leaf, Structure, child, is_mutable, packed_by, rebuild

Roots = Sequence[Any]
"""The values of all arguments, then those of all captures."""


def answered(changing: Changing, roots: Roots, leaves: Sequence[Any]) -> Any:
    """The result of a call, once the objects that it changes have their new contents."""
    lowered, changes = changing.lowered, changing.changes
    shapes = structures(lowered)
    found: dict[int, list[Any]] = {}

    def existing(place: tuple[int, Any]) -> Any:
        root, number = place
        if root < 0:
            return leaves[number]
        if isinstance(number, LeafList):
            return lists_of(roots[root], shapes[root])[number.number]
        if root not in found:
            found[root] = []
            collect(roots[root], shapes[root], found[root])
        return found[root][number]

    result, *contents = rebuild(lowered.result, list(leaves), existing)
    for change, new in zip(changes, contents, strict=True):
        apply(change, existing((change.root, change.number)), new)
    return result


def changes_nothing(lowered: Lowered) -> bool:
    """Whether a call leaves every object of the caller as it is, and gives none of them back."""
    changing = lowered.changing
    if changing is None:
        return True
    if not isinstance(changing, (Changing, Dropped)) or changing.changes != ():
        return False
    return isinstance(changing, Dropped) or not gives_back(changing.lowered.result)


def gives_back(structure: Structure) -> bool:
    """Whether there is an object of the caller in what a function gives."""
    if isinstance(structure, Existing):
        return bool(structure.value[0] != -1)
    return isinstance(structure, Container) and any(map(gives_back, structure.children))


def apart(lowered: Lowered, values: Sequence[Any]) -> None:
    """NotSupported where an object that the function changes is reached from two arguments or captures: each is a copy."""
    roots = [*values, *(capture.read() for capture in lowered.captures)]
    names = [*(name.lstrip("*") for name, _ in lowered.arguments), *(capture.name for capture in lowered.captures)]
    objects: list[list[Any]] = []
    lists: list[list[Any]] = []
    for root, structure in zip(roots, structures(lowered), strict=True):
        objects.append([])
        collect(root, structure, objects[-1])
        lists.append(lists_of(root, structure))
    changing = lowered.changing
    changes = changing.changes if isinstance(changing, (Changing, Dropped)) else None
    known = None if changes is None else {id((lists if isinstance(c.number, LeafList) else objects)[c.root][index(c)]) for c in changes}
    first: dict[int, int] = {}
    for k, found in enumerate(objects):
        for thing in (*found, *lists[k]):
            other = first.setdefault(id(thing), k)
            twice = sum(thing is one for one in lists[k]) > 1
            if (other != k or twice) and (known is None or id(thing) in known):
                reason = f"the function changes a {type(thing).__name__} that both {names[other]} and {names[k]} lead to"
                raise NotSupported([(None, reason, "let only one of them lead to it, or return a new one")])


def dropped(lowered: Lowered, behind: int = 0) -> Dropped | None:
    """The changes of a function in its derivative, which has `behind` more arguments behind those of the function."""
    changing, n = lowered.changing, len(lowered.arguments)
    if changing is None:
        return None
    changes = changing.changes if isinstance(changing, (Changing, Dropped)) else None
    if changes is None:
        return Dropped(None)
    return Dropped(tuple(replace(c, root=c.root + behind) if c.root >= n else c for c in changes))


def index(change: Change) -> int:
    """The number of what a change changes among its kind."""
    return change.number.number if isinstance(change.number, LeafList) else change.number


def structures(lowered: Lowered) -> list[Structure]:
    """Those of all arguments, then of all captures."""
    return [*(structure for _, structure in lowered.arguments), *(capture.structure for capture in lowered.captures)]


def collect(value: Any, structure: Structure, out: list[Any]) -> None:
    """Append every list, dict and instance in a value of this structure, in order."""
    if not isinstance(structure, Container):
        return
    if is_mutable(structure.type) or records.has_attributes(structure.type):
        out.append(value)
    for key, part in zip(structure.keys, structure.children, strict=True):
        collect(child(value, structure, key), part, out)


def lists_of(value: Any, structure: Structure) -> list[Any]:
    """Every list in a value of this structure that travels as one array, in order."""
    if isinstance(structure, Leaf):
        return [value] if structure.kind == "list" else []
    if not isinstance(structure, Container):
        return []
    pairs = zip(structure.keys, structure.children, strict=True)
    return [found for key, part in pairs for found in lists_of(child(value, structure, key), part)]


def apply(change: Change, holder: Any, new: Any) -> None:
    """Give an object its new contents."""
    if change.names is None and isinstance(holder, list):
        list.__setitem__(holder, slice(None), new)
    elif change.names is None:
        plain = dict if isinstance(holder, dict) else type(holder)  # past what a class of the user's makes of it
        plain.clear(holder)
        plain.update(holder, new)
    else:
        for name, value in zip(change.names, new, strict=True):
            if name not in change.perhaps:
                give(holder, name, value)
            elif value[0]:
                give(holder, name, value[1])


def give(holder: Any, name: str, value: Any) -> None:
    """Set an attribute in the instance itself, past what its class makes of assignments."""
    packed = packed_by(type(holder))
    if name in packed:
        packed[name][1](holder, value)
        return
    slot = records.held(type(holder), name)
    if isinstance(slot, types.MemberDescriptorType):
        slot.__set__(holder, value)
    else:
        holder.__dict__[name] = value
