"""Arrays of evenly spaced numbers, and the identity matrix."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, F32, F64, I64, ScalarType, scalar_of
from ..context import Context
from ..values import Abstract, Array, Scalar
from .conversion import common_dtype, convert, integer_range, operand
from .dtypes import promote
from .operands import dtype_option, integer, new_shape
from .registry import call
from .sizes import room_for, short_enough


@call(np.eye)
def eye(
    context: Context,
    node: ast.AST,
    N: Abstract,
    M: Abstract | None = None,
    k: Abstract | None = None,
    dtype: Abstract | None = None,
) -> Abstract:
    """1 on the k-th diagonal, 0 elsewhere."""
    b = context.b
    kind = dtype_option(context, node, dtype, F64)
    rows = new_shape(context, node, N)[0]
    columns = new_shape(context, node, M)[0] if M is not None else rows
    room_for(context, (rows, columns))
    row = b.op("view", b.op("iota", rows), axes="an", name="row")
    column = b.op("view", b.op("iota", columns), axes="na", name="column")
    shift = integer(context, node, k, "the diagonal") if k is not None else None
    on = b.op("eq", b.op("add", row, shift) if shift is not None else row, column)
    return Array(b.op("select", on, b.constant(1, kind, "one"), b.constant(0, kind, "zero"), name="eye"))


@call(np.identity)
def identity(context: Context, node: ast.AST, n: Abstract, dtype: Abstract | None = None) -> Abstract:
    return eye(context, node, n, None, None, dtype)


@call(np.arange)
def arange(
    context: Context,
    node: ast.AST,
    start: Abstract | None = None,
    stop: Abstract | None = None,
    step: Abstract | None = None,
    dtype: Abstract | None = None,
) -> Abstract:
    """start, start + step, … short of stop; floats as NumPy computes them: start + i·((start + step) - start)."""
    if stop is None:
        start, stop = None, start
    if stop is None:
        context.refuse(node, "arange() requires stop to be specified.", "give it")
    given = [operand(context, node, x) for x in (start, stop, step) if x is not None]
    if not all(isinstance(x, Scalar) for x in given):
        context.refuse(node, "np.arange takes numbers", "give numbers")
    kind = dtype_option(context, node, dtype, promote([common_dtype(given), I64]))
    if kind == BOOL:
        context.refuse(node, "np.arange of booleans is not supported", "convert with .astype(bool)")
    first = operand(context, node, start) if start is not None else Scalar(context.b.i64(0), "int", 0)
    last = operand(context, node, stop)
    by = operand(context, node, step) if step is not None else Scalar(context.b.i64(1), "int", 1)
    work = I64 if all(not scalar_of(x.value.type).is_float for x in (first, last, by)) else F64
    lo, hi, stride = (convert(context, node, x, work) for x in (first, last, by))
    if not (by.is_static and by.static != 0):  # type: ignore[union-attr]
        message = "division by zero" if work == I64 else "float division by zero"
        context.check(context.b.op("ne", stride, context.b.constant(0, work)), ZeroDivisionError, message)
    if work == I64:
        simple = first.is_static and first.static == 0 and by.is_static and by.static == 1  # type: ignore[union-attr]
        if not simple:
            return Array(context.cast(integer_range(context, lo, hi, stride), kind))
        count = context.b.op("maximum", hi, context.b.i64(0))
        room_for(context, (hi,))
        return Array(context.cast(context.b.op("iota", count), kind))
    return Array(float_range(context, lo, hi, stride, kind))


def float_range(context: Context, start: Value, stop: Value, step: Value, kind: ScalarType) -> Value:
    """NumPy takes the first two numbers in the dtype of the result, and goes on by what they differ."""
    b = context.b
    short_enough(context, start, stop, step)
    length = b.op("ceil", b.op("div", b.op("sub", stop, start), step))
    count = b.op("maximum", b.op("cast", length, dtype="i64"), b.i64(0), name="count")
    work = kind if kind in (F32, F64) else F64 if kind.is_float else I64
    first = context.cast(start, work)
    second = context.cast(b.op("add", start, step), work)
    steps = context.cast(b.op("iota", count), work)
    found = b.op("add", first, b.op("mul", steps, b.op("sub", second, first, name="delta")), name="arange")
    return context.cast(found, kind)
