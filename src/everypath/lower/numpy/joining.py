"""Joining, splitting and repeating arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import ScalarType
from ...library.numpy import rows
from .. import run_lists
from ..context import Context
from ..frame import Frame
from ..objects import List, sequence_items
from ..values import NONE, Abstract, Array, RunList, Slice, Static
from . import slices
from .conversion import array, convert, run_list_array, run_list_stack
from .dtypes import promote
from .operands import axis_of, dtype_option, integer_option, made_alike, option, single_axis
from .registry import call
from .views import at_least, flat, subview, with_new_axis

FIRST = Static(0)
"""The default axis."""

UNEQUAL = (
    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {{}}, "
    "the array at index 0 has size {{}} and the array at index {} has size {{}}"
)
UNEQUAL_TO_ANY = UNEQUAL.format("{}")
"""The same, where the second array is only known when the function runs."""
NOT_ALIKE = "all input arrays must have the same shape"


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
    target = joined_dtype(context, node, [a.dtype for a in given], dtype, casting)
    return [Array(convert(context, node, a, target)) for a in given]


def joined_dtype(
    context: Context, node: ast.AST, dtypes: Sequence[ScalarType], dtype: Abstract | None, casting: Abstract | None
) -> ScalarType:
    """The common dtype of what is joined, or that given, as far as the rule of casting lets them."""
    target = dtype_option(context, node, dtype, promote(dtypes))
    rule = option(context, node, casting, "casting", "same_kind")
    for each in dtypes:
        if not np.can_cast(each.numpy, target.numpy, rule):
            message = f"Cannot cast array data from {each.numpy!r} to {target.numpy!r} according to the rule '{rule}'"
            context.raises(node, TypeError, message)
    return target


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
        return run_list_joined(context, node, run, along, dtype, casting)
    rows_joined = (
        of_one_array(context, node, arrays, rows.end_to_end, context.constant(0) if axis is FIRST else axis) if dtype is None else None
    )
    if rows_joined is not None:
        return rows_joined
    parts = arrays_of(context, node, arrays, dtype, casting)
    if along is None:
        return joined(context, node, [flat(context, at_least(context, p, 1)) for p in parts], 0)
    return joined(context, node, parts, axis_of(context, node, along, max(parts[0].rank, 1)))


def run_list_joined(
    context: Frame, node: ast.AST, x: RunList, axis: int | None, dtype: Abstract | None = None, casting: Abstract | None = None
) -> Abstract:
    """The arrays of a list of run-time length one after another along an axis; flattened first where that is None."""
    if not isinstance(x.element, Array) or not x.element.rank:
        context.refuse(node, "a growing list can be concatenated only of arrays that have an axis", "use np.array or np.stack")
    if axis is None:
        return run_list_joined(context, node, changed(context, node, x, rows.each_flat), 0, dtype, casting)
    target = joined_dtype(context, node, [x.element.dtype], dtype, casting)
    b, (items,), rank = context.b, x.lists, x.element.rank
    at = axis_of(context, node, axis, rank)
    count, zero, one = run_lists.count(b, x), b.i64(0), b.i64(1)
    context.check(b.op("gt", count, zero), ValueError, "need at least one array to concatenate")

    def longer(inner: Builder, i: Value, n: Value) -> list[Value]:
        return [inner.op("add", n, inner.op("dim", inner.op("list_get", items, i), axis=at), name="length")]

    (length,) = b.for_(zero, count, one, [zero], longer, names=("length",))
    dims = list(b.dims(b.op("list_get", items, zero)))
    dims[at] = length
    out = b.op("alloc", *dims, dtype=x.element.dtype.name, name="joined", **made_alike(rank))

    def put(inner: Builder, i: Value, start: Value) -> list[Value]:
        part = inner.op("list_get", items, i)
        have = inner.dims(part)
        for k, (n, m) in enumerate(zip(dims, have)):
            if k != at:
                inner.do("check", inner.op("eq", n, m), inner.i64(k), n, i, m, error=ValueError, message=UNEQUAL_TO_ANY)
        inner.do("assign", part, inner.op("view", out, start, have[at], axes="a" * at + "u" + "a" * (rank - at - 1)))
        return [inner.op("add", start, have[at], name="offset")]

    b.for_(zero, count, one, [zero], put, names=("offset",))
    return Array(convert(context, node, Array(out), target))


def rank_in(x: RunList) -> int:
    """How many axes the items of a list have."""
    return x.element.rank if isinstance(x.element, Array) else 0


def changed(context: Frame, node: ast.AST, x: RunList, text: Any) -> RunList:
    """What `text` makes of a list: one of run-time length too."""
    made = context.call(Static(text), [x], {}, node)
    assert isinstance(made, RunList)
    return made


@call(np.stack)
def stack(context: Frame, node: ast.AST, arrays: Abstract, axis: Abstract = FIRST) -> Abstract:
    """The arrays, of one shape, along a new axis."""
    at = integer_option(context, node, axis, "the axis")
    if isinstance(run := context.present(arrays, node), RunList):
        rank = rank_in(run) + 1
        at = axis_of(context, node, at, rank)
        if rank == 1:
            return run_list_array(context, node, run)
        (items,), count = run.lists, run_lists.count(context.b, run)
        context.check(context.b.op("gt", count, context.b.i64(0)), ValueError, "need at least one array to stack")
        return Array(run_list_stack(context, items, count, at, NOT_ALIKE, alike=True))
    rows_joined = of_one_array(context, node, arrays, rows.along_new_axis, context.constant(at))
    if rows_joined is not None:
        return rows_joined
    parts = arrays_of(context, node, arrays)
    at = axis_of(context, node, at, parts[0].rank + 1)
    b = context.b
    for other in parts[1:]:
        if other.rank != parts[0].rank:
            context.refuse(node, NOT_ALIKE, "reshape one of them")
        for n, m in zip(b.dims(parts[0].value), b.dims(other.value)):
            context.check(b.op("eq", n, m), ValueError, NOT_ALIKE)
    return joined(context, node, [Array(with_new_axis(context, p.value, at)) for p in parts], at)


@call(np.vstack)
def vstack(context: Frame, node: ast.AST, tup: Abstract, *, dtype: Abstract | None = None, casting: Abstract | None = None) -> Abstract:
    """One below the other; vectors are rows."""
    if isinstance(run := context.present(tup, node), RunList):
        if rank_in(run) == 1 and dtype is None:
            return stack(context, node, run)
        rows_of_it = run if rank_in(run) > 1 else changed(context, node, run, rows.each_as_row)
        return run_list_joined(context, node, rows_of_it, 0, dtype, casting)
    rows_joined = of_one_array(context, node, tup, rows.below) if dtype is None else None
    if rows_joined is not None:
        return rows_joined
    return joined(context, node, [at_least(context, p, 2) for p in arrays_of(context, node, tup, dtype, casting)], 0)


@call(np.hstack)
def hstack(context: Frame, node: ast.AST, tup: Abstract, *, dtype: Abstract | None = None, casting: Abstract | None = None) -> Abstract:
    """One beside the other; vectors end to end."""
    if isinstance(run := context.present(tup, node), RunList):
        if not rank_in(run):
            options = {name: x for name, x in (("dtype", dtype), ("casting", casting)) if x is not None}
            return context.call(Static(rows.beside_each_other), [run], options, node)
        return run_list_joined(context, node, run, 0 if rank_in(run) == 1 else 1, dtype, casting)
    rows_joined = of_one_array(context, node, tup, rows.beside) if dtype is None else None
    if rows_joined is not None:
        return rows_joined
    parts = [at_least(context, p, 1) for p in arrays_of(context, node, tup, dtype, casting)]
    return joined(context, node, parts, 0 if parts[0].rank == 1 else 1)


@call(np.column_stack)
def column_stack(context: Frame, node: ast.AST, tup: Abstract) -> Abstract:
    """One beside the other; vectors are columns."""
    if isinstance(run := context.present(tup, node), RunList):
        if rank_in(run) == 1:
            return stack(context, node, run, context.constant(1))
        return run_list_joined(context, node, run if rank_in(run) else changed(context, node, run, rows.each_as_column), 1)
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
