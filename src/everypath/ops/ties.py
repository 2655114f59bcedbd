"""Values chosen out of many, beside whether another one would have done as well: at such a tie a derivative is undecided, NaN.

Whoever asked for it then asks for both sides (`differentiate.sides`). The values themselves are those of the first operand, in memory of
their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..ir.build import Builder
from ..ir.op import Definition, register
from ..ir.program import Op, Region, Value
from ..ir.types import BOOL, ArrayType, Type, scalar_of
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
    """The tangent of the value; at a tie another element may move where this one stands still: NaN, whatever arrived.

    Elements that are tied and move alike need no decision, as constants do that stand in an array of which others move. Which one is
    taken matters to a tangent of the tangent, if to anything: it is told that it was chosen among the tangents.
    """
    value, tie = op.operands[:2]
    dtype = scalar_of(value.type)
    tangent = tangents[0] if tangents[0] is not None else b.constant(-0.0, dtype, "absent")
    nan = b.constant(math.nan, dtype, "undecided")
    if "axis" not in op.attributes:
        return b.op("select", tie, nan, tangent, name="tangent")
    axis = op.attributes["axis"]
    if op.name == "tied":
        result = b.op("select", apart_from_neighbours(b, value, tie, tangent, axis), nan, tangent, name="tangent")
        return b.op("tied", result, tie, axis=axis, name="tangent")
    x, x_dot = op.operands[2], tangents[2]
    if x_dot is None:
        return tangent
    result = b.op("select", apart_from_rivals(b, value, tie, x, tangent, x_dot, axis), nan, tangent, name="tangent")
    return b.op("picked", result, tie, x_dot, axis=axis, name="tangent")


def apart_from_rivals(b: Builder, value: Value, tie: Value, x: Value, tangent: Value, x_dot: Value, axis: int) -> Value:
    """Where, at a `tie`, an element of `x` along `axis` that equals the `value` has another tangent."""

    def apart(inner: Builder) -> Value:
        spread = [inner.with_axis(v, axis) if isinstance(v.type, ArrayType) else v for v in (value, tangent)]
        moves = inner.op("and", inner.op("eq", x, spread[0]), inner.op("ne", x_dot, spread[1]), name="moves")
        return inner.op("and", tie, inner.op("any", moves, axes=(axis,), keepdims=False), name="apart")

    return where_tied(b, tie, apart)


def apart_from_neighbours(b: Builder, value: Value, tie: Value, tangent: Value, axis: int) -> Value:
    """The ties, if equal elements that follow each other along `axis` have different tangents anywhere."""

    def apart(inner: Builder) -> Value:
        letters = "a" * axis + "u" + "a" * (array(value.type).rank - axis - 1)
        zero, one = inner.i64(0), inner.i64(1)
        fewer = inner.op("sub", inner.op("dim", value, axis=axis), one)
        pairs = [[inner.op("view", v, start, fewer, axes=letters) for start in (zero, one)] for v in (value, tangent)]
        moves = inner.op("and", inner.op("eq", *pairs[0]), inner.op("ne", *pairs[1]), name="moves")
        some = inner.op("any", moves, axes=tuple(range(array(value.type).rank)), keepdims=False)
        return inner.op("and", tie, some, name="apart")

    return where_tied(b, tie, apart)


def where_tied(b: Builder, tie: Value, apart: Callable[[Builder], Value]) -> Value:
    """What `apart` says, asked only where there is a tie at all."""
    some = b.op("any", tie, axes=tuple(range(array(tie.type).rank)), keepdims=False) if isinstance(tie.type, ArrayType) else tie
    then, otherwise = b.inner(), b.inner()
    then.end("yield", [apart(then)])
    otherwise.end("yield", [tie])
    regions = (Region((), tuple(then.ops)), Region((), tuple(otherwise.ops)))
    return b.emit("if", some, names=("apart",), types=[tie.type], regions=regions)[0]


def certainty(b: Builder, tie: Value, like: Value) -> Value:
    """The factor of a derivative like `like` that crosses a kink: NaN at a tie and 1 elsewhere."""
    dtype = scalar_of(like.type)
    return b.op("select", tie, b.constant(math.nan, dtype, "undecided"), b.constant(1.0, dtype, "one"), name="certain")


def certain(b: Builder, op: Op, cotangent: Value) -> tuple[Value | None, ...]:
    return (b.op("path", cotangent, certainty(b, op.operands[1], cotangent)), None)


tied = register(
    Definition("tied", "tie", tied_typing, lambda value, tie, *, axis=None: +value, rule=Custom(undecided, certain), symbol="{0}")
)
"""The elements of an array in an order, and which of them are equal to another one."""
picked = register(
    Definition(
        "picked",
        "tie",
        picked_typing,
        lambda value, tie, x, *, axis: +value,
        rule=Custom(undecided, lambda b, op, cotangent: (cotangent, None, None)),
        symbol="{0}",
    )
)
"""The extreme of `x` along `axis`, and whether it stands there more than once: then all of `x` is undecided (`differentiate.memory`)."""


def chosen_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    value, alone = types
    if value != alone:
        raise TypeError(f"chosen takes a value twice, not {', '.join(map(str, types))}")
    return (value,)


def of_alone(b: Builder, op: Op, tangents: tuple[Value | None, ...]) -> Value:
    """The tangent of the second operand."""
    if tangents[1] is not None:
        return tangents[1]
    absent = b.constant(-0.0, scalar_of(op.result.type), "absent")
    return b.op("full", absent, *b.dims(op.result), name="absent") if isinstance(op.result.type, ArrayType) else absent


chosen = register(
    Definition(
        "chosen", "tie", chosen_typing, lambda value, alone: +value, rule=Custom(of_alone, lambda b, op, cotangent: (None, cotangent))
    )
)
"""A value that was found among others, and the same one computed by itself: it has the derivative of the second (`optimise.chosen`)."""
