"""Distances between vectors of truth values, with sums of products in place of counts: numbers between 0 and 1 have derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial.distance as original

from ...registry import stands_for
from .distance import vector, weights

BY_TRUTH = original.jaccard([1.0], [2.0]) == 0.0
"""Whether numbers that are not 0 are the same to Jaccard's distance, as from SciPy 1.15 on."""


def both(u: Any, v: Any, w: Any) -> Any:
    """How much is true in both."""
    return np.sum(u * v) if w is None else np.sum(u * v * w)


def counts(u: Any, v: Any, w: Any) -> Any:
    """How much is true in none, in the second alone, in the first alone, and in both."""
    a, b = u * 1.0, v * 1.0
    a, b = a.astype(np.float64), b.astype(np.float64)
    here, away = (a, 1.0 - a) if w is None else (w * a, w * (1.0 - a))
    return np.sum(away * (1.0 - b)), np.sum(away * b), np.sum(here * (1.0 - b)), np.sum(here * b)


@stands_for(original.jaccard)
def jaccard(u: Any, v: Any, w: Any = None) -> Any:
    a, b = vector(u), vector(v)
    some = (a != 0) | (b != 0)
    unequal = (a != 0) ^ (b != 0) if BY_TRUTH else (a != b) & some
    share = 1.0 if w is None else weights(w)
    whole = np.sum(share * some)
    return np.sum(share * unequal) / whole if whole != 0 else np.float64(0)


@stands_for(original.dice)
def dice(u: Any, v: Any, w: Any = None) -> Any:
    _, second, first, true = counts(vector(u), vector(v), weights(w))
    return float((first + second) / np.asarray(2.0 * true + first + second))


@stands_for(original.rogerstanimoto)
def rogerstanimoto(u: Any, v: Any, w: Any = None) -> Any:
    none, second, first, true = counts(vector(u), vector(v), weights(w))
    return float(2.0 * (first + second)) / float(true + none + 2.0 * (first + second))


@stands_for(original.russellrao)
def russellrao(u: Any, v: Any, w: Any = None) -> Any:
    a, b, share = vector(u), vector(v), weights(w)
    n = float(a.shape[0]) if share is None else np.sum(share)
    return float(n - both(a, b, share)) / n


@stands_for(original.sokalsneath)
def sokalsneath(u: Any, v: Any, w: Any = None) -> Any:
    a, b, share = vector(u), vector(v), weights(w)
    _, second, first, _ = counts(a, b, share)
    whole = both(a, b, share) + 2.0 * (first + second)
    if whole == 0:
        raise ValueError("Sokal-Sneath dissimilarity is not defined for vectors that are entirely false.")
    return np.float64(2.0 * (first + second)) / whole


@stands_for(original.yule)
def yule(u: Any, v: Any, w: Any = None) -> Any:
    none, second, first, true = counts(vector(u), vector(v), weights(w))
    half = first * second
    return 0.0 if half == 0 else float(2.0 * half / (true * none + half))
