"""Tuples, lists and dicts: made, put together, measured and taken apart."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable

from ...ir.program import Value
from ...ir.types import I64, ArrayType, ListType
from ...structure import MAX_LEAVES
from .. import run_lists
from ..converting import converted
from ..frame import Frame
from ..join import GrowsAtRunTime, Join, generalised, strong
from ..join_numbers import Unjoinable
from ..naming import an, type_name
from ..numpy.lengths import length as length_of_axis
from ..objects import Dict, List, Set, Table
from ..outside import changeable, never
from ..patterns import flatten, key, objects
from ..reach import Restart
from ..values import Abstract, Array, Buffer, Complex, Deque, Range, RunList, Scalar, Static, Tuple
from .classes import never_lacking
from .iterables import Counted, Known, range_length
from .iterables import length as iterable_length
from .messages import refuse_reading

# Making ---------------------------------------------------------------------------------------------------------------


def new_list(c: Frame, items: Iterable[Abstract], node: ast.AST) -> Abstract:
    """A list made at `node`: of static length, unless it is known to grow at run time."""
    items = tuple(items)
    site = c.site(node)
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
    site = c.site(node)
    known = c.unit.dynamic.get(site)
    element = c.unit.dynamic[site] = generalised(element) if known is None else widened(known, element, c, node)
    return run_lists.empty(c, element, site)


def widened(element: Abstract | None, item: Abstract, c: Frame, node: ast.AST) -> Abstract:
    """The pattern that holds `item` and what the list held so far."""
    if element is None:
        return strong(generalised(item))
    try:
        return strong(generalised(Join()(element, item)))
    except GrowsAtRunTime as growing:
        if growing.site not in c.unit.dynamic:
            raise
        return strong(generalised(item))  # the pattern is from before that list was made at run time
    except Unjoinable as problem:
        c.refuse(node, f"a list built at run time would hold {problem}", "keep one type in it")


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
        changeable(c, x, node, item)
        if len(x.items) >= MAX_LEAVES:
            c.refuse(node, f"a list of more than {MAX_LEAVES} items that is not built in a run-time loop", "use an array")
        x.contents = (*x.items, item)
        return
    assert isinstance(x, RunList)
    run_lists.push(c.b, x, fitted(c, node, x, item))


def fitted(c: Frame, node: ast.AST, x: RunList, item: Abstract) -> list[Value]:
    """The leaves of `item` as an element of `x`; where it does not fit, the list is made again with wider elements."""
    wider = widened(x.element, item, c, node)
    if not made_for_it(c, item):
        c.unit.repeating.add(x.site)
    for held in objects([item]):
        held.frozen = held.frozen or run_lists.STANDS
    if key([wider]) != key([x.element]):
        raise WidensAtRunTime(x.element, wider) if x.site is None else GrowsAtRunTime(x.site, wider)
    return converted(c, item, x.element)


def made_for_it(c: Frame, item: Abstract) -> bool:
    """Whether all objects and lists in an item were made in this turn of the innermost loop, and stand in no list yet."""
    alone = not any(held.frozen or held in c.standing or held in c.given for held in objects([item]))
    return alone and all(made_here(c, leaf) for leaf in flatten([item]) if isinstance(leaf.type, ListType))


def made_here(c: Frame, items: Value) -> bool:
    """Whether a list was made in the present region, and put in none so far."""
    for op in reversed(c.b.ops):
        if items in op.results:
            return op.name == "list_new" or (op.name == "call" and not any(isinstance(v.type, ListType) for v in op.operands))
        if op.name == "list_append" and items in op.operands[1:]:
            return False
    return False


class WidensAtRunTime(Restart):
    """The elements of a run-time list need a wider pattern than the one it was made with, and where that was is not known."""

    def __init__(self, element: Abstract, wider: Abstract) -> None:
        self.element = element
        self.wider = wider


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


def numbers_to(c: Frame, n: Value) -> Range:
    """range(n)."""
    return Range(c.integer(0), Scalar(n, "int"), c.integer(1))


# Lengths and all items ------------------------------------------------------------------------------------------------


def length(c: Frame, x: Abstract, node: ast.AST) -> Scalar:
    """len(x)."""
    b = c.b
    if isinstance(x, (Deque, Table)):
        return length(c, x.items, node)
    if isinstance(x, Complex) and isinstance(x.real, Array):
        return length(c, x.real, node)
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
        return length_of_axis(c, x.value, 0)
    if isinstance(x, Range):
        return range_length(c, x)
    if isinstance(x, Static) and isinstance(x.value, (str, bytes, frozenset)):
        return c.integer(len(x.value))

    if isinstance(x, (Known, Counted)):
        return iterable_length(c, x)
    if isinstance(x, Array):
        never(c, node, TypeError, "len() of unsized object")
    refuse_reading(c, node, x)
    never_lacking(c, node, x, "len()", ("__len__",), "object of type '{}' has no len()")


def scalar(x: Abstract) -> Scalar:
    assert isinstance(x, Scalar)
    return x
