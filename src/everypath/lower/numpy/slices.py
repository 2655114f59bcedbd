"""`start:stop:step` against an axis of run-time length, by the rules of Python's `slice.indices`."""

from __future__ import annotations

import ast

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import I64
from ..by_path import as_int
from ..context import Context
from ..naming import an, type_name
from ..objects import Instance
from ..values import Abstract, Array, Maybe, Scalar, Slice, Static, is_none

NO_BOUND = "slice indices must be integers or None or have an __index__ method"


def view_numbers(context: Context, node: ast.AST, piece: Slice, n: Value) -> tuple[str, tuple[Value, ...]]:
    """The letter and the numbers of a view (ir.program) that takes `piece` of an axis of extent `n`."""
    step = bound(context, node, piece.step)
    start, stop = (perhaps_bound(context, node, x, end, step) for x, end in ((piece.start, -1), (piece.stop, 1)))
    if step is None or (step.is_static and step.static == 1):
        return ("a", ()) if start is None and stop is None else ("u", unit_step(context.b, start, stop, n))
    if step.is_static and step.static == 0:
        context.raises(node, ValueError, "slice step cannot be zero", "give a step other than 0")
    if step.is_static:
        return "s", known_step(context.b, start, stop, int(step.static), n)
    return "s", run_time_step(context, start, stop, context.as_type(step, I64), n)


def bound(context: Context, node: ast.AST, x: Abstract) -> Scalar | None:
    """A part of the slice, None where it was left out."""
    if is_none(x):
        return None
    x = context.present(x, node)
    if isinstance(x, Static) and isinstance(x.value, int):  # a member of an IntEnum
        x = context.integer(int(x.value))
    if isinstance(x, Instance):
        context.refuse(node, f"{an(type_name(x))} as a bound of a slice of an array is not supported", "convert it with int(…)")
    if isinstance(x, Array) and x.rank == 0:
        x = Scalar(context.b.op("load", x.value), "numpy")
    x = as_int(context, x, NO_BOUND)
    if not isinstance(x, Scalar) or not (x.type.is_integer or x.kind == "bool"):
        context.raises(node, TypeError, NO_BOUND, "convert with int(…)")
    return x if x.type == I64 else Scalar(context.as_type(x, I64), x.kind, x.static)


FAR = 2**62
"""A bound that lies beyond every axis."""


def perhaps_bound(context: Context, node: ast.AST, x: Abstract, end: int, step: Scalar | None) -> Scalar | None:
    """The start (`end` is -1) or the stop (1) of the slice, which may be None at run time: then it lies beyond that end of the axis."""
    if not isinstance(x, Maybe) or x.absent != "none":
        return bound(context, node, x)
    b, known = context.b, bound(context, node, x.value)
    assert known is not None
    beyond: Value = b.i64(end * FAR)
    if step is not None and step.is_static:
        beyond = b.i64(end * FAR if step.static > 0 else -end * FAR)
    elif step is not None:
        up = b.op("gt", context.as_type(step, I64), b.i64(0), name="up")
        beyond = b.op("select", up, beyond, b.i64(-end * FAR), name="beyond")
    return Scalar(b.op("select", x.present, known.value, beyond, name="bound"), "int")


def unit_step(b: Builder, start: Scalar | None, stop: Scalar | None, n: Value) -> tuple[Value, Value]:
    """(start, count). Slices that take equally many elements off the ends of an axis have their count written alike."""
    if start is None or (start.is_static and start.static == 0):
        return b.i64(0, "start"), upward(b, stop, n)
    first = upward(b, start, n)
    if not start.is_static:
        return first, b.op("sub", n, first, name="count") if stop is None else difference(b, upward(b, stop, n), first)
    if start.static > 0:  # what lies before `start` may be less than that, but then nothing is left
        if stop is not None and stop.is_static and stop.static < 0:
            return first, difference(b, n, b.i64(start.static - stop.static))
        return first, difference(b, upward(b, stop, n), start.value)
    if stop is None:
        return first, b.op("minimum", b.i64(-start.static), n, name="count")
    return first, difference(b, upward(b, stop, n), first)


def difference(b: Builder, last: Value, first: Value) -> Value:
    """max(last - first, 0)."""
    return b.op("maximum", b.op("sub", last, first, name="count"), b.i64(0), name="count")


def known_step(b: Builder, start: Scalar | None, stop: Scalar | None, step: int, n: Value) -> tuple[Value, Value, Value]:
    """(start, count, step)."""
    if step > 0:
        first, last = upward(b, start, n, b.i64(0, "start")), upward(b, stop, n)
        span = b.op("sub", last, first, name="span")
    else:
        top = b.op("sub", n, b.i64(1), name="top")
        first, last = downward(b, start, n, top, top), downward(b, stop, n, top, b.i64(-1, "stop"))
        span = b.op("sub", first, last, name="span")
    turns = b.op("floordiv", b.op("add", span, b.i64(abs(step) - 1)), b.i64(abs(step)), name="count")
    return first, b.op("maximum", turns, b.i64(0), name="count"), b.i64(step, "step")


def run_time_step(context: Context, start: Scalar | None, stop: Scalar | None, step: Value, n: Value) -> tuple[Value, Value, Value]:
    """(start, count, step)."""
    b, zero, one = context.b, context.b.i64(0), context.b.i64(1)
    context.check(b.op("ne", step, zero), ValueError, "slice step cannot be zero")
    up = b.op("gt", step, zero, name="up")
    top = b.op("sub", n, one, name="top")
    low, high = b.op("select", up, zero, b.i64(-1), name="low"), b.op("select", up, n, top, name="high")

    def clamped(x: Scalar | None, default: Value) -> Value:
        if x is None:
            return default
        return b.op("minimum", b.op("maximum", wrapped(b, x.value, n), low), high)

    first = clamped(start, b.op("select", up, low, high, name="start"))
    last = clamped(stop, b.op("select", up, high, low, name="stop"))
    span = b.op("select", up, b.op("sub", last, first), b.op("sub", first, last), name="span")
    stride = b.op("abs", step, name="stride")
    turns = b.op("floordiv", b.op("add", span, b.op("sub", stride, one)), stride, name="count")
    return first, b.op("maximum", turns, zero, name="count"), step


def upward(b: Builder, x: Scalar | None, n: Value, default: Value | None = None) -> Value:
    """A bound of a slice that counts up, between 0 and `n`; `default` (or `n`) where it was left out."""
    if x is None:
        return n if default is None else default
    if not x.is_static:
        return b.op("minimum", b.op("maximum", wrapped(b, x.value, n), b.i64(0)), n, name="bound")
    if x.static == 0:
        return x.value
    if x.static > 0:
        return b.op("minimum", x.value, n, name="bound")
    return b.op("maximum", b.op("add", n, x.value), b.i64(0), name="bound")


def downward(b: Builder, x: Scalar | None, n: Value, top: Value, default: Value) -> Value:
    """A bound of a slice that counts down, between -1 and `top`; `default` where it was left out."""
    if x is None:
        return default
    if x.is_static and x.static >= 0:
        return b.op("minimum", x.value, top, name="bound")
    return b.op("minimum", b.op("maximum", wrapped(b, x.value, n), b.i64(-1)), top, name="bound")


def wrapped(b: Builder, v: Value, n: Value) -> Value:
    """`v`, or `v + n` where it is negative."""
    return b.op("select", b.op("lt", v, b.i64(0)), b.op("add", v, n), v, name="wrapped")
