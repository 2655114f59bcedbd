"""Sparse matrices made of diagonals and of other matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ...registry import stands_for
from .matrices import SparseArray, SparseMatrix, is_sparse, of_diagonals


@stands_for(sp.diags)
def diags(diagonals: Any, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None) -> Any:
    entries, shape = along_diagonals(diagonals, offsets, shape)
    return SparseMatrix(entries, shape, dtype)


@stands_for(sp.diags_array)
def diags_array(diagonals: Any, /, *, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None) -> Any:
    entries, shape = along_diagonals(diagonals, offsets, shape)
    return SparseArray(entries, shape, dtype)


def along_diagonals(diagonals: Any, offsets: Any, shape: Any) -> Any:
    """The triples of diagonals given one by one, and the shape."""
    if np.isscalar(offsets):
        diagonals = (np.atleast_1d(diagonals) if np.ndim(diagonals) < 2 else diagonals[0],)
        offsets = (offsets,)
    if shape is None:
        size = np.atleast_1d(diagonals[0]).size + abs(offsets[0])
        shape = (size, size)
    values, rows, columns = [], [], []
    for diagonal, k in zip(diagonals, offsets, strict=True):
        length = min(shape[0] + min(k, 0), shape[1] - max(k, 0))
        place = np.arange(length)
        values.append(np.atleast_1d(diagonal) * 1.0 + np.zeros(length))
        rows.append(place - min(k, 0))
        columns.append(place + max(k, 0))
    return (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape


@stands_for(sp.spdiags)
def spdiags(data: Any, diags: Any, m: Any = None, n: Any = None, format: Any = None) -> Any:
    if n is None:
        m, n = m if m is not None else (np.shape(data)[-1], np.shape(data)[-1])
    values, rows, columns = of_diagonals(np.atleast_2d(data), np.atleast_1d(diags), (m, n))
    return SparseMatrix((values, (rows, columns)), (m, n))


@stands_for(sp.kronsum)
def kronsum(A: Any, B: Any, format: Any = None) -> Any:
    one = A if is_sparse(A) else SparseMatrix(A)
    other = B if is_sparse(B) else SparseMatrix(B)
    if one.shape[0] != one.shape[1] or other.shape[0] != other.shape[1]:
        raise ValueError("A and B must be square")
    return kron(eye(other.shape[0]), one) + kron(other, eye(one.shape[0]))


@stands_for(sp.tril)
def tril(A: Any, k: int = 0, format: Any = None) -> Any:
    return where_in(A, k, True)


@stands_for(sp.triu)
def triu(A: Any, k: int = 0, format: Any = None) -> Any:
    return where_in(A, k, False)


def where_in(A: Any, k: int, below: bool) -> Any:
    """The entries on one side of a diagonal, and on it."""
    one = A if is_sparse(A) else SparseMatrix(A)
    values, rows, columns = one.triples()
    kept = np.flatnonzero(rows + k >= columns if below else rows + k <= columns)
    return one.like(values[kept], rows[kept], columns[kept], one.shape)


def has_arrays(blocks: Any) -> bool:
    """Whether a sparse array is among them, which makes what they are put together to one."""
    found = False
    for block in blocks:
        if is_sparse(block) and block.array:
            found = True
    return found


def whole(arrays: bool, triples: Any, shape: Any, dtype: Any) -> Any:
    """The matrix, or the array, of these triples."""
    values, places = triples
    given = (values if dtype is None else values.astype(dtype), places)
    return SparseArray(given, shape) if arrays else SparseMatrix(given, shape)


@stands_for(sp.bmat)
def bmat(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    arrays = False
    for row in blocks:
        arrays = arrays or has_arrays(row)
    triples, shape = of_blocks(blocks)
    return whole(arrays, triples, shape, dtype)


@stands_for(sp.block_array)
def block_array(blocks: Any, *, format: Any = None, dtype: Any = None) -> Any:
    triples, shape = of_blocks(blocks)
    return whole(True, triples, shape, dtype)


def of_blocks(blocks: Any) -> Any:
    """The triples of a matrix of matrices, None where all is 0, and the shape."""
    heights, widths = [0] * len(blocks), [0] * len(blocks[0])
    for i, row in enumerate(blocks):
        for j, block in enumerate(row):
            if block is not None:
                heights[i], widths[j] = block.shape[0], block.shape[1]
    values, rows, columns, down = [], [], [], 0
    for i, row in enumerate(blocks):
        right = 0
        for j, block in enumerate(row):
            if block is not None:
                one = block if is_sparse(block) else SparseMatrix(block)
                if one.shape[0] != heights[i] or one.shape[1] != widths[j]:
                    raise ValueError(f"blocks[{i},:] has incompatible row dimensions, or blocks[:,{j}] incompatible column dimensions.")
                v, k, l = one.triples()  # noqa: E741
                values.append(v)
                rows.append(k + down)
                columns.append(l + right)
            right = right + widths[j]
        down = down + heights[i]
    return (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (sum(heights), sum(widths))


@stands_for(sp.eye)
def eye(m: int, n: Any = None, k: int = 0, dtype: Any = float, format: Any = None) -> Any:
    n = m if n is None else n
    place = np.arange(max(0, min(m + min(k, 0), n - max(k, 0))))
    return SparseMatrix((np.ones(place.size, dtype=dtype), (place - min(k, 0), place + max(k, 0))), (m, n))


@stands_for(sp.identity)
def identity(n: int, dtype: Any = "d", format: Any = None) -> Any:
    return SparseMatrix((np.ones(n, dtype=dtype), (np.arange(n), np.arange(n))), (n, n))


@stands_for(sp.eye_array)
def eye_array(m: int, n: Any = None, *, k: int = 0, dtype: Any = float, format: Any = None) -> Any:
    made = eye(m, n, k, dtype)
    return SparseArray(made)


@stands_for(sp.kron)
def kron(A: Any, B: Any, format: Any = None) -> Any:
    A = A if is_sparse(A) else SparseMatrix(A)
    B = B if is_sparse(B) else SparseMatrix(B)
    (a, i, j), (b, k, l) = A.triples(), B.triples()  # noqa: E741
    rows = (i[:, None] * B.shape[0] + k[None, :]).ravel()
    columns = (j[:, None] * B.shape[1] + l[None, :]).ravel()
    shape = (A.shape[0] * B.shape[0], A.shape[1] * B.shape[1])
    return whole(A.array or B.array, ((a[:, None] * b[None, :]).ravel(), (rows, columns)), shape, None)


@stands_for(sp.issparse)
def issparse(x: Any) -> bool:
    return is_sparse(x)


@stands_for(sp.hstack)
def hstack(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(blocks, 0, 1, dtype)


@stands_for(sp.vstack)
def vstack(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(blocks, 1, 0, dtype)


@stands_for(sp.block_diag)
def block_diag(mats: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(mats, 1, 1, dtype)


def beside(blocks: Any, down: int, right: int, dtype: Any) -> Any:
    """Matrices, each so far down and to the right as the one before reaches."""
    values, rows, columns = [], [], []
    height, width, tallest, widest = 0, 0, 0, 0
    for block in blocks:
        one = block if is_sparse(block) else SparseMatrix(block)
        v, i, j = one.triples()
        values.append(v)
        rows.append(i + height)
        columns.append(j + width)
        tallest, widest = max(tallest, height + one.shape[0]), max(widest, width + one.shape[1])
        height, width = height + down * one.shape[0], width + right * one.shape[1]
    triples = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return whole(has_arrays(blocks), triples, (tallest, widest), dtype)
