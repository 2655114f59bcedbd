"""What a `for` goes over: its length, and its item at a position."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..ir.program import Value
from . import run_lists
from .frame import FALSE, TRUE, Frame
from .instances import refuse_own
from .messages import refuse_reading
from .values import Abstract, Array, Buffer, Cell, Dict, List, Range, RunList, Scalar, Static, Tuple, type_name


@dataclass(frozen=True, eq=False)
class Known(Abstract):
    """Items known one by one: the loop is unrolled. `now`, for a list, gives an item as it is when its turn comes. `used`, of an
    iterator, says whether its items have been taken."""

    items: tuple[Abstract, ...]
    now: Callable[[int], Abstract] | None = None
    used: Cell | None = None

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


@dataclass(frozen=True, eq=False)
class Numbers(Abstract):
    """The numbers of a range, for which the loop counts itself. Unrolled where its bounds are static and a turn needs its number."""

    range: Range
    used: Cell | None = None


Iterable = Known | Counted | Numbers


def iterator(c: Frame, x: Iterable) -> Iterable:
    """`x` as zip, enumerate and reversed give it: its items can be taken once."""
    return replace(x, used=unused(c))


def unused(c: Frame) -> Cell:
    """Whether an iterator has been used, as a variable: branches and loops join it like any other."""
    return Cell(c.store, "used", FALSE)


def use(c: Frame, used: Cell | None, node: ast.AST | None) -> None:
    """Take the items of an iterator."""
    if used is None:
        return
    if used.contents is not FALSE:
        c.refuse(node, "an iterator gives its items once, and the items of this one may have been taken", "make a list of it first")
    used.contents = TRUE


def iterable(c: Frame, x: Abstract, node: ast.AST) -> Iterable:
    """`x` as something to loop over."""
    x = c.present(x, node)
    if isinstance(x, (Known, Counted, Numbers)):
        use(c, x.used, node)
        return x
    if isinstance(x, Range):
        return Numbers(x)
    if isinstance(x, List):
        return over_list(c, x, node)
    if isinstance(x, Tuple):
        return Known(x.items)
    if isinstance(x, Dict):
        return over_dict(c, x, lambda k, v: c.constant(k), node)
    if isinstance(x, Array):
        return over_array(c, x, node)
    if isinstance(x, RunList):
        return Counted(run_lists.count(c.b, x), lambda k: run_lists.item(c, x, k), lambda: run_lists.count(c.b, x))
    if isinstance(x, Buffer):
        return Counted(c.b.op("dim", x.value, axis=0, name="length"), lambda k: Scalar(c.b.op("load", x.value, k), x.kind))
    if isinstance(x, Static) and isinstance(x.value, str):
        return Known(tuple(Static(letter) for letter in x.value))
    refuse_reading(c, node, x)
    refuse_own(c, node, (x,), "__iter__", "__getitem__")
    c.refuse(node, f"'{type_name(x)}' object is not iterable", "loop over a range, an array, or a container")


def over_list(c: Frame, x: List, node: ast.AST) -> Known:
    """The items of a list, which may be assigned to while the loop goes over them."""
    n = len(x.items)

    def now(k: int) -> Abstract:
        if len(x.items) != n:
            from .containers import run_list

            raise run_list(c, x, node)
        return x.items[k]

    return Known(x.items, now)


def over_dict(c: Frame, x: Dict, item: Callable[[Any, Abstract], Abstract], node: ast.AST) -> Known:
    """The keys, values or items of a dict, made by `item(key, value)`: a view, which sees what is assigned later."""
    keys = tuple(x.entries)

    def now(k: int) -> Abstract:
        if tuple(x.entries) != keys:
            c.refuse(node, "a dict whose keys change under a loop or a view is not supported", "take a list of them first")
        return item(keys[k], x.entries[keys[k]])

    return Known(tuple(item(k, v) for k, v in x.entries.items()), now)


def over_array(c: Frame, x: Array, node: ast.AST) -> Counted:
    """The rows of an array; its elements if it has rank 1."""
    if x.rank == 0:
        c.refuse(node, "iteration over a 0-d array", "use the value itself")

    def item(k: Value) -> Abstract:
        if x.rank == 1:
            return Scalar(c.b.op("load", x.value, k, name=f"{x.value.name}_k"), "numpy")
        return Array(c.b.op("view", x.value, k, axes="i" + "a" * (x.rank - 1), name=f"{x.value.name}_k"))

    return Counted(c.b.op("dim", x.value, axis=0, name=f"{x.value.name}_dim0"), item)


def length(c: Frame, x: Iterable) -> Scalar:
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
    b = c.b
    offset = k if r.step.is_static and r.step.static == 1 else b.op("mul", k, r.step.value, name="offset")
    start_is_zero = r.start.is_static and r.start.static == 0
    return Scalar(offset if start_is_zero else b.op("add", r.start.value, offset, name="i"), "int")


def counted(c: Frame, x: Iterable) -> Counted | Known:
    """A range as counted items, or known ones where its bounds are static and few."""
    if not isinstance(x, Numbers):
        return x
    r = x.range
    return Counted(range_length(c, r).value, lambda k: number_at(c, r, k))


def known_range(c: Frame, r: Range) -> tuple[Abstract, ...]:
    """The numbers of a static range."""
    return tuple(c.constant(k) for k in range(r.start.static, r.stop.static, r.step.static))


def is_static_range(r: Range) -> bool:
    return r.start.is_static and r.stop.is_static and r.step.is_static


def enumerated(c: Frame, x: Iterable, first: Scalar) -> Iterable:
    """enumerate(x, first)."""
    if isinstance(x, Known):
        if first.is_static:
            numbers: list[Abstract] = [c.constant(first.static + k) for k in range(len(x.items))]
        else:
            numbers = [Scalar(c.b.op("add", first.value, c.b.i64(k)), "int") for k in range(len(x.items))]
        pairs = tuple(Tuple((n, item)) for n, item in zip(numbers, x.items, strict=True))
        return Known(pairs, lambda k: Tuple((numbers[k], x.item(k))))
    items = counted(c, x)
    assert isinstance(items, Counted)

    def item(k: Value) -> Abstract:
        plain = first.is_static and first.static == 0
        number = Scalar(k if plain else c.b.op("add", first.value, k, name="number"), "int")
        return Tuple((number, items.item(k)))

    return Counted(items.count, item, items.live)


def zipped(c: Frame, xs: list[Iterable], node: ast.AST) -> Iterable:
    """zip(*xs): as long as the shortest."""
    if not xs:
        return Known(())
    xs = [Known(known_range(c, x.range)) if isinstance(x, Numbers) and is_static_range(x.range) and mixed(xs) else x for x in xs]
    if all(isinstance(x, Known) for x in xs):
        columns = [x for x in xs if isinstance(x, Known)]
        rows = tuple(Tuple(row) for row in zip(*(x.items for x in columns), strict=False))
        return Known(rows, lambda k: Tuple(tuple(x.item(k) for x in columns)))
    if mixed(xs):
        c.refuse(node, "zip of a container, which is unrolled, with something of run-time length", "index the longer one in the loop")
    items = [x for x in (counted(c, x) for x in xs) if isinstance(x, Counted)]

    def shortest(counts: list[Value]) -> Value:
        count = counts[0]
        for other in counts[1:]:
            count = c.b.op("minimum", count, other, name="count")
        return count

    live = (lambda: shortest([x.live() if x.live else x.count for x in items])) if any(x.live for x in items) else None
    return Counted(shortest([x.count for x in items]), lambda k: Tuple(tuple(x.item(k) for x in items)), live)


def mixed(xs: list[Iterable]) -> bool:
    return any(isinstance(x, Known) for x in xs)


def backwards(c: Frame, x: Iterable) -> Iterable:
    """reversed(x)."""
    if isinstance(x, Known):
        return Known(x.items[::-1], lambda k: x.item(len(x.items) - 1 - k))
    if isinstance(x, Numbers):
        r = x.range
        if is_static_range(r):
            back = range(r.start.static, r.stop.static, r.step.static)[::-1]
            return Numbers(Range(c.integer(back.start), c.integer(back.stop), c.integer(back.step)))
        b = c.b
        if r.step.is_static and r.step.static == 1:
            one = b.i64(1, "one")
            return Numbers(
                Range(
                    Scalar(b.op("sub", r.stop.value, one, name="last"), "int"),
                    Scalar(b.op("sub", r.start.value, one, name="before_first"), "int"),
                    c.integer(-1),
                )
            )
    items = counted(c, x)
    assert isinstance(items, Counted)

    def item(k: Value) -> Abstract:
        last = c.b.op("sub", items.count, c.b.i64(1, "one"), name="last")
        return items.item(c.b.op("sub", last, k, name="k"))

    def live() -> Value:
        c.refuse(None, "a list that changes its length while a loop goes over it backwards is not supported", "loop over a copy of it")

    return Counted(items.count, item, live if items.live else None)
