"""Losses: a float for a batch of predictions and what they should be."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def log_softmax(logits: Array) -> Any:
    """log(exp(z_k) / Σ_j exp(z_j)) along the last axis of a (batch, classes) array, safe from overflow."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def cross_entropy(logits: Array, labels: Array) -> Any:
    """−log p(label), averaged over the batch; `labels` are integers, (batch,)."""
    return -np.mean(log_softmax(logits)[np.arange(labels.shape[0]), labels])


def mean_squared_error(predicted: Array, wanted: Array) -> Any:
    """The mean of (predicted − wanted)² over all elements."""
    return np.mean((predicted - wanted) ** 2)
