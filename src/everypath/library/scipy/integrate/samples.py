"""Integrals of samples: the trapezoidal rule, Simpson's and Romberg's."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.integrate

from ...complex import AS_WRITTEN
from ...intrinsics import refuse
from ...registry import stands_for


def widths(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The distances of samples along the last axis, to be multiplied with samples."""
    if x is None:
        return dx
    x = np.asarray(x)
    return np.diff(x) if x.ndim == 1 else np.diff(np.moveaxis(x, axis, -1), axis=-1)


@stands_for(scipy.integrate.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.asarray(y)
    d = widths(y, x, dx, axis)
    y = np.moveaxis(y, axis, -1)
    return (d * (y[..., 1:] + y[..., :-1]) / 2.0).sum(-1)


@stands_for(scipy.integrate.cumulative_trapezoid)
def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None) -> Any:
    y = np.asarray(y)
    if y.shape[axis] == 0:
        raise ValueError("At least one point is required along `axis`.")
    d = widths(y, x, dx, axis)
    y = np.moveaxis(y, axis, -1)
    sums = np.cumsum(d * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    return np.moveaxis(begun(sums, initial, 0.0), -1, axis)


def begun(sums: Any, initial: Any, add: Any) -> Any:
    """Sums with what they begin with in front."""
    if initial is None:
        return sums
    if np.ndim(initial):
        raise ValueError("`initial` parameter should be a scalar.")
    return np.concatenate([np.full((*sums.shape[:-1], 1), initial * 1.0), sums + add], axis=-1)


@stands_for(scipy.integrate.simpson)
def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.asarray(y)
    n = y.shape[axis]
    if x is not None and np.asarray(x).shape[-1 if np.asarray(x).ndim == 1 else axis] != n:
        raise ValueError("If given, length of x along axis must be the same as y.")
    if x is None:
        return simpson_in_steps(np.moveaxis(y, axis, -1), dx)
    d = widths(y, x, dx, axis) + np.zeros(n - 1)
    y = np.moveaxis(y, axis, -1)
    if n % 2 == 1:
        return pairs(y, d)
    if n == 2:
        return (d * (y[..., 1:] + y[..., :-1]) / 2.0).sum(-1)
    # Cartwright, Simpson's rule cumulative integration with MS Excel and irregularly-spaced data (2017), for the last interval
    h0, h1 = d[..., -2], d[..., -1]
    last = (2 * h1**2 + 3 * h0 * h1) / (6 * (h1 + h0)) * y[..., -1]
    last = last + (h1**2 + 3.0 * h0 * h1) / (6 * h0) * y[..., -2] - h1**3 / (6 * h0 * (h0 + h1)) * y[..., -3]
    return pairs(y[..., :-1], d[..., :-1]) + last


def simpson_in_steps(y: Any, dx: Any) -> Any:
    """Simpson's rule for equal intervals. Of more than one row SciPy keeps the numbers in the dtype that their sums have."""
    n = y.shape[-1]
    if n == 2:
        return 0.5 * dx * (y[..., 1] + y[..., 0])
    if n % 2 == 1:
        sums = equal_pairs(y)
        found = sums * (dx / 3.0)
    else:
        sums = equal_pairs(y[..., :-1])
        found = sums * (dx / 3.0) + np.float64(dx) / 12.0 * (5.0 * y[..., -1] + 8.0 * y[..., -2] - y[..., -3])
    return found if y.ndim == 1 else found.astype(sums.dtype)


def equal_pairs(y: Any) -> Any:
    return np.sum(y[..., :-2:2] + 4.0 * y[..., 1:-1:2] + y[..., 2::2], axis=-1)


def pairs(y: Any, d: Any) -> Any:
    """Simpson's rule for an even number of intervals."""
    h0, h1 = d[..., ::2], d[..., 1::2]
    total, ratio = h0 + h1, h0 / h1
    first, middle, last = y[..., :-2:2], y[..., 1:-1:2], y[..., 2::2]
    return np.sum(total / 6.0 * (first * (2.0 - 1.0 / ratio) + middle * (total * total / (h0 * h1)) + last * (2.0 - ratio)), axis=-1)


@stands_for(scipy.integrate.cumulative_simpson)
def cumulative_simpson(y: Any, *, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None) -> Any:
    """The integrals up to each sample. (Cartwright, Simpson's rule cumulative integration with MS Excel and irregularly-spaced data,
    2017, equations 8 and 10.)"""
    y = np.asarray(y) * 1.0
    n = y.shape[axis]
    if x is not None:
        given = np.asarray(x)
        if given.shape != y.shape and given.shape != (n,):
            raise ValueError("If given, shape of `x` must be the same as `y` or 1-D with the same length as `y` along `axis`.")
        if n > 2 and np.any(np.diff(given, axis=-1 if given.ndim == 1 else axis) <= 0):
            raise ValueError("Input x must be strictly increasing.")
    d = widths(y, x, dx, axis)
    rows = np.moveaxis(y, axis, -1)
    if n < 3:
        pieces = d * (rows[..., 1:] + rows[..., :-1]) / 2.0
    else:
        d = np.broadcast_to(d, (*rows.shape[:-1], n - 1))
        ahead, behind = first_halves(rows, d), first_halves(rows[..., ::-1], d[..., ::-1])[..., ::-1]
        pieces = np.empty((*rows.shape[:-1], n - 1))
        pieces[..., :-1:2] = ahead[..., ::2]
        pieces[..., 1::2] = behind[..., ::2]
        pieces[..., -1] = behind[..., -1]
    sums = np.cumsum(pieces, axis=-1)
    if initial is not None:
        start = np.asarray(initial) * 1.0
        start = np.moveaxis(start, axis, -1) if start.ndim else np.full((*rows.shape[:-1], 1), start)
        sums = np.concatenate((start, sums + start), axis=-1)
    return np.moveaxis(sums, -1, axis)


def first_halves(y: Any, d: Any) -> Any:
    """The integrals over the first of each two neighbouring intervals, of the parabola through their three samples."""
    h0, h1 = d[..., :-1], d[..., 1:]
    share = h0 / (h0 + h1)
    steep = share * (h0 / h1)
    return h0 / 6 * ((3 - share) * y[..., :-2] + (3 + steep + share) * y[..., 1:-1] - steep * y[..., 2:])


@stands_for(scipy.integrate.romb)
def romb(y: Any, dx: Any = 1.0, axis: int = -1, show: bool = False) -> Any:
    if show:
        refuse("the option 'show' of scipy.integrate.romb is not supported", "leave it out")
    y = np.moveaxis(np.asarray(y), axis, -1)
    intervals = y.shape[-1] - 1
    n, k = 1, 0
    while n < intervals:
        n, k = n * 2, k + 1
    if n != intervals:
        raise ValueError("Number of samples must be one plus a non-negative power of 2.")
    h = intervals * dx * 1.0
    row = np.zeros((k + 1, *y.shape[:-1]))
    row[0] = (y[..., 0] + y[..., -1]) / 2.0 * h
    step = intervals
    for i in range(1, k + 1):
        step = step // 2
        h = h / 2.0
        finer = np.zeros_like(row)
        finer[0] = 0.5 * (row[0] + 2 * h * y[..., step :: 2 * step].sum(axis=-1))
        for j in range(1, i + 1):
            finer[j] = finer[j - 1] + (finer[j - 1] - row[j - 1]) / (4.0**j - 1)
        row = finer
    return row[k]


AS_WRITTEN.update((scipy.integrate.trapezoid, scipy.integrate.cumulative_trapezoid, scipy.integrate.simpson))
