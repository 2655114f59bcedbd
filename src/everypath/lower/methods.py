"""Built-in methods: of arrays, lists, dicts, NamedTuples and strings."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from . import containers, lists
from .frame import Frame
from .iteration import over_dict
from .messages import formatted, joined_text, refuse_reading
from .outside import never
from .values import (
    NONE,
    Abstract,
    Array,
    Buffer,
    Dict,
    List,
    Method,
    RunList,
    Scalar,
    Static,
    Tuple,
    sequence_items,
    type_name,
)

VIEWS = ("keys", "values", "items")


def call(c: Frame, method: Method, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a built-in method."""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, Array) or (isinstance(receiver, Scalar) and not receiver.weak):
        from .comprehension import realised
        from .numpy import METHODS

        return METHODS[name](c, node, receiver, [realised(c, x) for x in args], {k: realised(c, x) for k, x in kwargs.items()})
    if isinstance(receiver, Static) and isinstance(receiver.value, str):
        return string_method(c, receiver.value, name, args, kwargs, node)
    refuse_reading(c, node, receiver)
    if isinstance(receiver, Dict) and name == "update":
        return updated(c, receiver, args, kwargs, node)
    if isinstance(receiver, (List, RunList, Buffer)):
        return lists.call(c, receiver, name, args, kwargs, node)
    if kwargs and not isinstance(receiver, Tuple):
        c.refuse(node, f"the option '{min(kwargs)}' of {type_name(receiver)}.{name}() is not supported", "leave it out")
    if isinstance(receiver, Dict):
        return dict_method(c, receiver, name, args, node)
    if isinstance(receiver, Tuple):
        return tuple_method(c, receiver, name, args, kwargs, node)
    if isinstance(receiver, Scalar) and name == "is_integer" and receiver.kind == "float":
        return Scalar(c.b.op("eq", receiver.value, c.b.op("floor", receiver.value)), "bool")
    if isinstance(receiver, Scalar) and name == "conjugate":
        return receiver
    c.refuse(node, f"'{type_name(receiver)}' object has no supported attribute '{name}'", "")


def dict_method(c: Frame, x: Dict, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    if name in VIEWS and not args:
        constant = c.constant
        made: dict[str, Callable[[Any, Abstract], Abstract]] = {
            "keys": lambda k, v: constant(k),
            "values": lambda k, v: v,
            "items": lambda k, v: Tuple((constant(k), v)),
        }
        return over_dict(c, x, made[name], node)
    if name == "copy" and not args:
        return Dict(c.store, x.entries)
    if name == "get" and args:
        return x.entries.get(c.static(args[0], "a key of a dict", node), args[1] if len(args) > 1 else NONE)
    if name in ("pop", "setdefault") and args:
        containers.changeable(c, x, node)
        key = c.static(args[0], "a key of a dict", node)
        if key in x.entries:
            value = x.entries[key]
            if name == "pop":
                x.contents = {k: v for k, v in x.entries.items() if k != key}
            return value
        if name == "setdefault":
            x.contents = {**x.entries, key: args[1] if len(args) > 1 else NONE}
        return args[1] if len(args) > 1 else never(c, node, KeyError, str(key)) if name == "pop" else NONE
    c.refuse(node, f"the dict method '{name}' is not supported", "write it out")


def tuple_method(c: Frame, x: Tuple, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    fields: tuple[str, ...] = getattr(x.type, "_fields", ())
    if name == "_replace" and fields and not args:
        if set(kwargs) - set(fields):
            c.refuse(node, f"{x.type.__name__} has no field '{min(set(kwargs) - set(fields))}'", "")
        return Tuple(tuple(kwargs.get(f, v) for f, v in zip(fields, x.items, strict=True)), x.type)
    if name == "_asdict" and fields and not args:
        return Dict(c.store, dict(zip(fields, x.items, strict=True)))
    c.refuse(node, f"the method '{name}' of a tuple is not supported", "write it as a loop")


def updated(c: Frame, x: Dict, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.update(other, name=value)`."""
    containers.changeable(c, x, node)
    if len(args) > 1 or not all(isinstance(other, Dict) for other in args):
        c.refuse(node, "dict.update() takes a dict here", "assign item by item")
    x.contents = {**x.entries, **{k: v for other in args if isinstance(other, Dict) for k, v in other.entries.items()}, **kwargs}
    return NONE


def string_method(c: Frame, text: str, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A method of a known string: put together with run-time values, or computed here."""
    from .comprehension import realised

    if name == "format":
        return formatted(c, node, text, args, kwargs)
    if name == "join" and len(args) == 1 and not kwargs:
        return joined_text(c, node, text, containers.all_items(c, realised(c, args[0]), node))
    if any(sequence_items(x) is not None for x in args):
        c.refuse(node, f"str.{name} of a sequence is not supported", "pass strings")
    known = [c.static(x, f"an argument of str.{name}", node) for x in args]
    options = {key: c.static(x, f"the option '{key}' of str.{name}", node) for key, x in kwargs.items()}
    try:
        value = getattr(text, name)(*known, **options)
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        return never(c, node, type(problem), str(problem))
    if isinstance(value, (str, bool, int)):
        return c.constant(value)
    c.refuse(node, f"str.{name} is not supported", "compute it outside")
