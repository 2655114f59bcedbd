"""Orders of complex numbers: by the real parts, and where these are equal by the imaginary ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import paired
from .registry import of_complex


@of_complex(np.argsort)
def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """Where the elements stand that are sorted."""
    z = np.asarray(a)
    z, axis = (z.ravel(), 0) if axis is None else (z, axis)
    return np.lexsort((z.imag, z.real), axis=axis)


@of_complex(np.sort)
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """The elements in their order."""
    z = np.asarray(a)
    z, axis = (z.ravel(), 0) if axis is None else (z, axis)
    places = np.lexsort((z.imag, z.real), axis=axis)
    return paired(np.take_along_axis(z.real, places, axis), np.take_along_axis(z.imag, places, axis))


@of_complex(np.sort_complex)
def sort_complex(a: Any) -> Any:
    """The elements along the last axis in their order."""
    return sort(a)


@of_complex(np.argmax)
def argmax(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    """Where the largest element stands, the first of several."""
    z = np.asarray(a)
    largest = z.real == np.max(z.real, axis=axis, keepdims=True)
    best = largest & (z.imag == np.max(np.where(largest, z.imag, -np.inf), axis=axis, keepdims=True))
    return first_of(best, z, axis, keepdims)


@of_complex(np.argmin)
def argmin(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
    """Where the smallest element stands, the first of several."""
    z = np.asarray(a)
    smallest = z.real == np.min(z.real, axis=axis, keepdims=True)
    best = smallest & (z.imag == np.min(np.where(smallest, z.imag, np.inf), axis=axis, keepdims=True))
    return first_of(best, z, axis, keepdims)


def is_lost(z: Any) -> Any:
    """Where an element is NaN in one of its parts."""
    return np.isnan(z.real) | np.isnan(z.imag)


def first_of(best: Any, z: Any, axis: Any, keepdims: bool) -> Any:
    """Where the first of the `best` elements of `z` stands, or the first that is NaN in one of its parts."""
    lost = is_lost(z)
    return np.argmax(np.where(np.any(lost, axis=axis, keepdims=True), lost, best), axis=axis, keepdims=keepdims)


@of_complex(np.max, np.amax)
def max_(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """The largest element."""
    z = np.asarray(a)
    top = np.max(z.real, axis=axis, keepdims=True)
    imag = np.max(np.where(z.real == top, z.imag, -np.inf), axis=axis, keepdims=keepdims)
    return or_lost(np.max(z.real, axis=axis, keepdims=keepdims), imag, z, axis, keepdims)


@of_complex(np.min, np.amin)
def min_(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """The smallest element."""
    z = np.asarray(a)
    low = np.min(z.real, axis=axis, keepdims=True)
    imag = np.min(np.where(z.real == low, z.imag, np.inf), axis=axis, keepdims=keepdims)
    return or_lost(np.min(z.real, axis=axis, keepdims=keepdims), imag, z, axis, keepdims)


def or_lost(real: Any, imag: Any, z: Any, axis: Any, keepdims: bool) -> Any:
    """The number with these parts, or in its place the first element of `z` that is NaN in one of its own."""
    lost = is_lost(z)
    if axis is None:
        place = np.argmax(lost.ravel())
        first = z.real.ravel()[place], z.imag.ravel()[place]
    elif isinstance(axis, tuple):
        first = np.nan, np.nan
    else:
        places = np.argmax(lost, axis=axis, keepdims=True)
        first = tuple(np.max(np.take_along_axis(x, places, axis), axis=axis, keepdims=keepdims) for x in (z.real, z.imag))
    any_lost = np.any(lost, axis=axis, keepdims=keepdims)
    return paired(np.where(any_lost, first[0], real), np.where(any_lost, first[1], imag))


def reaches(x: Any, y: Any) -> Any:
    """Where x comes after y, or is the same, and neither is NaN in a part."""
    further = (x.real > y.real) & ~np.isnan(x.imag) & ~np.isnan(y.imag)
    return further | ((x.real == y.real) & (x.imag >= y.imag))


@of_complex(np.maximum)
def maximum(x: Any, y: Any) -> Any:
    """The one that comes later; one that is NaN in a part, the first of two."""
    x, y = np.asarray(x)[()], np.asarray(y)[()]
    return np.where(reaches(x, y) | is_lost(x), x, y)[()]


@of_complex(np.minimum)
def minimum(x: Any, y: Any) -> Any:
    """The one that comes earlier; one that is NaN in a part, the first of two."""
    x, y = np.asarray(x)[()], np.asarray(y)[()]
    return np.where(reaches(y, x) | is_lost(x), x, y)[()]


@of_complex(np.fmax)
def fmax(x: Any, y: Any) -> Any:
    """The one that comes later, of those that are NaN in no part."""
    x, y = np.asarray(x)[()], np.asarray(y)[()]
    return np.where(reaches(x, y) | is_lost(y), x, y)[()]


@of_complex(np.fmin)
def fmin(x: Any, y: Any) -> Any:
    """The one that comes earlier, of those that are NaN in no part."""
    x, y = np.asarray(x)[()], np.asarray(y)[()]
    return np.where(reaches(y, x) | is_lost(y), x, y)[()]


def beside_nan(z: Any, instead: float, extreme: Any, axis: Any, keepdims: bool) -> Any:
    """The extreme of the elements that are NaN in no part; NaN where there are none."""
    lost = is_lost(z)
    found = extreme(np.where(lost, instead, z), axis=axis, keepdims=keepdims)
    return np.where(np.all(lost, axis=axis, keepdims=keepdims), np.nan, found)[()]


@of_complex(np.nanmax)
def nanmax(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """The largest element, of those that are numbers."""
    return beside_nan(np.asarray(a), -np.inf, np.max, axis, keepdims)


@of_complex(np.nanmin)
def nanmin(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """The smallest element, of those that are numbers."""
    return beside_nan(np.asarray(a), np.inf, np.min, axis, keepdims)
