"""FITPACK's splines of one variable as objects."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import fixed
from ...registry import stands_for
from .splines import by_fitpack, fitted, smoothed_by_class, spalde, splantider, splder, within


@stands_for(scipy.interpolate.UnivariateSpline)
class UnivariateSpline:
    """A spline of FITPACK's."""

    fixed = ("ext",)
    smooth: Any = None

    def __init__(self, x: Any, y: Any, w: Any = None, bbox: Any = (None, None), k: int = 3, s: Any = None, ext: Any = 0) -> None:
        x, (xb, xe) = np.asarray(x) * 1.0, bbox
        self.smooth = x.size if s is None else s
        self.hold(x, y, w, fitted(smoothed_by_class, x, y, w, xb, xe, k, self.smooth), ext)

    def hold(self, x: Any, y: Any, w: Any, tck: Any, ext: Any) -> None:
        """Keep the spline, and how far from it the points are."""
        apart = (np.asarray(y) - by_fitpack(tck, x, 0, 0)) * (1.0 if w is None else np.asarray(w))
        self._eval_args, self.ext = tck, ext
        self.apart = 0.0 if isinstance(self.smooth, int) and self.smooth == 0 else np.sum(apart * apart)

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        t, _, k = held["_eval_args"]
        new = kind._from_tck(held["_eval_args"], held["ext"])
        new._data = (*new._data[:10], float(held.get("apart", np.nan)), *new._data[11:])
        if kind is scipy.interpolate.UnivariateSpline and held.get("smooth") is not None:
            interpolated, least = scipy.interpolate.InterpolatedUnivariateSpline, scipy.interpolate.LSQUnivariateSpline
            new.__class__ = interpolated if held["smooth"] == 0 else least if len(t) == 2 * (k + 1) else kind
        return new

    def __call__(self, x: Any, nu: int = 0, ext: Any = None) -> Any:
        return by_fitpack(self._eval_args, x, nu, self.ext if ext is None else ext)

    def derivative(self, n: int = 1) -> Any:
        """The spline that is the derivative."""
        return of_tck(splder(self._eval_args, n), self.ext)

    def antiderivative(self, n: int = 1) -> Any:
        """The spline that is the integral from the first knot."""
        return of_tck(splantider(self._eval_args, n), self.ext)

    def integral(self, a: Any, b: Any) -> Any:
        """The integral from a to b."""
        return float(within(self._eval_args, a, b))

    def derivatives(self, x: Any) -> Any:
        """The value and all derivatives at a point."""
        return spalde(x, self._eval_args)

    def get_knots(self) -> Any:
        """The knots, each end once."""
        t, _, k = self._eval_args
        return t[fixed(k) : t.size - fixed(k)]

    def get_coeffs(self) -> Any:
        """The coefficients."""
        t, c, k = self._eval_args
        return c[: t.size - fixed(k) - 1]

    def get_residual(self) -> Any:
        """The sum of the squares of how far from the spline the points are, by their weights."""
        return float(self.apart)


def of_tck(tck: Any, ext: Any) -> Any:
    """A spline of FITPACK's with these knots and coefficients."""
    new = object.__new__(UnivariateSpline)
    new._eval_args, new.ext = tck, ext
    return new


@stands_for(scipy.interpolate.InterpolatedUnivariateSpline)
class InterpolatedUnivariateSpline(UnivariateSpline):
    """A spline through points."""

    smooth = 0

    def __init__(self, x: Any, y: Any, w: Any = None, bbox: Any = (None, None), k: int = 3, ext: Any = 0) -> None:
        self.hold(np.asarray(x) * 1.0, y, w, fitted(smoothed_by_class, x, y, w, bbox[0], bbox[1], k, 0), ext)
