"""How the sweeps of a sparse derivative become its matrices: where in what the sweeps gave each entry stands, found once a pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..unchanging import plain_value
from .patterns import Integers, Pattern, csr_array

Way = Literal["columns", "rows", "symmetric"]


@plain_value
class Piece:
    """The pattern of the block of one result and one leaf: `columns` and `starts` as SciPy keeps them, and where each entry comes from."""

    shape: tuple[int, int]
    starts: Any
    columns: Any
    source: Integers

    def filled(self, compressed: Any, dtype: Any) -> Any:
        """The block, a matrix of its own."""
        values = np.take(compressed, self.source).astype(dtype, copy=False)
        return csr_array()((values, self.columns.copy(), self.starts.copy()), shape=self.shape)


@dataclass(frozen=True)
class Plan:
    """A pattern, the heights of its blocks, and which of its columns (or rows) are found by one sweep."""

    pattern: Pattern
    heights: tuple[int, ...]
    way: Way
    colours: Integers
    known: dict[tuple[int, ...], list[list[Piece]]] = field(default_factory=dict, repr=False)

    @property
    def number(self) -> int:
        """How many sweeps it takes."""
        return int(self.colours.max(initial=-1)) + 1

    @cached_property
    def source(self) -> Integers:
        """Where each entry stands in the matrix that has a row for each sweep, counted through."""
        rows, columns, colours = self.pattern.rows, self.pattern.columns, self.colours
        if self.way == "rows":
            return colours[rows] * self.pattern.width + columns
        if self.way == "columns":
            return colours[columns] * self.pattern.height + rows
        return of_symmetric(rows, columns, colours, self.number, self.pattern.height)

    def pieces(self, widths: tuple[int, ...]) -> list[list[Piece]]:
        """The blocks, by rows, where the leaves have so many elements."""
        if widths not in self.known:
            self.known[widths] = [[self.piece(r, m, c, n) for c, n in placed(widths)] for r, m in placed(self.heights)]
        return self.known[widths]

    def piece(self, top: int, height: int, left: int, width: int) -> Piece:
        """The block of so many rows and columns from (top, left) on."""
        first, last = self.pattern.starts[top], self.pattern.starts[top + height]
        columns = self.pattern.columns[first:last] - left
        inside = (columns >= 0) & (columns < width)
        before = np.concatenate([[0], np.cumsum(inside)])
        begins = before[self.pattern.starts[top : top + height + 1] - first]
        small = np.int32 if max(len(columns), width) < 2**31 else np.int64
        return Piece((height, width), begins.astype(small), columns[inside].astype(small), self.source[first:last][inside])


def of_symmetric(rows: Integers, columns: Integers, colours: Integers, number: int, height: int) -> Integers:
    """Where the entries of a symmetric matrix stand in its products with the sums of columns of one colour.

    In row i the colour of j stands for (i, j) alone, or in row j the colour of i does: so it is in a star colouring.
    """
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    crowd = np.bincount(rows * number + colours[columns], minlength=height * number)
    direct = crowd[high * number + colours[low]] == 1
    return np.where(direct, colours[low] * height + high, colours[high] * height + low)


def starts(sizes: Sequence[int]) -> Iterator[int]:
    """Where each of several pieces begins."""
    return iter(np.cumsum([0, *sizes[:-1]]).tolist())


def placed(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where each of several pieces begins, and its size."""
    return zip(starts(sizes), sizes, strict=True)
