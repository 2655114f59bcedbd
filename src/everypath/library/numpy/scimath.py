"""`np.emath`: functions that go on into the complex plane where a real number is outside their domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..intrinsics import either
from ..registry import stands_for


def below_zero(x: Any) -> bool:
    """Whether a real number among them is negative."""
    return bool(np.any(np.isreal(x) & (np.real(x) < 0)))


def beyond_one(x: Any) -> bool:
    """Whether a real number among them is larger than 1 or less than -1."""
    return bool(np.any(np.isreal(x) & (np.abs(x) > 1)))


INSIDE = 0.5
"""A number in the domain of all of them."""


def continued(function: Callable[[Any], Any], x: Any, outside: Callable[[Any], bool]) -> Any:
    """The function of x, of complex numbers where one of them is outside of its real domain."""
    given = np.asarray(x)
    if given.ndim > 0 or np.iscomplexobj(given):
        return function(given + 0j) if outside(given) else function(given)
    beyond = outside(given)
    return either(not beyond, function(np.where(beyond, INSIDE, given)[()]), function(given + 0j)[()])


@stands_for(np.emath.sqrt)
def sqrt(x: Any) -> Any:
    return continued(np.sqrt, x, below_zero)


@stands_for(np.emath.log)
def log(x: Any) -> Any:
    return continued(np.log, x, below_zero)


@stands_for(np.emath.log2)
def log2(x: Any) -> Any:
    return continued(np.log2, x, below_zero)


@stands_for(np.emath.log10)
def log10(x: Any) -> Any:
    return continued(np.log10, x, below_zero)


@stands_for(np.emath.logn)
def logn(n: Any, x: Any) -> Any:
    base, given = np.asarray(n), np.asarray(x)
    if base.ndim > 0 or given.ndim > 0 or np.iscomplexobj(base) or np.iscomplexobj(given):
        return log(given) / log(base)
    below = below_zero(base) | below_zero(given)
    real = np.log(np.where(below, INSIDE, given)[()]) / np.log(np.where(below, INSIDE, base)[()])
    return either(not below, real, np.log(given + 0j)[()] / np.log(base + 0j)[()])


@stands_for(np.emath.power)
def power(x: Any, p: Any) -> Any:
    base, exponent = np.asarray(x), np.asarray(p)
    if not np.issubdtype(exponent.dtype, np.inexact) and np.any(exponent < 0):
        return power(base, exponent * 1.0)
    if base.ndim > 0 or exponent.ndim > 0 or np.iscomplexobj(base) or np.iscomplexobj(exponent):
        return np.power(base + 0j, exponent) if below_zero(base) else np.power(base, exponent)
    below = below_zero(base)
    return either(not below, np.power(np.where(below, base.dtype.type(1), base)[()], exponent[()]), np.power(base + 0j, exponent)[()])


@stands_for(np.emath.arccos)
def arccos(x: Any) -> Any:
    return continued(np.arccos, x, beyond_one)


@stands_for(np.emath.arcsin)
def arcsin(x: Any) -> Any:
    return continued(np.arcsin, x, beyond_one)


@stands_for(np.emath.arctanh)
def arctanh(x: Any) -> Any:
    return continued(np.arctanh, x, beyond_one)
