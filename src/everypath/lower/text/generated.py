"""`contextlib.contextmanager`: the generator's text is lowered among the function's own, and where it yields stands the `with`'s body.

@contextmanager                   with scaled(2.0) as k:          k = 2.0
def scaled(k):                        y = k * x              is   try:
    try:                                                              y = k * x
        yield k                                                   finally:
    finally:                                                          print("done")
        print("done")
"""

from __future__ import annotations

import ast
import contextlib
import types
from collections.abc import Callable
from dataclasses import dataclass

from ...syntax.rename import gives
from ..frame import FALSE, FLAGS, RESULT, Frame
from ..landing import RAISED
from ..python.iterables import Body
from ..values import Abstract, Closure
from ..watch import watch_attribute
from . import generators
from .binding import closure_call, python_call
from .functions import Target

HELPER = contextlib.contextmanager(lambda: iter(())).__code__
"""The code of every function that `contextmanager` has made."""


@dataclass(frozen=True, eq=False)
class Generated(Abstract):
    """What calling such a function gives: nothing of it runs yet."""

    call: generators.Called


def is_maker(function: types.FunctionType) -> bool:
    """Whether `contextmanager` made this function."""
    return function.__code__ is HELPER


def made(c: Frame, function: types.FunctionType, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A call of a function that `contextmanager` made."""
    inside = function.__wrapped__  # type: ignore[attr-defined]
    watch_attribute(c.unit, function, "__wrapped__", inside)
    return of_generator(c, *python_call(c, inside, args, kwargs, node), node)


def of_generator(c: Frame, target: Target, bound: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A call of a function that yields where the body stands."""
    if not once(target.definition.body):
        reason = f"'{target.definition.name}' does not yield once, outside loops, on each path and without a `return`"
        c.refuse(node, f"{reason}: as a manager it is not supported", "write a class with __enter__ and __exit__")
    return Generated(generators.Called(target.definition, target.outside, target.cells, bound, manages=True))


def of_closure(c: Frame, closure: Closure, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A call of a function in a function that `contextmanager` stands above."""
    return of_generator(c, *closure_call(c, closure, args, kwargs, node), node)


def once(body: list[ast.stmt]) -> bool:
    """Whether a text yields exactly once, whatever happens, and goes on to its end."""
    found = [statement for statement in body if gives(statement)]
    if len(found) != 1 or any(isinstance(inside, ast.Return) for statement in body for inside in ast.walk(statement)):
        return False
    (only,) = found
    if isinstance(only, ast.Try):
        elsewhere = [*only.orelse, *only.finalbody, *(s for handler in only.handlers for s in handler.body)]
        return once(only.body) and not any(map(gives, elsewhere))
    if isinstance(only, ast.With):
        return once(only.body)
    if isinstance(only, ast.If):
        return once(only.body) and once(only.orelse)
    return isinstance(only, ast.Expr) and isinstance(only.value, ast.Yield)


def lower(c: Frame, node: ast.With, expression: ast.expr, manager: Generated, inside: Callable[[Abstract], None]) -> None:
    """The body where the generator yields. However the body is left, the generator runs to its end, and then it is left."""
    live = c.live_after(node)
    matters = frozenset().union(*(landing.live for landing in c.landings)) if live is None else live
    matters |= c.landed(node)
    aside = {name: c.fresh(f"with {name[1:-1]}") for name in (*FLAGS, RESULT) if name != RAISED}
    for name, kept in aside.items():
        if name != RESULT:
            c.env[kept] = FALSE

    def run(value: Abstract) -> None:
        c.on_way_out += 1
        try:
            inside(value)
        finally:
            c.on_way_out -= 1
        for name, kept in aside.items():
            if name in c.env:
                c.env[kept] = c.env[name]
            if name != RESULT:
                c.env[name] = FALSE

    generators.run(c, manager.call, Body(expression, run, frozenset(), matters, matters))
    for name, kept in aside.items():
        if kept in c.env:
            c.env[name] = c.env.pop(kept)
