"""Medians, quantiles and percentiles: elements of the sorted array, or means of two of them.

The methods and their names are those of Hyndman & Fan, Sample quantiles in statistical packages, The American Statistician 50 (1996).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import computed, stands_for
from .averages import weights_of
from .axes import axes_of, others

CONTINUOUS = {
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1.0 / 3.0, 1.0 / 3.0),
    "normal_unbiased": (3.0 / 8.0, 3.0 / 8.0),
}
"""Where the share q of n elements is, α and β of Hyndman & Fan."""

METHODS = (*CONTINUOUS, "linear", "midpoint", "averaged_inverted_cdf", "inverted_cdf", "closest_observation", "lower", "higher", "nearest")


@stands_for(np.median)
def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The mean of the two middle elements; NaN where one is NaN."""
    x, axes = in_rows(np.asarray(a), axis, out, "median")
    n = x.shape[-1]
    if n == 0:
        return spread(np.mean(x, axis=-1), axes, keepdims, 0)
    rising = np.sort(x, axis=-1)
    middle = np.mean(rising[..., (n - 1) // 2 : n // 2 + 1], axis=-1)
    return spread(with_nan(middle, rising[..., -1]), axes, keepdims, 0)


@stands_for(np.nanmedian)
def nanmedian(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The median of the elements that are numbers."""
    x, axes = in_rows(np.asarray(a), axis, out, "nanmedian")
    x = x if np.issubdtype(x.dtype, np.inexact) else x.astype(np.float64)
    rising = some(np.sort(x, axis=-1))
    n = np.sum(~np.isnan(rising), axis=-1, keepdims=True)
    low, high = taken(rising, np.maximum(n - 1, 0) // 2, True), taken(rising, n // 2 * (n > 0), True)
    return spread((low[..., 0] + high[..., 0]) / 2, axes, keepdims, 0)


@stands_for(np.quantile)
def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
    *, weights: Any = None,
) -> Any:  # fmt: skip
    """The elements below which there are the shares `q`; NaN where one is NaN."""
    return quantiles("quantile", a, q, 1, axis, out, method, keepdims, weights, False)


@stands_for(np.percentile)
def percentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
    *, weights: Any = None,
) -> Any:  # fmt: skip
    """The elements below which there are `q` of a hundred; NaN where one is NaN."""
    return quantiles("percentile", a, q, 100, axis, out, method, keepdims, weights, False)


@stands_for(np.nanquantile)
def nanquantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
    *, weights: Any = None,
) -> Any:  # fmt: skip
    """The elements below which there are the shares `q` of those that are numbers."""
    return quantiles("nanquantile", a, q, 1, axis, out, method, keepdims, weights, True)


@stands_for(np.nanpercentile)
def nanpercentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
    *, weights: Any = None,
) -> Any:  # fmt: skip
    """The elements below which there are `q` of a hundred of those that are numbers."""
    return quantiles("nanpercentile", a, q, 100, axis, out, method, keepdims, weights, True)


def quantiles(
    name: str, a: Any, q: Any, whole: int, axis: Any, out: Any, method: str, keepdims: bool, weights: Any, without_nan: bool
) -> Any:
    """The quantiles `q / whole` over the axes given; `without_nan` leaves out what is no number."""
    x = np.asarray(a)
    shares = np.asarray(q) if whole == 1 else np.asarray(q) / whole
    if not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError("Quantiles must be in the range [0, 1]" if whole == 1 else "Percentiles must be in the range [0, 100]")
    if weights is not None and method != "inverted_cdf":
        raise ValueError("Only method 'inverted_cdf' supports weights.")
    parameters(method)
    rows, axes = in_rows(x, axis, out, name)
    line = np.ravel(shares)
    if weights is not None:
        if without_nan:
            refuse(f"weights of np.{name} are not yet supported", "leave out what is NaN, and call the one without nan")
        w = np.broadcast_to(weights_of(weights, x, axis), x.shape)
        found = weighted(rows, in_rows(w, axis, None, name)[0], line)
    else:
        rising = some(np.sort(rows, axis=-1)) if without_nan else np.sort(rows, axis=-1)
        n = np.sum(~np.isnan(rising), axis=-1, keepdims=True) if without_nan else rows.shape[-1]
        found = between(rising, n, line, method, without_nan, type(q) is float or type(q) is int)
        if not without_nan:
            found = with_nan(found, rising[..., -1:])
    if shares.ndim == 0:
        one = found[0] if found.ndim == 1 else found[..., 0]
        return spread(one if weights is None else np.asarray(one), axes, keepdims, 0)
    found = np.moveaxis(found, -1, 0)
    return spread(found.reshape(shares.shape + found.shape[1:]) if shares.ndim > 1 else found, axes, keepdims, shares.ndim)


@computed("the method of a quantile")
def parameters(method: str) -> tuple[float, float]:
    """α and β of a method, 0 where it has none."""
    if method not in METHODS:
        raise ValueError(f"{method!r} is not a valid method. Use one of: {', '.join(METHODS)}")
    return CONTINUOUS.get(method, (0.0, 0.0))


def in_rows(x: Any, axis: Any, out: Any, name: str) -> Any:
    """`x` with the axes given as one, the last; and these axes."""
    if out is not None:
        refuse(f"the option 'out' of np.{name} is not yet supported", "assign what it returns: out[...] = …")
    axes = axes_of(axis, x.ndim)
    if len(axes) == x.ndim:
        return np.ravel(x), axes
    kept = others(axes, x.ndim)
    if len(axes) == 0:
        return x[..., None], axes
    turned = np.transpose(x, kept + axes)
    return (turned if len(axes) == 1 else turned.reshape((*turned.shape[: len(kept)], -1))), axes


def spread(result: Any, axes: tuple[int, ...], keepdims: bool, before: int) -> Any:
    """The results, with axes of length 1 for those gone where they are kept, behind the axes of the quantiles."""
    return np.expand_dims(result, behind(axes, before)) if keepdims and len(axes) > 0 else result


@computed("the axes")
def behind(axes: tuple[int, ...], before: int) -> tuple[int, ...]:
    return tuple(before + k for k in sorted(axes))


def with_nan(result: Any, last: Any) -> Any:
    """The results, NaN where the last element of a sorted row is."""
    if not np.issubdtype(last.dtype, np.floating):
        return result
    return np.where(np.isnan(last), last, result)


def some(rising: Any) -> Any:
    """The sorted rows, with one element that is no number where they have none."""
    if np.issubdtype(rising.dtype, np.floating) and rising.shape[-1] == 0:
        return np.full((*rising.shape[:-1], 1), np.nan, dtype=rising.dtype)
    return rising


def taken(rising: Any, places: Any, each: bool) -> Any:
    """The elements at `places`, which each row has for itself, or all have together."""
    return np.take_along_axis(rising, places, axis=-1) if each else rising[..., places]


def between(rising: Any, n: Any, q: Any, method: str, each: bool, weak: bool) -> Any:
    """The quantiles of sorted rows of `n` elements; `weak` shares are of the dtype of the rows."""
    last = n - 1
    counted = n.astype(q.dtype) if each and np.issubdtype(q.dtype, np.floating) else n
    if method == "linear" and np.issubdtype(q.dtype, np.integer):
        return taken(rising, last * q, each)
    if method in ("lower", "higher", "nearest"):
        place = (counted - 1) * q
        whole = np.floor(place) if method == "lower" else np.ceil(place) if method == "higher" else np.around(place)
        return taken(rising, np.clip(whole.astype(np.int64), 0, None), each)
    if method in ("inverted_cdf", "closest_observation"):
        place = counted * q - 1 if method == "inverted_cdf" else counted * q - 1.5
        whole = np.floor(place)
        exact = (place == whole) if method == "inverted_cdf" else (place == whole) & (whole % 2 == 1)
        return taken(rising, np.clip(np.where(exact, whole, whole + 1).astype(np.int64), 0, None), each)
    place = virtual(counted, q, method)
    whole = np.floor(place)
    share = place - whole
    if method == "averaged_inverted_cdf":
        share = np.where(share == 0, 0.5, 1.0)
    if method == "midpoint":
        share = np.where(place % 1 == 0, 0.0, 0.5)
    upper, rest = share >= 0.5, 1 - share
    if weak and np.issubdtype(rising.dtype, np.floating):
        share, rest = share.astype(rising.dtype), rest.astype(rising.dtype)
    first = whole.astype(np.int64)
    top = np.maximum(last, 0)
    low, high = taken(rising, np.clip(first, 0, top), each), taken(rising, np.clip(first + 1, 0, top), each)
    return np.where(upper, high - (high - low) * rest, low + (high - low) * share)


def virtual(n: Any, q: Any, method: str) -> Any:
    """Where the shares `q` of `n` elements are, counted from 0."""
    if method == "linear":
        return (n - 1) * q
    if method == "midpoint":
        return 0.5 * (np.floor((n - 1) * q) + np.ceil((n - 1) * q))
    if method == "averaged_inverted_cdf":
        return n * q - 1
    alpha, beta = parameters(method)
    return n * q + (alpha + q * (1 - alpha - beta)) - 1


def weighted(rows: Any, weights: Any, q: Any) -> Any:
    """The first elements at which the weights so far are the shares `q` of all."""
    if np.any(weights < 0):
        raise ValueError("Weights must be non-negative.")
    order = np.argsort(rows, axis=-1, kind="stable")
    rising = np.take_along_axis(rows, order, axis=-1)
    sums = np.cumsum(np.take_along_axis(weights, order, axis=-1).astype(np.float64), axis=-1)
    total = sums[..., -1:]
    if not np.all((total > 0) & (total < np.inf)):
        raise ValueError("Weights included NaN, inf or were all zero.")
    reached = np.where(sums == 0, -1.0, sums / total)
    place = np.sum(reached[..., None, :] < q[:, None], axis=-1)
    return with_nan(taken(rising, np.minimum(place, rows.shape[-1] - 1), True), rising[..., -1:])
