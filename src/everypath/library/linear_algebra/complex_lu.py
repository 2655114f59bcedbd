"""L and U of P A = L U for complex matrices with at least as many rows as columns, as their real and imaginary parts.

The exchanges of rows are SciPy's. The derivatives are those of `lu.py`: L and U are analytic functions of A, so that the tangent has the
same formula, and the adjoint its conjugate transpose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...rules import rule
from ..intrinsics import paired
from .hermitian import adjoint_of, parts
from .lu import order


def triangular_parts(re: Any, im: Any) -> Any:
    """The parts of L and U, which row came to each place, and the exchanges that brought it there."""
    packed, pivots = scipy.linalg.lu_factor(re + 1j * im, check_finite=False)
    m, n = packed.shape
    pivots = pivots.astype(np.int64)
    lower = np.tril(packed, -1) + np.eye(m, n, dtype=packed.dtype)
    return (*parts(lower, np.triu(packed[:n])), order(pivots, m), pivots)


@rule(host=True, returns=triangular_parts)
def tall(re: Any, im: Any) -> Any:
    return triangular_parts(re, im)


@tall.tangent
def _(out: Any, re: Any, im: Any, re_dot: Any, im_dot: Any) -> Any:
    lower, upper, rows = paired(out[0], out[1]), paired(out[2], out[3]), out[4]
    n = re.shape[1]
    g = paired(re_dot, im_dot)[rows] @ np.linalg.inv(upper)
    f = np.triu(np.linalg.inv(lower[:n]) @ g[:n])
    lower_dot, upper_dot = g - lower @ f, f @ upper
    return np.real(lower_dot), np.imag(lower_dot), np.real(upper_dot), np.imag(upper_dot), None, None


@tall.adjoint
def _(out: Any, re: Any, im: Any, out_bar: Any) -> Any:
    lower, upper, rows = paired(out[0], out[1]), paired(out[2], out[3]), out[4]
    m, n = re.shape
    below = np.tril(paired(out_bar[0], out_bar[1]), -1)
    f_bar = np.triu(np.triu(paired(out_bar[2], out_bar[3])) @ adjoint_of(upper) - adjoint_of(lower) @ below)
    first = adjoint_of(np.linalg.inv(lower[:n])) @ f_bar
    g_bar = below + np.concatenate((first, np.zeros((m - n, n), dtype=first.dtype)))
    found = (g_bar @ adjoint_of(np.linalg.inv(upper)))[np.argsort(rows)]
    return np.real(found), np.imag(found)


def factors(z: Any) -> Any:
    """L, U, the order of the rows and the exchanges, of any matrix: of a wide one the further columns only go through L."""
    m, n = z.shape
    square = z if m >= n else z[:, :m]
    lower_re, lower_im, upper_re, upper_im, rows, pivots = tall(np.real(square), np.imag(square))
    lower, upper = paired(lower_re, lower_im), paired(upper_re, upper_im)
    if m >= n:
        return lower, upper, rows, pivots
    return lower, np.concatenate((upper, np.linalg.solve(lower, z[:, m:][rows])), axis=1), rows, pivots
