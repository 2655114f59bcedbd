"""Running sums and products as the array API has them: one axis, and perhaps what they start from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for

if hasattr(np, "cumulative_sum"):

    @stands_for(np.cumulative_sum)
    def cumulative_sum(x: Any, /, *, axis: int | None = None, dtype: Any = None, out: Any = None, include_initial: bool = False) -> Any:
        return running(np.cumsum, np.asarray(x), axis, dtype, out, include_initial, 0)

    @stands_for(np.cumulative_prod)
    def cumulative_prod(x: Any, /, *, axis: int | None = None, dtype: Any = None, out: Any = None, include_initial: bool = False) -> Any:
        return running(np.cumprod, np.asarray(x), axis, dtype, out, include_initial, 1)

    def running(of: Any, x: Any, axis: int | None, dtype: Any, out: Any, include_initial: bool, start: int) -> Any:
        if axis is None and x.ndim != 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        along = 0 if axis is None else axis
        sums = of(x, axis=along, dtype=dtype, out=None if include_initial else out)
        if not include_initial:
            return sums
        first = np.full_like(np.take(sums, [0], axis=along) if sums.shape[along] else np.zeros(1), start)
        whole = np.concatenate((first, sums), axis=along)
        if out is not None:
            out[...] = whole
            return out
        return whole
