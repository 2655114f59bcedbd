"""Filters by a function of the user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...registry import stands_for
from .filters import delivered, image, neighbours


@stands_for(ndimage.generic_filter)
def generic_filter(
    input: Any,
    function: Any,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    extra_arguments: Any = (),
    extra_keywords: Any = None,
) -> Any:
    """The function of the neighbours of each element."""
    x = image(input)
    around = neighbours(x, size, footprint, mode, cval, origin)
    rows = np.reshape(around, (around.shape[0], -1)).T
    options = {} if extra_keywords is None else extra_keywords
    found = np.empty(rows.shape[0])
    for k in range(rows.shape[0]):
        found[k] = function(rows[k], *extra_arguments, **options)
    return delivered(np.reshape(found, x.shape), input, output)
