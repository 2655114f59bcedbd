"""Combinations, permutations, factorials, and the gamma function of several dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(special.comb)
def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """How many choices of k out of N there are."""
    if repetition:
        return special.comb(N + k - 1, k, exact=exact)
    if exact:
        if k < 0 or k > N:
            return 0
        return math.comb(N, k)
    n, chosen = np.asarray(N), np.asarray(k)
    some = (chosen <= n) & (n >= 0) & (chosen >= 0)
    return np.where(some, special.binom(np.where(some, n, 1.0), np.where(some, chosen, 0.0)), 0.0)[()]


@stands_for(special.perm)
def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """How many arrangements of k out of N there are."""
    if exact:
        if k < 0 or k > N:
            return 0
        return math.perm(N, k)
    n, chosen = np.asarray(N), np.asarray(k)
    some = (chosen <= n) & (n >= 0) & (chosen >= 0)
    return np.where(some, special.poch(np.where(some, n - chosen + 1.0, 1.0), np.where(some, chosen, 0.0)), 0.0)[()]


@stands_for(special.factorial)
def factorial(n: Any, exact: bool = False) -> Any:
    """Γ(n + 1); 0 below 0."""
    if exact:
        if not isinstance(n, int):
            return refuse("exact factorials of arrays are not supported", "leave out exact=True")
        return math.factorial(n) if n >= 0 else 0
    x = np.asarray(n, dtype=np.float64)
    return np.where(x >= 0, special.gamma(np.where(x >= 0, x, 0.0) + 1.0), np.where(np.isnan(x), np.nan, 0.0))[()]


@stands_for(special.multigammaln)
def multigammaln(a: Any, d: int) -> Any:
    """log Γ_d(a) = d(d - 1)/4·log π + Σ log Γ(a - j/2)."""
    x = np.asarray(a)
    if np.any(x <= 0.5 * (d - 1)):
        raise ValueError(f"condition a ({a}) > 0.5 * (d-1) ({0.5 * (d - 1)}) not met")
    total = special.gammaln(x) + d * (d - 1) * 0.25 * np.log(np.pi)
    for j in range(1, d):
        total = total + special.gammaln(x - j / 2.0)
    return total
