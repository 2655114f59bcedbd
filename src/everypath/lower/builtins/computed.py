"""Functions of what is known before the function runs: computed by CPython, then and there."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

from ..frame import Frame
from ..python.known import NotKnown, lifted, value_of
from ..python.thrown import as_cpython
from ..text.comprehension import realised
from ..values import Abstract
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
        known = [value_of(realised(c, x)) for x in args]
        value = function(*known, **{key: value_of(x) for key, x in kwargs.items()})
    except NotKnown:
        c.refuse(node, f"{function.__name__}() of what is known only when the function runs is not supported", "compute it outside")
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        as_cpython(c, node, problem)
    return lifted(c, value, node)


for _function in FUNCTIONS:
    TABLE.setdefault(_function, computed(_function))
