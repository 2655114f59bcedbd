"""What a `for` goes over, as a value: its length, and its item at a position."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from collections.abc import Iterable as Iterable_
from dataclasses import dataclass, replace
from typing import Any

from ...ir.program import Value
from ..frame import Frame
from ..objects import Cell
from ..values import Abstract, Range, Scalar, Static, Tuple

FRESH, TAKEN = Static(False), Static(True)
"""Whether items of an iterator were taken of which nobody has counted how many."""

END = 2**62
"""So many items count as taken where it is known that all are."""


@dataclass(frozen=True, eq=False)
class Known(Abstract):
    """Items known one by one: the loop is unrolled. `now`, for a list, gives an item as it is when its turn comes. `used`, of an
    iterator, says whether its items have been taken."""

    items: tuple[Abstract, ...]
    now: Callable[[int], Abstract] | None = None
    used: Cell | None = None
    once: bool = False  # asking for an item takes it
    keys: Callable[[], tuple[Any, ...]] | None = None  # of the keys of a dict, what they are now
    stands: Callable[[], int] | None = None  # of an iterator that others may advance too: how many of the items are taken
    parts: tuple[Abstract, ...] = ()  # of an iterator, what it was made of

    def item(self, k: int) -> Abstract:
        return self.items[k] if self.now is None else self.now(k)

    def current(self) -> tuple[Abstract, ...]:
        """All items as they are now."""
        return tuple(self.item(k) for k in range(len(self.items)))


@dataclass(frozen=True, eq=False)
class Counted(Abstract):
    """`count` items, the k-th made by `item(k)`. `live`, for lists that may grow and shrink meanwhile, counts them again."""

    count: Value
    item: Callable[[Value], Abstract]
    live: Callable[[], Value] | None = None
    used: Cell | None = None
    endless: bool = False  # the count is only the largest there is
    fixed: bool = False  # the count is that of the time when it was made, whatever changes later
    known: Callable[[int], Abstract] | None = None  # the item at a place that is known, where that tells more
    parts: tuple[Abstract, ...] = ()


@dataclass(frozen=True, eq=False)
class Numbers(Abstract):
    """The numbers of a range, for which the loop counts itself. Unrolled where its bounds are static and a turn needs its number."""

    range: Range
    used: Cell | None = None
    parts: tuple[Abstract, ...] = ()


@dataclass(frozen=True, eq=False)
class Stream(Abstract):
    """Items that code of its own gives one by one: `run` lowers that code, and where it gives an item the body that takes it.
    `node` is the call that made it; `parts` are the values that it works with."""

    node: ast.AST
    run: Callable[[Frame, Body], None]
    used: Cell
    parts: tuple[Abstract, ...] = ()
    kind: str = "generator"
    endless: bool = False  # it may never end
    whole: Callable[[], tuple[Abstract, ...]] | None = None  # its items, as many as there may be: an error where there are fewer
    reads: frozenset[str] = frozenset()  # variables of the text around it that it reads as they are when it runs


@dataclass(frozen=True, eq=False)
class Generator(Abstract):
    """A generator expression not yet run, but for what its first `for` goes over. It is run where it is consumed, once. `home` is the
    text that it stands in (`text.voice`)."""

    node: ast.GeneratorExp
    first: Abstract
    used: Cell
    home: Mapping[str, Any]


Indexed = Known | Counted | Numbers
"""Whose items are found by their position."""


Iterable = Indexed | Stream


def iterator(c: Frame, x: Iterable) -> Iterable:
    """`x` as zip, enumerate and reversed give it: its items can be taken once."""
    return replace(x, used=unused(c))


def made_of(x: Abstract, parts: Iterable_[Abstract]) -> Abstract:
    """`x`, which remembers what it was made of where it is an iterator."""
    return replace(x, parts=tuple(parts)) if isinstance(x, Indexed) and x.used is not None and not x.parts else x


def unused(c: Frame) -> Cell:
    """Whether an iterator has been used, and how many items `next` has taken, as a variable: branches and loops join it like any other."""
    return Cell(c.store, "used", Tuple((FRESH, c.integer(0))))


def taken_up_to(used: Cell | None, at: Abstract) -> None:
    """So many items of an iterator were taken."""
    if used is not None:
        used.contents = Tuple((FRESH, at))


def nobody_counted(used: Cell | None) -> None:
    """Items of an iterator were taken, and nobody has counted how many."""
    if used is not None and isinstance(used.contents, Tuple):
        used.contents = Tuple((TAKEN, used.contents.items[1]))


def use(c: Frame, used: Cell | None, node: ast.AST | None) -> None:
    """Take the items of an iterator."""
    if used is None:
        return
    not_used(c, used, node)
    assert isinstance(used.contents, Tuple)
    before = used.contents.items[1]
    if not isinstance(before, Scalar) or not before.is_static or before.static:
        c.refuse(node, "an iterator of which next() has taken items cannot be handed on", "make a list of it first")
    used.contents = Tuple((TAKEN, before))


def not_used(c: Frame, used: Cell, node: ast.AST | None) -> None:
    """Refuse an iterator whose items may all have been taken."""
    if not isinstance(used.contents, Tuple) or used.contents.items[0] is not FRESH:
        c.refuse(node, "an iterator gives its items once, and the items of this one may have been taken", "make a list of it first")


def length(c: Frame, x: Indexed) -> Scalar:
    """How many items there are."""
    if isinstance(x, Known):
        return c.integer(len(x.items))
    if isinstance(x, Counted):
        return Scalar(x.count, "int")
    return range_length(c, x.range)


def range_length(c: Frame, r: Range) -> Scalar:
    """len(range(start, stop, step)), never negative."""
    b = c.b
    parts = (r.start, r.stop, r.step)
    if all(p.is_static for p in parts):
        return c.integer(len(range(*(p.static for p in parts))))
    zero = b.i64(0, "zero")
    if r.step.is_static and r.step.static == 1:
        span = r.stop.value if r.start.is_static and r.start.static == 0 else b.op("sub", r.stop.value, r.start.value, name="span")
        return Scalar(b.op("maximum", span, zero, name="count"), "int")
    if r.step.is_static and r.step.static == -1:
        return Scalar(b.op("maximum", b.op("sub", r.start.value, r.stop.value, name="span"), zero, name="count"), "int")
    # ceil((stop - start) / step) = -((start - stop) // step)
    turns = b.op("neg", b.op("floordiv", b.op("sub", r.start.value, r.stop.value, name="span"), r.step.value), name="turns")
    return Scalar(b.op("maximum", turns, zero, name="count"), "int")


def number_at(c: Frame, r: Range, k: Value) -> Scalar:
    """The k-th number of a range."""
    b, place = c.b, c.item_number(k)
    if place.is_static and r.start.is_static and r.step.is_static:
        return c.integer(r.start.static + place.static * r.step.static)
    known = all(part.is_static or part.origins for part in (r.start, r.step))
    origins = place.origins.union(r.start.origins, r.step.origins) if place.origins and known else frozenset()
    offset = k if r.step.is_static and r.step.static == 1 else b.op("mul", k, r.step.value, name="offset")
    start_is_zero = r.start.is_static and r.start.static == 0
    return Scalar(offset if start_is_zero else b.op("add", r.start.value, offset, name="i"), "int", origins=origins)


def known_range(c: Frame, r: Range) -> tuple[Abstract, ...]:
    """The numbers of a static range."""
    return tuple(c.constant(k) for k in range(r.start.static, r.stop.static, r.step.static))


def is_static_range(r: Range) -> bool:
    return r.start.is_static and r.stop.is_static and r.step.is_static


@dataclass
class Body:
    """The inside of a `for`: what binds an item and lowers a turn, and which names that touches."""

    node: ast.AST
    run: Callable[[Abstract], None]
    assigned: frozenset[str]
    head: frozenset[str]
    after: frozenset[str]
    may_leave: bool = False
    origin: object = None
    counters: frozenset[object] = frozenset()
    break_matters: bool = False  # whether it matters later if the loop was left by `break`
