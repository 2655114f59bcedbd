"""What is done to each entry of a sparse matrix, and which entries it has at some rows and columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...intrinsics import refuse

COMPARED = "compare .toarray(), or the values that it was made of"


def united(values: Any, rows: Any, columns: Any, shape: Any) -> Any:
    """The triples row by row, those of one place as one: their sum."""
    places, which = np.unique(rows.astype(np.int64) * shape[1] + columns, return_inverse=True)
    sums = np.zeros(places.size, dtype=values.dtype)
    for k in range(values.size):
        sums[which[k]] += values[k]
    return sums, places // shape[1], places % shape[1]


class Entries:
    """Functions that leave 0 alone go over the entries, of which those of one place count as one."""

    array: Any
    triples: Any
    like: Any
    of_both: Any
    copy: Any
    _shape: Any

    def whole(self) -> Any:
        """The triples, each place once."""
        values, rows, columns = self.triples()
        return united(values, rows, columns, self._shape)

    def each(self, function: Any) -> Any:
        """The function of each entry."""
        values, rows, columns = self.whole()
        return self.like(function(values), rows, columns, self._shape)

    def power(self, n: Any, dtype: Any = None) -> Any:
        """Each entry to the power n."""
        if not np.isscalar(n):
            raise NotImplementedError("input is not scalar")
        if n == 0:
            raise NotImplementedError("zero power is not supported as it would densify the matrix.")
        values, rows, columns = self.whole()
        return self.like((values if dtype is None else values.astype(dtype)) ** n, rows, columns, self._shape)

    def __pow__(self, n: Any) -> Any:
        if self.array:
            return self.power(n)
        if self._shape[0] != self._shape[1]:
            raise TypeError("matrix is not square")
        if not isinstance(n, int) or n < 1:
            refuse("a sparse matrix to this power is not supported", "use np.linalg.matrix_power(A.toarray(), n)")
        found: Any = self
        for _ in range(1, n):
            found = found @ self
        return found

    def __abs__(self) -> Any:
        return self.each(np.abs)

    def sqrt(self) -> Any:
        """The root of each entry."""
        return self.each(np.sqrt)

    def sin(self) -> Any:
        """The sine of each entry."""
        return self.each(np.sin)

    def tan(self) -> Any:
        """The tangent of each entry."""
        return self.each(np.tan)

    def arcsin(self) -> Any:
        """The arcsine of each entry."""
        return self.each(np.arcsin)

    def arctan(self) -> Any:
        """The arctangent of each entry."""
        return self.each(np.arctan)

    def sinh(self) -> Any:
        """The hyperbolic sine of each entry."""
        return self.each(np.sinh)

    def tanh(self) -> Any:
        """The hyperbolic tangent of each entry."""
        return self.each(np.tanh)

    def arcsinh(self) -> Any:
        """The inverse hyperbolic sine of each entry."""
        return self.each(np.arcsinh)

    def arctanh(self) -> Any:
        """The inverse hyperbolic tangent of each entry."""
        return self.each(np.arctanh)

    def expm1(self) -> Any:
        """exp - 1 of each entry."""
        return self.each(np.expm1)

    def log1p(self) -> Any:
        """The logarithm of 1 + each entry."""
        return self.each(np.log1p)

    def deg2rad(self) -> Any:
        """Each entry in radians."""
        return self.each(np.deg2rad)

    def rad2deg(self) -> Any:
        """Each entry in degrees."""
        return self.each(np.rad2deg)

    def sign(self) -> Any:
        """The sign of each entry."""
        return self.each(np.sign)

    def floor(self) -> Any:
        """Each entry rounded down."""
        return self.each(np.floor)

    def ceil(self) -> Any:
        """Each entry rounded up."""
        return self.each(np.ceil)

    def rint(self) -> Any:
        """Each entry rounded."""
        return self.each(np.rint)

    def trunc(self) -> Any:
        """Each entry rounded towards 0."""
        return self.each(np.trunc)

    def astype(self, dtype: Any, casting: str = "unsafe", copy: bool = True) -> Any:
        """The same of another dtype."""
        values, rows, columns = self.triples()
        return self.like(values.astype(dtype), rows, columns, self._shape)

    def conj(self, copy: bool = True) -> Any:
        """The same: entries are real."""
        return self.copy()

    def conjugate(self, copy: bool = True) -> Any:
        """The same: entries are real."""
        return self.copy()

    def sum_duplicates(self) -> None:
        """Nothing: entries of one place count as their sum already."""

    def eliminate_zeros(self) -> None:
        """Nothing: a 0 that is kept counts as one that is not."""

    def sort_indices(self) -> None:
        """Nothing: the order makes no difference here."""

    def count_nonzero(self) -> Any:
        """How many entries are not 0."""
        return int(np.count_nonzero(self.whole()[0]))

    def max(self, axis: Any = None, out: Any = None) -> Any:
        """The largest entry, those that are not kept, which are 0, among them."""
        return self.extreme(np.max, np.maximum, axis)

    def min(self, axis: Any = None, out: Any = None) -> Any:
        """The smallest entry, those that are not kept among them."""
        return self.extreme(np.min, np.minimum, axis)

    def extreme(self, of_all: Any, of_two: Any, axis: Any) -> Any:
        """The same, whichever it is."""
        if axis is not None:
            refuse("the largest or smallest entries of a sparse matrix along an axis are not supported", "use .toarray()")
        values = self.whole()[0]
        if values.size == 0:
            return values.dtype.type(0)
        found = of_all(values)
        return found if values.size == self._shape[0] * self._shape[1] else of_two(found, values.dtype.type(0))

    def at_same_places(self, other: Any) -> Any:
        """The product element by element with another sparse matrix."""
        if self._shape != other._shape:
            refuse("the product of sparse matrices of two shapes element by element is not supported", "multiply with .toarray() of one")
        (a, i, j), (b, k, l) = self.whole(), other.whole()  # noqa: E741
        here, there = i * self._shape[1] + j, k * self._shape[1] + l
        if there.size == 0:
            return self.of_both(other, a[:0], i[:0], j[:0], self._shape)
        beside = np.minimum(np.searchsorted(there, here), there.size - 1)
        met = np.flatnonzero(there[beside] == here)
        return self.of_both(other, a[met] * b[beside[met]], i[met], j[met], self._shape)

    def reshape(self, *shape: Any, order: str = "C", copy: bool = False) -> Any:
        """The same entries in another shape."""
        if order != "C":
            refuse("the option 'order' of .reshape() of a sparse matrix is not supported", "leave it out")
        wanted = shape[0] if len(shape) == 1 else shape
        size = self._shape[0] * self._shape[1]
        m = size // wanted[1] if wanted[0] == -1 else wanted[0]
        n = size // m if wanted[1] == -1 else wanted[1]
        if m * n != size:
            raise ValueError(f"cannot reshape array of size {size} into shape {wanted}")
        values, rows, columns = self.triples()
        places = rows.astype(np.int64) * self._shape[1] + columns
        return self.like(values, places // n, places % n, (m, n), "coo", "any")

    def __getitem__(self, key: Any) -> Any:
        i, j = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(i, int) and isinstance(j, int):
            row, column = np.arange(self._shape[0])[i], np.arange(self._shape[1])[j]
            values, rows, columns = self.triples()
            return np.sum(values[(rows == row) & (columns == column)])
        if self.array and (isinstance(i, int) or isinstance(j, int)):
            refuse("a row or column of a sparse array, which has one axis, is not supported", "keep both axes: A[[i]], A[:, [j]]")
        if not (isinstance(i, (int, slice)) or isinstance(j, (int, slice))):
            refuse("entries of a sparse matrix at rows and columns one by one are not supported", "take them from .toarray()")
        return self.chosen(i, 0).chosen(j, 1)

    def chosen(self, key: Any, axis: int) -> Any:
        """The rows (0) or columns (1) that are asked for."""
        whole = np.arange(self._shape[axis])
        lines = whole[key : key + 1] if isinstance(key, int) and key >= 0 else np.atleast_1d(whole[key])
        if isinstance(key, int) and lines.size == 0:
            raise IndexError(f"index ({key}) out of range")
        values, rows, columns = self.triples()
        place, entry = np.nonzero(lines[:, None] == (columns if axis else rows))
        if axis:
            return self.like(values[entry], rows[entry], place, (self._shape[0], lines.size), None, "any")
        return self.like(values[entry], place, columns[entry], (lines.size, self._shape[1]), None, "any")

    def getrow(self, i: int) -> Any:
        """A row, as a matrix of one."""
        return self.chosen(i, 0)

    def getcol(self, j: int) -> Any:
        """A column, as a matrix of one."""
        return self.chosen(j, 1)

    def __lt__(self, other: Any) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    def __gt__(self, other: Any) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    def __le__(self, other: Any) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    def __ge__(self, other: Any) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    def __eq__(self, other: object) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    def __ne__(self, other: object) -> Any:
        refuse("comparing a sparse matrix is not supported", COMPARED)

    __hash__ = None  # type: ignore[assignment]
