"""Where two paths meet: the type that holds both values, and each side converted to it.

bool ⊔ int ⊔ float widens as Python's arithmetic does; a value beside None or beside nothing becomes a `Maybe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..ir.program import Value
from ..ir.types import BOOL, I64
from ..structure import Read
from .alternatives import MOST, alternatives, kind_of
from .join_numbers import Unjoinable, joined_arrays, joined_complex, joined_scalars
from .keys import key_pattern
from .naming import an, type_name
from .objects import Attributes, Cell, Dict, Instance, List, Mutable, Set, Store, Table
from .patterns import children, key, rebuilt_partial, repacked, unpacked, with_values
from .reach import NeedsStatic, Restart
from .values import (
    GONE,
    SAME,
    UNBOUND,
    Absent,
    Abstract,
    Array,
    Buffer,
    Closure,
    Complex,
    Deque,
    Derivative,
    Error,
    Iterator,
    Maybe,
    Method,
    OneOf,
    Partial,
    Poison,
    Pullback,
    Range,
    RunList,
    Scalar,
    Slice,
    Static,
    Text,
    Tuple,
    is_none,
)


class GrowsAtRunTime(Restart):
    """A list whose length depends on run-time values: lower again with the list made at `site`, and `others`, as run-time lists."""

    def __init__(self, site: object, element: Abstract | None) -> None:
        self.site = site
        self.element = element
        self.others: list[GrowsAtRunTime] = []


SHARED = "it may be one object or another, depending on the path taken"


@dataclass
class Join:
    """One meeting of two paths. Mutable objects that are two on one side and one on the other must not change afterwards.

    An object in `known`, the contents of those that were there before, that is the same on both sides stays itself (collected in
    `kept`); its contents meet elsewhere. `ends` are the contents of all objects at the ends of the two sides, where they are not those
    of now.
    """

    known: Mapping[Mutable, Any] = field(default_factory=dict)
    ends: tuple[Mapping[Mutable, Any] | None, Mapping[Mutable, Any] | None] = (None, None)
    store: Store = field(default_factory=Store)
    kept: set[Mutable] = field(default_factory=set)
    pairs: dict[tuple[Mutable, Mutable], Mutable] = field(default_factory=dict)
    partners: dict[Mutable, Mutable] = field(default_factory=dict)

    def __call__(self, a: Abstract, b: Abstract) -> Abstract:
        """The pattern that holds both."""
        if isinstance(a, Absent) or isinstance(b, Absent):
            return self.absent(a, b)
        if isinstance(a, Poison) or isinstance(b, Poison):
            return Poison(tuple(dict.fromkeys(r for x in (a, b) if isinstance(x, Poison) for r in x.refusals)))
        if is_none(a) != is_none(b) or isinstance(a, Maybe) or isinstance(b, Maybe):
            return self.maybe(a, b)
        if isinstance(a, Scalar) and isinstance(b, Scalar):
            return joined_scalars(a, b) or self.several(a, b)
        if isinstance(a, Complex) or isinstance(b, Complex):
            return joined_complex(a, b) or self.several(a, b)
        if isinstance(a, OneOf) or isinstance(b, OneOf) or kind_of(a) != kind_of(b):
            return self.several(a, b)
        if isinstance(a, Array) and isinstance(b, Array):
            return joined_arrays(a, b)
        if isinstance(a, Static):
            return a
        return self.containers(a, b)

    def several(self, a: Abstract, b: Abstract) -> Abstract:
        """One of several kinds."""
        found = alternatives(a, b)
        if found is None or len(found) > MOST:
            raise Unjoinable(f"{an(type_name(a))} on one path and {an(type_name(b))} on the other")
        return OneOf(tuple(self(held[0], held[-1]) for held in found.values()), Value("which", I64))

    def absent(self, a: Abstract, b: Abstract) -> Abstract:
        if a is SAME and b is SAME:
            return SAME
        if a is GONE or b is GONE:
            other = b if a is GONE else a
            return other if other is GONE else self(other, other)
        present = b if a is UNBOUND else a
        if present is UNBOUND:
            return UNBOUND
        present = self(present, present)
        if isinstance(present, Maybe) and present.absent == "unbound":
            return present
        return Maybe(present, Value("bound", BOOL), "unbound")

    def maybe(self, a: Abstract, b: Abstract) -> Abstract:
        absences = {x.absent for x in (a, b) if isinstance(x, Maybe)}
        if "unbound" in absences:
            inner = [x.value if isinstance(x, Maybe) and x.absent == "unbound" else x for x in (a, b)]
            return Maybe(self(*inner), Value("bound", BOOL), "unbound")
        inner = [x.value if isinstance(x, Maybe) else x for x in (a, b)]
        known = [x for x in inner if not is_none(x)]
        return Maybe(self(known[0], known[-1]), Value("present", BOOL), "none")

    def containers(self, a: Abstract, b: Abstract) -> Abstract:
        if isinstance(a, Mutable) and isinstance(b, Mutable):
            return self.mutables(a, b)
        if isinstance(a, RunList) and isinstance(b, RunList):
            if key([a.element]) == key([b.element]):
                return a
            raise widening(self, a, b)
        if isinstance(a, Buffer) and isinstance(b, Buffer) and key([a]) == key([b]) and a.kind == b.kind:
            return a
        if isinstance(a, Pullback) and isinstance(b, Pullback) and a.special is b.special and a.positions == b.positions:
            return a
        if isinstance(a, Text) and isinstance(b, Text) and key([a]) == key([b]):
            return a
        if type(a) is not type(b):
            raise made_to_grow(self, a, b) or Unjoinable(f"two different {type_name(a)}s")
        parts = self.parts(a, b)
        if isinstance(a, Derivative) and isinstance(b, Derivative) and a.options == b.options:
            return Derivative(a.kind, parts[0], a.wrt, a.has_aux, a.mode)
        if isinstance(a, Tuple):
            return Tuple(tuple(parts), a.type)
        if isinstance(a, Error) and isinstance(b, Error) and a.shape() == b.shape():
            return a.of_parts(parts)
        if isinstance(a, Closure) and isinstance(b, Closure) and a.told() == b.told():
            n = len(a.cells)
            return a.of_parts({name: part for name, part in zip(a.cells, parts[:n], strict=True) if isinstance(part, Cell)}, parts[n:])
        if isinstance(a, Method) and isinstance(b, Method) and a.name == b.name:
            return Method(parts[0], a.name, a.function)
        if isinstance(a, Deque) and isinstance(b, Deque) and a.maxlen == b.maxlen:
            return Deque(parts[0], a.maxlen)
        if isinstance(a, Table) and isinstance(b, Table) and (a.slots is None) is (b.slots is None):
            return a.of_parts(parts)
        if isinstance(a, Partial) and isinstance(b, Partial) and (tuple(a.kwargs), a.once) == (tuple(b.kwargs), b.once):
            return rebuilt_partial(a, parts)
        if isinstance(a, (Range, Slice, Iterator)):
            return type(a)(*parts)  # type: ignore[arg-type]
        raise Unjoinable(f"two different {type_name(a)}s")

    def parts(self, a: Abstract, b: Abstract) -> list[Abstract]:
        mine, other = children(a), children(b)
        if len(mine) != len(other) or getattr(a, "type", None) != getattr(b, "type", None):
            raise Unjoinable(f"{an(type_name(a))} of {len(mine)} items on one path and one of {len(other)} on the other")
        return [self(x, y) for (_, x), (_, y) in zip(mine, other, strict=True)]

    def mutables(self, a: Mutable, b: Mutable) -> Mutable:
        if (a, b) in self.pairs:
            return self.pairs[a, b]
        if a is b and (a in self.known or isinstance(a, Cell)):
            self.kept.add(a)
            return a
        if type(a) is not type(b) or getattr(a, "type", None) is not getattr(b, "type", None):
            raise Unjoinable(f"{an(type_name(a))} on one path and {an(type_name(b))} on the other")
        if isinstance(a, Attributes) or isinstance(b, Attributes):
            raise Unjoinable("the __dict__ of one object or another")
        new = self.like(a)
        self.pairs[a, b] = new
        for one, partner in ((a, b), (b, a)):
            if a is not b and self.partners.setdefault(one, partner) is not partner:
                new.frozen = one.frozen = partner.frozen = SHARED
        new.frozen = new.frozen or a.frozen or b.frozen
        new.copied = a is not b or a.copied
        mine: Any = self.held(a, 0)
        other: Any = self.held(b, 1)
        if isinstance(a, List) and isinstance(b, List) and len(mine) != len(other):
            raise grows(self, a, b, mine, other)
        if isinstance(a, Set) and isinstance(b, Set) and (len(mine) != len(other) or a.members != b.members):
            raise searched(self, a, b, mine, other)
        if isinstance(a, Instance) and isinstance(b, Instance) and isinstance(new, Instance):
            new.asked = a.asked if b.asked is None else b.asked
            if unread := [*a.unread(other), *b.unread(mine)]:
                raise NeedsStatic(frozenset(Read(a.type, name) for name in unread))
            mine, other = aligned(mine, other)
        if isinstance(a, Dict) and isinstance(b, Dict) and list(mine) != list(other):
            raise searched(self, a, b, mine, other)
        if isinstance(a, Cell) and (mine is None or other is None):
            new.contents = self(mine or UNBOUND, other or UNBOUND) if mine is not other else None
            return new
        parts = [self(x, y) for x, y in zip(unpacked(mine), unpacked(other), strict=True)]
        new.contents = with_values(mine, parts) if isinstance(mine, dict) else repacked(a, parts)
        return new

    def held(self, m: Mutable, side: int) -> Any:
        """What `m` contains at the end of a side; one that the other side has made is on this side as it is there."""
        at, other = self.ends[side], self.ends[1 - side]
        if at is None:
            return m.contents
        if m in at:
            return at[m]
        return m.initial if other is None else other.get(m, m.initial)

    def like(self, a: Mutable) -> Mutable:
        if isinstance(a, List):
            return List(self.store, (), site=a.site)
        if isinstance(a, Instance):
            return Instance(self.store, {}, a.type, asked=a.asked)
        if isinstance(a, (Set, Dict)):
            new = Set(self.store, a.members) if isinstance(a, Set) else Dict(self.store, {}, "", a.type, a.default)
            new.site = a.site
            return new
        return Cell(self.store, a.name)  # type: ignore[attr-defined]


def aligned(some: dict[str, Abstract], others: dict[str, Abstract]) -> tuple[dict[str, Abstract], dict[str, Abstract]]:
    """The attributes of an instance on two paths, with those that one path has not set unbound there."""
    names = dict.fromkeys((*some, *others))
    return {name: some.get(name, UNBOUND) for name in names}, {name: others.get(name, UNBOUND) for name in names}


def grows(join: Join, a: List, b: List, mine: tuple[Abstract, ...], other: tuple[Abstract, ...]) -> Exception:
    """The request to lower again with these lists, of these items, as run-time lists."""
    site = a.site or b.site
    if site is None:
        return Unjoinable(f"a list of {len(mine)} items on one path and one of {len(other)} on the other")
    element: Abstract | None = None
    for item in (*mine, *other):
        element = generalised(item) if element is None else join(element, item)
    return GrowsAtRunTime(site, element)


def made_to_grow(join: Join, a: Abstract, b: Abstract) -> Exception | None:
    """The request to lower again with a new list as a run-time list, as that on the other path is; a new dict or set likewise."""
    new, grown = (a, b) if isinstance(a, (List, Dict, Set)) else (b, a)
    rows = grown.items if isinstance(grown, Table) else grown
    if not isinstance(new, (List, Dict, Set)) or not isinstance(rows, RunList) or new.site is None:
        return None
    element = rows.element
    for item in held_items(new, join.held(new, 0 if new is a else 1)):
        element = join(element, generalised(item))
    return GrowsAtRunTime(new.site, strong(element))


def held_items(x: Mutable, contents: Any) -> Iterable[Abstract]:
    """The items of a list; the keys of a dict each with its value, the members of a set."""
    if isinstance(x, Dict):
        return [Tuple((key_pattern(key), value)) for key, value in contents.items()]
    return [*map(key_pattern, contents[0].value), *contents[1:]] if isinstance(x, Set) else contents


def searched(join: Join, a: Dict | Set, b: Dict | Set, mine: Any, other: Any, texts: bool = False) -> Exception:
    """The request to lower again with dicts (or sets) of these contents as ones whose keys are known only at run time; `texts` says
    that these may be strings too."""
    apart = Unjoinable(f"{type_name(a)}s with different keys" if isinstance(a, Dict) else "two different sets")
    site = a.site or b.site
    items = [*held_items(a, mine), *held_items(b, other)]
    keys = [item.items[0] if isinstance(a, Dict) else item for item in items]  # type: ignore[attr-defined]
    if site is None or not items or not (texts or all(isinstance(key, (Scalar, Tuple)) for key in keys)):
        return apart
    element = generalised(items[0])
    for item in items[1:]:
        element = join(element, generalised(item))
    return GrowsAtRunTime(site, strong(element))


def widening(join: Join, a: RunList, b: RunList) -> Exception:
    """The request to lower again with the elements of one list as wide as those of both."""
    wide = strong(generalised(join(a.element, b.element)))
    for x in (a, b):
        if x.site is not None and key([x.element]) != key([wide]):
            return GrowsAtRunTime(x.site, wide)
    return Unjoinable("lists of different elements")


def strong(x: Abstract) -> Abstract:
    """An element that is NumPy's or Python's is NumPy's, and one that is a float or an int a float: run-time lists don't tell."""
    if isinstance(x, Scalar):
        return Scalar(x.value, x.kind)
    return Tuple(tuple(map(strong, x.items)), x.type) if isinstance(x, Tuple) else x


def generalised(x: Abstract, kept: Iterable[Mutable] = ()) -> Abstract:
    """`x` as a pattern without number constants. Objects that are `kept` stay themselves."""
    return _generalised(x, Store(), {m: m for m in kept})


def _generalised(x: Abstract, store: Store, made: dict[Mutable, Mutable]) -> Abstract:
    if isinstance(x, Scalar):
        return Scalar(x.value, x.kind, weak_if=x.weak_if, which=x.which)
    if isinstance(x, Tuple):
        return Tuple(tuple(_generalised(item, store, made) for item in x.items), x.type)
    if isinstance(x, Maybe):
        return Maybe(_generalised(x.value, store, made), x.present, x.absent)
    if isinstance(x, OneOf):
        return OneOf(tuple(_generalised(one, store, made) for one in x.values), x.which)
    if isinstance(x, Complex):
        return Complex(*(_generalised(part, store, made) for part in x.parts))  # type: ignore[arg-type]
    if isinstance(x, (List, Dict, Set, Instance)):
        if x not in made:
            new = Join(store=store).like(x)
            new.frozen, new.copied = x.frozen, True
            made[x] = new
            new.contents = repacked(x, [_generalised(item, store, made) for item in unpacked(x.contents)])
        return made[x]
    return x
