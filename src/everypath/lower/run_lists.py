"""Lists whose length is known only at run time: how many items there are, the last one put on or taken off.

Where a function takes items off, each of its run-time lists keeps its length in a cell beside it. What was taken off stays in
memory, to be overwritten by what is appended next: so the backward sweep finds every item where it stood.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import ListType, scalar_of
from .converting import converted
from .frame import Frame
from .join import Join, generalised
from .objects import RunTuple, Table
from .patterns import Remake, flatten, objects
from .reach import Restart
from .values import Abstract, Buffer, RunList, Scalar, Tuple

STANDS = "it stands in a list built at run time"
ITEM = "it is an item of a list built at run time"


class ShrinksAtRunTime(Restart):
    """A run-time list has items taken off: lower again with a length beside each."""


def empty(c: Frame, element: Abstract, site: Any = None) -> RunList:
    """A new list without items, made at `site`."""
    lists = tuple(c.b.op("list_new", type=ListType(leaf.type), name="items") for leaf in flatten([element]))
    cell = c.b.op("full", c.b.i64(0), c.b.i64(1), name="length") if c.unit.shrinking or not lists else None
    return RunList(lists, element, cell, site)


def of_items(c: Frame, site: Any, items: Sequence[Abstract]) -> RunList:
    """A list from outside of these items, which changes its length, and may hold what was found at its `site` too."""
    element = c.unit.dynamic[site]
    for item in items:
        element = generalised(item) if element is None else generalised(Join()(element, item))
    if element is None:
        c.refuse(None, "what this list holds can't be told", "append to it, or use np.zeros")
    if isinstance(element, Scalar):
        element = Scalar(element.value, element.kind)
    c.unit.dynamic[site] = element
    made = empty(c, element, site)
    for item in items:
        push(c.b, made, converted(c, item, element))
    return made


def of_numbers(c: Frame, x: Buffer) -> RunList:
    """The same for numbers that come as one array."""
    b = c.b
    made = empty(c, Scalar(Value("item", scalar_of(x.value.type)), x.kind))

    def one(inner: Builder, k: Value) -> tuple[Value, ...]:
        push(inner, made, [inner.op("load", x.value, k, name="item")])
        return ()

    b.for_(b.i64(0), b.op("dim", x.value, axis=0, name="length"), b.i64(1), (), one, "k")
    return made


def with_elements(element: Abstract, change: Callable[[Abstract], Abstract | None]) -> Abstract:
    """An element, or those of the lists that are items of it, changed."""
    changed = change(element)
    if changed is not None:
        return changed
    if isinstance(element, Tuple):
        return Tuple(tuple(with_elements(item, change) for item in element.items), element.type)
    if isinstance(element, Table):
        items = with_elements(element.items, change)
        return element if items is element.items else element.of_parts([items, *element.parts()[1:]])
    if isinstance(element, RunList):
        inner = with_elements(element.element, change)
        lists = tuple(Value("items", ListType(leaf.type)) for leaf in flatten([inner]))
        return element if inner is element.element else type(element)(lists, inner, element.length, element.site)
    return element


def count(b: Builder, x: RunList) -> Value:
    """The number of items."""
    if x.length is None:
        return b.op("list_length", x.lists[0], name="length")
    return b.op("load", x.length, b.i64(0), name="length")


def alone(b: Builder, x: RunList, items: Value) -> Value:
    """One of the lists of `x` with no more in it than its items."""
    if x.length is None:
        return items
    new = b.op("list_new", type=items.type, name="items")
    b.loop(count(b, x), lambda inner, k: inner.do("list_append", new, inner.op("list_get", items, k)))
    return new


def as_tuple(x: RunList) -> RunTuple:
    """A list that nobody else sees, as a tuple."""
    return RunTuple(x.lists, x.element, x.length, x.site)


def push(b: Builder, x: RunList, leaves: list[Value]) -> None:
    """Append the item with these leaves."""
    if x.length is None:
        for items, leaf in zip(x.lists, leaves, strict=True):
            b.do("list_append", items, leaf)
        return
    n = count(b, x)
    if not x.lists:  # its items hold no numbers
        resize(b, x, b.op("add", n, b.i64(1), name="length"))
        return

    def overwrite(inner: Builder) -> tuple[Value, ...]:
        for items, leaf in zip(x.lists, leaves, strict=True):
            inner.do("list_set", items, leaf, n)
        return ()

    def grow(inner: Builder) -> tuple[Value, ...]:
        for items, leaf in zip(x.lists, leaves, strict=True):
            inner.do("list_append", items, leaf)
        return ()

    b.if_(b.op("lt", n, b.op("list_length", x.lists[0]), name="room"), overwrite, grow)
    resize(b, x, b.op("add", n, b.i64(1), name="length"))


def resize(b: Builder, x: RunList, n: Value) -> None:
    assert x.length is not None
    b.do("store", n, x.length, b.i64(0))


def item(c: Frame, x: RunList, k: Value) -> Abstract:
    """The item at a position that is in range."""
    leaves = [c.b.op("list_get", items, k, name=leaf.name) for items, leaf in zip(x.lists, flatten([x.element]), strict=True)]
    found = Remake(c, leaves)(x.element)
    for m in objects([found]):
        m.frozen = m.frozen or ITEM
        m.copied = True
    return found


def pop(c: Frame, x: RunList, at: Value | None) -> Abstract:
    """Take off the last item, or the one at a position that is in range."""
    b, n = c.b, count(c.b, x)
    last = b.op("sub", n, b.i64(1), name="last")
    place = last if at is None else at
    found = item(c, x, place)
    if at is not None:
        cut(b, x, at, b.i64(1))
    else:
        resize(b, x, last)
    return found


def cut(b: Builder, x: RunList, start: Value, n: Value) -> None:
    """Take off `n` items from `start` on: those behind them move down."""
    left = b.op("sub", count(b, x), n, name="left")

    def move(inner: Builder, k: Value) -> tuple[Value, ...]:
        following = inner.op("add", k, n)
        for items in x.lists:
            inner.do("list_set", items, inner.op("list_get", items, following), k)
        return ()

    b.for_(start, left, b.i64(1), (), move, "k")
    resize(b, x, left)


def shift_up(b: Builder, x: RunList, start: Value, last: Value) -> None:
    """Move the items from `start` up by one, the last of them to `last`."""

    def move(inner: Builder, k: Value) -> tuple[Value, ...]:
        before = inner.op("sub", k, inner.i64(1))
        for items in x.lists:
            inner.do("list_set", items, inner.op("list_get", items, before), k)
        return ()

    b.for_(last, start, b.i64(-1), (), move, "k")


def check_any(c: Frame, x: RunList, node: ast.AST) -> None:
    """IndexError unless there is an item to pop."""
    c.at(node)
    c.check(c.b.op("gt", count(c.b, x), c.b.i64(0), name="some"), IndexError, "pop from empty list")


# Keys and values of tables ---------------------------------------------------------------------------------------------


def keys(c: Frame, x: Table) -> RunList:
    """The list of its keys."""
    held = x.items
    return column(c, held, 0) if x.keyed else held


def values(c: Frame, x: Table) -> RunList:
    """The list of its values."""
    return column(c, x.items, 1)


def column(c: Frame, held: RunList, part: int) -> RunList:
    """The list of the first or the second parts of the items of a list of pairs."""
    assert isinstance(held.element, Tuple)
    first = len(flatten([held.element.items[0]]))
    lists_ = (held.lists[:first], held.lists[first:])[part]
    length = held.length
    if not lists_ and length is None:  # what is known of every item has no list that could be measured
        length = c.b.op("full", count(c.b, held), c.b.i64(1), name="length")
    return RunList(lists_, held.element.items[part], length)
