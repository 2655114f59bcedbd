"""Identities of scalar arithmetic that hold bit for bit.

x + (-0.0)  x - 0.0  x·1.0  x/1.0        →  x          i + 0  i·1  i // 1          →  i
not not c   select c, a, a   -(-x)       →  c, a, x    select c, True, False       →  c
path a, 1.0                              →  a          not (i < n) on integers     →  i >= n
(i + j) - j                                →  i, on integers
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign
from typing import TYPE_CHECKING

from ..ir.program import Op, Value
from ..ir.types import BOOL, I64

if TYPE_CHECKING:
    from .fold import Fold

OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}


def is_zero(value: object, sign: float) -> bool:
    """Whether `value` is the float zero of that sign."""
    return isinstance(value, float) and value == 0.0 and copysign(1.0, value) == sign


def is_integer(value: object, number: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == number


def is_one(value: object) -> bool:
    return not isinstance(value, bool) and value == 1


def add(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    for one, other in ((x, y), (y, x)):
        constant = fold.constants.get(one)
        if is_zero(constant, -1.0) or is_integer(constant, 0):
            return other
    return None


def sub(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    constant = fold.constants.get(y)
    if is_zero(constant, 1.0) or is_integer(constant, 0):
        return x
    inner = fold.definers.get(x)
    if inner is None or inner.name != "add" or x.type != I64:
        return None
    one, other = inner.operands
    return other if one is y else one if other is y else None


def mul(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    for one, other in ((x, y), (y, x)):
        constant = fold.constants.get(one)
        if is_one(constant):
            return other
        if constant == -1.0 and isinstance(constant, float):
            return Op("neg", (other,), op.results, {}, (), op.location)
        if is_integer(constant, 0):
            return one
    return None


def div(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    return x if is_one(fold.constants.get(y)) else None


def neg(fold: Fold, op: Op) -> Op | Value | None:
    inner = fold.definers.get(op.operands[0])
    if inner is not None and inner.name == "neg" and "overflow" not in op.attributes:
        return inner.operands[0]
    return None


def not_(fold: Fold, op: Op) -> Op | Value | None:
    inner = fold.definers.get(op.operands[0])
    if inner is None:
        return None
    if inner.name == "not":
        return inner.operands[0]
    if inner.name in OPPOSITE and inner.operands[0].type == I64:
        return Op(OPPOSITE[inner.name], inner.operands, op.results, {}, (), op.location)
    return None


def and_(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    if x.type != BOOL:
        return None
    for one, other in ((x, y), (y, x)):
        constant = fold.constants.get(one)
        if constant is not None:
            return other if constant else one
    return x if x is y else None


def or_(fold: Fold, op: Op) -> Op | Value | None:
    x, y = op.operands
    if x.type != BOOL:
        return None
    for one, other in ((x, y), (y, x)):
        constant = fold.constants.get(one)
        if constant is not None:
            return one if constant else other
    return x if x is y else None


def select(fold: Fold, op: Op) -> Op | Value | None:
    condition, a, b = op.operands
    known = fold.constants.get(condition)
    if known is not None:
        return a if known else b
    if a is b:
        return a
    if a.type == BOOL and fold.constants.get(a) is True and fold.constants.get(b) is False:
        return condition
    return None


def maximum(fold: Fold, op: Op) -> Op | Value | None:
    a, b = op.operands
    if a.type != I64:
        return None
    if fold.ranges.less_equal(fold.ranges.form(b), fold.ranges.form(a)):
        return a
    return b if fold.ranges.less_equal(fold.ranges.form(a), fold.ranges.form(b)) else None


def minimum(fold: Fold, op: Op) -> Op | Value | None:
    a, b = op.operands
    if a.type != I64:
        return None
    if fold.ranges.less_equal(fold.ranges.form(a), fold.ranges.form(b)):
        return a
    return b if fold.ranges.less_equal(fold.ranges.form(b), fold.ranges.form(a)) else None


def cast(fold: Fold, op: Op) -> Op | Value | None:
    return op.operands[0] if op.operands[0].type == op.results[0].type else None


def path(fold: Fold, op: Op) -> Op | Value | None:
    adjoint, partial = op.operands
    if is_one(fold.constants.get(partial)) or is_zero(fold.constants.get(adjoint), -1.0):
        return adjoint
    return None


def floordiv(fold: Fold, op: Op) -> Op | Value | None:
    x, by = op.operands
    return x if x.type == I64 == op.result.type and is_integer(fold.constants.get(by), 1) else None


SIMPLER: dict[str, Callable[[Fold, Op], Op | Value | None]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "floordiv": floordiv,
    "neg": neg,
    "not": not_,
    "and": and_,
    "or": or_,
    "select": select,
    "maximum": maximum,
    "minimum": minimum,
    "cast": cast,
    "path": path,
}
