"""Grey morphology: the largest and the smallest of neighbours to which a structure is added."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...intrinsics import refuse
from ...registry import stands_for
from .filters import all_axes, delivered, each, image, neighbours


def lifted(x: Any, size: Any, footprint: Any, structure: Any, mode: Any, cval: Any, origin: Any, sign: int) -> Any:
    """The neighbours of each element, plus or minus what the structure adds to them."""
    if structure is None:
        return neighbours(x, size, footprint, mode, cval, origin)
    height = np.asarray(structure) * 1.0
    inside = np.ones(height.shape, dtype=bool) if footprint is None else np.asarray(footprint) != 0
    found = neighbours(x, None, inside, mode, cval, origin)
    return found + sign * height[inside].reshape((-1,) + (1,) * x.ndim)


def turned(x: Any) -> Any:
    return None if x is None else np.flip(np.asarray(x))


def asked_for(size: Any, footprint: Any, structure: Any, axes: Any) -> None:
    all_axes(axes)
    if size is None and footprint is None and structure is None:
        raise ValueError("size, footprint, or structure must be specified")


@stands_for(ndimage.grey_erosion)
def grey_erosion(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, mode: Any = "reflect",
    cval: Any = 0.0, origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    """The smallest of the neighbours."""
    asked_for(size, footprint, structure, axes)
    return delivered(np.min(lifted(image(input), size, footprint, structure, mode, cval, origin, -1), axis=0), input, output)


@stands_for(ndimage.grey_dilation)
def grey_dilation(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, mode: Any = "reflect",
    cval: Any = 0.0, origin: Any = 0, *, axes: Any = None,
) -> Any:  # fmt: skip
    """The largest of the neighbours, on the other side."""
    asked_for(size, footprint, structure, axes)
    x = image(input)
    shape = each(size, x.ndim) if footprint is None and structure is None else np.shape(structure if footprint is None else footprint)
    origins = tuple([-o - (1 - n % 2) for o, n in zip(each(origin, x.ndim), shape)])
    found = lifted(x, size, turned(footprint), turned(structure), mode, cval, origins, 1)
    return delivered(np.max(found, axis=0), input, output)


@stands_for(ndimage.grey_opening)
def grey_opening(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, *args: Any, **kwds: Any
) -> Any:
    """Eroded, then dilated."""
    return grey_dilation(
        grey_erosion(input, size, footprint, structure, None, *args, **kwds), size, footprint, structure, output, *args, **kwds
    )


@stands_for(ndimage.grey_closing)
def grey_closing(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, *args: Any, **kwds: Any
) -> Any:
    """Dilated, then eroded."""
    return grey_erosion(
        grey_dilation(input, size, footprint, structure, None, *args, **kwds), size, footprint, structure, output, *args, **kwds
    )


def of_numbers(input: Any) -> Any:
    x = np.asarray(input)
    if x.dtype == np.bool_:
        refuse("a difference of images of truth values is not supported", "combine ndimage.binary_dilation and its like with ^")
    return x


@stands_for(ndimage.morphological_gradient)
def morphological_gradient(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, *args: Any, **kwds: Any
) -> Any:
    """The dilated image less the eroded one."""
    given = (of_numbers(input), size, footprint, structure, output, *args)
    return grey_dilation(*given, **kwds) - grey_erosion(*given, **kwds)


@stands_for(ndimage.morphological_laplace)
def morphological_laplace(
    input: Any, size: Any = None, footprint: Any = None, structure: Any = None, output: Any = None, *args: Any, **kwds: Any
) -> Any:
    """The dilated image and the eroded one less twice the image."""
    given = (of_numbers(input), size, footprint, structure, output, *args)
    return grey_dilation(*given, **kwds) + grey_erosion(*given, **kwds) - 2 * delivered(np.asarray(input), input, output)


@stands_for(ndimage.white_tophat)
def white_tophat(input: Any, *args: Any, **kwds: Any) -> Any:
    """What opening takes away."""
    return of_numbers(input) - grey_opening(input, *args, **kwds)


@stands_for(ndimage.black_tophat)
def black_tophat(input: Any, *args: Any, **kwds: Any) -> Any:
    """What closing adds."""
    return grey_closing(input, *args, **kwds) - of_numbers(input)
