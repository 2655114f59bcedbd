"""Losses of what should be alike, unlike, or in order. Vectors stand in the last axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import log_softmax
from ..arrays import Array
from .reduction import Reduction, paired, reduced


def cosine_similarity(a: Array, b: Array, epsilon: float = 1e-8) -> Any:
    """a·b / (‖a‖ ‖b‖) along the last axis; norms count as at least `epsilon`."""
    return np.sum(a * b, axis=-1) / (length(a, epsilon) * length(b, epsilon))


def length(a: Array, epsilon: float) -> Any:
    square = np.sum(a * a, axis=-1)
    return np.sqrt(np.where(square > epsilon**2, square, epsilon**2))


def cosine_embedding_loss(
    a: Array, b: Array, labels: Array, margin: float = 0.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """1 − cos for pairs of label 1, max(0, cos − margin) for those of label −1."""
    cos = cosine_similarity(a, b)
    return reduced(np.where(paired(labels, cos) > 0, 1.0 - cos, np.where(cos > margin, cos - margin, 0.0)), weights, mask, reduction)


def margin_ranking_loss(
    a: Array, b: Array, labels: Array, margin: float = 0.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """max(0, margin − y (a − b)): a shall be the larger where y is 1, b where it is −1."""
    short = margin - paired(labels, a) * (a - b)
    return reduced(np.where(short > 0, short, 0.0), weights, mask, reduction)


def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    epsilon: float = 1e-6,
    weights: Any = None,
    mask: Any = None,
    reduction: Reduction = "mean",
) -> Any:
    """max(0, ‖a − p + ε‖ − ‖a − n + ε‖ + margin), the norms Euclidean. Source: Balntas et al. 2016."""
    near = np.sqrt(np.sum((anchor - positive + epsilon) ** 2, axis=-1))
    far = np.sqrt(np.sum((anchor - negative + epsilon) ** 2, axis=-1))
    short = near - far + margin
    return reduced(np.where(short > 0, short, 0.0), weights, mask, reduction)


def contrastive_loss(a: Array, b: Array, temperature: float = 0.1) -> Any:
    """Row k of `a` shall be more like row k of `b` than like the others: the cross-entropy of their cosines over the temperature.

    Source: van den Oord, Li and Vinyals, Representation learning with contrastive predictive coding, 2018 (InfoNCE).
    """
    a = a / np.sqrt(np.sum(a * a, axis=-1, keepdims=True))
    b = b / np.sqrt(np.sum(b * b, axis=-1, keepdims=True))
    return -np.mean(np.diagonal(log_softmax(a @ b.T / temperature)))
