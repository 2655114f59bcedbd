"""Where values belong in a sorted array: np.searchsorted, by bisection."""

from __future__ import annotations

import ast
from typing import NamedTuple

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
    """The position of each value. Among elements that are in no order it is what NumPy's way finds."""
    (n,), size = b.dims(values), b.op("dim", among, axis=0, name="size")
    out = b.op("alloc", n, dtype=I64.name, name="positions")
    many = b.op("and", b.op("gt", size, b.i64(0)), b.op("le", size, n), name="many")
    pairs = b.op("select", many, b.op("sub", size, b.i64(1)), b.i64(0), name="pairs")
    in_order = b.op("and", many, rising(b, among, pairs), name="in_order")

    def by_themselves(inner: Builder) -> list[Value]:
        halves = halves_of(inner, size)
        last = at_the_end(inner, among, size, side, halves)

        def one(each: Builder, i: Value) -> list[Value]:
            wanted = each.op("load", values, i, name="wanted")
            found = counted(each, among, wanted, side, halves)
            each.do("store", found if last is None else each.op("select", each.op("isnan", wanted), last, found), out, i)
            return []

        inner.loop(n, one)
        return []

    def from_the_one_before(inner: Builder) -> list[Value]:
        in_turn(inner, among, values, out, side)
        return []

    b.if_(in_order, by_themselves, from_the_one_before)
    return out


def rising(b: Builder, among: Value, pairs: Value) -> Value:
    """Whether so many elements do not stand before the one in front of them."""
    here, following = (b.op("view", among, b.i64(k), pairs, axes="u", name=name) for k, name in enumerate(("here", "following")))
    return b.op("not", b.op("any", less(b, following, here), axes=(0,), keepdims=False), name="rising")


def counted(b: Builder, among: Value, wanted: Value, side: str, halves: Halves) -> Value:
    """The number of elements before `wanted`, which is not NaN, of some that rise: in as many steps whatever it is, and without a choice
    that a processor would have to foresee. At each it is `low` or one of so many numbers behind it as the step before left."""

    def before(inner: Builder, place: Value) -> Value:
        return inner.op("lt" if side == "left" else "le", inner.op("load", among, place, name="key"), wanted)

    def halve(inner: Builder, low: Value, step: Value) -> list[Value]:
        middle = inner.op("add", low, inner.op("shl", inner.i64(1), step), name="middle")
        passed = inner.op("cast", before(inner, inner.op("sub", middle, inner.i64(1))), dtype=I64.name, name="passed")
        low = inner.op("add", low, inner.op("shl", passed, step), name="low")
        step = inner.op("sub", step, inner.i64(1), name="step")
        return [inner.op("ge", step, inner.i64(0)), low, step]

    last = b.op("sub", halves.power, b.i64(1))
    low = b.op("select", before(b, last), halves.rest, b.i64(0), name="low")
    first = b.op("sub", halves.exponent, b.i64(1), name="step")
    return b.while_(b.op("ge", first, b.i64(0)), (low, first), halve, names=("low", "step"))[0]


class Halves(NamedTuple):
    """The largest power of 2 that is no more than a size, its exponent, and what of the size, and one, is beyond it."""

    power: Value
    exponent: Value
    rest: Value


def halves_of(b: Builder, size: Value) -> Halves:
    """Of a size that is not 0."""

    def double(inner: Builder, power: Value, exponent: Value) -> list[Value]:
        power, exponent = inner.op("shl", power, inner.i64(1), name="power"), inner.op("add", exponent, inner.i64(1), name="exponent")
        return [inner.op("le", inner.op("shl", power, inner.i64(1)), size), power, exponent]

    power, exponent = b.while_(b.op("ge", size, b.i64(2)), (b.i64(1, "power"), b.i64(0, "exponent")), double)
    return Halves(power, exponent, b.op("add", b.op("sub", size, power), b.i64(1), name="rest"))


def at_the_end(b: Builder, among: Value, size: Value, side: str, halves: Halves) -> Value | None:
    """The position of NaN among elements that rise: before those that are NaN too, or behind them. None where there is none."""
    dtype = scalar_of(among.type)
    if not dtype.is_float:
        return None
    return size if side == "right" else counted(b, among, b.constant(float("inf"), dtype), "right", halves)


def in_turn(b: Builder, among: Value, values: Value, out: Value, side: str) -> None:
    """Each value is looked for where that of the value before leaves room, as NumPy does it."""
    (n,), size = b.dims(values), b.op("dim", among, axis=0, name="size")

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
