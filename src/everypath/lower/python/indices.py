"""Integers that say where, and how many: what `operator.index` makes of a value, and the slices of what has a known length."""

from __future__ import annotations

import ast

from ...ir.types import BOOL
from .. import by_path
from ..frame import Frame
from ..naming import type_name
from ..objects import Instance
from ..outside import never
from ..values import Abstract, Array, Maybe, Scalar, Slice, Static, is_none
from . import protocols
from .classes import no_integer

NO_INTEGER = "'{}' object cannot be interpreted as an integer"


def integral(x: Abstract) -> bool:
    """Whether a value is an integer as Python's sequences want one."""
    return isinstance(x, Scalar) and (x.type.is_integer or (x.type == BOOL and x.weak))


def as_index(c: Frame, x: Abstract, node: ast.AST, message: str = NO_INTEGER) -> Scalar:
    """`operator.index(x)`; of what is no integer a TypeError with this message, which names its class."""
    x = by_path.as_int(c, converted(c, c.present(x, node), node), message)
    if not integral(x):
        no_integer(c, node, x, message.format(type_name(x)))
    assert isinstance(x, Scalar)
    return x


def converted(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """`x` as the integer that it stands for: an object with an `__index__`, an array without axes; anything else as it is."""
    if isinstance(x, Array) and x.rank == 0 and x.dtype.is_integer:
        return Scalar(c.b.op("load", x.value), "numpy")
    if isinstance(x, Static) and isinstance(x.value, int):  # a member of an IntEnum
        return c.integer(int(x.value))
    if isinstance(x, Instance):
        answer = protocols.asked(c, x, "__index__", [], node)
        if answer is not None and not (isinstance(answer, Scalar) and answer.kind in ("int", "bool")):
            never(c, node, TypeError, f"__index__ returned non-int (type {type_name(answer)})")
        return x if answer is None else answer
    return x


def known_slice(c: Frame, at: Slice, what: str, node: ast.AST) -> slice:
    """`start:stop:step`, whose parts must be known: "a bound of a slice of …"."""
    start, stop, step = (known_bound(c, x, what, node) for x in (at.start, at.stop, at.step))
    if step == 0:
        never(c, node, ValueError, "slice step cannot be zero")
    return slice(start, stop, step)


def known_bound(c: Frame, x: Abstract, what: str, node: ast.AST) -> int | None:
    if is_none(x):
        return None
    if not isinstance(x, Maybe):
        x = as_index(c, x, node, "slice indices must be integers or None or have an __index__ method")
    return int(c.static(x, what, node))
