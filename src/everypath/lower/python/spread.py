"""The items of something all together: spread out, taken apart, put into a list."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ...ir.program import Value
from ...structure import MAX_LEAVES
from .. import run_lists
from ..frame import BROKE, TRUE, Frame
from ..join import generalised
from ..naming import type_name
from ..objects import Instance, List, sequence_items
from ..outside import never
from ..values import Abstract, Array, Buffer, Range, RunList, Scalar
from . import protocols
from .containers import append, element_of, made_at, new_list, run_list, scalar
from .indices import integral
from .iterables import END, Body, Counted, Iterable, Known, Numbers, Stream, is_static_range, iterator, known_range, taken_up_to
from .iteration import counted, iterable, known_count, one_by_one


def extend(c: Frame, node: ast.AST, x: Abstract, more: Abstract) -> None:
    """`x += more`, `x.extend(more)`."""
    items = sequence_items(more)
    if items is None and isinstance(x, List) and isinstance(more, Range):
        items = integers_beside(c, x, more)
    if items is not None:
        for item in items:
            append(c, node, x, item)
        return
    if isinstance(x, List) and isinstance(more, (RunList, Buffer, Range, Array)):
        raise run_list(c, x, node, element_of(c, more, node))
    if isinstance(more, RunList):  # which may be the list itself, and is taken in as it was
        more = Counted(run_lists.count(c.b, more), partial(run_lists.item, c, more))
    for_each(c, node, more, lambda item: append(c, node, x, item))


def collected(c: Frame, node: ast.AST, element: Abstract, values: Abstract) -> RunList:
    """A new list of all items of `values`, for elements like this one."""
    made = made_at(c, node, element)
    extend(c, node, made, values)
    return made


def integers_beside(c: Frame, x: List, more: Range) -> tuple[Abstract, ...] | None:
    """The numbers of a known range beside items that are no integers: in a list of run-time length all would be of one kind, floats."""
    if not is_static_range(more) or all(map(integral, x.items)):
        return None
    numbers = known_range(c, more)
    return numbers if len(x.items) + len(numbers) <= MAX_LEAVES else None


def for_each(c: Frame, node: ast.AST, x: Abstract, run: Any) -> None:
    """Run something for each item of a thing of run-time length; it carries nothing but what it writes."""
    nothing: frozenset[str] = frozenset()
    c.go_over(iterable(c, x, node), Body(node, run, nothing, nothing, nothing))


def all_items(
    c: Frame, x: Abstract, node: ast.AST, way_out: str = "make a list of it by list(…), or pass it as one argument"
) -> tuple[Abstract, ...]:
    """The items of something whose length is known at lowering."""
    items = known_items(c, x, node)
    if items is None:
        c.refuse(node, "the number of items must be known before the function runs", way_out)
    return items


def known_items(c: Frame, x: Abstract, node: ast.AST) -> tuple[Abstract, ...] | None:
    """The same, or None where the length is known only at run time."""
    found = known_or_left(c, x, node)
    return found if isinstance(found, tuple) else None


def known_or_left(c: Frame, x: Abstract, node: ast.AST) -> tuple[Abstract, ...] | Iterable:
    """The same, or what is left to go over where the length is known only at run time."""
    found = iterable(c, x, node)
    taken_up_to(found.used, c.integer(END))
    if isinstance(found, Known):
        return found.current()
    if isinstance(found, Numbers):
        for part in (found.range.start, found.range.stop, found.range.step):
            c.static(part, "the length of what is spread out", node)
        if is_static_range(found.range):
            return known_range(c, found.range)
    if isinstance(found, Stream) and found.whole is not None:
        return found.whole()
    several = counted(c, found) if isinstance(found, Stream) else found
    if isinstance(several, Known):
        return several.current()
    count = known_count(c, several)
    if isinstance(several, Counted) and count is not None and count <= MAX_LEAVES:
        return tuple(several.item(c.b.i64(k)) for k in range(count))
    return iterator(c, several)


def spread_list(c: Frame, values: Iterator[tuple[Abstract, bool]], node: ast.AST) -> Abstract:
    """A list display of these values, each with whether its items are spread out; it takes one value after the other."""
    items: list[Abstract] = []
    for value, is_spread in values:
        known = known_items(c, value, node) if is_spread else (value,)
        if known is None:
            made = new_list(c, items, node)
            extend(c, node, made, c.realised(value))
            break
        items += known
    else:
        return new_list(c, items, node)
    for value, is_spread in values:
        if is_spread:
            extend(c, node, made, c.realised(value))
        else:
            append(c, node, made, value)
    return made


def unpacked_items(c: Frame, x: Abstract, n: int, starred: int | None, node: ast.AST) -> tuple[Abstract, ...]:
    """What `x` gives to `n` targets, of which the one at `starred` takes what is left, with CPython's errors where the number is wrong."""
    x = protocols.iterated(c, x, node)
    own = isinstance(x, Instance) and any(protocols.special(c, x, name, node) is not None for name in ("__next__", "__getitem__"))
    if isinstance(x, (Scalar, Instance)) and not own:
        never(c, node, TypeError, f"cannot unpack non-iterable {type_name(x)} object")
    found = iterable(c, x, node)
    if isinstance(found, Known):
        items = found.current()
    elif isinstance(x, Range) and not isinstance(found, Counted) and all(p.is_static for p in (x.start, x.stop, x.step)):
        items = all_items(c, x, node)
    else:
        several = counted(c, one_by_one(c, found) if c.unit.small and starred is not None else found)
        if isinstance(several, Counted):
            return with_middle(c, several, n, starred, node) if starred is not None else of_run_time_length(c, several, n, node)
        items = several.current()
    if len(items) < n - (starred is not None):
        least = str(n) if starred is None else f"at least {n - 1}"
        never(c, node, ValueError, f"not enough values to unpack (expected {least}, got {len(items)})")
    if starred is None and len(items) > n:
        never(c, node, ValueError, f"too many values to unpack (expected {n})")
    if starred is None:
        return items
    end = len(items) - (n - starred - 1)
    return (*items[:starred], new_list(c, items[starred:end], node), *items[end:])


def with_middle(c: Frame, several: Any, n: int, starred: int, node: ast.AST) -> tuple[Abstract, ...]:
    """The items of `first, *rest = …` where it is known only at run time how many there are."""
    b = c.b
    count: Value = several.count
    c.check(
        b.op("ge", count, b.i64(n - 1), name="enough"),
        ValueError,
        f"not enough values to unpack (expected at least {n - 1}, got {{}})",
        count,
    )
    behind = n - starred - 1
    end = b.op("sub", count, b.i64(behind), name="end")
    made = made_at(c, node, several.item(b.i64(0)) if n == 1 else generalised(several.item(b.i64(0))))
    reach = Range(c.integer(starred), Scalar(end, "int"), c.integer(1))
    for_each(c, node, reach, lambda k: append(c, node, made, several.item(scalar(k).value)))
    last = (several.item(b.op("add", end, b.i64(k))) for k in range(behind))
    return (*(several.item(b.i64(k)) for k in range(starred)), made, *last)


def of_run_time_length(c: Frame, several: Any, n: int, node: ast.AST) -> tuple[Abstract, ...]:
    b = c.b
    count: Value = several.count
    enough = b.op("ge", count, b.i64(n), name="enough")
    c.check(enough, ValueError, f"not enough values to unpack (expected {n}, got {{}})", count)
    c.check(b.op("le", count, b.i64(n), name="not_more"), ValueError, f"too many values to unpack (expected {n})")
    return tuple(several.item(b.i64(k)) for k in range(n))


def spread(c: Frame, x: Abstract, node: ast.AST) -> tuple[Abstract, ...]:
    """The items of something, as many as are known before the function runs."""
    return all_items(c, x if isinstance(x, Stream) else c.realised(x), node)


def accumulated(
    c: Frame, node: ast.AST, x: Abstract, initial: Abstract, step: Callable[[Abstract, Abstract], Abstract], name: str
) -> Abstract:
    """All items of `x` combined, from the left."""
    items = sequence_items(x)
    if items is not None:
        for item in items:
            initial = step(initial, item)
        return initial
    hidden = c.fresh(name)
    c.env[hidden] = initial

    def turn(item: Abstract) -> None:
        c.env[hidden] = step(c.env[hidden], item)

    mine = frozenset([hidden])
    c.go_over(iterable(c, x, node), Body(node, turn, mine, mine, mine))
    return c.env.pop(hidden)


def stopping(c: Frame, node: ast.AST, holds: bool | Value, stops_on: bool, stop: Callable[[], None]) -> None:
    """Run `stop` where an item decides the answer."""
    if isinstance(holds, bool):
        if holds is stops_on:
            stop()
        return
    sides = (stop, lambda: None) if stops_on else (lambda: None, stop)
    c.branch(holds, *sides, None, node)


def among(c: Frame, node: ast.AST, items: Iterable, stops_on: bool, test: Callable[[Abstract], Abstract] = lambda item: item) -> Abstract:
    """The answer of any or all for items that are computed one by one, by what `test` says of each."""
    hidden = c.fresh("answer")
    outer = c.env[BROKE]
    c.env[hidden] = c.constant(not stops_on)

    def stop() -> None:
        c.env[hidden], c.env[BROKE] = c.constant(stops_on), TRUE

    def turn(item: Abstract) -> None:
        stopping(c, node, c.truth_of(test(item), node), stops_on, stop)

    mine = frozenset([hidden])
    c.go_over(items, Body(node, turn, mine, mine, mine, may_leave=True))
    c.env[BROKE] = outer
    return c.env.pop(hidden)
