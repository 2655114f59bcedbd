"""Functions of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...intrinsics import is_known, known, refuse
from ...linear_algebra import any_eigen
from ...linear_algebra.functions import exponential, logarithm, root
from ...linear_algebra.stacks import floating
from ...registry import stands_for


def square(a: Any) -> Any:
    a = floating(a)
    if a.ndim < 2:
        raise np.linalg.LinAlgError("The input array must be at least two-dimensional")
    if a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    return a


@stands_for(scipy.linalg.expm)
def expm(A: Any) -> Any:
    """The exponential of a matrix."""
    if np.ndim(A) == 0:
        return np.exp(np.asarray(A) * 1.0).reshape((1, 1))
    return exponential(square(A))


@stands_for(scipy.linalg.expm_frechet)
def expm_frechet(A: Any, E: Any, method: Any = None, compute_expm: bool = True, check_finite: bool = True) -> Any:
    """The exponential of `A`, and its derivative along `E`."""
    a, e = square(A), square(E)
    n = a.shape[0]
    whole = exponential(blocks(a, e, np.zeros_like(a), a))
    return (whole[:n, :n], whole[:n, n:]) if compute_expm else whole[:n, n:]


def blocks(a: Any, b: Any, c: Any, d: Any) -> Any:
    """[[a, b], [c, d]]."""
    return np.concatenate((np.concatenate((a, b), axis=-1), np.concatenate((c, d), axis=-1)), axis=-2)


@stands_for(scipy.linalg.sqrtm)
def sqrtm(A: Any, **options: Any) -> Any:
    """The square root of a matrix, where it is real."""
    if options:
        refuse("sqrtm with options is not supported", "leave them out")
    x, is_complex = root(square(A))
    if is_complex:
        refuse("the square root of this matrix is complex, which is not supported", "give it a matrix without negative eigenvalues")
    return x


@stands_for(scipy.linalg.logm)
def logm(A: Any, **options: Any) -> Any:
    """The logarithm of a matrix, where it is real."""
    if options:
        refuse("logm with options is not supported", "leave them out")
    x, is_complex = logarithm(square(A))
    if is_complex:
        refuse("the logarithm of this matrix is complex, which is not supported", "give it a matrix without negative eigenvalues")
    return x


@stands_for(scipy.linalg.coshm)
def coshm(A: Any) -> Any:
    a = square(A)
    return 0.5 * (exponential(a) + exponential(-a))


@stands_for(scipy.linalg.sinhm)
def sinhm(A: Any) -> Any:
    a = square(A)
    return 0.5 * (exponential(a) - exponential(-a))


@stands_for(scipy.linalg.tanhm)
def tanhm(A: Any) -> Any:
    return np.linalg.solve(coshm(A), sinhm(A))


def turn(A: Any) -> Any:
    """cos A and sin A: exp [[0, -A], [A, 0]] = [[cos A, -sin A], [sin A, cos A]]."""
    a = square(A)
    n = a.shape[-1]
    whole = exponential(blocks(np.zeros_like(a), -a, a, np.zeros_like(a)))
    return whole[..., :n, :n], whole[..., n:, :n]


@stands_for(scipy.linalg.cosm)
def cosm(A: Any) -> Any:
    return turn(A)[0]


@stands_for(scipy.linalg.sinm)
def sinm(A: Any) -> Any:
    return turn(A)[1]


@stands_for(scipy.linalg.tanm)
def tanm(A: Any) -> Any:
    cosine, sine = turn(A)
    return np.linalg.solve(cosine, sine)


@stands_for(scipy.linalg.fractional_matrix_power)
def fractional_matrix_power(A: Any, t: Any) -> Any:
    """The matrix to a power that need not be a whole number: exp(t·log A), where that is real."""
    a = square(A)
    if is_known(t) and t == int(t):
        return np.linalg.matrix_power(a, int(t))
    return exponential(t * logm(a))


@stands_for(scipy.linalg.signm)
def signm(A: Any, **options: Any) -> Any:
    """The matrix of which the eigenvalues are 1 and -1, as the signs of those of `A` are: A·(A²)^(-1/2)."""
    if options:
        refuse("signm with options is not supported", "leave them out")
    a = square(A)
    return np.linalg.solve(sqrtm(a @ a), a)


@stands_for(scipy.linalg.funm)
def funm(A: Any, func: Any, disp: Any = True) -> Any:
    """The matrix with the same eigenvectors of which the eigenvalues are a function of those of `A`, where it is real."""
    if not known(disp, "disp"):
        refuse("funm with the option 'disp' is not supported", "leave it out")
    a = square(A)
    re, im, v, info = any_eigen.real_eigen(a)
    if np.any(info != 0):
        raise np.linalg.LinAlgError("eig algorithm (geev) did not converge")
    vectors = any_eigen.unpacked(v, im)
    found = (vectors * func(re + im * 1j)) @ np.linalg.inv(vectors)
    if np.max(np.abs(found.imag)) > REAL * np.max(np.abs(found.real)):
        refuse("this function of a matrix is complex, which is not supported", "give it a matrix of which it is real")
    return found.real


REAL = 1e-9
"""Imaginary parts below this, beside the real ones, are of rounding."""
