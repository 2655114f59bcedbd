"""What an optimiser is, and gradient descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from everypath import tree

from ..schedules import Rate, rate_at


class Optimiser(NamedTuple):
    """How parameters change, given their gradient: `init(params) -> state`, `update(gradient, state, params) -> (params, state)`."""

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any], tuple[Any, Any]]


def zeros_like(params: Any) -> Any:
    """Zeros in the containers and dtypes of the parameters."""
    return tree.map(lambda p: p * 0.0, params)


def sgd(rate: Rate, momentum: float = 0.0, nesterov: bool = False) -> Optimiser:
    """v ← μ v + g; p ← p − η v, with Nesterov's look ahead p ← p − η (g + μ v). As torch.optim.SGD.

    Source: Polyak 1964; Nesterov 1983, in the form of Sutskever et al., On the importance of initialization and momentum, 2013.

    >>> step = sgd(0.5)
    >>> step.update([4.0], step.init([1.0]), [1.0])[0]
    [-1.0]
    """

    return moving(rate, momentum, nesterov) if momentum else plain(rate)


def plain(rate: Rate) -> Optimiser:
    """p ← p − η g."""

    def init(params: Any) -> Any:
        return {"step": 0}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        eta = rate_at(rate, state["step"])
        return tree.map(lambda p, g: p - eta * g, params, gradient), {"step": state["step"] + 1}

    return Optimiser(init, update)


def moving(rate: Rate, momentum: float, nesterov: bool) -> Optimiser:
    """The same with momentum."""

    def init(params: Any) -> Any:
        return {"step": 0, "velocity": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        eta = rate_at(rate, state["step"])
        velocity = tree.map(lambda v, g: momentum * v + g, state["velocity"], gradient)
        if nesterov:
            params = tree.map(lambda p, v, g: p - eta * (g + momentum * v), params, velocity, gradient)
        else:
            params = tree.map(lambda p, v: p - eta * v, params, velocity)
        return params, {"step": state["step"] + 1, "velocity": velocity}

    return Optimiser(init, update)
