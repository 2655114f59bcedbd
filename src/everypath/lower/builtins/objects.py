"""`super`, and what `object` defines for all classes."""

from __future__ import annotations

import ast
import builtins
import inspect

from ... import records
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Instance
from ..outside import never
from ..python.attributes import attribute, found, missing, plainly_set, set_attribute
from ..python.instances import new_object
from ..python.known import lifted
from ..python.spread import all_items
from ..python.supers import lower_super
from ..python.thrown import UNUSUAL
from ..values import NONE, Abstract, Tuple
from .registry import TABLE, builtin


@builtin(builtins.super, most=2)
def lower_super_(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return lower_super(c, node, args)


@builtin(builtins.vars, least=1)
def lower_vars(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if not isinstance(x, Instance):
        c.refuse(node, f"vars() of {an(type_name(x))} is not supported", "use its attributes by name")
    return attribute(c, x, "__dict__", node)


@builtin(builtins.setattr, least=3, most=3)
def lower_setattr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    set_attribute(c, node, c.present(args[0], node), c.static(args[1], "the name of an attribute", node), args[2])
    return NONE


def initialised(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`object.__init__(x)`: nothing."""
    return NONE


def error_initialised(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`Exception.__init__(e, …)`: its arguments are what it shows."""
    x = args[0]
    if not isinstance(x, Instance):
        c.refuse(node, f"__init__ of a {type_name(x)} is not supported", "make a new one")
    x.contents = {**x.fields, "args": Tuple(tuple(args[1:]))}
    return NONE


def new(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`object.__new__(Class)`."""
    return new_object(c, node, args)


def new_tuple(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`tuple.__new__(Class, items)`: of NamedTuples too, past a `__new__` of their own."""
    kind = c.static(args[0], "the class", node) if args else None
    if kwargs or not isinstance(kind, type) or not (kind is tuple or records.is_named_tuple(kind)):
        c.refuse(node, f"making a {getattr(kind, '__name__', kind)} is not supported", "use a tuple, or a NamedTuple")
    return Tuple(all_items(c, args[1], node) if len(args) > 1 else (), kind)


def named(c: Frame, node: ast.AST, args: list[Abstract]) -> tuple[Instance, str]:
    """An instance and the name of an attribute, as `object`'s own functions take them."""
    x = args[0]
    if not isinstance(x, Instance):
        c.refuse(node, f"an attribute of {an(type_name(x))} by object's own functions is not supported", "use an instance of a class")
    return x, c.static(args[1], "the name of an attribute", node)


def set_plainly(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`object.__setattr__(x, name, value)`."""
    x, name = named(c, node, args)
    plainly_set(c, node, x, name, args[2])
    return NONE


def got_plainly(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`object.__getattribute__(x, name)`."""
    x, name = named(c, node, args)
    value = found(c, x, name, node)
    return missing(c, x.type, name, node) if value is None else value


TABLE[object.__init__] = initialised
TABLE[object.__new__] = new
TABLE[tuple.__new__] = new_tuple
TABLE[object.__setattr__] = set_plainly
TABLE[object.__getattribute__] = got_plainly
for kind in vars(builtins).values():
    if isinstance(kind, type) and issubclass(kind, BaseException) and not issubclass(kind, UNUSUAL):
        TABLE[kind.__init__] = error_initialised


@builtin(inspect.getfullargspec, least=1, most=1)
def lower_signature(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """The parameters of a function that is known: how decorators ask for their names."""
    function = c.static(args[0], "the function whose parameters are asked for", node)
    try:
        found = inspect.getfullargspec(function)
    except TypeError as problem:
        return never(c, node, TypeError, str(problem))
    return Tuple(tuple(lifted(c, part, node) for part in found), inspect.FullArgSpec)
