"""Losses of classes and probabilities, from logits. The last axis of logits of several classes counts the classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import log_softmax, softplus
from ..arrays import Array
from .reduction import Reduction, beside, like, paired, reduced


def cross_entropy(
    logits: Array,
    labels: Array,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    weights: Any = None,
    mask: Any = None,
    reduction: Reduction = "mean",
) -> Any:
    """−Σ_k q_k log softmax(z)_k for each of (…, classes) logits z.

    `labels` are integers (…), q being 1 at the label, or the q themselves, floats (…, classes). Smoothing ε takes (1 − ε) q + ε / classes
    for q. `class_weights`, (classes,), multiply the terms of the sum; with labels the mean is then over the weights of the labels, as in
    PyTorch. Source of smoothing: Szegedy et al., Rethinking the inception architecture, 2016, section 7.
    """
    log_p = log_softmax(logits)
    importance = None if class_weights is None else like(class_weights, log_p)
    if np.ndim(labels) == np.ndim(logits):
        shares = paired(labels, logits)
        wanted = shares if label_smoothing == 0 else (1.0 - label_smoothing) * shares + label_smoothing / log_p.shape[-1]
        terms = wanted * log_p
        return reduced(-np.sum(terms if importance is None else importance * terms, axis=-1), weights, mask, reduction)
    known = labels if mask is None else np.where(beside(mask, labels), labels, 0)
    losses = -np.take_along_axis(log_p, known[..., None], axis=-1)[..., 0]
    if importance is not None:
        losses = importance[known] * losses
    if label_smoothing != 0:
        spread = -np.mean(log_p if importance is None else importance * log_p, axis=-1)
        losses = (1.0 - label_smoothing) * losses + label_smoothing * spread
    if importance is None or reduction != "mean":
        return reduced(losses, weights, mask, reduction)
    counted = importance[known]
    return reduced(losses, weights, mask, "sum") / reduced(counted, weights, mask, "sum")


def binary_cross_entropy(
    logits: Array,
    labels: Array,
    positive_weight: Any = None,
    label_smoothing: float = 0.0,
    weights: Any = None,
    mask: Any = None,
    reduction: Reduction = "mean",
) -> Any:
    """−y log σ(z) − (1 − y) log(1 − σ(z)) for logits z and labels y of one shape, from 0 to 1.

    `positive_weight` multiplies the first term; smoothing ε takes (1 − ε) y + ε/2 for y.
    """
    labels = paired(labels, logits)
    wanted = labels if label_smoothing == 0 else (1.0 - label_smoothing) * labels + 0.5 * label_smoothing
    if positive_weight is None:
        return reduced((1 - wanted) * logits + softplus(-logits), weights, mask, reduction)
    return reduced((1 - wanted) * logits + (1.0 + (positive_weight - 1.0) * wanted) * softplus(-logits), weights, mask, reduction)


def focal_loss(
    logits: Array, labels: Array, gamma: float = 2.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """(1 − p)^γ times the binary cross-entropy, p being the probability of what is right. Source: Lin et al. 2017, equation 4."""
    signed = np.where(paired(labels, logits) > 0, logits, -logits)
    return reduced(np.exp(-gamma * softplus(signed)) * softplus(-signed), weights, mask, reduction)


def kl_divergence(log_p: Array, q: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """Σ_k q_k (log q_k − log p_k) along the last axis, with 0 log 0 = 0: of log-probabilities and probabilities, (…, classes)."""
    q = paired(q, log_p)
    entropy = np.where(q > 0, q * np.log(np.where(q > 0, q, 1.0)), 0.0)
    return reduced(np.sum(entropy - q * log_p, axis=-1), weights, mask, reduction)


def hinge_loss(scores: Array, labels: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """max(0, 1 − y s) for labels y of −1 and 1. Source: Cortes and Vapnik 1995."""
    short = 1.0 - paired(labels, scores) * scores
    return reduced(np.where(short > 0, short, 0.0), weights, mask, reduction)


def soft_margin_loss(scores: Array, labels: Array, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """log(1 + exp(−y s)) for labels y of −1 and 1."""
    return reduced(softplus(-paired(labels, scores) * scores), weights, mask, reduction)


def multi_margin_loss(
    scores: Array, labels: Array, margin: float = 1.0, weights: Any = None, mask: Any = None, reduction: Reduction = "mean"
) -> Any:
    """Σ_k max(0, margin − s_label + s_k) / classes over the other classes. Source: Weston and Watkins 1999."""
    right = labels[..., None]
    known = right if mask is None else np.where(beside(mask, labels)[..., None], right, 0)
    short = margin - np.take_along_axis(scores, known, axis=-1) + scores
    others = np.arange(scores.shape[-1]) != known
    losses = np.sum(np.where((short > 0) & others, short, 0.0), axis=-1) / scores.shape[-1]
    return reduced(losses, weights, mask, reduction)
