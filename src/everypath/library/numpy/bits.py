"""The bits of integers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for

if hasattr(np, "bitwise_count"):

    @stands_for(np.bitwise_count)
    def bitwise_count(x: Any) -> Any:
        """How many bits of |x| are 1."""
        left = np.asarray(np.abs(x))
        n = np.zeros(left.shape, np.uint8)
        while np.any(left != 0):
            n = n + (left & 1).astype(np.uint8)
            left = left >> 1
        return n[()]


@stands_for(np.packbits)
def packbits(a: Any, /, axis: int | None = None, bitorder: str = "big") -> Any:
    """Eight truths in each byte, the last filled up with zeros."""
    x = np.asarray(a)
    if x.dtype.kind == "f":
        raise TypeError("Expected an input array of integer or boolean data type")
    rows = np.reshape(x, -1) if axis is None else np.moveaxis(x, axis, -1)
    whole = np.zeros((*rows.shape[:-1], (rows.shape[-1] + 7) // 8 * 8), np.uint8)
    whole[..., : rows.shape[-1]] = rows != 0
    packed = np.zeros((*rows.shape[:-1], (rows.shape[-1] + 7) // 8), np.uint8)
    for k in range(8):
        packed = packed | (whole[..., k::8] << (7 - k if bitorder == "big" else k))
    return packed if axis is None else np.moveaxis(packed, -1, axis)


@stands_for(np.unpackbits)
def unpackbits(a: Any, /, axis: int | None = None, count: int | None = None, bitorder: str = "big") -> Any:
    """The bits of bytes, each as a byte."""
    x = np.asarray(a)
    if x.dtype != np.uint8:
        raise TypeError("Expected an input array of unsigned byte data type")
    rows = np.reshape(x, -1) if axis is None else np.moveaxis(x, axis, -1)
    bits = np.zeros((*rows.shape[:-1], 8 * rows.shape[-1]), np.uint8)
    for k in range(8):
        bits[..., k::8] = (rows >> (7 - k if bitorder == "big" else k)) & 1
    if count is not None:
        if count > bits.shape[-1]:
            filled = np.zeros((*bits.shape[:-1], count), np.uint8)
            filled[..., : bits.shape[-1]] = bits
            bits = filled
        else:
            bits = bits[..., :count]
    return bits if axis is None else np.moveaxis(bits, -1, axis)
