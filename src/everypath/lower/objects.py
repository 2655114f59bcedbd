"""Objects: values with an identity, whose contents are in the `Store`, which branches fork and join."""

from __future__ import annotations

import collections.abc
import operator
from collections.abc import Iterable
from typing import Any

from .. import records
from ..unchanging import plain_value, unchanging
from .values import Abstract, Array, RunList, Scalar, Static, Tuple


class Store:
    """The contents of every mutable object that exists, as of the point being lowered."""

    def __init__(self) -> None:
        self.contents: dict[Mutable, Any] = {}

    def fork(self) -> dict[Mutable, Any]:
        return dict(self.contents)


class Mutable(Abstract):
    """A value with identity whose contents stand in the store. `frozen` says why it must not be changed, "" if it may; `copied`
    that it stands for an object that may exist as another one too (`identity`). `root` says with which argument or capture it came, if it
    came from outside."""

    __slots__ = ("copied", "frozen", "initial", "root", "store")

    def __init__(self, store: Store, contents: Any, frozen: str = "") -> None:
        self.store = store
        self.initial = contents
        self.frozen = frozen
        self.copied = False
        self.root: Any = None
        store.contents[self] = contents

    @property
    def contents(self) -> Any:
        return self.store.contents.get(self, self.initial)

    @contents.setter
    def contents(self, value: Any) -> None:
        self.store.contents[self] = value


class List(Mutable):
    """A list of static length. `site` is the place in the text that makes it, if it is made here."""

    __slots__ = ("site",)

    def __init__(self, store: Store, items: Iterable[Abstract], frozen: str = "", site: Any = None) -> None:
        super().__init__(store, tuple(items), frozen)
        self.site = site

    @property
    def items(self) -> tuple[Abstract, ...]:
        return self.contents  # type: ignore[no-any-return]


class Dict(Mutable):
    """A dict with static keys; `contents` maps key to value, in order. `type` is its class, where it is one of `collections`, and
    `default` makes the value of a key that is missing. `site` is the place in the text that makes it, if it is made here."""

    __slots__ = ("default", "site", "type")

    def __init__(
        self, store: Store, entries: dict[Any, Abstract], frozen: str = "", type_: type = dict, default: Abstract | None = None
    ) -> None:
        super().__init__(store, dict(entries), frozen)
        self.type = type_
        self.default = default
        self.site: Any = None

    @property
    def entries(self) -> dict[Any, Abstract]:
        return self.contents  # type: ignore[no-any-return]


class Set(Mutable):
    """A set of values known at lowering, and of objects; `contents` holds the values as one frozen set, and behind it the objects, in
    the order in which they came. `site` is the place in the text that makes it, if it is made here."""

    __slots__ = ("site",)

    def __init__(self, store: Store, members: Iterable[Any], frozen: str = "") -> None:
        members = tuple(members)
        known = [m for m in members if not isinstance(m, Instance)]
        objects = dict.fromkeys(m for m in members if isinstance(m, Instance))
        super().__init__(store, (Static(frozenset(known)), *objects), frozen)
        self.site: Any = None

    @property
    def members(self) -> frozenset[Any]:
        return self.contents[0].value  # type: ignore[no-any-return]

    @property
    def objects(self) -> tuple[Instance, ...]:
        return self.contents[1:]  # type: ignore[no-any-return]


@unchanging
class RunTuple(RunList):
    """A tuple whose length is known only at run time: lists that nobody changes."""


@unchanging
class Spread(Abstract):
    """The last positional arguments of a call, as many as there are items when the function runs."""

    items: Abstract


@unchanging
class Table(Abstract):
    """A dict or a set, of the class `type`, whose keys are known only at run time: the list of the keys, in order, in a dict each in a
    tuple with its value. `default` makes the value of a key that is missing. `slots` says where keys that are integers, or tuples of
    them, stand: at a key's own slot, or behind it, its place and one; elsewhere 0."""

    items: RunList
    type: type
    default: Abstract | None = None
    slots: RunList | None = None

    def parts(self) -> list[Abstract]:
        return [part for part in (self.items, self.default, self.slots) if part is not None]

    def of_parts(self, parts: Iterable[Abstract]) -> Table:
        """The same with other parts, in their order."""
        rest: Any = iter(parts)
        return Table(next(rest), self.type, *(None if part is None else next(rest) for part in (self.default, self.slots)))

    @property
    def keyed(self) -> bool:
        """Whether it is a dict, in which each key has a value."""
        return not issubclass(self.type, (set, frozenset))


class Instance(Mutable):
    """An instance of a class; `contents` maps attribute to value. Of one from `outside` only the attributes that the program reads
    are known: those in `contents`, and that it has no others of those `asked` for."""

    __slots__ = ("asked", "type")

    def __init__(
        self, store: Store, fields: dict[str, Abstract], type_: type, frozen: str = "", asked: frozenset[str] | None = None
    ) -> None:
        super().__init__(store, dict(fields), frozen)
        self.type = type_
        self.asked = asked

    @property
    def held(self) -> Abstract | None:
        """The list or the dict that an instance of a class that is one too has in it; None for any other instance."""
        return self.fields.get(records.HELD) or self.fields.get(records.OWN_DICT)

    @property
    def outside(self) -> bool:
        """Whether it came from outside, or is, on one of several paths, one that did."""
        return self.asked is not None

    def unread(self, names: Iterable[str]) -> list[str]:
        """Which of these attributes it may have that nobody has read yet."""
        return [] if self.asked is None else [name for name in names if name not in self.contents and name not in self.asked]

    @property
    def fields(self) -> dict[str, Abstract]:
        return self.contents  # type: ignore[no-any-return]


@plain_value
class ObjectKey:
    """A key of a dict that is equal to itself only: an object, or a tuple in which objects stand among known values."""

    type: type | None
    parts: tuple[Any, ...]

    def __str__(self) -> str:
        shown = [f"<{part.type.__qualname__} object>" if isinstance(part, Instance) else str(part) for part in self.parts]
        return shown[0] if self.type is None else f"({', '.join(shown)})"

    def objects(self) -> list[Instance]:
        """The objects in it, in order."""
        found: list[Instance] = []
        for part in self.parts:
            found += part.objects() if isinstance(part, ObjectKey) else [part] if isinstance(part, Instance) else []
        return found

    def of(self, others: collections.abc.Iterator[Any]) -> ObjectKey:
        """The same with other objects, in their order."""
        parts = (
            part.of(others) if isinstance(part, ObjectKey) else next(others) if isinstance(part, Instance) else part for part in self.parts
        )
        return ObjectKey(self.type, tuple(parts))

    def shape(self) -> tuple[Any, ...]:
        """What it is, but for which objects stand in it."""
        return self.type, *(
            part.shape() if isinstance(part, ObjectKey) else type(part) if isinstance(part, Instance) else part for part in self.parts
        )


class Attributes(Dict):
    """`x.__dict__`: a dict whose contents are those of the instance."""

    __slots__ = ("holder",)

    def __init__(self, holder: Instance) -> None:
        self.holder = holder
        self.store, self.initial, self.frozen, self.copied = holder.store, holder.contents, holder.frozen, holder.copied
        self.root = holder.root
        self.type, self.default, self.site = dict, None, None

    @property
    def contents(self) -> Any:
        return self.holder.contents

    @contents.setter
    def contents(self, value: Any) -> None:
        self.holder.contents = value


class Cell(Mutable):
    """A variable that inner functions see: read when they run, not when they are made. `contents` is None while unbound."""

    __slots__ = ("name",)

    def __init__(self, store: Store, name: str, contents: Abstract | None = None) -> None:
        super().__init__(store, contents)
        self.name = name


def sequence_items(x: Abstract) -> tuple[Abstract, ...] | None:
    """The items of a tuple or static list; None for anything else."""
    return x.items if isinstance(x, (Tuple, List)) else None


def walk_leaves(x: Abstract) -> collections.abc.Iterator[Scalar | Array]:
    """Every scalar and array inside tuples, lists, dicts and instances, in order."""
    if isinstance(x, (Scalar, Array)):
        yield x
    elif isinstance(x, (Tuple, List)):
        for item in x.items:
            yield from walk_leaves(item)
    elif isinstance(x, (Dict, Instance)):
        for item in x.contents.values():
            yield from walk_leaves(item)


def inside(x: Abstract) -> Abstract:
    """The list or the dict that is in an instance of a class that is one too; anything else as it is."""
    return (x.held or x) if isinstance(x, Instance) else x


def gone_over(x: Abstract) -> Abstract:
    """The same for what goes over `x`, and for `dict(x)` and `**x`: where the class has an `__iter__` of its own, that is asked."""
    own = isinstance(x, Instance) and not records.is_text(records.owner_of(x.type, "__iter__") or object)
    return x if own else inside(x)


def as_numpy_takes(x: Abstract) -> Abstract:
    """`x` as NumPy takes it: of what is a list or a dict too, what is in it."""
    x = inside(x)
    if isinstance(x, (Tuple, List)):
        items = tuple(map(as_numpy_takes, x.items))
        return Tuple(items) if any(map(operator.is_not, items, x.items)) else x
    return x
