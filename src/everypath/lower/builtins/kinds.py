"""What a value is, and what it has: isinstance, type, callable, getattr, hasattr, replace."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import typing
from typing import Any

from ... import records
from ...ir.program import Value
from ...library.python.containers import attribute_or
from .. import by_path, facts
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Instance, sequence_items
from ..outside import never
from ..python import attributes, comparisons, options
from ..python.classes import class_of, gives, told
from ..python.instances import replaced
from ..values import NONE, Abstract, Closure, Derivative, Maybe, Method, OneOf, Partial, Pullback, Scalar, Static
from ..watch import ABSENT, found_in_class, watch_attribute
from .registry import TABLE, builtin

TABLE[dataclasses.replace] = replaced


@builtin(builtins.isinstance, least=2, most=2, of_several=True)
def lower_isinstance(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, kinds = args
    items = sequence_items(kinds)
    wanted = tuple(c.static(k, "a class", node) for k in (items if items is not None else (kinds,)))
    if isinstance(x, Instance) and any(map(asks_for_data, wanted)):
        return c.constant(any(fits(c, x, kind, node) for kind in wanted))

    def is_one(kind: type | None) -> bool:
        return kind is not None and issubclass(kind, wanted)

    def test(one: Abstract) -> bool:
        return is_one(class_of(one))

    if isinstance(x, Maybe) and isinstance(x.value, Scalar) and x.value.flags:
        return comparisons.of_what_may_be_none(c, x, lambda one: lower_isinstance(c, node, [one, kinds], {}), node)
    try:
        if not isinstance(x, Maybe):
            return options.tested(c, x, test) if isinstance(x, OneOf) else told(c, x, is_one)
        inner = options.holds(c, x.value, test) if isinstance(x.value, OneOf) else test(x.value)
        return of_what_may_be_none(c, x, inner, test(NONE))
    except TypeError:
        return never(c, node, TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union")


def asks_for_data(kind: Any) -> bool:
    """Whether a class is a protocol with attributes that are no methods: objects that have them are its instances."""
    return getattr(kind, "_is_runtime_protocol", False) and any("__annotations__" in vars(base) for base in protocols_of(kind))


def protocols_of(kind: Any) -> list[type]:
    return [base for base in kind.__mro__ if base is not typing.Protocol and getattr(base, "_is_protocol", False)]


def fits(c: Frame, x: Instance, kind: Any, node: ast.AST) -> bool:
    """Whether an object is of a class, or has all that a protocol asks for."""
    if not asks_for_data(kind):
        return issubclass(x.type, kind)
    for base in protocols_of(kind):
        for name in (*vars(base).get("__annotations__", ()), *(name for name in vars(base) if not name.startswith("_"))):
            if not c.static(attributes.has(c, x, name, node), f"whether the object has the attribute '{name}'", node):
                return False
    return True


def of_what_may_be_none(c: Frame, x: Maybe, inner: bool | Value, nothing: bool) -> Abstract:
    """The answer `inner` where there is a value, and `nothing` where it is None."""
    if inner is nothing:
        return c.constant(nothing)
    if isinstance(inner, bool):
        return Scalar(x.present if inner else facts.negation(c, x.present), "bool")
    if not nothing:
        return Scalar(facts.both(c, x.present, inner), "bool")
    return Scalar(facts.negation(c, facts.both(c, x.present, facts.negation(c, inner))), "bool")


@builtin(builtins.issubclass, least=2, most=2)
def lower_issubclass(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, kinds = args
    items = sequence_items(kinds)
    wanted = tuple(c.static(k, "a class", node) for k in (items if items is not None else (kinds,)))
    kind = c.static(x, "a class", node)
    if not isinstance(kind, type):
        never(c, node, TypeError, "issubclass() arg 1 must be a class")
    return c.constant(issubclass(kind, wanted))


@builtin(builtins.type, least=1, most=3, of_several=True)
def lower_type(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) > 1:
        c.refuse(node, "making a class by type() is not supported", "write the class out, at the top level of the module")
    x = args[0]
    if isinstance(x, Maybe) and x.absent == "none":
        there = x.value
        return c.branch(x.present, lambda: lower_type(c, node, [there], kwargs), lambda: Static(type(None)), None, node) or NONE
    x = c.present(x, node)
    if isinstance(x, OneOf):
        kinds = [class_of(one) for one in x.values]
        if None not in kinds and len(set(kinds)) == len(kinds):
            return OneOf(tuple(map(Static, kinds)), x.which)
        return options.each(c, x, lambda one: lower_type(c, node, [one], kwargs), node)
    if isinstance(x, Scalar) and x.flags:
        return lower_type(c, node, [by_path.alternatives(c, x)], kwargs)
    kind = class_of(x)
    if kind is None:
        c.refuse(node, f"the type of {an(type_name(args[0]))} is not known here", "use isinstance")
    return Static(kind)


@builtin(builtins.callable, least=1)
def lower_callable(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    if isinstance(x, Maybe):
        return comparisons.of_what_may_be_none(c, x, lambda one: c.call(Static(builtins.callable), [one], {}, node), node)
    return options.tested(c, x, is_called) if isinstance(x, OneOf) else c.constant(is_called(x))


def is_called(x: Abstract) -> bool:
    if isinstance(x, Static):
        return callable(x.value)
    if isinstance(x, Instance):
        return records.held(x.type, "__call__") is not None
    return isinstance(x, (Closure, Method, Partial, Derivative, Pullback))


@builtin(builtins.getattr, least=2, most=3)
def lower_getattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) == 3 and isinstance(args[0], Instance) and found_in_class(c.unit, args[0].type, "__getattr__") is not ABSENT:
        return c.call(Static(attribute_or), args, {}, node)
    if len(args) == 3 and isinstance(args[0], Maybe):

        def ask(one: Abstract) -> Abstract:
            return c.call(Static(builtins.getattr), [one, *args[1:]], {}, node)

        return options.none_apart(c, args[0], ask, node) or NONE
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
    if isinstance(x, Maybe):
        return comparisons.of_what_may_be_none(c, x, lambda one: c.call(Static(builtins.hasattr), [one, args[1]], {}, node), node)
    if isinstance(x, Instance):
        return attributes.has(c, x, name, node)
    if isinstance(x, Static):
        watch_attribute(c.unit, x.value, name, getattr(x.value, name, ABSENT))
        return c.constant(hasattr(x.value, name))
    if kind is None:
        return c.constant(False)
    if found_in_class(c.unit, kind, name) is ABSENT and found_in_class(c.unit, kind, "__getattr__") is not ABSENT:
        attributes.untold(c, kind, name, node)
    return told(c, x, lambda kind: kind is not None and gives(kind, name))
