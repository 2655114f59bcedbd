"""The methods of lists, of known length and built at run time, and `del`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import I64
from .. import arity, run_lists
from ..frame import Frame
from ..naming import type_name
from ..numpy.slices import view_numbers
from ..objects import List, RunTuple, sequence_items
from ..outside import changeable, changing_numbers, never
from ..values import NONE, Abstract, Buffer, Range, RunList, Scalar, Slice, Static, Tuple
from . import containers
from .combining import equal_items, position
from .containers import append, element_of, length, made_at, scalar
from .indices import as_index, known_slice
from .iterables import number_at
from .iteration import counted, iterable
from .messages import template
from .spread import accumulated, collected, extend, for_each

ARGUMENTS = {
    "append": (1, 1),
    "extend": (1, 1),
    "copy": (0, 0),
    "clear": (0, 0),
    "pop": (0, 1),
    "insert": (2, 2),
    "remove": (1, 1),
    "index": (1, 3),
    "count": (1, 1),
    "reverse": (0, 0),
    "sort": (0, 0),
}
"""How many arguments each method takes."""


METHODS: dict[str, Callable[[Frame, ast.AST, List | RunList, dict[str, Abstract]], None]] = {}
"""Methods that are lowered elsewhere: `sort` in `python/sorting.py`."""


def call(c: Frame, x: List | RunList | Buffer, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.name(…)`."""
    if name not in ARGUMENTS or (isinstance(x, RunTuple) and not hasattr((), name)):
        return never(c, node, AttributeError, f"'{type_name(x)}' object has no attribute '{name}'")
    least, most = ARGUMENTS[name]
    if not least <= len(args) <= most or (kwargs and name != "sort"):
        said = arity.heard(getattr([], name), len(args), kwargs) or f"list.{name}() is not called like this"
        c.raises(node, TypeError, said, "call it with the arguments of its signature")
    if isinstance(x, Buffer) and name not in ("copy", "index", "count"):
        raise changing_numbers(c, x, node)
    if name == "append":
        containers.append(c, node, x, args[0])
    elif name == "extend":
        extend(c, node, x, c.present(c.realised(args[0]), node))
    elif name == "copy":
        return c.call(Static(list), [x], {}, node)
    elif name == "sort":
        assert not isinstance(x, Buffer)
        METHODS[name](c, node, x, kwargs)
    elif name == "index":
        return index_of(c, node, x, args)
    elif name == "count":
        return count_of(c, node, x, args[0])
    elif isinstance(x, List):
        return known_list(c, x, name, args, node)
    else:
        assert isinstance(x, RunList)
        return run_list(c, x, name, args, node)
    return NONE


def known_list(c: Frame, x: List, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """The methods that change a list of known length."""
    changeable(c, x, node)
    items = list(x.items)
    if name == "pop":
        if not items:
            return never(c, node, IndexError, "pop from empty list")
        k = known_place(c, x, as_index(c, args[0], node), "the index of pop", node) if args else -1
        if not -len(items) <= k < len(items):
            return never(c, node, IndexError, "pop index out of range")
        value = items.pop(k)
        x.contents = tuple(items)
        return value
    if name == "insert":
        items.insert(known_place(c, x, as_index(c, args[0], node), "the index of insert", node, args[1]), args[1])
    elif name == "remove":
        found = [equal_items(c, node, item, args[0]) for item in items]
        k = next((k for k, same in enumerate(found) if not (isinstance(same, Scalar) and same.static is False)), len(items))
        if k == len(items):
            return never(c, node, ValueError, "list.remove(x): x not in list")
        known_place(c, x, found[k], "which item is removed", node)
        del items[k]
    elif name == "reverse":
        items.reverse()
    else:
        items.clear()
    x.contents = tuple(items)
    return NONE


def known_place(c: Frame, x: List, at: Abstract, what: str, node: ast.AST, item: Abstract | None = None) -> int:
    """A place in a list of known length, which is to hold `item`. Where it is known only at run time, the list is made anew as one that
    is built at run time."""
    unknown = isinstance(at, Scalar) and not at.is_static and not at.origins
    if unknown and x.site is not None and (x.items or item is not None):
        raise containers.run_list(c, x, node, item)
    return int(c.static(at, what, node))


def run_list(c: Frame, x: RunList, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """The methods that change a list built at run time."""
    if name == "reverse":
        reverse(c, x)
        return NONE
    if name == "insert":
        insert(c, node, x, args[0], args[1])
        return NONE
    if x.length is None:
        raise run_lists.ShrinksAtRunTime
    if name == "pop":
        return shorten(c, x, args, node)
    if name == "clear":
        run_lists.resize(c.b, x, c.b.i64(0))
        return NONE
    at = position(c, node, x, args[0])
    c.check(c.b.op("lt", at, run_lists.count(c.b, x), name="found"), ValueError, "list.remove(x): x not in list")
    run_lists.pop(c, x, at)
    return NONE


def shorten(c: Frame, x: RunList, args: list[Abstract], node: ast.AST) -> Abstract:
    """`x.pop()` and `x.pop(k)` of a list built at run time."""
    run_lists.check_any(c, x, node)
    at = None
    if args and not (isinstance(args[0], Scalar) and args[0].is_static and args[0].static == -1):
        at = checked_position(c, as_index(c, args[0], node), run_lists.count(c.b, x), "pop")
    return run_lists.pop(c, x, at)


def insert(c: Frame, node: ast.AST, x: RunList, at: Abstract, item: Abstract) -> None:
    """`x.insert(at, item)`: everything from there on moves up by one."""
    b, n = c.b, run_lists.count(c.b, x)
    k = as_index(c, at, node).value
    from_end = b.op("add", k, n)
    zero = b.i64(0)
    place = b.op("select", b.op("lt", k, zero), b.op("maximum", from_end, zero), b.op("minimum", k, n), name="place")
    leaves = containers.fitted(c, node, x, item)
    run_lists.push(b, x, leaves)
    run_lists.shift_up(b, x, place, n)
    for items, leaf in zip(x.lists, leaves, strict=True):
        b.do("list_set", items, leaf, place)


def reverse(c: Frame, x: RunList) -> None:
    """`x.reverse()`: the items change places from both ends."""
    b, n = c.b, run_lists.count(c.b, x)
    last = b.op("sub", n, b.i64(1), name="last")

    def swap(inner: object, k: Value) -> tuple[Value, ...]:
        assert isinstance(inner, Builder)
        other = inner.op("sub", last, k)
        for items in x.lists:
            low, high = inner.op("list_get", items, k), inner.op("list_get", items, other)
            inner.do("list_set", items, high, k)
            inner.do("list_set", items, low, other)
        return ()

    b.for_(b.i64(0), b.op("floordiv", n, b.i64(2), name="half"), b.i64(1), (), swap, "k")


# Searching ------------------------------------------------------------------------------------------------------------


def places_from(c: Frame, bounds: list[Abstract], n: int, node: ast.AST) -> range:
    """The places that `x.index(item, start, stop)` looks at."""
    message = "slice indices must be integers or have an __index__ method"
    known = [int(c.static(as_index(c, at, node, message), "where index() looks", node)) for at in bounds]
    return range(*slice(known[0] if known else 0, known[1] if len(known) > 1 else None).indices(n))


def index_of(c: Frame, node: ast.AST, x: Tuple | List | RunList | Buffer, args: list[Abstract]) -> Abstract:
    """`x.index(item)`."""
    if len(args) > 1 and not isinstance(x, (Tuple, List)):
        c.refuse(node, "index() from a place on is not supported in a list whose length is not known", "slice the list")
    if isinstance(x, (Tuple, List)):
        looked_at = places_from(c, args[1:], len(x.items), node)
        found = [equal_items(c, node, item, args[0]) if k in looked_at else c.constant(False) for k, item in enumerate(x.items)]
        if all(isinstance(same, Scalar) and same.is_static for same in found):
            places = [k for k, same in enumerate(found) if same.static]  # type: ignore[attr-defined]
            if places:
                return c.integer(places[0])
        at = c.b.i64(len(found))
        for k, same in reversed(list(enumerate(found))):
            assert isinstance(same, Scalar)
            at = c.b.op("select", same.value, c.b.i64(k), at, name="place")
        count = c.b.i64(len(found))
    else:
        at, count = position(c, node, x, args[0]), containers.length(c, x, node).value
    values: list[Value] = []
    text = "tuple.index(x): x not in tuple"
    if not isinstance(x, (Tuple, RunTuple)):
        text = template(c, args[0], values, node, "!r") + " is not in list"
    c.check(c.b.op("lt", at, count, name="found"), ValueError, text, *values)
    return Scalar(at, "int")


def count_of(c: Frame, node: ast.AST, x: Tuple | List | RunList | Buffer, item: Abstract) -> Abstract:
    """`x.count(item)`."""

    def step(total: Abstract, other: Abstract) -> Abstract:
        return c.binary(node, "+", total, equal_items(c, node, other, item))

    return accumulated(c, node, x, c.constant(0), step, "count")


# del and slices -------------------------------------------------------------------------------------------------------


def set_slice(c: Frame, node: ast.AST, x: RunList, at: Slice, value: Abstract) -> None:
    """`x[a:b] = value`: what stood there goes, and the new items, which may be computed from it, come where it stood."""
    if x.length is None:
        raise run_lists.ShrinksAtRunTime
    if sequence_items(value) is None:
        value = collected(c, node, x.element, value)
    letter, numbers = view_numbers(c, node, at, run_lists.count(c.b, x))
    if letter == "s":
        c.refuse(node, "assigning to a list built at run time by a step is not supported", "assign item by item, or use an array")
    start, count = (c.b.i64(0), run_lists.count(c.b, x)) if letter == "a" else (numbers[0], numbers[1])
    tail = sliced(c, node, x, Slice(Scalar(c.b.op("add", start, count, name="end"), "int"), NONE, NONE))
    run_lists.resize(c.b, x, start)
    extend(c, node, x, value)
    extend(c, node, x, tail)


def delete(c: Frame, node: ast.AST, x: List | RunList | Buffer, at: Abstract) -> None:
    """`del x[at]`."""
    if isinstance(x, RunTuple):
        never(c, node, TypeError, "'tuple' object doesn't support item deletion")
    if isinstance(x, Buffer):
        raise changing_numbers(c, x, node)
    if isinstance(x, List):
        changeable(c, x, node)
        items = list(x.items)
        if isinstance(at, Slice):
            del items[known_slice(c, at, "a bound of a slice of a list", node)]
        else:
            at = as_index(c, at, node, "list indices must be integers or slices, not {}")
            k = known_place(c, x, at, "the index of an item that is deleted", node)
            if not -len(items) <= k < len(items):
                never(c, node, IndexError, "list assignment index out of range")
            del items[k]
        x.contents = tuple(items)
        return
    if x.length is None:
        raise run_lists.ShrinksAtRunTime
    n = run_lists.count(c.b, x)
    if isinstance(at, Slice):
        letter, numbers = view_numbers(c, node, at, n)
        if letter == "s":
            c.refuse(node, "deleting items of a list built at run time by a step is not supported", "make a new list")
        start, count = (c.b.i64(0), n) if letter == "a" else (numbers[0], numbers[1])
        run_lists.cut(c.b, x, start, count)
        return
    place = as_index(c, at, node, "list indices must be integers or slices, not {}")
    run_lists.cut(c.b, x, checked_position(c, place, n, "list", "assignment "), c.b.i64(1))


def checked_position(c: Frame, at: Scalar, n: Value, what: str, doing: str = "") -> Value:
    """A run-time index, checked with the message of Python's sequences, and wrapped if negative."""
    b = c.b
    i = c.as_type(at, I64)
    inside = b.op("and", b.op("ge", i, b.op("neg", n)), b.op("lt", i, n), name="inside")
    c.check(inside, IndexError, f"{what} {doing}index out of range")
    return b.op("index", i, n, checked=False, axis=0, name=i.name)


def sliced(c: Frame, node: ast.AST, x: RunList | Buffer | Range, at: Slice) -> Abstract:
    """A slice of a run-time list: a new list; of a range: a range."""
    n = length(c, x, node).value
    letter, numbers = view_numbers(c, node, at, n)
    start, count, step = {"a": (c.b.i64(0), n, c.b.i64(1)), "u": (*numbers, c.b.i64(1)), "s": numbers}[letter]
    if isinstance(x, Range):
        first, each = number_at(c, x, start), c.b.op("mul", x.step.value, step, name="step")
        end = c.b.op("add", first.value, c.b.op("mul", count, each, name="offset"), name="stop")
        return Range(first, Scalar(end, "int"), Scalar(each, "int"))
    made = made_at(c, node, element_of(c, x, node))
    several: Any = counted(c, iterable(c, x, node))

    def one(k: Abstract) -> None:
        position = c.b.op("add", start, c.b.op("mul", scalar(k).value, step, name="offset"), name="position")
        append(c, node, made, several.item(position))

    for_each(c, node, Range(c.integer(0), Scalar(count, "int"), c.integer(1)), one)
    return run_lists.as_tuple(made) if isinstance(x, RunTuple) else made
