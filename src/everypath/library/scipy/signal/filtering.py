"""Linear filters of time series: y follows from a * y = b * x, and so does its derivative. The steps are SciPy's, and their order."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ....rules import rule
from ...intrinsics import refuse
from ...numpy.axes import axis_of
from ...registry import stands_for


@rule
def filtered(b: Any, a: Any, x: Any) -> Any:
    """The rows of `x` through the filter b / a, from rest. What is still to come of the elements before is kept, so that each of them is
    looked at once."""
    out = np.zeros(x.shape, dtype=(b[:0] * a[:0] * x[0, :0]).dtype)
    size = max(len(b), len(a))
    forth, back, coming = np.zeros(size, dtype=out.dtype), np.zeros(size, dtype=out.dtype), np.zeros(size, dtype=out.dtype)
    forth[: len(b)] = b / a[0]
    back[: len(a)] = a / a[0]
    for row in range(x.shape[0]):
        coming[:] = 0.0
        for n in range(x.shape[1]):
            new = x[row, n]
            found = coming[0] + forth[0] * new
            out[row, n] = found
            if len(a) == 1:
                for k in range(1, size):
                    coming[k - 1] = coming[k] + forth[k] * new
            else:
                for k in range(1, size):
                    coming[k - 1] = coming[k] + forth[k] * new - back[k] * found
    return out


@filtered.tangent
def _(out: Any, b: Any, a: Any, x: Any, b_dot: Any, a_dot: Any, x_dot: Any) -> Any:
    return filtered(b, a, x_dot) + filtered(b_dot, a, x) - filtered(a_dot, a, out)


@filtered.adjoint
def _(out: Any, b: Any, a: Any, x: Any, out_bar: Any) -> Any:
    back = filtered(np.ones(1), a, out_bar[:, ::-1])[:, ::-1]
    return along(back, x, len(b)), -along(back, out, len(a)), filtered(b, a, out_bar[:, ::-1])[:, ::-1]


def along(back: Any, x: Any, count: int) -> Any:
    """Σ back[n] · x[n - k] over all rows, for each k."""
    n = x.shape[1]
    sums = np.zeros(count)
    for k in range(min(count, n)):
        sums[k] = np.sum(back[:, k:] * x[:, : n - k])
    return sums


def line(c: Any, name: str) -> Any:
    """The coefficients of one side of a filter."""
    c = np.atleast_1d(np.asarray(c)) * 1.0
    if c.ndim != 1:
        raise ValueError(f"{name} must be 1-D")
    return c


def in_rows(b: Any, a: Any, x: Any) -> Any:
    """A filter along the last axis of any array."""
    if x.size == 0:
        return x * (b[:1] * a[:1])
    return filtered(b, a, x.reshape((-1, x.shape[-1]))).reshape(x.shape)


@stands_for(signal.lfilter)
def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """The series through a filter, from rest, or from the state `zi`: then the state at its end too."""
    x, b, a = np.asarray(x) * 1.0, line(b, "b"), line(a, "a")
    k = axis_of(axis, x.ndim)
    rows = np.moveaxis(x, k, -1)
    for c, name in ((b, "b"), (a, "a")):
        if len(c) == 0:
            raise ValueError(f"Parameter {name} is not a non-empty 1d array, since {name}.shape=(0,)!")
    if len(a) > 1 and a[0] == 0.0:
        raise ValueError("BUG: filter coefficient a[0] == 0 not supported yet")
    if len(a) == 1 and rows.shape[-1] == 0:
        raise ValueError("v cannot be empty")
    if zi is None:
        return np.moveaxis(in_rows(b, a, rows), -1, k)
    y, end = with_state(b, a, rows, np.moveaxis(np.asarray(zi) * 1.0, k, -1))
    return np.moveaxis(y, -1, k), np.moveaxis(end, -1, k)


def with_state(b: Any, a: Any, x: Any, z: Any) -> Any:
    """The series along the last axis through a filter from the state `z`, and the state at its end."""
    b, a = b / a[0], a / a[0]
    size, n = max(len(a), len(b)) - 1, x.shape[-1]
    if z.shape[-1] != size:
        raise ValueError("Unexpected shape for zi")
    if n < size:
        refuse("scipy.signal.lfilter with 'zi' of a series shorter than the filter is not supported", "pad the series")
    behind = np.zeros((*x.shape[:-1], n - size), dtype=z.dtype)
    start = np.concatenate((np.broadcast_to(z, (*x.shape[:-1], size)), behind), axis=-1)
    y = in_rows(b, a, x) + in_rows(np.ones(1, dtype=a.dtype), a, start)
    end = np.zeros((*x.shape[:-1], size), dtype=y.dtype)
    for m in range(size):
        for j in range(m + 1, len(b)):
            end[..., m] += b[j] * x[..., n + m - j]
        for j in range(m + 1, len(a)):
            end[..., m] -= a[j] * y[..., n + m - j]
    return y, end


@stands_for(signal.lfilter_zi)
def lfilter_zi(b: Any, a: Any) -> Any:
    """The state of a filter that has always had the input 1."""
    b, a = line(b, "Numerator b"), line(a, "Denominator a")
    b, a = b / a[0], a / a[0]
    size = max(len(a), len(b))
    b, a = np.concatenate((b, np.zeros(size - len(b), b.dtype))), np.concatenate((a, np.zeros(size - len(a), a.dtype)))
    system = (np.eye(size - 1) - np.eye(size - 1, k=1)).astype(a.dtype)
    system[:, 0] += a[1:]
    return np.linalg.solve(system, b[1:] - a[1:] * b[0])


@stands_for(signal.filtfilt)
def filtfilt(
    b: Any, a: Any, x: Any, axis: int = -1, padtype: Any = "odd", padlen: Any = None, method: str = "pad", irlen: Any = None
) -> Any:
    """The series through a filter forth and back, so that nothing is delayed."""
    if method != "pad":
        refuse("the option 'method' of scipy.signal.filtfilt is not yet supported", "leave it out")
    x, b, a = np.asarray(x) * 1.0, line(b, "b"), line(a, "a")
    k = axis_of(axis, x.ndim)
    edge = max(len(a), len(b)) * 3 if padlen is None else padlen
    wide, edge = extended(np.moveaxis(x, k, -1), padtype, edge)
    zi = lfilter_zi(b, a)
    y, _ = with_state(b, a, wide, zi * wide[..., :1])
    y = y[..., ::-1]
    y, _ = with_state(b, a, y, zi * y[..., :1])
    return np.moveaxis(y[..., ::-1][..., edge : edge + x.shape[k]], -1, k)


def extended(x: Any, padtype: Any, edge: int) -> Any:
    """The series with more at both ends, and how much."""
    if padtype not in ("even", "odd", "constant", None):
        raise ValueError("Unknown value given to padtype. padtype must be 'even', 'odd', 'constant', or None.")
    if padtype is None:
        return x, 0
    n = x.shape[-1]
    if n <= edge:
        raise ValueError("The length of the input vector x must be greater than padlen")
    before, after = x[..., 1 : edge + 1][..., ::-1], x[..., n - 1 - edge : n - 1][..., ::-1]
    if padtype == "odd":
        before, after = 2.0 * x[..., :1] - before, 2.0 * x[..., -1:] - after
    if padtype == "constant":
        before, after = np.zeros_like(before) + x[..., :1], np.zeros_like(after) + x[..., -1:]
    return np.concatenate((before, x, after), axis=-1), edge


@stands_for(signal.sosfilt)
def sosfilt(sos: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """The series through filters of the second order, one after another."""
    sections, x = sections_of(sos), np.asarray(x)
    x = x.astype(np.result_type(sections, x))
    k = axis_of(axis, x.ndim)
    if zi is not None:
        return with_states(sections, x, k, np.asarray(zi) * 1.0)
    rows = np.moveaxis(x, k, -1)
    for s in range(sections.shape[0]):
        rows = in_rows(sections[s, :3], sections[s, 3:], rows)
    return np.moveaxis(rows, -1, k)


def with_states(sections: Any, x: Any, k: int, zi: Any) -> Any:
    """The same from the states `zi` of the sections, and their states at the end."""
    if zi.shape != (sections.shape[0], *x.shape[:k], 2, *x.shape[k + 1 :]):
        raise ValueError(f"Invalid zi shape {zi.shape}")
    states = np.zeros(zi.shape, dtype=x.dtype)
    for s in range(sections.shape[0]):
        x, states[s] = signal.lfilter(sections[s, :3], sections[s, 3:], x, axis=k, zi=zi[s])
    return x, states


def sections_of(sos: Any) -> Any:
    sections = np.atleast_2d(np.asarray(sos)) * 1.0
    if sections.ndim != 2 or sections.shape[1] != 6:
        raise ValueError("sos array must be shape (n_sections, 6)")
    if not np.all(sections[:, 3] == 1):
        raise ValueError("sos[:, 3] should be all ones")
    return sections


@stands_for(signal.sosfiltfilt)
def sosfiltfilt(sos: Any, x: Any, axis: int = -1, padtype: Any = "odd", padlen: Any = None) -> Any:
    """The series through filters of the second order forth and back."""
    sections, x = sections_of(sos), np.asarray(x)
    x = x.astype(np.result_type(sections, x))
    k = axis_of(axis, x.ndim)
    taps = 2 * sections.shape[0] + 1 - min(int(np.sum(sections[:, 2] == 0)), int(np.sum(sections[:, 5] == 0)))
    wide, edge = extended(np.moveaxis(x, k, -1), padtype, 3 * taps if padlen is None else padlen)
    for _ in range(2):
        scale: Any = wide[..., :1]
        for s in range(sections.shape[0]):
            b, a = sections[s, :3], sections[s, 3:]
            wide, _end = with_state(b, a, wide, lfilter_zi(b, a) * scale)
            scale = scale * (np.sum(b) / np.sum(a))
        wide = wide[..., ::-1]
    return np.moveaxis(wide[..., edge : edge + x.shape[k]], -1, k)
