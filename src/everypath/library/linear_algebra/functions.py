"""Functions of matrices, and the linear equations between matrices that their derivatives solve."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ...rules import rule
from .stacks import identity_like, turned
from .systems import solved

PADE = (64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0, 10559470521600.0)
PADE_REST = (670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0)


def exponential(a: Any) -> Any:
    """exp A, by scaling, the Padé approximant of degree 13, and squaring: N. Higham, The scaling and squaring method for the matrix
    exponential revisited, 2005. Differentiating these steps gives the Fréchet derivative: A. Al-Mohy and N. Higham, 2009."""
    b0, b1, b2, b3, b4, b5 = PADE
    b6, b7, b8, b9, b10, b11, b12, b13 = PADE_REST
    norm = np.max(np.sum(np.abs(a), axis=-2))
    halvings = 0
    while norm > 4.25 and halvings < 1100:
        norm = norm / 2.0
        halvings = halvings + 1
    one = identity_like(a)
    x = a * 0.5**halvings
    x2 = x @ x
    x4 = x2 @ x2
    x6 = x4 @ x2
    odd = x @ (x6 @ (b13 * x6 + b11 * x4 + b9 * x2) + b7 * x6 + b5 * x4 + b3 * x2 + b1 * one)
    even = x6 @ (b12 * x6 + b10 * x4 + b8 * x2) + b6 * x6 + b4 * x4 + b2 * x2 + b0 * one
    result = solved(even - odd, even + odd)[0]
    for _ in range(halvings):
        result = result @ result
    return result


@rule(host=True)
def sylvester(a: Any, b: Any, q: Any) -> Any:
    """The X with A X + X B = Q."""
    return np.ascontiguousarray(scipy.linalg.solve_sylvester(a, b, q))


@sylvester.tangent
def _(out: Any, a: Any, b: Any, q: Any, a_dot: Any, b_dot: Any, q_dot: Any) -> Any:
    return sylvester(a, b, q_dot - a_dot @ out - out @ b_dot)


@sylvester.adjoint
def _(out: Any, a: Any, b: Any, q: Any, out_bar: Any) -> Any:
    q_bar = sylvester(turned(a), turned(b), out_bar)
    return -(q_bar @ turned(out)), -(turned(out) @ q_bar), q_bar


@rule(host=True)
def root(a: Any) -> Any:
    """√A, and whether it is complex: then nothing is done with it."""
    x = scipy.linalg.sqrtm(a)
    return np.ascontiguousarray(x.real), bool(np.any(x.imag != 0.0))


@root.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return sylvester(out[0], out[0], a_dot), None


@root.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    x = turned(out[0])
    return (sylvester(x, x, out_bar[0]),)


@rule(host=True)
def logarithm(a: Any) -> Any:
    """log A, and whether it is complex."""
    x = scipy.linalg.logm(a)
    return np.ascontiguousarray(x.real), bool(np.any(x.imag != 0.0))


@logarithm.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return corner_of_logarithm(a, a_dot), None


@logarithm.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (corner_of_logarithm(turned(a), out_bar[0]),)


@rule(host=True)
def corner_of_logarithm(a: Any, e: Any) -> Any:
    """The derivative of log A along `e`: the upper right quarter of log [[A, e], [0, A]]. N. Higham, Functions of Matrices, 2008, (3.16)"""
    n = a.shape[0]
    size = max(np.max(np.abs(e), initial=0.0), 1e-300)
    x = scipy.linalg.logm(np.block([[a, e / size], [np.zeros_like(a), a]]))
    return np.ascontiguousarray(x[:n, n:].real) * size


@corner_of_logarithm.tangent
def _(out: Any, a: Any, e: Any, a_dot: Any, e_dot: Any) -> Any:
    return corner_of_logarithm(a, e_dot) + twice(a, e, a_dot)


@corner_of_logarithm.adjoint
def _(out: Any, a: Any, e: Any, out_bar: Any) -> Any:
    return twice(turned(a), turned(e), out_bar), corner_of_logarithm(turned(a), out_bar)


def twice(a: Any, e: Any, f: Any) -> Any:
    """The second derivative of log A along `e` and `f`, by the same block matrix of twice the size."""
    n = a.shape[0]
    nothing = np.zeros_like(a)
    block = np.concatenate((np.concatenate((a, e), axis=1), np.concatenate((nothing, a), axis=1)))
    along = np.concatenate((np.concatenate((f, nothing), axis=1), np.concatenate((nothing, f), axis=1)))
    return corner_of_logarithm(block, along)[:n, n:]


@rule
def unitary(a: Any) -> Any:
    """U of A = U P with as many orthonormal columns as A has, which has at least as many rows, and P symmetric."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return u @ vt


@unitary.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    p = turned(out) @ a
    m = turned(out) @ a_dot
    return out @ sylvester(p, p, m - turned(m)) + turned(solved(p, turned(a_dot - out @ m))[0])


@unitary.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    p = turned(out) @ a
    m = turned(out) @ out_bar
    y = sylvester(p, p, m)
    return (out @ (y - turned(y)) + turned(solved(p, turned(out_bar - out @ m))[0]),)
