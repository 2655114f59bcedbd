"""What a value may be that is one thing or another, depending on the path: at most one alternative of each kind.

A number, an instance of a class, an array of a dtype and a rank, a known string, a function: each is a kind. Where two paths have
values of one kind they are joined as such values are; values of several kinds stand side by side in a `OneOf`.
"""

from __future__ import annotations

from typing import Any

from ..ir.program import Value
from ..structure import Static as StaticKey
from .context import Context
from .objects import Dict, Instance, List, Mutable, RunTuple, Set, Table
from .patterns import children
from .values import (
    Abstract,
    Array,
    Buffer,
    Closure,
    Complex,
    Deque,
    Derivative,
    Error,
    Method,
    OneOf,
    Partial,
    Pullback,
    Range,
    RunList,
    Scalar,
    Static,
    Text,
    Tuple,
    is_none,
)

MOST = 64
"""A value may be of up to so many kinds."""

SIMPLE = {List: "list", RunList: "list", Buffer: "list", Set: set, RunTuple: "tuple", Range: "range", Deque: "deque"}


def kind_of(x: Abstract) -> Any:
    """The kind that `x` is of, hashable; None for what cannot stand beside others, as None does not, which is absence (`Maybe`)."""
    if isinstance(x, Static):
        return None if is_none(x) else StaticKey(x.value)
    if isinstance(x, Scalar):
        return "number", None if x.weak else x.type
    if isinstance(x, Array):
        return "array", x.dtype, x.rank
    if isinstance(x, Complex):
        return "complex", x.weak, x.dtype, x.rank, isinstance(x.real, Array)
    if isinstance(x, Dict) and x.entries and all(type(key) is str for key in x.entries):
        return x.type, *x.entries
    if isinstance(x, (Instance, Dict, Table)):
        return x.type
    if isinstance(x, Tuple):
        return x.type, len(x.items)
    if isinstance(x, Closure):
        return "function", *x.told()
    if isinstance(x, Method):
        return "method", x.name, kind_of(x.receiver)
    if isinstance(x, Partial):
        return "partial", kind_of(x.function), len(x.args), tuple(x.kwargs), x.once
    if isinstance(x, Error):
        return x.type, x.shape()
    if isinstance(x, Text):
        return "text", x.template, tuple(v.type for v in x.values)
    return SIMPLE.get(type(x))


def alternatives(*xs: Abstract) -> dict[Any, list[Abstract]] | None:
    """What values may be, by kind; None if one of them cannot stand beside others."""
    found: dict[Any, list[Abstract]] = {}
    for x in xs:
        for one in x.values if isinstance(x, OneOf) else (x,):
            kind = kind_of(one)
            if kind is None:
                return None
            found.setdefault(kind, []).append(one)
    return found


def number_of(context: Context, x: Abstract, pattern: OneOf) -> Value:
    """Which of the alternatives of `pattern` the value is."""
    b = context.b
    numbers = {kind_of(one): k for k, one in enumerate(pattern.values)}
    if any(kind_of(one) not in numbers for one in (x.values if isinstance(x, OneOf) else (x,))):
        reason = "a variable that is Python's own number before a loop, and in it one of several kinds of NumPy's, is not supported"
        context.refuse(None, reason, "start from np.float64(…), or keep to one kind in the loop")
    mine = [numbers[kind_of(one)] for one in (x.values if isinstance(x, OneOf) else (x,))]
    if not isinstance(x, OneOf):
        return b.i64(mine[0], "which")
    if mine == list(range(len(mine))):
        return x.which
    which = b.i64(mine[-1], "which")
    for k, number in list(enumerate(mine))[-2::-1]:
        which = b.op("select", b.op("eq", x.which, b.i64(k)), b.i64(number), which, name="which")
    return which


def mixed(x: Abstract) -> bool:
    """Whether a value may be of several kinds that are not all known things or objects: what computes with it computes several times."""
    return isinstance(x, OneOf) and not all(isinstance(one, (Static, Instance, Closure, Method, Partial)) for one in x.values)


def holds_options(x: Abstract) -> bool:
    """Whether something in a value is one of several known things: in a loop that is unrolled it would be known."""
    return isinstance(x, OneOf) or any(holds_options(child) for _, child in children(x) if not isinstance(child, Mutable))


def holds_functions(x: Abstract) -> bool:
    """Whether a value has functions or other things in it that cannot stand in a run-time list."""
    if isinstance(x, (Closure, Method, Partial, Static, Derivative, Pullback)):
        return not (isinstance(x, Static) and isinstance(x.value, str))
    return any(holds_functions(child) for _, child in children(x))
