"""What a function leaves changed in objects that came from outside: for the caller of `compile(f)`, who finds them as CPython
leaves them. Derivatives work on copies and drop all this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import BOOL, F64, I64, ArrayType, ListType, ScalarType
from ...structure import EVERY_ATTRIBUTE, Again, Chosen, Container, Existing, Leaf, Static, Structure, nested_of, rows_of, table_of
from ...unchanging import plain_value, unchanging
from .. import run_lists
from ..context import Refused
from ..frame import Frame
from ..naming import type_name
from ..objects import Dict, Instance, List, Mutable, ObjectKey, RunTuple, Set, Table, walk_leaves
from ..outside import Captured, ChangesOutside, Place
from ..patterns import flatten, objects
from ..reach import NeedsStatic, Path, Refusal
from ..values import UNBOUND, Abstract, Array, Kind, Maybe, OneOf, RunList, Scalar, Tuple
from .results import as_array, default_of, result_leaves, structure_of


@plain_value
class Change:
    """One object that a call changes. `root` is the position of an argument or the key of a capture, `number` counts the lists,
    dicts and instances in it, or the lists that travel as one array (`LeafList`). `names` are the attributes, or None where the whole
    contents are new; of those in `perhaps` the new value is a pair of whether there is one, and it."""

    root: Any
    number: Place
    names: tuple[str, ...] | None
    perhaps: frozenset[str] = frozenset()


@unchanging
class Leaving:
    """What a call gives that changes objects: `structure` is that of a pair of the result and the new contents of each of `changes`."""

    structure: Structure
    leaves: list[Value]
    changes: tuple[Change, ...]

    def roots(self) -> Iterator[Any]:
        """With which arguments and captures the objects came that are changed, or stand among what is new."""
        yield from (change.root for change in self.changes)
        yield from places(self.structure)


def places(structure: Structure) -> Iterator[Any]:
    """The roots of the existing objects in a structure."""
    if isinstance(structure, Existing):
        yield structure.value[0]
    elif isinstance(structure, Container):
        for child in structure.children:
            yield from places(child)


def leaving(frame: Frame, result: Abstract) -> Leaving | list[Refusal] | None:
    """What a call leaves behind besides its result; None where that is nothing; why it can't be said."""
    changed = [(m, place) for m, place in frame.arrived.items() if m.contents is not m.initial and differs(m)]
    parts_of_result = list(walked(result, set()))
    kept = any(
        part in frame.arrived or known_in_part(part) or isinstance(part, (Maybe, OneOf)) or is_rows(part) for part in parts_of_result
    )
    if not changed and not frame.arrived_lists and not kept:
        return None
    around, way = frame.path, _Departure(frame)
    frame.path = Path()
    try:
        parts = [way.part(result)]
        changes: list[Change] = []
        for m, (root, number) in changed:
            change, structure = way.change(m, root, number)
            changes.append(change)
            parts.append(structure)
        for grown, root, place in frame.arrived_lists:
            changes.append(Change(root, place, None))
            parts.append(way.items(grown))
        if way.holds_objects and way.items_apart:
            frame.refuse(
                frame.definition.node, "an object that stands in a list built at run time leaves beside it", "return one of the two"
            )
    except Refused:
        return frame.path.refusals
    except NotSupported as problem:
        return list(problem.refusals)
    finally:
        frame.path = around
    return Leaving(Container(tuple, tuple(range(len(parts))), tuple(parts)), way.leaves, tuple(changes))


def is_rows(x: Abstract) -> bool:
    """Whether it is a list built at run time of anything but numbers."""
    return isinstance(x, (Table, RunTuple)) or (isinstance(x, RunList) and not isinstance(x.element, Scalar))


def grows(x: Abstract) -> bool:
    """Whether lists built at run time of anything but numbers are part of a value."""
    return any(map(is_rows, walked(x, set())))


def known_in_part(x: Abstract) -> bool:
    """Whether it is an object from outside, or may be one, of which only what the program reads is known here."""
    return isinstance(x, Mutable) and (isinstance(x.frozen, Captured) or (isinstance(x, Instance) and x.outside))


def differs(m: Mutable) -> bool:
    """Whether the contents of an object are others than at the start."""
    before, after = m.initial, m.contents
    if isinstance(before, dict):
        return list(before) != list(after) or any(before[name] is not after[name] for name in after)
    return len(before) != len(after) or any(x is not y for x, y in zip(before, after, strict=True))


def walked(x: Abstract, seen: set[Mutable]) -> Iterator[Abstract]:
    """Every container in a value."""
    if isinstance(x, Mutable):
        if x in seen:
            return
        seen.add(x)
    yield x
    if isinstance(x, Maybe):
        yield from walked(x.value, seen)
    if isinstance(x, OneOf):
        for one in x.values:
            yield from walked(one, seen)
    for part in x.items if isinstance(x, (Tuple, List)) else x.contents.values() if isinstance(x, (Dict, Instance)) else ():
        yield from walked(part, seen)


class _Departure:
    """Values on their way out, in which objects stay the objects that they are."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.leaves: list[Value] = []
        self.met: dict[Mutable, int] = {}
        self.holds_objects = False  # whether a list built at run time leaves whose items are objects
        self.items_apart: list[Mutable] = []  # objects that leave, and may stand in such a list

    def change(self, m: Mutable, root: Any, number: int) -> tuple[Change, Structure]:
        if isinstance(m, Set) and not m.objects:
            return Change(root, number, None), Static(m.members)
        if not isinstance(m, Instance):
            self.met[List(m.store, ())] = len(self.met)  # the list or dict of new contents counts as one, before what is in it
            values = m.contents if isinstance(m.contents, tuple) else tuple(m.contents.values())
            if any(isinstance(key, ObjectKey) for key in m.contents):
                self.frame.refuse(
                    self.frame.definition.node, "an object as a key of a caller's dict is not supported", "use a name as the key"
                )
            parts = [self.part(value) for value in values]
            keys = tuple(m.contents) if isinstance(m, Dict) else tuple(range(len(parts)))
            return Change(root, number, None), Container(dict if isinstance(m, Dict) else list, keys, tuple(parts))
        names: list[str] = []
        perhaps: list[str] = []
        parts = []
        for name, value in m.fields.items():
            if value is m.initial.get(name) or value is UNBOUND:
                continue
            names.append(name)
            if isinstance(value, Maybe) and value.absent == "unbound":
                perhaps.append(name)
                self.leaves.append(value.present)
                parts.append(Container(tuple, (0, 1), (Leaf("bool", BOOL), self.part(value.value))))
            else:
                parts.append(self.part(value))
        return Change(root, number, tuple(names), frozenset(perhaps)), Container(tuple, tuple(range(len(parts))), tuple(parts))

    def items(self, x: RunList) -> Structure:
        """The new items of a list of the caller's that has changed its length."""
        if isinstance(x.element, Scalar):
            return self.part(RunList(x.lists, x.element, x.length))
        if x.site in self.frame.unit.repeating and (objects([x.element]) or isinstance(x.element, RunList)):
            self.stays(x)
        if isinstance(x.element, RunList):
            return self.nested(x)
        if any(isinstance(leaf.type, ListType) for leaf in flatten([x.element])):
            self.stays(x)
        self.holds_objects = self.holds_objects or bool(objects([x.element]))
        apart = _Departure(self.frame)
        row = apart.part(x.element)
        if len(apart.leaves) != len(x.lists):
            self.stays(x)
        columns = [self.column(x, items, leaf) for items, leaf in zip(x.lists, flatten([x.element]), strict=True)]
        return Container(rows_of(row), tuple(range(len(columns))), tuple(columns))

    def nested(self, x: RunList) -> Structure:
        """A list of lists of Python's numbers, which come out as such."""
        inner: Abstract = x
        while isinstance(inner, RunList) and inner.length is None and inner.lists:
            inner = inner.element
        if not isinstance(inner, Scalar) or inner.kind == "numpy":
            self.stays(x)
        self.leaves += x.lists
        return Container(nested_of(inner.kind), (0,), (Leaf("array", inner.type),))

    def column(self, x: RunList, items: Value, leaf: Value) -> Structure:
        """What one number or array of each item is, in all items."""
        if isinstance(leaf.type, ArrayType):
            self.leaves.append(run_lists.alone(self.frame.b, x, items))
            return Leaf("array", leaf.type)
        if not isinstance(leaf.type, ScalarType):
            self.stays(x)
        kind: Kind = {F64: "float", I64: "int", BOOL: "bool"}.get(leaf.type, "numpy")  # type: ignore[assignment]
        number = next((s for s in walk_leaves(x.element) if s.value is leaf and isinstance(s, Scalar)), Scalar(leaf, kind))
        return self.part(RunList((items,), number, x.length))

    def stays(self, x: RunList) -> NoReturn:
        """Refuse a list that cannot leave."""
        reason = f"a list of {type_name(x.element)}s that is built at run time does not leave the function"
        self.frame.refuse(self.frame.definition.node, reason, "keep numbers or arrays in it, or tuples or dicts of them made for each item")

    def part(self, x: Abstract) -> Structure:
        """The structure of a value, its leaves appended."""
        for grown, root, place in self.frame.arrived_lists:
            if x is grown:
                return Existing((root, place))
        if isinstance(x, RunTuple):
            return Container(table_of(tuple), (0,), (self.part(RunList(x.lists, x.element, x.length, x.site)),))
        if isinstance(x, RunList) and not isinstance(x.element, Scalar):
            return self.items(x)
        if isinstance(x, Mutable) and x in self.frame.arrived:
            return Existing(self.frame.arrived[x])
        if isinstance(x, Mutable) and isinstance(x.frozen, Captured):
            raise ChangesOutside(x.frozen.key)  # it leaves as the object that it is, once it is made at the entry
        if isinstance(x, Mutable) and x in self.met:
            return Again(self.met[x])
        if isinstance(x, Maybe):
            self.leaves.append(x.present)
            return Container(Chosen, (0, 1, 2), (Leaf("bool", BOOL), Static(None), self.part(x.value)))
        if isinstance(x, OneOf):
            self.leaves.append(x.which)
            return Container(Chosen, tuple(range(len(x.values) + 1)), (Leaf("int", I64), *map(self.part, x.values)))
        if isinstance(x, (List, Dict, Instance)):
            self.met[x] = len(self.met)
            self.items_apart += [x] if x.frozen in (run_lists.STANDS, run_lists.ITEM) else []
        if isinstance(x, Set):
            if x.objects:
                self.frame.refuse(
                    self.frame.definition.node, "a set of objects in an object of the caller's is not supported", "use a list"
                )
            self.met[x] = len(self.met)
            return Container(set, ("",), (Static(x.members),))
        if isinstance(x, Instance) and x.outside and EVERY_ATTRIBUTE not in self.frame.unit.statics:
            raise NeedsStatic(frozenset([EVERY_ATTRIBUTE]))  # a copy of what is one object or another has all that they have
        if isinstance(x, Table):
            return Container(table_of(x.type, default_of(self.frame, x)), (0,), (self.part(x.items),))
        if isinstance(x, (Tuple, List, Dict, Instance)):
            return structure_of(self.frame, x, self.part)
        if isinstance(x, Array) and x.value in self.leaves:
            return Existing((-1, self.leaves.index(x.value)))
        x = as_array(self.frame, x)
        structure = structure_of(self.frame, x)
        self.leaves += result_leaves(self.frame, x)
        return structure
