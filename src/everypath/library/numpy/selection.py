"""Elements chosen, and written where something says so."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for


@stands_for(np.choose)
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """Each element from the array that a number says."""
    if out is not None:
        refuse("the option 'out' of np.choose is not supported", "leave it out")
    which = np.asarray(a)
    if not np.issubdtype(which.dtype, np.integer):
        if which.dtype != bool:
            raise TypeError(f"Cannot cast array data from dtype('{which.dtype}') to dtype('int64') according to the rule 'safe'")
        which = which.astype(int)
    n = len(choices)
    if n == 0:
        raise ValueError("invalid entry in choice array")
    if mode == "wrap":
        which = which % n
    elif mode == "clip":
        which = np.clip(which, 0, n - 1)
    elif np.any((which < 0) | (which >= n)):
        raise ValueError("invalid entry in choice array")
    if not isinstance(choices, (list, tuple)):
        table = np.asarray(choices)
        shape = np.broadcast_shapes(which.shape, table.shape[1:])
        spread = np.broadcast_to(table.reshape((n,) + (1,) * (len(shape) - table.ndim + 1) + table.shape[1:]), (n, *shape))
        return np.take_along_axis(spread, np.broadcast_to(which, shape)[None], axis=0)[0]
    result = np.asarray(choices[0])
    for k in range(1, n):
        result = np.where(which == k, np.asarray(choices[k]), result)
    return result + np.zeros_like(which, dtype=bool) if n == 1 else result


@stands_for(np.ndarray.choose)
def choose_method(a: Any, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
    return np.choose(a, choices, out=out, mode=mode)


@stands_for(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    """The pieces of an axis, or of the flattened array, where the condition holds."""
    if out is not None:
        refuse("the option 'out' of np.compress is not supported", "leave it out")
    holds = np.asarray(condition)
    if holds.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    return np.take(a, np.flatnonzero(holds), axis=axis)


@stands_for(np.ndarray.compress)
def compress_method(a: Any, condition: Any, axis: int | None = None, out: Any = None) -> Any:
    return np.compress(condition, a, axis=axis, out=out)


@stands_for(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """The elements where the condition holds."""
    return np.take(np.ravel(arr), np.flatnonzero(condition))


# Written --------------------------------------------------------------------------------------------------------------


@stands_for(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    """arr[…, indices[…, j, …], …] = values[…, j, …]."""
    places = np.asarray(indices)
    if axis is None:
        if places.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        np.put(arr, places, np.broadcast_to(values, places.shape))
        return
    if places.ndim != arr.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    key: Any = ()
    for k in range(arr.ndim):
        if k == axis % arr.ndim:
            key = (*key, places)
        else:
            key = (*key, np.arange(arr.shape[k]).reshape((1,) * k + (-1,) + (1,) * (arr.ndim - k - 1)))
    arr[key] = values


@stands_for(np.put, np.ndarray.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """Write on places of the flattened array, values over and over."""
    places, values = np.ravel(np.asarray(ind, dtype=int) if isinstance(ind, (list, tuple)) else ind), np.ravel(v)
    if values.size == 0 or places.size == 0:
        return
    n = a.size
    if mode == "wrap":
        places = places % n
    elif mode == "clip":
        places = np.clip(places, 0, n - 1)
    elif mode == "raise":
        if np.any((places < -n) | (places >= n)):
            raise IndexError(f"index is out of bounds for axis 0 with size {n}")
        places = np.where(places < 0, places + n, places)
    else:
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got '{mode}')")
    key = np.unravel_index(places, a.shape)
    a[key] = values if values.size == 1 else values[np.arange(places.size) % values.size]


@stands_for(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write where the mask holds: the first values on the first places, over and over."""
    holds, values = np.asarray(mask, dtype=bool).reshape(arr.shape), np.ravel(vals)
    count = np.count_nonzero(holds)
    if count > 0 and values.size == 0:
        raise ValueError("Cannot insert from an empty array!")
    if count > 0:
        arr[holds] = values[np.arange(count) % values.size]


@stands_for(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write where the mask holds: on each place the value that stands there, of values over and over."""
    holds, new = np.asarray(mask, dtype=bool).reshape(a.shape), np.ravel(values)
    if new.size == 1:
        a[holds] = new[0]
    elif new.size > 0:
        a[holds] = new[np.arange(a.size) % new.size].reshape(a.shape)[holds]


@stands_for(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Write, where the condition holds."""
    if not isinstance(dst, np.ndarray):
        raise TypeError(f"copyto() argument 1 must be a numpy.ndarray, not {type(dst).__name__}")
    weak = isinstance(src, int) and not isinstance(src, bool) and dst.dtype.kind in "iu"
    new = np.asarray(src, dtype=dst.dtype) if weak else np.asarray(src)
    if casting == "same_kind":
        if "buif".index(new.dtype.kind) > "buif".index(dst.dtype.kind):
            what = "array data" if new.ndim else "scalar"
            raise TypeError(f"Cannot cast {what} from {new.dtype!r} to {dst.dtype!r} according to the rule 'same_kind'")
    elif casting != "unsafe":
        refuse(f"np.copyto with casting='{casting}' is not supported", "leave it out, or use casting='unsafe'")
    new = new if new.dtype == dst.dtype else new.astype(dst.dtype)
    if where is True:
        dst[...] = new
    else:
        holds = np.broadcast_to(np.asarray(where, dtype=bool), dst.shape)
        dst[holds] = np.broadcast_to(new, dst.shape)[holds] if new.ndim else new
