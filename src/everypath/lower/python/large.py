"""Python's integers beyond 64 bits: known ones are what Python makes of them, until they meet what the function computes."""

from __future__ import annotations

import ast

from ...ir.types import scalar_of
from ..frame import Frame
from ..values import Abstract, Array, Complex, Scalar, Static


def is_large(x: Abstract) -> bool:
    """Whether it is a known integer that does not fit in 64 bits."""
    return isinstance(x, Static) and type(x.value) is int


def met(c: Frame, node: ast.AST, left: Abstract, right: Abstract, *, exact: bool = False) -> tuple[Abstract, Abstract]:
    """Two operands of which one is such an integer: beside floats it is one, as in Python, beside known integers these are known too.
    `exact` where no digit may be lost, as when they are compared."""
    if not is_large(left) and not is_large(right):
        return left, right
    return beside(c, node, left, right, exact), beside(c, node, right, left, exact)


def beside(c: Frame, node: ast.AST, x: Abstract, other: Abstract, exact: bool) -> Abstract:
    if is_large(other) and isinstance(x, Scalar) and x.is_static and x.kind in ("int", "bool"):
        return Static(int(x.static))
    if not is_large(x) or not isinstance(other, (Scalar, Array, Complex)):
        return x
    if isinstance(other, Scalar) and other.is_static and other.kind in ("int", "bool"):
        return x
    assert isinstance(x, Static)
    number = as_float(x.value)
    if number is None or (exact and int(number) != x.value) or not takes_floats(other):
        c.refuse(node, f"the number {x.value} does not fit in 64 bits", "use a float")
    return c.constant(number)


def takes_floats(x: Scalar | Array | Complex) -> bool:
    return isinstance(x, Complex) or scalar_of(x.value.type).is_float


def as_float(value: int) -> float | None:
    """The float nearest to an integer; None beyond all of them."""
    try:
        return float(value)
    except OverflowError:
        return None
