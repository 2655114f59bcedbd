"""Convolutions over series and images, as neural networks call them: the window is not turned round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array, Params
from .windows import along, padded, pair, windows_along


def conv1d(params: Params, x: Array, stride: int = 1, padding: Any = "valid", dilation: int = 1, groups: int = 1) -> Any:
    """Windows along time: (batch, time, inputs) -> (batch, windows, outputs), of `weight` (size, inputs / groups, outputs) and `bias`.

    `padding` is "valid", "same", "causal" (all of it before), an integer for both ends, or (before, behind).
    Raises ValueError where no window fits.
    """
    weight = params["weight"]
    if isinstance(padding, str) and padding == "causal":
        padding = ((weight.shape[0] - 1) * dilation, 0)
    around = padding if isinstance(padding, str) else pair(padding)
    y = convolved(weight[None], x[:, None], (1, stride), ("valid", around), (1, dilation), groups)[:, 0]
    return y + params["bias"] if "bias" in params else y


def conv2d(params: Params, x: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1, groups: int = 1) -> Any:
    """Windows over images: (batch, height, width, inputs) -> (batch, rows, columns, outputs).

    `weight` is (window height, window width, inputs / groups, outputs), `bias` (outputs,). `stride` and `dilation` are integers or
    one for each axis; `padding` is "valid", "same", an integer, or for each axis one of these or (before, behind).
    Each of `groups` of inputs is seen by its own group of outputs. Raises ValueError where no window fits.
    """
    y = convolved(params["weight"], x, pair(stride), padding, pair(dilation), groups)
    return y + params["bias"] if "bias" in params else y


def convolved(weight: Array, x: Array, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The product of the windows' contents with the weights, as one matrix product for each group."""
    height, width, inputs, outputs = weight.shape
    if x.shape[-1] != groups * inputs:
        raise ValueError(f"x has {x.shape[-1]} channels, and the weights are for {groups * inputs}")
    if outputs % groups != 0:
        raise ValueError(f"{outputs} outputs cannot be divided among {groups} groups")
    x = padded(x, (height, width), stride, dilation, padding, 0.0)
    if groups == 1:
        return product(weight, x, stride, dilation)
    each = outputs // groups
    rows = windows_along(x.shape[1], height, stride[0], dilation[0])
    columns = windows_along(x.shape[2], width, stride[1], dilation[1])
    y = np.empty((x.shape[0], rows, columns, outputs), x.dtype)
    for g in range(groups):
        own, theirs = slice(g * each, (g + 1) * each), slice(g * inputs, (g + 1) * inputs)
        y[..., own] = product(weight[..., own], x[..., theirs], stride, dilation)
    return y


def product(weight: Array, x: Array, stride: Any, dilation: Any) -> Any:
    """One image after the other: what its windows see, side by side in a matrix that stays in the cache, times the weights."""
    height, width, inputs, outputs = weight.shape
    rows = windows_along(x.shape[1], height, stride[0], dilation[0])
    columns = windows_along(x.shape[2], width, stride[1], dilation[1])
    kernel = weight.reshape(height * width * inputs, outputs)
    y = np.empty((x.shape[0], rows, columns, outputs), x.dtype)
    for b in range(x.shape[0]):
        seen = np.empty((rows, columns, height, width, inputs), x.dtype)
        for i in range(height):
            for j in range(width):
                seen[:, :, i, j] = x[b, along(i * dilation[0], rows, stride[0]), along(j * dilation[1], columns, stride[1])]
        y[b] = (seen.reshape(rows * columns, height * width * inputs) @ kernel).reshape(rows, columns, outputs)
    return y
