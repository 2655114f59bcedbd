"""Arrays joined and taken apart."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.exceptions import AxisError

from ..registry import stands_for


@stands_for(np.dstack)
def dstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Side by side along the third axis."""
    return np.concatenate([np.atleast_3d(x) for x in tup], 2, dtype=dtype, casting=casting)


@stands_for(np.block)
def block(arrays: Any) -> Any:
    """Arrays in nested lists: those of the innermost lists are joined along the last axis, those around them along the one before."""
    depth = depth_of(arrays)
    rank = max(depth, rank_in(arrays))
    joined = join_blocks(arrays, depth, rank)
    return np.array(joined) if depth == 0 else joined


def depth_of(arrays: Any) -> int:
    """How deep the lists are nested, which is the same everywhere."""
    if isinstance(arrays, tuple):
        raise TypeError("arrays is a tuple. Only lists can be used to arrange blocks")
    if not isinstance(arrays, list):
        return 0
    if len(arrays) == 0:
        raise ValueError("List at arrays cannot be empty")
    depths = [depth_of(x) for x in arrays]
    if min(depths) != max(depths):
        raise ValueError("List depths are mismatched.")
    return depths[0] + 1


def rank_in(arrays: Any) -> int:
    """The most axes that an array in the lists has."""
    return max([rank_in(x) for x in arrays]) if isinstance(arrays, list) else np.ndim(arrays)


def join_blocks(arrays: Any, depth: int, rank: int) -> Any:
    if isinstance(arrays, list):
        return np.concatenate([join_blocks(x, depth - 1, rank) for x in arrays], axis=-depth)
    return np.array(arrays, ndmin=rank)


# Taken apart ----------------------------------------------------------------------------------------------------------


@stands_for(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """At these places, or into so many pieces, of which the first are longer by one where the length does not divide."""
    x = np.moveaxis(np.asarray(ary), axis, 0)
    n = x.shape[0]
    if isinstance(indices_or_sections, (int, float, np.number)):
        sections = int(indices_or_sections)
        if sections <= 0:
            raise ValueError("number sections must be larger than 0.")
        each, extras = n // sections, n % sections
        places = [k * each + min(k, extras) for k in range(sections + 1)]
    else:
        places = [0, *indices_or_sections, n]
    return [np.moveaxis(x[start:stop], 0, axis) for start, stop in itertools.pairwise(places)]


@stands_for(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    rank = np.ndim(ary)
    if rank == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return np.split(ary, indices_or_sections, 1 if rank > 1 else 0)


@stands_for(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    if np.ndim(ary) < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return np.split(ary, indices_or_sections, 0)


@stands_for(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    if np.ndim(ary) < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return np.split(ary, indices_or_sections, 2)


if hasattr(np, "unstack"):

    @stands_for(np.unstack)
    def unstack(x: Any, /, *, axis: int = 0) -> Any:
        """The pieces along an axis, which is gone."""
        given = np.asarray(x)
        if given.ndim == 0:
            raise ValueError("Input array must be at least 1-d.")
        return tuple([part for part in np.moveaxis(given, axis, 0)])


# With more or fewer elements ------------------------------------------------------------------------------------------


@stands_for(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """With `values` before the places `obj` of an axis, or of the flattened array."""
    x = np.asarray(arr)
    x = x.ravel() if axis is None else x
    axis = 0 if axis is None else axis_in(axis, x.ndim)
    n = x.shape[axis]
    places = np.arange(n)[obj] if isinstance(obj, slice) else np.asarray(obj)
    if places.dtype == bool:
        if places.ndim != 1:
            raise ValueError("boolean array argument obj to insert must be one dimensional")
        places = np.flatnonzero(places)
    if places.ndim > 1:
        raise ValueError("index array argument obj to insert must be one dimensional or scalar")
    if places.size == 1:
        return inserted(x, int(places.item()), values, axis, places.ndim == 0)
    before: Any = (slice(None),) * axis
    places = np.array(places, dtype=int)
    places = np.where(places < 0, places + n, places)
    order = np.argsort(places, kind="stable")
    places[order] += np.arange(len(places))
    old = np.ones(n + len(places), dtype=bool)
    old[places] = False
    new = np.empty((*x.shape[:axis], n + len(places), *x.shape[axis + 1 :]), dtype=x.dtype)
    new[(*before, places)] = values
    new[(*before, np.flatnonzero(old))] = x
    return new


def inserted(x: Any, place: int, values: Any, axis: int, alone: bool) -> Any:
    """With `values` before one place, which stands alone or in a list."""
    n = x.shape[axis]
    if place < -n or place > n:
        raise IndexError(f"index {place} is out of bounds for axis {axis} with size {n}")
    place = place + n if place < 0 else place
    rows = np.array(values, dtype=x.dtype, ndmin=x.ndim)
    rows = np.moveaxis(rows, 0, axis) if alone else rows
    count = rows.shape[axis]
    before: Any = (slice(None),) * axis
    new = np.empty((*x.shape[:axis], n + count, *x.shape[axis + 1 :]), dtype=x.dtype)
    new[(*before, slice(None, place))] = x[(*before, slice(None, place))]
    new[(*before, slice(place, place + count))] = rows
    new[(*before, slice(place + count, None))] = x[(*before, slice(place, None))]
    return new


@stands_for(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Without the places `obj` of an axis, or of the flattened array."""
    x = np.asarray(arr)
    x = x.ravel() if axis is None else x
    axis = 0 if axis is None else axis_in(axis, x.ndim)
    n = x.shape[axis]
    before: Any = (slice(None),) * axis
    if isinstance(obj, slice):
        keep = np.ones(n, dtype=bool)
        keep[obj] = False
        return x[(*before, keep)]
    if isinstance(obj, (int, np.integer)) and not isinstance(obj, bool):
        return without(x, int(obj), axis)
    places = np.asarray(obj)
    if places.dtype == bool:
        if places.shape != (n,):
            raise ValueError(f"boolean array argument obj to delete must be one dimensional and match the axis length of {n}")
        return x[(*before, ~places)]
    keep = np.ones(n, dtype=bool)
    keep[np.asarray(places, dtype=int) if isinstance(obj, (list, tuple)) and len(obj) == 0 else places] = False
    return x[(*before, keep)]


def without(x: Any, place: int, axis: int) -> Any:
    """Without one place of an axis."""
    n = x.shape[axis]
    if place < -n or place >= n:
        raise IndexError(f"index {place} is out of bounds for axis {axis} with size {n}")
    place = place + n if place < 0 else place
    before: Any = (slice(None),) * axis
    new = np.empty((*x.shape[:axis], n - 1, *x.shape[axis + 1 :]), dtype=x.dtype)
    new[(*before, slice(None, place))] = x[(*before, slice(None, place))]
    new[(*before, slice(place, None))] = x[(*before, slice(place + 1, None))]
    return new


def axis_in(axis: int, rank: int) -> int:
    """An axis counted from the first."""
    if not -rank <= axis < rank:
        raise AxisError(axis, rank)
    return axis % rank


if hasattr(np, "row_stack"):

    @stands_for(np.row_stack)
    def row_stack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
        """`np.vstack`, by its older name."""
        return np.vstack(tup)
