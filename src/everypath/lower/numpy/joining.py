"""Joining, splitting and repeating arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...ir.program import Value
from ...ir.types import ArrayType, ListType
from .. import run_lists
from ..context import Context
from ..dtypes import promote
from ..values import Abstract, Array, List, RunList, Scalar, Static, sequence_items
from .operands import (
    array,
    axis_of,
    convert,
    flat,
    integer,
    integer_option,
    made_alike,
    moved,
    option,
    product,
    single_axis,
    subview,
    with_new_axis,
)
from .registry import call, method
from .shape import at_least, contiguous

FIRST = Static(0)
"""The default axis."""

UNEQUAL = (
    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {{}}, "
    "the array at index 0 has size {{}} and the array at index {} has size {{}}"
)


def arrays_of(context: Context, node: ast.AST, x: Abstract) -> list[Array]:
    """The arrays to join, in their common dtype."""
    x = context.present(x, node)
    items = sequence_items(x)
    if items is None and isinstance(x, Array) and x.rank > 0:
        context.refuse(node, "joining the rows of an array whose length is known only at run time is not supported", "use reshape")
    if not items:
        context.refuse(node, "need at least one array to join", "pass a list or tuple of arrays")
    given = [array(context, node, item) for item in items]
    dtype = promote([a.dtype for a in given])
    return [Array(convert(context, node, a, dtype)) for a in given]


def joined(context: Context, node: ast.AST, parts: Sequence[Array], axis: int) -> Array:
    """The arrays one after another along `axis`."""
    b, first = context.b, parts[0]
    for k, other in enumerate(parts):
        if other.rank != first.rank:
            context.raises(
                node,
                ValueError,
                f"all the input arrays must have same number of dimensions, but the array at index 0 has {first.rank} dimension(s) "
                f"and the array at index {k} has {other.rank} dimension(s)",
                "reshape one of them",
            )
    if not first.rank:
        context.refuse(node, "zero-dimensional arrays cannot be concatenated", "use np.array([…]) or np.stack")
    dims = list(b.dims(first.value))
    lengths = [dims[axis]]
    for k, other in enumerate(parts[1:], 1):
        for at, (n, m) in enumerate(zip(dims, b.dims(other.value))):
            if at == axis:
                lengths.append(m)
            else:
                context.check(b.op("eq", n, m), ValueError, UNEQUAL.format(k), b.i64(at), n, m)
    offsets = [b.i64(0)]
    for n in lengths:
        offsets.append(b.op("add", offsets[-1], n, name="offset"))
    dims[axis] = offsets[-1]
    out = b.op("alloc", *dims, dtype=first.dtype.name, name="joined", **made_alike(len(dims)))
    for part, start, n in zip(parts, offsets, lengths):
        b.do("assign", part.value, subview(context, out, axis, start, n))
    return Array(out)


@call(np.concatenate)
def concatenate(context: Context, node: ast.AST, arrays: Abstract, axis: Abstract = FIRST) -> Abstract:
    """The arrays one after another along an axis; flattened first where it is None."""
    along = option(context, node, axis, "the axis")
    if isinstance(run := context.present(arrays, node), RunList):
        return run_list_joined(context, node, run, along)
    parts = arrays_of(context, node, arrays)
    if along is None:
        return joined(context, node, [flat(context, at_least(context, p, 1)) for p in parts], 0)
    return joined(context, node, parts, axis_of(context, node, along, max(parts[0].rank, 1)))


def run_list_joined(context: Context, node: ast.AST, x: RunList, axis: int | None) -> Array:
    """The arrays of a list of run-time length one after another along axis 0."""
    (items,) = x.lists
    if not isinstance(x.element, Array) or axis != 0 or not x.element.rank:
        context.refuse(node, "a growing list can be concatenated only along axis 0, and of arrays", "use np.stack, or transpose after")
    b = context.b
    count, zero, one = run_lists.count(b, x), b.i64(0), b.i64(1)
    context.check(b.op("gt", count, zero), ValueError, "need at least one array to concatenate")
    assert isinstance(items.type, ListType)

    def longer(inner, i, n):  # type: ignore[no-untyped-def]
        return [inner.op("add", n, inner.op("dim", inner.op("list_get", items, i), axis=0), name="length")]

    (length,) = b.for_(zero, count, one, [zero], longer, names=("length",))
    rest = b.dims(b.op("list_get", items, zero))[1:]
    out = b.op("alloc", length, *rest, dtype=x.element.dtype.name, name="joined", **made_alike(1 + len(rest)))

    def put(inner, i, at):  # type: ignore[no-untyped-def]
        part = inner.op("list_get", items, i)
        have = inner.dims(part)
        for k, (n, m) in enumerate(zip(rest, have[1:]), 1):
            inner.do("check", inner.op("eq", n, m), error=ValueError, message=f"the arrays differ along dimension {k}")
        inner.do("assign", part, inner.op("view", out, at, have[0], axes="u" + "a" * len(rest)))
        return [inner.op("add", at, have[0], name="offset")]

    b.for_(zero, count, one, [zero], put, names=("offset",))
    return Array(out)


@call(np.stack)
def stack(context: Context, node: ast.AST, arrays: Abstract, axis: Abstract = FIRST) -> Abstract:
    """The arrays, of one shape, along a new axis."""
    at = integer_option(context, node, axis, "the axis")
    if isinstance(run := context.present(arrays, node), RunList):
        from .creation import run_list_array

        whole = run_list_array(context, node, run)
        rank = whole.rank
        at = axis_of(context, node, at, rank)
        return Array(moved(context, whole.value, [*range(1, at + 1), 0, *range(at + 1, rank)]))
    parts = arrays_of(context, node, arrays)
    at = axis_of(context, node, at, parts[0].rank + 1)
    b = context.b
    for other in parts[1:]:
        if other.rank != parts[0].rank:
            context.refuse(node, "all input arrays must have the same shape", "reshape one of them")
        for n, m in zip(b.dims(parts[0].value), b.dims(other.value)):
            context.check(b.op("eq", n, m), ValueError, "all input arrays must have the same shape")
    return joined(context, node, [Array(with_new_axis(context, p.value, at)) for p in parts], at)


@call(np.vstack)
def vstack(context: Context, node: ast.AST, tup: Abstract) -> Abstract:
    """One below the other; vectors are rows."""
    if isinstance(run := context.present(tup, node), RunList):
        if isinstance(run.element, Array) and run.element.rank == 1:
            return stack(context, node, run)
        return run_list_joined(context, node, run, 0)
    return joined(context, node, [at_least(context, p, 2) for p in arrays_of(context, node, tup)], 0)


@call(np.hstack)
def hstack(context: Context, node: ast.AST, tup: Abstract) -> Abstract:
    """One beside the other; vectors end to end."""
    parts = [at_least(context, p, 1) for p in arrays_of(context, node, tup)]
    return joined(context, node, parts, 0 if parts[0].rank == 1 else 1)


@call(np.column_stack)
def column_stack(context: Context, node: ast.AST, tup: Abstract) -> Abstract:
    """One beside the other; vectors are columns."""
    parts = [at_least(context, p, 1) for p in arrays_of(context, node, tup)]
    return joined(context, node, [Array(with_new_axis(context, p.value, 1)) if p.rank == 1 else p for p in parts], 1)


@call(np.append)
def append(context: Context, node: ast.AST, arr: Abstract, values: Abstract, axis: Abstract | None = None) -> Abstract:
    """A fresh array with `values` at the end; flattened where no axis is given."""
    left, right = (at_least(context, array(context, node, x), 1) for x in (arr, values))
    at = single_axis(context, node, axis, left.rank)
    if at is None:
        left, right, at = flat(context, left), flat(context, right), 0
    dtype = promote([left.dtype, right.dtype])
    return joined(context, node, [Array(convert(context, node, x, dtype)) for x in (left, right)], at)


# Splitting ------------------------------------------------------------------------------------------------------------


@call(np.split)
def split(context: Context, node: ast.AST, ary: Abstract, indices_or_sections: Abstract, axis: Abstract = FIRST) -> Abstract:
    """A list of views: equal parts, or cut at the given (static) indices."""
    from .. import slices
    from ..values import NONE, Slice

    x = array(context, node, ary)
    at = axis_of(context, node, option(context, node, axis, "the axis"), x.rank)
    b = context.b
    extent = b.op("dim", x.value, axis=at)
    cuts = sequence_items(indices_or_sections)
    pieces: list[Abstract] = []
    if cuts is None:
        sections = integer_option(context, node, indices_or_sections, "the number of parts")
        many = b.i64(sections)
        whole = b.op("eq", b.op("mod", extent, many), b.i64(0))
        context.check(whole, ValueError, "array split does not result in an equal division")
        count = b.op("floordiv", extent, many, name="count")
        for k in range(sections):
            start = b.op("mul", count, b.i64(k), name="start")
            pieces.append(Array(subview(context, x.value, at, start, count)))
        return List(context.store, tuple(pieces))
    ends = [NONE, *cuts, NONE]
    for start_, stop in pairwise(ends):
        letter, numbers = slices.view_numbers(context, node, Slice(start_, stop, NONE), extent)
        letters = "a" * at + letter + "a" * (x.rank - at - 1)
        pieces.append(Array(b.op("view", x.value, *numbers, axes=letters, name=x.value.name)))
    return List(context.store, tuple(pieces))


# Taking and repeating -------------------------------------------------------------------------------------------------


def taken_at(context: Context, x: Array, places: Value, axis: int, **attributes: bool) -> Array:
    """x[…, places, …] with `places` (in range) on `axis`."""
    rest = [k for k in range(x.rank) if k != axis]
    gathered = context.b.op("gather", moved(context, x.value, (axis, *rest)), places, name=x.value.name, **attributes)
    assert isinstance(places.type, ArrayType)
    spread = places.type.rank
    order = [*range(spread, spread + axis), *range(spread), *range(spread + axis, spread + len(rest))]
    return Array(moved(context, gathered, order))


@call(np.take)
@method("take")
def take(context: Context, node: ast.AST, a: Abstract, indices: Abstract, axis: Abstract | None = None) -> Abstract:
    """The elements at `indices` along an axis, or of the flattened array."""
    from ..indexing import read
    from ..keys import FULL
    from ..values import Tuple

    x = array(context, node, a)
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        return read(context, node, flat(context, x), indices)
    return read(context, node, x, Tuple((*[FULL] * at, indices)))


@call(np.repeat)
@method("repeat")
def repeat(context: Context, node: ast.AST, a: Abstract, repeats: Abstract, axis: Abstract | None = None) -> Abstract:
    """Each element `repeats` (a number) times along an axis, or of the flattened array."""
    x = at_least(context, array(context, node, a), 1)
    at = single_axis(context, node, axis, x.rank)
    if at is None:
        x, at = flat(context, x), 0
    if not isinstance(context.present(repeats, node), Scalar):
        context.refuse(node, "np.repeat with a number of repeats for each element is not yet supported", "give one number")
    b = context.b
    times = integer(context, node, repeats, "the number of repeats")
    context.check(b.op("ge", times, b.i64(0)), ValueError, "repeats may not contain negative values.")
    count = product(context, b.op("dim", x.value, axis=at), times, "count")
    return taken_at(context, x, b.op("floordiv", b.op("iota", count), b.op("maximum", times, b.i64(1))), at)


@call(np.tile)
def tile(context: Context, node: ast.AST, A: Abstract, reps: Abstract) -> Abstract:
    """The whole array repeated along each axis."""
    items = sequence_items(reps) or (reps,)
    x = at_least(context, array(context, node, A), len(items))
    b = context.b
    result = x
    for k, item in enumerate(items, x.rank - len(items)):
        times = integer(context, node, item, "the number of repeats")
        extent = b.op("dim", x.value, axis=k)
        count = product(context, extent, b.op("maximum", times, b.i64(0)), "count")
        result = taken_at(context, result, b.op("mod", b.op("iota", count), extent), k)
    return result


@call(np.roll)
def roll(context: Context, node: ast.AST, a: Abstract, shift: Abstract, axis: Abstract | None = None) -> Abstract:
    """The elements moved on by `shift` places, the last coming round to the front."""
    x = array(context, node, a)
    b, by = context.b, integer(context, node, shift, "the shift")
    at = single_axis(context, node, axis, x.rank)
    line, along = (flat(context, x), 0) if at is None else (x, at)
    extent = b.op("dim", line.value, axis=along)
    n = b.op("maximum", extent, b.i64(1))
    source = b.op("mod", b.op("sub", b.op("iota", extent), by), n, name="place")
    rolled = taken_at(context, line, source, along, **made_alike(line.rank))
    if at is not None or x.rank == 1:
        return rolled
    return Array(b.op("reshape", contiguous(context, rolled), *b.dims(x.value), name="rolled"))
