"""Splines of two variables on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import fixed, refuse
from ...registry import stands_for
from ..outcomes import with_attributes
from .splines import differentiated, of_basis, through


@stands_for(scipy.interpolate.RectBivariateSpline)
class RectBivariateSpline:
    """A spline in one direction, whose coefficients are splines in the other."""

    fixed = ("degrees",)

    def __init__(self, x: Any, y: Any, z: Any, bbox: Any = (None, None, None, None), kx: int = 3, ky: int = 3, s: float = 0) -> None:
        if s != 0 or kx % 2 == 0 or ky % 2 == 0 or any([end is not None for end in bbox]):
            refuse(
                "the options 's', 'bbox' and even degrees of RectBivariateSpline are not supported", "make it outside, or leave them out"
            )
        across, rows = through(np.asarray(x) * 1.0, np.asarray(z) * 1.0, kx)
        along, columns = through(np.asarray(y) * 1.0, rows.T, ky)
        self.tck, self.degrees = (across, along, np.ravel(columns.T)), (kx, ky)

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return with_attributes(kind, {"fp": 0.0, **held})

    def __call__(self, x: Any, y: Any, dx: int = 0, dy: int = 0, grid: bool = True) -> Any:
        if not grid:
            return self.ev(x, y, dx, dy)
        return self.on_grid(np.atleast_1d(x) * 1.0, np.atleast_1d(y) * 1.0, dx, dy)

    def ev(self, xi: Any, yi: Any, dx: int = 0, dy: int = 0) -> Any:
        """The values at points, one by one."""
        x, y = np.broadcast_arrays(np.asarray(xi) * 1.0, np.asarray(yi) * 1.0)
        each = np.arange(x.size)
        values = self.on_grid(np.ravel(x), np.ravel(y), dx, dy)
        return values[each, each].reshape(x.shape)

    def on_grid(self, x: Any, y: Any, dx: int, dy: int) -> Any:
        """The values at the points of a grid."""
        kx, ky = fixed(self.degrees[0]), fixed(self.degrees[1])
        tx, ty, c = self.tck
        x, y = np.clip(x, tx[kx], tx[-kx - 1]), np.clip(y, ty[ky], ty[-ky - 1])
        knots, rows, k = differentiated(tx, np.reshape(c, (tx.size - kx - 1, ty.size - ky - 1)), kx, fixed(dx))
        across = of_basis(knots, rows, k, x)
        knots, columns, k = differentiated(ty, across.T, ky, fixed(dy))
        return of_basis(knots, columns, k, y).T
