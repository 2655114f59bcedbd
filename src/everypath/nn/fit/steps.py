"""One step of training as one compiled function: the gradient, the update, and what the history wants to know of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import numpy as np

import everypath as ep
from everypath import tree

from ..optimisers import Optimiser

Loss = Callable[..., Any]


def uniform(loss: Loss, stateful: bool) -> Loss:
    """`loss` as (params, state, key, *batch) -> (value, state), whatever it takes and gives of these."""
    keyed = "key" in inspect.signature(loss).parameters
    if stateful:
        if keyed:
            return lambda params, state, key, *batch: loss(params, state, *batch, key=key)
        return lambda params, state, key, *batch: loss(params, state, *batch)
    if keyed:
        return lambda params, state, key, *batch: (loss(params, *batch, key=key), state)
    return lambda params, state, key, *batch: (loss(params, *batch), state)


KEPT = 16
"""How many compiled functions are kept for the next call of `fit` with the same loss, optimiser or metric."""


def compiled_step(loss: Loss, optimiser: Optimiser, stateful: bool, norms: bool) -> Callable[..., Any]:
    """(params, optimiser's state, state, key, *batch) -> (params, optimiser's state, state, loss, squares of gradients, of changes).

    The squares are summed for each leaf, and only with `norms`: else both are empty. The first two arguments are given away.
    """
    return kept_step(loss, optimiser, stateful, norms) if isinstance(loss, Hashable) else whole_step(loss, optimiser, stateful, norms)


def compiled_loss(loss: Loss, stateful: bool) -> Callable[..., Any]:
    """(params, state, key, *batch) -> (value, state)."""
    return kept_loss(loss, stateful) if isinstance(loss, Hashable) else ep.compile(uniform(loss, stateful))


def compiled_metric(metric: Callable[..., Any]) -> Callable[..., Any]:
    """The metric, compiled."""
    return kept_metric(metric) if isinstance(metric, Hashable) else ep.compile(metric)


def whole_step(loss: Loss, optimiser: Optimiser, stateful: bool, norms: bool) -> Callable[..., Any]:
    """The gradient and the update as one function, compiled; the arrays of parameters and optimiser's state are overwritten."""
    slope = ep.value_and_grad(uniform(loss, stateful), has_aux=True)

    def step(params: Any, kept: Any, state: Any, key: Any, *batch: Any) -> Any:
        (value, state), gradient = slope(params, state, key, *batch)
        moved, kept = optimiser.update(gradient, kept, params)
        return moved, kept, state, value, (), ()

    def measured(params: Any, kept: Any, state: Any, key: Any, *batch: Any) -> Any:
        (value, state), gradient = slope(params, state, key, *batch)
        moved, kept = optimiser.update(gradient, kept, params)
        changes = tree.map(lambda p, g, q: q - p, params, gradient, moved)
        return moved, kept, state, value, tree.map(square, params, gradient), tree.map(square, params, changes)

    return ep.compile(measured if norms else step, donate=(0, 1))


def square(p: Any, g: Any) -> Any:
    return np.sum(g * g)


kept_step = lru_cache(KEPT)(whole_step)


@lru_cache(KEPT)
def kept_loss(loss: Loss, stateful: bool) -> Callable[..., Any]:
    return ep.compile(uniform(loss, stateful))


@lru_cache(KEPT)
def kept_metric(metric: Callable[..., Any]) -> Callable[..., Any]:
    return ep.compile(metric)
