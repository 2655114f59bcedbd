"""Smoothing curves through points of several coordinates."""

from __future__ import annotations

from typing import Any

import scipy.interpolate

from ...intrinsics import fixed, refuse, value_only
from ...registry import stands_for


def curve(x: Any, w: Any, u: Any, ub: Any, ue: Any, k: int, task: int, s: Any, t: Any, per: Any) -> Any:
    """What `splprep` finds. (CPython runs this.)"""
    (knots, coefficients, _), places = scipy.interpolate.splprep(x, w, u, ub, ue, k, task, s, t, False, None, per, quiet=True)
    return knots, list(coefficients), places


@stands_for(scipy.interpolate.splprep)
def splprep(
    x: Any, w: Any = None, u: Any = None, ub: Any = None, ue: Any = None, k: int = 3, task: int = 0, s: Any = None, t: Any = None,
    full_output: int = 0, nest: Any = None, per: int = 0, quiet: int = 1,
) -> Any:  # fmt: skip
    """A smoothing curve through points, and where on it they are."""
    if full_output:
        refuse("the option 'full_output' of scipy.interpolate.splprep is not supported", "leave it out")
    reason = "the derivative of a smoothing curve with respect to its points is not known"
    way_out = "go through the points: scipy.interpolate.make_interp_spline(u, points)"
    knots, coefficients, places = value_only(reason, way_out, curve, x, w, u, ub, ue, fixed(k), task, s, t, per)
    return [knots, coefficients, fixed(k)], places
