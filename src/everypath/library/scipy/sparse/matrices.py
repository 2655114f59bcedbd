"""Sparse matrices, whatever their format: triples of a value, its row and its column. Products go over them in the order in which the
format keeps them, as SciPy's do."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ....errors import NotSupported
from ...intrinsics import refuse
from .entries import Entries, united

KINDS = tuple(getattr(sp, f"{name}_{kind}") for name in ("csr", "csc", "coo", "dia", "lil", "dok", "bsr") for kind in ("matrix", "array"))
WAY_OUT = "take it from .toarray(), or outside the function"


def is_sparse(x: Any) -> bool:
    """Whether x is one of those here."""
    return isinstance(x, (Sparse, *KINDS))


class Sparse(Entries):
    """A sparse matrix (`*` is the product) or array (`*` is element by element). One that is made here holds `values`, `rows` and
    `columns`; one from outside what its format says."""

    __array_ufunc__ = None
    array = False
    form = "coo"
    dense = False
    order = "as given"

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        self.values, self.rows, self.columns, self._shape = triples_of(arg1, shape)
        self.take(arg1, dtype)

    def take(self, given: Any, dtype: Any) -> None:
        """Keep values of this type, and what is known of how they stand: whether the zeros among them are left out in SciPy's
        (`dense`), and whether they stand there as they do here (`order`)."""
        if dtype is not None:
            self.values = self.values.astype(dtype)
        self.dense = given.dense if is_sparse(given) else not isinstance(given, tuple)
        stands = self.form == "coo" or (isinstance(given, tuple) and len(given) == 3)
        self.order = given.order if is_sparse(given) else "as given" if stands else "by place"

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        if not kind.__module__.startswith("scipy."):
            if held["form"] is None:
                reason = "the function returns a sparse matrix whose format hangs on how full it is, which is not supported"
                raise NotSupported([(None, reason, "ask for a format: .tocsr()")])
            kind = getattr(sp, f"{held['form']}_{'array' if kind.array else 'matrix'}")
        triples = sp.coo_array if issubclass(kind, sp.sparray) else sp.coo_matrix
        made = triples((held["values"], (held["rows"], held["columns"])), shape=held["_shape"])
        if held.get("dense"):
            made.eliminate_zeros()
        return kind(made)

    @property
    def format(self) -> Any:
        """By what the entries are kept."""
        if self.form is None:
            refuse("the format of a Kronecker product hangs on how full it is, which is not supported", "ask for one: .tocsr()")
        return self.form

    def triples(self) -> Any:
        """The values, their rows and their columns."""
        try:
            return self.values, self.rows, self.columns
        except AttributeError:
            return self.kept()

    def kept(self) -> Any:
        """The same of one from outside."""
        refuse("a sparse matrix of this format is not supported", "make it one in the CSR format: A.tocsr()")

    def like(self, values: Any, rows: Any, columns: Any, shape: Any, form: Any = None, order: Any = None) -> Any:
        """One of the same kind, made of triples."""
        new = object.__new__(SparseArray if self.array else SparseMatrix)
        new.values, new.rows, new.columns, new._shape = values, rows, columns, shape
        new.form, new.dense = self.form if form is None else form, self.dense
        new.order = self.order if order is None else order
        return new

    def of_both(self, other: Any, values: Any, rows: Any, columns: Any, shape: Any) -> Any:
        """What is made of two: by columns if the first is, by diagonals or blocks if both are, else by rows."""
        alike = self.form == other.form and self.form in ("dia", "bsr")
        form = self.form if alike or self.form == "csc" else "csr"
        new = self.like(values, rows, columns, shape, form, "any")
        new.dense = self.dense or other.dense
        return new

    def stored(self) -> Any:
        """The triples as SciPy keeps them, sorted by place where it does."""
        if self.order == "any" or self.form not in ("csr", "csc", "coo"):
            refuse("how this sparse matrix, which is made inside the function, is kept is not supported", WAY_OUT)
        values, rows, columns = self.triples()
        if self.order == "by place":
            if self.form == "csc":
                values, columns, rows = united(values, columns, rows, (self._shape[1], self._shape[0]))
            else:
                values, rows, columns = united(values, rows, columns, self._shape)
        if not self.dense:
            return values, rows, columns
        kept = np.flatnonzero(values)
        return values[kept], rows[kept], columns[kept]

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
        form = "csc" if self.form == "csr" else "csr" if self.form == "csc" else self.form
        return self.like(values, columns, rows, (self._shape[1], self._shape[0]), form)

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
        return self.of_both(other, a[left] * b[right], i[left], j[right], (self._shape[0], other._shape[1]))

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
        return self.of_both(other, np.concatenate([a, b]), np.concatenate([i, k]), np.concatenate([j, l]), self._shape)

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
        form = "dia" if self.form == "dia" else "coo"
        return self.like(values * factors[rows, columns], rows, columns, self._shape, form)

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

    def asformat(self, format: Any, copy: bool = False) -> Any:
        """The same in another format."""
        if format is None or format == self.form:
            return self
        values, rows, columns = self.triples()
        order = "any" if self.order == "any" or format not in ("csr", "csc") else "by place"
        return self.like(values, rows, columns, self._shape, format, order)

    def tocsr(self, copy: bool = False) -> Any:
        """The same by rows."""
        return self.asformat("csr")

    def tocsc(self, copy: bool = False) -> Any:
        """The same by columns."""
        return self.asformat("csc")

    def tocoo(self, copy: bool = False) -> Any:
        """The same by triples."""
        return self.asformat("coo")

    def __getattr__(self, name: str) -> Any:
        if name == "nnz":
            return self.stored()[0].size
        form = self.form
        if name == "data" and form != "dia":
            return self.stored()[0]
        if name in ("row", "col", "coords") and form == "coo":
            rows, columns = self.stored()[1].astype(np.int32), self.stored()[2].astype(np.int32)
            return rows if name == "row" else columns if name == "col" else (rows, columns)
        if name in ("indices", "indptr") and form in ("csr", "csc"):
            along, across = self.stored()[1:] if form == "csr" else self.stored()[:0:-1]
            if name == "indices":
                return across.astype(np.int32)
            counts = np.bincount(along, minlength=self._shape[0 if form == "csr" else 1])
            return np.concatenate((np.zeros(1, np.int32), np.cumsum(counts).astype(np.int32)))
        if name in ("data", "offsets"):
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
        values, columns, starts = np.asarray(given[0]), numbers_of(given[1]), numbers_of(given[2])
        rows = np.repeat(np.arange(starts.size - 1), np.diff(starts))
        return values, rows, columns, shape if shape is not None else (starts.size - 1, np.max(columns) + 1)
    if not isinstance(given[1], (tuple, list)):
        refuse("an empty sparse matrix that is filled later is not supported", "make it of values, rows and columns")
    values, rows, columns = np.asarray(given[0]), numbers_of(given[1][0]), numbers_of(given[1][1])
    return values, rows, columns, shape if shape is not None else (np.max(rows) + 1, np.max(columns) + 1)


def numbers_of(places: Any) -> Any:
    """Rows or columns, which may be given as floats."""
    found = np.asarray(places)
    return found.astype(np.int64) if np.issubdtype(found.dtype, np.floating) else found


class SparseMatrix(Sparse):
    """A matrix that is made here."""


class SparseArray(Sparse):
    """An array that is made here."""

    array = True
