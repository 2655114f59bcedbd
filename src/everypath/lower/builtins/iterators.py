"""What makes iterators of iterables: enumerate, zip, reversed, iter, next.

Items that are found by their position stay so; what gives its items itself runs where they are taken, by the texts of the library.
"""

from __future__ import annotations

import ast
import builtins
import itertools
from dataclasses import dataclass, replace
from typing import Any

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import I64
from ...library.intrinsics import has_length, known, lacks, length, refuse, row
from ...library.python import iterators as texts
from .. import run_lists
from ..frame import BROKE, FALSE, TRUE, Frame
from ..join import strong
from ..naming import type_name
from ..objects import Cell, Dict, Instance, RunTuple, Set, Spread, sequence_items
from ..outside import never
from ..patterns import flatten
from ..python import combining, containers, iterables, protocols, subscripts
from ..python.begun import begun, opened, stepped, taken_before
from ..python.classes import raise_lacking
from ..python.hashing import value_of_key
from ..python.indices import as_index
from ..python.iterables import Body, Counted, Generator, Iterable, Known, Numbers, Stream, is_static_range, iterator, known_range, number_at
from ..python.iteration import behind, counted, iterable, one_by_one
from ..python.spread import accumulated, for_each
from ..text import library
from ..text.branches import branch
from ..text.handed import iterator_over, quietly, unnoticed_in_turns
from ..text.loops import go_over
from ..values import NONE, Abstract, Array, Iterator, Maybe, Range, Scalar, Static, Tuple
from .registry import builtin


@builtin(builtins.enumerate, least=1, most=2, options=("start",))
def lower_enumerate(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    first = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    first = as_index(c, first, node)
    if first.kind == "bool":
        first = c.integer(int(first.static)) if first.is_static else Scalar(c.as_type(first, I64), "int", origins=first.origins)
    return iterator(c, enumerated(c, iterable(c, args[0], node), first, node))


@builtin(builtins.zip, most=64, options=("strict",))
def lower_zip(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) > 1 and isinstance(args[0], Iterator) and all(x is args[0] for x in args):
        return iterator(c, in_rows(c, args[0], len(args), node))
    if args and isinstance(args[-1], Spread):
        if len(args) > 1 or kwargs:
            c.refuse(node, "zip(x, *y) where y has as many items as the run decides is not supported", "zip the columns one by one")
        return iterator(c, transposed(c, args[-1].items, node))
    parts: list[Any] = [iterable(c, x, node) for x in args]
    if "strict" in kwargs and c.static(kwargs["strict"], "the option 'strict'", node):
        same_lengths(c, node, parts)
    return iterator(c, zipped(c, parts, node))


def transposed(c: Frame, rows: Abstract, node: ast.AST) -> Iterable:
    """`zip(*rows)`: the first items of all rows, their second ones …, each as a tuple. How many items a row has may be known."""
    assert isinstance(rows, RunTuple)
    b, n = c.b, run_lists.count(c.b, rows)
    c.limit(b.op("gt", n, b.i64(0), name="some"), NotSupported, "zip(*x) of an x without items is not supported")
    parts = sequence_items(rows.element)
    if parts is not None:
        lists, found = iter(rows.lists), []
        for part in parts:
            mine = tuple(itertools.islice(lists, len(flatten([part]))))
            if isinstance(part, Scalar):  # a list does not tell NumPy's numbers from Python's
                part, mine = strong(part), mine[:1]
            length = rows.length if mine or rows.length is not None else b.op("full", n, b.i64(1), name="length")
            found.append(RunTuple(mine, part, length))
        return Known(tuple(found))
    places = containers.numbers_to(c, n)
    shortest = accumulated(
        c,
        node,
        places,
        Scalar(b.i64(2**62), "int"),
        lambda least, k: Scalar(c.b.op("minimum", least.value, containers.length(c, run_lists.item(c, rows, k.value), node).value), "int"),  # type: ignore[attr-defined]
        "shortest",
    )

    def column(j: Value) -> Abstract:
        first = counted(c, iterable(c, run_lists.item(c, rows, c.b.i64(0)), node))
        made = containers.made_at(c, node, first.item(j))  # type: ignore[arg-type]

        def add(row: Abstract) -> None:
            several: Any = counted(c, iterable(c, row, node))
            containers.append(c, node, made, several.item(j))

        for_each(c, node, rows, add)
        return run_lists.as_tuple(made)

    return Counted(containers.scalar(shortest).value, column)


def in_rows(c: Frame, x: Iterator, n: int, node: ast.AST) -> Iterable:
    """`zip(it, it)`: as many items at a time as it stands there. Nobody else takes items of that iterator any more."""
    items = counted(c, iterable(c, Iterator(x.items, Cell(c.store, "next", x.position.contents)), node))
    x.position.contents = Static("taken by zip")
    if isinstance(items, Known):
        starts = range(0, len(items.items) - n + 1, n)
        rows = tuple(Tuple(items.items[k : k + n]) for k in starts)
        return Known(rows, lambda row: Tuple(tuple(items.item(starts[row] + j) for j in range(n))), once=True)
    b = c.b

    def row(k: Value) -> Abstract:
        first = c.b.op("mul", k, c.b.i64(n), name="first")
        return Tuple(tuple(items.item(c.b.op("add", first, c.b.i64(j), name="place")) for j in range(n)))

    return Counted(b.op("floordiv", items.count, b.i64(n), name="rows"), row)


def same_lengths(c: Frame, node: ast.AST, parts: list[Any]) -> None:
    first, *others = (iterables.length(c, x) for x in parts)
    for k, other in enumerate(others, 2):
        before = f"argument{'s' if k > 2 else ''} 1{f'-{k - 1}' if k > 2 else ''}"
        c.check(c.b.op("ge", other.value, first.value), ValueError, f"zip() argument {k} is shorter than {before}")
        c.check(c.b.op("le", other.value, first.value), ValueError, f"zip() argument {k} is longer than {before}")


@builtin(builtins.reversed, least=1)
def lower_reversed(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if isinstance(x, Set):
        return never(c, node, TypeError, "'set' object is not reversible")
    if isinstance(x, (Stream, Generator, Iterator)) or getattr(x, "used", None) is not None:
        c.refuse(node, "what gives its items once cannot be reversed", "make a list of it first")
    return iterator(c, backwards(c, iterable(c, x, node)))


def enumerated(c: Frame, x: Iterable, first: Scalar, node: ast.AST) -> Iterable:
    """enumerate(x, first)."""
    if isinstance(x, Known):
        if first.is_static:
            numbers: list[Abstract] = [c.constant(first.static + k) for k in range(len(x.items))]
        else:
            numbers = [Scalar(c.b.op("add", first.value, c.b.i64(k)), "int") for k in range(len(x.items))]
        pairs = tuple(Tuple((n, item)) for n, item in zip(numbers, x.items, strict=True))
        return Known(pairs, lambda k: Tuple((numbers[k], x.item(k))), once=x.once)
    if isinstance(x, Stream):
        return iterable(c, library.call(c, texts.enumerate, [iterator(c, x), first], {}, node), node)
    items = counted(c, x)
    assert isinstance(items, Counted)

    counted_from = Range(first, first, c.integer(1))

    def item(k: Value) -> Abstract:
        return Tuple((number_at(c, counted_from, k), items.item(k)))

    return Counted(items.count, item, items.live, fixed=items.fixed)


def zipped(c: Frame, xs: list[Iterable], node: ast.AST) -> Iterable:
    """zip(*xs): as long as the shortest."""
    if not xs:
        return Known(())
    if any(isinstance(x, Stream) for x in xs):
        return zipped_stream(c, xs, node)
    if mixed(xs):
        xs = [Known(known_range(c, x.range)) if isinstance(x, Numbers) and is_static_range(x.range) else one_by_one(c, x) for x in xs]
    if all(isinstance(x, Known) for x in xs):
        known = [x for x in xs if isinstance(x, Known)]
        rows = tuple(Tuple(row) for row in zip(*(x.items for x in known), strict=False))
        return Known(rows, lambda k: Tuple(tuple(x.item(k) for x in known)), once=any(x.once for x in known))
    if mixed(xs):
        n = min(len(x.items) for x in xs if isinstance(x, Known))
        positions = Tuple(tuple(c.constant(k) for k in range(n)))
        beside = columns(c, xs)
        made = iterable(c, library.call(c, texts.zip_known, [beside, positions], {}, node), node)
        assert isinstance(made, Stream)
        return replace(made, whole=lambda: whole_rows(c, node, beside, n))
    items = [x for x in (counted(c, x) for x in xs) if isinstance(x, Counted)]

    def shortest(counts: list[Value]) -> Value:
        count = counts[0]
        for other in counts[1:]:
            count = c.b.op("minimum", count, other, name="count")
        return count

    live = (lambda: shortest([x.live() if x.live else x.count for x in items])) if any(x.live for x in items) else None
    endless = all(x.endless for x in items)
    return Counted(
        shortest([x.count for x in items]),
        lambda k: Tuple(tuple(x.item(k) for x in items)),
        live,
        endless=endless,
        fixed=any(x.fixed for x in items),
    )


def whole_rows(c: Frame, node: ast.AST, beside: Columns, n: int) -> tuple[Abstract, ...]:
    """All rows of known items beside others, which must be as many."""
    for part in beside.parts:
        if isinstance(part, Counted) and not part.endless:
            enough = c.b.op("ge", part.count, c.b.i64(n), name="enough")
            c.limit(enough, NotSupported, f"zip of {n} known items with fewer others is not supported where all are needed")
    return tuple(Tuple(tuple(item_at(c, node, part, c.integer(k)) for part in beside.parts)) for k in range(n))


def mixed(xs: list[Iterable]) -> bool:
    """Whether known items stand beside others."""
    return any(isinstance(x, Known) for x in xs) and not all(isinstance(x, Known) for x in xs)


def zipped_stream(c: Frame, xs: list[Iterable], node: ast.AST) -> Iterable:
    """zip where one of the iterables gives its items itself: the others are stepped with it. Of several that do so, all but the first
    are made lists, which nobody must notice."""
    at = next(k for k, x in enumerate(xs) if isinstance(x, Stream))
    driving = xs[at]
    assert isinstance(driving, Stream)
    others = [x if k == at else quietly(c, x, node) for k, x in enumerate(xs)]
    arguments: list[Abstract] = [columns(c, others[:at]), iterator(c, driving), columns(c, others[at + 1 :])]
    made = iterable(c, library.call(c, texts.zip_with, arguments, {}, node), node)
    return unnoticed_in_turns(c, made, xs[at + 1 :], node)


@dataclass(frozen=True, eq=False)
class Columns(Abstract):
    """Iterables whose items are found by their position."""

    parts: tuple[Known | Counted, ...]


def columns(c: Frame, xs: list[Iterable]) -> Columns:
    return Columns(tuple(counted(c, x) for x in xs))


@builtin(lacks, least=2, most=2)
def lower_lacks(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    beside, k = args
    assert isinstance(beside, Columns) and isinstance(k, Scalar)
    answer: Abstract = c.constant(False)
    for part in beside.parts:
        n = iterables.length(c, part)
        if isinstance(part, Counted) and part.endless:
            continue
        known = n.is_static and k.is_static
        lacking = c.constant(k.static >= n.static) if known else Scalar(c.b.op("ge", k.value, n.value, name="lacks"), "bool")
        answer = combining.both(c, node, answer, lacking, "or")
    return answer


@builtin(row, least=2, most=2)
def lower_row(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    beside, k = args
    assert isinstance(beside, Columns) and isinstance(k, Scalar)
    return Tuple(tuple(item_at(c, node, part, k) for part in beside.parts))


def item_at(c: Frame, node: ast.AST, x: Known | Counted, k: Scalar) -> Abstract:
    """The item of `x` at a position that it has."""
    if isinstance(x, Counted):
        return x.known(int(k.static)) if k.is_static and x.known is not None else x.item(k.value)
    if k.is_static:
        return x.item(k.static)
    return subscripts.get_item(c, node, Tuple(x.current()), k)


@builtin(refuse, least=2, most=2)
def lower_refuse(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    c.refuse(node, c.static(args[0], "the reason", node), c.static(args[1], "the way out", node))


@builtin(known, least=2, most=2)
def lower_known(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    return x if isinstance(x, Scalar) and x.is_static else c.constant(c.static(x, c.static(args[1], "what it is", node), node))


@builtin(has_length, least=1)
def lower_has_length(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return c.constant(not isinstance(args[0], (Stream, Generator)))


@builtin(length, least=1)
def lower_length(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    return iterables.length(c, x if isinstance(x, (Known, Counted, Numbers)) else indexed(c, x, node))


def indexed(c: Frame, x: Abstract, node: ast.AST) -> Known | Counted | Numbers:
    found = iterable(c, x, node)
    assert not isinstance(found, Stream)
    return found


def backwards(c: Frame, x: Iterable) -> Iterable:
    """reversed(x)."""
    if isinstance(x, Known):
        return Known(x.items[::-1], lambda k: x.item(len(x.items) - 1 - k))
    if isinstance(x, Numbers):
        r = x.range
        if is_static_range(r):
            back = range(r.start.static, r.stop.static, r.step.static)[::-1]
            return Numbers(Range(c.integer(back.start), c.integer(back.stop), c.integer(back.step)))
        if r.step.is_static and r.step.static == 1:
            return Numbers(Range(one_less(c, r.stop, "last"), one_less(c, r.start, "before_first"), c.integer(-1)))
    items = counted(c, x)
    assert isinstance(items, Counted)

    def item(k: Value) -> Abstract:
        last = c.b.op("sub", items.count, c.b.i64(1, "one"), name="last")
        return items.item(c.b.op("sub", last, k, name="k"))

    def live() -> Value:
        c.refuse(None, "a list that changes its length while a loop goes over it backwards is not supported", "loop over a copy of it")

    return Counted(items.count, item, live if items.live else None, fixed=True)


def one_less(c: Frame, x: Scalar, name: str) -> Scalar:
    """The number before, known as soon as `x` is."""
    if x.is_static:
        return c.integer(x.static - 1, name)
    return Scalar(c.b.op("sub", x.value, c.b.i64(1, "one"), name=name), "int", origins=x.origins)


# iter and next --------------------------------------------------------------------------------------------------------


@builtin(builtins.iter, least=1, most=2)
def lower_iter(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) == 2:
        return library.call(c, texts.called_until, args, {}, node)
    x = protocols.iterator_of(c, c.present(args[0], node), node)
    if isinstance(x, (Iterator, Stream, Generator)) or (isinstance(x, Instance) and protocols.special(c, x, "__next__", node) is not None):
        return x
    if isinstance(x, Array) and not x.rank:
        return never(c, node, TypeError, "iteration over a 0-d array")
    if isinstance(x, Scalar):
        return never(c, node, TypeError, f"'{type_name(x)}' object is not iterable")
    raise_lacking(c, node, x, ("__iter__", "__getitem__"), "is not iterable")
    if isinstance(x, (Known, Counted, Numbers)):  # zip and its kind are their own iterators; a view is not
        return iterator_over(c, x) if x.used is None else x
    return iterator_over(c, Tuple(tuple(value_of_key(c, key) for key in x.entries)) if isinstance(x, Dict) else x)


@builtin(builtins.next, least=1, most=2)
def lower_next(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """The next item, or the default, or StopIteration."""
    x = c.present(args[0], node)
    if isinstance(x, Instance) and protocols.special(c, x, "__next__", node) is not None:
        return c.call(c.attribute(x, "__next__", node), [], {}, node) if len(args) == 1 else library.call(c, texts.next_or, args, {}, node)
    if not isinstance(x, (Iterator, Stream, Generator, Known, Counted, Numbers)) or getattr(x, "used", FALSE) is None:
        return never(c, node, TypeError, f"'{type_name(x)}' object is not an iterator")
    hidden = c.fresh("next")
    found = c.fresh("found")
    c.env[found] = FALSE
    outer = c.env[BROKE]

    def turn(item: Abstract) -> None:
        c.env[hidden], c.env[found], c.env[BROKE] = item, TRUE, TRUE

    mine = frozenset([hidden, found])
    go_over(c, next_of(c, x, node), Body(node, turn, mine, frozenset([found]), mine, may_leave=True))
    c.env[BROKE] = outer
    known = c.env.pop(found)
    item = c.env.pop(hidden, NONE)
    item = item.value if isinstance(item, Maybe) and item.absent == "unbound" else item
    assert isinstance(known, Scalar)
    if known.is_static:
        if known.static:
            return item
        return args[1] if len(args) == 2 else never(c, node, StopIteration, "")
    if len(args) == 1:
        c.check(known.value, StopIteration, "")
        return item
    value = branch(c, known.value, lambda: item, lambda: args[1], None, node)
    assert value is not None
    return value


def next_of(c: Frame, x: Abstract, node: ast.AST) -> Iterable:
    """What gives the next item of an iterator, which stands behind it from then on."""
    used = None if isinstance(x, Iterator) else getattr(x, "used", None)
    if used is None:
        return iterable(c, x, node)
    iterables.not_used(c, used, node)
    at = taken_before(used) or c.integer(0)
    if not isinstance(x, (Stream, Generator)) or not at.is_static or at.static:
        found = behind(c, x, at, node)
    else:
        found = begun(c, x if isinstance(x, Stream) else opened(c, x, node))
    stepped(c, used, c.integer(at.static + 1) if at.is_static else Scalar(c.b.op("add", at.value, c.b.i64(1), name="taken"), "int"))
    return found
