"""QR by reflections, step by step: where not only what the columns of Q span is wanted, but the reflections themselves, or all of Q.

The steps are those of LAPACK's `geqr2` and `org2r`, and so is the choice of signs: H = 1 - τ v vᵀ with v = (1, …) takes a column to a
multiple of the first unit vector, of the sign that the column's first number has not.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def raw(a: Any) -> Any:
    """R, with the reflections below its diagonal, and their factors τ."""
    m, n = a.shape[-2], a.shape[-1]
    k = min(m, n)
    h = a.copy()
    tau = np.zeros((*a.shape[:-2], k), dtype=a.dtype)
    for j in range(k):
        if j + 1 < m:
            alpha, tail = h[..., j : j + 1, j], h[..., j + 1 :, j]
            square = np.sum(tail * tail, axis=-1, keepdims=True)
            plain = square == 0.0
            beta = np.where(plain, alpha, -np.copysign(np.sqrt(np.where(plain, 1.0, alpha * alpha + square)), alpha))
            factor = np.where(plain, 0.0, (beta - alpha) / np.where(plain, 1.0, beta))
            v = np.concatenate((np.ones_like(alpha), np.where(plain, 0.0, tail / np.where(plain, 1.0, alpha - beta))), axis=-1)
            part = h[..., j:, j + 1 :]
            along = np.sum(v[..., :, None] * part, axis=-2)
            h[..., j:, j + 1 :] = part - factor[..., None] * v[..., :, None] * along[..., None, :]
            h[..., j : j + 1, j] = beta
            h[..., j + 1 :, j] = v[..., 1:]
            tau[..., j : j + 1] = factor
    return h, tau


def complete(a: Any) -> Any:
    """All of Q, which is square, and R in the shape of `a`."""
    m = a.shape[-2]
    h, tau = raw(a)
    q = np.zeros((*a.shape[:-2], m, m), dtype=a.dtype) + np.eye(m, dtype=a.dtype)
    for j in range(tau.shape[-1] - 1, -1, -1):
        v = np.concatenate((np.ones_like(h[..., j : j + 1, j]), h[..., j + 1 :, j]), axis=-1)
        part = q[..., j:, j:]
        along = np.sum(v[..., :, None] * part, axis=-2)
        q[..., j:, j:] = part - tau[..., j : j + 1, None] * v[..., :, None] * along[..., None, :]
    return q, np.triu(h)
