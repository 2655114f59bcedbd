"""Polynomials through points."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(scipy.interpolate.barycentric_interpolate)
def barycentric_interpolate(xi: Any, yi: Any, x: Any, axis: int = 0) -> Any:
    if axis != 0:
        refuse("the option 'axis' of scipy.interpolate.barycentric_interpolate is not supported", "move the axis to the front")
    xi, yi, points = np.asarray(xi) * 1.0, np.asarray(yi) * 1.0, np.asarray(x) * 1.0
    at = np.ravel(points)
    value = np.zeros((at.size, *yi.shape[1:]))
    for k in range(xi.size):  # Lagrange's form, which is smooth at the points too
        basis = np.ones(at.size)
        for j in range(xi.size):
            if j != k:
                basis = basis * (at - xi[j]) / (xi[k] - xi[j])
        value = value + basis.reshape((-1,) + (1,) * (yi.ndim - 1)) * yi[k]
    return value.reshape(points.shape + yi.shape[1:])


@stands_for(scipy.interpolate.BarycentricInterpolator)
class BarycentricInterpolator:
    """The polynomial through points."""

    def __init__(self, xi: Any, yi: Any) -> None:
        self.xi, self.yi = np.asarray(xi) * 1.0, np.asarray(yi) * 1.0

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["xi"], held["yi"])

    def __call__(self, x: Any) -> Any:
        yi = self.yi if np.ndim(self.yi) == 1 else self.yi[:, 0]
        return barycentric_interpolate(self.xi, yi, x)


@stands_for(scipy.interpolate.krogh_interpolate)
def krogh_interpolate(xi: Any, yi: Any, x: Any, der: Any = 0, axis: int = 0) -> Any:
    """The polynomial through points, at x."""
    if not isinstance(der, int) or der != 0:
        refuse("derivatives by krogh_interpolate are not supported", "leave 'der' out, and use everypath.grad")
    if axis != 0:
        refuse("the option 'axis' of scipy.interpolate.krogh_interpolate is not supported", "move the axis to the front")
    return KroghInterpolator(xi, yi)(x)


@stands_for(scipy.interpolate.KroghInterpolator)
class KroghInterpolator:
    """The polynomial through points, by Newton's divided differences; a place that is given twice would say a slope."""

    def __init__(self, xi: Any, yi: Any, axis: int = 0) -> None:
        if axis != 0:
            refuse("the option 'axis' of scipy.interpolate.KroghInterpolator is not supported", "move the axis to the front")
        self.xi, differences = np.asarray(xi) * 1.0, np.array(yi) * 1.0
        n = self.xi.shape[0]
        for k in range(1, n):
            if np.any(self.xi[k] == self.xi[:k]):
                refuse("slopes given to KroghInterpolator are not supported", "give each place once")
            across = self.xi[k:] - self.xi[: n - k]
            slopes = (differences[k:] - differences[k - 1 : -1]) / across.reshape((-1,) + (1,) * (differences.ndim - 1))
            differences = np.concatenate((differences[:k], slopes))
        self.yi, self.c = np.asarray(yi), differences

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["xi"], held["yi"])

    def __call__(self, x: Any) -> Any:
        points = np.asarray(x) * 1.0
        at = np.ravel(points)
        value = np.zeros((at.size, *self.c.shape[1:])) + self.c[-1]
        for k in range(self.xi.shape[0] - 2, -1, -1):
            value = value * (at - self.xi[k]).reshape((-1,) + (1,) * (self.c.ndim - 1)) + self.c[k]
        return value.reshape(points.shape + self.c.shape[1:])


@stands_for(scipy.interpolate.lagrange)
def lagrange(x: Any, w: Any) -> Any:
    """The polynomial through points: of each the product of the lines that are 0 at the others."""
    x, w = np.asarray(x) * 1.0, np.asarray(w) * 1.0
    total = np.zeros(x.size)
    for j in range(x.size):
        term = np.ones(1) * w[j]
        for k in range(x.size):
            if k != j:
                term = np.convolve(term, np.array([1.0, -x[k]]) / (x[j] - x[k]))
        total = total + term
    return np.poly1d(total)
