"""Losses of numbers that should be near others (regression). Predictions and what is wanted have one shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..activations import softplus
from ..arrays import Array
from .reduction import Reduction, paired, reduced


def mean_squared_error(predicted: Array, wanted: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """(predicted − wanted)²."""
    return reduced((predicted - paired(wanted, predicted)) ** 2, weights, mask, reduction)


def mean_absolute_error(predicted: Array, wanted: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """|predicted − wanted|."""
    return reduced(np.abs(predicted - paired(wanted, predicted)), weights, mask, reduction)


def huber_loss(
    predicted: Array, wanted: Array, delta: float = 1.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """e²/2 for errors e up to δ, beyond δ (|e| − δ/2). Source: Huber, Robust estimation of a location parameter, 1964."""
    error = predicted - paired(wanted, predicted)
    size = np.abs(error)
    return reduced(np.where(size <= delta, 0.5 * error * error, delta * (size - 0.5 * delta)), weights, mask, reduction)


def smooth_l1_loss(
    predicted: Array, wanted: Array, beta: float = 1.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """e²/(2β) for errors e below β, beyond |e| − β/2. Source: Girshick, Fast R-CNN, 2015, equation 3."""
    error = predicted - paired(wanted, predicted)
    size = np.abs(error)
    return reduced(np.where(size < beta, 0.5 * error * error / beta, size - 0.5 * beta), weights, mask, reduction)


def log_cosh_loss(predicted: Array, wanted: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """log cosh e for errors e, safe from overflow."""
    error = predicted - paired(wanted, predicted)
    return reduced(error + softplus(-2.0 * error) - math.log(2.0), weights, mask, reduction)


def quantile_loss(
    predicted: Array, wanted: Array, quantile: float = 0.5, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """q e for what is predicted too low by e, (1 − q) e too high by e: smallest at the quantile q. Source: Koenker and Bassett 1978."""
    error = paired(wanted, predicted) - predicted
    return reduced(np.where(error > 0, quantile * error, (quantile - 1.0) * error), weights, mask, reduction)


def poisson_nll_loss(log_rate: Array, counts: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """−log of the Poisson probability of `counts`, up to what does not depend on the rate: e^r − k r for r = `log_rate`."""
    return reduced(np.exp(log_rate) - paired(counts, log_rate) * log_rate, weights, mask, reduction)


def gaussian_nll_loss(
    mean: Array, wanted: Array, variance: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """−log of the normal density up to a constant: (log v + (μ − y)²/v) / 2. Source: Nix and Weigend 1994."""
    return reduced(0.5 * (np.log(variance) + (mean - paired(wanted, mean)) ** 2 / variance), weights, mask, reduction)
