"""Determinants, whose derivatives exist everywhere: the cofactors, also of singular matrices.

With A = U S Vᵀ and σ = det U det V, cofactors(A) = σ U diag(∏_{j≠i} s_j) Vᵀ; and in F = Uᵀ Ȧ V its derivative is σ U G Vᵀ with
G_ii = Σ_{j≠i} F_jj p_ij, G_ij = -F_ji p_ij, where p_ij is the product of all singular values but two.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import gesdd, getrf, getri
from .stacks import on_diagonal, turned
from .systems import inverse

PLAIN, PLAIN_SINGLE = (1e8, 1e-250, 1e250), (1e2, 1e-30, 1e30)
"""The condition, as a product of lengths, up to which A⁻¹ is multiplied, and between what the size of a determinant is one to multiply
with: in float64 and in float32. In float64 the product has more digits than its parts, as both err with the same factors: it was as
close to the exact cofactors as those by singular values for conditions up to 1e10, of matrices with one small singular value, with
many, with rows of many sizes and close to triangular ones."""


def eliminated(a: Any) -> Any:
    """The sign and the logarithm of the size of the determinants, 0 and -inf for singular matrices, and what they were found by."""
    lu, pivots, info = getrf(a)
    diagonal = on_diagonal(lu)
    singular = info[..., 0] > 0
    sign, logarithm = np.where(singular, 0.0, parity(lu, pivots)), np.where(singular, -np.inf, np.sum(np.log(np.abs(diagonal)), axis=-1))
    return sign.astype(a.dtype), logarithm.astype(a.dtype), lu, pivots


def parity(lu: Any, pivots: Any) -> Any:
    """The sign of determinants that are not 0."""
    exchanged = np.sum(pivots != np.arange(lu.shape[-1]), axis=-1)
    negative = np.sum(on_diagonal(lu) < 0.0, axis=-1)
    return np.where((exchanged + negative) % 2 == 0, 1.0, -1.0).astype(lu.dtype)


@rule
def determinant(a: Any) -> Any:
    """The determinants, and the factors and exchanges of rows by which they were found."""
    sign, logarithm, lu, pivots = eliminated(a)
    return sign * np.exp(logarithm), lu, pivots


@determinant.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return np.sum(cofactors(a, out[1], out[2]) * a_dot, axis=(-2, -1)), None, None


@determinant.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (np.asarray(out_bar[0])[..., None, None] * cofactors(a, out[1], out[2]),)


@rule
def cofactors(a: Any, lu: Any, pivots: Any) -> Any:
    """The derivative of the determinant, the transposed adjugate: det A A⁻ᵀ, of matrices that are far from singular ones and whose
    determinant has a size that can be multiplied with, and of others by their singular values. The factors of A only help."""
    x = getri(lu, pivots, True)
    size = np.abs(np.prod(on_diagonal(lu), axis=-1))
    found = (parity(lu, pivots) * size)[..., None, None] * x
    far, least, most = PLAIN_SINGLE if a.dtype == np.float32 else PLAIN
    plain = (length(a) * length(x) < far) & (size > least) & (size < most)
    if np.all(plain):
        return found
    if a.ndim == 2:
        return by_singular_values(a)
    found[~plain] = by_singular_values(a[~plain])
    return found


def length(a: Any) -> Any:
    return np.sqrt(np.sum(a * a, axis=(-2, -1)))


def by_singular_values(a: Any) -> Any:
    u, s, vt, _ = gesdd(a)
    n = a.shape[-1]
    others = np.ones_like(s)
    for i in range(n):
        for k in range(n):
            if k != i:
                others[..., i] *= s[..., k]
    return (u * (others * orientation(u, vt)[..., None])[..., None, :]) @ vt


@cofactors.tangent
def _(out: Any, a: Any, lu: Any, pivots: Any, a_dot: Any) -> Any:
    return second(a, a_dot)


@cofactors.adjoint
def _(out: Any, a: Any, lu: Any, pivots: Any, out_bar: Any) -> Any:
    return second(a, out_bar), None, None


def orientation(u: Any, vt: Any) -> Any:
    """det U det V, which is 1 or -1."""
    return eliminated(u)[0] * eliminated(vt)[0]


@rule
def second(a: Any, e: Any) -> Any:
    """The derivative of the cofactors along `e`; it is symmetric, so its transpose too."""
    u, s, vt, _ = gesdd(a)
    n = a.shape[-1]
    f = turned(u) @ e @ turned(vt)
    g = np.zeros_like(f)
    for i in range(n):
        for j in range(n):
            if i != j:
                rest = np.ones_like(s[..., 0])
                for k in range(n):
                    if k != i and k != j:
                        rest = rest * s[..., k]
                g[..., i, i] += f[..., j, j] * rest
                g[..., i, j] -= f[..., j, i] * rest
    return (u * orientation(u, vt)[..., None, None]) @ g @ vt


@second.tangent
def _(out: Any, a: Any, e: Any, a_dot: Any, e_dot: Any) -> Any:
    return second(a, e_dot) + third(a, e, a_dot)


@second.adjoint
def _(out: Any, a: Any, e: Any, out_bar: Any) -> Any:
    return third(a, e, out_bar), second(a, out_bar)


def third(a: Any, e: Any, f: Any) -> Any:
    """The derivative of `second(a, e)` along `f`, for matrices that have an inverse: with X = A⁻¹ and det A = d it is that of
    d (tr(X e) Xᵀ - (X e X)ᵀ)."""
    x, _ = inverse(a)
    d = determinant(a)[0][..., None, None]
    xe, xf = x @ e, x @ f
    te, tf, tef = trace(xe), trace(xf), trace(xe @ xf)
    return d * ((te * tf - tef) * turned(x) - te * turned(xf @ x) - tf * turned(xe @ x) + turned((xe @ xf + xf @ xe) @ x))


def trace(x: Any) -> Any:
    return np.sum(on_diagonal(x), axis=-1)[..., None, None]


@rule
def signed_log(a: Any) -> Any:
    """The sign and the logarithm of the size of the determinants."""
    sign, logarithm, _, _ = eliminated(a)
    return sign, logarithm


@signed_log.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return None, np.sum(gradient(a) * a_dot, axis=(-2, -1))


@signed_log.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (np.asarray(out_bar[1])[..., None, None] * gradient(a),)


def gradient(a: Any) -> Any:
    """A⁻ᵀ; of a singular matrix there is none, and nothing is finite."""
    x, info = inverse(a, True)
    return np.where(info[..., None] == 0, x, np.inf)
