"""Windows over the places of an image or a series: how far they reach, what is put around, and the views that they see."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array


def pair(n: Any) -> Any:
    """(n, n) of an integer; two numbers as they are."""
    return (n, n) if isinstance(n, int) else n


def borders(extent: int, size: int, stride: int, dilation: int, padding: Any) -> Any:
    """How many places are put before and behind an axis of `extent` places: for "valid" none; for "same" as many as make
    ceil(extent / stride) windows; for an integer so many on both sides; or (before, behind)."""
    if isinstance(padding, str):
        if padding == "valid":
            return 0, 0
        if padding != "same":
            raise ValueError('padding is "valid", "same", an integer, or (before, behind) for each axis')
        reach = (size - 1) * dilation + 1
        total = max((-(-extent // stride) - 1) * stride + reach - extent, 0)
        return total // 2, total - total // 2
    return pair(padding)


def padded(x: Array, size: Any, stride: Any, dilation: Any, padding: Any, value: float) -> Any:
    """x (batch, height, width, channels) with `value` around its places."""
    if isinstance(padding, (str, int)):
        padding = (padding, padding)
    rows = borders(x.shape[1], size[0], stride[0], dilation[0], padding[0])
    columns = borders(x.shape[2], size[1], stride[1], dilation[1], padding[1])
    if isinstance(padding[0], int) and isinstance(padding[1], int) and padding[0] == 0 and padding[1] == 0:
        return x
    return np.pad(x, ((0, 0), rows, columns, (0, 0)), constant_values=value)


def windows_along(extent: int, size: int, stride: int, dilation: int) -> int:
    """How many windows fit."""
    n = (extent - (size - 1) * dilation - 1) // stride + 1
    if n < 1:
        raise ValueError("no window fits: the axis is shorter than it")
    return n


def along(first: int, count: int, stride: int) -> Any:
    """The places first, first + stride, …, so many of them."""
    return slice(first, first + (count - 1) * stride + 1, stride)


def shifted(x: Array, size: Any, stride: Any) -> Any:
    """For each place in a window, from its first row on, what all windows see there: views (batch, rows, columns, channels) of x."""
    rows, columns = windows_along(x.shape[1], size[0], stride[0], 1), windows_along(x.shape[2], size[1], stride[1], 1)
    return [x[:, along(i, rows, stride[0]), along(j, columns, stride[1])] for i in range(size[0]) for j in range(size[1])]
