"""Images seen through a map of their coordinates: `affine_transform`, `rotate` and `geometric_transform`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, special

from ...intrinsics import refuse
from ...registry import stands_for
from .filters import image
from .resampling import on_grid, rounded, sampled


def affine_of(matrix: Any, offset: Any, n: int) -> Any:
    """The matrix and the offset, of one with ones and zeros too that holds both."""
    m = np.asarray(matrix) * 1.0
    if m.ndim < 1:
        raise RuntimeError("no proper affine matrix provided")
    if m.ndim == 2 and m.shape[1] == n + 1:
        if m.shape[0] not in (n, n + 1):
            raise ValueError(f"Expected matrix shape ({n}, {n + 1}) or ({n + 1}, {n + 1}), but got {m.shape}")
        if m.shape[0] == n + 1 and np.any(m[n] != np.where(np.arange(n + 1) == n, 1.0, 0.0)):
            raise ValueError(f"Expected homogeneous transformation matrix with bottom row {[0] * n + [1]}")
        return m[:n, :n], m[:n, n]
    shift = np.asarray(offset) * 1.0
    if m.shape[0] != n or (m.ndim == 2 and m.shape[1] != n):
        raise RuntimeError("affine matrix has wrong number of rows")
    return np.diag(m) if m.ndim == 1 else m, shift + np.zeros(n)


@stands_for(ndimage.affine_transform)
def affine_transform(
    input: Any, matrix: Any, offset: Any = 0.0, output_shape: Any = None, output: Any = None, order: int = 3, mode: str = "constant",
    cval: Any = 0.0, prefilter: bool = True,
) -> Any:  # fmt: skip
    """The image at matrix @ o + offset for each place o of the result."""
    x = image(input)
    m, shift = affine_of(matrix, offset, x.ndim)
    lines = on_grid(tuple([np.arange(n) * 1.0 for n in (x.shape if output_shape is None else output_shape)]))
    places = []
    for k in range(x.ndim):
        place: Any = shift[k]
        for j in range(x.ndim):
            place = place + m[k, j] * lines[j]
        places.append(place)
    return rounded(sampled(x, tuple(places), order, mode, cval, prefilter), input, output)


@stands_for(ndimage.rotate)
def rotate(
    input: Any, angle: Any, axes: Any = (1, 0), reshape: bool = True, output: Any = None, order: int = 3, mode: str = "constant",
    cval: Any = 0.0, prefilter: bool = True,
) -> Any:  # fmt: skip
    """The image, turned in a plane by an angle in degrees."""
    x = np.asarray(input)
    if x.ndim < 2:
        raise ValueError("input array should be at least 2D")
    if x.ndim > 2:
        refuse("rotating an image of more than two axes is not yet supported", "rotate its planes one by one")
    if len(axes) != 2:
        raise ValueError("axes should contain exactly two values")
    c, s = special.cosdg(angle), special.sindg(angle)
    turn = np.stack((np.stack((c, s)), np.stack((-s, c))))
    given = np.array([x.shape[0], x.shape[1]]) * 1.0
    wanted = given
    if reshape:
        corners = turn @ np.array([[0.0, 0.0, given[0], given[0]], [0.0, given[1], 0.0, given[1]]])
        wanted = np.floor(np.ptp(corners, axis=1) + 0.5)
    offset = (given - 1.0) / 2.0 - turn @ ((wanted - 1.0) / 2.0)
    shape = (int(wanted[0]), int(wanted[1]))
    return affine_transform(input, turn, offset, shape, output, order, mode, cval, prefilter)


@stands_for(ndimage.geometric_transform)
def geometric_transform(
    input: Any, mapping: Any, output_shape: Any = None, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0,
    prefilter: bool = True, extra_arguments: Any = (), extra_keywords: Any = None,
) -> Any:  # fmt: skip
    """The image at mapping(o) for each place o of the result."""
    x = image(input)
    shape = x.shape if output_shape is None else output_shape
    named = {} if extra_keywords is None else extra_keywords
    places = np.zeros((x.ndim, *shape))
    for place in np.ndindex(*shape):
        seen = mapping(place, *extra_arguments, **named)
        for k in range(x.ndim):
            places[(k, *place)] = seen[k]
    rows = tuple([places[k] for k in range(x.ndim)])
    return rounded(sampled(x, rows, order, mode, cval, prefilter), input, output)
