"""Operations that let one operand through, or a piece of it: the paths they don't choose do not exist.

Where two pieces meet, at a `tie`, the partials say what the first of them gives. What is made of it stands in docs/kinks.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import BOOL, Type, scalar_of
from .define import broadcast_type, elementwise
from .rules import Selects
from .term import and_, eq, ge, gt, isnan, le, lt, ne, or_
from .term import sign as sign_of


def select_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    condition, a, b = types
    if scalar_of(condition) != BOOL or scalar_of(a) != scalar_of(b):
        raise TypeError(f"select takes a boolean and two operands of one dtype, not {', '.join(map(str, types))}")
    return (broadcast_type(types, scalar_of(a)),)


def equal(x: Any, y: Any, out: Any) -> Any:
    """The tie of two operands of which one is let through."""
    return eq(x, y)


select = elementwise(
    "select",
    np.where,
    (None, Selects(lambda c, a, b, out: c), Selects(lambda c, a, b, out: eq(c, False))),
    symbol="({1} if {0} else {2})",
    typing=select_typing,
)
maximum = elementwise(
    "maximum",
    np.maximum,
    (Selects(lambda x, y, out: or_(ge(x, y), isnan(x))), Selects(lambda x, y, out: or_(lt(x, y), and_(isnan(y), eq(x, x))))),
    tie=equal,
    symbol="max({0}, {1})",
)
minimum = elementwise(
    "minimum",
    np.minimum,
    (Selects(lambda x, y, out: or_(le(x, y), isnan(x))), Selects(lambda x, y, out: or_(gt(x, y), and_(isnan(y), eq(x, x))))),
    tie=equal,
    symbol="min({0}, {1})",
)
fmax = elementwise(
    "fmax",
    np.fmax,
    (Selects(lambda x, y, out: or_(ge(x, y), ne(y, y))), Selects(lambda x, y, out: or_(lt(x, y), and_(isnan(x), eq(y, y))))),
    tie=equal,
    symbol="fmax({0}, {1})",
)
fmin = elementwise(
    "fmin",
    np.fmin,
    (Selects(lambda x, y, out: or_(le(x, y), ne(y, y))), Selects(lambda x, y, out: or_(gt(x, y), and_(isnan(x), eq(y, y))))),
    tie=equal,
    symbol="fmin({0}, {1})",
)
larger = elementwise(
    "larger",
    lambda x, y: np.asarray(np.where(np.greater(y, x), y, x))[()],
    (Selects(lambda x, y, out: eq(gt(y, x), False)), Selects(lambda x, y, out: gt(y, x))),
    tie=equal,
    symbol="max({0}, {1})",
)
"""Python's max: the second operand only where it is greater."""
smaller = elementwise(
    "smaller",
    lambda x, y: np.asarray(np.where(np.less(y, x), y, x))[()],
    (Selects(lambda x, y, out: eq(lt(y, x), False)), Selects(lambda x, y, out: lt(y, x))),
    tie=equal,
    symbol="min({0}, {1})",
)
"""Python's min: the second operand only where it is less."""


def magnitude(x: Any, *, overflow: str = "wrap") -> Any:
    if overflow == "raise" and int(x) == -(2**63):
        raise OverflowError("integer result does not fit in 64 bits")
    return abs(x)


abs_ = elementwise(
    "abs",
    magnitude,
    lambda x, out: sign_of(x),
    tie=lambda x, out: eq(x, 0.0),
    symbol="|{0}|",
    domain=(0.3, 2.0),
    attributes=["overflow"],
)


def direction(x: Any) -> Any:
    if np.iscomplexobj(x):
        raise TypeError("the sign of a complex number is another function")
    return np.sign(x)


sign = elementwise(
    "sign",
    direction,
    Selects(lambda x, out: lt(x, x)),
    tie=lambda x, out: eq(x, 0.0),
    symbol="sign({0})",
    domain=(0.3, 2.0),
)
"""Constant on both sides of its jump: no path goes through it. At the jump the side is not known."""
