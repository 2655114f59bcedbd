"""Pooling: one number for each window and channel, or for all places of an example."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array
from .windows import padded, pair, shifted


def max_pool1d(x: Array, size: int, stride: int | None = None, padding: Any = "valid") -> Any:
    """The largest of each window along time: (batch, time, channels) -> (batch, windows, channels). Windows touch unless told a stride."""
    around = padding if isinstance(padding, str) else pair(padding)
    return max_pool2d(x[:, None], (1, size), (1, size if stride is None else stride), ("valid", around))[:, 0]


def max_pool2d(x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Any:
    """The largest of each window: (batch, height, width, channels) -> (batch, rows, columns, channels). Windows touch unless told a stride.

    Of equal numbers the first is taken, as in PyTorch. What is padded (as in `conv2d`) is never the largest.
    """
    size = pair(size)
    stride = size if stride is None else pair(stride)
    around = padded(x, size, stride, (1, 1), padding, -np.inf)
    largest, *others = shifted(around, size, stride)
    for seen in others:
        largest = np.where(seen > largest, seen, largest)
    return largest


def avg_pool1d(x: Array, size: int, stride: int | None = None, padding: Any = "valid", count_include_pad: bool = True) -> Any:
    """The mean of each window along time: (batch, time, channels) -> (batch, windows, channels). Windows touch unless told a stride."""
    around = padding if isinstance(padding, str) else pair(padding)
    return avg_pool2d(x[:, None], (1, size), (1, size if stride is None else stride), ("valid", around), count_include_pad)[:, 0]


def avg_pool2d(x: Array, size: Any, stride: Any = None, padding: Any = "valid", count_include_pad: bool = True) -> Any:
    """The mean of each window: (batch, height, width, channels) -> (batch, rows, columns, channels). Windows touch unless told a stride.

    With `count_include_pad` what is padded counts as zeros, as in PyTorch; else the mean is over what was there.
    """
    size = pair(size)
    stride = size if stride is None else pair(stride)
    total = sum(shifted(padded(x, size, stride, (1, 1), padding, 0.0), size, stride))
    if count_include_pad:
        return total / (size[0] * size[1])
    there = padded(np.ones((1, *x.shape[1:3], 1), x.dtype), size, stride, (1, 1), padding, 0.0)
    return total / sum(shifted(there, size, stride))


def global_max_pool(x: Array) -> Any:
    """The largest over all places: (batch, …, channels) -> (batch, channels)."""
    return np.max(x.reshape(x.shape[0], -1, x.shape[-1]), axis=1)


def global_avg_pool(x: Array) -> Any:
    """The mean over all places: (batch, …, channels) -> (batch, channels)."""
    return np.mean(x.reshape(x.shape[0], -1, x.shape[-1]), axis=1)
