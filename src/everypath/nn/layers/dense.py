"""Layers of one product, rows of a table, and what goes round a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..arrays import Activation, Array, Params


def dense(params: Params, x: Array) -> Any:
    """x W + b: (…, inputs) -> (…, outputs), of `weight` (inputs, outputs) and `bias` (outputs,)."""
    y = x @ params["weight"]
    return y + params["bias"] if "bias" in params else y


def mlp(params: Sequence[Params], x: Array, activation: Activation = np.tanh) -> Any:
    """Dense layers with an activation between them; the last one is linear."""
    for layer in params[:-1]:
        x = activation(dense(layer, x))
    return dense(params[-1], x)


def embedding(params: Params, tokens: Array) -> Any:
    """The rows of `weight` (words, width) that `tokens`, integers (…), name: (…, width)."""
    return params["weight"][tokens]


def residual(layer: Callable[[Any], Any], x: Array) -> Any:
    """x + layer(x). Source: He et al., Deep residual learning for image recognition, 2016, equation 1."""
    return x + layer(x)
