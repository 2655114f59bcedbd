"""Images between their elements: `map_coordinates`, `shift` and `zoom`, by the nearest element, lines, or splines.

Unser, Splines: a perfect fit for signal and image processing, IEEE Signal Processing Magazine 16 (1999).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import ndimage

from ...intrinsics import refuse
from ...numpy.axes import at
from ...registry import computed, stands_for
from .filters import delivered, given_for_each, image

MODES = ("constant", "nearest", "mirror", "reflect", "grid-mirror", "wrap")
REFLECTED = ("reflect", "grid-mirror", "nearest")
"""The modes whose splines are mirrored between the last element and one beyond; the others' in the last element."""

MARGIN = 12
"""How many elements SciPy repeats on each side for splines through what is constant beyond the ends."""


POLES = {
    2: (math.sqrt(8.0) - 3.0,),
    3: (math.sqrt(3.0) - 2.0,),
    4: (
        math.sqrt(664.0 - math.sqrt(438976.0)) + math.sqrt(304.0) - 19.0,
        math.sqrt(664.0 + math.sqrt(438976.0)) - math.sqrt(304.0) - 19.0,
    ),
    5: (
        math.sqrt(67.5 - math.sqrt(4436.25)) + math.sqrt(26.25) - 6.5,
        math.sqrt(67.5 + math.sqrt(4436.25)) - math.sqrt(26.25) - 6.5,
    ),
}
"""Of the filters that give the coefficients of splines, by order."""


@computed("the order of a spline")
def poles(order: Any) -> tuple[float, ...]:
    """The poles of one, and behind them its gain."""
    if order not in range(6):
        raise RuntimeError("spline order not supported")
    found = POLES.get(order, ())
    return *found, math.prod((1.0 - z) * (1.0 - 1.0 / z) for z in found)


def coefficients(x: Any, axis: int, mode: str = "mirror", order: int = 3) -> Any:
    """The coefficients of the spline through the elements along an axis, which go on beyond both ends as the mode says."""
    if x.shape[axis] < 2:
        return x * 1.0
    if order == 3 and mode not in REFLECTED:
        return solved(x, axis)
    *found, gain = poles(order)
    c = x * gain
    for z in found:
        recursed(c, axis, z, mode in REFLECTED)
    return c


def recursed(c: Any, axis: int, z: float, reflected: bool) -> None:
    """One pole: a recursion forwards and one back. Mirrored between elements, the last term of the sum takes the sum so far for the
    first element, as SciPy's does, where it makes a difference for a few elements; else it is mirrored in the last elements."""
    n = c.shape[axis]
    place = (slice(None),) * axis
    whole = z**n if reflected else z ** (n - 1)
    first = at(c, axis, 0) * 1.0
    total = first + whole * at(c, axis, n - 1)
    for k in range(1, n if reflected else n - 1):
        other = total if k == n - 1 else at(c, axis, n - 1 - k)
        total = total + z**k * (at(c, axis, k) + whole * other)
    c[(*place, 0)] = total * (z / (1.0 - whole * whole)) + first if reflected else total / (1.0 - whole * whole)
    for k in range(1, n):
        c[(*place, k)] = at(c, axis, k) + z * at(c, axis, k - 1)
    last = at(c, axis, n - 1)
    c[(*place, n - 1)] = last * (z / (z - 1.0)) if reflected else (z * at(c, axis, n - 2) + last) * (z / (z * z - 1.0))
    for k in range(n - 2, -1, -1):
        c[(*place, k)] = z * (at(c, axis, k + 1) - at(c, axis, k))


def solved(x: Any, axis: int) -> Any:
    """A cubic spline, mirrored in the last elements: a tridiagonal system."""
    n = x.shape[axis]
    c = x * 6.0
    upper = np.zeros(n)
    place = (slice(None),) * axis
    upper[0] = 0.5
    c[(*place, 0)] = at(c, axis, 0) / 4.0
    for k in range(1, n):
        below = 2.0 if k == n - 1 else 1.0
        pivot = 4.0 - below * upper[k - 1]
        upper[k] = 1.0 / pivot
        c[(*place, k)] = (at(c, axis, k) - below * at(c, axis, k - 1)) / pivot
    for k in range(n - 2, -1, -1):
        c[(*place, k)] = at(c, axis, k) - upper[k] * at(c, axis, k + 1)
    return c


@stands_for(ndimage.spline_filter1d)
def spline_filter1d(input: Any, order: int = 3, axis: int = -1, output: Any = np.float64, mode: str = "mirror") -> Any:
    """The coefficients of splines through the elements along one axis."""
    if mode not in MODES:
        refuse("a spline filter of this mode is not yet supported", "use mode='mirror'")
    x = image(input)
    return delivered(coefficients(x, axis % x.ndim, mode, order) if order > 1 else x, input, output)


@stands_for(ndimage.spline_filter)
def spline_filter(input: Any, order: int = 3, output: Any = np.float64, mode: str = "mirror") -> Any:
    """The coefficients of splines through the elements along all axes."""
    x = image(input)
    for k in range(x.ndim):
        x = spline_filter1d(x, order, k, np.float64, mode)
    return delivered(x, input, output)


def sampled(x: Any, places: Any, order: int, mode: str, cval: Any, prefilter: bool) -> Any:
    """The image at places, one row of them for each axis."""
    poles(order)
    if mode not in MODES:
        refuse(f"interpolation with mode={mode!r} is not yet supported by scipy.ndimage", "use mode='constant' or 'mirror'")
    if order > 1 and prefilter:
        if mode == "nearest":
            x, places = np.pad(x, MARGIN, mode="edge"), tuple([place + MARGIN for place in places])
        for k in range(x.ndim):
            x = coefficients(x, k, mode, order)
    lengths = x.shape
    outside: Any = False
    corners: Any = [((), 1.0)]
    for n, place in zip(lengths, places):
        if mode == "constant":
            outside = outside | (place < 0) | (place > n - 1)
        elif mode == "nearest":
            place = np.where(place < 0, 0.0, np.where(place > n - 1, n - 1.0, place))
        elif mode == "wrap" and n > 1:
            beyond = (place < 0) | (place > n - 1)
            place = np.where(beyond, place - (n - 1) * np.floor(place / (n - 1)), place)
        corners = [((*index, continued(k, n, mode)), weight * share) for index, weight in corners for k, share in neighbours(place, order)]
    total: Any = 0.0
    for index, weight in corners:
        total = total + x[index] * weight
    return np.where(outside, cval, total) if mode == "constant" else total


def rounded(result: Any, x: Any, output: Any) -> Any:
    """The result in the dtype of the image, or in that asked for: of integers the nearest, halves away from 0, within their range."""
    kind = np.asarray(x).dtype if output is None else output
    if not isinstance(output, np.ndarray) and np.issubdtype(kind, np.integer):
        limits = np.iinfo(kind)
        result = np.clip(np.trunc(result + np.where(result > 0, 0.5, -0.5)), limits.min, limits.max)
    return delivered(result, x, output)


def continued(k: Any, n: int, mode: str) -> Any:
    """An index inside, for one beside or beyond the ends."""
    if mode == "nearest":
        return np.clip(k, 0, n - 1)
    if mode in REFLECTED:
        k = k % (2 * n)
        return np.where(k >= n, 2 * n - 1 - k, k)
    return mirrored(k, n)


def mirrored(k: Any, n: int) -> Any:
    """An index inside, beyond the ends by a mirror in the last element."""
    period = max(2 * (n - 1), 1)
    k = np.abs(k) % period
    return np.where(k > n - 1, period - k, k) if n > 1 else k * 0


def neighbours(place: Any, order: int) -> Any:
    """The indices beside a place, and their shares."""
    if order == 0:
        return [(np.floor(place + 0.5).astype(np.int64), 1.0)]
    if order == 2 or order == 4:
        return around(place, order)
    first = np.floor(place).astype(np.int64)
    t = place - first
    if order == 5:
        return [(first + k, quintic(t - k)) for k in range(-2, 4)]
    if order == 1:
        return [(first, 1.0 - t), (first + 1, t)]
    s = 1.0 - t
    return [
        (first - 1, s**3 / 6.0),
        (first, 2.0 / 3.0 - t * t * (1.0 + s) / 2.0),
        (first + 1, 2.0 / 3.0 - s * s * (1.0 + t) / 2.0),
        (first + 2, t**3 / 6.0),
    ]


def around(place: Any, order: int) -> Any:
    """The same of the splines that have a piece around each index."""
    nearest = np.floor(place + 0.5).astype(np.int64)
    t = place - nearest
    if order == 2:
        return [(nearest - 1, 0.5 * (0.5 - t) ** 2), (nearest, 0.75 - t * t), (nearest + 1, 0.5 * (0.5 + t) ** 2)]
    return [(nearest + k, quartic(t - k, abs(k))) for k in range(-2, 3)]


def quartic(t: Any, piece: int) -> Any:
    """The B-spline of degree 4 on a piece, counted from the middle."""
    if piece == 0:
        return 115.0 / 192.0 - 0.625 * t**2 + 0.25 * t**4
    far = np.abs(t)
    if piece == 1:
        return (55.0 + 20.0 * far - 120.0 * t**2 + 80.0 * far**3 - 16.0 * t**4) / 96.0
    return (5.0 - 2.0 * far) ** 4 / 384.0


def quintic(t: Any) -> Any:
    """The B-spline of degree 5."""
    far = np.abs(t)
    inner = 0.55 - 0.5 * t**2 + 0.25 * t**4 - far**5 / 12.0
    middle = 0.425 + 0.625 * far - 1.75 * t**2 + 1.25 * far**3 - 0.375 * t**4 + far**5 / 24.0
    return np.where(far <= 1, inner, np.where(far <= 2, middle, (3.0 - far) ** 5 / 120.0))


@stands_for(ndimage.map_coordinates)
def map_coordinates(
    input: Any, coordinates: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0, prefilter: bool = True
) -> Any:
    """The image at these coordinates, a row of them for each axis."""
    x, places = image(input), np.asarray(coordinates) * 1.0
    if places.shape[0] != x.ndim:
        raise RuntimeError("invalid shape for coordinate array")
    rows = tuple([places[k] for k in range(x.ndim)])
    return rounded(sampled(x, rows, order, mode, cval, prefilter), input, output)


@stands_for(ndimage.shift)
def shift(
    input: Any, shift: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0, prefilter: bool = True
) -> Any:
    """The image, moved along its axes."""
    x = image(input)
    places = on_grid(tuple([np.arange(n) - s for n, s in zip(x.shape, given_for_each(shift, x.ndim))]))
    return rounded(sampled(x, places, order, mode, cval, prefilter), input, output)


@stands_for(ndimage.zoom)
def zoom(
    input: Any, zoom: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0, prefilter: bool = True,
    *, grid_mode: bool = False,
) -> Any:  # fmt: skip
    """The image with more or fewer elements from its first to its last."""
    if grid_mode:
        refuse("the option 'grid_mode' of scipy.ndimage.zoom is not yet supported", "use map_coordinates")
    x = image(input)
    lines = []
    for n, factor in zip(x.shape, given_for_each(zoom, x.ndim)):
        m = round(n * float(factor))
        lines.append(np.arange(m) * ((n - 1) / max(m - 1, 1)))
    return rounded(sampled(x, on_grid(tuple(lines)), order, mode, cval, prefilter), input, output)


def on_grid(lines: Any) -> Any:
    """The coordinates of a grid, each along its own axis."""
    n = len(lines)
    return tuple([np.expand_dims(line, tuple([j for j in range(n) if j != k])) if n > 1 else line for k, line in enumerate(lines)])
