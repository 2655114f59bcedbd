"""Functions that keep their results: `functools.cache` and `lru_cache`. They are run at every call, and so must not notice it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...ir.types import ArrayType
from ..frame import Frame
from ..naming import type_name
from ..objects import Cell, Dict, List, Mutable, Set
from ..outside import capture
from ..patterns import children, flatten, objects, within
from ..values import Abstract, Array, Buffer, Closure, Partial, RunList
from .known import NotKnown, value_of

Arguments = tuple[tuple[Any, ...], dict[str, Any]]

UNHASHABLE = (Array, Buffer, Dict, List, RunList, Set)


def hashed(c: Frame, args: Iterable[Abstract], node: ast.AST) -> None:
    """TypeError where an argument cannot be looked up."""
    for x in args:
        if isinstance(x, UNHASHABLE):
            c.raises(node, TypeError, f"unhashable type: '{type_name(x)}'", "call the function that is not cached")


def unchanging(c: Frame, result: Abstract, what: str, node: ast.AST, kept: bool = False) -> Abstract:
    """The result of a function that gives the same object at every call: nobody may change it. Refused if it could be changed and what
    the function has kept can be taken in its place (`kept`)."""
    if grows(result) or (kept and changeable(result)):
        c.refuse(node, f"{what} is cached, and gives the same {type_name(result)} at every call", "call it outside, and pass that in")
    for m in objects([result]):
        m.frozen = m.frozen or f"{what} is cached, and gives the same one at every call"
    c.unit.lasting.update(leaf for leaf in flatten([result]) if isinstance(leaf.type, ArrayType))
    return result


def without_effects(c: Frame, what: str, node: ast.AST, run: Callable[[], Abstract]) -> Abstract:
    """What a cached function gives that is run: refused where it changes something, which it would do at its first call alone."""
    before = c.store.fork()
    result = run()
    if any(m.contents is not contents for m, contents in before.items()):
        reason = f"{what} is cached, and changes something outside of it, at its first call for these arguments alone"
        c.refuse(node, reason, "leave out the cache, or what it changes")
    return result


def known(args: Sequence[Abstract], kwargs: Mapping[str, Abstract]) -> Arguments | None:
    """The arguments of a call as Python objects, if all are known."""
    try:
        return tuple(map(value_of, args)), {name: value_of(x) for name, x in kwargs.items()}
    except NotKnown:
        return None


def kept(c: Frame, function: Any, path: str, arguments: Arguments, node: ast.AST) -> Abstract | None:
    """What a function outside has kept for these arguments, or keeps now: one object, like any other that comes from outside. None
    where it raises."""
    args, kwargs = arguments
    call = functools.partial(function, *args, **kwargs)
    try:
        call()
    except Exception:
        return None
    which = tuple((type(x), x) for x in (*args, *kwargs.values()))
    return capture(c, ("cached", id(function), which, tuple(kwargs)), f"{path}(…)", call, node)


def changeable(x: Abstract) -> bool:
    """Whether some part of `x` can be written in place."""
    return isinstance(x, (Array, Buffer, Mutable, RunList)) or any(changeable(part) for _, part in children(x))


def grows(x: Abstract) -> bool:
    """Whether some part of `x` is a list that was built at run time."""
    return any(isinstance(part, RunList) for part in within(x))


def same_variables(c: Frame, function: Partial, node: ast.AST) -> None:
    """Refuse a cached function of which a variable around it has changed since its first call: what it kept would be out of date."""
    inside = function.function
    if not isinstance(inside, Closure):
        return
    now = [cell.contents for cell in inside.cells.values() if isinstance(cell, Cell)]
    before = c.cached.setdefault(function, now)
    if any(x is not y for x, y in zip(before, now, strict=True)):
        c.refuse(node, "a cached function is called again after a variable that it reads has changed", "pass that as an argument")
