"""`np.emath`: functions that go on into the complex plane where a real number is outside their domain."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


def below_zero(x: Any) -> bool:
    """Whether a real number among them is negative."""
    return bool(np.any(np.isreal(x) & (np.real(x) < 0)))


def beyond_one(x: Any) -> bool:
    """Whether a real number among them is larger than 1 or less than -1."""
    return bool(np.any(np.isreal(x) & (np.abs(x) > 1)))


@stands_for(np.emath.sqrt)
def sqrt(x: Any) -> Any:
    given = np.asarray(x)
    return np.sqrt(given + 0j) if below_zero(given) else np.sqrt(given)


@stands_for(np.emath.log)
def log(x: Any) -> Any:
    given = np.asarray(x)
    return np.log(given + 0j) if below_zero(given) else np.log(given)


@stands_for(np.emath.log2)
def log2(x: Any) -> Any:
    given = np.asarray(x)
    return np.log2(given + 0j) if below_zero(given) else np.log2(given)


@stands_for(np.emath.log10)
def log10(x: Any) -> Any:
    given = np.asarray(x)
    return np.log10(given + 0j) if below_zero(given) else np.log10(given)


@stands_for(np.emath.logn)
def logn(n: Any, x: Any) -> Any:
    base, given = np.asarray(n), np.asarray(x)
    if below_zero(base) or below_zero(given):
        return np.log(given + 0j) / np.log(base + 0j)
    return np.log(given) / np.log(base)


@stands_for(np.emath.power)
def power(x: Any, p: Any) -> Any:
    base, exponent = np.asarray(x), np.asarray(p)
    if not np.issubdtype(exponent.dtype, np.inexact) and np.any(exponent < 0):
        return power(base, exponent * 1.0)
    return np.power(base + 0j, exponent) if below_zero(base) else np.power(base, exponent)


@stands_for(np.emath.arccos)
def arccos(x: Any) -> Any:
    given = np.asarray(x)
    return np.arccos(given + 0j) if beyond_one(given) else np.arccos(given)


@stands_for(np.emath.arcsin)
def arcsin(x: Any) -> Any:
    given = np.asarray(x)
    return np.arcsin(given + 0j) if beyond_one(given) else np.arcsin(given)


@stands_for(np.emath.arctanh)
def arctanh(x: Any) -> Any:
    given = np.asarray(x)
    return np.arctanh(given + 0j) if beyond_one(given) else np.arctanh(given)
