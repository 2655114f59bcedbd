"""Where elements stand: indices of several axes and of one, and going over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.argwhere)
def argwhere(a: Any) -> Any:
    """The indices of the elements that are not 0, in rows."""
    x = np.asarray(a)
    if x.ndim == 0:
        return np.zeros((int(x != 0), 0), dtype=int)
    return np.transpose(np.stack(np.nonzero(x)))


def set_flat(x: Any, values: Any) -> None:
    """`x.flat = values`: the values in C order, over and over."""
    given = np.asarray(values)
    if x.size > 0 and given.size == 0:
        raise ValueError("Cannot copy flatiter of size zero")
    x[...] = given if given.ndim == 0 else np.resize(given, x.shape)


def set_flat_at(line: Any, key: Any, values: Any) -> None:
    """`x.flat[key] = values`: the values in C order, over and over, one by one: of memory that is shared, what was written is read."""
    given, places = np.asarray(values), np.arange(line.size)[key]
    n = given.size
    if n > 0:
        if given.ndim == 1:
            for k in range(places.size):
                line[places[k]] = given[k % n]
        else:
            across = given.shape[-1]
            for k in range(places.size):
                line[places[k]] = given[k % n // across, k % across]


@stands_for(np.unravel_index)
def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """Places in the flattened array, as an index for each axis."""
    places = np.asarray(indices)
    extents = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if not np.issubdtype(places.dtype, np.integer):
        raise TypeError("only int indices permitted")
    size = 1
    for n in extents:
        size = size * n
    if np.any((places < 0) | (places >= size)):
        raise ValueError(f"index is out of bounds for array with size {size}")
    rest: Any = places + 0
    found: Any = ()
    if order == "F":
        for n in extents:
            found = (*found, rest % max(n, 1))
            rest = rest // max(n, 1)
        return found
    for n in extents[::-1]:
        found = (rest % max(n, 1), *found)
        rest = rest // max(n, 1)
    return found


@stands_for(np.ravel_multi_index)
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> Any:
    """An index for each axis, as places in the flattened array."""
    extents = (dims,) if isinstance(dims, (int, np.integer)) else tuple(dims)
    rank = len(extents)
    if len(multi_index) != rank:
        raise ValueError(f"parameter multi_index must be a sequence of length {rank}")
    modes = (mode,) * rank if isinstance(mode, str) else tuple(mode)
    places: Any = 0
    for k in range(rank) if order == "C" else range(rank - 1, -1, -1):
        index, n = np.asarray(multi_index[k]), extents[k]
        if not np.issubdtype(index.dtype, np.integer):
            raise TypeError("only int indices permitted")
        if modes[k] == "wrap":
            index = index % n
        elif modes[k] == "clip":
            index = np.clip(index, 0, n - 1)
        elif np.any((index < 0) | (index >= n)):
            raise ValueError("invalid entry in coordinates array")
        places = places * n + index
    return places


# Going over all -------------------------------------------------------------------------------------------------------


@stands_for(np.ndindex)
def ndindex(*shape: Any) -> Iterator[Any]:
    """The indices of all elements of an array of this shape, the last axis running fastest."""
    extents = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
    if len(extents) == 1:
        for i in range(extents[0]):
            yield (i,)
    elif len(extents) == 2:
        for i in range(extents[0]):
            for j in range(extents[1]):
                yield (i, j)
    else:
        size = 1
        for n in extents:
            size = size * n
        for place in range(size):
            index: Any = ()
            rest = place
            for n in extents[::-1]:
                index = (rest % n, *index)
                rest = rest // n
            yield index


@stands_for(np.ndenumerate)
def ndenumerate(arr: Any) -> Iterator[Any]:
    """The elements of an array, each with its index before it."""
    x = np.asarray(arr)
    for index in np.ndindex(x.shape):
        yield index, x[index]
