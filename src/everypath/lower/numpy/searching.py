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
    (n,) = b.dims(values)
    out = b.op("alloc", n, dtype=I64.name, name="positions")
    b.loop(n, lambda inner, i: inner.do("store", position(inner, among, inner.op("load", values, i), which), out, i))
    return context.wrap(b.op("reshape", out, *b.dims(wanted), name="positions") if wanted.type.rank > 1 else out)


def position(b: Builder, among: Value, wanted: Value, side: str) -> Value:
    """The number of elements before `wanted`, by halving."""

    def halve(inner: Builder, low: Value, high: Value) -> list[Value]:
        middle = inner.op("floordiv", inner.op("add", low, high), inner.i64(2), name="middle")
        key = inner.op("load", among, middle, name="key")
        before = less(inner, key, wanted) if side == "left" else inner.op("not", less(inner, wanted, key))
        low = inner.op("select", before, inner.op("add", middle, inner.i64(1)), low, name="low")
        high = inner.op("select", before, high, middle, name="high")
        return [inner.op("lt", low, high), low, high]

    low, high = b.i64(0, "low"), b.op("dim", among, axis=0, name="high")
    return b.while_(b.op("lt", low, high), (low, high), halve)[0]


def less(b: Builder, x: Value, y: Value) -> Value:
    """x < y in the order of NumPy's sort: NaN comes last."""
    smaller = b.op("lt", x, y)
    if not scalar_of(x.type).is_float:
        return smaller
    return b.op("or", smaller, b.op("and", b.op("isnan", y), b.op("not", b.op("isnan", x))))
