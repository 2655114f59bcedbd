"""Tuples, lists, dicts and dataclass instances: items read, written, appended, combined."""

from __future__ import annotations

import ast
import enum
import types
from collections.abc import Iterable
from typing import Any

from ..ir.program import Value
from ..ir.types import BOOL, I64, ArrayType
from ..structure import MAX_LEAVES
from . import protocols, run_lists
from .branches import branch
from .classes import raise_lacking
from .frame import Frame
from .join import GrowsAtRunTime, Join, Unjoinable, converted, generalised
from .messages import refuse_reading
from .naming import public
from .outside import Captured, ChangesOutside, never
from .patterns import key, objects
from .reach import Restart
from .values import (
    Abstract,
    Array,
    Buffer,
    Deque,
    Dict,
    Instance,
    List,
    Mutable,
    OneOf,
    Range,
    RunList,
    Scalar,
    Set,
    Slice,
    Static,
    Tuple,
    an,
    is_none,
    sequence_items,
    type_name,
)

SELECTED = 16
"""A container of up to so many items may be indexed by a run-time number, by comparing it with each position."""


def changeable(c: Frame, x: Mutable, node: ast.AST) -> None:
    """Refuse to change an object that must stay as it is."""
    if isinstance(x.frozen, Captured):
        raise ChangesOutside(x.frozen.key)
    if x.frozen:
        c.refuse(node, f"this {type_name(x)} must not be changed: {x.frozen}", "copy it first, or return a new one")


# Making ---------------------------------------------------------------------------------------------------------------


def new_list(c: Frame, items: Iterable[Abstract], node: ast.AST) -> Abstract:
    """A list made at `node`: of static length, unless it is known to grow at run time."""
    items = tuple(items)
    site = (node, c.definition.node)
    if site not in c.unit.dynamic:
        return List(c.store, items, site=site)
    element = c.unit.dynamic[site]
    for item in items:
        element = widened(element, item, c, node)
    if element is None:
        c.refuse(node, "what this list holds can't be told", "append to it, or use np.zeros")
    made = made_at(c, node, element)
    for item in items:
        append(c, node, made, item)
    return made


def made_at(c: Frame, node: ast.AST, element: Abstract) -> RunList:
    """An empty run-time list made at `node`, for elements of this pattern and of what an earlier attempt found."""
    site = (node, c.definition.node)
    known = c.unit.dynamic.get(site)
    element = c.unit.dynamic[site] = generalised(element) if known is None else widened(known, element, c, node)
    return run_lists.empty(c, element)


def widened(element: Abstract | None, item: Abstract, c: Frame, node: ast.AST) -> Abstract:
    """The pattern that holds `item` and what the list held so far."""
    if element is None:
        return strong(generalised(item))
    try:
        return strong(generalised(Join()(element, item)))
    except Unjoinable as problem:
        c.refuse(node, f"a list built at run time would hold {problem}", "keep one type in it")


def strong(x: Abstract) -> Abstract:
    """An element that is NumPy's or Python's is NumPy's: run-time lists don't tell."""
    if isinstance(x, Scalar):
        return Scalar(x.value, x.kind)
    return Tuple(tuple(map(strong, x.items)), x.type) if isinstance(x, Tuple) else x


def run_list(c: Frame, x: List, node: ast.AST, extra: Abstract | None = None) -> GrowsAtRunTime:
    """The request to make this list a run-time list from the start."""
    if x.site is None:
        c.refuse(node, "this list would have to change at run time, and its length is part of the program", "use an array")
    element: Abstract | None = None
    for item in (*x.items, *([extra] if extra is not None else [])):
        element = widened(element, item, c, node)
    return GrowsAtRunTime(x.site, element)


def append(c: Frame, node: ast.AST, x: Abstract, item: Abstract) -> None:
    if isinstance(x, List):
        changeable(c, x, node)
        if len(x.items) >= MAX_LEAVES:
            c.refuse(node, f"a list of more than {MAX_LEAVES} items that is not built in a run-time loop", "use an array")
        x.contents = (*x.items, item)
        return
    assert isinstance(x, RunList)
    run_lists.push(c.b, x, fitted(c, node, x, item))


def fitted(c: Frame, node: ast.AST, x: RunList, item: Abstract) -> list[Value]:
    """The leaves of `item` as an element of `x`; where it does not fit, the list is made again with wider elements."""
    wider = widened(x.element, item, c, node)
    for held in objects([item]):
        held.frozen = held.frozen or "it stands in a list built at run time"
    if key([wider]) != key([x.element]):
        raise WidensAtRunTime(x.element, wider)
    return converted(c, item, x.element)


class WidensAtRunTime(Restart):
    """The elements of a run-time list need a wider pattern than the one it was made with."""

    def __init__(self, element: Abstract, wider: Abstract) -> None:
        self.element = element
        self.wider = wider


def extend(c: Frame, node: ast.AST, x: Abstract, more: Abstract) -> None:
    """`x += more`, `x.extend(more)`."""
    items = sequence_items(more)
    if items is not None:
        for item in items:
            append(c, node, x, item)
        return
    if isinstance(x, List):
        raise run_list(c, x, node, element_of(c, more, node))
    for_each(c, node, more, lambda item: append(c, node, x, item))


def element_of(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """The pattern of one item of something of run-time length."""
    if isinstance(x, RunList):
        return x.element
    if isinstance(x, Buffer):
        return row_pattern(x)
    if isinstance(x, Range):
        return Scalar(Value("item", I64), "int")
    if isinstance(x, Array) and x.rank == 1:
        return Scalar(Value("item", x.dtype), "numpy")
    if isinstance(x, Array) and x.rank > 1:
        from ..ir.types import ArrayType

        return Array(Value("item", ArrayType(x.dtype, x.rank - 1, x.type.contiguous)))
    c.refuse(node, f"the items of {an(type_name(x))} cannot be collected here", "use a list or an array")


def row_pattern(x: Buffer) -> Abstract:
    """The pattern of an item of a list that is passed as one array."""
    assert isinstance(x.value.type, ArrayType)
    number = Scalar(Value("item", x.value.type.dtype), x.kind)
    if x.rows is None:
        return number
    if x.rows.type is tuple:
        return Tuple((number,) * x.rows.width)
    row = Value("item", ArrayType(x.value.type.dtype, x.value.type.rank - 1, x.value.type.contiguous))
    return Buffer(row, x.kind) if x.rows.type is list else Array(row)


def for_each(c: Frame, node: ast.AST, x: Abstract, run: Any) -> None:
    """Run something for each item of a thing of run-time length; it carries nothing but what it writes."""
    from .iteration import iterable
    from .loops import Body, go_over

    nothing: frozenset[str] = frozenset()
    go_over(c, iterable(c, x, node), Body(node, run, nothing, nothing, nothing))


def numbers_to(c: Frame, n: Value) -> Range:
    """range(n)."""
    return Range(c.integer(0), Scalar(n, "int"), c.integer(1))


# Lengths and all items ------------------------------------------------------------------------------------------------


def length(c: Frame, x: Abstract, node: ast.AST) -> Scalar:
    """len(x)."""
    b = c.b
    if isinstance(x, Deque):
        return length(c, x.items, node)
    if isinstance(x, (Tuple, List)):
        return c.integer(len(x.items))
    if isinstance(x, Static) and isinstance(x.value, enum.EnumMeta):
        return c.integer(len(x.value))
    if isinstance(x, Dict):
        return c.integer(len(x.entries))
    if isinstance(x, Set):
        return c.integer(len(x.members) + len(x.objects))
    if isinstance(x, RunList):
        return Scalar(run_lists.count(b, x), "int")
    if isinstance(x, Buffer) or (isinstance(x, Array) and x.rank):
        return Scalar(b.op("dim", x.value, axis=0, name=f"{x.value.name}_dim0"), "int")
    if isinstance(x, Range):
        from .iteration import range_length

        return range_length(c, x)
    if isinstance(x, Static) and isinstance(x.value, (str, bytes, frozenset)):
        return c.integer(len(x.value))
    from .iteration import Counted, Known
    from .iteration import length as iterable_length

    if isinstance(x, (Known, Counted)):
        return iterable_length(c, x)
    if isinstance(x, Array):
        never(c, node, TypeError, "len() of unsized object")
    refuse_reading(c, node, x)
    never(c, node, TypeError, f"object of type '{type_name(x)}' has no len()")
    raise AssertionError


def all_items(c: Frame, x: Abstract, node: ast.AST) -> tuple[Abstract, ...]:
    """The items of something whose length is known at lowering."""
    from .iteration import Known, Numbers, Stream, counted, is_static_range, iterable, known_range

    found = iterable(c, x, node)
    if isinstance(found, Known):
        return found.current()
    if isinstance(found, Numbers):
        for part in (found.range.start, found.range.stop, found.range.step):
            c.static(part, "the length of what is spread out", node)
        if is_static_range(found.range):
            return known_range(c, found.range)
    if isinstance(found, Stream):
        several = counted(c, found)
        if isinstance(several, Known):
            return several.current()
    c.refuse(node, "the number of items must be known before the function runs", "index it, or loop over it")


def unpacked_items(c: Frame, x: Abstract, n: int, starred: int | None, node: ast.AST) -> tuple[Abstract, ...]:
    """What `x` gives to `n` targets, of which the one at `starred` takes what is left, with CPython's errors where the number is wrong."""
    from .iteration import Counted, Known, counted, iterable

    x = protocols.iterated(c, x, node)
    if isinstance(x, (Scalar, Instance)):
        never(c, node, TypeError, f"cannot unpack non-iterable {type_name(x)} object")
    found = iterable(c, x, node)
    if isinstance(found, Known):
        items = found.current()
    elif isinstance(x, Range) and not isinstance(found, Counted) and all(p.is_static for p in (x.start, x.stop, x.step)):
        items = all_items(c, x, node)
    else:
        several = counted(c, found)
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


# Items ----------------------------------------------------------------------------------------------------------------


def get_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract) -> Abstract:
    """`x[at]`."""
    if isinstance(at, OneOf) or isinstance(x, OneOf):
        return of_option(c, node, x, at)
    if isinstance(x, Deque):
        return get_item(c, node, x.items, at)
    if isinstance(x, Array):
        from . import indexing

        return indexing.read(c, node, x, at)
    if isinstance(x, Dict):
        from . import dicts

        return dicts.get(c, node, x, at)
    if isinstance(x, (Tuple, List)):
        return item_of(c, node, x, at)
    if isinstance(x, (RunList, Buffer, Range)):
        return run_time_item(c, node, x, at)
    if isinstance(x, Static) and isinstance(x.value, (str, bytes)):
        return part_of_text(c, node, x.value, at)
    if isinstance(x, Static) and isinstance(x.value, (type, types.GenericAlias)):
        return x
    refuse_reading(c, node, x)
    own = protocols.asked(c, x, "__getitem__", [at], node)
    if own is not None:
        return own
    if isinstance(x, Instance):
        return never(c, node, TypeError, f"'{type_name(x)}' object is not subscriptable")
    raise_lacking(c, node, x, ("__getitem__", "__class_getitem__"), "is not subscriptable")
    if isinstance(x, Static) and hasattr(type(x.value), "__getitem__"):
        c.refuse(
            node,
            f"{public(x.value)}[…] is not yet supported",
            "write it out with functions that are supported, or compute it outside and pass it in",
        )
    c.raises(node, TypeError, f"'{type_name(x)}' object is not subscriptable")


def part_of_text(c: Frame, node: ast.AST, text: str | bytes, at: Abstract) -> Abstract:
    """`text[at]`."""
    if isinstance(at, Slice):
        parts = [None if is_none(p) else c.static(p, "a bound of a slice of a string", node) for p in (at.start, at.stop, at.step)]
        return c.constant(text[slice(*parts)])
    try:
        return c.constant(text[c.static(at, "an index into a string", node)])
    except (IndexError, TypeError) as problem:
        return never(c, node, type(problem), str(problem))


def of_option(c: Frame, node: ast.AST, x: Abstract, at: Abstract) -> Abstract:
    """`x[at]` where one of them is one of several known things."""
    from .options import each

    if isinstance(at, OneOf):
        return each(c, at, lambda value: get_item(c, node, x, value), node)
    assert isinstance(x, OneOf)
    return each(c, x, lambda value: get_item(c, node, value, at), node)


def item_of(c: Frame, node: ast.AST, x: Tuple | List, at: Abstract) -> Abstract:
    n = len(x.items)
    if isinstance(at, Slice):
        parts = [None if is_none(p) else c.static(p, "a bound of a slice of a container", node) for p in (at.start, at.stop, at.step)]
        chosen = x.items[slice(*parts)]
        return Tuple(chosen) if isinstance(x, Tuple) else new_list(c, chosen, node)
    if not integral(at):
        never(c, node, TypeError, f"{type_name(x)} indices must be integers or slices, not {type_name(at)}")
    assert isinstance(at, Scalar)
    if not at.is_static and not (at.origins and not small_numbers(x)):
        return selected(c, node, x, at)
    k = int(c.static(at, f"an index into {an(type_name(x))}", node))
    if not -n <= k < n:
        never(c, node, IndexError, f"{'list' if isinstance(x, List) else 'tuple'} index out of range")
    return x.items[k]


def small_numbers(x: Tuple | List) -> bool:
    """Whether the items are few scalars of one kind, which a run-time index may choose from."""
    kinds = {(item.kind, item.type) for item in x.items if isinstance(item, Scalar)}
    return len(kinds) == 1 and all(isinstance(item, Scalar) for item in x.items) and len(x.items) <= SELECTED


def integral(x: Abstract) -> bool:
    return isinstance(x, Scalar) and (x.type.is_integer or (x.type == BOOL and x.weak))


def selected(c: Frame, node: ast.AST, x: Tuple | List, at: Scalar) -> Abstract:
    """The item at a run-time position: a chain of choices where the items have one type."""
    n = len(x.items)
    if isinstance(x, List) and x.site is not None and n > SELECTED:
        raise run_list(c, x, node)
    if not x.items:
        never(c, node, IndexError, f"{type_name(x)} index out of range")
    position = checked_position(c, at, c.b.i64(n), "list" if isinstance(x, List) else "tuple")
    pattern: Abstract = x.items[0]
    try:
        for item in x.items:
            pattern = generalised(Join()(pattern, item))
    except Unjoinable as problem:
        c.refuse(node, f"a run-time index into a container whose items differ: {problem}", "use a constant index, or one array")
    if isinstance(pattern, Scalar):
        value = c.as_type(scalar(x.items[-1]), pattern.type)
        for k in range(n - 2, -1, -1):
            here = c.b.op("eq", position, c.b.i64(k), name="here")
            value = c.b.op("select", here, c.as_type(scalar(x.items[k]), pattern.type), value, name="item")
        return Scalar(value, pattern.kind)
    return choice(c, node, x.items, position, 0)


def scalar(x: Abstract) -> Scalar:
    assert isinstance(x, Scalar)
    return x


def choice(c: Frame, node: ast.AST, items: tuple[Abstract, ...], position: Value, k: int) -> Abstract:
    """items[position] as a chain of branches."""
    if k == len(items) - 1:
        return items[k]
    here = c.b.op("eq", position, c.b.i64(k), name="here")
    value = branch(c, here, lambda: items[k], lambda: choice(c, node, items, position, k + 1), None, node)
    assert value is not None
    return value


def checked_position(c: Frame, at: Scalar, n: Value, what: str, doing: str = "") -> Value:
    """A run-time index, checked with the message of Python's sequences, and wrapped if negative."""
    b = c.b
    i = c.as_type(at, I64)
    inside = b.op("and", b.op("ge", i, b.op("neg", n)), b.op("lt", i, n), name="inside")
    c.check(inside, IndexError, f"{what} {doing}index out of range")
    return b.op("index", i, n, checked=False, axis=0, name=i.name)


def run_time_item(c: Frame, node: ast.AST, x: RunList | Buffer | Range, at: Abstract) -> Abstract:
    from .iteration import counted, iterable, number_at

    if isinstance(at, Slice):
        return sliced(c, node, x, at)
    if not integral(at):
        kind = "range" if isinstance(x, Range) else "list"
        never(c, node, TypeError, f"{kind} indices must be integers or slices, not {type_name(at)}")
    assert isinstance(at, Scalar)
    n = length(c, x, node)
    position = checked_position(c, at, n.value, "range object" if isinstance(x, Range) else "list")
    if isinstance(x, Range):
        return number_at(c, x, position)
    several: Any = counted(c, iterable(c, x, node))
    return several.item(position)  # type: ignore[no-any-return]


def sliced(c: Frame, node: ast.AST, x: RunList | Buffer | Range, at: Slice) -> Abstract:
    """A slice of a run-time list: a new list."""
    if isinstance(x, Range):
        c.refuse(node, "a slice of a range is not supported", "write the range out")
    from .iteration import counted, iterable
    from .slices import view_numbers

    n = length(c, x, node).value
    letter, numbers = view_numbers(c, node, at, n)
    start, count, step = {"a": (c.b.i64(0), n, c.b.i64(1)), "u": (*numbers, c.b.i64(1)), "s": numbers}[letter]
    made = made_at(c, node, element_of(c, x, node))
    several: Any = counted(c, iterable(c, x, node))

    def one(k: Abstract) -> None:
        position = c.b.op("add", start, c.b.op("mul", scalar(k).value, step, name="offset"), name="position")
        append(c, node, made, several.item(position))

    for_each(c, node, Range(c.integer(0), Scalar(count, "int"), c.integer(1)), one)
    return made


def set_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract, value: Abstract) -> None:
    """`x[at] = value` for lists and dicts."""
    if isinstance(x, Deque):
        set_item(c, node, x.items, at, value)
        return
    if isinstance(x, Dict):
        from . import dicts

        dicts.put(c, node, x, at, value)
        return
    if isinstance(x, List):
        set_static_item(c, node, x, at, value)
        return
    if isinstance(x, RunList):
        if isinstance(at, Slice):
            from .lists import set_slice

            set_slice(c, node, x, at, value)
            return
        if not integral(at):
            never(c, node, TypeError, f"list indices must be integers or slices, not {type_name(at)}")
        position = checked_position(c, scalar(at), length(c, x, node).value, "list", "assignment ")
        for lst, leaf in zip(x.lists, fitted(c, node, x, value), strict=True):
            c.b.do("list_set", lst, leaf, position)
        return
    if isinstance(x, Buffer):
        c.refuse(node, "this list must not be changed: it came from outside the function", "copy it first: x = list(x)")
    if protocols.asked(c, x, "__setitem__", [at, value], node) is not None:
        return
    if isinstance(x, Instance):
        never(c, node, TypeError, f"'{type_name(x)}' object does not support item assignment")
    raise_lacking(c, node, x, ("__setitem__",), "does not support item assignment")
    c.refuse(node, f"'{type_name(x)}' object does not support item assignment", "use a list or an array")


def delete_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract) -> None:
    """`del x[at]`."""
    if isinstance(x, Dict):
        from . import dicts

        dicts.delete(c, node, x, at)
    elif isinstance(x, (List, RunList, Buffer)):
        from . import lists

        lists.delete(c, node, x, at)
    else:
        if protocols.asked(c, x, "__delitem__", [at], node) is not None:
            return
        never(c, node, TypeError, f"'{type_name(x)}' object doesn't support item deletion")


def set_static_item(c: Frame, node: ast.AST, x: List, at: Abstract, value: Abstract) -> None:
    changeable(c, x, node)
    if isinstance(at, Slice):
        parts = [None if is_none(p) else c.static(p, "a bound of a slice of a list", node) for p in (at.start, at.stop, at.step)]
        items = list(x.items)
        items[slice(*parts)] = all_items(c, value, node)
        x.contents = tuple(items)
        return
    if not integral(at):
        never(c, node, TypeError, f"list indices must be integers or slices, not {type_name(at)}")
    if not scalar(at).is_static and (small_numbers(x) or (x.site is not None and not scalar(at).origins)):
        raise run_list(c, x, node, value)
    k = int(c.static(at, "the index of an assignment to a list", node))
    if not -len(x.items) <= k < len(x.items):
        never(c, node, IndexError, "list assignment index out of range")
    items = list(x.items)
    items[k] = value
    x.contents = tuple(items)
