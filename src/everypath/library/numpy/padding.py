"""np.pad: each axis after the other, as NumPy does it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for


def option_of(mode: str) -> str:
    """The option that a mode takes."""
    if mode == "constant":
        return "constant_values"
    if mode == "linear_ramp":
        return "end_values"
    if mode in ("maximum", "mean", "median", "minimum"):
        return "stat_length"
    if mode in ("reflect", "symmetric"):
        return "reflect_type"
    if mode in ("edge", "wrap", "empty"):
        return ""
    raise ValueError(f"mode '{mode}' is not supported")


@stands_for(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    x = np.asarray(array)
    if not isinstance(mode, str):
        refuse("np.pad by a function of the user's is not supported", "use one of the modes that have a name, or np.concatenate")
    own = option_of(mode)
    for name in kwargs:
        if name != own:
            raise ValueError(f"unsupported keyword arguments for mode '{mode}': {{'{name}'}}")
    widths = [(0, 0)] * x.ndim
    if isinstance(pad_width, dict):
        for axis, width in pad_width.items():
            widths[axis] = width if isinstance(width, tuple) else (width, width)
    else:
        widths = in_pairs(pad_width, x.ndim)
    for before, after in widths:
        if not isinstance(before, (int, np.integer)) or not isinstance(after, (int, np.integer)):
            raise TypeError("`pad_width` must be of integral type.")
        if before < 0 or after < 0:
            raise ValueError("index can't contain negative values")
    if mode == "constant":
        return constant(x, widths, kwargs.get("constant_values", 0))
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return repeated(x, widths, mode, kwargs.get("reflect_type", "even") == "odd")
    return beside(x, widths, mode, kwargs)


def in_pairs(given: Any, rank: int) -> Any:
    """For each axis a value for the front and one for the end: one number for all, two for all axes, or two for each."""
    if np.ndim(given) == 0:
        return [(given, given)] * rank
    if np.ndim(given) == 1:
        return [(given[0], given[0] if len(given) == 1 else given[1])] * rank
    if len(given) == 1:
        return [(given[0][0], given[0][0] if len(given[0]) == 1 else given[0][1])] * rank
    if len(given) != rank:
        raise ValueError("operands could not be broadcast together with remapped shapes")
    return [(given[k][0], given[k][0] if len(given[k]) == 1 else given[k][1]) for k in range(rank)]


def constant(x: Any, widths: Any, values: Any) -> Any:
    """Numbers around."""
    extents = [widths[k][0] + x.shape[k] + widths[k][1] for k in range(x.ndim)]
    if np.ndim(values) == 0:
        out = np.full(extents, np.asarray(values).astype(x.dtype))
        out[tuple([slice(widths[k][0], widths[k][0] + x.shape[k]) for k in range(x.ndim)])] = x
        return out
    pairs = in_pairs(values, x.ndim)
    for k in range(x.ndim):
        ends = [np.full((*x.shape[:k], widths[k][side], *x.shape[k + 1 :]), np.asarray(pairs[k][side]).astype(x.dtype)) for side in (0, 1)]
        x = np.concatenate([ends[0], x, ends[1]], axis=k)
    return x


def repeated(x: Any, widths: Any, mode: str, odd: bool) -> Any:
    """Elements of the array around, found by their places."""
    for k in range(x.ndim):
        n = x.shape[k]
        before, after = widths[k]
        if n == 0 and before + after > 0:
            raise ValueError(f"can't extend empty axis {k} using modes other than 'constant' or 'empty'")
        if mode == "edge":
            x = edged(x, k, before, after)
            continue
        place = np.arange(n + before + after) - before
        if mode == "wrap":
            x = np.take(x, place % max(n, 1), axis=k, mode="clip")
        else:
            whole = max(2 * n, 1) if mode == "symmetric" else max(2 * n - 2, 1)
            turn = place % whole
            back = turn >= n
            there = np.take(x, np.where(back, whole - (mode == "symmetric") - turn, turn), axis=k, mode="clip")
            x = odd_about_ends(x, there, k, back, place // whole) if odd else there
    return x


def edged(x: Any, axis: int, before: int, after: int) -> Any:
    """The first and the last element along an axis, repeated beside."""
    first, last = (x[(*(slice(None),) * axis, end)] for end in (slice(0, 1), slice(-1, None)))
    front, back = (np.broadcast_to(end, (*x.shape[:axis], count, *x.shape[axis + 1 :])) for end, count in ((first, before), (last, after)))
    return np.concatenate([front, x, back], axis=axis)


def odd_about_ends(x: Any, there: Any, axis: int, back: Any, turns: Any) -> Any:
    """The reflected elements, turned round about the last one, and moved on by twice what lies between the ends for each full turn."""
    shape = (1,) * axis + (-1,) + (1,) * (x.ndim - axis - 1)
    first, last = np.take(x, [0], axis=axis), np.take(x, [-1], axis=axis)
    turned = np.where(back.reshape(shape), 2 * last - there, there)
    return turned + 2 * turns.reshape(shape).astype(x.dtype) * (last - first)


def beside(x: Any, widths: Any, mode: str, options: Any) -> Any:
    """A ramp, a statistic or anything at all beside the elements."""
    ends = in_pairs(options.get("end_values", 0), x.ndim)
    lengths = in_pairs(options["stat_length"], x.ndim) if options.get("stat_length", None) is not None else None
    for k in range(x.ndim):
        before, after = widths[k]
        if x.shape[k] == 0 and mode != "empty" and before + after > 0:
            raise ValueError(f"can't extend empty axis {k} using modes other than 'constant' or 'empty'")
        fronts = (*x.shape[:k], before, *x.shape[k + 1 :])
        backs = (*x.shape[:k], after, *x.shape[k + 1 :])
        if mode == "empty":
            front, back = np.empty(fronts, x.dtype), np.empty(backs, x.dtype)
        elif mode == "linear_ramp":
            first, last = np.take(x, 0, axis=k), np.take(x, -1, axis=k)
            front = np.linspace(ends[k][0], first, before, endpoint=False, dtype=x.dtype, axis=k)
            back = np.flip(np.linspace(ends[k][1], last, after, endpoint=False, dtype=x.dtype, axis=k), axis=k)
        else:
            front = np.broadcast_to(statistic(x, k, mode, None if lengths is None else lengths[k][0], False), fronts)
            back = np.broadcast_to(statistic(x, k, mode, None if lengths is None else lengths[k][1], True), backs)
        x = np.concatenate([front, x, back], axis=k)
    return x


def statistic(x: Any, axis: int, mode: str, length: Any, at_end: bool) -> Any:
    """The maximum, minimum, mean or median of the first or last elements of an axis."""
    n = x.shape[axis]
    count = n if length is None else min(length, n)
    if count < 1 and mode in ("maximum", "minimum"):
        raise ValueError("stat_length of 0 yields no value for padding")
    around = (slice(None),) * axis
    part = x[(*around, slice(n - count, n))] if at_end else x[(*around, slice(0, count))]
    if mode == "maximum":
        return np.max(part, axis=axis, keepdims=True)
    if mode == "minimum":
        return np.min(part, axis=axis, keepdims=True)
    value = np.mean(part, axis=axis, keepdims=True) if mode == "mean" else np.median(part, axis=axis, keepdims=True)
    return value.round().astype(x.dtype) if np.issubdtype(x.dtype, np.integer) else value
