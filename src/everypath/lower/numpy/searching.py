"""Where values belong in a sorted array: np.searchsorted, by bisection."""

from __future__ import annotations

import ast

import numpy as np

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import I64, ArrayType, scalar_of
from ..context import Context
from ..values import Abstract, Array
from .conversion import array, index_array, operand, together
from .indexing import read
from .operands import option
from .registry import call, method
from .views import flat


@call(np.searchsorted)
@method("searchsorted")
def searchsorted(
    context: Context, node: ast.AST, a: Abstract, v: Abstract, side: Abstract | None = None, sorter: Abstract | None = None
) -> Abstract:
    """How many elements of `a`, which is sorted, or is by `sorter`, go before each of `v`; those equal to it do for side="right"."""
    which = option(context, node, side, "the side", "left")
    if which not in ("left", "right"):
        context.refuse(node, f"search side must be 'left' or 'right' (got {which!r})", "give one of them")
    keys = array(context, node, a)
    if keys.rank != 1:
        context.refuse(node, "object too deep for desired array", "search an array with one axis")
    if sorter is not None:
        ordered = read(context, node, keys, index_array(context, node, sorter))
        assert isinstance(ordered, Array)
        keys = ordered
    b = context.b
    among, wanted = together(context, node, [keys, operand(context, node, v)])
    if not isinstance(wanted.type, ArrayType):
        return context.wrap(position(b, among, wanted, which))
    values = flat(context, Array(wanted)).value
    out = positions(b, among, values, which)
    return context.wrap(b.op("reshape", out, *b.dims(wanted), name="positions") if wanted.type.rank > 1 else out)


def positions(b: Builder, among: Value, values: Value, side: str) -> Value:
    """The position of each value in turn, looked for where that of the value before leaves room.

    NumPy goes this way, which also says what is found among elements that are in no order.
    """
    (n,), size = b.dims(values), b.op("dim", among, axis=0, name="size")
    out = b.op("alloc", n, dtype=I64.name, name="positions")

    def next_one(inner: Builder, i: Value, low: Value, high: Value) -> list[Value]:
        wanted = inner.op("load", values, i, name="wanted")
        before = inner.op("load", values, inner.op("maximum", inner.op("sub", i, inner.i64(1)), inner.i64(0)), name="before")
        rises = goes_before(inner, before, wanted, side)
        low = inner.op("select", rises, low, inner.i64(0), name="low")
        high = inner.op("select", rises, size, inner.op("minimum", inner.op("add", high, inner.i64(1)), size), name="high")
        low, high = halved(inner, among, wanted, side, low, high)
        inner.do("store", low, out, i)
        return [low, high]

    b.for_(b.i64(0), n, b.i64(1), (b.i64(0, "low"), size), next_one, "i")
    return out


def position(b: Builder, among: Value, wanted: Value, side: str) -> Value:
    """The number of elements before `wanted`."""
    return halved(b, among, wanted, side, b.i64(0, "low"), b.op("dim", among, axis=0, name="high"))[0]


def halved(b: Builder, among: Value, wanted: Value, side: str, low: Value, high: Value) -> list[Value]:
    """The place of `wanted` from `low` to `high`, by halving what is left: both bounds at the end."""

    def halve(inner: Builder, low: Value, high: Value) -> list[Value]:
        middle = inner.op("floordiv", inner.op("add", low, high), inner.i64(2), name="middle")
        before = goes_before(inner, inner.op("load", among, middle, name="key"), wanted, side)
        low = inner.op("select", before, inner.op("add", middle, inner.i64(1)), low, name="low")
        high = inner.op("select", before, high, middle, name="high")
        return [inner.op("lt", low, high), low, high]

    return list(b.while_(b.op("lt", low, high), (low, high), halve))


def goes_before(b: Builder, x: Value, y: Value, side: str) -> Value:
    """Whether x stands before a new y; on the right side, also one that is equal."""
    return less(b, x, y) if side == "left" else b.op("not", less(b, y, x))


def less(b: Builder, x: Value, y: Value) -> Value:
    """x < y in the order of NumPy's sort: NaN comes last."""
    smaller = b.op("lt", x, y)
    if not scalar_of(x.type).is_float:
        return smaller
    return b.op("or", smaller, b.op("and", b.op("isnan", y), b.op("not", b.op("isnan", x))))
