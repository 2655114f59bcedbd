"""Determinants, whose derivatives exist everywhere: the cofactors, also of singular matrices.

With A = U S Vᵀ and σ = det U det V, cofactors(A) = σ U diag(∏_{j≠i} s_j) Vᵀ; and in F = Uᵀ Ȧ V its derivative is σ U G Vᵀ with
G_ii = Σ_{j≠i} F_jj p_ij, G_ij = -F_ji p_ij, where p_ij is the product of all singular values but two.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from .lapack import gesdd, getrf
from .stacks import on_diagonal, turned
from .systems import inverse


def signed_logarithm(a: Any) -> Any:
    """The sign and the logarithm of the size of the determinants: 0 and -inf for singular matrices."""
    lu, pivots, info = getrf(a)
    diagonal = on_diagonal(lu)
    exchanged = np.sum(pivots != np.arange(a.shape[-1]), axis=-1)
    negative = np.sum(diagonal < 0.0, axis=-1)
    sign = np.where((exchanged + negative) % 2 == 0, 1.0, -1.0).astype(a.dtype)
    singular = info[..., 0] > 0
    return np.where(singular, 0.0, sign).astype(a.dtype), np.where(singular, -np.inf, np.sum(np.log(np.abs(diagonal)), axis=-1)).astype(
        a.dtype
    )


@rule
def determinant(a: Any) -> Any:
    """The determinants."""
    sign, logarithm = signed_logarithm(a)
    return sign * np.exp(logarithm)


@determinant.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return np.sum(cofactors(a) * a_dot, axis=(-2, -1))


@determinant.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (np.asarray(out_bar)[..., None, None] * cofactors(a),)


@rule
def cofactors(a: Any) -> Any:
    """The derivative of the determinant: the transposed adjugate."""
    u, s, vt, _ = gesdd(a)
    n = a.shape[-1]
    others = np.ones_like(s)
    for i in range(n):
        for k in range(n):
            if k != i:
                others[..., i] *= s[..., k]
    return (u * (others * orientation(u, vt)[..., None])[..., None, :]) @ vt


@cofactors.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return second(a, a_dot)


@cofactors.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (second(a, out_bar),)


def orientation(u: Any, vt: Any) -> Any:
    """det U det V, which is 1 or -1."""
    return signed_logarithm(u)[0] * signed_logarithm(vt)[0]


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
    d = determinant(a)[..., None, None]
    xe, xf = x @ e, x @ f
    te, tf, tef = trace(xe), trace(xf), trace(xe @ xf)
    return d * ((te * tf - tef) * turned(x) - te * turned(xf @ x) - tf * turned(xe @ x) + turned((xe @ xf + xf @ xe) @ x))


def trace(x: Any) -> Any:
    return np.sum(on_diagonal(x), axis=-1)[..., None, None]


@rule
def signed_log(a: Any) -> Any:
    """The sign and the logarithm of the size of the determinants."""
    return signed_logarithm(a)


@signed_log.tangent
def _(out: Any, a: Any, a_dot: Any) -> Any:
    return None, np.sum(turned(gradient(a)) * a_dot, axis=(-2, -1))


@signed_log.adjoint
def _(out: Any, a: Any, out_bar: Any) -> Any:
    return (np.asarray(out_bar[1])[..., None, None] * turned(gradient(a)),)


def gradient(a: Any) -> Any:
    """A⁻¹; of a singular matrix there is none, and nothing is finite."""
    x, info = inverse(a)
    return np.where(info[..., None] == 0, x, np.inf)
