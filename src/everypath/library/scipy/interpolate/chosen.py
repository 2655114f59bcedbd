"""Splines whose knots are chosen by the points: how they move with these is not known."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....rules import rule
from ...intrinsics import refuse


@rule
def without_slope(c: Any, x: Any, y: Any) -> Any:
    """Coefficients of which it is not known how they move with the points: a derivative is refused when a run comes here."""
    return c.copy()


@without_slope.tangent
def _(out: Any, c: Any, x: Any, y: Any, c_dot: Any, x_dot: Any, y_dot: Any) -> Any:
    refuse_slope(out.size > 0)
    return np.zeros_like(out)


@without_slope.adjoint
def _(out: Any, c: Any, x: Any, y: Any, out_bar: Any) -> Any:
    refuse_slope(out.size > 0)
    return np.zeros_like(c), np.zeros_like(x), np.zeros_like(y)


def refuse_slope(asked: bool) -> None:
    """Refuse it."""
    if asked:
        reason = "a derivative passes through the points of a smoothing spline whose knots are chosen by them, which is not supported"
        way_out = "make an interpolating one (s=0), one of given knots (make_lsq_spline), or say how smooth it is (make_smoothing_spline)"
        refuse(reason, way_out)
