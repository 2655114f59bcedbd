"""Splines through samples of one distance, by a filter forward and back. (M. Unser, A. Aldroubi and M. Eden, B-spline signal processing,
1993.)"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, signal

from ...intrinsics import refuse
from ...registry import stands_for


def coefficients(samples: Any, pole: float, scale: float) -> Any:
    """Those of the spline, beyond whose ends the samples are mirrored."""
    x = np.asarray(samples) * 1.0
    n = len(x)
    if n == 1:
        refuse("a spline through one sample is not supported", "use the sample")
    forward, back = np.zeros(n), np.zeros(n)
    forward[0] = x[0] + pole * np.sum(pole ** np.arange(n) * x)
    for k in range(1, n):
        forward[k] = x[k] + pole * forward[k - 1]
    back[n - 1] = pole / (pole - 1.0) * forward[n - 1]
    for k in range(n - 2, -1, -1):
        back[k] = pole * (back[k + 1] - forward[k])
    return back * scale


@stands_for(signal.cspline1d)
def cspline1d(signal: Any, lamb: Any = 0.0) -> Any:
    """The coefficients of a cubic spline."""
    if lamb != 0.0:
        refuse("cspline1d that smooths is not supported", "use scipy.interpolate.make_smoothing_spline, or leave lamb out")
    return coefficients(signal, -2.0 + np.sqrt(3.0), 6.0)


@stands_for(signal.qspline1d)
def qspline1d(signal: Any, lamb: Any = 0.0) -> Any:
    """The coefficients of a quadratic spline."""
    if lamb != 0.0:
        raise ValueError("Smoothing quadratic splines not supported yet.")
    return coefficients(signal, -3.0 + 2.0 * np.sqrt(2.0), 8.0)


def cubic(x: Any) -> Any:
    """The cubic spline whose only coefficient is 1."""
    far = np.abs(x)
    return np.where(far < 1.0, 2.0 / 3 - 0.5 * far**2 * (2.0 - far), np.where(far < 2.0, (2.0 - far) ** 3 / 6.0, 0.0))


def quadratic(x: Any) -> Any:
    """The quadratic one."""
    far = np.abs(x)
    return np.where(far < 0.5, 0.75 - far**2, np.where(far < 1.5, (far - 1.5) ** 2 / 2.0, 0.0))


def mirrored(x: Any, last: int) -> Any:
    """The places between 0 and the last that these are mirror images of."""
    folded = np.mod(x, 2.0 * last)
    return np.where((x >= 0.0) & (x <= last), x, np.where(folded > last, 2.0 * last - folded, folded))


def evaluated(c: Any, x: Any, piece: Any, width: int) -> Any:
    """The spline at these places, where so many pieces overlap."""
    c, last = np.asarray(c), len(c) - 1
    x = mirrored(x, last)
    first = np.floor(x - width / 2.0).astype(int) + 1
    total = np.zeros(x.shape)
    for i in range(width):
        total = total + c[np.clip(first + i, 0, last)] * piece(x - (first + i))
    return np.asarray(total)


@stands_for(signal.cspline1d_eval)
def cspline1d_eval(cj: Any, newx: Any, dx: Any = 1.0, x0: Any = 0) -> Any:
    """The cubic spline at other places."""
    return evaluated(cj, (np.asarray(newx) - x0) / dx, cubic, 4)


@stands_for(signal.qspline1d_eval)
def qspline1d_eval(cj: Any, newx: Any, dx: Any = 1.0, x0: Any = 0) -> Any:
    """The quadratic spline at other places."""
    return evaluated(cj, (np.asarray(newx) - x0) / dx, quadratic, 3)


@stands_for(signal.gauss_spline)
def gauss_spline(x: Any, n: Any) -> Any:
    """The bell that a spline of this order comes near to."""
    variance = (n + 1) / 12.0
    return 1 / np.sqrt(2 * np.pi * variance) * np.exp(-(np.asarray(x) ** 2) / 2 / variance)


@stands_for(signal.order_filter)
def order_filter(a: Any, domain: Any, rank: int) -> Any:
    """Of the numbers around each place, that of this place in order."""
    around = np.asarray(domain)
    if any([n % 2 != 1 for n in around.shape]):
        raise ValueError("Each dimension of domain argument should have an odd number of elements.")
    return ndimage.rank_filter(a, rank, footprint=around, mode="constant")
