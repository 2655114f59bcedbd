"""Joining the rows of one array, as `np.vstack(x)` does: what lies one after another already is only shaped anew."""

from __future__ import annotations

from typing import Any

import numpy as np


def not_empty(x: Any) -> Any:
    if len(x) == 0:
        raise ValueError("need at least one array to concatenate")
    return x


def along_new_axis(x: Any, axis: int) -> Any:
    """`np.stack`."""
    return np.moveaxis(not_empty(x), 0, axis).copy()


def end_to_end(x: Any, axis: Any) -> Any:
    """`np.concatenate`."""
    if x.ndim < 2 and axis is not None:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    if axis is None:
        return not_empty(x).ravel().copy()
    if not 1 - x.ndim <= axis < x.ndim - 1:
        raise np.exceptions.AxisError(axis, x.ndim - 1)
    axis = axis % (x.ndim - 1)
    lying = np.moveaxis(not_empty(x), 0, axis).copy()
    return lying.reshape((*lying.shape[:axis], lying.shape[axis] * lying.shape[axis + 1], *lying.shape[axis + 2 :]))


def below(x: Any) -> Any:
    """`np.vstack`."""
    return not_empty(x).reshape((len(x), -1)).copy() if x.ndim < 3 else end_to_end(x, 0)


def beside(x: Any) -> Any:
    """`np.hstack`."""
    return not_empty(x).ravel().copy() if x.ndim < 3 else end_to_end(x, 1)


def columns(x: Any) -> Any:
    """`np.column_stack`."""
    return not_empty(x).reshape((len(x), -1)).T.copy() if x.ndim < 3 else end_to_end(x, 1)


# Those of a list that grows -------------------------------------------------------------------------------------------


def each_flat(arrays: Any) -> Any:
    return [np.ravel(x) for x in arrays]


def each_as_row(arrays: Any) -> Any:
    return [np.atleast_2d(x) for x in arrays]


def each_as_column(arrays: Any) -> Any:
    return [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in arrays]


def beside_each_other(arrays: Any, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """`np.hstack` of what need not have the same axes, as far as types tell."""
    axes = max(np.ndim(not_empty(arrays)[0]), 1)
    for k, x in enumerate(arrays):
        if max(np.ndim(x), 1) != axes:
            raise ValueError(
                f"all the input arrays must have same number of dimensions, but the array at index 0 has {axes} dimension(s) "
                f"and the array at index {k} has {max(np.ndim(x), 1)} dimension(s)"
            )
    if axes > 1:
        return np.concatenate([np.atleast_2d(x) for x in arrays], 1, dtype=dtype, casting=casting)
    return np.concatenate([np.ravel(x) for x in arrays], dtype=dtype, casting=casting)
