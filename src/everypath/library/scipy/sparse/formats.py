"""The formats of sparse matrices: by rows, by columns, by triples, by diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ...registry import stands_for
from .matrices import Sparse, numbers_of, triples_of


class Rows(Sparse):
    """A matrix by rows."""

    form = "csr"

    def kept(self) -> Any:
        return self.data, np.repeat(np.arange(self._shape[0]), np.diff(self.indptr)), self.indices


class Columns(Sparse):
    """A matrix by columns."""

    form = "csc"

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        if isinstance(arg1, tuple) and len(arg1) == 3:
            values, columns, rows, turned = triples_of(arg1, None if shape is None else (shape[1], shape[0]))
            self.values, self.rows, self.columns, self._shape = values, rows, columns, (turned[1], turned[0])
        else:
            self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        self.take(arg1, dtype)

    def kept(self) -> Any:
        return self.data, self.indices, np.repeat(np.arange(self._shape[1]), np.diff(self.indptr))


class Triples(Sparse):
    """A matrix by triples."""

    form = "coo"

    def kept(self) -> Any:
        return self.data, self.row, self.col


class Diagonals(Sparse):
    """A matrix by diagonals."""

    form = "dia"

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        if not isinstance(arg1, tuple):
            self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        else:
            self.values, self.rows, self.columns = of_diagonals(np.atleast_2d(arg1[0]), np.atleast_1d(numbers_of(arg1[1])), shape)
            self._shape = shape
        self.take(arg1, dtype)

    def kept(self) -> Any:
        return of_diagonals(self.data, self.offsets, self._shape)


class Blocks(Sparse):
    """A matrix by rows of blocks."""

    form = "bsr"

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False, blocksize: Any = None) -> None:
        if isinstance(arg1, tuple) and len(arg1) == 3:
            data, starts = np.asarray(arg1[0]), numbers_of(arg1[2])
            self.values, self.rows, self.columns = of_blocks(data, numbers_of(arg1[1]), starts)
            across = np.max(numbers_of(arg1[1])) + 1
            self._shape = shape if shape is not None else ((starts.size - 1) * data.shape[1], across * data.shape[2])
        else:
            self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        self.take(arg1, dtype)

    def kept(self) -> Any:
        return of_blocks(self.data, self.indices, self.indptr)


def of_blocks(data: Any, columns: Any, starts: Any) -> Any:
    """The triples of blocks, each of which stands in a column of blocks."""
    n, high, wide = data.shape
    rows = np.repeat(np.arange(starts.size - 1), np.diff(starts))
    down = rows[:, None, None] * high + np.arange(high)[:, None] + np.zeros((n, high, wide), dtype=np.int64)
    right = columns[:, None, None] * wide + np.arange(wide) + np.zeros((n, high, wide), dtype=np.int64)
    return np.ravel(data), np.ravel(down), np.ravel(right)


def of_diagonals(data: Any, offsets: Any, shape: Any) -> Any:
    """The triples of diagonals, of which item j stands in column j."""
    columns = np.arange(data.shape[1]) + np.zeros((offsets.size, 1), dtype=np.int64)
    rows = columns - offsets[:, None]
    place, column = np.nonzero((rows >= 0) & (rows < shape[0]) & (columns < shape[1]))
    return data[place, column], rows[place, column], column


@stands_for(sp.csr_matrix)
class csr_matrix(Rows):
    """A matrix by rows."""


@stands_for(sp.csc_matrix)
class csc_matrix(Columns):
    """A matrix by columns."""


@stands_for(sp.coo_matrix)
class coo_matrix(Triples):
    """A matrix by triples."""


@stands_for(sp.dia_matrix)
class dia_matrix(Diagonals):
    """A matrix by diagonals."""


@stands_for(sp.csr_array)
class csr_array(Rows):
    """An array by rows."""

    array = True


@stands_for(sp.csc_array)
class csc_array(Columns):
    """An array by columns."""

    array = True


@stands_for(sp.coo_array)
class coo_array(Triples):
    """An array by triples."""

    array = True


@stands_for(sp.dia_array)
class dia_array(Diagonals):
    """An array by diagonals."""

    array = True


@stands_for(sp.bsr_matrix)
class bsr_matrix(Blocks):
    """A matrix by blocks."""


@stands_for(sp.bsr_array)
class bsr_array(Blocks):
    """An array by blocks."""

    array = True
