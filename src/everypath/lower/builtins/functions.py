"""Functions that make or stand for functions: functools.partial, wraps, cache, and those of operator."""

from __future__ import annotations

import ast
import functools
import operator
import types
from typing import Any

from ... import records
from ..frame import Frame
from ..naming import type_name
from ..objects import Instance
from ..outside import never
from ..python import subscripts
from ..python.classes import class_of
from ..python.comparisons import compare
from ..python.indices import as_index
from ..python.operators import binary, unary
from ..text.expressions import attribute
from ..text.logic import truth_of
from ..text.statements import store_item
from ..values import NONE, Abstract, Closure, Method, Partial, Scalar, Static, Tuple
from .registry import TABLE, Handler, builtin


def of_type(c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`str.upper(text)`: a method that stands in a built-in type, called with what it is a method of."""
    owner, name = function.__objclass__.__name__, function.__name__
    if not args:
        return never(c, node, TypeError, f"unbound method {owner}.{name}() needs an argument")
    x = c.present(args[0], node)
    kind = class_of(x)
    if kind is None or not issubclass(kind, function.__objclass__):
        return never(c, node, TypeError, f"descriptor '{name}' for '{owner}' objects doesn't apply to a '{type_name(x)}' object")
    if isinstance(x, Instance) and x.held is not None:  # past what its own class says
        text = records.held(records.CONTAINERS[function.__objclass__], name)
        own = Static(text) if isinstance(text, types.FunctionType) else None
        return c.call(own, args, kwargs, node) if own else c.call(c.attribute(x.held, name, node), args[1:], kwargs, node)
    return c.call(c.attribute(x, name, node), args[1:], kwargs, node)


def is_dispatching(function: Any) -> bool:
    """Whether this is what `functools.singledispatch` made."""
    return function.__globals__ is vars(functools) and hasattr(function, "dispatch") and hasattr(function, "registry")


def dispatched(c: Frame, function: Any, callee: Static, args: list[Abstract], node: ast.AST) -> Abstract:
    """The function that was registered for the class of the first argument."""
    kind = class_of(c.present(args[0], node)) if args else None
    if kind is None:
        c.refuse(node, f"'{callee.path}' is called with what has no class that is known here", "pass a number, an array or an object")
    return Static(function.dispatch(kind), callee.path)


# functools ------------------------------------------------------------------------------------------------------------


def lower_partial(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        c.refuse(node, "type 'partial' takes at least one argument", "give it a function")
    return Partial(args[0], tuple(args[1:]), kwargs)


TABLE[functools.partial] = lower_partial


@builtin(staticmethod, least=1)
def lower_staticmethod(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """A function in a function is called as it is."""
    return args[0]


def same(function: Any) -> Any:
    """What `wraps(f)` makes of a function, as far as it computes anything."""
    return function


@builtin(same, least=1)
def lower_same(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return args[0]


@builtin(functools.wraps, least=1, most=3, options=("assigned", "updated"))
def lower_wraps(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """The name and the text of a function: `assigned` and `updated` say which of its attributes."""
    return Static(same)


@builtin(functools.cache, least=1)
def lower_cache(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return Partial(args[0], once=True)


@builtin(functools.lru_cache, most=2, options=("maxsize", "typed"))
def lower_lru_cache(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """`lru_cache(f)` and `lru_cache(…)(f)`: how much is kept, which `maxsize` and `typed` say, changes no value."""
    if args and not isinstance(args[0], Scalar) and isinstance(args[0], (Closure, Method, Partial)):
        return lower_cache(c, node, args[:1], {})
    return Static(functools.cache)


# operator -------------------------------------------------------------------------------------------------------------


def two(op: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return binary(c, node, op, args[0], args[1])

    return handler


def comparison(op: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return compare(c, node, op, args[0], args[1])

    return handler


def one(op: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return unary(c, node, op, args[0])

    return handler


BINARY = {
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.truediv: "/",
    operator.floordiv: "//",
    operator.mod: "%",
    operator.pow: "**",
    operator.matmul: "@",
    operator.and_: "&",
    operator.or_: "|",
    operator.xor: "^",
    operator.lshift: "<<",
    operator.rshift: ">>",
    operator.concat: "+",
}
COMPARED = {operator.eq: "==", operator.ne: "!=", operator.lt: "<", operator.le: "<=", operator.gt: ">", operator.ge: ">="}
COMPARED |= {operator.is_: "is", operator.is_not: "is not"}
UNARY = {operator.neg: "-", operator.pos: "+", operator.invert: "~"}

for _function, _op in BINARY.items():
    builtin(_function, least=2, most=2)(two(_op))
for _function, _op in COMPARED.items():
    builtin(_function, least=2, most=2)(comparison(_op))
for _unary, _op in UNARY.items():
    builtin(_unary, least=1)(one(_op))


@builtin(operator.abs, least=1)
def lower_abs(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return TABLE[abs](c, node, args, {})


@builtin(operator.index, least=1)
def lower_index(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = as_index(c, args[0], node)
    return c.integer(int(x.static)) if x.is_static else Scalar(c.whole(x), "int", origins=x.origins)


@builtin(operator.not_, least=1)
def lower_not(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    holds = truth_of(c, args[0], node)
    return c.constant(not holds) if isinstance(holds, bool) else Scalar(c.b.op("not", holds), "bool")


@builtin(operator.truth, least=1)
def lower_truth(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    holds = truth_of(c, args[0], node)
    return c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool")


@builtin(operator.getitem, least=2, most=2)
def lower_getitem(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return subscripts.get_item(c, node, c.present(args[0], node), args[1])


@builtin(operator.setitem, least=3, most=3)
def lower_setitem(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    store_item(c, node, c.present(args[0], node), args[1], args[2])
    return NONE


@builtin(operator.contains, least=2, most=2)
def lower_contains(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return compare(c, node, "in", args[1], args[0])


def getter(kind: Any) -> Handler:
    """`itemgetter(1, 2)`, `attrgetter("a.b")`, `methodcaller("name", …)`: the object itself, where its arguments are known."""

    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        known = [c.static(x, f"an argument of {kind.__name__}", node) for x in args]
        named = {k: c.static(x, f"an argument of {kind.__name__}", node) for k, x in kwargs.items()}
        try:
            return Static(kind(*known, **named))
        except TypeError as problem:
            return never(c, node, TypeError, str(problem))

    return handler


for _kind in (operator.itemgetter, operator.attrgetter, operator.methodcaller):
    TABLE[_kind] = getter(_kind)


def got(c: Frame, function: Any, args: list[Abstract], node: ast.AST) -> Abstract:
    """Call an itemgetter, attrgetter or methodcaller."""
    if len(args) != 1:
        c.refuse(node, f"{type(function).__name__} expected 1 argument, got {len(args)}", "call it with one object")
    x = c.present(args[0], node)
    made: tuple[Any, ...] = function.__reduce__()  # how it would be made again: (itemgetter, its arguments)
    kind, known = made[:2]
    if isinstance(function, operator.methodcaller):
        plain = kind is operator.methodcaller  # else a partial, which holds the keywords
        name, *rest = known if plain else (*kind.args, *known)
        named = {} if plain else {key: c.constant(y) for key, y in kind.keywords.items()}
        return c.call(attribute(c, x, name, node), [c.constant(y) for y in rest], named, node)
    if isinstance(function, operator.itemgetter):
        found = [subscripts.get_item(c, node, x, c.constant(key)) for key in known]
    else:
        found = [reached(c, x, path, node) for path in known]
    return found[0] if len(found) == 1 else Tuple(tuple(found))


def reached(c: Frame, x: Abstract, path: str, node: ast.AST) -> Abstract:
    for name in path.split("."):
        x = attribute(c, c.present(x, node), name, node)
    return x
