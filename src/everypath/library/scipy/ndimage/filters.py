"""Filters: sums over the neighbours of each element, with weights, and their median or extremes.

Each makes the image larger at its borders and adds up shifted copies of it, one for each weight.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...intrinsics import refuse
from ...numpy.axes import axes_of, axis_of, piece
from ...registry import computed, stands_for

PADDING = {
    "reflect": "symmetric",
    "grid-mirror": "symmetric",
    "constant": "constant",
    "grid-constant": "constant",
    "nearest": "edge",
    "mirror": "reflect",
    "wrap": "wrap",
    "grid-wrap": "wrap",
}
"""What NumPy calls what is beyond the border."""


@computed("the mode of a filter")
def padding(mode: Any) -> Any:
    if mode not in PADDING:
        raise RuntimeError("boundary mode not supported")
    return PADDING[mode]


@computed("the options of a filter")
def each(option: Any, count: int) -> tuple[Any, ...]:
    """An option for each axis."""
    given = tuple(option) if isinstance(option, (list, tuple)) else (option,) * count
    if len(given) != count:
        raise RuntimeError("sequence argument must have length equal to input rank")
    return given


def given_for_each(option: Any, count: int) -> Any:
    """Numbers for each axis, which may be computed by the function."""
    if np.ndim(option) == 0:
        return (option,) * count
    if len(option) != count:
        raise RuntimeError("sequence argument must have length equal to input rank")
    return option


def image(x: Any) -> Any:
    """The image, in double precision."""
    return np.asarray(x).astype(np.float64)


def between(x: Any, input: Any, output: Any) -> Any:
    """What goes from one axis on to the next, as it is kept: in the dtype of the result, which cuts integers off."""
    return image(delivered(x, input, output))


def delivered(result: Any, x: Any, output: Any) -> Any:
    """The result in the dtype of the image, or in that asked for."""
    if output is None:
        return result.astype(np.asarray(x).dtype)
    if isinstance(output, np.ndarray):
        refuse("an array for the option 'output' of a filter is not yet supported", "assign what it returns: output[...] = …")
    return result.astype(output)


def bordered(x: Any, axis: int, before: Any, after: Any, mode: Any, cval: Any) -> Any:
    """`x` with more before and behind, along one axis."""
    kind = padding(mode)
    width = ((0, 0),) * axis + ((before, after),) + ((0, 0),) * (x.ndim - axis - 1)
    if kind == "constant":
        return np.pad(x, width, mode=kind, constant_values=cval)
    return np.pad(x, width, mode=kind)


def along(x: Any, weights: Any, axis: int, mode: Any, cval: Any, origin: Any, parity: int = 0) -> Any:
    """out[i] = Σ weights[k] · x[i + k - len(weights) // 2 - origin]; in pairs where weights are known to be even (1) or odd (-1)."""
    size = len(weights)
    if size // 2 + origin < 0 or size // 2 + origin >= size:
        raise ValueError("Invalid origin; origin must satisfy -(len(weights) // 2) <= origin <= (len(weights)-1) // 2")
    n = x.shape[axis]
    wide = bordered(x, axis, size // 2 + origin, size - size // 2 - 1 - origin, mode, cval)
    if parity != 0:
        out = piece(wide, axis, size // 2, size // 2 + n) * weights[size // 2]
        for k in range(size // 2):
            out += (piece(wide, axis, k, k + n) + parity * piece(wide, axis, size - 1 - k, size - 1 - k + n)) * weights[k]
        return out
    out = np.zeros_like(x)
    for k in range(size):
        out += weights[k] * piece(wide, axis, k, k + n)
    return out


@stands_for(ndimage.correlate1d)
def correlate1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """A correlation along one axis."""
    x, w = image(input), np.asarray(weights) * 1.0
    if w.ndim != 1 or len(w) < 1:
        raise RuntimeError("no filter weights given")
    return delivered(along(x, w, axis_of(axis, x.ndim), mode, cval, origin), input, output)


@stands_for(ndimage.convolve1d)
def convolve1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """A convolution along one axis."""
    w = np.asarray(weights)
    return correlate1d(input, w[::-1], axis, output, mode, cval, -origin - (1 - len(w) % 2))


def everywhere(x: Any, shape: Any, mode: Any, cval: Any, origins: Any) -> Any:
    """`x` with borders, so that a filter of this shape can be laid on each element."""
    for k in range(x.ndim):
        size, origin = shape[k], origins[k]
        if size // 2 + origin < 0 or size // 2 + origin >= size:
            raise ValueError("invalid origin")
    for k, origin, kind in zip(tuple(range(x.ndim)), origins, each(mode, x.ndim)):
        x = bordered(x, k, shape[k] // 2 + origin, shape[k] - shape[k] // 2 - 1 - origin, kind, cval)
    return x


def shifted(wide: Any, place: Any, shape: Any) -> Any:
    """The part of a bordered image that begins at `place`."""
    return wide[tuple([slice(i, i + n) for i, n in zip(place, shape)])]


def correlated(x: Any, w: Any, mode: Any, cval: Any, origins: Any) -> Any:
    if w.ndim != x.ndim:
        raise RuntimeError("filter weights array has incorrect shape.")
    wide = everywhere(x, w.shape, mode, cval, origins)
    out = np.zeros_like(x)
    for place in np.ndindex(*w.shape):
        out += w[place] * shifted(wide, place, x.shape)
    return out


@stands_for(ndimage.correlate)
def correlate(
    input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *, axes: Any = None
) -> Any:
    """A correlation."""
    all_axes(axes)
    x = image(input)
    return delivered(correlated(x, np.asarray(weights) * 1.0, mode, cval, each(origin, x.ndim)), input, output)


@stands_for(ndimage.convolve)
def convolve(
    input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *, axes: Any = None
) -> Any:
    """A convolution."""
    all_axes(axes)
    x, w = image(input), np.flip(np.asarray(weights) * 1.0)
    origins = tuple([-o - (1 - n % 2) for o, n in zip(each(origin, x.ndim), w.shape)])
    return delivered(correlated(x, w, mode, cval, origins), input, output)


def all_axes(axes: Any) -> None:
    if axes is not None:
        refuse("the option 'axes' of a filter is not yet supported", "leave it out, or filter one axis after another")


# Of known weights -----------------------------------------------------------------------------------------------------


def bell(sigma: Any, order: int, radius: Any) -> Any:
    """The weights of a normal distribution or of its derivative."""
    x = np.arange(-radius, radius + 1) * 1.0
    weights = np.exp(-0.5 / (sigma * sigma) * x**2)
    weights = weights / np.sum(weights)
    if order == 0:
        return weights
    slope = x / (sigma * sigma)
    if order == 1:
        return -slope * weights
    if order == 2:
        return (slope**2 - 1.0 / (sigma * sigma)) * weights
    if order != 3:
        refuse("a Gaussian filter of an order above 3 is not yet supported", "filter twice, with lower orders")
    return (3.0 * slope / (sigma * sigma) - slope**3) * weights


@stands_for(ndimage.gaussian_filter1d)
def gaussian_filter1d(
    input: Any, sigma: Any, axis: int = -1, order: int = 0, output: Any = None, mode: str = "reflect", cval: Any = 0.0,
    truncate: float = 4.0, *, radius: Any = None,
) -> Any:  # fmt: skip
    """A mean with the weights of a normal distribution."""
    if order < 0:
        raise ValueError("order must be non-negative")
    width = int(truncate * float(sigma) + 0.5) if radius is None else radius
    x, weights = image(input), bell(sigma, order, width)[::-1]
    return delivered(along(x, weights, axis_of(axis, x.ndim), mode, cval, 0, 1 - 2 * (order % 2)), input, output)


@stands_for(ndimage.gaussian_filter)
def gaussian_filter(
    input: Any, sigma: Any, order: Any = 0, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, truncate: float = 4.0,
    *, radius: Any = None, axes: Any = None,
) -> Any:  # fmt: skip
    """Means with the weights of normal distributions, along one axis after another."""
    x = image(input)
    over = axes_of(axes, x.ndim)
    n = len(over)
    for k, s, o, m, r in zip(over, given_for_each(sigma, n), each(order, n), each(mode, n), each(radius, n)):
        if float(s) > 1e-15:
            x = between(gaussian_filter1d(x, s, k, o, None, m, cval, truncate, radius=r), input, output)
    return delivered(x, input, output)


@stands_for(ndimage.uniform_filter1d)
def uniform_filter1d(
    input: Any, size: int, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """The mean of `size` neighbours along one axis."""
    if size < 1:
        raise RuntimeError("incorrect filter size")
    x = image(input)
    return delivered(along(x, np.ones(size), axis_of(axis, x.ndim), mode, cval, origin) / size, input, output)


@stands_for(ndimage.uniform_filter)
def uniform_filter(
    input: Any, size: Any = 3, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *, axes: Any = None
) -> Any:
    """The mean of the neighbours, along one axis after another."""
    x = image(input)
    over = axes_of(axes, x.ndim)
    n = len(over)
    for k, s, m, o in zip(over, given_for_each(size, n), each(mode, n), each(origin, n)):
        x = between(uniform_filter1d(x, s, k, None, m, cval, o), input, output) if s > 1 else x
    return delivered(x, input, output)


def crossed(input: Any, weights: Any, across: Any, axis: int, output: Any, mode: Any, cval: Any) -> Any:
    """A filter along one axis, and another along all the others."""
    x = image(input)
    modes, first = each(mode, x.ndim), axis_of(axis, x.ndim)
    out = between(along(x, weights, first, modes[first], cval, 0), input, output)
    for k, m in zip(tuple(range(x.ndim)), modes):
        if k != first:
            out = between(along(out, across, k, m, cval, 0), input, output)
    return delivered(out, input, output)


@stands_for(ndimage.sobel)
def sobel(input: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    """The slope along one axis, smoothed across."""
    return crossed(input, np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 1.0]), axis, output, mode, cval)


@stands_for(ndimage.prewitt)
def prewitt(input: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    """The slope along one axis, summed across."""
    return crossed(input, np.array([-1.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0]), axis, output, mode, cval)


@stands_for(ndimage.laplace)
def laplace(input: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None) -> Any:
    """The sum of the second differences along all axes."""
    x = image(input)
    over = axes_of(axes, x.ndim)
    out = np.zeros_like(x)
    for k, m in zip(over, each(mode, len(over))):
        out = out + along(x, np.array([1.0, -2.0, 1.0]), k, m, cval, 0)
    return delivered(out, input, output)


def gaussian_slopes(x: Any, sigma: Any, order: int, output: Any, mode: Any, cval: Any, axes: Any, options: Any) -> Any:
    """The image after Gaussian filters that take the derivative of this order along one axis, for each axis."""
    over = axes_of(axes, np.ndim(x))
    return [
        gaussian_filter(x, sigma, tuple([order if j == k else 0 for j in over]), output, mode, cval, axes=axes, **options) for k in over
    ]


@stands_for(ndimage.gaussian_laplace)
def gaussian_laplace(
    input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None, **kwargs: Any
) -> Any:
    """The sum of second derivatives by Gaussian filters."""
    parts = gaussian_slopes(input, sigma, 2, output, mode, cval, axes, kwargs)
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@stands_for(ndimage.gaussian_gradient_magnitude)
def gaussian_gradient_magnitude(
    input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None, **kwargs: Any
) -> Any:
    """The length of the gradient by Gaussian filters."""
    parts = np.stack(gaussian_slopes(input, sigma, 1, output, mode, cval, axes, kwargs))
    if np.issubdtype(parts.dtype, np.integer):
        return np.sqrt(np.sum(parts * parts, axis=0, dtype=parts.dtype)).astype(parts.dtype)
    return np.linalg.norm(parts, axis=0)


# Of order -------------------------------------------------------------------------------------------------------------


def neighbours(x: Any, size: Any, footprint: Any, mode: Any, cval: Any, origin: Any) -> Any:
    """The neighbours of each element, one behind the other along the first axis."""
    if size is None and footprint is None:
        raise RuntimeError("no footprint or filter size provided")
    shape = given_for_each(size, x.ndim) if footprint is None else np.asarray(footprint).shape
    origins = each(origin, x.ndim)
    wide = everywhere(x, shape, mode, cval, origins)
    count = 0
    for place in np.ndindex(*shape):
        if footprint is None or np.asarray(footprint)[place]:
            count += 1
    found = np.empty((count, *x.shape))
    count = 0
    for place in np.ndindex(*shape):
        if footprint is None or np.asarray(footprint)[place]:
            found[count] = shifted(wide, place, x.shape)
            count += 1
    return found


@stands_for(ndimage.median_filter)
def median_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
    *, axes: Any = None,
) -> Any:  # fmt: skip
    """The middle one of the neighbours."""
    all_axes(axes)
    found = np.sort(neighbours(image(input), size, footprint, mode, cval, origin), axis=0)
    return delivered(found[found.shape[0] // 2], input, output)


@stands_for(ndimage.maximum_filter)
def maximum_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
    *, axes: Any = None,
) -> Any:  # fmt: skip
    """The largest of the neighbours."""
    all_axes(axes)
    return delivered(np.max(neighbours(image(input), size, footprint, mode, cval, origin), axis=0), input, output)


@stands_for(ndimage.minimum_filter)
def minimum_filter(
    input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
    *, axes: Any = None,
) -> Any:  # fmt: skip
    """The smallest of the neighbours."""
    all_axes(axes)
    return delivered(np.min(neighbours(image(input), size, footprint, mode, cval, origin), axis=0), input, output)


@stands_for(ndimage.percentile_filter)
def percentile_filter(
    input: Any, percentile: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    """The neighbour that so many of a hundred are not above."""
    all_axes(axes)
    found = np.sort(neighbours(image(input), size, footprint, mode, cval, origin), axis=0)
    share = percentile + 100.0 if percentile < 0.0 else percentile
    if share < 0 or share > 100:
        raise RuntimeError("invalid percentile")
    n = found.shape[0]
    return delivered(found[n - 1 if share == 100.0 else int(float(n) * share / 100.0)], input, output)


@stands_for(ndimage.rank_filter)
def rank_filter(
    input: Any, rank: int, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
    origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    """The neighbour of this rank."""
    all_axes(axes)
    found = np.sort(neighbours(image(input), size, footprint, mode, cval, origin), axis=0)
    n = found.shape[0]
    place = rank + n if rank < 0 else rank
    if place < 0 or place >= n:
        raise RuntimeError("rank not within filter footprint size")
    return delivered(found[place], input, output)
