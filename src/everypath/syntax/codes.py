"""Code objects compared: two texts whose code is equal, but for places, mean the same.

So the code says which text is that of a function, and nothing else need be trusted: not a line number, and not the file's date.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator

KINDS = (
    inspect.CO_OPTIMIZED
    | inspect.CO_NEWLOCALS
    | inspect.CO_VARARGS
    | inspect.CO_VARKEYWORDS
    | inspect.CO_GENERATOR
    | inspect.CO_COROUTINE
    | inspect.CO_ITERABLE_COROUTINE
    | inspect.CO_ASYNC_GENERATOR
)
"""The flags that say what a function is. The others say how it was compiled."""

FACTS = (
    "co_name",
    "co_code",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_exceptiontable",
)


def all_codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Every code object inside `code`, in the order of the text."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from all_codes(constant)


def same_code(a: types.CodeType, b: types.CodeType) -> bool:
    """Whether two code objects do the same: whether they are equal, but for places in the text."""
    return (
        all(getattr(a, fact) == getattr(b, fact) for fact in FACTS)
        and (a.co_flags ^ b.co_flags) & KINDS == 0
        and same_constant(a.co_consts, b.co_consts)
    )


def same_constant(x: object, y: object) -> bool:
    """Whether two constants are the same, their types and signs of zero included."""
    if type(x) is not type(y):
        return False
    if isinstance(x, types.CodeType) and isinstance(y, types.CodeType):
        return same_code(x, y)
    if isinstance(x, tuple) and isinstance(y, tuple):
        return len(x) == len(y) and all(map(same_constant, x, y))
    if isinstance(x, (float, complex)):
        return repr(x) == repr(y)
    return x == y


NO_DISTANCE = False, 0, 0
"""Of what stands in the same place."""


def distance(a: types.CodeType, b: types.CodeType) -> tuple[bool, int, int]:
    """How far apart two equal code objects stand in their texts: nearest is least."""
    moved = sum(p != q for p, q in zip(a.co_positions(), b.co_positions(), strict=True))
    return a.co_qualname != b.co_qualname, moved, abs(a.co_firstlineno - b.co_firstlineno)
