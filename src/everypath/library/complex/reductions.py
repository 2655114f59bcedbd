"""Products, spreads and averages of complex arrays; sums are those of the parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..numpy.axes import axes_of, others
from .registry import of_complex


def in_front(z: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The array with the axes given as one, the first; and these axes."""
    axes = axes_of(axis, z.ndim)
    if len(axes) == z.ndim:
        return np.ravel(z), axes
    if len(axes) == 0:
        return z[None], axes
    turned = np.transpose(z, axes + others(axes, z.ndim))
    return (turned if len(axes) == 1 else turned.reshape((-1, *turned.shape[len(axes) :]))), axes


def spread(found: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """The results, with axes of length 1 for those gone where they are kept."""
    return np.expand_dims(found, axes) if keepdims and len(axes) > 0 else found


def whole_axis(axis: Any) -> Any:
    if isinstance(axis, (tuple, list)):
        raise TypeError(f"'{type(axis).__name__}' object cannot be interpreted as an integer")
    return axis


@of_complex(np.prod)
def prod(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, initial: Any = 1.0, where: Any = True) -> Any:
    """The product of all elements, or along some axes, one after the other."""
    z = np.asarray(a) if dtype is None else np.asarray(a).astype(dtype)
    rows, axes = in_front(z if where is True else np.where(where, z, 1.0), axis)
    found = np.full_like(np.sum(rows, axis=0), initial)[()]
    for k in range(rows.shape[0]):
        found = found * rows[k]
    return spread(found, axes, keepdims)


@of_complex(np.cumprod)
def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The products of the first k elements."""
    z = np.asarray(a) if dtype is None else np.asarray(a).astype(dtype)
    rows = z.ravel() if axis is None else np.moveaxis(z, whole_axis(axis), 0)
    found = np.array(rows)
    for k in range(1, rows.shape[0]):
        found[k] = found[k - 1] * rows[k]
    return found if axis is None else np.moveaxis(found, 0, axis)


@of_complex(np.var)
def var(a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: bool = False, **more: Any) -> Any:
    """The mean square of the distance from the mean."""
    z = np.asarray(a) if dtype is None else np.asarray(a).astype(dtype)
    across, up = [np.var(part, axis=axis, ddof=ddof, keepdims=keepdims, **more) for part in (z.real, z.imag)]
    return across + up if dtype is None else np.asarray(across + up).astype(dtype)[()]


@of_complex(np.std)
def std(a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: bool = False, **more: Any) -> Any:
    """The root of the variance."""
    return np.sqrt(var(a, axis, dtype, ddof=ddof, keepdims=keepdims, **more))


@of_complex(np.ptp)
def ptp(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """The distance from the smallest to the largest element."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@of_complex(np.median)
def median(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The element in the middle, or the mean of the two there; one that is NaN in a part where there is one."""
    rows, axes = in_front(np.asarray(a), axis)
    rising = np.sort(rows, axis=0)
    n = rising.shape[0]
    middle = rising[n // 2] if n % 2 == 1 else np.mean(rising[n // 2 - 1 : n // 2 + 1], axis=0)
    last = rising[-1]
    return spread(np.where(np.isnan(last), last, middle)[()], axes, keepdims)


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
    return nansum(z, axis, keepdims) / np.sum(~np.isnan(z), axis=axis, keepdims=keepdims, dtype=z.real.dtype)


@of_complex(np.nanvar)
def nanvar(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The mean square of the distance from the mean of the elements that are numbers."""
    z = np.asarray(a)
    there = ~np.isnan(z)
    apart = np.where(there, z - nanmean(z, axis, True), 0.0)
    freedom = np.sum(there, axis=axis, keepdims=keepdims, dtype=z.real.dtype) - ddof
    squares = np.sum(apart.real * apart.real + apart.imag * apart.imag, axis=axis, keepdims=keepdims)
    return np.where(freedom > 0, squares, np.nan)[()] / freedom


@of_complex(np.nanstd)
def nanstd(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The root of that."""
    return np.sqrt(nanvar(a, axis, ddof=ddof, keepdims=keepdims))


@of_complex(np.nanprod)
def nanprod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product of the elements that are numbers."""
    return np.prod(without_nan(a, 1.0), axis=axis, keepdims=keepdims)


@of_complex(np.nancumsum)
def nancumsum(a: Any, axis: Any = None) -> Any:
    """The sums of the first k elements, of those that are numbers."""
    return np.cumsum(without_nan(a, 0.0), axis=axis)


@of_complex(np.nancumprod)
def nancumprod(a: Any, axis: Any = None) -> Any:
    """The products of the first k elements, of those that are numbers."""
    return cumprod(without_nan(a, 1.0), axis)
