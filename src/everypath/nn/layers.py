"""Layers: functions of their parameters and a batch of examples, one example a row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Dense = tuple[Array, Array]


def dense(W: Array, b: Array, x: Array) -> Array:
    """x W + b: (batch, inputs) -> (batch, outputs), with W (inputs, outputs) and b (outputs,)."""
    return x @ W + b


def mlp(params: Sequence[Dense], x: Array) -> Array:
    """Dense layers with tanh between them; the last one is linear."""
    for W, b in params[:-1]:
        x = np.tanh(dense(W, b, x))
    W, b = params[-1]
    return dense(W, b, x)


def dense_parameters(rng: np.random.Generator, inputs: int, outputs: int) -> Dense:
    """W and b of a dense layer: weights uniform with variance 2/(inputs + outputs), biases 0.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """
    limit = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs)), np.zeros(outputs)


def mlp_parameters(rng: np.random.Generator, *widths: int) -> list[Dense]:
    """The parameters of `mlp` for these widths, inputs first and outputs last."""
    return [dense_parameters(rng, n, m) for n, m in pairwise(widths)]
