"""How the arguments of a call are bound to the parameters of a function in Python."""

from __future__ import annotations

import ast
import functools
import types
from typing import Any

from ... import records
from ...errors import NotSupported
from ...source import Location
from ...syntax.read import read
from ...syntax.rename import is_generator
from .. import arity, run_lists
from ..frame import Frame
from ..objects import Cell, Dict, RunTuple, Spread
from ..outside import Outside, capture
from ..values import NONE, Abstract, Closure, Slice, Tuple
from ..watch import watch_function
from .functions import Target
from .handed import handed


def hashable(x: Any) -> bool:
    return getattr(type(x), "__hash__", None) is not None


def python_call(
    c: Frame, function: types.FunctionType, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> tuple[Target, dict[str, Abstract]]:
    try:
        definition = read(function)
    except NotSupported as problem:
        (_, reason, way_out), *_ = problem.refusals
        c.refuse(node, reason.replace("cannot use", "cannot call"), way_out)
    watch_function(c.unit, function)
    defaults = default_values(c, function, node)
    if not is_generator(definition.node):
        args, kwargs = [handed(c, x, node) for x in args], {k: handed(c, x, node) for k, x in kwargs.items()}
    bound = bind(c, definition.node.args, args, kwargs, defaults, function.__qualname__, node)
    outside = Outside.of(function)
    return Target(definition, outside, {}, place=place_of(c, outside, node)), bound


def place_of(c: Frame, outside: Outside, node: ast.AST) -> Location | None:
    """Where a text of the library stands for the user: where the first of them is called."""
    return (c.place or c.location(node)) if records.in_texts(outside.module) else None


def default_values(c: Frame, function: types.FunctionType, node: ast.AST) -> dict[str, Abstract]:
    """The default values of a function's parameters, as they are now."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    values = function.__defaults__ or ()
    found: dict[str, Any] = dict(zip(names[len(names) - len(values) :], values, strict=True))
    found.update(function.__kwdefaults__ or {})
    out: dict[str, Abstract] = {}
    for name, value in found.items():
        if is_constant(value):
            out[name] = c.constant(value, name)
        else:
            read_default = functools.partial(default_of, function, name)
            out[name] = capture(c, ("default", id(function), name), f"{function.__qualname__}.{name}", read_default, node)
    return out


def is_constant(value: Any) -> bool:
    """Whether a value is known for good: a number, a string, None, or a tuple of such."""
    return all(map(is_constant, value)) if type(value) is tuple else type(value) in (bool, int, float, str, type(None))


def default_of(function: types.FunctionType, name: str) -> Any:
    if function.__kwdefaults__ and name in function.__kwdefaults__:
        return function.__kwdefaults__[name]
    code = function.__code__
    values = function.__defaults__ or ()
    return dict(zip(code.co_varnames[code.co_argcount - len(values) : code.co_argcount], values, strict=True))[name]


def closure_call(
    c: Frame, callee: Closure, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST
) -> tuple[Target, dict[str, Abstract]]:
    definition = callee.definition
    if not is_generator(definition.node):
        args, kwargs = [handed(c, x, node) for x in args], {k: handed(c, x, node) for k, x in kwargs.items()}
    bound = bind(c, definition.node.args, args, kwargs, callee.defaults, definition.qualname or definition.name, node)
    cells = {name: cell for name, cell in callee.cells.items() if isinstance(cell, Cell)}
    return Target(definition, callee.outside, cells, place=place_of(c, callee.outside, node)), bound


def bind(
    c: Frame,
    parameters: ast.arguments,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    defaults: dict[str, Abstract],
    name: str,
    node: ast.AST,
) -> dict[str, Abstract]:
    """Arguments by parameter, in the order of the signature, as CPython binds them."""
    if args and isinstance(args[-1], Spread):
        args, rest = spread_over(c, parameters, args, defaults, name, node)
    else:
        rest = None
    only_positional = [p.arg for p in parameters.posonlyargs]
    positional = [*only_positional, *(p.arg for p in parameters.args)]
    by_name = {*positional[len(only_positional) :], *(p.arg for p in parameters.kwonlyargs)}
    bound: dict[str, Abstract] = dict(zip(positional, args, strict=False))
    extra = {key: value for key, value in kwargs.items() if key not in by_name}
    fits = (len(args) <= len(positional) or parameters.vararg is not None) and (not extra or parameters.kwarg is not None)
    fits = fits and not any(key in bound and key in by_name for key in kwargs)
    bound.update((key, value) for key, value in kwargs.items() if key in by_name)
    needed = (*positional, *(p.arg for p in parameters.kwonlyargs))
    if not fits or any(parameter not in bound and parameter not in defaults for parameter in needed):
        said = arity.said_of(parameters, defaults, name, len(args), kwargs) or f"{name}() does not take these arguments"
        c.raises(node, TypeError, said, "call it with the arguments of its signature")
    given = {**defaults, **bound}
    ordered = {parameter: given[parameter] for parameter in positional}
    if parameters.vararg is not None:
        ordered[parameters.vararg.arg] = Tuple(tuple(args[len(positional) :])) if rest is None else rest
    for p in parameters.kwonlyargs:
        ordered[p.arg] = given[p.arg]
    if parameters.kwarg is not None:
        ordered[parameters.kwarg.arg] = Dict(c.store, extra)
    return ordered


def spread_over(
    c: Frame, parameters: ast.arguments, args: list[Abstract], defaults: dict[str, Abstract], name: str, node: ast.AST
) -> tuple[list[Abstract], Abstract | None]:
    """The arguments one by one, the last of which are counted only when the function runs; and what is left for `*args`."""
    *given, last = args
    assert isinstance(last, Spread) and isinstance(last.items, RunTuple)
    positional = [p.arg for p in (*parameters.posonlyargs, *parameters.args)]
    missing = positional[len(given) :]
    if any(parameter in defaults for parameter in missing):
        c.refuse(node, f"which parameters of {name}() are given is known only when the function runs", "pass them one by one")
    n = run_lists.count(c.b, last.items)
    enough = c.b.op("ge" if parameters.vararg else "eq", n, c.b.i64(len(missing)), name="enough")
    c.limit(enough, NotSupported, f"{name}() is given {{}} arguments by * here, which do not fit its parameters", n)
    given += [run_lists.item(c, last.items, c.b.i64(k)) for k in range(len(missing))]
    if parameters.vararg is None or not missing:
        extra = given[len(positional) :]
        rest = last.items if not extra else c.binary(node, "+", Tuple(tuple(extra)), last.items)
        return given[: len(positional)], rest if parameters.vararg else None
    start = Slice(c.integer(len(missing)), NONE, NONE)
    return given, c.get_item(node, last.items, start)
