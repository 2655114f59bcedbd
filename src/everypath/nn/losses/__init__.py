"""Losses: floats for a batch of predictions and what they should be.

All take what is predicted first and what is wanted second, and then by name:

    weights      how much each example, or element, counts: an array that broadcasts against the losses of single elements
    mask         which of them count at all, of the same kind, True where they do; what stands elsewhere is not looked at
    reduction    "mean" (over what counts: Σ w l / Σ w), "sum" or "none" (the losses of single elements)

Those of classes and of probabilities take logits, numbers before softmax or the sigmoid, in which nothing overflows.
"""

from .classes import binary_cross_entropy, cross_entropy, focal_loss, hinge_loss, kl_divergence, multi_margin_loss, soft_margin_loss
from .numbers import (
    gaussian_nll_loss,
    huber_loss,
    log_cosh_loss,
    mean_absolute_error,
    mean_squared_error,
    poisson_nll_loss,
    quantile_loss,
    smooth_l1_loss,
)
from .pairs import contrastive_loss, cosine_embedding_loss, cosine_similarity, margin_ranking_loss, triplet_margin_loss

__all__ = [
    "binary_cross_entropy",
    "contrastive_loss",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "focal_loss",
    "gaussian_nll_loss",
    "hinge_loss",
    "huber_loss",
    "kl_divergence",
    "log_cosh_loss",
    "margin_ranking_loss",
    "mean_absolute_error",
    "mean_squared_error",
    "multi_margin_loss",
    "poisson_nll_loss",
    "quantile_loss",
    "smooth_l1_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
]
