"""Fourier, cosine and sine transforms along axes, as SciPy defines them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft

from ...rules import rule
from ..complex import AS_WRITTEN
from ..intrinsics import refuse
from ..numpy import fft as of_numpy
from ..registry import computed, stands_for
from . import halves
from .cosines import cosine, sine


def waves(x: Any, kind: str, type: int, n: Any, axis: int, norm: Any, orthogonalize: Any, inverse: bool) -> Any:
    """A cosine or sine transform along an axis, or its inverse."""
    given = np.asarray(x)
    if np.iscomplexobj(given):
        refuse(f"scipy.fft.{kind} of complex numbers is not supported", "transform z.real and z.imag apart")
    if type not in (1, 2, 3, 4):
        raise ValueError(f"invalid type {type}")
    if orthogonalize is not None and orthogonalize != (norm == "ortho"):
        refuse("'orthogonalize' other than the norm says is not supported", "leave it out")
    rows = of_numpy.fitted(given * 1.0, n, axis)
    m = rows.shape[-1]
    way = (1, 3, 2, 4)[type - 1] if inverse else type
    matrix, orthogonal = of_numpy.rows_of(rows), norm == "ortho"
    known = "ortho" if orthogonal else "backward"
    done = cosine(matrix, way, known, orthogonal) if kind == "dct" else sine(matrix, way, known, orthogonal)
    if (norm == "forward") != inverse and not orthogonal:
        period = 2 * m if type > 1 else 2 * (m - 1) if kind == "dct" else 2 * (m + 1)
        done = done * (1.0 / period)
    return np.moveaxis(np.reshape(done, rows.shape), -1, axis)


@stands_for(scipy.fft.dct)
def dct(
    x: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The cosine transform along an axis."""
    return waves(x, "dct", type, n, axis, norm, orthogonalize, False)


@stands_for(scipy.fft.idct)
def idct(
    x: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The inverse cosine transform along an axis."""
    return waves(x, "dct", type, n, axis, norm, orthogonalize, True)


@stands_for(scipy.fft.dst)
def dst(
    x: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The sine transform along an axis."""
    return waves(x, "dst", type, n, axis, norm, orthogonalize, False)


@stands_for(scipy.fft.idst)
def idst(
    x: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The inverse sine transform along an axis."""
    return waves(x, "dst", type, n, axis, norm, orthogonalize, True)


def waves_over(x: Any, kind: str, type: int, s: Any, axes: Any, norm: Any, orthogonalize: Any, inverse: bool) -> Any:
    """A cosine or sine transform along several axes."""
    found = np.asarray(x)
    lengths, chosen = of_numpy.lengths_and_axes(found, number_or_tuple(s), number_or_tuple(axes))
    for n, axis in zip(lengths, chosen):
        found = waves(found, kind, type, n, axis, norm, orthogonalize, inverse)
    return found


def number_or_tuple(x: Any) -> Any:
    """A number as a tuple of one."""
    return (x,) if isinstance(x, (int, np.integer)) else x


@stands_for(scipy.fft.dctn)
def dctn(
    x: Any,
    type: int = 2,
    s: Any = None,
    axes: Any = None,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    *,
    orthogonalize: Any = None,
) -> Any:
    """The cosine transform along several axes."""
    return waves_over(x, "dct", type, s, axes, norm, orthogonalize, False)


@stands_for(scipy.fft.idctn)
def idctn(
    x: Any,
    type: int = 2,
    s: Any = None,
    axes: Any = None,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The inverse cosine transform along several axes."""
    return waves_over(x, "dct", type, s, axes, norm, orthogonalize, True)


@stands_for(scipy.fft.dstn)
def dstn(
    x: Any,
    type: int = 2,
    s: Any = None,
    axes: Any = None,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The sine transform along several axes."""
    return waves_over(x, "dst", type, s, axes, norm, orthogonalize, False)


@stands_for(scipy.fft.idstn)
def idstn(
    x: Any,
    type: int = 2,
    s: Any = None,
    axes: Any = None,
    norm: Any = None,
    overwrite_x: bool = False,
    workers: Any = None,
    orthogonalize: Any = None,
) -> Any:
    """The inverse sine transform along several axes."""
    return waves_over(x, "dst", type, s, axes, norm, orthogonalize, True)


# Fourier transforms ---------------------------------------------------------------------------------------------------


def planned(plan: Any) -> None:
    """SciPy has no plans of its own."""
    if plan is not None:
        raise NotImplementedError("Passing a precomputed plan is not yet supported by scipy.fft functions")


@stands_for(scipy.fft.fft)
def fft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The transform along one axis."""
    planned(plan)
    return halves.along_one(x, n, axis, norm, False)


@stands_for(scipy.fft.ifft)
def ifft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse transform along one axis."""
    planned(plan)
    return halves.along_one(x, n, axis, norm, True)


@stands_for(scipy.fft.rfft)
def rfft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The half transform of real numbers along one axis."""
    planned(plan)
    return of_numpy.rfft(x, n, axis, norm)


@stands_for(scipy.fft.irfft)
def irfft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse of the half transform."""
    planned(plan)
    return of_numpy.irfft(x, n, axis, norm)


@stands_for(scipy.fft.hfft)
def hfft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The transform of numbers whose second half is the mirror image of the first."""
    planned(plan)
    return of_numpy.hfft(x, n, axis, norm)


@stands_for(scipy.fft.ihfft)
def ihfft(
    x: Any, n: Any = None, axis: int = -1, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The first half of the inverse transform of real numbers."""
    planned(plan)
    return halves.turned(of_numpy.halved(x, n, axis, norm, True), np.shape(x)[axis] if n is None else n, axis)


@stands_for(scipy.fft.fftn)
def fftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The transform along several axes."""
    planned(plan)
    return of_numpy.fftn(x, number_or_tuple(s), number_or_tuple(axes), norm)


@stands_for(scipy.fft.ifftn)
def ifftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse transform along several axes."""
    planned(plan)
    return of_numpy.ifftn(x, number_or_tuple(s), number_or_tuple(axes), norm)


@stands_for(scipy.fft.rfftn)
def rfftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The half transform along the last axis, then the transform along the others."""
    planned(plan)
    return of_numpy.rfftn(x, number_or_tuple(s), number_or_tuple(axes), norm)


@stands_for(scipy.fft.irfftn)
def irfftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse of `rfftn`."""
    planned(plan)
    return of_numpy.irfftn(x, number_or_tuple(s), number_or_tuple(axes), norm)


@stands_for(scipy.fft.fft2)
def fft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The transform along two axes."""
    return fftn(x, s, axes, norm, plan=plan)


@stands_for(scipy.fft.ifft2)
def ifft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse transform along two axes."""
    return ifftn(x, s, axes, norm, plan=plan)


@stands_for(scipy.fft.rfft2)
def rfft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """`rfftn` along two axes."""
    return rfftn(x, s, axes, norm, plan=plan)


@stands_for(scipy.fft.irfft2)
def irfft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """`irfftn` along two axes."""
    return irfftn(x, s, axes, norm, plan=plan)


# Lengths and frequencies ----------------------------------------------------------------------------------------------


@rule(host=True, returns=int)
def good_length(target: int, real: bool) -> int:
    """A number of samples at least this large that has small factors."""
    return int(scipy.fft.next_fast_len(target, real))


@stands_for(scipy.fft.next_fast_len)
def next_fast_len(target: int, real: bool = False) -> Any:
    """The least number of samples not below this that is transformed fast."""
    return good_length(target, real)


OTHER_SIDE = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}
"""How a transform is scaled that is the other one of a conjugate."""


@computed("the option 'norm'")
def other_side(norm: Any) -> Any:
    if norm not in OTHER_SIDE:
        raise ValueError(f'Invalid norm value {norm}; should be "backward", "ortho", or "forward".')
    return OTHER_SIDE[norm]


@stands_for(scipy.fft.hfftn)
def hfftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The transform, along several axes, of what is the conjugate of itself backwards: real."""
    planned(plan)
    return of_numpy.irfftn(np.conj(x), number_or_tuple(s), number_or_tuple(axes), other_side(norm))


@stands_for(scipy.fft.ihfftn)
def ihfftn(
    x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The inverse of `hfftn`."""
    planned(plan)
    return np.conj(of_numpy.rfftn(x, number_or_tuple(s), number_or_tuple(axes), other_side(norm)))


@stands_for(scipy.fft.hfft2)
def hfft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """The same along two axes."""
    return hfftn(x, s, axes, norm, plan=plan)


@stands_for(scipy.fft.ihfft2)
def ihfft2(
    x: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, overwrite_x: bool = False, workers: Any = None, *, plan: Any = None
) -> Any:
    """Its inverse."""
    return ihfftn(x, s, axes, norm, plan=plan)


stands_for(scipy.fft.fftshift)(of_numpy.fftshift)
stands_for(scipy.fft.ifftshift)(of_numpy.ifftshift)
stands_for(scipy.fft.fftfreq)(of_numpy.fftfreq)
stands_for(scipy.fft.rfftfreq)(of_numpy.rfftfreq)
AS_WRITTEN.update(
    getattr(scipy.fft, name)
    for name in (
        "fft ifft rfft irfft hfft ihfft fftn ifftn rfftn irfftn hfftn ihfftn fft2 ifft2 rfft2 irfft2 hfft2 ihfft2 fftshift ifftshift"
    ).split()
)
