"""Optimisers made of others: with clipped gradients, with decay, with a running average of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from everypath import InvalidArgument, tree

from .clipping import clip_by_global_norm, clip_by_value
from .descent import Optimiser


def with_clipping(optimiser: Optimiser, norm: float | None = None, value: float | None = None) -> Optimiser:
    """`optimiser` with every number of the gradient between −value and value, then the gradient no longer than `norm`.

    Raises InvalidArgument where neither is given, or one is not positive.
    """
    if (norm is None and value is None) or any(limit is not None and not limit > 0 for limit in (norm, value)):
        raise InvalidArgument("with_clipping takes a norm or a value, a positive number")

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        if value is not None:
            gradient = clip_by_value(gradient, value)
        if norm is not None:
            gradient = clip_by_global_norm(gradient, norm)
        return optimiser.update(gradient, state, params)

    return Optimiser(optimiser.init, update)


def everywhere(leaf: Any) -> bool:
    """Every leaf decays."""
    return True


def with_weight_decay(optimiser: Optimiser, decay: float, where: Callable[[Any], bool] = everywhere) -> Optimiser:
    """`optimiser` of the gradient plus decay · p, which is that of a loss with decay · ‖p‖²/2 (torch.optim's `weight_decay`).

    `where(leaf)` says which parameters decay; `lambda p: p.ndim > 1` leaves biases alone. For decay beside the gradient take `adamw`.
    """

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        gradient = tree.map(lambda p, g: g + decay * p if where(p) else g, params, gradient)
        return optimiser.update(gradient, state, params)

    return Optimiser(optimiser.init, update)


def with_average(optimiser: Optimiser, decay: float = 0.999) -> Optimiser:
    """`optimiser` whose state has beside its own (`inner`) the exponential moving average of the parameters (`average`).

    average ← decay · average + (1 − decay) · p after each step, from the first parameters on. Source: Polyak and Juditsky 1992.
    """

    def init(params: Any) -> Any:
        return {"inner": optimiser.init(params), "average": tree.map(lambda p: p * 1.0, params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        params, inner = optimiser.update(gradient, state["inner"], params)
        average = tree.map(lambda a, p: decay * a + (1 - decay) * p, state["average"], params)
        return params, {"inner": inner, "average": average}

    return Optimiser(init, update)
