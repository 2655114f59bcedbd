"""What a `for` goes over: its length, and its item at a position."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import NotSupported
from ..ir.program import Value
from . import protocols, run_lists
from .classes import raise_lacking
from .frame import FALSE, TRUE, Frame
from .messages import refuse_reading
from .protocols import refuse_own
from .values import Abstract, Array, Buffer, Cell, Deque, Dict, Iterator, List, Range, RunList, Scalar, Set, Static, Tuple, type_name

if TYPE_CHECKING:
    from .loops import Body


@dataclass(frozen=True, eq=False)
class Known(Abstract):
    """Items known one by one: the loop is unrolled. `now`, for a list, gives an item as it is when its turn comes. `used`, of an
    iterator, says whether its items have been taken."""

    items: tuple[Abstract, ...]
    now: Callable[[int], Abstract] | None = None
    used: Cell | None = None
    once: bool = False  # asking for an item takes it

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


@dataclass(frozen=True, eq=False)
class Numbers(Abstract):
    """The numbers of a range, for which the loop counts itself. Unrolled where its bounds are static and a turn needs its number."""

    range: Range
    used: Cell | None = None


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


@dataclass(frozen=True, eq=False)
class Generator(Abstract):
    """A generator expression not yet run, but for what its first `for` goes over. It is run where it is consumed, once."""

    node: ast.GeneratorExp
    first: Abstract
    used: Cell


Indexed = Known | Counted | Numbers
"""Whose items are found by their position."""

Iterable = Indexed | Stream


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
    before = used.contents
    if not isinstance(before, Scalar) or not before.is_static or before.static:
        c.refuse(node, "an iterator gives its items once, and the items of this one may have been taken", "make a list of it first")
    used.contents = TRUE


def iterable(c: Frame, x: Abstract, node: ast.AST) -> Iterable:
    """`x` as something to loop over."""
    x = protocols.iterated(c, c.present(x, node), node)
    if isinstance(x, (Known, Counted, Numbers, Stream)):
        use(c, x.used, node)
        return x
    if isinstance(x, Deque):
        return iterable(c, x.items, node)
    if isinstance(x, Iterator):
        return onwards(c, x, node)
    if isinstance(x, Generator):
        from .generators import of_expression

        return iterable(c, of_expression(c, x), node)
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
        return Counted(c.b.op("dim", x.value, axis=0, name="length"), lambda k: row_of(c, x, k))
    if isinstance(x, Static) and isinstance(x.value, (str, bytes, frozenset)):
        return Known(tuple(c.constant(item) for item in x.value))
    if isinstance(x, Set):
        return Known((*(c.constant(item) for item in x.members), *x.objects))
    refuse_reading(c, node, x)
    if isinstance(x, Static) and isinstance(x.value, type) and issubclass(x.value, enum.Enum):
        return Known(tuple(Static(member, str(member)) for member in x.value))
    refuse_own(c, node, (x,), "__getitem__")
    raise_lacking(c, node, x, ("__iter__", "__getitem__"), "is not iterable")
    c.refuse(node, f"'{type_name(x)}' object is not iterable", "loop over a range, an array, or a container")


def row_of(c: Frame, x: Buffer, k: Value) -> Abstract:
    """The k-th item of a list that is passed as one array."""
    if x.rows is None:
        return Scalar(c.b.op("load", x.value, k), x.kind)
    if x.rows.type is tuple:
        numbers = (c.b.op("load", x.value, k, c.b.i64(j), name=f"{x.value.name}_{j}") for j in range(x.rows.width))
        return Tuple(tuple(Scalar(number, x.kind) for number in numbers))
    rank = x.value.type.rank  # type: ignore[union-attr]
    row = c.b.op("view", x.value, k, axes="i" + "a" * (rank - 1), name=f"{x.value.name}_k")
    return Buffer(row, x.kind) if x.rows.type is list else Array(row)


ADVANCED = "an iterator that is advanced from two places at a time is not supported", "make a list of it first"


def onwards(c: Frame, x: Iterator, node: ast.AST) -> Iterable:
    """What an iterator still gives; it stands behind each item that was taken."""
    items, at = iterable(c, x.items, node), x.position.contents
    if not isinstance(at, Scalar):
        c.refuse(node, *ADVANCED)
    if isinstance(items, Known) and at.is_static:
        first = at.static

        def now(k: int) -> Abstract:
            stands = x.position.contents
            if not isinstance(stands, Scalar) or not stands.is_static or stands.static > first + k:
                c.refuse(node, *ADVANCED)
            x.position.contents = c.integer(first + k + 1)
            return items.item(first + k)

        return Known(items.items[first:], now, once=True)
    several = counted(c, items)
    count = length(c, several).value

    def item(k: Value) -> Abstract:
        place, stands = c.b.op("add", at.value, k, name="place"), x.position.contents
        if not isinstance(stands, Scalar):
            c.refuse(node, *ADVANCED)
        c.limit(c.b.op("ge", place, stands.value, name="in_order"), NotSupported, ". ".join(ADVANCED))
        x.position.contents = Scalar(c.b.op("add", place, c.b.i64(1), name="next"), "int")
        if isinstance(several, Counted):
            return several.item(place)
        from .subscripts import get_item

        return get_item(c, node, Tuple(several.current()), Scalar(place, "int"))

    def known(k: int) -> Abstract:
        item(c.b.i64(k))
        assert isinstance(several, Counted) and several.known is not None and at.is_static
        return several.known(at.static + k)

    endless = isinstance(several, Counted) and several.endless
    tells = isinstance(several, Counted) and several.known is not None and at.is_static
    return Counted(count if endless else c.b.op("sub", count, at.value, name="left"), item, endless=endless, known=known if tells else None)


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
    b = c.b
    offset = k if r.step.is_static and r.step.static == 1 else b.op("mul", k, r.step.value, name="offset")
    start_is_zero = r.start.is_static and r.start.static == 0
    return Scalar(offset if start_is_zero else b.op("add", r.start.value, offset, name="i"), "int")


def counted(c: Frame, x: Iterable) -> Counted | Known:
    """`x` as items found by their position: a range counts them, a stream is made a list."""
    if isinstance(x, Stream):
        from .comprehension import taken

        return counted(c, iterable(c, taken(c, x), x.node))
    if not isinstance(x, Numbers):
        return x
    r = x.range
    return Counted(range_length(c, r).value, lambda k: number_at(c, r, k))


def known_range(c: Frame, r: Range) -> tuple[Abstract, ...]:
    """The numbers of a static range."""
    return tuple(c.constant(k) for k in range(r.start.static, r.stop.static, r.step.static))


def is_static_range(r: Range) -> bool:
    return r.start.is_static and r.stop.is_static and r.step.is_static
