"""Systems of equations, inverses, determinants, least squares."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...linear_algebra.determinants import determinant, signed_log
from ...linear_algebra.pseudo import pseudo_inverse, truncated_inverse
from ...linear_algebra.stacks import alike, epsilon, floating, in_step, matrices, square, symmetric
from ...linear_algebra.systems import inverse, solved
from ...registry import stands_for

ONLY_VECTORS_ARE_VECTORS = int(np.__version__.split(".")[0]) >= 2
"""Before NumPy 2, right-hand sides were vectors wherever they had one axis less than the matrices."""

OF_SLOGDET: Any = type(np.linalg.slogdet(np.eye(1)))
"""The named tuple in which NumPy returns this."""


@stands_for(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """The x with a x = b; b is a vector or a stack of matrices."""
    a, b = alike(a, b)
    a = square(a)
    if b.ndim == 0:
        few = "does not have enough dimensions (has 0, gufunc core with signature (m,m),(m,n)->(m,n) requires 2)"
        raise ValueError(f"solve: Input operand 1 {few}")
    vector = b.ndim == 1 if ONLY_VECTORS_ARE_VECTORS else b.ndim == a.ndim - 1
    if vector:
        b = b[..., None]
    if a.shape[-1] != b.shape[-2]:
        sides = "(m,m),(m)->(m)" if vector else "(m,m),(m,n)->(m,n)"
        message = "solve: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature"
        raise ValueError(f"{message} {sides} (size {b.shape[-2]} is different from {a.shape[-1]})")
    a, b = in_step(a, b)
    x, _, _, info = solved(a, b)
    if np.any(info != 0):
        raise np.linalg.LinAlgError("Singular matrix")
    return x[..., 0] if vector else x


@stands_for(np.linalg.inv)
def inv(a: Any) -> Any:
    """The inverses."""
    x, info = inverse(square(a))
    if np.any(info != 0):
        raise np.linalg.LinAlgError("Singular matrix")
    return x


@stands_for(np.linalg.det)
def det(a: Any) -> Any:
    """The determinants."""
    return determinant(square(a))[0][()]


@stands_for(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x with tensordot(a, x, x.ndim) = b."""
    a, b = np.asarray(a), np.asarray(b)
    an = a.ndim
    if axes is not None:
        first = [k for k in range(an) if k not in axes]
        a = np.transpose(a, (*first, *axes))
    shape = a.shape[b.ndim :]
    size = 1
    for k in shape:
        size *= k
    if a.size != size**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement             prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return np.linalg.solve(a.reshape(size, size), b.ravel()).reshape(shape)


@stands_for(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of `a` as a map from its last axes to its first `ind`."""
    a = np.asarray(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    rows = 1
    for k in a.shape[ind:]:
        rows *= k
    return np.linalg.inv(a.reshape(rows, -1)).reshape((*a.shape[ind:], *a.shape[:ind]))


@stands_for(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """The sign and the logarithm of the size of the determinants."""
    sign, logarithm = signed_log(square(a))
    return OF_SLOGDET(sign, logarithm)


@stands_for(np.linalg.matrix_rank)
def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values are larger than a tolerance."""
    a = floating(A)
    if a.ndim < 2:
        return int(np.any(a != 0))
    s = np.linalg.svd(a, compute_uv=False, hermitian=hermitian)
    if tol is not None and rtol is not None:
        raise ValueError("`tol` and `rtol` can't be both set.")
    if tol is None:
        relative = max(a.shape[-2], a.shape[-1]) * epsilon(s) if rtol is None else np.asarray(rtol)[..., None]
        limit = np.max(s, axis=-1, keepdims=True) * relative
    else:
        limit = np.asarray(tol)[..., None]
    return np.count_nonzero(s > limit, axis=-1)


@stands_for(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudo-inverses; singular values up to `rcond` times the largest count as 0."""
    a = matrices(a)
    if rcond is not None and rtol is not None:
        raise ValueError("`rtol` and `rcond` can't be both set.")
    a = symmetric(a) if hermitian else a
    relative = rcond if rcond is not None else rtol
    if relative is None:
        return pseudo_inverse(a, 1e-15)
    return truncated_inverse(a, np.asarray(relative))


@stands_for(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The least-squares solution of a x = b of least length, the sums of squares that remain, the rank and the singular values."""
    a, b = alike(a, b)
    vector = b.ndim == 1
    if vector:
        b = b[:, None]
    if a.ndim != 2 or b.ndim != 2:
        raise np.linalg.LinAlgError(f"{a.ndim if a.ndim != 2 else b.ndim}-dimensional array given. Array must be two-dimensional")
    m, n = a.shape
    if b.shape[0] != m:
        raise np.linalg.LinAlgError("Incompatible dimensions")
    relative = epsilon(a) * max(n, m) if rcond is None else rcond if rcond >= 0 else epsilon(a)
    s = np.linalg.svd(a, compute_uv=False)
    rank = np.count_nonzero(s > relative * np.max(s)) if m and n else 0
    x = (pseudo_inverse(a, relative) if rcond is None else truncated_inverse(a, relative)) @ b
    left = np.sum((b - a @ x) ** 2, axis=0) if rank == n and m > n else np.zeros(0, dtype=a.dtype)
    return x[:, 0] if vector else x, left, np.int32(rank), s
