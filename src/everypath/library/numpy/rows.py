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
