"""Orders: of several keys, and as far as one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import by_cpython, has_floats, only_value, returning
from ..registry import stands_for


@stands_for(np.lexsort)
def lexsort(keys: Any, axis: int = -1) -> Any:
    """The order by the last key, where that is equal by the one before, and so on."""
    first = np.asarray(keys[0])
    if first.ndim == 0:
        return np.argsort(np.zeros(1))[0] * 0
    order = np.argsort(first, axis=axis, kind="stable")
    for k in range(1, len(keys)):
        key = np.asarray(keys[k])
        step = np.argsort(np.take_along_axis(key, order, axis), axis=axis, kind="stable")
        order = np.take_along_axis(order, step, axis)
    return order


def places_among(kth: Any, n: int) -> Any:
    """The places, as an array."""
    places = np.atleast_1d(np.asarray(kth))
    for k in places:
        if k < -n or k >= n:
            raise ValueError(f"kth(={k}) out of bounds ({n})")
    return places


@returning(lambda x, places: x)
def found_by_numpy(x: Any, places: Any) -> Any:
    """The rows, partitioned: which of the orders that it might leave is NumPy's own affair, and its machine's."""
    return np.partition(x, places, axis=-1)


@returning(lambda x, places: x.astype(np.int64))
def order_of_numpy(x: Any, places: Any) -> Any:
    return np.argpartition(x, places, axis=-1)


@returning(lambda x: x.astype(np.int64))
def bits_of_numpy(x: Any) -> Any:
    """An integer for each number, the same for equal ones: both zeros, and each NaN."""
    plain = np.add(x, 0.0, dtype=x.dtype, order="C")
    absent = np.isnan(plain)
    if absent.any():
        plain[absent] = np.nan
    return plain.view(f"i{x.itemsize}").astype(np.int64, copy=False)


def partitioned(x: Any, kth: Any, axis: int) -> Any:
    """Where a derivative may pass, the elements are taken from where they stood."""
    rows = np.moveaxis(x, axis, -1)
    places = places_among(kth, rows.shape[-1])
    found = by_cpython(found_by_numpy, rows, places)
    if only_value() or not has_floats(x):
        return np.moveaxis(found, -1, axis)
    if np.iscomplexobj(x):
        before, after = np.argsort(rows, axis=-1, kind="stable"), np.argsort(found, axis=-1, kind="stable")
        way = np.take_along_axis(before, np.argsort(after, axis=-1, kind="stable"), axis=-1)
    else:
        n = rows.shape[-1]
        stood, stand = (np.reshape(by_cpython(bits_of_numpy, a), (-1, max(n, 1))) for a in (rows, found))
        way = np.reshape(ways(stood, stand), rows.shape)
    return np.moveaxis(np.take_along_axis(rows, way, axis=-1), -1, axis)


SPREADING = 7046029254386353131
"""An odd number whose products have their high bits from all bits of the other factor."""


def ways(stood: Any, stand: Any) -> Any:
    """Where in its row of the one matrix each integer of the other stood; of equal ones the first is the first.

    A table has, for each of the highest bits of a product, the first place of those that stood there, and each place has the next.
    """
    n = stood.shape[-1]
    bits = 1
    while (1 << bits) < n:
        bits += 1
    drawers, asked = (((a * SPREADING) >> (63 - bits)) + (1 << bits) for a in (stood, stand))
    way, behind = np.zeros_like(stand), np.zeros(n, np.int64)
    for r in range(len(stood)):
        first = np.full(2 << bits, -1)
        for k in range(n - 1, -1, -1):
            behind[k] = first[drawers[r, k]]
            first[drawers[r, k]] = k
        for k in range(n):
            before, here = -1, first[asked[r, k]]
            while here >= 0 and stood[r, here] != stand[r, k]:
                before, here = here, behind[here]
            if here < 0:  # it is no element of the row
                here = k
            elif before < 0:
                first[asked[r, k]] = behind[here]
            else:
                behind[before] = behind[here]
            way[r, k] = here
    return way


@stands_for(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """What is smaller than the k-th element before it, what is larger behind it."""
    return partitioned(np.ravel(a) if axis is None else np.asarray(a), kth, -1 if axis is None else axis)


@stands_for(np.argpartition, np.ndarray.argpartition)
def argpartition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """Where the elements stand that are partitioned."""
    x = np.ravel(a) if axis is None else np.asarray(a)
    along = -1 if axis is None else axis
    rows = np.moveaxis(x, along, -1)
    return np.moveaxis(by_cpython(order_of_numpy, rows, places_among(kth, rows.shape[-1])), -1, along)


@stands_for(np.ndarray.partition)
def partition_method(a: Any, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None) -> None:
    a[...] = partitioned(a, kth, axis)


@stands_for(np.sort_complex)
def sort_complex(a: Any) -> Any:
    """Sorted, as complex numbers."""
    return np.sort(np.asarray(a) * 1.0) + 0j
