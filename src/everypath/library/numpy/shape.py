"""Shapes together, and other shapes of the same elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.exceptions import AxisError

from ..intrinsics import refuse
from ..registry import stands_for

SEVERAL: Any = tuple if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else list
"""What NumPy returns several arrays in."""


@stands_for(np.iterable)
def iterable(y: Any) -> bool:
    try:
        iter(y)
    except TypeError:
        return False
    return True


@stands_for(np.broadcast_shapes)
def broadcast_shapes(*args: Any) -> Any:
    """The shape that arrays of these shapes have together."""
    shapes = [(s,) if isinstance(s, (int, np.integer)) else tuple(s) for s in args]
    rank = max([0, *[len(s) for s in shapes]])
    out: Any = ()
    for k in range(rank):
        n = 1
        for s in shapes:
            if k >= rank - len(s):
                m = s[k - rank + len(s)]
                if n != 1 and m != 1 and m != n:
                    raise ValueError("shape mismatch: objects cannot be broadcast to a single shape")
                n = m if n == 1 else n
        out = (*out, n)
    return out


@stands_for(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    arrays = [np.asarray(a) for a in args]
    together = np.broadcast_shapes(*[a.shape for a in arrays])
    return SEVERAL([np.broadcast_to(a, together) for a in arrays])


@stands_for(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """A number as (1, 1, 1), a vector as (1, n, 1), a matrix as (m, n, 1)."""
    arrays = [np.asarray(a) for a in arys]
    out = SEVERAL(
        [a.reshape(1, 1, 1) if a.ndim == 0 else a[None, :, None] if a.ndim == 1 else a[:, :, None] if a.ndim == 2 else a for a in arrays]
    )
    return out[0] if len(out) == 1 else out


@stands_for(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """The axis moved back until it stands before `start`."""
    n = np.ndim(a)
    if not -n <= axis < n:
        raise AxisError(axis, n)
    axis = axis + n if axis < 0 else axis
    start = start + n if start < 0 else start
    if not 0 <= start < n + 1:
        raise AxisError(f"'start' arg requires {-n} <= start < {n + 1}, but {start} was passed in")
    to = start - 1 if axis < start else start
    return np.asarray(a)[...] if axis == to else np.moveaxis(a, axis, to)


@stands_for(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Turned by k quarters in the plane of two axes, from the first towards the second."""
    first, second = axes
    x = np.asarray(m)
    if len(axes) != 2:
        raise ValueError("len(axes) must be 2.")
    if first == second or abs(first - second) == x.ndim:
        raise ValueError("Axes must be different.")
    if first >= x.ndim or first < -x.ndim or second >= x.ndim or second < -x.ndim:
        raise ValueError(f"Axes={axes} out of range for array of ndim={x.ndim}.")
    k = k % 4
    if k == 0:
        return x[:]
    if k == 2:
        return np.flip(np.flip(x, first), second)
    return np.swapaxes(np.flip(x, second), first, second) if k == 1 else np.flip(np.swapaxes(x, first, second), second)


@stands_for(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements in C order, over and over, as many as the new shape has room for."""
    extents = (new_shape,) if isinstance(new_shape, (int, np.integer)) else tuple(new_shape)
    count = 1
    for n in extents:
        count = count * n
        if n < 0:
            raise ValueError("all elements of `new_shape` must be non-negative")
    flat = np.ravel(a)
    if flat.size == 0:
        return np.zeros(extents, dtype=flat.dtype)
    return flat[np.arange(count) % flat.size].reshape(extents)


@stands_for(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Without the zeros in front ("f") and at the end ("b") of each axis, or of the axes given; a list stays a list."""
    x = np.asarray(filt)
    sides = trim.lower()
    if sides not in ("fb", "bf", "f", "b"):
        raise ValueError(f"unexpected character(s) in `trim`: {sides!r}")
    if axis is not None:
        axes = [k % x.ndim for k in (axis if isinstance(axis, tuple) else (axis,))]
    else:
        axes = list(range(x.ndim))
    found = np.nonzero(x)
    some = found[0].size > 0
    key: Any = ()
    for k in range(x.ndim):
        if k in axes:
            first = found[k].min() if some and "f" in sides else 0
            last = 0 if not some else found[k].max() + 1 if "b" in sides else x.shape[k]
            key = (*key, slice(first, last))
        else:
            key = (*key, slice(None))
    return filt[key[0]] if x.ndim == 1 else x[key]


@stands_for(np.repeat, np.ndarray.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element so many times along an axis, or of the flattened array: as many for all, or a number for each."""
    x = np.atleast_1d(a) if axis is not None else np.ravel(a)
    axis = 0 if axis is None else axis
    n = x.shape[axis]
    if np.ndim(repeats) == 0 or (isinstance(repeats, (list, tuple)) and len(repeats) == 1):
        times = int(repeats if np.ndim(repeats) == 0 else repeats[0])
        if times < 0:
            raise ValueError("repeats may not contain negative values.")
        at = axis % x.ndim
        before, after = x.shape[:at], x.shape[at + 1 :]
        return np.array(np.broadcast_to(np.expand_dims(x, at + 1), (*before, n, times, *after))).reshape(*before, n * times, *after)
    counts = np.asarray(repeats).astype(int)
    if counts.size == 1:
        counts = np.broadcast_to(counts, (n,))
    if counts.shape != (n,):
        raise ValueError(f"operands could not be broadcast together with shape ({n},) ({counts.size},)")
    if np.any(counts < 0):
        raise ValueError("repeats may not contain negative values.")
    places, end = np.empty(np.sum(counts), dtype=int), 0
    for k in range(n):
        places[end : end + counts[k]] = k
        end += counts[k]
    return np.take(x, places, axis=axis, mode="clip")


@stands_for(np.broadcast)
class broadcast:
    """The shape that arrays have together, and their elements side by side, which are gone over once."""

    def __init__(self, *args: Any) -> None:
        self.shape = np.broadcast_shapes(*[np.shape(a) for a in args])
        self.views = tuple([np.broadcast_to(a, self.shape) for a in args])
        self.index = 0
        self.nd = self.ndim = len(self.shape)
        self.numiter = len(args)

    @property
    def size(self) -> int:
        count = 1
        for n in self.shape:
            count = count * n
        return count

    def reset(self) -> None:
        """Begin anew."""
        self.index = 0

    def __iter__(self) -> Iterator[Any]:
        while self.index < self.size:
            place: Any = ()
            rest = self.index
            for n in self.shape[::-1]:
                place = (rest % n, *place)
                rest = rest // n
            self.index = self.index + 1
            yield tuple([x[place] for x in self.views])


@stands_for(np.asarray_chkfinite)
def asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    x = np.asarray(a, dtype=dtype, order=order)
    if not np.all(np.isfinite(x)):
        raise ValueError("array must not contain infs or NaNs")
    return x


@stands_for(np.require)
def require(a: Any, dtype: Any = None, requirements: Any = None, *, like: Any = None) -> Any:
    """An array of this dtype, its memory in the order that is asked for."""
    wanted = [name.upper() for name in ([] if requirements is None else requirements)]
    x = np.asarray(a, dtype=dtype)
    if "F" in wanted or "F_CONTIGUOUS" in wanted:
        return np.asfortranarray(x)
    if "C" in wanted or "C_CONTIGUOUS" in wanted:
        return np.ascontiguousarray(x)
    return x


@stands_for(np.matrix, np.asmatrix, np.bmat)
def matrix(*args: Any, **kwargs: Any) -> Any:
    refuse("a matrix, whose * is the product of matrices, is not supported", "use an array with two axes, and @")
