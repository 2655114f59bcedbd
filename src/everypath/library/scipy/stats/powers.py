"""Transformations to a normal shape, with a given power, or with the one that makes the likelihood greatest: that moves by the implicit
function theorem."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...implicit import implied
from ...intrinsics import by_cpython, grad, known, refuse, value_only
from ...registry import stands_for


def likeliest(find: Any, likelihood: Any, x: Any) -> Any:
    """The power that SciPy finds, at which the likelihood has no slope."""
    return implied(lambda power, x: grad(lambda k: likelihood(k, x))(power), float(by_cpython(find, x)), (x,))


def most_likely(x: Any) -> float:
    """Of Box and Cox. (CPython runs this.)"""
    return float(stats.boxcox_normmax(x, method="mle"))


def most_likely_of_both_signs(x: Any) -> float:
    """Of Yeo and Johnson. (CPython runs this.)"""
    return float(stats.yeojohnson_normmax(x))


@stands_for(stats.boxcox)
def boxcox(x: Any, lmbda: Any = None, alpha: Any = None, optimizer: Any = None) -> Any:
    """(xᵏ - 1)/k, for a given k or the likeliest. (Box and Cox, An analysis of transformations, 1964.)"""
    y = np.asarray(x)
    if lmbda is not None:
        return special.boxcox(y, lmbda)
    if alpha is not None or optimizer is not None:
        refuse("the options 'alpha' and 'optimizer' of scipy.stats.boxcox are not supported", "leave them out")
    if y.ndim != 1:
        raise ValueError("Data must be 1-dimensional.")
    if np.all(y == y[0]):
        raise ValueError("Data must not be constant.")
    if np.any(y <= 0):
        raise ValueError("Data must be positive.")
    power = boxcox_normmax(y * 1.0, method="mle")
    return special.boxcox(y, power), power


@stands_for(stats.boxcox_normmax)
def boxcox_normmax(x: Any, brack: Any = None, method: Any = "pearsonr", optimizer: Any = None, **options: Any) -> Any:
    """The likeliest power."""
    if known(method, "the method") != "mle" or brack is not None or optimizer is not None or options:
        reason = "a derivative passes through scipy.stats.boxcox_normmax with these options, of which none is known here"
        return value_only(reason, "use method='mle' alone", stats.boxcox_normmax, x, brack, method, optimizer)
    y = np.asarray(x) * 1.0
    if not np.all(np.isfinite(y) & (y >= 0)):
        raise ValueError("The `x` argument of `boxcox_normmax` must contain only positive, finite, real numbers.")
    return np.float64(likeliest(most_likely, boxcox_llf, y))


@stands_for(stats.boxcox_llf)
def boxcox_llf(lmb: Any, data: Any) -> Any:
    """The logarithm of the likelihood of a power."""
    x = np.asarray(data) * 1.0
    if x.ndim != 1:
        refuse("scipy.stats.boxcox_llf of several axes is not supported", "call it for one after the other")
    logarithms = np.log(x)
    return (lmb - 1) * np.sum(logarithms) - x.shape[0] / 2 * np.log(np.var(special.boxcox(x, lmb)))


@stands_for(stats.yeojohnson)
def yeojohnson(x: Any, lmbda: Any = None) -> Any:
    """The transformation of positive and negative numbers, for a given power. (Yeo and Johnson, A new family of power transformations
    to improve normality or symmetry, 2000.)"""
    y = np.asarray(x) * 1.0
    if lmbda is None:
        power = yeojohnson_normmax(y)
        return yeojohnson(y, power), power
    up = y >= 0
    return np.where(up, special.boxcox1p(np.where(up, y, 0.0), lmbda), -special.boxcox1p(np.where(up, 0.0, -y), 2 - np.asarray(lmbda)))


@stands_for(stats.yeojohnson_normmax)
def yeojohnson_normmax(x: Any, brack: Any = None, **options: Any) -> Any:
    """The likeliest power."""
    if brack is not None or options:
        refuse("the options of scipy.stats.yeojohnson_normmax are not supported", "leave them out")
    return np.float64(likeliest(most_likely_of_both_signs, yeojohnson_llf, np.asarray(x) * 1.0))


@stands_for(stats.yeojohnson_llf)
def yeojohnson_llf(lmb: Any, data: Any) -> Any:
    """The logarithm of the likelihood of a power."""
    x = np.asarray(data) * 1.0
    if x.ndim != 1:
        refuse("scipy.stats.yeojohnson_llf of several axes is not supported", "call it for one after the other")
    found = -x.shape[0] / 2 * np.log(np.var(yeojohnson(x, lmb)))
    return found + (lmb - 1) * np.sum(np.sign(x) * np.log1p(np.abs(x)))
