"""Items of containers: read, written and deleted, at places that are known and at places that are not."""

from __future__ import annotations

import ast
import enum
import re
import types
from typing import Any

from ...ir.program import Value
from ...ir.types import BOOL, scalar_of
from ...library import standing_for
from .. import by_path
from ..complex import arrays as of_complex
from ..converting import weakness
from ..frame import Frame
from ..join import Join, generalised
from ..join_numbers import Unjoinable
from ..naming import an, public, type_name
from ..numpy import indexing
from ..numpy.conversion import array
from ..objects import Dict, Instance, List, RunTuple, Table
from ..outside import changeable, changing_numbers, never
from ..placeholders import is_placeholder
from ..values import NOT_STATIC, Abstract, Array, Buffer, Complex, Deque, Method, Range, RunList, Scalar, Slice, Static, Tuple, is_none
from . import dicts, known_objects, lists, options, protocols, tables, thrown
from .classes import raise_lacking
from .containers import append, fitted, length, made_at, new_list, run_list, scalar, widened
from .indices import as_index, converted, integral, known_slice
from .iterables import number_at
from .iteration import counted, iterable
from .lists import checked_position, set_slice, sliced
from .messages import refuse_reading
from .spread import all_items

SELECTED = 16
"""A container of up to so many items may be indexed by a run-time number, by comparing it with each position."""
LETTERS = 64
"""So may a text of up to so many letters."""


def get_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract) -> Abstract:
    """`x[at]`."""
    several = options.split(c, (x, at), lambda one: get_item(c, node, *one), node)
    if several is not None:
        return several
    if isinstance(x, Deque):
        return get_item(c, node, x.items, at)
    if isinstance(x, Array):
        return indexing.read(c, node, x, at)
    if isinstance(x, Scalar) and x.kind == "numpy" and isinstance(at, Tuple) and not at.items:
        return x
    if isinstance(x, Complex):
        return of_complex.get_item(c, node, x, at)
    if isinstance(x, Dict):
        return dicts.get(c, node, x, at)
    if isinstance(x, Table) and x.keyed:
        return tables.get(c, node, x, at)
    if isinstance(x, (Tuple, List)):
        return item_of(c, node, x, at)
    if isinstance(x, (RunList, Buffer, Range)):
        return run_time_item(c, node, x, at)
    if isinstance(x, Static) and isinstance(x.value, tuple):
        return c.get_item(node, c.constant(tuple(x.value)), at)
    if isinstance(x, Static) and isinstance(x.value, (str, bytes)):
        return part_of_text(c, node, x.value, at)
    if isinstance(x, Static) and is_placeholder(x.value):
        return known_objects.item(c, x.value, at, node)
    if isinstance(x, Static) and isinstance(x.value, re.Match):
        return c.call(Method(x, "group"), [at], {}, node)
    if isinstance(x, Static) and type(x.value) is dict:  # of a library
        key = c.static(at, "the key of a dict of a library", node)
        return c.constant(x.value[key]) if key in x.value else never(c, node, KeyError, repr(key))
    if isinstance(x, Static) and isinstance(x.value, type) and issubclass(x.value, enum.Enum):
        return member_named(c, node, x.value, at)
    if isinstance(x, Static) and isinstance(x.value, type) and isinstance(vars(x.value).get("__class_getitem__"), classmethod):
        return c.call(c.attribute(x, "__class_getitem__", node), [at], {}, node)
    if isinstance(x, Static) and isinstance(x.value, (type, types.GenericAlias)):
        return x
    if isinstance(x, Static) and type(x.value).__module__ == "typing":
        return Static(x.value[c.static(at, "a parameter of a type", node)])
    if isinstance(x, Static) and standing_for(x.value) is not None:  # np.r_[…]
        return c.call(x, [at], {}, node)
    if isinstance(x, Scalar) and x.kind == "numpy":
        return of_scalar(c, node, x, at)
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


def of_scalar(c: Frame, node: ast.AST, x: Scalar, at: Abstract) -> Abstract:
    """`x[()]`, `x[None]` and `x[x > 0]` of NumPy's scalar: what an array of no axes takes."""
    if isinstance(at, Tuple) and not at.items:
        return x
    keys = at.items if isinstance(at, Tuple) else (at,)
    if not all((isinstance(key, Static) and key.value in (None, ...)) or a_truth(key) for key in keys):
        return never(c, node, IndexError, "invalid index to scalar variable.")
    return indexing.read(c, node, array(c, node, x), at)


def a_truth(key: Abstract) -> bool:
    """A boolean, or an array of one and no axes."""
    return isinstance(key, (Scalar, Array)) and scalar_of(key.value.type) == BOOL and (isinstance(key, Scalar) or key.rank == 0)


def member_named(c: Frame, node: ast.AST, kind: Any, at: Abstract) -> Abstract:
    """`Color["RED"]`."""
    try:
        return Static(kind[c.static(at, "the name of a member of an Enum", node)])
    except KeyError as problem:
        thrown.as_cpython(c, node, problem)


def part_of_text(c: Frame, node: ast.AST, text: str | bytes, at: Abstract) -> Abstract:
    """`text[at]`."""
    if isinstance(at, Slice):
        return c.constant(text[known_slice(c, at, "a bound of a slice of a string", node)])
    at = converted(c, at, node)
    if isinstance(text, str) and len(text) <= LETTERS and integral(at) and computed(at):
        assert isinstance(at, Scalar)
        return selected(c, node, Tuple(tuple(map(c.constant, text))), at, "string")
    try:
        return c.constant(text[c.static(at, "an index into a string", node)])
    except (IndexError, TypeError) as problem:
        return never(c, node, type(problem), str(problem))


def item_of(c: Frame, node: ast.AST, x: Tuple | List, at: Abstract) -> Abstract:
    n = len(x.items)
    if isinstance(at, Slice):
        if isinstance(x, List) and n and any(map(computed, (at.start, at.stop, at.step))):
            return sliced(c, node, at_run_time(c, node, x), at)
        chosen = x.items[known_slice(c, at, "a bound of a slice of a container", node)]
        return Tuple(chosen) if isinstance(x, Tuple) else new_list(c, chosen, node)
    at = as_index(c, at, node, f"{type_name(x)} indices must be integers or slices, not {{}}")
    if not at.is_static and not (at.origins and not small_numbers(x)):
        return selected(c, node, x, at)
    k = int(c.static(at, f"an index into {an(type_name(x))}", node))
    if not -n <= k < n:
        never(c, node, IndexError, f"{'list' if isinstance(x, List) else 'tuple'} index out of range")
    return x.items[k]


def computed(bound: Abstract) -> bool:
    """Whether nothing could make a bound known before the function runs."""
    return isinstance(bound, Scalar) and not bound.is_static and not bound.origins


def at_run_time(c: Frame, node: ast.AST, x: List) -> RunList:
    """A copy whose length is that of a list built at run time."""
    element: Abstract | None = None
    for item in x.items:
        element = widened(element, item, c, node)
    assert element is not None
    made = made_at(c, node, element)
    for item in x.items:
        append(c, node, made, item)
    return made


def small_numbers(x: Tuple | List) -> bool:
    """Whether the items are few scalars of one kind, which a run-time index may choose from."""
    kinds = {(item.kind, item.type) for item in x.items if isinstance(item, Scalar)}
    return len(kinds) == 1 and all(isinstance(item, Scalar) for item in x.items) and len(x.items) <= SELECTED


def selected(c: Frame, node: ast.AST, x: Tuple | List, at: Scalar, what: str = "") -> Abstract:
    """The item at a run-time position: a chain of choices where the items have one type."""
    what = what or type_name(x)
    n = len(x.items)
    if isinstance(x, List) and x.site is not None and x.root is None and n > SELECTED:
        raise run_list(c, x, node)
    if not x.items:
        never(c, node, IndexError, f"{what} index out of range")
    position = checked_position(c, at, c.b.i64(n), what)
    pattern: Abstract = x.items[0]
    try:
        for item in x.items:
            pattern = generalised(Join()(pattern, item))
    except Unjoinable as problem:
        c.refuse(node, f"a run-time index into a container whose items differ: {problem}", "use a constant index, or one array")
    if isinstance(pattern, Scalar):
        numbers = [scalar(item) for item in x.items]
        value = selected_value(c, [c.as_type(number, pattern.type) for number in numbers], position)
        weak = [] if pattern.weak_if is None else [weakness(c, number) for number in numbers]
        kinds = [] if pattern.which is None else [by_path.which_of(c, number) for number in numbers]
        flags = (selected_value(c, flag, position) if flag else None for flag in (weak, kinds))
        return Scalar(value, pattern.kind, NOT_STATIC, frozenset(), *flags)
    return choice(c, node, x.items, position, 0)


def selected_value(c: Frame, values: list[Value], position: Value) -> Value:
    """values[position] as a chain of choices."""
    value = values[-1]
    for k in range(len(values) - 2, -1, -1):
        value = c.b.op("select", c.b.op("eq", position, c.b.i64(k), name="here"), values[k], value, name="item")
    return value


def choice(c: Frame, node: ast.AST, items: tuple[Abstract, ...], position: Value, k: int) -> Abstract:
    """items[position] as a chain of branches."""
    if k == len(items) - 1:
        return items[k]
    here = c.b.op("eq", position, c.b.i64(k), name="here")
    value = c.branch(here, lambda: items[k], lambda: choice(c, node, items, position, k + 1), None, node)
    assert value is not None
    return value


def run_time_item(c: Frame, node: ast.AST, x: RunList | Buffer | Range, at: Abstract) -> Abstract:
    if isinstance(at, Slice) and isinstance(x, Range) and all(part.is_static for part in (x.start, x.stop, x.step)):
        numbers = range(x.start.static, x.stop.static, x.step.static)[known_slice(c, at, "a bound of a slice of a range", node)]
        return Range(c.integer(numbers.start), c.integer(numbers.stop), c.integer(numbers.step))
    if isinstance(at, Slice):
        return sliced(c, node, x, at)
    at = as_index(c, at, node, f"{type_name(x)} indices must be integers or slices, not {{}}")
    n = length(c, x, node)
    position = checked_position(c, at, n.value, "range object" if isinstance(x, Range) else type_name(x))
    if isinstance(x, Range):
        return number_at(c, x, position)
    several: Any = counted(c, iterable(c, x, node))
    return several.item(position)  # type: ignore[no-any-return]


def set_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract, value: Abstract) -> None:
    """`x[at] = value` for lists and dicts."""
    if options.done(c, x, lambda one: set_item(c, node, one, at, value), node):
        return
    if isinstance(x, Complex):
        of_complex.set_item(c, node, x, at, value)
        return
    if isinstance(x, Deque):
        set_item(c, node, x.items, at, value)
        return
    if isinstance(x, Dict):
        dicts.put(c, node, x, at, value)
        return
    if isinstance(x, Table) and x.keyed:
        tables.put(c, node, x, at, value)
        return
    if isinstance(x, List):
        set_static_item(c, node, x, at, value)
        return
    if isinstance(x, RunTuple):
        never(c, node, TypeError, "'tuple' object does not support item assignment")
    if isinstance(x, RunList):
        if isinstance(at, Slice):
            set_slice(c, node, x, at, value)
            return
        place = as_index(c, at, node, "list indices must be integers or slices, not {}")
        position = checked_position(c, place, length(c, x, node).value, "list", "assignment ")
        for lst, leaf in zip(x.lists, fitted(c, node, x, value), strict=True):
            c.b.do("list_set", lst, leaf, position)
        return
    if isinstance(x, Buffer):
        raise changing_numbers(c, x, node)
    if protocols.asked(c, x, "__setitem__", [at, value], node) is not None:
        return
    if isinstance(x, Instance):
        never(c, node, TypeError, f"'{type_name(x)}' object does not support item assignment")
    raise_lacking(c, node, x, ("__setitem__",), "does not support item assignment")
    c.refuse(node, f"'{type_name(x)}' object does not support item assignment", "use a list or an array")


def delete_item(c: Frame, node: ast.AST, x: Abstract, at: Abstract) -> None:
    """`del x[at]`."""
    if options.done(c, x, lambda one: delete_item(c, node, one, at), node):
        return
    if isinstance(x, Dict):
        dicts.delete(c, node, x, at)
    elif isinstance(x, Table) and x.keyed:
        tables.delete(c, node, x, at)
    elif isinstance(x, (List, RunList, Buffer)):
        lists.delete(c, node, x, at)
    else:
        if protocols.asked(c, x, "__delitem__", [at], node) is not None:
            return
        does_not = "does not" if isinstance(x, Scalar) or is_none(x) else "doesn't"
        never(c, node, TypeError, f"'{type_name(x)}' object {does_not} support item deletion")


def set_static_item(c: Frame, node: ast.AST, x: List, at: Abstract, value: Abstract) -> None:
    changeable(c, x, node)
    if isinstance(at, Slice):
        items = list(x.items)
        try:
            items[known_slice(c, at, "a bound of a slice of a list", node)] = all_items(c, value, node)
        except ValueError as problem:
            never(c, node, ValueError, str(problem))
        x.contents = tuple(items)
        return
    at = as_index(c, at, node, "list indices must be integers or slices, not {}")
    if not at.is_static and (small_numbers(x) or (x.site is not None and not at.origins)):
        raise run_list(c, x, node, value)
    k = int(c.static(at, "the index of an assignment to a list", node))
    if not -len(x.items) <= k < len(x.items):
        never(c, node, IndexError, "list assignment index out of range")
    items = list(x.items)
    items[k] = value
    x.contents = tuple(items)
