"""What a value is, and what it has: isinstance, type, callable, getattr, hasattr, replace."""

from __future__ import annotations

import ast
import builtins
import dataclasses

from ..frame import Frame
from ..outside import never
from ..python import attributes
from ..python.classes import class_of
from ..python.instances import replaced
from ..values import (
    Abstract,
    Closure,
    Instance,
    Maybe,
    Method,
    Scalar,
    Static,
    an,
    sequence_items,
    type_name,
)
from ..watch import ABSENT, found_in_class, watch_attribute
from .registry import TABLE, builtin

TABLE[dataclasses.replace] = replaced


@builtin(builtins.isinstance, least=2, most=2)
def lower_isinstance(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, kinds = args
    if isinstance(x, Maybe):
        inner = lower_isinstance(c, node, [x.value, kinds], {})
        nothing = lower_isinstance(c, node, [Static(None), kinds], {})
        assert isinstance(inner, Scalar) and isinstance(nothing, Scalar)
        if inner.static == nothing.static:
            return inner
        return Scalar(x.present if inner.static else c.b.op("not", x.present), "bool")
    kind = class_of(x)
    items = sequence_items(kinds)
    wanted = tuple(c.static(k, "a class", node) for k in (items if items is not None else (kinds,)))
    try:
        return c.constant(kind is not None and issubclass(kind, wanted))
    except TypeError:
        return never(c, node, TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union")


@builtin(builtins.issubclass, least=2, most=2)
def lower_issubclass(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, kinds = args
    items = sequence_items(kinds)
    wanted = tuple(c.static(k, "a class", node) for k in (items if items is not None else (kinds,)))
    kind = c.static(x, "a class", node)
    if not isinstance(kind, type):
        never(c, node, TypeError, "issubclass() arg 1 must be a class")
    return c.constant(issubclass(kind, wanted))


@builtin(builtins.type, least=1, most=3)
def lower_type(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) > 1:
        c.refuse(node, "making a class by type() is not supported", "write the class out, at the top level of the module")
    kind = class_of(c.present(args[0], node))
    if kind is None:
        c.refuse(node, f"the type of {an(type_name(args[0]))} is not known here", "use isinstance")
    return Static(kind)


@builtin(builtins.callable, least=1)
def lower_callable(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    return c.constant(callable(x.value) if isinstance(x, Static) else isinstance(x, (Closure, Method)))


@builtin(builtins.getattr, least=2, most=3)
def lower_getattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) == 3:
        known = lower_hasattr(c, node, args[:2], {})
        if isinstance(known, Scalar) and known.static is False:
            return args[2]
    return c.attribute(c.present(args[0], node), attribute_name(c, args[1], node), node)


def attribute_name(c: Frame, x: Abstract, node: ast.AST) -> str:
    """The name of an attribute, which must be known."""
    name = c.static(x, "the name of an attribute", node)
    if not isinstance(name, str):
        c.raises(node, TypeError, f"attribute name must be string, not '{type_name(x)}'")
    return name


@builtin(builtins.hasattr, least=2, most=2)
def lower_hasattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, name = args[0], attribute_name(c, args[1], node)
    kind = class_of(x)
    if isinstance(x, Instance):
        return attributes.has(c, x, name, node)
    if isinstance(x, Static):
        watch_attribute(c.unit, x.value, name, getattr(x.value, name, ABSENT))
        return c.constant(hasattr(x.value, name))
    if kind is not None:
        found_in_class(c.unit, kind, name)
    return c.constant(hasattr(kind, name))
