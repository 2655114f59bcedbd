"""sorted and list.sort: stable, by the items themselves or by their keys.

An order that is known before the function runs costs nothing. Else the keys are sorted as arrays, and the items gathered. Numbers
that are equal are a kink (docs/kinks.md); with a key, the first of equal ones stays first, as an `if` would have it.
"""

from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Sequence

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import BOOL, I64
from .. import run_lists
from ..converting import converted
from ..frame import Frame
from ..numpy.conversion import array
from ..numpy.extremes import in_order
from ..objects import List, Set, Table
from ..outside import changeable, never
from ..python import containers, lists
from ..python.comparisons import compare
from ..python.hashing import in_any_order
from ..python.iterables import Counted, Known
from ..python.iteration import counted, iterable
from ..python.spread import for_each
from ..text.comprehension import realised
from ..values import NONE, Abstract, Array, Iterator, Range, RunList, Scalar, Tuple, is_none
from .extremes import keyed
from .registry import TABLE, builtin


class Unknown(Exception):
    """Which of two items is smaller is known only when the program runs."""


@builtin(builtins.sorted, least=1, options=("key", "reverse"))
def lower_sorted(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if isinstance(x, Iterator):
        x = TABLE[list](c, node, [x], {})
    if isinstance(x, Set) and is_none(kwargs.get("key", NONE)):
        x = Tuple(in_any_order(c, x))
    if isinstance(x, Table) and not x.keyed and is_none(kwargs.get("key", NONE)):
        x = x.items
    items = counted(c, iterable(c, realised(c, x), node))
    if isinstance(items, Known):
        return containers.new_list(c, sorted_items(c, node, items.current(), kwargs), node)
    return in_run_time_order(c, node, listed(c, node, items), kwargs)


def sort_in_place(c: Frame, node: ast.AST, x: List | RunList, kwargs: dict[str, Abstract]) -> None:
    """`x.sort(key=…, reverse=…)`."""
    for name in kwargs:
        if name not in ("key", "reverse"):
            never(c, node, TypeError, f"sort() got an unexpected keyword argument '{name}'")
    if isinstance(x, List):
        changeable(c, x, node)
        x.contents = sorted_items(c, node, x.items, kwargs)
        return
    made = in_run_time_order(c, node, x, kwargs)

    def put(k: Abstract) -> None:
        place = containers.scalar(k).value
        for old, new in zip(x.lists, made.lists, strict=True):
            c.b.do("list_set", old, c.b.op("list_get", new, place, name="item"), place)

    for_each(c, node, containers.numbers_to(c, run_lists.count(c.b, x)), put)


lists.METHODS["sort"] = sort_in_place


def options(c: Frame, node: ast.AST, kwargs: dict[str, Abstract]) -> tuple[Abstract | None, bool]:
    """The key and whether the order is reversed."""
    key = kwargs.get("key")
    backwards = bool(c.static(kwargs["reverse"], "the option 'reverse'", node)) if "reverse" in kwargs else False
    return (None if key is None or is_none(key) else key), backwards


# Known items ----------------------------------------------------------------------------------------------------------


def sorted_items(c: Frame, node: ast.AST, items: Sequence[Abstract], kwargs: dict[str, Abstract]) -> tuple[Abstract, ...]:
    """Known items in their order, which may be known or not."""
    key, backwards = options(c, node, kwargs)
    keys = [keyed(c, key, item, node) for item in items]
    before = c.mark()
    try:
        by_key = functools.cmp_to_key(lambda x, y: order_known(c, node, x, y))  # type: ignore[arg-type]
        return tuple(items[k] for k in sorted(range(len(items)), key=lambda k: by_key(keys[k]), reverse=backwards))
    except Unknown:
        c.roll_back(before)
    if key is None and all(isinstance(item, Scalar) for item in items):
        return sorted_numbers(c, node, [containers.scalar(item) for item in items], backwards)
    made, made_keys = gathered(c, node, items), gathered(c, node, keys)
    order = order_of(c, node, made_keys, backwards)
    return tuple(run_lists.item(c, made, c.b.op("load", order, c.b.i64(k), name="place")) for k in range(len(items)))


def order_known(c: Frame, node: ast.AST, x: Abstract, y: Abstract) -> int:
    """-1, 0 or 1 as x is smaller than y, neither, or larger."""
    for left, right, answer in ((x, y, -1), (y, x, 1)):
        smaller = compare(c, node, "<", left, right)
        if not isinstance(smaller, Scalar) or not smaller.is_static:
            raise Unknown
        if smaller.static:
            return answer
    return 0


def sorted_numbers(c: Frame, node: ast.AST, items: list[Scalar], backwards: bool) -> tuple[Abstract, ...]:
    """Numbers in their order: as many, of the kind of all."""
    pattern = functools.reduce(lambda a, b: containers.widened(a, b, c, node), items[1:], containers.widened(None, items[0], c, node))
    if not isinstance(pattern, Scalar) or len({x.type for x in items}) > 1:
        c.refuse(node, "sorting numbers of several types is not supported", "make all of them floats")
    line = array(c, node, Tuple(tuple(items)))
    rising = rising_order(c, node, line, backwards)
    return tuple(Scalar(c.b.op("load", rising, c.b.i64(k), name="item"), pattern.kind) for k in range(len(items)))


def gathered(c: Frame, node: ast.AST, items: Sequence[Abstract]) -> RunList:
    """Known items as a list built at run time, of one pattern."""
    element: Abstract | None = None
    for item in items:
        element = containers.widened(element, item, c, node)
    assert element is not None
    made = run_lists.empty(c, element)
    for item in items:
        run_lists.push(c.b, made, converted(c, item, element))
    return made


# Items counted at run time --------------------------------------------------------------------------------------------


def listed(c: Frame, node: ast.AST, items: Counted) -> RunList:
    """The items as a new list."""
    made = containers.made_at(c, node, items.item(c.b.i64(0)))
    places = containers.numbers_to(c, items.count)
    for_each(c, node, places, lambda k: containers.append(c, node, made, items.item(containers.scalar(k).value)))
    return made


def in_run_time_order(c: Frame, node: ast.AST, x: RunList, kwargs: dict[str, Abstract]) -> RunList:
    """A new list of the items of `x` in their order."""
    key, backwards = options(c, node, kwargs)
    made = run_lists.empty(c, x.element)
    n = run_lists.count(c.b, x)
    if key is None and isinstance(x.element, Scalar):
        rising = rising_order(c, node, array(c, node, x), backwards)

        def take(k: Abstract) -> None:
            run_lists.push(c.b, made, [c.b.op("load", rising, containers.scalar(k).value, name="item")])

    else:
        keys = x if key is None else keys_of(c, node, x, key)
        order = order_of(c, node, keys, backwards)

        def take(k: Abstract) -> None:
            place = c.b.op("load", order, containers.scalar(k).value, name="place")
            run_lists.push(c.b, made, [c.b.op("list_get", items, place, name="item") for items in x.lists])

    for_each(c, node, containers.numbers_to(c, n), take)
    return made


def keys_of(c: Frame, node: ast.AST, x: RunList, key: Abstract) -> RunList:
    """The key of each item, as a list."""
    site = (node, "keys")
    if site not in c.unit.dynamic:
        before = c.mark()
        c.unit.dynamic[site] = containers.widened(None, keyed(c, key, run_lists.item(c, x, c.b.i64(0)), node), c, node)
        c.roll_back(before)
    element = c.unit.dynamic[site]
    assert element is not None
    made = run_lists.empty(c, element)

    def add(k: Abstract) -> None:
        found = keyed(c, key, run_lists.item(c, x, containers.scalar(k).value), node)
        run_lists.push(c.b, made, containers.fitted(c, node, made, found))

    for_each(c, node, containers.numbers_to(c, run_lists.count(c.b, x)), add)
    return made


# Orders ---------------------------------------------------------------------------------------------------------------


def rising_order(c: Frame, node: ast.AST, line: Array, backwards: bool) -> Value:
    """The elements in their order; of equal ones a derivative is the mean of both sides."""
    comparable(c, node, line)
    b = c.b
    rising = in_order(c, line, b.op("argsort", plain(c, line), axis=0, kink=True), 0)
    return reversed_(c, rising) if backwards else rising


def order_of(c: Frame, node: ast.AST, keys: RunList, backwards: bool) -> Value:
    """The places of the items in their order: sorted by the last part of the keys first, and by the first part last.

    Backwards, equal ones keep their order too: they are sorted from the end, and then turned around.
    """
    b = c.b
    n = run_lists.count(b, keys)
    order = b.op("iota", n, name="order")
    if backwards:
        order = reversed_(c, order)
    parts, whole = parts_of(keys.element, list(keys.lists))
    if not parts and not whole:
        c.refuse(node, "only numbers and tuples of numbers can be sorted when the function runs", "sort by a key that is a number")
    lines = [array(c, node, RunList((part[1],), part[0], keys.length)) for part in parts]
    for line in reversed(lines):
        comparable(c, node, line)
        here = b.along(plain(c, line), order, 0)
        order = b.along(order, b.op("argsort", here, axis=0), 0)
    if not whole:
        differ(c, node, [b.along(line.value, order, 0) for line in lines], n)
    return reversed_(c, order) if backwards else order


def parts_of(element: Abstract, lists: list[Value]) -> tuple[list[tuple[Scalar, Value]], bool]:
    """The numbers that keys are made of, each with its list, in the order in which they are compared; and whether that is all of a key,
    or something else comes after them."""
    if isinstance(element, Scalar):
        return ([] if element.is_static else [(Scalar(element.value, element.kind), lists.pop(0))]), True
    parts: list[tuple[Scalar, Value]] = []
    for item in element.items if isinstance(element, Tuple) else ():
        more, whole = parts_of(item, lists)
        parts += more
        if not whole:
            return parts, False
    return parts, isinstance(element, Tuple)


def differ(c: Frame, node: ast.AST, lines: Sequence[Value], n: Value) -> None:
    """Refuse a run in which two keys have the same numbers before something that cannot be compared here; `lines` are in order."""
    b = c.b

    def check(k: Abstract) -> None:
        place = containers.scalar(k).value
        before = c.b.op("sub", place, c.b.i64(1), name="before")
        same = c.b.bool(True, "same")
        for line in lines:
            same = c.b.op("and", same, c.b.op("eq", c.b.op("load", line, place), c.b.op("load", line, before)), name="same")
        message = "two items start with the same numbers, and what follows them is not compared here\nsort by a key that is a number"
        c.check(c.b.op("not", same), NotSupported, message)

    for_each(c, node, Range(c.integer(1), Scalar(b.op("maximum", n, b.i64(1), name="end"), "int"), c.integer(1)), check)


def comparable(c: Frame, node: ast.AST, line: Array) -> None:
    """NaN is neither smaller nor larger than anything: where it ends up is nobody's rule."""
    if line.dtype.is_float:
        nan = c.b.op("any", c.b.op("isnan", line.value), axes=(0,), keepdims=False, name="nan")
        message = "sorting NaN is not supported: Python leaves it where it happens to be\nleave it out, or use np.sort"
        c.check(c.b.op("not", nan), NotSupported, message)


def plain(c: Frame, line: Array) -> Value:
    """The keys as an array that can be sorted."""
    return c.cast(line.value, I64) if line.dtype == BOOL else line.value


def reversed_(c: Frame, line: Value) -> Value:
    """The elements from the last to the first."""
    b = c.b
    n = b.op("dim", line, axis=0)
    last = b.op("sub", n, b.i64(1), name="last")
    return b.along(line, b.op("sub", last, b.op("iota", n, name="k"), name="backwards"), 0)
