"""Values chosen out of many, beside whether another one would have done as well: at such a tie a derivative is undecided, NaN.

Whoever asked for it then asks for both sides (`differentiate.sides`). The values themselves are those of the first operand.
"""

from __future__ import annotations

import math
from typing import Any

from ..ir.build import Builder
from ..ir.op import Definition, register
from ..ir.program import Op, Value
from ..ir.types import BOOL, Type, scalar_of
from .memory import array
from .rules import Custom


def tied_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    value, tie = types
    if scalar_of(tie) != BOOL or array(value).rank != array(tie).rank:
        raise TypeError(f"tied takes an array and booleans, not {', '.join(map(str, types))}")
    return (value,)


def picked_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    value, tie, x = types
    if scalar_of(tie) != BOOL or scalar_of(value) != scalar_of(x) or array(x).rank <= attributes["axis"]:
        raise TypeError(f"picked takes a value, a boolean and the array it is from, not {', '.join(map(str, types))}")
    return (value,)


def undecided(b: Builder, op: Op, tangents: tuple[Value | None, ...]) -> Value:
    """The tangent of the value; at a tie another element may move where this one stands still: NaN, whatever arrived."""
    value, tie = op.operands[:2]
    dtype = scalar_of(value.type)
    tangent = tangents[0] if tangents[0] is not None else b.constant(-0.0, dtype, "absent")
    return b.op("select", tie, b.constant(math.nan, dtype, "undecided"), tangent, name="tangent")


def certainty(b: Builder, tie: Value, like: Value) -> Value:
    """The factor of a derivative like `like` that crosses a kink: NaN at a tie and 1 elsewhere."""
    dtype = scalar_of(like.type)
    return b.op("select", tie, b.constant(math.nan, dtype, "undecided"), b.constant(1.0, dtype, "one"), name="certain")


def certain(b: Builder, op: Op, cotangent: Value) -> tuple[Value | None, ...]:
    return (b.op("path", cotangent, certainty(b, op.operands[1], cotangent)), None)


tied = register(Definition("tied", "tie", tied_typing, lambda value, tie: value, rule=Custom(undecided, certain), symbol="{0}"))
"""The elements of an array in an order, and which of them are equal to another one."""
picked = register(
    Definition(
        "picked",
        "tie",
        picked_typing,
        lambda value, tie, x, *, axis: value,
        rule=Custom(undecided, lambda b, op, cotangent: (cotangent, None, None)),
        symbol="{0}",
    )
)
"""The extreme of `x` along `axis`, and whether it stands there more than once: then all of `x` is undecided (`differentiate.backward`)."""
