"""What CPython does with values of these types, asked of values like them: whether an operator exists between two types at all."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .objects import Dict, List, Set
from .values import Abstract, Array, Buffer, Closure, Complex, Range, RunList, Scalar, Static, Text, Tuple

OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
UNARY: dict[str, Callable[..., Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
BUILTIN = (str, bytes, type(None), list, tuple, dict, set, type)


class Unlike(Exception):
    """There is no value to stand for this one."""


def like(x: Abstract) -> Any:
    """A value of the type of `x`, for which the operators that exist do not fail."""
    if isinstance(x, Scalar):
        return {"float": 1.5, "int": 1, "bool": True}.get(x.kind) or x.type.numpy.type(1)
    if isinstance(x, Array):
        return np.ones((1,) * x.rank, x.dtype.numpy)
    if isinstance(x, Complex):
        return 1.5 + 1j if x.weak else np.ones((1,) * x.rank, x.dtype) if isinstance(x.real, Array) else x.dtype.type(1)
    if isinstance(x, Tuple) and x.type is tuple:
        return ()
    if isinstance(x, Static) and isinstance(x.value, BUILTIN):
        return x.value
    if isinstance(x, Dict):
        return x.type()
    table: dict[type[Abstract], Any] = {List: [], RunList: [], Buffer: [], Set: set(), Text: "text", Range: range(1), Closure: lambda: None}
    if type(x) in table:
        return table[type(x)]
    raise Unlike


def impossible(op: str, *operands: Abstract) -> str | None:
    """The message of the TypeError with which CPython meets an operator between operands of these types; None if it may have it."""
    if op == "%" and isinstance(operands[0], (Static, Text)):
        return None  # it depends on what the text says
    run = (UNARY if len(operands) == 1 else OPERATORS).get(op)
    try:
        if run is not None:
            with np.errstate(all="ignore"):
                run(*map(like, operands))
    except TypeError as problem:
        return str(problem)
    except (Unlike, ValueError, ArithmeticError):
        return None
    return None
