"""Functions of what is known before the function runs: computed by CPython, then and there."""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import operator
from collections.abc import Callable
from typing import Any

from ...errors import EverypathError, InvalidArgument, NotSupported
from ...structure import describe
from ..frame import Frame
from ..naming import public
from ..objects import List
from ..outside import capture
from ..python.containers import new_list
from ..python.known import NotKnown, lifted, value_of
from ..python.thrown import as_cpython
from ..reach import NeedsStatic
from ..text.comprehension import realised
from ..values import Abstract, Array, Scalar, Tuple
from .registry import TABLE, Handler

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    builtins.ascii,
    builtins.bin,
    builtins.bytes,
    builtins.chr,
    builtins.hex,
    builtins.issubclass,
    builtins.oct,
    builtins.ord,
    float.fromhex,
    operator.length_hint,
    str.maketrans,
)


def computed(function: Callable[..., Any]) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return call(c, function, args, kwargs, node)

    return handler


def call(c: Frame, function: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """What CPython makes of a call whose arguments are known."""
    try:
        known, named = [value_of(realised(c, x)) for x in args], {key: value_of(x) for key, x in kwargs.items()}
    except NotKnown:
        for x in (*args, *kwargs.values()):
            if isinstance(x, Scalar) and x.origins:
                raise NeedsStatic(x.origins) from None
        c.refuse(node, f"{function.__name__}() of what is known only when the function runs is not supported", "compute it outside")
    return lifted(c, by_cpython(c, function, known, named, node), node)


def by_cpython(c: Frame, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> Any:
    """What CPython returns; an error that it raises is one of the user's line."""
    try:
        return function(*args, **kwargs)
    except EverypathError:
        raise
    except Exception as problem:
        as_cpython(c, node, problem)


def at_lowering(
    c: Frame, function: Callable[..., Any], what: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> Abstract:
    """What CPython makes of the options of a call; `what` they are must be known."""
    known, named = [option(c, x, what, node) for x in args], {key: option(c, x, what, node) for key, x in kwargs.items()}
    return lifted(c, by_cpython(c, function, known, named, node), node)


def option(c: Frame, x: Abstract, what: str, node: ast.AST) -> Any:
    """An option as Python has it, lists as lists."""
    x = realised(c, x)
    if isinstance(x, Tuple) and x.type is tuple:
        return tuple(option(c, item, what, node) for item in x.items)
    if isinstance(x, List):
        return [option(c, item, what, node) for item in x.items]
    return c.static(x, what, node)


def of_numbers(c: Frame, function: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract | None:
    """What CPython makes of a call of NumPy or SciPy whose arguments are all known, with arrays of its own; None
    where one is not, or the result is no data."""
    try:
        known, named = [value_of(x) for x in args], {key: value_of(x) for key, x in kwargs.items()}
    except NotKnown:
        return None
    place = ("computed", id(node), repr((known, named)))
    if place not in c.unit.computed:  # once: an object that is made anew may hold other functions, and is another one
        c.unit.computed[place] = by_cpython(c, function, known, named, node)
    value = c.unit.computed[place]
    try:
        describe(value)
    except (InvalidArgument, NotSupported):  # it is no data
        return None
    return own_copy(c, capture(c, place, public(function), functools.partial(copy.deepcopy, value), node), node)


def own_copy(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """`x`, which was captured, with its arrays in memory of their own: it is made anew at every call."""
    if isinstance(x, Array):
        return Array(c.b.op("copy", x.value, name=x.value.name))
    if isinstance(x, Tuple):
        return Tuple(tuple(own_copy(c, item, node) for item in x.items), x.type)
    if isinstance(x, List):
        return new_list(c, [own_copy(c, item, node) for item in x.items], node)
    return x


for _function in FUNCTIONS:
    TABLE.setdefault(_function, computed(_function))
