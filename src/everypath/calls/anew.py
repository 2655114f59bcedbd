"""Functions made anew from the same code: a lambda in a loop, a function defined inside another one, at each call of that.

What was compiled of one of them holds for all that close over values of the same structures, and over functions that were made anew in
their turn. So it is remembered once more by the code, without what the function closed over, which goes when the function goes: where a
guard or a capture says "this cell" or "this function", a `Hole` stands instead, to be filled with a part of the next one.
"""

from __future__ import annotations

import types
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..ir.walk import ops_in
from ..lower import Lowered, Signature
from ..lower.unit import Capture
from ..lower.watch import Attribute
from ..structure import Container, Static, Structure
from ..unchanging import unchanging

MOST = 128
"""Codes of which something is remembered; that which was entered longest ago goes."""

EACH = 8
"""Specialisations that are remembered of one code."""


@unchanging
class Hole:
    """Where a part of a `World` belongs."""

    number: int


class World:
    """A function and what it closes over: cells, the functions in them, their cells, in the order in which they are met.

    Functions made by the same code have the same `form`: their parts correspond one by one. Not `plain` is one that closes over functions
    whose defaults may be others the next time.
    """

    def __init__(self, function: types.FunctionType) -> None:
        self.parts: list[Any] = [function]
        self.numbers = {id(function): 0}
        form: list[Any] = []
        for part in self.parts:  # which grows
            if isinstance(part, types.FunctionType):
                form += [Same(part.__code__), Same(part.__globals__), *map(self.number, part.__closure__ or ())]
            else:
                held = content(part)
                form.append(self.number(held) if isinstance(held, types.FunctionType) else None)
        self.form = tuple(form)
        self.function = function
        self.plain = not any(f.__defaults__ or f.__kwdefaults__ for f in self.parts[1:] if isinstance(f, types.FunctionType))

    def number(self, part: Any) -> int:
        """The position of a cell or a function among the parts; a new one comes last."""
        if id(part) not in self.numbers:
            self.numbers[id(part)] = len(self.parts)
            self.parts.append(part)
        return self.numbers[id(part)]


@dataclass(frozen=True, eq=False)
class Same:
    """Equal to what holds the very same object."""

    held: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


def content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing stands in it yet
        return None


@unchanging
class Recipe:
    """A specialisation without its function's defaults and what it closed over; `compiled` is shared by all that are made of it."""

    form: tuple[Any, ...]
    lowered: Lowered
    statics: frozenset[str]
    compiled: Any

    def made(self, world: World) -> Lowered | None:
        """The lowering for another function, None where that is of another form."""
        if self.form != world.form:
            return None
        lowered = moved(self.lowered, {id(hole): world.parts[hole.number] for hole in holes(self.lowered)})
        return replace(lowered, signature=Signature(world.function))


RECIPES: OrderedDict[tuple[Same, Any], list[Recipe]] = OrderedDict()
"""By the code of the function, and what was asked of it."""


def remember(function: types.FunctionType, chain: Any, lowered: Lowered, statics: frozenset[str], compiled: Any) -> None:
    """Let functions made anew from this code find what is compiled of it."""
    world = World(function)
    if not world.plain or not movable(lowered, world):
        return
    given = {id(part): Hole(k) for k, part in enumerate(world.parts)}
    key = (Same(function.__code__), chain)
    known = RECIPES.pop(key, [])
    RECIPES[key] = [Recipe(world.form, replace(moved(lowered, given), signature=None), statics, compiled), *known[: EACH - 1]]
    while len(RECIPES) > MOST:
        RECIPES.popitem(last=False)


def remembered(function: types.FunctionType, chain: Any) -> list[tuple[Lowered, frozenset[str], Any]]:
    """What is known of functions made from this code, for this one: lowerings, what is fixed in each, and what is compiled of it."""
    recipes = RECIPES.get((Same(function.__code__), chain), ())
    if not recipes:
        return []
    world = World(function)
    found = [(recipe.made(world), recipe.statics, recipe.compiled) for recipe in recipes] if world.plain else []
    return [(lowered, statics, compiled) for lowered, statics, compiled in found if lowered is not None]


def movable(lowered: Lowered, world: World) -> bool:
    """Whether all that ties the program to this very function are guards and captures that stand at its cells and functions."""
    if lowered.changing is not None or not isinstance(lowered.signature, Signature):
        return False
    if any(op.name == "host" for function in lowered.program for op in ops_in(function.body)):
        return False
    structures = [lowered.result, *(structure for _, structure in lowered.arguments)]
    structures += [c.structure for c in (*lowered.captures, *lowered.guards) if isinstance(c.structure, Container)]
    return not any(id(value) in world.numbers for structure in structures for value in fixed_in(structure))


def fixed_in(structure: Structure) -> list[Any]:
    """The values that a structure holds."""
    if isinstance(structure, Container):
        return [value for child in structure.children for value in fixed_in(child)]
    return [structure.value] if isinstance(structure, Static) else []


def moved(lowered: Lowered, others: Mapping[int, Any]) -> Lowered:
    """The lowering with other objects for those with these identities, in what it reads and what must stay as it is."""
    captures, guards = (tuple(moved_capture(c, others) for c in given) for given in (lowered.captures, lowered.guards))
    return replace(lowered, captures=captures, guards=guards)


def moved_capture(capture: Capture, others: Mapping[int, Any]) -> Capture:
    read, structure = capture.read, capture.structure
    if isinstance(read, Attribute) and id(read.owner) in others:
        read = Attribute(others[id(read.owner)], read.name)
    if isinstance(structure, Static) and id(structure.value) in others:
        structure = replace(structure, value=others[id(structure.value)])
    return Capture(capture.name, read, structure)


def holes(lowered: Lowered) -> list[Hole]:
    found = [c.read.owner for c in (*lowered.captures, *lowered.guards) if isinstance(c.read, Attribute)]
    found += [c.structure.value for c in (*lowered.captures, *lowered.guards) if isinstance(c.structure, Static)]
    return [x for x in found if isinstance(x, Hole)]
