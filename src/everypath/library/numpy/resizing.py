"""`x.resize(…)`: what an array becomes."""

from __future__ import annotations

from typing import Any

import numpy as np


def resized(a: Any, new_shape: Any) -> Any:
    """The first elements in C order, and zeros after them, as many as the new shape has room for: what `a.resize` makes of `a`."""
    extents = (new_shape,) if isinstance(new_shape, (int, np.integer)) else tuple(new_shape)
    wanted = np.zeros(extents, dtype=a.dtype)
    line, old = np.ravel(wanted), np.ravel(a)
    n = min(line.size, old.size)
    line[:n] = old[:n]
    return wanted
