"""Optimisers whose steps are scaled number by number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from everypath import tree

from ..schedules import Rate, rate_at
from .descent import Optimiser, zeros_like


def adam(rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Optimiser:
    """Steps scaled by running means of the gradient and of its square. As torch.optim.Adam.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1; in the order of section 2, which divides once:
    (m / c₁) / (√(v / c₂) + ε) = (√c₂ / c₁) m / (√v + √c₂ ε).
    """
    return adamw(rate, beta1, beta2, epsilon, weight_decay=0.0)


def adamw(rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, weight_decay: float = 0.01) -> Optimiser:
    """`adam` that also shrinks parameters, p ← p − η λ p, whatever their gradient. As torch.optim.AdamW.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019, algorithm 2.
    """

    def init(params: Any) -> Any:
        return {"step": 0, "mean": zeros_like(params), "square": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        step = state["step"] + 1
        eta, correction = rate_at(rate, step - 1), math.sqrt(1 - beta2**step)
        mean = tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, state["mean"], gradient)
        square = tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, state["square"], gradient)
        size, least, kept = eta * correction / (1 - beta1**step), epsilon * correction, 1 - eta * weight_decay
        params = tree.map(lambda p, m, v: kept * p - size * m / (np.sqrt(v) + least), params, mean, square)
        return params, {"step": step, "mean": mean, "square": square}

    return Optimiser(init, update)


def rmsprop(rate: Rate = 1e-2, decay: float = 0.99, epsilon: float = 1e-8, momentum: float = 0.0) -> Optimiser:
    """Steps scaled by a running root mean square of the gradient, with momentum if wanted. As torch.optim.RMSprop.

    Source: Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012.
    """

    return moving_rmsprop(rate, decay, epsilon, momentum) if momentum else plain_rmsprop(rate, decay, epsilon)


def plain_rmsprop(rate: Rate, decay: float, epsilon: float) -> Optimiser:
    """p ← p − η g / (√v + ε)."""

    def init(params: Any) -> Any:
        return {"step": 0, "square": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        eta = rate_at(rate, state["step"])
        square = tree.map(lambda v, g: decay * v + (1 - decay) * g * g, state["square"], gradient)
        params = tree.map(lambda p, g, v: p - eta * g / (np.sqrt(v) + epsilon), params, gradient, square)
        return params, {"step": state["step"] + 1, "square": square}

    return Optimiser(init, update)


def moving_rmsprop(rate: Rate, decay: float, epsilon: float, momentum: float) -> Optimiser:
    """The same with momentum: u ← μ u + g / (√v + ε); p ← p − η u."""

    def init(params: Any) -> Any:
        return {"step": 0, "square": zeros_like(params), "velocity": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        eta = rate_at(rate, state["step"])
        square = tree.map(lambda v, g: decay * v + (1 - decay) * g * g, state["square"], gradient)
        velocity = tree.map(lambda u, g, v: momentum * u + g / (np.sqrt(v) + epsilon), state["velocity"], gradient, square)
        params = tree.map(lambda p, u: p - eta * u, params, velocity)
        return params, {"step": state["step"] + 1, "square": square, "velocity": velocity}

    return Optimiser(init, update)


def adagrad(rate: Rate = 1e-2, epsilon: float = 1e-10) -> Optimiser:
    """Steps scaled by the root of the sum of all squares of the gradient so far. As torch.optim.Adagrad.

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods, 2011, figure 1, with diagonal matrices.
    """

    def init(params: Any) -> Any:
        return {"step": 0, "square": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        step = state["step"]
        eta = rate_at(rate, step)
        square = tree.map(lambda v, g: v + g * g, state["square"], gradient)
        params = tree.map(lambda p, g, v: p - eta * g / (np.sqrt(v) + epsilon), params, gradient, square)
        return params, {"step": step + 1, "square": square}

    return Optimiser(init, update)


def lion(rate: Rate = 1e-4, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 0.0) -> Optimiser:
    """Steps of one size, by the sign of a mean of the gradient and its momentum. As optax.lion.

    Source: Chen et al., Symbolic discovery of optimization algorithms, 2023, algorithm 2.
    """

    def init(params: Any) -> Any:
        return {"step": 0, "mean": zeros_like(params)}

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        step, mean = state["step"], state["mean"]
        eta = rate_at(rate, step)
        params = tree.map(lambda p, m, g: p - eta * (np.sign(beta1 * m + (1 - beta1) * g) + weight_decay * p), params, mean, gradient)
        return params, {"step": step + 1, "mean": tree.map(lambda m, g: beta2 * m + (1 - beta2) * g, mean, gradient)}

    return Optimiser(init, update)
