"""Keys of dicts and members of sets: what stands for a value, known before the function runs and hashable, and the value of it again.

A number, a string, a tuple of such      itself
an instance of a frozen dataclass        a real one, whose fields are known: it is equal to others by these
any other instance                       the object (`ObjectKey`), equal to itself only
"""

from __future__ import annotations

import ast
import dataclasses
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from ... import records
from ...syntax.walk import calls_itself
from ..frame import Frame
from ..identity import one_object
from ..join import GrowsAtRunTime, Join, generalised, held_items, strong
from ..join_numbers import Unjoinable
from ..naming import type_name
from ..objects import Dict, Instance, List, ObjectKey, RunTuple, Set, Table
from ..outside import never
from ..reach import NeedsStatic
from ..values import Abstract, Array, Buffer, Deque, RunList, Scalar, Tuple
from ..watch import found_in_class

KEY = "a key of a dict"
UNHASHABLE = (List, RunList, Buffer, Dict, Set, Table, Array, Deque)


def numbers_of(x: Abstract) -> list[Scalar]:
    """The numbers that a key is, or has in its tuples."""
    if isinstance(x, Tuple):
        return [number for item in x.items for number in numbers_of(item)]
    return [x] if isinstance(x, Scalar) else []


def computed(c: Frame, x: Abstract, holder: Abstract | None = None) -> bool:
    """Whether a key of `holder` is known only when the function runs. It is asked for where a few turns, or arguments, would tell: not in a
    function that calls itself, each of whose calls would be another one, as those that keep their results in a memo."""
    numbers = [number for number in numbers_of(x) if not number.is_static]
    if not numbers or not all(number.origins for number in numbers):
        return bool(numbers)
    if not isinstance(holder, (Dict, Set)) or holder.site is None:
        return False
    origins = frozenset[Any]().union(*(number.origins for number in numbers))
    if all(map(c.unit.may_ask, origins)) and not calls_itself(c.definition.node):
        raise NeedsStatic(origins, wish=True)
    return True


def searched(c: Frame, x: Dict | Set, node: ast.AST, *more: Abstract) -> GrowsAtRunTime | None:
    """The request to make this dict or set again as one whose keys are known only at run time, with `more` in it: pairs of a key and a
    value, or members. None where it comes from outside, is not there anew at every run, or would be of several kinds."""
    if x.site is None:
        return None
    element: Abstract | None = None
    try:
        for item in (*held_items(x, x.contents), *more):
            element = strong(generalised(item if element is None else Join()(element, item)))
    except Unjoinable:
        return None
    return None if element is None else GrowsAtRunTime(x.site, element)


def hashable(c: Frame, x: Abstract, node: ast.AST) -> None:
    """TypeError unless `x` may be a key."""
    for part in (x, *(x.items if isinstance(x, Tuple) else ())):
        if isinstance(part, RunTuple):
            c.refuse(node, f"{KEY} cannot be a tuple whose length is known only when the function runs", "use a tuple of so many items")
        if isinstance(part, UNHASHABLE):
            never(c, node, TypeError, f"unhashable type: '{type_name(part)}'")


def stand_in(c: Frame, x: Abstract, what: str, node: ast.AST) -> Any:
    """What stands for `x`, which is `what` ("a key of a dict"); TypeError where CPython raises it."""
    if isinstance(x, UNHASHABLE) and not isinstance(x, RunTuple):
        return never(c, node, TypeError, f"unhashable type: '{type_name(x)}'")
    if isinstance(x, Instance):
        return of_instance(c, x, what, node)
    if isinstance(x, Tuple) and any(isinstance(item, (Instance, Tuple)) for item in x.items):
        parts = tuple(stand_in(c, item, what, node) for item in x.items)
        if any(isinstance(part, ObjectKey) for part in parts):
            return ObjectKey(x.type, parts)
        return parts if x.type is tuple else x.type(*parts)
    return c.static(x, what, node)


def of_instance(c: Frame, x: Instance, what: str, node: ast.AST) -> Any:
    kind = x.type
    if records.held(kind, "__hash__") is None:
        never(c, node, TypeError, f"unhashable type: '{kind.__name__}'")
    own = {name: found_in_class(c.unit, kind, name) for name in ("__hash__", "__eq__")}
    if all(held is getattr(object, name) for name, held in own.items()):
        return ObjectKey(None, (x,))
    if not records.is_frozen(kind) or not all(map(records.generated, own.values())):
        reason = f"{what} cannot be {type_name(x)}, whose class has a __hash__ or an __eq__ of its own"
        c.refuse(node, reason, "use what makes it equal to others, such as a number or a string, in its place")
    real: Any = records.bare(kind)
    for field in dataclasses.fields(kind):
        value = stand_in(c, c.attribute(x, field.name, node), f"a field of {what}", node)
        if isinstance(value, ObjectKey):
            c.refuse(node, f"an object in {what} of a frozen dataclass is not supported", "use the object itself, or a tuple")
        object.__setattr__(real, field.name, value)
    return real


def value_of_key(c: Frame, key: Any, node: ast.AST | None = None) -> Abstract:
    """The value that a key of a dict or a member of a set stands for."""
    if isinstance(key, Instance):
        return key
    if isinstance(key, ObjectKey):
        if key.type is None:
            return key.objects()[0]
        return Tuple(tuple(value_of_key(c, part) for part in key.parts), key.type)
    if type(key) is tuple:
        return Tuple(tuple(value_of_key(c, part) for part in key))
    if dataclasses.is_dataclass(key) and not isinstance(key, type):
        fields = {field.name: value_of_key(c, getattr(key, field.name)) for field in dataclasses.fields(key)}
        made = Instance(c.store, fields, type(key))
        made.copied = True
        return made
    return c.constant(key)


def is_key(c: Frame, key: Any, keys: Iterable[Any], node: ast.AST) -> bool:
    """Whether there is such a key: refused where the path decides which object it is."""
    keys = list(keys)
    if key in keys:
        return True
    for other in keys if isinstance(key, ObjectKey) else ():
        if isinstance(other, ObjectKey) and other.shape() == key.shape():
            all(one_object(c, x, y, node) for x, y in zip(key.objects(), other.objects(), strict=True))
    return False


# Sets -----------------------------------------------------------------------------------------------------------------


def in_order(c: Frame, x: Set, node: ast.AST) -> tuple[Abstract, ...]:
    """The members of a set in Python's order, which is nobody's business where they have addresses or text in them: it is another one
    in every process."""
    if not ordered(x.members):
        c.refuse(node, "the order of the numbers in a set depends on how it was made, which is not known here", "use sorted(…), or a list")
    return in_any_order(c, x)


def in_any_order(c: Frame, x: Set) -> tuple[Abstract, ...]:
    return (*(value_of_key(c, item) for item in x.members), *x.objects)


def ordered(members: frozenset[Any]) -> bool:
    """Whether the order is the same however the set was made: that of small numbers, each of which has a place of its own."""
    places = 8
    while len(members) * 5 >= (places - 1) * 3:
        places *= 2
    if len(members) < 2 or not all(map(numeric, members)):
        return True
    return all(isinstance(m, (int, np.integer)) and 0 <= m < places for m in members)


def numeric(x: Any) -> bool:
    return all(map(numeric, x)) if isinstance(x, tuple) else isinstance(x, numbers.Number)
