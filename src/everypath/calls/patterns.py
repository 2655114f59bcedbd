"""Sparsity patterns, by rows, as SciPy keeps its matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

Integers = np.ndarray[Any, np.dtype[np.int64]]


def csr_array() -> Any:
    """SciPy's class. An array, as the dense answer is: `*` goes entry by entry, `@` is the matrix product."""
    try:
        from scipy.sparse import csr_array
    except ImportError as problem:
        raise ImportError("sparse=True gives arrays of scipy.sparse: install SciPy 1.13 or newer, or leave sparse out") from problem
    return csr_array


class Pattern:
    """A sparsity pattern by rows: the columns of row r are `columns[starts[r]:starts[r + 1]]`, rising."""

    def __init__(self, starts: Integers, columns: Integers, width: int) -> None:
        self.starts, self.columns, self.width = starts, columns, width

    @classmethod
    def of_pairs(cls, rows: Integers, columns: Integers, height: int, width: int) -> Pattern:
        """The pattern with entries at these places, each taken once."""
        matrix = csr_array()((np.ones(len(rows), np.int8), (rows, columns)), shape=(height, width))
        matrix.sum_duplicates()
        return cls(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), width)

    @property
    def height(self) -> int:
        return len(self.starts) - 1

    @property
    def rows(self) -> Integers:
        """The row of each entry."""
        return np.repeat(np.arange(self.height), np.diff(self.starts))

    @property
    def transposed(self) -> Pattern:
        return Pattern.of_pairs(self.columns, self.rows, self.width, self.height)

    def united(self, other: Pattern) -> Pattern:
        """The entries of both."""
        rows, columns = np.concatenate([self.rows, other.rows]), np.concatenate([self.columns, other.columns])
        return Pattern.of_pairs(rows, columns, self.height, self.width)
