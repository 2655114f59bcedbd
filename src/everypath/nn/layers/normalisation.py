"""Normalisation: by the features of an example, by groups of its channels, or by the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import Array, Params


def standardised(x: Array, axes: Any, epsilon: float) -> Any:
    """x with mean 0 and variance 1 along `axes`."""
    centred = x - np.mean(x, axis=axes, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=axes, keepdims=True) + epsilon)


def scaled(params: Params, x: Array) -> Any:
    """x times `weight`, plus `bias`, each where there is one."""
    y = x * params["weight"] if "weight" in params else x
    return y + params["bias"] if "bias" in params else y


def layer_norm(params: Params, x: Array, epsilon: float = 1e-5) -> Any:
    """Mean 0 and variance 1 along the last axis, then times `weight` plus `bias`, (features,). Source: Ba, Kiros and Hinton 2016."""
    return scaled(params, standardised(x, -1, epsilon))


def rms_norm(params: Params, x: Array, epsilon: float = 1e-5) -> Any:
    """x over the root of its mean square along the last axis, times `weight`. Source: Zhang and Sennrich 2019."""
    return scaled(params, x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon))


def group_norm(params: Params, x: Array, groups: int, epsilon: float = 1e-5) -> Any:
    """Mean 0 and variance 1 over all places and the channels of each of `groups`; `weight` and `bias` (channels,). Source: Wu and He 2018.

    x is (batch, …, channels). Raises ValueError where the channels do not make so many groups.
    """
    channels = x.shape[-1]
    if channels % groups:
        raise ValueError("the channels do not make so many groups")
    parts = x.reshape(x.shape[0], -1, groups, channels // groups)
    return scaled(params, standardised(parts, (1, 3), epsilon).reshape(x.shape))


def batch_norm(
    params: Params, statistics: Mapping[str, Any], x: Array, training: bool = True, momentum: float = 0.1, epsilon: float = 1e-5
) -> tuple[Any, dict[str, Any]]:
    """(x normalised, statistics): by mean and variance over everything but the last axis, then times `weight` plus `bias`, (channels,).

    In training these are the batch's own, and move the running ones by `momentum` (of the variance, the unbiased one, as in PyTorch); else
    the running ones are taken, and given back as they are. Make them by `init.running_statistics`.

    Source: Ioffe and Szegedy, Batch normalization, 2015, algorithms 1 and 2.
    """
    if not training:
        mean, variance = statistics["mean"], statistics["variance"]
        return scaled(params, (x - mean) / np.sqrt(variance + epsilon)), {"mean": mean, "variance": variance}
    rows = x.reshape(-1, x.shape[-1])
    n = rows.shape[0]
    mean = np.mean(rows, axis=0)
    centred = x - mean
    variance = np.mean(centred.reshape(-1, x.shape[-1]) ** 2, axis=0)
    moved = {
        "mean": (1.0 - momentum) * statistics["mean"] + momentum * mean,
        "variance": (1.0 - momentum) * statistics["variance"] + momentum * (n / max(n - 1, 1)) * variance,
    }
    return scaled(params, centred / np.sqrt(variance + epsilon)), moved
