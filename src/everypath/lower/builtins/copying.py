"""`copy.copy`, `copy.deepcopy`, and what `dataclasses` makes of the fields of an instance."""

from __future__ import annotations

import ast
import copy
import dataclasses
from typing import Any

from ... import records
from ...ir.program import Value
from ...ir.types import ScalarType
from ..context import WRONG
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Dict, Instance, List, Mutable, RunTuple, Set
from ..outside import never
from ..patterns import flatten, unpacked, with_values
from ..python import options, protocols
from ..python.attributes import attribute
from ..python.containers import element_of, made_at
from ..python.spread import extend
from ..values import NONE, Absent, Abstract, Array, Buffer, Maybe, Range, RunList, Scalar, Static, Text, Tuple
from .registry import TABLE

Memo = dict[Mutable | Value, Abstract]
"""The copies of objects, and of arrays."""


def copied(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`copy.copy(x)`: a new object with the same things in it."""
    if len(args) != 1 or kwargs:
        c.refuse(node, "copy.copy() takes one argument", WRONG)
    if isinstance(args[0], Maybe):
        return options.none_apart(c, args[0], lambda one: c.call(Static(copy.copy), [one], {}, node), node) or NONE
    x = c.present(args[0], node)
    own = protocols.asked(c, x, "__copy__", [], node)
    if own is not None:
        return own
    if isinstance(x, Array):
        return deep(c, x, {}, node)
    if isinstance(x, (List, Dict, Set, Instance)):
        return shell(c, x, node, x.contents)
    if isinstance(x, (Scalar, Static, Tuple, Range, Text, RunTuple)):
        return x
    if isinstance(x, RunList):
        return of_run_time_length(c, x, node)
    c.refuse(node, f"copy.copy of {an(type_name(x))} is not supported", "make the copy by a comprehension")


def deeply_copied(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`copy.deepcopy(x)`."""
    if len(args) != 1 or kwargs:
        c.refuse(node, "copy.deepcopy() with a memo is not supported", "leave it out")
    if isinstance(args[0], Maybe):
        return options.none_apart(c, args[0], lambda one: c.call(Static(copy.deepcopy), [one], {}, node), node) or NONE
    memo: Memo = {}
    made = deep(c, c.present(args[0], node), memo, node)
    arrays = [(x, copy.value) for x, copy in memo.items() if isinstance(x, Value) and isinstance(copy, Array)]
    if len(arrays) > 1:
        c.unit.copied_together.append(arrays)
    return made


def of_run_time_length(c: Frame, x: RunList, node: ast.AST) -> Abstract:
    """A new list of the same items."""
    made = made_at(c, node, element_of(c, x, node))
    extend(c, node, made, x)
    return made


def shell(c: Frame, x: Mutable, node: ast.AST, contents: Any) -> Mutable:
    """A new object of the kind of `x`. One from outside still has attributes that were not read yet."""
    if isinstance(x, List):
        return List(c.store, contents, site=(node, c.definition.node))
    if isinstance(x, Dict):
        return Dict(c.store, contents, "", x.type, x.default)
    if isinstance(x, Set):
        return Set(c.store, x.members)
    assert isinstance(x, Instance)
    if protocols.special(c, x, "__reduce__", node) or protocols.special(c, x, "__getstate__", node):
        c.refuse(node, f"{an(type_name(x))} is copied in a way of its own, which is not supported", "give it a method that makes the copy")
    if x.held is not None and contents is x.contents:
        contents = {**contents, records.HELD: copied(c, node, [x.held], {})}
    return Instance(c.store, contents, x.type, asked=x.asked)


def deep(c: Frame, x: Abstract, memo: Memo, node: ast.AST) -> Abstract:
    """`x` with everything in it copied, each object once."""
    if isinstance(x, Mutable) and x in memo:
        return memo[x]
    if isinstance(x, Instance) and protocols.special(c, x, "__deepcopy__", node) is not None:
        c.refuse(node, f"the __deepcopy__ of {an(type_name(x))} is not supported", "give it a method that makes the copy")
    if isinstance(x, List):
        memo[x] = made = shell(c, x, node, ())
        made.contents = tuple(deep(c, item, memo, node) for item in x.items)
        return made
    if isinstance(x, (Dict, Instance)):
        memo[x] = made = shell(c, x, node, {})
        made.contents = with_values(x.contents, [deep(c, value, memo, node) for value in unpacked(x.contents)])
        return made
    if isinstance(x, Set):
        return shell(c, x, node, x.contents)
    if isinstance(x, Array):
        if x.value not in memo:
            memo[x.value] = Array(c.b.op("copy", x.value, name=x.value.name))
        return memo[x.value]
    if isinstance(x, RunList) and all(isinstance(leaf.type, ScalarType) for leaf in flatten([x.element])):
        if isinstance(x, RunTuple):
            return x
        return of_run_time_length(c, x, node)
    if isinstance(x, Tuple):
        return Tuple(tuple(deep(c, item, memo, node) for item in x.items), x.type)
    if isinstance(x, Maybe):
        return Maybe(deep(c, x.value, memo, node), x.present, x.absent)
    if isinstance(x, (Scalar, Static, Range, Text, Buffer, Absent)):
        return x
    c.refuse(node, f"copy.deepcopy of {an(type_name(x))} is not supported", "make the copy by a comprehension")


# Fields ---------------------------------------------------------------------------------------------------------------


def fields(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`dataclasses.fields(x)`."""
    x = c.present(args[0], node)
    kind = x.value if isinstance(x, Static) else x.type if isinstance(x, Instance) else None
    if not dataclasses.is_dataclass(kind):
        return never(c, node, TypeError, "must be called with a dataclass type or instance")
    return Tuple(tuple(Static(field, f"{kind.__name__}.{field.name}") for field in dataclasses.fields(kind)))  # type: ignore[union-attr]


def as_tuple(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`dataclasses.astuple(x)`."""
    return taken_apart(c, node, args, kwargs, "astuple")


def as_dict(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`dataclasses.asdict(x)`."""
    return taken_apart(c, node, args, kwargs, "asdict")


def taken_apart(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract], name: str) -> Abstract:
    x = c.present(args[0], node)
    if kwargs or len(args) > 1:
        c.refuse(node, f"dataclasses.{name}() with a factory is not supported", "leave it out")
    if not isinstance(x, Instance) or not dataclasses.is_dataclass(x.type):
        return never(c, node, TypeError, f"{name}() should be called on dataclass instances")
    return apart(c, x, node, name == "asdict")


def apart(c: Frame, x: Abstract, node: ast.AST, named: bool) -> Abstract:
    """`x` with dataclass instances in it as dicts or tuples of their fields, everything else copied."""
    if isinstance(x, Instance) and dataclasses.is_dataclass(x.type):
        parts = {f.name: apart(c, attribute(c, x, f.name, node), node, named) for f in dataclasses.fields(x.type)}
        return Dict(c.store, parts) if named else Tuple(tuple(parts.values()))
    if isinstance(x, List):
        return List(c.store, [apart(c, item, node, named) for item in x.items], site=(node, c.definition.node))
    if isinstance(x, Tuple):
        return Tuple(tuple(apart(c, item, node, named) for item in x.items), x.type)
    if isinstance(x, Dict):
        return Dict(c.store, {key: apart(c, value, node, named) for key, value in x.entries.items()}, "", x.type, x.default)
    return deep(c, x, {}, node)


TABLE[copy.copy] = copied
TABLE[copy.deepcopy] = deeply_copied
TABLE[dataclasses.fields] = fields
TABLE[dataclasses.astuple] = as_tuple
TABLE[dataclasses.asdict] = as_dict
