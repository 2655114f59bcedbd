"""What a `for` goes over: its length, and its item at a position."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...errors import NotSupported
from ...ir.program import Value
from .. import run_lists
from ..frame import Frame
from ..naming import an, type_name
from ..numpy.lengths import known_number
from ..objects import Cell, Dict, List, Set, Table
from ..outside import never
from ..values import Abstract, Array, Buffer, Complex, Deque, Iterator, OneOf, Range, RunList, Scalar, Static, Tuple
from . import protocols
from .begun import opened, resumed, taken_before
from .classes import raise_lacking, refuse_foreign
from .containers import run_list
from .hashing import in_order, value_of_key
from .iterables import (
    END,
    TAKEN,
    Counted,
    Generator,
    Iterable,
    Known,
    Numbers,
    Stream,
    length,
    not_used,
    number_at,
    range_length,
    unused,
    use,
)
from .messages import refuse_reading

FEW = 16
"""A comprehension over up to so many items, of which it is known how many they are, is a list of known length."""


def iterable(c: Frame, x: Abstract, node: ast.AST) -> Iterable:
    """`x` as something to loop over."""
    x = protocols.iterated(c, c.present(x, node), node)
    at = taken_before(getattr(x, "used", None))
    if at is not None:
        return rest(c, x, at, node)
    if isinstance(x, (Known, Counted, Numbers, Stream)):
        use(c, x.used, node)
        return x
    if isinstance(x, Deque):
        return iterable(c, x.items, node)
    if isinstance(x, Iterator):
        return onwards(c, x, node)
    if isinstance(x, Generator):
        return iterable(c, replace(c.opened(replace(x, used=unused(c))), used=x.used), node)
    if isinstance(x, Range):
        return Numbers(x)
    if isinstance(x, List):
        return over_list(c, x, node)
    if isinstance(x, Tuple):
        return Known(x.items)
    if isinstance(x, Dict):
        return over_dict(c, x, lambda k, v: value_of_key(c, k), node)
    if isinstance(x, Array):
        return over_array(c, x, node)
    if isinstance(x, Complex):
        return over_complex(c, x, node)
    if isinstance(x, RunList):
        return Counted(run_lists.count(c.b, x), lambda k: run_lists.item(c, x, k), lambda: run_lists.count(c.b, x))
    if isinstance(x, Buffer):
        return Counted(c.b.op("dim", x.value, axis=0, name="length"), lambda k: row_of(c, x, k))
    if isinstance(x, Static) and isinstance(x.value, (str, bytes, frozenset)):
        return Known(tuple(c.constant(item) for item in x.value))
    if isinstance(x, Set):
        return Known(in_order(c, x, node))
    if isinstance(x, Table):
        return over_table(c, x, "keys", node)
    refuse_reading(c, node, x)
    if isinstance(x, Static) and isinstance(x.value, type) and issubclass(x.value, enum.Enum):
        return Known(tuple(Static(member, str(member)) for member in x.value))
    if isinstance(x, OneOf):
        reason = f"what this goes over is {an(type_name(x))}, depending on the path taken, which is supported in a `for` statement alone"
        c.refuse(node, reason, "write the loop, or make a list of it on every path")
    raise_lacking(c, node, x, ("__iter__", "__getitem__"), "is not iterable")
    refuse_foreign(c, node, "a loop over", x)
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


def rest(c: Frame, x: Any, at: Scalar, node: ast.AST) -> Iterable:
    """What is left of an iterator of which items were taken."""
    not_used(c, x.used, node)
    found = behind(c, x, at, node)
    x.used.contents = Tuple((TAKEN, at))
    return replace(found, used=x.used)


def behind(c: Frame, x: Any, at: Scalar, node: ast.AST) -> Iterable:
    """What stands behind the first `at` items of an iterator."""
    if at.is_static and at.static >= END:
        return Known(())
    if isinstance(x, Stream):
        return resumed(c, x, at, node)
    if isinstance(x, Generator):
        return resumed(c, opened(c, x, node), at, node)
    if not at.is_static:  # it may be behind the last
        at = Scalar(c.b.op("minimum", at.value, length(c, x).value, name="taken"), "int")
    elif isinstance(x, Known):
        at = c.integer(min(at.static, len(x.items)))
    return onwards(c, Iterator(replace(x, used=None), Cell(c.store, "next", at)), node)


ADVANCED = "an iterator that is advanced from two places at a time is not supported", "make a list of it first"


def onwards(c: Frame, x: Iterator, node: ast.AST) -> Iterable:
    """What an iterator still gives; it stands behind each item that was taken."""
    items, at = iterable(c, x.items, node), x.position.contents
    if not isinstance(at, Scalar):
        c.refuse(node, *ADVANCED)
    if isinstance(items, Known) and at.is_static:
        first = at.static

        def stands() -> int:
            place = x.position.contents
            if not isinstance(place, Scalar) or not place.is_static:
                c.refuse(node, *ADVANCED)
            return int(place.static - first)

        def now(k: int) -> Abstract:
            if stands() > k:
                c.refuse(node, *ADVANCED)
            x.position.contents = c.integer(first + k + 1)
            return items.item(first + k)

        return Known(items.items[first:], now, once=True, stands=stands)
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

        return c.get_item(node, Tuple(several.current()), Scalar(place, "int"))

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


def over_table(c: Frame, x: Table, part: str, node: ast.AST) -> Counted:
    """The keys, values or items of a dict whose keys are known only at run time: RuntimeError where keys come or go under the loop."""
    if not x.keyed:
        c.refuse(node, "the order of the numbers in a set depends on how it was made, which is not known here", "use sorted(…), or a list")
    held = x.items if part == "items" else (run_lists.keys if part == "keys" else run_lists.values)(c, x)
    start = run_lists.count(c.b, x.items)

    def item(k: Value) -> Abstract:
        c.at(node)
        same = c.b.op("eq", run_lists.count(c.b, x.items), start, name="same")
        c.check(same, RuntimeError, "dictionary changed size during iteration")
        return run_lists.item(c, held, k)

    def live() -> Value:
        now = run_lists.count(c.b, x.items)
        return c.b.op("select", c.b.op("eq", now, start), start, c.b.i64(END), name="length")

    return Counted(start, item, live)


def over_array(c: Frame, x: Array, node: ast.AST) -> Counted:
    """The rows of an array; its elements if it has rank 1."""
    if x.rank == 0:
        c.refuse(node, "iteration over a 0-d array", "use the value itself")

    def item(k: Value) -> Abstract:
        if x.rank == 1:
            return Scalar(c.b.op("load", x.value, k, name=f"{x.value.name}_k"), "numpy")
        return Array(c.b.op("view", x.value, k, axes="i" + "a" * (x.rank - 1), name=f"{x.value.name}_k"))

    return Counted(c.b.op("dim", x.value, axis=0, name=f"{x.value.name}_dim0"), item)


def over_complex(c: Frame, x: Complex, node: ast.AST) -> Iterable:
    """The rows of a complex array."""
    if not isinstance(x.real, Array) or not isinstance(x.imag, Array):
        never(c, node, TypeError, f"'{type_name(x)}' object is not iterable")
        raise AssertionError
    real, imag = over_array(c, x.real, node), over_array(c, x.imag, node)
    return Counted(real.count, lambda k: Complex(real.item(k), imag.item(k)))  # type: ignore[arg-type]


def known_count(c: Frame, x: Iterable) -> int | None:
    """How many items there are, where that is known though they are counted, as those of an array of known shape."""
    if not isinstance(x, Counted) or x.live is not None or x.endless:
        return None
    return known_number(c, x.count)


def known_items(c: Frame, x: Counted, n: int) -> Known:
    """The items one by one, each computed when its turn comes."""
    return Known(tuple(x.item(c.b.i64(k)) for k in range(n)), lambda k: x.item(c.b.i64(k)))


def one_by_one(c: Frame, x: Iterable) -> Iterable:
    """Counted items of which it is known how many there are, and that they are few, one by one; anything else as it is."""
    count = known_count(c, x)
    return known_items(c, x, count) if isinstance(x, Counted) and count is not None and count <= FEW else x


def counted(c: Frame, x: Iterable) -> Counted | Known:
    """`x` as items found by their position: a range counts them, a stream is made a list."""
    if isinstance(x, Stream):
        return counted(c, iterable(c, c.taken(x), x.node))
    if not isinstance(x, Numbers):
        return x
    r = x.range
    return Counted(range_length(c, r).value, lambda k: number_at(c, r, k))
