"""Logarithms of sums of powers, with factors and signs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ...complex.registry import of_complex
from ...registry import stands_for

if hasattr(special, "softplus"):

    @stands_for(special.softplus)
    def softplus(x: Any) -> Any:
        """log(1 + exp(x))."""
        return np.logaddexp(0.0, x)


def signed_logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log |Σ b·exp(a)|, and the sign of the sum; without the sign NaN where that is negative.

    `scipy.special.logsumexp` with factors: without them it is handled where the other reductions are."""
    x = np.asarray(a) * 1.0
    if x.ndim == 0:
        x = x.reshape(1)
    ones = np.ones(x.shape, x.dtype)
    factors = ones if b is None else b * ones
    x = x + np.zeros(factors.shape, factors.dtype)
    some = factors != 0
    top = np.max(np.where(some, x, -np.inf), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    counted = some | (x - top < np.log(np.finfo(x.dtype).max))  # a factor of 0 adds nothing, but what it would add is its derivative
    total = np.sum(np.where(counted, factors * np.exp(np.where(counted, x, 0.0) - top), 0.0), axis=axis, keepdims=keepdims)
    total = np.where(np.any(some, axis=axis, keepdims=keepdims), total, 0.0)
    level = top if keepdims else np.sum(top, axis=axis)
    if return_sign:
        return (np.log(np.abs(total)) + level)[()], np.sign(total)[()]
    return (np.log(total) + level)[()]


@of_complex(special.logsumexp)
def complex_logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
    """log Σ b·exp(a), whose imaginary part lies between -π and π."""
    z = np.asarray(a)
    factors = 1.0 if b is None else np.asarray(b)
    top = np.max(np.real(z + 0.0 * factors), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.sum(factors * np.exp(z - top), axis=axis, keepdims=True)
    found = np.log(total) + top
    return (found if keepdims else np.sum(found, axis=axis))[()]
