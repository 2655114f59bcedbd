"""Optimisers: two pure functions each, `init(params) -> state` and `update(gradient, state, params) -> (params, state)`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from everypath import tree


class Optimiser(NamedTuple):
    """How parameters change, given their gradient. Parameters may be any containers of floats and arrays."""

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any], tuple[Any, Any]]


def sgd(rate: float, momentum: float = 0.0) -> Optimiser:
    """v ← μ v + g; p ← p − η v.

    >>> step = sgd(0.5)
    >>> step.update([4.0], step.init([1.0]), [1.0])[0]
    [-1.0]
    """

    def init(params: Any) -> Any:
        return tree.map(lambda p: p * 0.0, params)

    def update(gradient: Any, velocity: Any, params: Any) -> tuple[Any, Any]:
        velocity = tree.map(lambda v, g: momentum * v + g, velocity, gradient)
        return tree.map(lambda p, v: p - rate * v, params, velocity), velocity

    return Optimiser(init, update)


def adam(rate: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Optimiser:
    """Steps scaled by running means of the gradient and of its square.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1; in the order of section 2, which divides once:
    (m / c₁) / (√(v / c₂) + ε) = (√c₂ / c₁) m / (√v + √c₂ ε).
    """

    def init(params: Any) -> Any:
        zeros = tree.map(lambda p: p * 0.0, params)
        return 0, zeros, zeros

    def update(gradient: Any, state: Any, params: Any) -> tuple[Any, Any]:
        t, m, v = state
        t += 1
        m = tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradient)
        v = tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, gradient)
        correction = math.sqrt(1 - beta2**t)
        rate_t, epsilon_t = rate * correction / (1 - beta1**t), epsilon * correction
        params = tree.map(lambda p, m, v: p - rate_t * m / (np.sqrt(v) + epsilon_t), params, m, v)
        return params, (t, m, v)

    return Optimiser(init, update)
