"""What is asked of arrays as wholes: whether they are equal, real, infinite."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.array_equal)
def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    """Whether shapes and elements are the same."""
    x, y = np.asarray(a1), np.asarray(a2)
    if x.ndim != y.ndim:
        return False
    if x.shape != y.shape:
        return False
    same = x == y
    if equal_nan:
        same = same | (np.isnan(x) & np.isnan(y))
    return bool(np.all(same))


@stands_for(np.array_equiv)
def array_equiv(a1: Any, a2: Any) -> bool:
    """Whether all elements are the same, where one is repeated to the shape of the other."""
    x, y = np.asarray(a1), np.asarray(a2)
    for n, m in zip(x.shape[::-1], y.shape[::-1]):
        if n != m and n != 1 and m != 1:
            return False
    return bool(np.all(x == y))


@stands_for(np.isposinf)
def isposinf(x: Any, out: Any = None) -> Any:
    return np.equal(np.asarray(x) * 1.0, np.inf, out=out)


@stands_for(np.isneginf)
def isneginf(x: Any, out: Any = None) -> Any:
    return np.equal(np.asarray(x) * 1.0, -np.inf, out=out)
