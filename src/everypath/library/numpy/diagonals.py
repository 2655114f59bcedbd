"""Diagonals and triangles of matrices, and matrices of powers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """A matrix with the elements on its k-th diagonal, 0 elsewhere."""
    return np.diag(np.ravel(v), k)


@stands_for(np.tri)
def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = float, *, like: Any = None) -> Any:
    """1 on and below the k-th diagonal, 0 above."""
    columns = N if M is None else M
    return (np.arange(N)[:, None] >= np.arange(columns) - k).astype(dtype)


@stands_for(np.tril_indices)
def tril_indices(n: int, k: int = 0, m: int | None = None) -> Any:
    """Rows and columns of the elements on and below the k-th diagonal."""
    return np.nonzero(np.tri(n, m, k=k, dtype=bool))


@stands_for(np.triu_indices)
def triu_indices(n: int, k: int = 0, m: int | None = None) -> Any:
    """Rows and columns of the elements on and above the k-th diagonal."""
    return np.nonzero(~np.tri(n, m, k=k - 1, dtype=bool))


@stands_for(np.tril_indices_from)
def tril_indices_from(arr: Any, k: int = 0) -> Any:
    if arr.ndim != 2:
        raise ValueError("input array must be 2-d")
    return np.tril_indices(arr.shape[0], k=k, m=arr.shape[1])


@stands_for(np.triu_indices_from)
def triu_indices_from(arr: Any, k: int = 0) -> Any:
    if arr.ndim != 2:
        raise ValueError("input array must be 2-d")
    return np.triu_indices(arr.shape[0], k=k, m=arr.shape[1])


@stands_for(np.mask_indices)
def mask_indices(n: int, mask_func: Any, k: Any = 0) -> Any:
    """Rows and columns of what a function such as np.triu leaves of a matrix."""
    return np.nonzero(mask_func(np.ones((n, n), int), k) != 0)


@stands_for(np.diag_indices)
def diag_indices(n: int, ndim: int = 2) -> Any:
    return (np.arange(n),) * ndim


@stands_for(np.diag_indices_from)
def diag_indices_from(arr: Any) -> Any:
    if not arr.ndim >= 2:
        raise ValueError("input array must be at least 2-d")
    for n in arr.shape[1:]:
        if n != arr.shape[0]:
            raise ValueError("All dimensions of input must be of equal length")
    return np.diag_indices(arr.shape[0], arr.ndim)


@stands_for(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write on the main diagonal, values over and over; `wrap` begins anew below a tall matrix."""
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    if a.ndim == 2:
        rows, columns = a.shape
        size = rows * columns
        places = np.arange(0, size if wrap else min(size, columns * columns), columns + 1)
        where: Any = (places // max(columns, 1), places % max(columns, 1))
    else:
        for n in a.shape[1:]:
            if n != a.shape[0]:
                raise ValueError("All dimensions of input must be of equal length")
        places = np.arange(a.shape[0])
        where = (places,) * a.ndim
    if np.ndim(val) == 0:
        a[where] = val
    else:
        values = np.ravel(val)
        a[where] = values[np.arange(places.size) % values.size]


@stands_for(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each element, in the columns of a matrix."""
    base = np.asarray(x)
    if base.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = len(base) if N is None else N
    powers = np.ones((len(base), n), dtype=(base[:0] + np.arange(0)).dtype)
    for i in range(len(base)):
        for k in range(1, n):
            powers[i, k] = powers[i, k - 1] * base[i]
    return powers if increasing else powers[:, ::-1]
