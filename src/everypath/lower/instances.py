"""Instances of dataclasses and NamedTuples: made, read, set, and what their classes define."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import types
from collections.abc import Callable
from typing import Any, NoReturn

from .. import records
from .context import Refused
from .frame import Frame
from .outside import attribute_outside, capture, never
from .values import Abstract, Instance, Method, Poison, Static, Tuple, type_name
from .watch import ABSENT, Item, found_in_class

# Making ---------------------------------------------------------------------------------------------------------------


def construct(c: Frame, kind: type, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`Class(…)` of a NamedTuple or a dataclass."""
    if not records.is_record(kind):
        c.refuse(node, f"making a {kind.__name__} is not supported", "use a dataclass, a NamedTuple, a tuple or a dict")
    for name in records.SPECIAL:
        found_in_class(c.unit, kind, name)
    if odd := records.odd_making(kind):
        c.refuse(node, f"'{kind.__name__}' {odd}, which is not supported", "let the class do no more than hold its fields")
    if not issubclass(kind, tuple):
        return dataclass_instance(c, kind, args, kwargs, node)
    signature = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in kind._fields])  # type: ignore[attr-defined]
    given = bound(c, kind, signature, args, kwargs, node)
    defaults: dict[str, Any] = getattr(kind, "_field_defaults", {})
    values = [given[name] if name in given else from_default(c, kind, name, defaults, node) for name in kind._fields]  # type: ignore[attr-defined]
    return Tuple(tuple(values), kind)


def bound(
    c: Frame, kind: type, signature: inspect.Signature, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> dict[str, Abstract]:
    """The arguments by name, as a class takes them."""
    try:
        return dict(signature.bind_partial(*args, **kwargs).arguments)
    except TypeError as problem:
        c.raises(node, TypeError, f"{kind.__name__}(): {problem}", "call it with the arguments of its signature")


def from_default(c: Frame, kind: type, name: str, defaults: dict[str, Any], node: ast.AST) -> Abstract:
    if name not in defaults:
        missing(c, kind, name, node)
    return default_value(c, kind, name, Item(defaults, name), node)


def missing(c: Frame, kind: type, name: str, node: ast.AST) -> NoReturn:
    message = f"{kind.__name__}() missing a required argument: '{name}'"
    c.raises(node, TypeError, message, "call it with the arguments of its signature")


def default_value(c: Frame, kind: type, name: str, read: Callable[[], Any], node: ast.AST) -> Abstract:
    value = read()
    if type(value) in (bool, int, float, str, type(None)):
        return c.constant(value, name)
    return capture(c, ("field", id(kind), name), f"{kind.__qualname__}.{name}", read, node)


def dataclass_instance(c: Frame, kind: type, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A dataclass, as the __init__ that was written for it makes it: fields in order, then `__post_init__` with the InitVars."""
    everything: dict[str, Any] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    signature = inspect.signature(vars(kind).get("__init__") or kind.__init__)  # type: ignore[misc]
    given = bound(c, kind, signature.replace(parameters=list(signature.parameters.values())[1:]), args, kwargs, node)
    fields = {f.name for f in dataclasses.fields(kind)}
    values: dict[str, Abstract] = {}
    extra: list[Abstract] = []
    for name in [n for n in everything if n in fields or n in signature.parameters]:
        value = given[name] if name in given else field_default(c, kind, everything[name], node)
        if value is None:
            continue
        if name in fields:
            values[name] = value
        else:
            extra.append(value)
    made = Instance(c.store, values, kind)
    if found_in_class(c.unit, kind, "__post_init__") is not ABSENT:
        from .calls import call_value

        call_value(c, class_attribute(c, made, kind, "__post_init__", node), extra, {}, node)
    for name in fields:
        if name not in made.fields:
            c.refuse(node, f"{kind.__name__}() leaves its field '{name}' without a value, which is not supported", "give it one")
    made.contents = in_order(kind, made.fields)
    return made


def in_order(kind: type, values: dict[str, Abstract]) -> dict[str, Abstract]:
    """The values in the order of the fields."""
    return {f.name: values[f.name] for f in dataclasses.fields(kind) if f.name in values}


def field_default(c: Frame, kind: type, field: Any, node: ast.AST) -> Abstract | None:
    """The value of a field that was not passed; None for one that `__post_init__` is to set."""
    if field.default is not dataclasses.MISSING:
        return default_value(c, kind, field.name, lambda: field.default, node)
    if field.default_factory is not dataclasses.MISSING:
        from .calls import call_value

        return call_value(c, Static(field.default_factory, field.name), [], {}, node)
    if not field.init:
        return None
    missing(c, kind, field.name, node)


def replaced(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """dataclasses.replace: a new instance, made as its class makes it."""
    x = c.present(args[0], node)
    if not isinstance(x, Instance):
        c.refuse(node, "replace() should be called on dataclass instances", "")
    for field in dataclasses.fields(x.type):
        if not field.init and field.name in kwargs:
            never(c, node, ValueError, f"field {field.name} is declared with init=False, it cannot be specified with replace()")
    held = {f.name: x.fields[f.name] for f in dataclasses.fields(x.type) if f.init}
    return construct(c, x.type, [], {**held, **kwargs}, node)


# Attributes -----------------------------------------------------------------------------------------------------------


def attribute(c: Frame, x: Instance, name: str, node: ast.AST) -> Abstract:
    if name in x.fields:
        return x.fields[name]
    return class_attribute(c, x, x.type, name, node)


def class_attribute(c: Frame, x: Abstract, kind: type, name: str, node: ast.AST) -> Abstract:
    """A method, property or constant of the class of an instance."""
    from .calls import call_value

    if name == "__class__":
        return Static(kind, kind.__name__)
    if name in ("_replace", "_asdict") and isinstance(x, Tuple):
        return Method(x, name)
    held = found_in_class(c.unit, kind, name)
    path = f"{kind.__name__}.{name}"
    if isinstance(held, types.FunctionType):
        return Method(x, name, Static(held, path))
    if type(held) is property and isinstance(held.fget, types.FunctionType):
        return call_value(c, Static(held.fget, path), [x], {}, node)
    if type(held) is staticmethod:
        return Static(held.__func__, path)
    if type(held) is classmethod:
        return Method(Static(kind), name, Static(held.__func__, path))
    if held is ABSENT:
        never(c, node, AttributeError, f"'{kind.__name__}' object has no attribute '{name}'")
    if hasattr(type(held), "__get__"):
        what = type(held).__name__
        c.refuse(node, f"'{name}' of a {kind.__name__} is a {what}, which is not supported", "use a method or a property")
    return attribute_outside(c, Static(kind, kind.__name__), name, node)


def set_attribute(c: Frame, node: ast.Attribute, holder: Abstract, value: Abstract) -> None:
    """`holder.name = value`."""
    from .containers import changeable

    if isinstance(holder, Poison):
        raise Refused("the target was refused")
    if not isinstance(holder, Instance):
        c.refuse(node, f"assigning an attribute of a {type_name(holder)} is not supported", "use a dataclass, or a local variable")
    changeable(c, holder, node)
    if holder.type.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        never(c, node, dataclasses.FrozenInstanceError, f"cannot assign to field '{node.attr}'")
    if node.attr not in holder.fields and node.attr not in {f.name for f in dataclasses.fields(holder.type)}:
        c.refuse(node, f"'{node.attr}' is not a field of {holder.type.__name__}", "declare it as a field of the dataclass")
    holder.contents = in_order(holder.type, {**holder.fields, node.attr: value})


# What a class defines -------------------------------------------------------------------------------------------------


def class_of(x: Abstract) -> type | None:
    """The class of an instance of a dataclass or a NamedTuple; None for anything else."""
    return x.type if isinstance(x, Instance) or (isinstance(x, Tuple) and x.type is not tuple) else None


def refuse_own(c: Frame, node: ast.AST, xs: Any, *names: str) -> None:
    """Refuse an operation where the class of an operand defines it itself, by one of these special methods."""
    for x in xs:
        kind = class_of(x)
        for name in names if kind is not None else ():
            assert kind is not None
            found_in_class(c.unit, kind, name)
            if records.defined(kind, name) is None:
                continue
            c.refuse(node, f"'{kind.__name__}' has a {name} of its own, which is not run here", "call a method by its name instead")
