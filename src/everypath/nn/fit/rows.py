"""Data as rows: what NumPy makes arrays of (lists, tables of pandas, tensors), and datasets of items, as PyTorch has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

import everypath as ep

from ...structure import stranger
from ..arrays import Array


class Rows(NamedTuple):
    """So many examples, and the arrays of some of them: `take(rows)`."""

    total: int
    take: Callable[[Array], tuple[Array, ...]]


def minibatches(rng: np.random.Generator, size: int, *arrays: Any) -> Iterator[tuple[Array, ...]]:
    """Batches of the same random rows of each array, without end: every epoch takes every row once, in a new order.

    Rows are what the first axis counts: a list, a table or a column of pandas is taken as the array that NumPy makes of it; a dataset with
    `len` and items, as PyTorch has them, gives as many arrays as its items have parts. The rows that are left over at the end of an epoch
    are left out of it, so that all batches have one shape.

    Raises InvalidArgument for what is not rows of numbers, for unequal numbers of rows, and for a size that they do not have.
    """
    rows = rows_of("minibatches", *arrays)
    if not 0 < size <= rows.total:
        raise ep.InvalidArgument(f"a batch of {size} rows cannot be taken from {rows.total}")
    return batches_without_end(rng, size, rows)


def batches_without_end(rng: np.random.Generator, size: int, rows: Rows) -> Iterator[tuple[Array, ...]]:
    while True:
        order = rng.permutation(rows.total)
        for start in range(0, rows.total - size + 1, size):
            yield rows.take(order[start : start + size])


def rows_of(caller: str, *arrays: Any) -> Rows:
    """The rows of arrays side by side."""
    columns = [items(a) if is_dataset(a) else table(caller, a) for a in arrays]
    counts = {c.total for c in columns}
    if len(counts) != 1:
        known = ", ".join(str(c.total) for c in columns) or "none"
        raise ep.InvalidArgument(f"{caller} takes arrays with the same number of rows, not {known}")
    return Rows(counts.pop(), lambda rows: tuple(part for c in columns for part in c.take(rows)))


def table(caller: str, given: Any) -> Rows:
    """What the first axis of an array counts. Of a table of pandas, xarray, Polars or PyTorch these are its numbers; units and masks
    are refused."""
    kind = stranger(given)
    try:
        array = np.asarray(given)
    except ValueError as problem:
        raise ep.InvalidArgument(f"{caller} takes rows of one shape, and several arrays as a tuple: {problem}") from None
    if array.ndim == 0 or array.dtype.kind not in "biufc" or (kind is not None and not kind.rows):
        way_out = "pass its numbers as an array" if kind is None else f"pass its numbers: x{kind.numbers}"
        raise ep.InvalidArgument(f"{caller} takes arrays of numbers, not {type(given).__name__}; {way_out}")
    return Rows(len(array), lambda rows: (array[rows],))


def is_dataset(given: Any) -> bool:
    """Whether this has items to ask for one by one, and is nothing that NumPy knows."""
    known = isinstance(given, (list, tuple, str, bytes, Mapping)) or hasattr(given, "__array__") or hasattr(given, "__array_interface__")
    return not known and hasattr(type(given), "__getitem__") and hasattr(type(given), "__len__")


def items(dataset: Any) -> Rows:
    """The items of a dataset, stacked; items that are tuples give an array for each of their parts."""

    def take(rows: Array) -> tuple[Array, ...]:
        chosen = [dataset[int(k)] for k in rows]
        if not isinstance(chosen[0], (tuple, list)):
            return (np.stack([np.asarray(item) for item in chosen]),)
        return tuple(np.stack([np.asarray(part) for part in column]) for column in zip(*chosen, strict=True))

    return Rows(len(dataset), take)
