"""Weighted averages, covariances and correlations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for
from .axes import axes_of, others, rising


@stands_for(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Σ w·a / Σ w; without weights the mean. `returned` asks for the sum of the weights too."""
    x = np.asarray(a)
    if weights is None:
        mean = np.mean(x, axis=axis, keepdims=keepdims)
        if not returned:
            return mean
        count = np.asarray(mean).dtype.type(1.0) * (x.size / np.size(mean))
        return mean, (count if np.ndim(mean) == 0 else np.full(np.shape(mean), count))
    w = weights_of(weights, x, axis)
    kind = np.result_type(x.dtype, w.dtype, np.float64) if x.dtype.kind in "iub" else np.result_type(x.dtype, w.dtype)
    x, w = x.astype(kind), w.astype(kind)
    total = np.sum(w, axis=axis, keepdims=keepdims)
    if np.any(total == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    mean = np.sum(x * w, axis=axis, keepdims=keepdims) / total
    if not returned:
        return mean
    return mean, (total if np.ndim(total) == 0 else np.broadcast_to(total, mean.shape).copy())


def weights_of(weights: Any, x: Any, axis: Any) -> Any:
    """The weights, of the shape of `x` or along the axes given."""
    w = np.asarray(weights)
    if axis is None:
        if w.ndim != x.ndim or w.shape != x.shape:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        return w
    axes = axes_of(axis, x.ndim)
    if w.ndim == x.ndim and w.ndim != len(axes):
        if w.shape != x.shape:
            raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
        return w
    if w.ndim != len(axes) or w.shape != tuple([x.shape[k] for k in axes]):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    return np.expand_dims(np.transpose(w, rising(axes)), others(axes, x.ndim))


@stands_for(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariances of the rows (columns without `rowvar`): Σ w (xᵢ - mean xᵢ)(xⱼ - mean xⱼ) / their degrees of freedom."""
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    freedom = (0 if bias else 1) if ddof is None else ddof
    c = covariances(observed(m, y, rowvar, dtype), freedom, fweights, aweights)
    return np.asarray(c[0, 0]) if np.ndim(m) < 2 and y is None else np.squeeze(c)


@stands_for(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The covariances over the products of the standard deviations."""
    c = covariances(observed(x, y, rowvar, dtype), 1, None, None)
    if np.ndim(x) < 2 and y is None:
        return c[0, 0] / c[0, 0]
    deviation = np.sqrt(np.diagonal(c).real)
    c = c / deviation[:, None] / deviation[None, :]
    if np.iscomplexobj(c):
        return np.squeeze(within(c.real) + 1j * within(c.imag))
    return np.squeeze(within(c))


def within(c: Any) -> Any:
    """No correlation is beyond 1."""
    return np.where(c > 1.0, 1.0, np.where(c < -1.0, -1.0, c)).astype(c.dtype)


def observed(m: Any, y: Any, rowvar: bool, dtype: Any) -> Any:
    """The variables as rows, those of `y` behind those of `m`."""
    x = np.asarray(m)
    if x.ndim > 2:
        raise ValueError("m has more than 2 dimensions")
    kind = np.result_type(x.dtype, np.float64 if y is None else np.asarray(y).dtype, np.float64) if dtype is None else dtype
    rows = np.atleast_2d(x.T if not rowvar and x.ndim == 2 else x).astype(kind)
    if y is None:
        return rows
    more = np.asarray(y)
    if more.ndim > 2:
        raise ValueError("y has more than 2 dimensions")
    if not rowvar and more.ndim == 2 and more.shape[0] == 1:
        refuse("y of one row without rowvar is taken for one variable", "pass it with one axis")
    return np.concatenate((rows, np.atleast_2d(more.T if not rowvar and more.ndim == 2 else more).astype(kind)), axis=0)


def covariances(x: Any, freedom: Any, fweights: Any, aweights: Any) -> Any:
    """The covariances of the rows of `x`, each of whose columns counts `fweights` times, with the importance `aweights`."""
    if fweights is None and aweights is None:
        apart = x - np.mean(x, axis=1, keepdims=True)
        return apart @ turned(apart) * (1.0 / np.maximum(x.shape[1] - freedom, 0.0)).astype(x.dtype)
    f = None if fweights is None else checked(fweights, x, "fweights")
    a = None if aweights is None else checked(aweights, x, "aweights")
    if f is not None and np.any(f != np.around(f)):
        raise TypeError("fweights must be integer")
    w: Any = a if f is None else f if a is None else f * a
    total = np.sum(w)
    if total == 0.0:
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    apart = x - (np.sum(x * w, axis=1) / total)[:, None]
    scale = total if freedom == 0 else total - freedom if a is None else total - freedom * np.sum(w * a) / total
    return apart @ turned(apart * w) * (1.0 / np.maximum(scale, 0.0))


def turned(x: Any) -> Any:
    """The conjugate transpose."""
    return np.conjugate(x.T) if np.iscomplexobj(x) else x.T


def checked(weights: Any, x: Any, name: str) -> Any:
    """Weights of the columns of `x`."""
    w = np.asarray(weights).astype(np.float64)
    if w.ndim > 1:
        raise RuntimeError(f"cannot handle multidimensional {name}")
    if w.shape[0] != x.shape[1]:
        raise RuntimeError(f"incompatible numbers of samples and {name}")
    if np.any(w < 0):
        raise ValueError(f"{name} cannot be negative")
    return w
