"""Products, spreads and averages of complex arrays; sums are those of the parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from .registry import of_complex


@of_complex(np.prod)
def prod(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, initial: Any = 1.0) -> Any:
    """The product of all elements, or along one axis, one after the other."""
    z = np.asarray(a) if dtype is None else np.asarray(a).astype(dtype)
    place = 0 if axis is None else axis
    rows = z.ravel() if axis is None else np.moveaxis(z, axis, 0)
    found = np.full_like(np.sum(rows, axis=0), initial)[()]
    for k in range(rows.shape[0]):
        found = found * rows[k]
    if not keepdims:
        return found
    return np.reshape(found, (1,) * z.ndim) if axis is None else np.expand_dims(found, place)


@of_complex(np.cumprod)
def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The products of the first k elements."""
    z = np.asarray(a) if dtype is None else np.asarray(a).astype(dtype)
    rows = z.ravel() if axis is None else np.moveaxis(z, axis, 0)
    found = np.array(rows)
    for k in range(1, rows.shape[0]):
        found[k] = found[k - 1] * rows[k]
    return found if axis is None else np.moveaxis(found, 0, axis)


@of_complex(np.var)
def var(a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The mean square of the distance from the mean."""
    return np.var(np.real(a), axis=axis, ddof=ddof, keepdims=keepdims) + np.var(np.imag(a), axis=axis, ddof=ddof, keepdims=keepdims)


@of_complex(np.std)
def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The root of the variance."""
    return np.sqrt(var(a, axis, ddof, keepdims))


def without_nan(a: Any, instead: float) -> Any:
    """The numbers, with another in place of those of which a part is NaN."""
    z = np.asarray(a)
    return np.where(np.isnan(z.real) | np.isnan(z.imag), instead, z)


@of_complex(np.nansum)
def nansum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum of the elements that are numbers."""
    return np.sum(without_nan(a, 0.0), axis=axis, keepdims=keepdims)


@of_complex(np.nanmean)
def nanmean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean of the elements that are numbers."""
    z = np.asarray(a)
    return nansum(z, axis, keepdims) / np.sum(~np.isnan(z), axis=axis, keepdims=keepdims)


@of_complex(np.nanprod)
def nanprod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product of the elements that are numbers."""
    return np.prod(without_nan(a, 1.0), axis=axis, keepdims=keepdims)


@of_complex(np.nancumsum)
def nancumsum(a: Any, axis: Any = None) -> Any:
    """The sums of the first k elements, of those that are numbers."""
    return np.cumsum(without_nan(a, 0.0), axis=axis)
