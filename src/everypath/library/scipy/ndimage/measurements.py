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


@stands_for(ndimage.variance)
def variance(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The mean squares of the distance from the mean, over the regions with these labels."""
    x = np.asarray(input) * 1.0
    total, count = over_regions(x, labels, index)
    means = total / count
    if index is None or np.ndim(index) == 0:
        return over_regions((x - means) * (x - means), labels, index)[0] / count
    rows = np.broadcast_to(np.asarray(labels), x.shape).ravel()[None, :] == np.asarray(index)[:, None]
    apart = np.where(rows, np.ravel(x)[None, :] - means[:, None], 0.0)
    return np.sum(apart * apart, axis=1) / count


@stands_for(ndimage.standard_deviation)
def standard_deviation(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The roots of these."""
    return np.sqrt(variance(input, labels, index))


@stands_for(ndimage.center_of_mass)
def center_of_mass(input: Any, labels: Any = None, index: Any = None) -> Any:
    """Where the centre of mass of each region is: as a tuple of its places along the axes, or a list of such."""
    x = np.asarray(input)
    if index is not None and np.ndim(index) > 0:
        return [center_of_mass(x, labels, one) for one in index]
    total = sum_labels(x, labels, index)
    grids = np.meshgrid(*[np.arange(n) * 1.0 for n in x.shape], indexing="ij")
    return tuple([sum_labels(x * grid, labels, index) / total for grid in grids])


@stands_for(ndimage.maximum)
def maximum(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The greatest elements of the regions with these labels."""
    return of_each_region(np.max, input, labels, index)


@stands_for(ndimage.minimum)
def minimum(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The least elements of the regions with these labels."""
    return of_each_region(np.min, input, labels, index)


@stands_for(ndimage.median)
def median(input: Any, labels: Any = None, index: Any = None) -> Any:
    """The medians of the regions with these labels."""
    return of_each_region(np.median, input, labels, index)


def of_each_region(summary: Any, input: Any, labels: Any, index: Any) -> Any:
    """A summary of the elements of each region, one after the other; 0 of a region that is nowhere."""
    x = np.asarray(input)
    if labels is None:
        return summary(x)
    regions = np.broadcast_to(np.asarray(labels), x.shape)
    if index is None:
        return summary(x[regions > 0])
    if np.ndim(index) == 0:
        return of_region(summary, x[regions == index])
    if np.ndim(index) != 1:
        refuse("labels with several axes are not supported", "pass them in one row")
    return np.asarray([of_region(summary, x[regions == one]) for one in np.asarray(index)])


def of_region(summary: Any, inside: Any) -> Any:
    """A summary of the elements of one region."""
    return summary(inside) if inside.size > 0 else summary(np.zeros(1, inside.dtype))
