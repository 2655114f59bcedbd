"""Norms of vectors and matrices, and condition numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...intrinsics import known, length_of_vectors
from ...linear_algebra.stacks import floating
from ...registry import stands_for
from .decompositions import svdvals

AxisError: Any = getattr(np, "exceptions", np).AxisError


def inexact(x: Any) -> Any:
    """`x` as an array of floats, float16 among them: what is no decomposition is computed in all of them."""
    x = np.asarray(x)
    return x if x.dtype == np.float16 else floating(x)


@stands_for(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors or matrices along one or two axes."""
    x, ord = inexact(x), known(ord, "the order of the norm")
    if axis is None:
        if ord is None or (ord in ("f", "fro") and x.ndim == 2) or (ord == 2 and x.ndim == 1):
            return length_of_vectors(x, None, keepdims)
        axis = tuple(range(x.ndim))
    elif not isinstance(axis, tuple):
        axis = (int(axis),)
    for k in axis:
        if not -x.ndim <= k < x.ndim:
            raise AxisError(k, x.ndim)
    if len(axis) == 1:
        return of_vectors(x, ord, axis, keepdims)
    if len(axis) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    return of_matrices(x, ord, axis, keepdims)


def of_vectors(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """The norm of vectors along one axis, or of all elements that lie along several."""
    if ord is None or ord == 2:
        return length_of_vectors(x, axis, keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    sizes = np.abs(x)
    if ord == np.inf:
        return np.max(sizes, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(sizes, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(sizes, axis=axis, keepdims=keepdims)
    return np.sum(sizes**ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def of_matrices(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """The norm of matrices whose rows and columns are along two axes."""
    row, column = axis[0] % x.ndim, axis[1] % x.ndim
    if row == column:
        raise ValueError("Duplicate axes given.")
    if ord is None or ord in ("fro", "f"):
        return length_of_vectors(x, axis, keepdims)
    if ord in (1, -1):
        sums = np.sum(np.abs(x), axis=row, keepdims=True)
        found = np.max(sums, axis=(row, column)) if ord == 1 else np.min(sums, axis=(row, column))
    elif ord in (np.inf, -np.inf):
        sums = np.sum(np.abs(x), axis=column, keepdims=True)
        found = np.max(sums, axis=(row, column)) if ord > 0 else np.min(sums, axis=(row, column))
    elif ord in (2, -2, "nuc"):
        s = svdvals(np.moveaxis(x, (row, column), (-2, -1)))
        found = np.sum(s, axis=-1) if ord == "nuc" else np.max(s, axis=-1) if ord == 2 else np.min(s, axis=-1)
    else:
        raise ValueError("Invalid norm order for matrices.")
    if keepdims:
        return np.expand_dims(found, (row, column))
    return found


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of all elements, or of those along some axes."""
    x, ord = inexact(x), known(ord, "the order of the norm")
    if axis is None:
        found = of_vectors(np.ravel(x), ord, (0,), False)
        return np.reshape(found, (1,) * x.ndim) if keepdims else found
    return of_vectors(x, ord, axis if isinstance(axis, tuple) else (axis,), keepdims)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norms of the matrices in a stack."""
    return norm(x, ord, (-2, -1), keepdims)


@stands_for(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """How much larger the relative error of a solution may be than that of the data, in some norm."""
    x, p = floating(x), known(p, "the order of the norm")
    if x.size == 0:
        raise np.linalg.LinAlgError("cond is not defined on empty arrays")
    if p is None or p in (2, -2):
        s = svdvals(x)
        return (s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]) + 0.0
    return norm(x, p, (-2, -1)) * norm(np.linalg.inv(x), p, (-2, -1))


if hasattr(np.linalg, "vector_norm"):
    stands_for(np.linalg.vector_norm)(vector_norm)
    stands_for(np.linalg.matrix_norm)(matrix_norm)
