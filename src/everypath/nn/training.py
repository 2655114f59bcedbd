"""Training: batches, and parameters that descend along everypath's gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import everypath as ep

from ..structure import stranger
from .optimisers import Optimiser

Array = np.ndarray[Any, Any]


def minibatches(rng: np.random.Generator, size: int, *arrays: Any) -> Iterator[tuple[Array, ...]]:
    """Batches of the same random rows of each array, without end: every epoch takes every row once, in a new order.

    Rows are what the first axis counts: a list, a table or a column of pandas is taken as the array that NumPy makes of it. The rows
    that are left over at the end of an epoch are left out of it, so that all batches have one shape.
    """
    tables = [rows_of(a) for a in arrays]
    lengths = {len(a) for a in tables}
    if len(lengths) != 1:
        raise ep.InvalidArgument(
            f"minibatches takes arrays with the same number of rows, not {', '.join(map(str, map(len, tables))) or 'none'}"
        )
    (n,) = lengths
    if not 0 < size <= n:
        raise ep.InvalidArgument(f"a batch of {size} rows cannot be taken from {n}")
    return batches_of(rng, size, n, tables)


def rows_of(table: Any) -> Array:
    """`table` as an array of rows. Of a table of pandas, xarray, Polars or PyTorch these are its numbers; units and masks are refused."""
    kind, array = stranger(table), np.asarray(table)
    if array.ndim == 0 or array.dtype == object or (kind is not None and not kind.rows):
        way_out = "pass its numbers as an array" if kind is None else f"pass its numbers: x{kind.numbers}"
        raise ep.InvalidArgument(f"minibatches takes arrays of numbers, not {type(table).__name__}; {way_out}")
    return array


def batches_of(rng: np.random.Generator, size: int, n: int, arrays: list[Array]) -> Iterator[tuple[Array, ...]]:
    while True:
        order = rng.permutation(n)
        for start in range(0, n - size + 1, size):
            rows = order[start : start + size]
            yield tuple(a[rows] for a in arrays)


def descend(loss: Callable[..., Any], params: Any, batches: Iterable[tuple[Any, ...]], optimiser: Optimiser) -> Iterator[tuple[Any, float]]:
    """One step for each batch: yields the new parameters and the loss before the step.

    `loss(params, *batch)` is a function in everypath's language; its gradient with respect to `params` is compiled once.
    """
    step = ep.value_and_grad(loss)
    state = optimiser.init(params)
    for batch in batches:
        value, gradient = step(params, *batch)
        params, state = optimiser.update(gradient, state, params)
        yield params, float(value)


def accuracy(logits: Array, labels: Array) -> float:
    """The share of rows whose largest logit is at their label."""
    return float(np.mean(np.argmax(logits, axis=1) == labels))
