"""Reductions that leave out what is no number."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for


def holds_nan(x: Any) -> bool:
    """Whether an array of this dtype can hold what is no number."""
    return bool(x.dtype == np.float64 or x.dtype == np.float32)


def filled(a: Any, value: Any) -> Any:
    """`a` with another value for what is no number."""
    x = np.asarray(a)
    return np.where(np.isnan(x), np.asarray(value).astype(x.dtype), x) if holds_nan(x) else x


def numbers(a: Any, where: Any) -> Any:
    """Where there are numbers that count."""
    return ~np.isnan(a) if where is True else ~np.isnan(a) & where


@stands_for(np.nansum)
def nansum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **more: Any) -> Any:
    """Σ of the numbers."""
    return np.sum(filled(a, 0), axis=axis, dtype=dtype, out=out, keepdims=keepdims, **more)


@stands_for(np.nanprod)
def nanprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **more: Any) -> Any:
    """The product of the numbers."""
    return np.prod(filled(a, 1), axis=axis, dtype=dtype, out=out, keepdims=keepdims, **more)


@stands_for(np.nancumsum)
def nancumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """The running sum, to which what is no number adds nothing."""
    return np.cumsum(filled(a, 0), axis=axis, dtype=dtype, out=out)


@stands_for(np.nancumprod)
def nancumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """The running product, in which what is no number counts as 1."""
    return np.cumprod(filled(a, 1), axis=axis, dtype=dtype, out=out)


@stands_for(np.nanmax)
def nanmax(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **more: Any) -> Any:
    """The largest number; NaN where there is none."""
    return extreme(np.max, -np.inf, np.asarray(a), axis, out, keepdims, more)


@stands_for(np.nanmin)
def nanmin(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **more: Any) -> Any:
    """The smallest number; NaN where there is none."""
    return extreme(np.min, np.inf, np.asarray(a), axis, out, keepdims, more)


def extreme(which: Any, least: float, x: Any, axis: Any, out: Any, keepdims: bool, more: Any) -> Any:
    if not holds_nan(x):
        return which(x, axis=axis, out=out, keepdims=keepdims, **more)
    if axis is None and not keepdims and not more:
        found = which(x)
        if found != found:
            found = of_numbers(which, least, x, None, False, {})
    else:
        found = of_numbers(which, least, x, axis, keepdims, more)
    return delivered(found, out)


def of_numbers(which: Any, least: float, x: Any, axis: Any, keepdims: bool, more: Any) -> Any:
    """The extreme of the numbers where there may be NaN among them."""
    found = which(filled(x, least), axis=axis, keepdims=keepdims, **more)
    if "initial" not in more:
        empty = ~np.any(numbers(x, more.get("where", True)), axis=axis, keepdims=keepdims)
        found = np.where(empty, np.asarray(np.nan).astype(x.dtype), found)
    return found


def delivered(result: Any, out: Any) -> Any:
    """The result, in the array that it is asked for in."""
    if out is None:
        return result
    out[...] = result
    return out


@stands_for(np.nanargmax)
def nanargmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    """Where the largest number is."""
    return place(np.argmax, -np.inf, np.asarray(a), axis, out, keepdims)


@stands_for(np.nanargmin)
def nanargmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    """Where the smallest number is."""
    return place(np.argmin, np.inf, np.asarray(a), axis, out, keepdims)


def place(which: Any, least: float, x: Any, axis: Any, out: Any, keepdims: bool) -> Any:
    if holds_nan(x) and np.any(np.all(np.isnan(x), axis=axis)):
        raise ValueError("All-NaN slice encountered")
    return delivered(which(filled(x, least), axis=axis, keepdims=keepdims), out)


@stands_for(np.nanmean)
def nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    """The mean of the numbers; NaN where there are none."""
    x = np.asarray(a)
    if holds_nan(x):
        return np.mean(x, axis=axis, dtype=dtype, out=out, keepdims=keepdims, where=numbers(x, where))
    if where is True:
        return np.mean(x, axis=axis, dtype=dtype, out=out, keepdims=keepdims)
    return np.mean(x, axis=axis, dtype=dtype, out=out, keepdims=keepdims, where=where)


@stands_for(np.nanvar)
def nanvar(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: bool = False, **more: Any) -> Any:
    """Σ (x - mean)² over the numbers, over how many there are less `ddof`; NaN where that is none."""
    x = np.asarray(a)
    if not holds_nan(x):
        return np.var(x, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims, **more)
    squares, freedom = scattered(x, axis, dtype, ddof, keepdims, **more)
    return delivered(np.where(freedom > 0, squares / freedom, np.nan).astype(squares.dtype), out)


def scattered(x: Any, axis: Any, dtype: Any, ddof: Any, keepdims: bool, **more: Any) -> Any:
    """Σ (x - mean)² over the numbers, and how many of them there are less `ddof`."""
    if "correction" in more and ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    if "mean" in more:
        refuse("the option 'mean' of np.nanvar and np.nanstd is not yet supported", "leave it out")
    x = x if dtype is None else x.astype(dtype)
    counts = numbers(x, more.get("where", True))
    n = np.sum(counts, axis=axis, keepdims=True)
    apart = np.where(counts, x - np.sum(np.where(counts, x, 0.0), axis=axis, keepdims=True) / n, 0.0)
    freedom = np.sum(counts, axis=axis, keepdims=keepdims) - more.get("correction", ddof)
    return np.sum(apart * apart, axis=axis, keepdims=keepdims).astype(x.dtype), freedom


@stands_for(np.nanstd)
def nanstd(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: bool = False, **more: Any) -> Any:
    """The root of the variance of the numbers."""
    x = np.asarray(a)
    if not holds_nan(x):
        return np.std(x, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims, **more)
    squares, freedom = scattered(x, axis, dtype, ddof, keepdims, **more)
    spread = np.sqrt(squares) / np.sqrt(np.where(freedom > 0, freedom, 1.0))  # a length first: it has a derivative where all are equal
    return delivered(np.where(freedom > 0, spread, np.nan).astype(squares.dtype), out)
