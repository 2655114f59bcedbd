"""The plain loop of training, for those who write the rest themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import everypath as ep

from ..optimisers import Optimiser


def descend(loss: Callable[..., Any], params: Any, batches: Iterable[tuple[Any, ...]], optimiser: Optimiser) -> Iterator[tuple[Any, float]]:
    """One step for each batch: yields the new parameters and the loss before the step.

    `loss(params, *batch)` is a function in everypath's language; its gradient with respect to `params` and the update are compiled
    once, as one function.
    """
    slope = ep.value_and_grad(loss)

    def step(params: Any, state: Any, *batch: Any) -> Any:
        value, gradient = slope(params, *batch)
        return *optimiser.update(gradient, state, params), value

    compiled, state = ep.compile(step, donate=1), optimiser.init(params)
    for batch in batches:
        params, state, value = compiled(params, state, *batch)
        yield params, float(value)
