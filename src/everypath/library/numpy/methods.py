"""The methods of universal functions: `np.maximum.reduce`, `np.add.outer` and their kind. `ufunc` is the function."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for

NONE_GIVEN = np._NoValue

IN_ORDER = frozenset(
    "arctan2 copysign divide float_power floor_divide fmod heaviside ldexp left_shift nextafter power".split()
    + "remainder right_shift subtract".split()
)
"""Whose operands can't be taken in another order, and which NumPy reduces along one axis at a time."""

COMPARISONS = frozenset("equal greater greater_equal less less_equal not_equal".split())


@stands_for(np.ufunc.outer)
def outer(ufunc: Any, a: Any, b: Any, /, **options: Any) -> Any:
    """ufunc(a[i], b[j]) for all i and j."""
    x, y = np.asarray(a), np.asarray(b)
    return ufunc(np.reshape(x, x.shape + (1,) * y.ndim), y, **options)


@stands_for(np.ufunc.reduce)
def reduce(
    ufunc: Any,
    array: Any,
    /,
    axis: Any = 0,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = NONE_GIVEN,
    where: Any = True,
) -> Any:
    """The function of the first two along the axes, of that and the third, …"""
    if np.ndim(array) == 0:
        return reduce(ufunc, np.reshape(array, 1), 0, dtype, out, False, initial, where)
    if ufunc is np.add:
        return np.sum(array, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where)
    if ufunc is np.multiply:
        return np.prod(array, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where)
    if dtype is None and (ufunc is np.maximum or ufunc is np.minimum):
        extremum = np.max if ufunc is np.maximum else np.min
        return extremum(array, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)
    if dtype is None and initial is NONE_GIVEN and (ufunc is np.logical_and or ufunc is np.logical_or):
        quantified = np.all if ufunc is np.logical_and else np.any
        return quantified(array, axis=axis, out=out, keepdims=keepdims, where=where)
    x = operand(ufunc, array, dtype)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) > 1 and ufunc.__name__ in IN_ORDER:
        raise ValueError(f"reduction operation '{ufunc.__name__}' is not reorderable, so at most one axis may be specified")
    held = np.moveaxis(x, axes, tuple(range(len(axes))))
    rows = (
        np.reshape(held, (-1, *held.shape[len(axes) :]))
        if held.size
        else np.reshape(held, (count(held.shape[: len(axes)]), *held.shape[len(axes) :]))
    )
    mask = where if where is True else np.moveaxis(np.broadcast_to(where, x.shape), axes, tuple(range(len(axes)))).reshape(rows.shape)
    begin = ufunc.identity if initial is NONE_GIVEN else initial
    if begin is None and where is not True:
        raise ValueError(
            f"reduction operation '{ufunc.__name__}' does not have an identity, so to use a where mask one has to specify 'initial'"
        )
    if begin is None and len(rows) == 0:
        raise ValueError(f"zero-size array to reduction operation {ufunc.__name__} which has no identity")
    if initial is NONE_GIVEN and where is True and len(rows) > 0:
        result = combined(ufunc, rows, rows[0], 1, True)
    else:
        result = combined(ufunc, rows, np.full(rows.shape[1:], begin, x.dtype), 0, mask)
    if keepdims:
        result = np.expand_dims(result, axes)
    if out is not None:
        return ufunc_out(ufunc, result, out)
    return result[()]


def count(shape: Any) -> Any:
    """How many elements there are."""
    n = 1
    for extent in shape:
        n = n * extent
    return n


def ufunc_out(ufunc: Any, result: Any, out: Any) -> Any:
    """`out`, which takes the result."""
    target = out[0] if isinstance(out, tuple) else out
    if result.dtype != target.dtype:
        refuse(f"'out' of np.{ufunc.__name__}.reduce of another dtype than the result is not supported", "convert the result")
    if result.shape != target.shape:
        raise ValueError("output parameter for reduction operation has a wrong shape")
    target[...] = result
    return target


def operand(ufunc: Any, array: Any, dtype: Any) -> Any:
    """The array in the dtype that the function computes in."""
    x = np.asarray(array)
    if ufunc.__name__ in COMPARISONS:
        refuse(f"a method of np.{ufunc.__name__} that goes along an axis is not supported", "compare neighbours: x[1:] and x[:-1]")
    if dtype is not None:
        return np.asarray(x, dtype)
    return np.asarray(x, ufunc(x[..., :0], x[..., :0]).dtype) if x.ndim else np.asarray(x, ufunc(x, x).dtype)


def combined(ufunc: Any, rows: Any, first: Any, k: int, mask: Any) -> Any:
    """ufunc(…ufunc(first, rows[k])…, rows[-1]), of the places where the mask holds."""
    total = first * 1 if rows.dtype != bool else first & True
    for i in range(k, len(rows)):
        total = ufunc(total, rows[i]) if mask is True else np.where(mask[i], ufunc(total, rows[i]), total)
    return np.asarray(total)


@stands_for(np.ufunc.accumulate)
def accumulate(ufunc: Any, array: Any, /, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    """The function of the first two, of that and the third, …: every one of them."""
    if ufunc is np.add:
        return np.cumsum(array, axis=axis, dtype=dtype, out=out)
    if ufunc is np.multiply:
        return np.cumprod(array, axis=axis, dtype=dtype, out=out)
    x = operand(ufunc, array, dtype)
    if x.ndim == 0:
        raise TypeError("cannot accumulate on a scalar")
    y = np.empty_like(x) if out is None else out[0] if isinstance(out, tuple) else out
    if y.dtype != x.dtype:
        refuse(f"'out' of np.{ufunc.__name__}.accumulate of another dtype than the result is not supported", "convert the result")
    if y.shape != x.shape:
        raise ValueError("output parameter has the wrong shape")
    rows, results = np.moveaxis(x, axis, 0), np.moveaxis(y, axis, 0)
    if len(rows) > 0:
        results[0] = rows[0]
    for i in range(1, len(rows)):
        results[i] = ufunc(results[i - 1], rows[i])
    return y


@stands_for(np.ufunc.reduceat)
def reduceat(ufunc: Any, array: Any, /, indices: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    """Of the rows from each index up to the next; where that is not later, the row at the index itself."""
    x, places = operand(ufunc, array, dtype), np.asarray(indices)
    if dtype is None and (ufunc is np.add or ufunc is np.multiply):
        x = np.asarray(x, np.sum(x).dtype)
    rows = np.moveaxis(x, axis, 0)
    results = np.empty((len(places), *rows.shape[1:]), x.dtype)
    for i in range(len(places)):
        if places[i] < 0 or places[i] >= len(rows):
            raise IndexError(f"index {places[i]} out-of-bounds in {ufunc.__name__}.reduceat [0, {len(rows)})")
        results[i] = rows[places[i]]
        stop = places[i + 1] if i + 1 < len(places) else len(rows)
        for k in range(places[i] + 1, stop):
            results[i] = ufunc(results[i], rows[k])
    found = np.moveaxis(results, 0, axis)
    return found if out is None else ufunc_out(ufunc, found, out)


@stands_for(np.ufunc.at)
def at(ufunc: Any, a: Any, indices: Any, b: Any = None, /) -> None:
    """a[indices] = ufunc(a[indices], b), where of equal indices every one counts."""
    places = np.arange(a.size).reshape(a.shape)[indices]
    flat = np.array(np.ravel(a))
    if b is None:
        for i in np.ravel(places):
            flat[i] = ufunc(flat[i])
    else:
        values = np.ravel(np.broadcast_to(b, np.shape(places)))
        if not np.can_cast(ufunc(flat[:0], values[:0]).dtype, a.dtype, "same_kind"):
            raise TypeError(f"Cannot cast ufunc '{ufunc.__name__}' output to {a.dtype} with casting rule 'same_kind'")
        for k, i in enumerate(np.ravel(places)):
            flat[i] = ufunc(flat[i], values[k])
    a[...] = flat.reshape(a.shape)
