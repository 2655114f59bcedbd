"""Splines that go near points: those of least squares on given knots, and the natural one that is smooth enough.

The natural cubic spline that least Σ w (y - f)² + λ ∫f''² has, with h the gaps between points: its second derivatives γ solve
(R + λ Qᵀ W⁻¹ Q) γ = Qᵀ y, and its values are y - λ W⁻¹ Q γ.  (C. Reinsch, Smoothing by spline functions, 1967; P. J. Green and
B. W. Silverman, Nonparametric regression and generalized linear models, 1994, chapter 2.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import fixed, refuse, value_only
from ...registry import stands_for
from .splines import made, nearest
from .univariate import UnivariateSpline


@stands_for(scipy.interpolate.make_lsq_spline)
def make_lsq_spline(
    x: Any, y: Any, t: Any, k: int = 3, w: Any = None, axis: int = 0, check_finite: bool = True, *, method: str = "qr"
) -> Any:
    """The spline with these knots that is nearest to points."""
    if axis != 0:
        refuse("the option 'axis' of scipy.interpolate.make_lsq_spline is not supported", "move the axis to the front")
    x, y, t = np.asarray(x) * 1.0, np.asarray(y) * 1.0, np.asarray(t) * 1.0
    if check_finite and not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("Array must not contain infs or nans.")
    if x.size != y.shape[0]:
        raise ValueError("Shapes of x and y are incompatible")
    k = fixed(k)
    return made(t, nearest(t, k, x, y, w), k, True)


@stands_for(scipy.interpolate.LSQUnivariateSpline)
class LSQUnivariateSpline(UnivariateSpline):
    """The spline with these inner knots that is nearest to points."""

    def __init__(self, x: Any, y: Any, t: Any, w: Any = None, bbox: Any = (None, None), k: int = 3, ext: Any = 0) -> None:
        x, y, k = np.asarray(x) * 1.0, np.asarray(y) * 1.0, fixed(k)
        first = x[0] if bbox[0] is None else bbox[0]
        last = x[-1] if bbox[1] is None else bbox[1]
        knots = np.concatenate([first + np.zeros(k + 1), np.asarray(t) * 1.0, last + np.zeros(k + 1)])
        if np.any(np.diff(knots[k:-k]) <= 0):
            raise ValueError("Interior knots t must satisfy Schoenberg-Whitney conditions")
        self.hold(x, y, w, (knots, np.concatenate([nearest(knots, k, x, y, w), np.zeros(k + 1)]), k), ext)


def of_best_fit(x: Any, y: Any, w: Any) -> Any:
    """The coefficients that SciPy finds where it chooses how smooth the spline is. (CPython runs this.)"""
    return scipy.interpolate.make_smoothing_spline(x, y, w).c


@stands_for(scipy.interpolate.make_smoothing_spline)
def make_smoothing_spline(x: Any, y: Any, w: Any = None, lam: Any = None, *, axis: int = 0) -> Any:
    """The natural cubic spline that is near to points and smooth, by the weight `lam` of its bending."""
    if axis != 0:
        refuse("the option 'axis' of scipy.interpolate.make_smoothing_spline is not supported", "move the axis to the front")
    x, y = np.asarray(x) * 1.0, np.asarray(y) * 1.0
    if np.any(x[1:] - x[:-1] <= 0):
        raise ValueError("``x`` should be an ascending array")
    if x.ndim != 1 or x.shape[0] != y.shape[0]:
        raise ValueError("``x`` should be 1D and as long as ``y``")
    if x.shape[0] <= 4:
        raise ValueError("``x`` and ``y`` length must be at least 5")
    t = np.concatenate([x[0] + np.zeros(3), x, x[-1] + np.zeros(3)])
    if lam is None:
        reason = "the derivative of a smoothing spline that chooses how smooth it is, with respect to its points, is not known"
        return made(t, value_only(reason, "say how smooth it is: lam=…", of_best_fit, x, y, w), 3, True)
    if lam < 0.0:
        raise ValueError("Regularization parameter should be non-negative")
    weights = np.ones_like(x) if w is None else np.asarray(w) * 1.0
    if np.any(weights <= 0):
        raise ValueError("Invalid vector of weights")
    rows = y.reshape((x.size, -1))
    values, bends = natural(x, rows, weights, lam)
    return made(t, in_basis(t, x, values, bends).reshape((-1, *y.shape[1:])), 3, True)


def natural(x: Any, y: Any, w: Any, lam: Any) -> Any:
    """The values and second derivatives of the natural spline at its knots."""
    h, n = np.diff(x), x.size
    inner = n - 2
    q = np.eye(n, inner) / h[:-1] - np.eye(n, inner, k=-1) * (1.0 / h[:-1] + 1.0 / h[1:]) + np.eye(n, inner, k=-2) / h[1:]
    r = np.diag((h[:-1] + h[1:]) / 3.0) + np.diag(h[1:-1] / 6.0, 1) + np.diag(h[1:-1] / 6.0, -1)
    bends = np.linalg.solve(r + lam * (q.T / w) @ q, q.T @ y)
    ends = np.zeros((1, y.shape[1]))
    return y - lam * (q @ bends) / w[:, None], np.concatenate([ends, bends, ends])


def in_basis(t: Any, x: Any, values: Any, bends: Any) -> Any:
    """The coefficients of a cubic spline by its values and second derivatives at the knots: each is the polar form of a piece, at three
    knots in a row."""
    h = np.diff(x)[:, None]
    slopes = np.diff(values, axis=0) / h - h * (2.0 * bends[:-1] + bends[1:]) / 6.0
    third = np.diff(bends, axis=0) / (6.0 * h)
    n = x.size
    piece = np.clip(np.arange(n + 2) - 1, 0, n - 2)
    a, b, c = ((t[k : n + 2 + k] - x[piece])[:, None] for k in (1, 2, 3))
    bent = bends[piece] * (a * b + a * c + b * c) / 6.0
    return values[piece] + slopes[piece] * (a + b + c) / 3.0 + bent + third[piece] * a * b * c
