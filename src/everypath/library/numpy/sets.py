"""Arrays as sets: each element once, sorted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for

IN_SHAPE = np.lib.NumpyVersion(np.__version__) >= "2.0.0"
"""Whether the places that `return_inverse` gives have the shape of the array."""
VECTORS_ALIKE = np.unique(np.array([np.nan, np.nan]), axis=0).size == 1
"""Whether a vector gives the same with its axis named as without: NaN once."""


def first_of_equals(rising: Any, equal_nan: bool) -> Any:
    """Where an element of a sorted vector is another than the one before it."""
    other = rising[1:] != rising[:-1]
    if equal_nan and rising.dtype.kind == "f":
        other = other & ~(np.isnan(rising[1:]) & np.isnan(rising[:-1]))
    return np.concatenate([np.ones(min(rising.size, 1), dtype=bool), other])


@stands_for(np.unique)
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """Each element, or piece of an axis, once; where it stands first, which of them each one is, how often it stands there."""
    if not sorted:
        refuse("np.unique without sorting gives what order it likes", "leave out sorted=False")
    x = np.asarray(ar)
    if axis is not None and not -x.ndim <= axis < x.ndim:
        raise np.exceptions.AxisError(axis, x.ndim)
    whole = axis is None or (x.ndim == 1 and VECTORS_ALIKE)
    if whole:
        line: Any = x.ravel()
        places = np.argsort(line, kind="stable")
        rising = line[places]
        first = first_of_equals(rising, equal_nan)
    else:
        pieces = np.moveaxis(x, axis, 0)
        width = math.prod(pieces.shape[1:])
        line = pieces.reshape(pieces.shape[0], width)
        places = np.lexsort(line.T[::-1]) if width else np.arange(len(line))
        rising = line[places]
        first = np.concatenate([np.ones(min(rising.shape[0], 1), dtype=bool), np.any(rising[1:] != rising[:-1], axis=1)])
        pieces = pieces[places][first]
    out: Any = (rising[first],) if whole else (np.moveaxis(pieces, 0, axis),)
    if return_index:
        out = (*out, places[first])
    if return_inverse:
        which = np.empty(places.size, dtype=int)
        which[places] = np.cumsum(first) - 1
        out = (*out, which.reshape(x.shape) if whole and IN_SHAPE else which)
    if return_counts:
        out = (*out, np.diff(np.append(np.flatnonzero(first), first.size)))
    return out if len(out) > 1 else out[0]


@stands_for(np.isin)
def isin(element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *, kind: Any = None) -> Any:
    """Whether each element is among the test elements."""
    x, rising = np.asarray(element), np.sort(np.ravel(test_elements))
    if rising.size == 0:
        return np.full(x.shape, invert)
    at = np.minimum(np.searchsorted(rising, x), rising.size - 1)
    found = rising[at] == x
    return ~found if invert else found


if hasattr(np, "in1d"):

    @stands_for(np.in1d)
    def in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False, *, kind: Any = None) -> Any:
        return np.isin(np.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


@stands_for(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """What stands in both, and, if wanted, where it stands first in each."""
    x, y = np.ravel(ar1), np.ravel(ar2)
    first, second = np.arange(x.size), np.arange(y.size)
    if not assume_unique:
        x, first = np.unique(x, return_index=True)
        y, second = np.unique(y, return_index=True)
    both = np.concatenate([x, y])
    order = np.argsort(both, kind="stable")
    rising = both[order]
    twice = rising[1:] == rising[:-1]
    common = rising[:-1][twice]
    if not return_indices:
        return common
    return common, first[order[:-1][twice]], second[order[1:][twice] - x.size]


@stands_for(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """What stands in the first and not in the second."""
    x = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return x[np.isin(x, ar2, invert=True)]


@stands_for(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate([np.ravel(ar1), np.ravel(ar2)]))


@stands_for(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """What stands in one of the two alone."""
    x = np.ravel(ar1) if assume_unique else np.unique(ar1)
    y = np.ravel(ar2) if assume_unique else np.unique(ar2)
    both = np.sort(np.concatenate([x, y]))
    if both.size == 0:
        return both
    ends = np.concatenate([[True], both[1:] != both[:-1], [True]])
    return both[ends[1:] & ends[:-1]]


if hasattr(np, "unique_values"):
    from numpy.lib._arraysetops_impl import UniqueAllResult, UniqueCountsResult, UniqueInverseResult

    @stands_for(np.unique_all)
    def unique_all(x: Any) -> Any:
        return UniqueAllResult(*np.unique(x, return_index=True, return_inverse=True, return_counts=True, equal_nan=False))

    @stands_for(np.unique_counts)
    def unique_counts(x: Any) -> Any:
        return UniqueCountsResult(*np.unique(x, return_counts=True, equal_nan=False))

    @stands_for(np.unique_inverse)
    def unique_inverse(x: Any) -> Any:
        return UniqueInverseResult(*np.unique(x, return_inverse=True, equal_nan=False))

    @stands_for(np.unique_values)
    def unique_values(x: Any) -> Any:
        refuse("np.unique_values gives what order it likes", "use np.unique")
