"""Convolutions and correlations of two lines: the shorter one goes along the longer one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import computed, stands_for


@stands_for(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """out[k] = Σ a[k - j]·v[j]."""
    x, y = line(a), line(v)
    if len(x) == 0:
        raise ValueError("a cannot be empty")
    if len(y) == 0:
        raise ValueError("v cannot be empty")
    least = min(len(x), len(y))
    return cut(everywhere(x, y), least, max(len(x), len(y)), (least - 1) // 2, mode_of(mode))


@stands_for(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """out[k] = Σ a[k + j]·v[j], from the first k where they meet."""
    x, y = line(a), line(v)
    if len(x) == 0:
        raise ValueError("first array argument cannot be empty")
    if len(y) == 0:
        raise ValueError("second array argument cannot be empty")
    least = min(len(x), len(y))
    start = least // 2 if len(x) < len(y) else (least - 1) // 2
    return cut(everywhere(x, y[::-1]), least, max(len(x), len(y)), start, mode_of(mode))


def line(x: Any) -> Any:
    """One axis of numbers."""
    x = np.asarray(x)
    if x.ndim > 1:
        raise ValueError("object too deep for desired array")
    return np.atleast_1d(x)


BLOCK = 2048
"""Numbers that stay in the processor's nearest memory while all products are added that belong there."""


def everywhere(x: Any, y: Any) -> Any:
    """The convolution wherever the two meet."""
    out = np.zeros(len(x) + len(y) - 1, dtype=(x[:0] * y[:0]).dtype)
    if len(x) < len(y):
        add_products(out, y, x)
    else:
        add_products(out, x, y)
    return out


def add_products(out: Any, long: Any, short: Any) -> None:
    """Block by block."""
    for start in range(0, len(out), BLOCK):
        end = min(start + BLOCK, len(out))
        for k in range(len(short)):
            weight = short[k]
            for i in range(max(start - k, 0), min(end - k, len(long))):
                out[i + k] += long[i] * weight


def cut(out: Any, least: int, most: int, start: int, mode: str) -> Any:
    """The part of a convolution that is asked for: all, as much as the longer one, or where they meet wholly."""
    if mode == "full":
        return out
    return out[start : start + most] if mode == "same" else out[least - 1 : most]


@computed("the mode of a convolution")
def mode_of(mode: Any) -> str:
    """The mode by its name."""
    names = ("valid", "same", "full")
    if mode in (0, 1, 2):
        return names[mode]
    found = [name for name in names if isinstance(mode, str) and mode.lower()[:1] == name[:1]]
    if not found:
        raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got {mode!r})")
    return found[0]
