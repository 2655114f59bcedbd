"""Dropout, whose randomness is an argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array

Key = Any
"""Where random numbers come from: an integer seed, a sequence of them, or a Generator made of one; None for no randomness."""


def dropout(x: Array, rate: float, key: Key) -> Any:
    """x with elements set to 0 with probability `rate` and the others divided by 1 − rate; x itself where `key` is None.

    `key` is what `np.random.default_rng` takes. Of an integer the elements are the same at every call, in compiled code and in NumPy,
    bit for bit. Several layers share one Generator, made of the key inside the function that is differentiated, so that each draws
    other numbers: `rng = np.random.default_rng(key)`.

    Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014, section 10.
    """
    if key is None or rate == 0:
        return x
    kept = np.random.default_rng(key).random(x.shape, dtype=np.float32) >= rate
    return np.where(kept, x / (1.0 - rate), 0.0)
