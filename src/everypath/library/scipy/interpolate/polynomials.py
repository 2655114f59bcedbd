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

    def __call__(self, x: Any) -> Any:
        yi = self.yi if np.ndim(self.yi) == 1 else self.yi[:, 0]
        return barycentric_interpolate(self.xi, yi, x)
