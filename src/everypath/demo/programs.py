"""The functions of the demo: plain Python and NumPy, nothing of everypath in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def two_paths(t):
    x = t**2
    y = math.sin(t)
    z = x * y
    return z


def two_levels(a, b, c):
    u = a * b
    v = math.sin(b) + c
    w = a / c
    p = u * v
    q = v + w**2
    z = p * q + u
    return z


def filtered(x, rate):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        if x[i] > y[i - 1]:
            y[i] = y[i - 1] + rate * (x[i] - y[i - 1])
        else:
            y[i] = y[i - 1] * x[i]
    return np.sum(y**2)


def loss(layers: list[tuple[Any, Any]], x: Any, labels: Any) -> Any:
    h = x
    for W, b in layers[:-1]:
        h = np.tanh(h @ W + b)
    W, b = layers[-1]
    scores = h @ W + b
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def scores(layers: list[tuple[Any, Any]], x: Any) -> Any:
    """What the network says of each image, before the softmax."""
    for W, b in layers[:-1]:
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return x @ W + b
