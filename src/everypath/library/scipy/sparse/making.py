"""Sparse matrices made of diagonals and of other matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ...registry import stands_for
from .formats import of_diagonals
from .matrices import SparseArray, SparseMatrix, is_sparse


def formed(made: Any, usual: Any, format: Any) -> Any:
    """The matrix that was made, in the format that is asked for, or the usual one; of what is made by diagonals, others leave zeros out."""
    made.form = usual if format is None else format
    made.order = "by place" if made.form in ("csr", "csc") else "as given"
    made.dense = made.dense or usual == "dia"
    return made


@stands_for(sp.diags)
def diags(diagonals: Any, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None) -> Any:
    entries, shape = along_diagonals(diagonals, offsets, shape)
    return formed(SparseMatrix(entries, shape, dtype), "dia", format)


@stands_for(sp.diags_array)
def diags_array(diagonals: Any, /, *, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None) -> Any:
    entries, shape = along_diagonals(diagonals, offsets, shape)
    return formed(SparseArray(entries, shape, dtype), "dia", format)


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
    return formed(SparseMatrix((values, (rows, columns)), (m, n)), "dia", format)


@stands_for(sp.kronsum)
def kronsum(A: Any, B: Any, format: Any = None) -> Any:
    one = A if is_sparse(A) else SparseMatrix(A)
    other = B if is_sparse(B) else SparseMatrix(B)
    if one.shape[0] != one.shape[1] or other.shape[0] != other.shape[1]:
        raise ValueError("A and B must be square")
    return formed(kron(eye(other.shape[0]), one) + kron(other, eye(one.shape[0])), "csr", format)


@stands_for(sp.tril)
def tril(A: Any, k: int = 0, format: Any = None) -> Any:
    return where_in(A, k, True, format)


@stands_for(sp.triu)
def triu(A: Any, k: int = 0, format: Any = None) -> Any:
    return where_in(A, k, False, format)


def where_in(A: Any, k: int, below: bool, format: Any) -> Any:
    """The entries on one side of a diagonal, and on it."""
    one = A if is_sparse(A) else SparseMatrix(A)
    values, rows, columns = one.triples()
    kept = np.flatnonzero(rows + k >= columns if below else rows + k <= columns)
    return formed(one.like(values[kept], rows[kept], columns[kept], one.shape), "coo", format)


def has_arrays(blocks: Any) -> bool:
    """Whether a sparse array is among them, which makes what they are put together to one."""
    found = False
    for block in blocks:
        if is_sparse(block) and block.array:
            found = True
    return found


def has_dense(blocks: Any) -> bool:
    """Whether something dense is among them, whose zeros are left out."""
    found = False
    for block in blocks:
        if block is not None and (not is_sparse(block) or block.dense):
            found = True
    return found


def whole(arrays: bool, dense: bool, triples: Any, shape: Any, dtype: Any, usual: Any, format: Any) -> Any:
    """The matrix, or the array, of these triples."""
    values, places = triples
    given = (values if dtype is None else values.astype(dtype), places)
    made = SparseArray(given, shape) if arrays else SparseMatrix(given, shape)
    made.dense = dense
    return formed(made, usual, format)


@stands_for(sp.bmat)
def bmat(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    arrays, dense = False, False
    for row in blocks:
        arrays, dense = arrays or has_arrays(row), dense or has_dense(row)
    triples, shape = of_blocks(blocks)
    return whole(arrays, dense, triples, shape, dtype, "coo", format)


@stands_for(sp.block_array)
def block_array(blocks: Any, *, format: Any = None, dtype: Any = None) -> Any:
    dense = False
    for row in blocks:
        dense = dense or has_dense(row)
    triples, shape = of_blocks(blocks)
    return whole(True, dense, triples, shape, dtype, "coo", format)


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
    return formed(SparseMatrix((np.ones(place.size, dtype=dtype), (place - min(k, 0), place + max(k, 0))), (m, n)), "dia", format)


@stands_for(sp.identity)
def identity(n: int, dtype: Any = "d", format: Any = None) -> Any:
    return formed(SparseMatrix((np.ones(n, dtype=dtype), (np.arange(n), np.arange(n))), (n, n)), "dia", format)


@stands_for(sp.eye_array)
def eye_array(m: int, n: Any = None, *, k: int = 0, dtype: Any = float, format: Any = None) -> Any:
    return formed(SparseArray(eye(m, n, k, dtype)), "dia", format)


@stands_for(sp.kron)
def kron(A: Any, B: Any, format: Any = None) -> Any:
    A = A if is_sparse(A) else SparseMatrix(A)
    B = B if is_sparse(B) else SparseMatrix(B)
    (a, i, j), (b, k, l) = A.triples(), B.triples()  # noqa: E741
    rows = (i[:, None] * B.shape[0] + k[None, :]).ravel()
    columns = (j[:, None] * B.shape[1] + l[None, :]).ravel()
    shape = (A.shape[0] * B.shape[0], A.shape[1] * B.shape[1])
    return whole(A.array or B.array, A.dense or B.dense, ((a[:, None] * b[None, :]).ravel(), (rows, columns)), shape, None, None, format)


@stands_for(sp.issparse)
def issparse(x: Any) -> bool:
    return is_sparse(x)


@stands_for(sp.hstack)
def hstack(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(blocks, 0, 1, dtype, format)


@stands_for(sp.vstack)
def vstack(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(blocks, 1, 0, dtype, format)


@stands_for(sp.block_diag)
def block_diag(mats: Any, format: Any = None, dtype: Any = None) -> Any:
    return beside(mats, 1, 1, dtype, format)


def beside(blocks: Any, down: int, right: int, dtype: Any, format: Any) -> Any:
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
    forms = [block.form if is_sparse(block) else "coo" for block in blocks]
    alike = down + right == 1 and forms[0] in ("csr", "csc") and forms == [forms[0]] * len(forms)
    counted = [block for block in blocks if is_sparse(block)] if down + right == 2 else blocks  # block_diag keeps the zeros of dense ones
    return whole(has_arrays(blocks), has_dense(counted), triples, (tallest, widest), dtype, forms[0] if alike else "coo", format)


def of_format(name: str) -> Any:
    """Whether it is a sparse matrix, rather than an array, of this format."""

    def asked(x: Any) -> bool:
        return is_sparse(x) and not x.array and x.form == name

    return asked


@stands_for(sp.isspmatrix)
def isspmatrix(x: Any) -> bool:
    return is_sparse(x) and not x.array


for _name in ("csr", "csc", "coo", "dia", "lil", "dok", "bsr"):
    stands_for(getattr(sp, f"isspmatrix_{_name}"))(of_format(_name))
