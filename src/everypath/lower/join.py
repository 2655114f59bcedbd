"""Where two paths meet: the type that holds both values, and each side converted to it.

bool ⊔ int ⊔ float widens as Python's arithmetic does; a value beside None or beside nothing becomes a `Maybe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..ir.program import Value
from ..ir.types import BOOL, F32, F64, I64
from ..structure import Read
from .alternatives import MOST, alternatives, kind_of
from .naming import an, type_name
from .objects import Attributes, Cell, Dict, Instance, List, Mutable, Set, Store
from .patterns import children, key, rebuilt_partial, repacked, unpacked, with_values
from .reach import NeedsStatic, Restart
from .values import (
    GONE,
    NOT_STATIC,
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
    Kind,
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


class Unjoinable(Exception):
    """Two values that no one type can hold."""


class GrowsAtRunTime(Restart):
    """A list whose length depends on run-time values: lower again with the list made at `site`, and `others`, as run-time lists."""

    def __init__(self, site: object, element: Abstract | None) -> None:
        self.site = site
        self.element = element
        self.others: list[GrowsAtRunTime] = []


WEAK = ("bool", "int", "float")


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
        if isinstance(a, Set) and len(mine) != len(other):
            raise Unjoinable("two different sets")
        if isinstance(a, Instance) and isinstance(b, Instance) and isinstance(new, Instance):
            new.asked = a.asked if b.asked is None else b.asked
            if unread := [*a.unread(other), *b.unread(mine)]:
                raise NeedsStatic(frozenset(Read(a.type, name) for name in unread))
            mine, other = aligned(mine, other)
        if isinstance(a, Dict) and list(mine) != list(other):
            raise Unjoinable(f"{type_name(a)}s with different keys")
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
        if isinstance(a, Set):
            return Set(self.store, a.members)
        return Dict(self.store, {}, "", a.type, a.default) if isinstance(a, Dict) else Cell(self.store, a.name)  # type: ignore[attr-defined]


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
    """The request to lower again with a new list as a run-time list, as that on the other path is."""
    new, grown = (a, b) if isinstance(a, List) else (b, a)
    if not isinstance(new, List) or not isinstance(grown, RunList) or new.site is None:
        return None
    element = grown.element
    for item in join.held(new, 0 if new is a else 1):
        element = join(element, generalised(item))
    return GrowsAtRunTime(new.site, strong(element))


def widening(join: Join, a: RunList, b: RunList) -> Exception:
    """The request to lower again with the elements of one list as wide as those of both."""
    wide = strong(generalised(join(a.element, b.element)))
    for x in (a, b):
        if x.site is not None and key([x.element]) != key([wide]):
            return GrowsAtRunTime(x.site, wide)
    return Unjoinable("lists of different elements")


def strong(x: Abstract) -> Abstract:
    """An element that is NumPy's or Python's is NumPy's: run-time lists don't tell."""
    if isinstance(x, Scalar):
        return Scalar(x.value, x.kind)
    return Tuple(tuple(map(strong, x.items)), x.type) if isinstance(x, Tuple) else x


def joined_scalars(a: Scalar, b: Scalar) -> Scalar | None:
    """The number that both are; None where no one type holds the numbers of both."""
    if a.kind == b.kind and a.type == b.type:
        same = a.is_static and b.is_static and repr(a.static) == repr(b.static)
        if same:
            return a
        return Scalar(a.value, a.kind, weak_if=a.weak_if if a.weak_if is not None else b.weak_if)
    if a.weak and b.weak:
        wide = max(a, b, key=lambda x: WEAK.index(x.kind))
        return Scalar(wide.value, wide.kind)
    if not a.weak and not b.weak:
        return None
    weak, strong = (a, b) if a.weak else (b, a)
    fits = strong.type.is_float or (strong.type.is_integer and weak.kind == "int") or (strong.type == BOOL and weak.kind == "bool")
    if strong.type == F32:
        fits = as_float32(weak)
    if not fits:
        return None
    return Scalar(strong.value, "numpy", weak_if=Value("weak", BOOL))


def joined_complex(a: Abstract, b: Abstract) -> Complex | None:
    """The complex number that both are, or the array; None where it isn't one thing. A real number widens, unless both are NumPy's, as
    what is made of eigenvalues is: then it stands beside the other, as an array does."""
    if all(isinstance(x, (Scalar, Complex)) and not x.weak and not x.is_static for x in (a, b)) and type(a) is not type(b):
        return None
    numbers = [pair_of(x) for x in (a, b)]
    if None in numbers:
        return None
    parts: list[Scalar | Array] = []
    for x, y in zip(*(x.parts for x in numbers if x is not None), strict=True):
        if isinstance(x, Array) and isinstance(y, Array):
            if x.dtype != y.dtype or x.rank != y.rank:
                return None
            parts.append(joined_arrays(x, y))
        elif isinstance(x, Scalar) and isinstance(y, Scalar):
            part = joined_scalars(x, y)
            if part is None:
                return None
            parts.append(replace(part, weak_if=None))
        else:
            return None
    real, imag = parts
    if isinstance(real, Scalar) and isinstance(imag, Scalar) and real.is_static != imag.is_static:  # both, or neither
        real, imag = (Scalar(part.value, part.kind) for part in (real, imag))
    return Complex(real, imag)


def pair_of(x: Abstract) -> Complex | None:
    """A complex number, or a real one as such; None for anything else."""
    if isinstance(x, Complex):
        return x
    if not isinstance(x, Scalar):
        return None
    kind: Kind = "float" if x.weak else "numpy"
    dtype = x.type if x.type.is_float else F64
    static = float(x.static) if x.is_static else NOT_STATIC
    return Complex(Scalar(Value(x.value.name, dtype), kind, static), Scalar(Value("imag", dtype), kind, 0.0))


def as_float32(x: Scalar) -> bool:
    """Whether a number is known, and float32 holds it exactly."""
    return x.is_static and float(np.float32(x.static)) == float(x.static)


def joined_arrays(a: Array, b: Array) -> Array:
    if a.dtype != b.dtype or a.rank != b.rank:
        raise Unjoinable(f"an array {a.type} on one path and an array {b.type} on the other")
    if a.type.contiguous and b.type.contiguous:
        return Array(a.value)
    return Array(Value(a.value.name, a.type.strided))


def generalised(x: Abstract, kept: Iterable[Mutable] = ()) -> Abstract:
    """`x` as a pattern without number constants. Objects that are `kept` stay themselves."""
    return _generalised(x, Store(), {m: m for m in kept})


def _generalised(x: Abstract, store: Store, made: dict[Mutable, Mutable]) -> Abstract:
    if isinstance(x, Scalar):
        return Scalar(x.value, x.kind, weak_if=x.weak_if)
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
