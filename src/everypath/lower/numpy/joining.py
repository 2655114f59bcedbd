"""Joining, splitting and repeating arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ...ir.types import ListType
from ...library.numpy import rows
from .. import run_lists
from ..context import Context
from ..frame import Frame
from ..objects import List, sequence_items
from ..values import NONE, Abstract, Array, RunList, Slice, Static
from . import slices
from .conversion import array, convert, run_list_array
from .dtypes import promote
from .operands import axis_of, dtype_option, integer_option, made_alike, option, single_axis
from .registry import call
from .views import at_least, flat, moved, subview, with_new_axis

FIRST = Static(0)
"""The default axis."""

UNEQUAL = (
    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {{}}, "
    "the array at index 0 has size {{}} and the array at index {} has size {{}}"
)


def of_one_array(context: Frame, node: ast.AST, x: Abstract, text: Any, *options: Abstract) -> Abstract | None:
    """What `text` makes of the rows of one array; None for other things that are joined."""
    x = context.present(x, node)
    return context.call(Static(text), [x, *options], {}, node) if isinstance(x, Array) and x.rank > 0 else None


def arrays_of(context: Context, node: ast.AST, x: Abstract, dtype: Abstract | None = None, casting: Abstract | None = None) -> list[Array]:
    """The arrays to join, in their common dtype, or in that given, as far as the rule of casting lets them."""
    x = context.present(x, node)
    items = sequence_items(x)
    if items is None and isinstance(x, Array) and x.rank > 0:
        context.refuse(node, "joining the rows of an array in another dtype is not supported", "convert it with .astype(…)")
    if not items:
        context.refuse(node, "need at least one array to join", "pass a list or tuple of arrays")
    given = [array(context, node, item) for item in items]
    target = dtype_option(context, node, dtype, promote([a.dtype for a in given]))
    rule = option(context, node, casting, "casting", "same_kind")
    for a in given:
        if not np.can_cast(a.dtype.numpy, target.numpy, rule):
            message = f"Cannot cast array data from {a.dtype.numpy!r} to {target.numpy!r} according to the rule '{rule}'"
            context.raises(node, TypeError, message)
    return [Array(convert(context, node, a, target)) for a in given]


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
def concatenate(
    context: Frame,
    node: ast.AST,
    arrays: Abstract,
    axis: Abstract = FIRST,
    *,
    dtype: Abstract | None = None,
    casting: Abstract | None = None,
) -> Abstract:
    """The arrays one after another along an axis; flattened first where it is None."""
    along = option(context, node, axis, "the axis")
    if isinstance(run := context.present(arrays, node), RunList):
        if dtype is not None:
            context.refuse(node, "joining a growing list in another dtype is not supported", "convert the result with .astype(…)")
        return run_list_joined(context, node, run, along)
    rows_joined = (
        of_one_array(context, node, arrays, rows.end_to_end, context.constant(0) if axis is FIRST else axis) if dtype is None else None
    )
    if rows_joined is not None:
        return rows_joined
    parts = arrays_of(context, node, arrays, dtype, casting)
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
def stack(context: Frame, node: ast.AST, arrays: Abstract, axis: Abstract = FIRST) -> Abstract:
    """The arrays, of one shape, along a new axis."""
    at = integer_option(context, node, axis, "the axis")
    if isinstance(run := context.present(arrays, node), RunList):
        whole = run_list_array(context, node, run)
        rank = whole.rank
        at = axis_of(context, node, at, rank)
        return Array(moved(context, whole.value, [*range(1, at + 1), 0, *range(at + 1, rank)]))
    rows_joined = of_one_array(context, node, arrays, rows.along_new_axis, context.constant(at))
    if rows_joined is not None:
        return rows_joined
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
def vstack(context: Frame, node: ast.AST, tup: Abstract, *, dtype: Abstract | None = None, casting: Abstract | None = None) -> Abstract:
    """One below the other; vectors are rows."""
    if isinstance(run := context.present(tup, node), RunList):
        if dtype is not None:
            context.refuse(node, "joining a growing list in another dtype is not supported", "convert the result with .astype(…)")
        if isinstance(run.element, Array) and run.element.rank == 1:
            return stack(context, node, run)
        return run_list_joined(context, node, run, 0)
    rows_joined = of_one_array(context, node, tup, rows.below) if dtype is None else None
    if rows_joined is not None:
        return rows_joined
    return joined(context, node, [at_least(context, p, 2) for p in arrays_of(context, node, tup, dtype, casting)], 0)


@call(np.hstack)
def hstack(context: Frame, node: ast.AST, tup: Abstract, *, dtype: Abstract | None = None, casting: Abstract | None = None) -> Abstract:
    """One beside the other; vectors end to end."""
    rows_joined = of_one_array(context, node, tup, rows.beside) if dtype is None else None
    if rows_joined is not None:
        return rows_joined
    parts = [at_least(context, p, 1) for p in arrays_of(context, node, tup, dtype, casting)]
    return joined(context, node, parts, 0 if parts[0].rank == 1 else 1)


@call(np.column_stack)
def column_stack(context: Frame, node: ast.AST, tup: Abstract) -> Abstract:
    """One beside the other; vectors are columns."""
    rows_joined = of_one_array(context, node, tup, rows.columns)
    if rows_joined is not None:
        return rows_joined
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
