"""Training: batches, and parameters that descend along everypath's gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import everypath as ep

from .optimisers import Optimiser

Array = np.ndarray[Any, Any]


def minibatches(rng: np.random.Generator, size: int, *arrays: Array) -> Iterator[tuple[Array, ...]]:
    """Batches of the same random rows of each array, without end: every epoch takes every row once, in a new order.

    The rows that are left over at the end of an epoch are left out of it, so that all batches have one shape.
    """
    n = len(arrays[0])
    if not 0 < size <= n:
        raise ep.InvalidArgument(f"a batch of {size} rows cannot be taken from {n}")
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
