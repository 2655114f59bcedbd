"""Arrays with a mask (numpy.ma): what is masked counts for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...intrinsics import refuse
from ...registry import stands_for

TINY = np.finfo(float).tiny


@stands_for(np.ma.MaskedArray)
class MaskedArray:
    """Elements, and which of them are masked: `held` is None where none was said to be."""

    __array_ufunc__ = None

    def __init__(self, data: Any = None, mask: Any = None, dtype: Any = None, copy: bool = False, *, fill_value: Any = None) -> None:
        self.data = np.array(elements(data), dtype=dtype) if copy else np.asarray(elements(data), dtype=dtype)
        self.held = both(held_of(data), None if mask is None else np.broadcast_to(np.asarray(mask) != 0, self.data.shape))
        self.filling = fill_value

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """NumPy's object. (CPython runs this.)"""
        mask = np.ma.nomask if held["held"] is None else held["held"]
        return kind(held["data"], mask=mask, fill_value=held["filling"])

    def like(self, data: Any, held: Any) -> Any:
        """One with other elements."""
        return MaskedArray(data, held, fill_value=self.filling)

    @property
    def mask(self) -> Any:
        """Which elements are masked."""
        return np.bool_(False) if self.held is None else self.held

    @property
    def masks(self) -> Any:
        """The same, of all elements."""
        return np.zeros(self.data.shape, dtype=bool) if self.held is None else self.held

    @property
    def fill_value(self) -> Any:
        """What stands for what is masked."""
        if self.filling is not None:
            return self.data.dtype.type(self.filling)
        return np.float64(1e20) if self.data.dtype.kind == "f" else np.int64(999999)

    @property
    def shape(self) -> Any:
        """How many there are along each axis."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self.data.ndim

    @property
    def size(self) -> Any:
        """How many there are."""
        return self.data.size

    @property
    def dtype(self) -> Any:
        """Their dtype."""
        return self.data.dtype

    @property
    def T(self) -> Any:
        """The transpose."""
        return self.like(self.data.T, None if self.held is None else self.held.T)

    def copy(self) -> Any:
        """The same, apart."""
        return self.like(self.data.copy(), None if self.held is None else self.held.copy())

    def ravel(self) -> Any:
        """In one row."""
        return self.like(self.data.ravel(), None if self.held is None else self.held.ravel())

    def reshape(self, *shape: Any) -> Any:
        """In another shape."""
        return self.like(self.data.reshape(*shape), None if self.held is None else self.held.reshape(*shape))

    def filled(self, fill_value: Any = None) -> Any:
        """The elements, with another number in place of those that are masked."""
        if self.held is None:
            return self.data
        return np.where(self.held, self.fill_value if fill_value is None else self.data.dtype.type(fill_value), self.data)

    def compressed(self) -> Any:
        """Those that are not masked, in one row."""
        return self.data.ravel() if self.held is None else self.data[~self.held]

    def count(self, axis: Any = None, keepdims: bool = False) -> Any:
        """How many are not masked."""
        return np.sum(~self.masks, axis=axis, keepdims=keepdims)

    def reduced(self, found: Any, axis: Any, keepdims: bool) -> Any:
        """A reduction, which is masked where all was."""
        if axis is None and not keepdims:
            if self.held is not None and np.all(self.held):
                refuse("the constant np.ma.masked, which is what is made of masked elements alone, is not supported", "ask for x.count()")
            return found
        return self.like(found, None if self.held is None else np.all(self.held, axis=axis, keepdims=keepdims))

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """The sum."""
        return self.reduced(np.sum(self.filled(0), axis=axis, dtype=dtype, keepdims=keepdims), axis, keepdims)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """The product."""
        return self.reduced(np.prod(self.filled(1), axis=axis, dtype=dtype, keepdims=keepdims), axis, keepdims)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """The mean."""
        if self.held is None:
            return self.reduced(np.mean(self.data, axis=axis, dtype=dtype, keepdims=keepdims), axis, keepdims)
        return self.reduced(self.average(axis, dtype, keepdims), axis, keepdims)

    def average(self, axis: Any, dtype: Any, keepdims: bool) -> Any:
        """The mean of those that are not masked, 0 where there are none."""
        return np.sum(self.filled(0), axis=axis, dtype=dtype, keepdims=keepdims) * 1.0 / np.maximum(self.count(axis, keepdims), 1)

    def variance(self, axis: Any, ddof: int, keepdims: bool) -> Any:
        """The mean square of the distance from the mean."""
        squares = np.where(self.masks, 0.0, (self.data - self.average(axis, None, True)) ** 2)
        return np.sum(squares, axis=axis, keepdims=keepdims) / np.maximum(self.count(axis, keepdims) - ddof, 1)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """The variance."""
        return self.reduced(self.variance(axis, ddof, keepdims), axis, keepdims)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        """The standard deviation."""
        return self.reduced(np.sqrt(self.variance(axis, ddof, keepdims)), axis, keepdims)

    def min(self, axis: Any = None, out: Any = None, fill_value: Any = None, keepdims: bool = False) -> Any:
        """The least."""
        return self.reduced(np.min(self.with_ends(np.inf), axis=axis, keepdims=keepdims), axis, keepdims)

    def max(self, axis: Any = None, out: Any = None, fill_value: Any = None, keepdims: bool = False) -> Any:
        """The greatest."""
        return self.reduced(np.max(self.with_ends(-np.inf), axis=axis, keepdims=keepdims), axis, keepdims)

    def with_ends(self, end: float) -> Any:
        """The elements, and infinity in place of those that are masked."""
        if self.held is None:
            return self.data
        if self.data.dtype.kind != "f":
            refuse("extremes of masked integers are not supported", "convert with .astype(float)")
        return np.where(self.held, self.data.dtype.type(end), self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, k: Any) -> Any:
        found = self.data[k]
        if np.ndim(found) > 0:
            return self.like(found, None if self.held is None else self.held[k])
        if self.held is not None and self.held[k]:
            refuse("the constant np.ma.masked, which is what a masked element is, is not supported", "ask for x.mask")
        return found

    def __setitem__(self, k: Any, value: Any) -> None:
        refuse("writing to an array with a mask is not supported", "write to the array, and make the mask after")

    def combined(self, other: Any, found: Any, first: Any) -> Any:
        """The result of an operation, masked where an operand is; what is below the mask is the first operand's."""
        held = both(self.held, held_of(other))
        return self.like(found if held is None else np.where(held, first, found), held)

    def __add__(self, other: Any) -> Any:
        return self.combined(other, self.data + elements(other), self.data)

    def __radd__(self, other: Any) -> Any:
        return self.combined(other, elements(other) + self.data, elements(other))

    def __sub__(self, other: Any) -> Any:
        return self.combined(other, self.data - elements(other), self.data)

    def __rsub__(self, other: Any) -> Any:
        return self.combined(other, elements(other) - self.data, elements(other))

    def __mul__(self, other: Any) -> Any:
        return self.combined(other, self.data * elements(other), self.data)

    def __rmul__(self, other: Any) -> Any:
        return self.combined(other, elements(other) * self.data, elements(other))

    def __pow__(self, other: Any) -> Any:
        if held_of(other) is not None:
            refuse("powers by an array with a mask are not supported", "take its elements: .data")
        return self.combined(other, self.data ** elements(other), self.data)

    def __truediv__(self, other: Any) -> Any:
        return quotient(self.data, elements(other), both(self.held, held_of(other)), self.filling)

    def __rtruediv__(self, other: Any) -> Any:
        return quotient(elements(other), self.data, self.held, self.filling)

    def __neg__(self) -> Any:
        return self.like(-self.data, self.held)

    def __abs__(self) -> Any:
        return self.like(np.abs(self.data), self.held)


KINDS = (MaskedArray, np.ma.MaskedArray)
"""The class here, and the one that it stands for."""


def elements(x: Any) -> Any:
    """The elements of an operand."""
    return x.data if isinstance(x, KINDS) else x


def held_of(x: Any) -> Any:
    """Which of them are masked; None where none is said to be."""
    if not isinstance(x, KINDS):
        return None
    held: Any = x.held  # type: ignore[union-attr]
    return held


def both(one: Any, other: Any) -> Any:
    """Masked by one or the other."""
    if one is None or other is None:
        return other if one is None else one
    return one | other


def quotient(above: Any, below: Any, held: Any, filling: Any) -> Any:
    """above / below, masked where that is not finite."""
    near = np.abs(above) * TINY >= np.abs(below)
    found = np.where(near, above, above / np.where(near, 1.0, below))
    lost = near | ~np.isfinite(found)
    lost = lost if held is None else lost | held
    return MaskedArray(np.where(lost, above, found), lost, fill_value=filling)


# Making them ----------------------------------------------------------------------------------------------------------


@stands_for(np.ma.array)
def array(data: Any, dtype: Any = None, copy: bool = False, order: Any = None, mask: Any = None, fill_value: Any = None) -> Any:
    return MaskedArray(data, mask, dtype, copy, fill_value=fill_value)


@stands_for(np.ma.masked_where)
def masked_where(condition: Any, a: Any, copy: bool = True) -> Any:
    """Masked where a condition holds."""
    return MaskedArray(a, np.asarray(condition), copy=copy)


@stands_for(np.ma.masked_equal)
def masked_equal(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is a value."""
    return MaskedArray(x, elements(x) == value, copy=copy, fill_value=value)


@stands_for(np.ma.masked_not_equal)
def masked_not_equal(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is another value."""
    return MaskedArray(x, elements(x) != value, copy=copy)


@stands_for(np.ma.masked_greater)
def masked_greater(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is greater."""
    return MaskedArray(x, elements(x) > value, copy=copy)


@stands_for(np.ma.masked_greater_equal)
def masked_greater_equal(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is not less."""
    return MaskedArray(x, elements(x) >= value, copy=copy)


@stands_for(np.ma.masked_less)
def masked_less(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is less."""
    return MaskedArray(x, elements(x) < value, copy=copy)


@stands_for(np.ma.masked_less_equal)
def masked_less_equal(x: Any, value: Any, copy: bool = True) -> Any:
    """Masked where it is not greater."""
    return MaskedArray(x, elements(x) <= value, copy=copy)


@stands_for(np.ma.masked_inside)
def masked_inside(x: Any, v1: Any, v2: Any, copy: bool = True) -> Any:
    """Masked between two values."""
    low, high = min(v1, v2), max(v1, v2)
    return MaskedArray(x, (elements(x) >= low) & (elements(x) <= high), copy=copy)


@stands_for(np.ma.masked_outside)
def masked_outside(x: Any, v1: Any, v2: Any, copy: bool = True) -> Any:
    """Masked beyond two values."""
    low, high = min(v1, v2), max(v1, v2)
    return MaskedArray(x, (elements(x) < low) | (elements(x) > high), copy=copy)


@stands_for(np.ma.masked_invalid)
def masked_invalid(a: Any, copy: bool = True) -> Any:
    """Masked where it is not finite."""
    return MaskedArray(a, ~np.isfinite(elements(a)), copy=copy)


# Asking them ----------------------------------------------------------------------------------------------------------


def masked(x: Any) -> Any:
    """An array with a mask, or one without as one of these."""
    return x if isinstance(x, KINDS) else MaskedArray(x)


@stands_for(np.ma.filled)
def filled(a: Any, fill_value: Any = None) -> Any:
    return a.filled(fill_value) if isinstance(a, KINDS) else np.asarray(a)


@stands_for(np.ma.getdata)
def getdata(a: Any, subok: bool = True) -> Any:
    return np.asarray(elements(a))


@stands_for(np.ma.getmask)
def getmask(a: Any) -> Any:
    return masked(a).mask


@stands_for(np.ma.getmaskarray)
def getmaskarray(arr: Any) -> Any:
    return masked(arr).masks


@stands_for(np.ma.compressed)
def compressed(x: Any) -> Any:
    return masked(x).compressed()


@stands_for(np.ma.count)
def count(obj: Any, axis: Any = None) -> Any:
    return masked(obj).count(axis)


@stands_for(np.ma.sum)
def sum(a: Any, axis: Any = None) -> Any:
    return masked(a).sum(axis)


@stands_for(np.ma.mean)
def mean(a: Any, axis: Any = None) -> Any:
    return masked(a).mean(axis)


@stands_for(np.ma.var)
def var(a: Any, axis: Any = None, ddof: int = 0) -> Any:
    return masked(a).var(axis, ddof=ddof)


@stands_for(np.ma.std)
def std(a: Any, axis: Any = None, ddof: int = 0) -> Any:
    return masked(a).std(axis, ddof=ddof)


@stands_for(np.ma.min)
def least(obj: Any, axis: Any = None) -> Any:
    return masked(obj).min(axis)


@stands_for(np.ma.max)
def greatest(obj: Any, axis: Any = None) -> Any:
    return masked(obj).max(axis)


@stands_for(np.ma.median)
def median(a: Any, axis: Any = None) -> Any:
    if axis is not None:
        refuse("np.ma.median along an axis is not supported", "take the median of each row: np.median(row.compressed())")
    return np.median(masked(a).compressed())


@stands_for(np.ma.average)
def average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    m = masked(a)
    if weights is None:
        return m.mean(axis)
    shares = np.where(m.masks, 0.0, np.broadcast_to(np.asarray(weights), m.shape))
    return m.reduced(np.sum(m.filled(0) * shares, axis=axis) / np.sum(shares, axis=axis), axis, False)
