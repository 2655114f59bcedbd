"""Tables: values between the points of a line or a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import refuse
from ...registry import stands_for
from .splines import made, through


@stands_for(scipy.interpolate.interp1d)
class interp1d:
    """Values between points in a row."""

    fixed = ("_kind", "axis", "bounds_error", "_extrapolate")

    def __init__(
        self,
        x: Any,
        y: Any,
        kind: Any = "linear",
        axis: int = -1,
        copy: bool = True,
        bounds_error: Any = None,
        fill_value: Any = np.nan,
        assume_sorted: bool = False,
    ) -> None:
        x, y = np.asarray(x) * 1.0, np.asarray(y) * 1.0
        if not assume_sorted:
            order = np.argsort(x, kind="mergesort")
            x, y = x[order], np.take(y, order, axis=axis)
        self.axis = axis if axis >= 0 else axis + y.ndim
        self.x, self.y = x, y
        self._extrapolate = isinstance(fill_value, str) and fill_value == "extrapolate"
        self.bounds_error = not self._extrapolate if bounds_error is None else bounds_error
        below, above = fill_value if isinstance(fill_value, tuple) else (fill_value, fill_value)
        if not self._extrapolate:
            self._fill_value_below, self._fill_value_above = np.asarray(below) * 1.0, np.asarray(above) * 1.0
        self._kind = self.wanted = kind
        if isinstance(kind, int) or kind in ("zero", "slinear", "quadratic", "cubic"):
            self._kind = "spline"
            degree = kind if isinstance(kind, int) else {"zero": 0, "slinear": 1, "quadratic": 2, "cubic": 3}[kind]
            if degree == 0:
                refuse("interp1d of kind 'zero' made inside the function is not supported", "use kind='previous'")
            t, c = through(x, np.moveaxis(y, axis, 0), degree)
            if x.size <= degree:
                raise ValueError(f"x and y arrays must have at least {degree + 1} entries")
            self._spline = made(t, c, degree, True)

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        beyond = "extrapolate" if held["_extrapolate"] else (held["_fill_value_below"], held["_fill_value_above"])
        given = (held["x"], held["y"], held["wanted"], held["axis"])
        return kind(*given, bounds_error=held["bounds_error"], fill_value=beyond, assume_sorted=True)

    def __call__(self, x: Any) -> Any:
        points = np.asarray(x) * 1.0
        at = np.ravel(points)
        table = np.moveaxis(self.y, self.axis, 0)
        value = self._spline(at) if self._kind == "spline" else between(self._kind, self.x, table, at)
        value = np.reshape(value, (at.size, *table.shape[1:]))
        if not self._extrapolate:
            below, above = at < self.x[0], at > self.x[-1]
            if self.bounds_error:
                if np.any(below):
                    raise ValueError("A value in x_new is below the interpolation range's minimum value.")
                if np.any(above):
                    raise ValueError("A value in x_new is above the interpolation range's maximum value.")
            column = (-1,) + (1,) * (table.ndim - 1)
            rest = table.shape[1:]
            value = np.where(below.reshape(column), np.broadcast_to(np.reshape(self._fill_value_below, beside(rest)), rest), value)
            value = np.where(above.reshape(column), np.broadcast_to(np.reshape(self._fill_value_above, beside(rest)), rest), value)
        value = value.reshape(points.shape + table.shape[1:])
        if self.axis != 0:
            order, n, axis = list(range(value.ndim)), points.ndim, self.axis
            value = value.transpose(order[n : n + axis] + order[:n] + order[n + axis :])
        return value


def beside(rest: Any) -> Any:
    """The shape of a value to be filled in."""
    return (1,) * len(rest) if len(rest) > 0 else ()


def between(kind: str, x: Any, table: Any, at: Any) -> Any:
    """The values of a table at points in a row."""
    if kind == "linear":
        high = np.clip(np.searchsorted(x, at), 1, x.size - 1)
        low = high - 1
        column = (-1,) + (1,) * (table.ndim - 1)
        slope = (table[high] - table[low]) / (x[high] - x[low]).reshape(column)
        return slope * (at - x[low]).reshape(column) + table[low]
    if kind == "nearest":
        return table[np.clip(np.searchsorted((x[1:] + x[:-1]) / 2, at, side="left"), 0, x.size - 1)]
    if kind == "previous":
        return table[np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 1)]
    if kind == "next":
        return table[np.clip(np.searchsorted(x, at, side="left"), 0, x.size - 1)]
    refuse(f"interp1d of kind '{kind}' is not supported", "use 'linear', 'cubic', 'nearest', 'previous' or 'next'")
    return at
