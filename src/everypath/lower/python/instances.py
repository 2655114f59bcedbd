"""Instances of classes, dataclasses and NamedTuples: how `Class(…)` makes them."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import types
from collections.abc import Callable
from typing import Any, NoReturn

from ... import records
from .. import arity
from ..context import WRONG
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Instance
from ..outside import capture, never
from ..values import Abstract, Maybe, Static, Tuple, is_none
from ..watch import Item, found_in_class
from .attributes import class_attribute, plainly_set, set_attribute
from .classes import why_not

# Making ---------------------------------------------------------------------------------------------------------------


def construct(c: Frame, kind: type, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`Class(…)`."""
    if issubclass(kind, enum.Enum):
        return member(c, kind, args, kwargs, node)
    if records.is_named_tuple(kind):
        maker = found_in_class(c.unit, kind, "__new__")
        own = getattr(maker, "__func__", maker)
        if not records.makes_tuples(own):
            return c.call(Static(own, f"{kind.__name__}.__new__"), [Static(kind), *args], kwargs, node)
        return named_tuple(c, kind, args, kwargs, node)
    if kind is types.SimpleNamespace:
        if args:
            never(c, node, TypeError, "no positional arguments expected")
        return Instance(c.store, dict(kwargs), kind)
    if not records.ordinary(kind):
        c.refuse(
            node, f"making {an(kind.__name__)} is not supported: {why_not(kind)}", "use a tuple, a list, a dict or a class of your own"
        )
    for base in type(kind).__mro__[: type(kind).__mro__.index(type)]:
        if "__call__" in vars(base):
            c.refuse(
                node,
                f"'{kind.__name__}' has a metaclass with a __call__ of its own, which is not supported",
                "call a function that makes it",
            )
    try:
        records.bare(kind)
    except TypeError as problem:  # it is abstract
        never(c, node, TypeError, str(problem))
    maker = found_in_class(c.unit, kind, "__new__")
    if maker not in BARE:
        made = c.call(Static(getattr(maker, "__func__", maker), f"{kind.__name__}.__new__"), [Static(kind), *args], kwargs, node)
        if not isinstance(made, Instance) or not issubclass(made.type, kind):
            return made
    else:
        made = begun(c, kind, node)
    initialiser = found_in_class(c.unit, kind, "__init__")
    if initialiser is object.__init__:
        if (args or kwargs) and maker is object.__new__:
            never(c, node, TypeError, f"{kind.__name__}() takes no arguments")
    elif records.generated(initialiser) and records.fields_set_by(kind):
        fill_fields(c, made, kind, args, kwargs, node)
    else:
        given = c.call(Static(initialiser, f"{kind.__name__}.__init__"), [made, *args], kwargs, node)
        if not isinstance(given, Maybe) and not is_none(given):
            never(c, node, TypeError, f"__init__() should return None, not '{type_name(given)}'")
    return made


BARE = (object.__new__, list.__new__, dict.__new__)
"""What makes an instance without attributes."""


def begun(c: Frame, kind: type, node: ast.AST) -> Instance:
    """An instance without attributes; with nothing in it, if it is a list or a dict too."""
    made = Instance(c.store, {}, kind)
    base = records.container(kind)
    if base is not None:
        made.contents = {records.HELD: c.call(Static(base), [], {}, node)}
    return made


def new_object(c: Frame, node: ast.AST, args: list[Abstract]) -> Abstract:
    """`object.__new__(Class)`, `super().__new__(Class)`: an instance without attributes."""
    kind = c.static(args[0], "the class", node)
    kind = (records.stand_in(kind) or kind) if isinstance(kind, type) else kind
    if not isinstance(kind, type) or not records.ordinary(kind):
        c.refuse(node, f"making a {getattr(kind, '__name__', kind)} is not supported", "use a class of your own")
    return begun(c, kind, node)


def member(c: Frame, kind: type, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`Color("red")`: the member of an Enum with this value."""
    if len(args) != 1 or kwargs:
        c.refuse(node, f"making an Enum ('{kind.__name__}') inside the function is not supported", "define it at the module's top level")
    value = c.static(args[0], f"the value of {an(kind.__name__)}", node)
    try:
        return Static(kind(value))
    except ValueError as problem:
        return never(c, node, ValueError, str(problem))


def named_tuple(c: Frame, kind: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    for name in records.SPECIAL:
        found_in_class(c.unit, kind, name)
    if odd := records.odd_making(kind):
        c.refuse(node, f"'{kind.__name__}' {odd}, which is not supported", "let the class do no more than hold its fields")
    defaults: dict[str, Any] = getattr(kind, "_field_defaults", {})
    by_name = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, by_name, default=defaults.get(name, inspect.Parameter.empty)) for name in kind._fields]
    given = bound(c, kind, inspect.Signature(parameters), args, kwargs, node)
    values = [given[name] if name in given else from_default(c, kind, name, defaults, node) for name in kind._fields]
    return Tuple(tuple(values), kind)


def of_items(c: Frame, kind: Any, node: ast.AST, items: tuple[Abstract, ...]) -> Abstract:
    """`Class._make(items)`."""
    if len(items) != len(kind._fields):
        never(c, node, TypeError, f"Expected {len(kind._fields)} arguments, got {len(items)}")
    return named_tuple(c, kind, list(items), {}, node)


def bound(
    c: Frame, kind: type, signature: inspect.Signature, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> dict[str, Abstract]:
    """The arguments by name, as a class takes them."""
    try:
        return dict(signature.bind(*args, **kwargs).arguments)
    except TypeError as problem:
        said = arity.heard(kind, len(args), kwargs) or f"{kind.__name__}(): {problem}"
        c.raises(node, TypeError, said, "call it with the arguments of its signature")


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


def fill_fields(c: Frame, made: Abstract, kind: type, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> None:
    """What the `__init__` that was written for a dataclass does: fields in order, then `__post_init__` with the InitVars."""
    assert isinstance(made, Instance)
    owner: Any = records.owner_of(kind, "__init__")
    everything: dict[str, Any] = owner.__dataclass_fields__
    signature = inspect.signature(vars(owner)["__init__"])
    given = bound(c, kind, signature.replace(parameters=list(signature.parameters.values())[1:]), args, kwargs, node)
    fields = {f.name for f in dataclasses.fields(owner)}
    extra: list[Abstract] = []
    for name in [n for n in everything if n in fields or n in signature.parameters]:
        value = given[name] if name in given else field_default(c, kind, everything[name], node)
        if value is None:
            continue
        if name in fields:
            give_field(c, made, name, value, node)
        else:
            extra.append(value)
    if "__post_init__" in vars(owner)["__init__"].__code__.co_names:
        c.call(class_attribute(c, made, kind, "__post_init__", node), extra, {}, node)


def give_field(c: Frame, made: Instance, name: str, value: Abstract, node: ast.AST) -> None:
    """`self.name = value` in a generated `__init__`; of a frozen class it goes past the `__setattr__` that refuses."""
    if records.is_frozen(made.type):
        plainly_set(c, node, made, name, value)
    else:
        set_attribute(c, node, made, name, value)


def field_default(c: Frame, kind: type, field: Any, node: ast.AST) -> Abstract | None:
    """The value of a field that was not passed; None for one that `__post_init__` is to set."""
    if field.default is not dataclasses.MISSING:
        return default_value(c, kind, field.name, lambda: field.default, node)
    if field.default_factory is not dataclasses.MISSING:
        return c.call(Static(field.default_factory, field.name), [], {}, node)
    if not field.init:
        return None
    missing(c, kind, field.name, node)


def replaced(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """dataclasses.replace: a new instance, made as its class makes it."""
    x = c.present(args[0], node)
    if not isinstance(x, Instance):
        c.refuse(node, "replace() should be called on dataclass instances", WRONG)
    for field in dataclasses.fields(x.type):
        if not field.init and field.name in kwargs:
            never(c, node, ValueError, f"field {field.name} is declared with init=False, it cannot be specified with replace()")
    held = {f.name: x.fields[f.name] for f in dataclasses.fields(x.type) if f.init}
    return construct(c, x.type, [], {**held, **kwargs}, node)
