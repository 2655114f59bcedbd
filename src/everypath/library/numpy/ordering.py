"""Orders: of several keys, and as far as one place."""

from __future__ import annotations

from typing import Any

import numpy as np

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


def check_places(kth: Any, n: int) -> None:
    for k in [kth] if np.ndim(kth) == 0 else kth:
        if k < -n or k >= n:
            raise ValueError(f"kth(={k}) out of bounds ({n})")


@stands_for(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """Sorted: the order on both sides of the k-th place, which NumPy leaves open, is one of those that it may give."""
    x = np.ravel(a) if axis is None else np.asarray(a)
    check_places(kth, x.shape[-1 if axis is None else axis])
    return np.sort(x, axis=-1 if axis is None else axis)


@stands_for(np.argpartition, np.ndarray.argpartition)
def argpartition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """Where the elements stand that are sorted: one of the orders that NumPy may give."""
    x = np.ravel(a) if axis is None else np.asarray(a)
    check_places(kth, x.shape[-1 if axis is None else axis])
    return np.argsort(x, axis=-1 if axis is None else axis)


@stands_for(np.ndarray.partition)
def partition_method(a: Any, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None) -> None:
    check_places(kth, a.shape[axis])
    a.sort(axis=axis)
