"""Matrices made of vectors and of other matrices, and norms."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...complex.registry import AS_WRITTEN
from ...intrinsics import known, refuse
from ...registry import stands_for
from .equations import finite


def vector(c: Any) -> Any:
    c = np.atleast_1d(np.asarray(c))
    if c.ndim != 1:
        refuse("a matrix of more than one vector is not supported", "call it for each vector")
    return c


@stands_for(scipy.linalg.toeplitz)
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with first column `c` and first row `r`, constant along its diagonals."""
    c = vector(c)
    r = c if r is None else vector(r)
    line = np.concatenate((r[:0:-1], c))
    m, n = len(c), len(r)
    return line[np.arange(m)[:, None] - np.arange(n)[None, :] + (n - 1)]


@stands_for(scipy.linalg.hankel)
def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with first column `c` and last row `r`, constant across its diagonals."""
    c = vector(c)
    r = np.zeros_like(c) if r is None else vector(r)
    line = np.concatenate((c, r[1:]))
    return line[np.arange(len(c))[:, None] + np.arange(len(r))[None, :]]


@stands_for(scipy.linalg.circulant)
def circulant(c: Any) -> Any:
    """The matrix with first column `c`, each further one moved down by one."""
    c = vector(c)
    n = len(c)
    return c[(np.arange(n)[:, None] - np.arange(n)[None, :]) % n]


@stands_for(scipy.linalg.block_diag)
def block_diag(*arrs: Any) -> Any:
    """The matrices along the diagonal, and zeros."""
    if len(arrs) == 0:
        return np.zeros((1, 0))
    given = [np.atleast_2d(np.asarray(x)) for x in arrs]
    rows, columns = sum([x.shape[0] for x in given]), sum([x.shape[1] for x in given])
    out = np.zeros((rows, columns), dtype=np.result_type(*given))
    i = j = 0
    for x in given:
        if x.ndim != 2:
            refuse("block_diag of stacks of matrices is not supported", "call it for each")
        out[i : i + x.shape[0], j : j + x.shape[1]] = x
        i, j = i + x.shape[0], j + x.shape[1]
    return out


@stands_for(scipy.linalg.companion)
def companion(a: Any) -> Any:
    """The matrix whose characteristic polynomial has the coefficients `a`."""
    a = vector(a)
    n = len(a)
    if n < 2:
        raise ValueError("The length of `a` along the last axis must be at least 2.")
    if a[0] == 0:
        raise ValueError("The first coefficient(s) of `a` (i.e. elements of `a[..., 0]`) must not be zero.")
    first = -a[1:] / (1.0 * a[0])
    return np.concatenate((first[None, :], np.eye(n - 2, n - 1, dtype=first.dtype)))


@stands_for(scipy.linalg.khatri_rao)
def khatri_rao(a: Any, b: Any) -> Any:
    """The Kronecker products of the columns."""
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError("The both arrays should be 2-dimensional.")
    if a.shape[1] != b.shape[1]:
        raise ValueError("The number of columns for both arrays should be equal.")
    return (a[:, None, :] * b[None, :, :]).reshape(a.shape[0] * b.shape[0], a.shape[1])


@stands_for(scipy.linalg.norm)
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """The norm, as NumPy's."""
    given, ord = np.asarray(a), known(ord, "the order of the norm")
    return as_told(np.linalg.norm(finite(given, check_finite), ord, axis, keepdims), given, ord, axis, keepdims)


def as_told(found: Any, a: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """A norm as a Python float where SciPy asks BLAS or LAPACK for it."""
    asked, ord = axis is None and not keepdims and a.dtype.char in "fdFD", known(ord, "the order of the norm")
    if asked and ((a.ndim == 1 and ord in (None, 2)) or (a.ndim == 2 and ord in (1, np.inf))):
        return float(found)
    return found


@stands_for(scipy.linalg.convolution_matrix)
def convolution_matrix(a: Any, n: int, mode: str = "full") -> Any:
    """The matrix by which a vector of length `n` is convolved with `a`."""
    a, n = vector(a), known(n, "n")
    if n <= 0:
        raise ValueError("n must be a positive integer.")
    if len(a) == 0:
        raise ValueError("len(a) must be at least 1.")
    if mode not in ("full", "valid", "same"):
        raise ValueError("`mode` argument must be one of ('full', 'valid', 'same')")
    m = len(a)
    nothing = np.zeros(n - 1, dtype=a.dtype)
    line = np.concatenate((nothing, a, nothing))
    place = np.arange(m + n - 1)[:, None] - np.arange(n)[None, :] + (n - 1)
    whole = line[place]
    if mode == "full":
        return whole
    size = max(m, n) if mode == "same" else max(m, n) - min(m, n) + 1
    start = (m + n - 1 - size) // 2
    return whole[start : start + size]


AS_WRITTEN.update((scipy.linalg.companion, scipy.linalg.convolution_matrix))
