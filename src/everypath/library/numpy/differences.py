"""Differences of neighbours along an axis, and what is made of them: slopes, areas, jumps taken out."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for
from .axes import at, axes_of, axis_of, piece, upright


@stands_for(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The differences of neighbours, taken `n` times."""
    if n == 0:
        return a
    if n < 0:
        raise ValueError("order must be non-negative")
    x = np.asarray(a)
    if x.ndim == 0:
        raise ValueError("diff requires input that is at least one dimensional")
    k = axis_of(axis, x.ndim)
    if prepend is not None:
        x = np.concatenate((beside(prepend, x, k), x), k)
    if append is not None:
        x = np.concatenate((x, beside(append, x, k)), k)
    x = between(x, k)
    for _ in range(n - 1):
        x = between(x, k)
    return x


def between(x: Any, axis: int) -> Any:
    """The differences of neighbours."""
    after, before = piece(x, axis, 1, None), piece(x, axis, None, -1)
    return after != before if x.dtype == np.bool_ else after - before


def beside(more: Any, x: Any, axis: int) -> Any:
    """What is put before or behind `x`: a number is repeated along the other axes."""
    more = np.asarray(more)
    return more if more.ndim > 0 else np.broadcast_to(more, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))


@stands_for(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours of the flattened array, with more before and behind."""
    x = np.ravel(np.asarray(ary))
    steps = x[1:] - x[:-1]
    if to_begin is None and to_end is None:
        return steps
    begin, end = np.ravel(np.asarray([] if to_begin is None else to_begin)), np.ravel(np.asarray([] if to_end is None else to_end))
    return np.concatenate((begin.astype(x.dtype), steps, end.astype(x.dtype)))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The area under the lines between the points."""
    y = np.asarray(y)
    k = axis_of(axis, y.ndim)
    total = piece(y, k, 1, None) + piece(y, k, None, -1)
    if x is None:
        return np.sum(dx * total / 2.0, axis=k)
    places = np.asarray(x)
    if places.ndim == 1:
        return np.sum(upright(places[1:] - places[:-1], k, y.ndim) * total / 2.0, axis=k)
    k = axis_of(axis, places.ndim)
    return np.sum((piece(places, k, 1, None) - piece(places, k, None, -1)) * total / 2.0, axis=axis)


stands_for(*[getattr(np, name) for name in ("trapezoid", "trapz") if hasattr(np, name)])(trapezoid)


@stands_for(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes by central differences, at the edges by one-sided ones of the first or second order. Fornberg, Generation of Finite
    Difference Formulas on Arbitrarily Spaced Grids, Mathematics of Computation 51 (1988)."""
    x = np.asarray(f)
    if x.dtype == np.bool_:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported")
    x = x if np.issubdtype(x.dtype, np.inexact) else x.astype(np.float64)
    axes = axes_of(axis, x.ndim)
    if len(varargs) == 0:
        steps: tuple[Any, ...] = (1.0,) * len(axes)
    elif len(varargs) == 1 and np.ndim(varargs[0]) == 0:
        steps = varargs * len(axes)
    else:
        steps = varargs
    if len(steps) != len(axes):
        raise TypeError("invalid number of arguments")
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    slopes = [slope(x, step, k, edge_order) for step, k in zip(steps, axes)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


def slope(x: Any, places: Any, axis: int, edge_order: int) -> Any:
    """The slopes along one axis."""
    if x.shape[axis] < edge_order + 1:
        raise ValueError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.")
    out = np.empty_like(x)
    before, here, after = piece(x, axis, None, -2), piece(x, axis, 1, -1), piece(x, axis, 2, None)
    middle = (slice(None),) * axis + (slice(1, -1),)
    if np.ndim(places) == 0:
        out[middle] = (after - before) / (2.0 * places)
        ends = (places, places, places, places)
    else:
        places = np.asarray(places)
        if places.ndim != 1:
            raise ValueError("distances must be either scalars or 1d")
        if len(places) != x.shape[axis]:
            raise ValueError("when 1d, distances must match the length of the corresponding dimension")
        steps = (places.astype(np.float64) if np.issubdtype(places.dtype, np.integer) else places)[1:]
        steps = steps - places[:-1]
        g, h = upright(steps[:-1], axis, x.ndim), upright(steps[1:], axis, x.ndim)
        out[middle] = -h / (g * (g + h)) * before + (h - g) / (g * h) * here + g / (h * (g + h)) * after
        ends = (steps[0], steps[min(1, len(steps) - 1)], steps[-1], steps[max(-2, -len(steps))])
    near = edge(at(x, axis, 0), at(x, axis, 1), at(x, axis, min(2, x.shape[axis] - 1)), ends[0], ends[1], edge_order)
    far = edge(at(x, axis, -1), at(x, axis, -2), at(x, axis, max(-3, -x.shape[axis])), -ends[2], -ends[3], edge_order)
    out[(slice(None),) * axis + (0,)] = near
    out[(slice(None),) * axis + (-1,)] = far
    return out


def edge(first: Any, second: Any, third: Any, g: Any, h: Any, order: int) -> Any:
    """The slope at the first of three places, with the steps g and h between them."""
    if order == 1:
        return (second - first) / g
    return -(2.0 * g + h) / (g * (g + h)) * first + (g + h) / (g * h) * second - g / (h * (g + h)) * third


@stands_for(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    """Jumps of more than half a period are taken for whole periods, and taken out. What is taken out is constant between its own jumps."""
    x = np.asarray(p)
    k = axis_of(axis, x.ndim)
    jumps = piece(x, k, 1, None) - piece(x, k, None, -1)
    whole = jumps.dtype != np.float64 and jumps.dtype != np.float32 and isinstance(period, (int, np.integer))
    high = period // 2 if whole else period / 2
    rest = np.mod(jumps + high, period) - high
    if not whole or period % 2 == 0:
        rest = np.where((rest == -high) & (jumps > 0), high, rest)
    least = period / 2 if discont is None else discont
    correction = np.where(np.abs(jumps) < least, 0, rest - jumps)
    return np.concatenate((piece(x, k, None, 1), piece(x, k, 1, None) + np.cumsum(correction, axis=k)), axis=k)
