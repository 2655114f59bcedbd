"""Functions of NumPy that ask a complex array something, or change it element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..intrinsics import paired, refuse
from .registry import of_complex


@of_complex(np.add)
def add(x1: Any, x2: Any, out: Any = None) -> Any:
    """x1 + x2."""
    return placed(strong(x1, x2) + x2, out)


@of_complex(np.subtract)
def subtract(x1: Any, x2: Any, out: Any = None) -> Any:
    """x1 - x2."""
    return placed(strong(x1, x2) - x2, out)


@of_complex(np.multiply)
def multiply(x1: Any, x2: Any, out: Any = None) -> Any:
    """x1 x2."""
    return placed(strong(x1, x2) * x2, out)


@of_complex(np.divide)
def divide(x1: Any, x2: Any, out: Any = None) -> Any:
    """x1 / x2."""
    return placed(strong(x1, x2) / x2, out)


@of_complex(np.equal)
def equal(x1: Any, x2: Any) -> Any:
    """Where they are the same number."""
    return (np.real(x1) == np.real(x2)) & (np.imag(x1) == np.imag(x2))


@of_complex(np.not_equal)
def not_equal(x1: Any, x2: Any) -> Any:
    """Where they are not the same number."""
    return ~equal(x1, x2)


def placed(found: Any, out: Any) -> Any:
    """The result, written into the array `out` where there is one."""
    if out is None:
        return found
    target = out[0] if isinstance(out, tuple) else out
    if target.shape != np.shape(found):
        raise ValueError("non-broadcastable output operand doesn't match the broadcast shape")
    target[...] = found
    return target


def strong(z: Any, other: Any) -> Any:
    """A number of Python's as one of NumPy's, unless the other is one, or an array: to that it gives way."""
    return z if isinstance(z, (np.ndarray, np.generic)) or isinstance(other, (np.ndarray, np.generic)) else np.asarray(z)[()]


@of_complex(np.negative)
def negative(x: Any) -> Any:
    """-z."""
    return paired(np.negative(x.real), np.negative(x.imag))


@of_complex(np.positive)
def positive(x: Any) -> Any:
    """z, in memory of its own."""
    return paired(np.positive(x.real), np.positive(x.imag))


@of_complex(np.conjugate)
def conjugate(x: Any) -> Any:
    """The imaginary part turned round."""
    return paired(np.positive(x.real), np.negative(x.imag))


@of_complex(np.absolute)
def absolute(x: Any) -> Any:
    """|z|."""
    return np.hypot(x.real, x.imag)


@of_complex(np.square)
def square(x: Any) -> Any:
    """z²."""
    cross = np.multiply(x.real, x.imag)
    return paired(np.multiply(x.real, x.real) - np.multiply(x.imag, x.imag), cross + cross)


@of_complex(np.reciprocal)
def reciprocal(x: Any) -> Any:
    """1 / z, scaled by the larger part."""
    wide = np.abs(x.real) >= np.abs(x.imag)
    large, small = np.where(wide, x.real, x.imag), np.where(wide, x.imag, x.real)
    ratio = small / large
    scale = large + small * ratio
    return paired(np.where(wide, 1, ratio) / scale, -np.where(wide, ratio, 1) / scale)


@of_complex(np.sign)
def sign(x: Any) -> Any:
    """z / |z|, and 0 at 0, since NumPy 2."""
    if not np.__version__.startswith("2"):
        refuse("np.sign of complex numbers was the sign of the real part before NumPy 2", "write z / np.abs(z)")
    size = np.hypot(x.real, x.imag)
    zero = size == 0
    scale = np.where(zero, 1, size)
    return paired(np.where(zero, 0, x.real / scale), np.where(zero, 0, x.imag / scale))


def is_array_or_number(x: Any) -> bool:
    """Whether it is no sequence."""
    return isinstance(x, np.ndarray) or bool(np.isscalar(x))


@of_complex(np.real)
def real(val: Any) -> Any:
    """The real part."""
    return val.real if is_array_or_number(val) else np.asarray(val).real


@of_complex(np.imag)
def imag(val: Any) -> Any:
    """The imaginary part."""
    return val.imag if is_array_or_number(val) else np.asarray(val).imag


@of_complex(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """The argument, in radians or degrees."""
    found = np.arctan2(np.imag(z), np.real(z))
    return found * (180 / np.pi) if deg else found


@of_complex(np.isfinite)
def isfinite(x: Any) -> Any:
    """Where both parts are finite."""
    return np.isfinite(x.real) & np.isfinite(x.imag)


@of_complex(np.isinf)
def isinf(x: Any) -> Any:
    """Where a part is infinite."""
    return np.isinf(x.real) | np.isinf(x.imag)


@of_complex(np.isnan)
def isnan(x: Any) -> Any:
    """Where a part is NaN."""
    return np.isnan(x.real) | np.isnan(x.imag)


@of_complex(np.isreal)
def isreal(x: Any) -> Any:
    """Where the imaginary part is 0."""
    return np.imag(x) == 0


@of_complex(np.iscomplex)
def iscomplex(x: Any) -> Any:
    """Where the imaginary part is not 0."""
    return np.not_equal(np.imag(x), 0)


@of_complex(np.iscomplexobj)
def iscomplexobj(x: Any) -> Any:
    """Whether the type is complex."""
    return True


@of_complex(np.isrealobj)
def isrealobj(x: Any) -> Any:
    """Whether the type is not complex."""
    return False


@of_complex(np.isscalar)
def isscalar(element: Any) -> Any:
    """Whether it is a number."""
    return not isinstance(element, (list, tuple, np.ndarray))


@of_complex(np.shape)
def shape(a: Any) -> Any:
    """The shape."""
    return np.shape(np.real(a))


@of_complex(np.ndim)
def ndim(a: Any) -> Any:
    """How many axes there are."""
    return np.ndim(np.real(a))


@of_complex(np.size)
def size(a: Any, axis: Any = None) -> Any:
    """How many elements there are."""
    return np.size(np.real(a), axis)


@of_complex(np.ones_like)
def ones_like(a: Any, dtype: Any = None) -> Any:
    """1 + 0i in the shape of `a`."""
    if dtype is not None:
        return np.ones(np.shape(a), dtype)
    return paired(np.ones_like(a.real), np.zeros_like(a.real))


@of_complex(np.logical_not)
def logical_not(x: Any) -> Any:
    """Where it is 0."""
    return np.equal(x.real, 0) & np.equal(x.imag, 0)


@of_complex(np.logical_and)
def logical_and(x1: Any, x2: Any) -> Any:
    """Where neither is 0."""
    return np.logical_and(~np.logical_not(x1), ~np.logical_not(x2))


@of_complex(np.logical_or)
def logical_or(x1: Any, x2: Any) -> Any:
    """Where one is not 0."""
    return np.logical_or(~np.logical_not(x1), ~np.logical_not(x2))


@of_complex(np.logical_xor)
def logical_xor(x1: Any, x2: Any) -> Any:
    """Where just one is not 0."""
    return np.logical_xor(~np.logical_not(x1), ~np.logical_not(x2))


@of_complex(np.isclose)
def isclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Any:
    """Where they differ by little, by their distance in the plane."""
    x, y = paired(np.real(a) + 0.0, np.imag(a) + 0.0), paired(np.real(b) + 0.0, np.imag(b) + 0.0)
    same = (np.abs(x - y) <= atol + rtol * np.abs(y)) & np.isfinite(y) | equal(x, y)
    return same | np.isnan(x) & np.isnan(y) if equal_nan else same


@of_complex(np.allclose)
def allclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Any:
    """Whether they differ by little everywhere."""
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


@of_complex(np.array_equal)
def array_equal(a1: Any, a2: Any) -> Any:
    """Whether they have one shape and the same numbers."""
    return np.array_equal(np.real(a1), np.real(a2)) and np.array_equal(np.imag(a1), np.imag(a2))


@of_complex(np.any)
def any_(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether something is not 0."""
    return np.any(~logical_not(a), axis=axis, keepdims=keepdims)


@of_complex(np.all)
def all_(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether nothing is 0."""
    return np.all(~logical_not(a), axis=axis, keepdims=keepdims)


@of_complex(np.nonzero)
def nonzero(a: Any) -> Any:
    """Where it is not 0."""
    return np.nonzero(~logical_not(a))


@of_complex(np.flatnonzero)
def flatnonzero(a: Any) -> Any:
    """Where it is not 0, among all elements in a row."""
    return np.nonzero(np.ravel(~logical_not(np.asarray(a))))[0]


def as_list(z: Any) -> Any:
    """`z.tolist()` of a vector."""
    return [complex(v) for v in z]


@of_complex(np.count_nonzero)
def count_nonzero(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many are not 0."""
    return np.count_nonzero(~logical_not(a), axis=axis, keepdims=keepdims)


@of_complex(np.real_if_close)
def real_if_close(a: Any, tol: Any = 100) -> Any:
    """The real parts, where all imaginary ones are 0 to rounding."""
    z = np.asarray(a)
    limit = tol * np.finfo(z.dtype).eps if tol > 1 else tol
    if np.all(np.abs(z.imag) < limit):
        return z.real
    return z
