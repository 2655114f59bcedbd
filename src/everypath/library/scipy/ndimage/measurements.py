"""Sums and means over the regions of an image that are labelled."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(*[getattr(ndimage, name) for name in ("sum_labels", "sum") if hasattr(ndimage, name)])
def sum_labels(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The sums over the regions with these labels."""
    return over_regions(input, labels, index)[0]


@stands_for(ndimage.mean)
def mean(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The means over the regions with these labels."""
    total, count = over_regions(input, labels, index)
    return total / count


def over_regions(input: Any, labels: Any, index: Any) -> Any:
    """The sums over regions, and of how many elements each is."""
    x = np.asarray(input)
    zero = x.dtype.type(0)
    if labels is None:
        return np.sum(x), float(x.size)
    regions = np.broadcast_to(np.asarray(labels), x.shape)
    if index is None:
        inside = regions > 0
        return np.sum(np.where(inside, x, zero)), np.sum(inside) * 1.0
    wanted = np.asarray(index)
    if wanted.ndim == 0:
        inside = regions == wanted
        return np.sum(np.where(inside, x, zero)), np.sum(inside) * 1.0
    if wanted.ndim != 1:
        refuse("labels with several axes are not supported", "pass them in one row")
    inside = np.ravel(regions)[None, :] == wanted[:, None]
    return np.sum(np.where(inside, np.ravel(x)[None, :], 0.0), axis=1), np.sum(inside, axis=1) * 1.0
