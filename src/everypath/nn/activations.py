"""Activations: functions of each element, and of each row for softmax and its kin; f32 stays f32.

Rectifiers choose by `np.where`, so that their slope at 0 is that of the side that was taken (docs/kinks.md), as in PyTorch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special

from .arrays import Array

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
"""Source: Klambauer et al., Self-normalizing neural networks, 2017, appendix A1."""


def relu(x: Array) -> Any:
    """max(x, 0), with slope 0 at 0."""
    return np.where(x > 0, x, 0.0)


def relu6(x: Array) -> Any:
    """min(max(x, 0), 6)."""
    return clamped(x, 0.0, 6.0)


def leaky_relu(x: Array, slope: float = 0.01) -> Any:
    """x where it is positive, else `slope` x."""
    return np.where(x > 0, x, slope * x)


def prelu(weight: Any, x: Array) -> Any:
    """`leaky_relu` whose slope is a parameter: a number, or one for each channel, (channels,). Source: He et al. 2015."""
    return np.where(x > 0, x, weight * x)


def elu(x: Array, alpha: float = 1.0) -> Any:
    """x where it is positive, else α (eˣ − 1). Source: Clevert, Unterthiner and Hochreiter 2016."""
    return np.where(x > 0, x, alpha * np.expm1(below_zero(x)))


def selu(x: Array) -> Any:
    """`elu` scaled so that activations keep mean 0 and variance 1. Source: Klambauer et al. 2017."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def celu(x: Array, alpha: float = 1.0) -> Any:
    """x where it is positive, else α (e^(x/α) − 1). Source: Barron 2017."""
    return np.where(x > 0, x, alpha * np.expm1(below_zero(x) / alpha))


def sigmoid(x: Array) -> Any:
    """1 / (1 + e⁻ˣ)."""
    return scipy.special.expit(x)


def log_sigmoid(x: Array) -> Any:
    """log(1 / (1 + e⁻ˣ)), safe from overflow."""
    return -softplus(-x)


def softplus(x: Array) -> Any:
    """log(1 + eˣ), safe from overflow."""
    return np.logaddexp(x, 0.0)


def softsign(x: Array) -> Any:
    """x / (1 + |x|)."""
    return x / (1.0 + np.abs(x))


def silu(x: Array) -> Any:
    """x σ(x), also called swish. Source: Hendrycks and Gimpel 2016; Ramachandran, Zoph and Le 2017."""
    return x * sigmoid(x)


def mish(x: Array) -> Any:
    """x tanh(log(1 + eˣ)). Source: Misra 2019."""
    return x * np.tanh(softplus(x))


def gelu(x: Array, approximate: bool = False) -> Any:
    """x Φ(x) with Φ the normal distribution function; `approximate` by tanh. Source: Hendrycks and Gimpel 2016, equations 1 and 2."""
    if approximate:
        return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1.0 + scipy.special.erf(x * math.sqrt(0.5)))


def hard_tanh(x: Array) -> Any:
    """x between −1 and 1, and the nearer of them outside."""
    return clamped(x, -1.0, 1.0)


def hard_sigmoid(x: Array) -> Any:
    """x/6 + 1/2 between 0 and 1, and the nearer of them outside."""
    return clamped(x / 6.0 + 0.5, 0.0, 1.0)


def hard_silu(x: Array) -> Any:
    """x times its `hard_sigmoid`. Source: Howard et al., Searching for MobileNetV3, 2019."""
    return x * hard_sigmoid(x)


def glu(x: Array, axis: int = -1) -> Any:
    """The first half of `axis` times the sigmoid of the second. Source: Dauphin et al., Gated convolutional networks, 2017."""
    first, second = np.split(x, 2, axis=axis)
    return first * sigmoid(second)


def softmax(x: Array, axis: int = -1) -> Any:
    """exp(x_k) / Σ_j exp(x_j) along `axis`, safe from overflow."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(x: Array, axis: int = -1) -> Any:
    """log(exp(x_k) / Σ_j exp(x_j)) along `axis`, safe from overflow."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def clamped(x: Array, low: float, high: float) -> Any:
    """x between `low` and `high`, with slope 0 at both and beyond, as in PyTorch."""
    return np.where(x <= low, low, np.where(x >= high, high, x))


def below_zero(x: Array) -> Any:
    """x where it is negative, else 0: what a side that is not taken is computed of, so that it does not overflow."""
    return np.where(x > 0, 0.0, x)
