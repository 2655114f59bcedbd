"""Coordinates: evenly spaced numbers, grids, and what `np.r_` and its kind make of slices."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for
from .shape import SEVERAL

# Evenly spaced --------------------------------------------------------------------------------------------------------


@stands_for(np.linspace)
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0) -> Any:
    """`num` numbers from start to stop, evenly spaced; the last is exactly stop where it is included."""
    count = operator.index(num)
    if count < 0:
        raise ValueError(f"Number of samples, {count}, must be non-negative.")
    kind = np.result_type(start, stop, 1.0)
    first, last = np.asarray(start).astype(kind), np.asarray(stop).astype(kind)
    gaps = count - 1 if endpoint else count
    delta = last - first
    place = np.arange(count).reshape((-1,) + (1,) * np.ndim(delta))
    steps = place.astype(delta.dtype)
    if gaps > 0:
        step = delta / gaps
        y = steps * step
    else:
        step = delta * np.nan
        y = steps * delta
    y = y + first
    if endpoint:
        y = np.where((place == gaps) & (count > 1), last, y)
    y = np.moveaxis(y, 0, axis)
    if dtype is not None:
        y = (np.floor(y) if np.issubdtype(dtype, np.integer) else y).astype(dtype)
    return (y, step) if retstep else y


@stands_for(np.logspace)
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0) -> Any:
    """`base` to the power of evenly spaced numbers."""
    if np.ndim(base) > 0:
        rank = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        lowest, highest, base = (np.array(a, ndmin=rank) for a in (start, stop, base))
        exponents = np.linspace(lowest, highest, num, endpoint=endpoint, axis=axis)
        base = np.expand_dims(base, axis=axis)
    else:
        exponents = np.linspace(start, stop, num, endpoint=endpoint, axis=axis)
    y = np.power(base, exponents)
    return y if dtype is None else y.astype(dtype)


@stands_for(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Numbers with one ratio between each and the next. The ends are exact."""
    first, last = np.asarray(start).astype(np.float64), np.asarray(stop).astype(np.float64)
    if np.any(first == 0) or np.any(last == 0):
        raise ValueError("Geometric sequence cannot include zero")
    sign = np.sign(first)
    if np.any(sign != np.sign(last)):
        refuse("np.geomspace between numbers of different signs is complex, or NaN", "give ends of one sign")
    first, last = first / sign, last / sign
    result = np.logspace(np.log10(first), np.log10(last), num, endpoint=endpoint, base=10.0)
    place = np.arange(num).reshape((-1,) + (1,) * np.ndim(first + last))
    result = np.where((place == 0) & (num > 0), first, result)
    if endpoint:
        result = np.where((place == num - 1) & (num > 1), last, result)
    result = np.moveaxis(result * sign, 0, axis)
    return result if dtype is None else result.astype(dtype)


# Grids ----------------------------------------------------------------------------------------------------------------


@stands_for(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """The coordinates of all points of a grid, one array for each axis."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    n = len(xi)
    out = []
    for k in range(n):
        place = 1 - k if indexing == "xy" and n > 1 and k < 2 else k
        out.append(np.asarray(xi[k]).reshape((1,) * place + (-1,) + (1,) * (n - 1 - place)))
    if not sparse:
        return SEVERAL([np.array(a) if copy else a for a in np.broadcast_arrays(*out)])
    return SEVERAL([a.copy() for a in out]) if copy else out


@stands_for(np.indices)
def indices(dimensions: Any, dtype: Any = int, sparse: bool = False) -> Any:
    """For each axis of a shape, where an element stands on it: the rows of one array, or, sparse, arrays that broadcast."""
    extents = tuple(dimensions)
    n = len(extents)
    lines = [np.arange(extents[k], dtype=dtype).reshape((1,) * k + (-1,) + (1,) * (n - 1 - k)) for k in range(n)]
    if sparse:
        return tuple(lines)
    if n == 0:
        return np.zeros((0,), dtype=dtype)
    return np.stack([np.broadcast_to(line, extents) for line in lines])


@stands_for(np.ix_)
def ix_(*args: Any) -> Any:
    """Vectors as index arrays that broadcast to the grid of them; booleans say which places."""
    n = len(args)
    out = []
    for k in range(n):
        x = np.arange(0) if isinstance(args[k], (list, tuple)) and len(args[k]) == 0 else np.asarray(args[k])
        if x.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        x = np.flatnonzero(x) if x.dtype == bool else x
        out.append(x.reshape((1,) * k + (-1,) + (1,) * (n - 1 - k)))
    return tuple(out)


@stands_for(np.mgrid)
def mgrid(key: Any) -> Any:
    """Of slices: one array of their coordinates at all points of the grid."""
    return line(key) if isinstance(key, slice) else np.stack(np.broadcast_arrays(*np.ix_(*lines(key))))


@stands_for(np.ogrid)
def ogrid(key: Any) -> Any:
    """Of slices: arrays of their coordinates that broadcast to the grid."""
    return line(key) if isinstance(key, slice) else SEVERAL(np.ix_(*lines(key)))


def line(part: slice) -> Any:
    """start, start + step, …; an imaginary step says how many numbers there are, the end included."""
    start = 0 if part.start is None else part.start
    if not isinstance(part.step, complex):
        return np.arange(start, part.stop, 1 if part.step is None else part.step)
    count = int(abs(part.step))
    return np.arange(0.0, count) * ((part.stop - start) / float(count - 1) if count != 1 else 1) + start


def lines(parts: Any) -> Any:
    """The coordinates on each axis of a grid, in one dtype."""
    out = []
    for part in parts:
        start = 0 if part.start is None else part.start
        step = 1 if part.step is None else part.step
        if isinstance(step, complex):
            count = int(abs(step))
            out.append(np.arange(0.0, count) * ((part.stop - start) / float(count - 1) if count != 1 else 1) + start)
        else:
            out.append(np.arange(math.ceil((part.stop - start) / step)) * step + start)
    return [x + sum([y.dtype.type(0) for y in out]) for x in out]


@stands_for(np.s_)
def s_(key: Any) -> Any:
    return key


@stands_for(np.index_exp)
def index_exp(key: Any) -> Any:
    return key if isinstance(key, tuple) else (key,)


# Joined in brackets ---------------------------------------------------------------------------------------------------


@stands_for(np.r_)
def r_(key: Any) -> Any:
    """Arrays, numbers and slices one after another; a text in front says along which axis, with how many axes, and where they stand."""
    items = key if isinstance(key, tuple) else (key,)
    if isinstance(items[0], str):
        return in_order(items[0], items[1:])
    return in_brackets(items, 0, 1, -1)


@stands_for(np.c_)
def c_(key: Any) -> Any:
    """As np.r_ along the last axis, vectors as columns."""
    items = key if isinstance(key, tuple) else (key,)
    return in_brackets(items, -1, 2, 0)


def in_order(order: str, items: Any) -> Any:
    if order in ("r", "c"):
        refuse("a matrix is not supported", "use an array of two axes")
    numbers = [int(x) for x in order.split(",")]
    return in_brackets(items, numbers[0], numbers[1] if len(numbers) > 1 else 1, numbers[2] if len(numbers) > 2 else -1)


def in_brackets(items: Any, axis: int, rank: int, place: int) -> Any:
    """The items joined along an axis; those with fewer axes than `rank` have them from `place` on. Python's numbers give way."""
    parts: list[Any] = []
    kinds: list[Any] = []
    for item in items:
        if isinstance(item, slice):
            x = np.array(r_line(item), ndmin=rank)
            parts.append(np.swapaxes(x, -1, place) if rank > 1 and place != -1 else x)
            kinds.append(x.dtype)
        elif isinstance(item, str):
            raise ValueError("special directives must be the first entry.")
        elif np.isscalar(item):
            parts.append(np.array(item, ndmin=max(rank, 1)))
            kinds.append(item)
        else:
            x = np.asarray(item)
            parts.append(placed(x, rank, place))
            kinds.append(x.dtype)
    dtype = np.result_type(*kinds)
    return np.concatenate([x.astype(dtype) for x in parts], axis=axis)


def placed(x: Any, rank: int, place: int) -> Any:
    """With at least `rank` axes, its own from `place` on."""
    new = np.array(x, ndmin=rank)
    missing = rank - x.ndim
    if missing <= 0 or place == -1:
        return new
    first = place + missing + 1 if place < 0 else place
    axes = list(range(rank))
    return new.transpose(axes[:first] + axes[missing:] + axes[first:missing])


def r_line(part: slice) -> Any:
    """A slice in np.r_."""
    start = 0 if part.start is None else part.start
    step = 1 if part.step is None else part.step
    if isinstance(step, complex):
        return np.linspace(start, part.stop, num=int(abs(step)))
    return np.arange(start, part.stop, step)
