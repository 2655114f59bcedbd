"""Sparse matrices, whatever their format: triples of a value, its row and its column. Products go over them in the order in which the
format keeps them, as SciPy's do."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ...intrinsics import refuse
from ...registry import stands_for
from .entries import Entries

KINDS = tuple(getattr(sp, f"{name}_{kind}") for name in ("csr", "csc", "coo", "dia", "lil", "dok") for kind in ("matrix", "array"))
WAY_OUT = "take it from .toarray(), or outside the function"


def is_sparse(x: Any) -> bool:
    """Whether x is one of those here."""
    return isinstance(x, (Sparse, *KINDS))


class Sparse(Entries):
    """A sparse matrix (`*` is the product) or array (`*` is element by element). One that is made here holds `values`, `rows` and
    `columns`; one from outside what its format says."""

    __array_ufunc__ = None
    array = False

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        self.take(dtype)

    def take(self, dtype: Any) -> None:
        """Keep values of this type."""
        if dtype is not None:
            self.values = self.values.astype(dtype)

    def triples(self) -> Any:
        """The values, their rows and their columns."""
        try:
            return self.values, self.rows, self.columns
        except AttributeError:
            return self.kept()

    def kept(self) -> Any:
        """The same of one from outside."""
        refuse("a sparse matrix of this format is not supported", "make it one in the CSR format: A.tocsr()")

    def like(self, values: Any, rows: Any, columns: Any, shape: Any) -> Any:
        """One of the same kind, made of triples."""
        new = object.__new__(SparseArray if self.array else SparseMatrix)
        new.values, new.rows, new.columns, new._shape = values, rows, columns, shape
        return new

    @property
    def shape(self) -> Any:
        """The numbers of rows and of columns."""
        return self._shape

    @property
    def ndim(self) -> int:
        """2."""
        return 2

    @property
    def T(self) -> Any:
        """The transpose."""
        return self.transpose()

    def transpose(self, axes: Any = None, copy: bool = False) -> Any:
        """The transpose."""
        values, rows, columns = self.triples()
        return self.like(values, columns, rows, (self._shape[1], self._shape[0]))

    def dot(self, other: Any) -> Any:
        """The product with a vector, a matrix or a sparse matrix."""
        if np.isscalar(other):
            return self.scaled(other)
        return self @ other

    def __matmul__(self, other: Any) -> Any:
        if is_sparse(other):
            return self.times(other)
        x = np.asarray(other)
        if x.ndim not in (1, 2):
            raise ValueError("Scalar operands are not allowed, use '*' instead")
        if x.shape[0] != self._shape[1]:
            raise ValueError(f"matmul: dimension mismatch with signature (n,k={self._shape[1]}),(k={x.shape[0]},m)->(n,m)")
        values, rows, columns = self.triples()
        out = np.zeros((self._shape[0], *x.shape[1:]), dtype=np.result_type(values, x))
        for k in range(values.size):
            out[rows[k]] += values[k] * x[columns[k]]
        return out

    def __rmatmul__(self, other: Any) -> Any:
        x = np.asarray(other)
        return self.transpose() @ x if x.ndim == 1 else (self.transpose() @ x.T).T

    def times(self, other: Any) -> Any:
        """The product with another sparse matrix."""
        a, i, k = self.triples()
        b, l, j = other.triples()  # noqa: E741
        met = k[:, None] == l[None, :]
        left, right = np.nonzero(met)
        return self.like(a[left] * b[right], i[left], j[right], (self._shape[0], other._shape[1]))

    def scaled(self, factor: Any) -> Any:
        """All values times a number."""
        values, rows, columns = self.triples()
        return self.like(values * factor, rows, columns, self._shape)

    def __mul__(self, other: Any) -> Any:
        if np.isscalar(other):
            return self.scaled(other)
        return self.multiply(other) if self.array else self @ other

    def __rmul__(self, other: Any) -> Any:
        if np.isscalar(other):
            return self.scaled(other)
        return self.multiply(other) if self.array else self.__rmatmul__(other)

    def __truediv__(self, other: Any) -> Any:
        if is_sparse(other):
            refuse("a sparse matrix divided by another is not supported", WAY_OUT)
        if not np.isscalar(other):
            return self.multiply(1.0 / np.asarray(other))
        values, rows, columns = self.triples()
        return self.like(values / other, rows, columns, self._shape)

    def __neg__(self) -> Any:
        return self.scaled(-1)

    def __add__(self, other: Any) -> Any:
        if not is_sparse(other):
            return self.beside(other) + other
        if self._shape != other._shape:
            raise ValueError("inconsistent shapes")
        (a, i, j), (b, k, l) = self.triples(), other.triples()  # noqa: E741
        return self.like(np.concatenate([a, b]), np.concatenate([i, k]), np.concatenate([j, l]), self._shape)

    def __radd__(self, other: Any) -> Any:
        return other + self.beside(other)

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return other - self.beside(other)

    def beside(self, other: Any) -> Any:
        """The dense array, to be added to another."""
        if not self.array:
            refuse("a sparse matrix and an array make a numpy.matrix, which is not supported", "use .toarray(), or a sparse array")
        return self.toarray()

    def multiply(self, other: Any) -> Any:
        """The product element by element."""
        if np.isscalar(other):
            return self.scaled(other)
        if is_sparse(other):
            return self.at_same_places(other)
        values, rows, columns = self.triples()
        factors = np.broadcast_to(np.asarray(other), self._shape)
        return self.like(values * factors[rows, columns], rows, columns, self._shape)

    def toarray(self, order: Any = None, out: Any = None) -> Any:
        """The dense array."""
        values, rows, columns = self.triples()
        dense = np.zeros(self._shape, dtype=values.dtype)
        for k in range(values.size):
            dense[rows[k], columns[k]] += values[k]
        return dense

    def todense(self, order: Any = None, out: Any = None) -> Any:
        """The dense array of a sparse array."""
        if not self.array:
            refuse("a numpy.matrix is not supported", "use .toarray()")
        return self.toarray()

    def diagonal(self, k: int = 0) -> Any:
        """A diagonal."""
        values, rows, columns = self.triples()
        first, last = max(0, -k), min(self._shape[0], self._shape[1] - k)
        out = np.zeros(max(0, last - first), dtype=values.dtype)
        for place in range(values.size):
            if columns[place] - rows[place] == k:
                out[rows[place] - first] += values[place]
        return out

    def trace(self, offset: int = 0) -> Any:
        """The sum of a diagonal."""
        return self.diagonal(offset).sum()

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """The sum of all, or along an axis."""
        if axis is None:
            return self.triples()[0].sum()
        if not self.array:
            refuse(
                "the sum of a sparse matrix along an axis is a numpy.matrix, which is not supported",
                "use A @ np.ones(n), or a sparse array",
            )
        ones = np.ones(self._shape[axis], dtype=self.triples()[0].dtype)
        return self.transpose() @ ones if axis in (0, -2) else self @ ones

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """The mean of all, or along an axis."""
        if axis is not None:
            return self.sum(axis) / self._shape[axis]
        return self.triples()[0].sum() / (self._shape[0] * self._shape[1])

    def copy(self) -> Any:
        """The same again."""
        values, rows, columns = self.triples()
        return self.like(values, rows, columns, self._shape)

    def tocsr(self, copy: bool = False) -> Any:
        """The same: formats make no difference here."""
        return self

    def tocsc(self, copy: bool = False) -> Any:
        """The same: formats make no difference here."""
        return self

    def tocoo(self, copy: bool = False) -> Any:
        """The same: formats make no difference here."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name in ("data", "indices", "indptr", "row", "col", "nnz", "offsets", "coords"):
            refuse(f"'{name}' of a sparse matrix that is made inside the function is not supported", WAY_OUT)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setitem__(self, key: Any, value: Any) -> None:
        refuse("writing items of a sparse matrix is not supported", "make it of values, rows and columns: csr_matrix((values, (i, j)))")


def triples_of(given: Any, shape: Any) -> Any:
    """The values, rows, columns and shape of what a sparse matrix is made of."""
    if is_sparse(given):
        return (*given.triples(), given._shape)
    if not isinstance(given, tuple):
        dense = np.atleast_2d(given)
        if dense.ndim > 2:
            refuse("a sparse array of more than two axes is not supported", "use a dense array, or two of its axes at a time")
        m, n = dense.shape
        # What is zero here has a derivative too; nobody can ask which places are kept.
        return dense.ravel(), np.repeat(np.arange(m), n), np.tile(np.arange(n), m), dense.shape
    if len(given) == 3:
        values, columns, starts = np.asarray(given[0]), np.asarray(given[1]), np.asarray(given[2])
        rows = np.repeat(np.arange(starts.size - 1), np.diff(starts))
        return values, rows, columns, shape if shape is not None else (starts.size - 1, np.max(columns) + 1)
    if not isinstance(given[1], (tuple, list)):
        refuse("an empty sparse matrix that is filled later is not supported", "make it of values, rows and columns")
    values, rows, columns = np.asarray(given[0]), np.asarray(given[1][0]), np.asarray(given[1][1])
    return values, rows, columns, shape if shape is not None else (np.max(rows) + 1, np.max(columns) + 1)


class SparseMatrix(Sparse):
    """A matrix that is made here."""


class SparseArray(Sparse):
    """An array that is made here."""

    array = True


class Rows(Sparse):
    """A matrix by rows."""

    def kept(self) -> Any:
        return self.data, np.repeat(np.arange(self._shape[0]), np.diff(self.indptr)), self.indices


class Columns(Sparse):
    """A matrix by columns."""

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        if isinstance(arg1, tuple) and len(arg1) == 3:
            values, columns, rows, turned = triples_of(arg1, None if shape is None else (shape[1], shape[0]))
            self.values, self.rows, self.columns, self._shape = values, rows, columns, (turned[1], turned[0])
            self.rows, self.columns = columns_and_rows(arg1)
        else:
            self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        self.take(dtype)

    def kept(self) -> Any:
        return self.data, self.indices, np.repeat(np.arange(self._shape[1]), np.diff(self.indptr))


def columns_and_rows(given: Any) -> Any:
    """The rows and columns of what is kept by columns."""
    starts = np.asarray(given[2])
    return np.asarray(given[1]), np.repeat(np.arange(starts.size - 1), np.diff(starts))


class Triples(Sparse):
    """A matrix by triples."""

    def kept(self) -> Any:
        return self.data, self.row, self.col


class Diagonals(Sparse):
    """A matrix by diagonals."""

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        if not isinstance(arg1, tuple):
            self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        else:
            self.values, self.rows, self.columns = of_diagonals(np.atleast_2d(arg1[0]), np.atleast_1d(arg1[1]), shape)
            self._shape = shape
        self.take(dtype)

    def kept(self) -> Any:
        return of_diagonals(self.data, self.offsets, self._shape)


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
