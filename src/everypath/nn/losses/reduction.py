"""From the losses of single elements to one number."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Reduction = Literal["mean", "sum", "none"]


def reduced(losses: Any, weights: Any = None, mask: Any = None, reduction: Reduction = "mean") -> Any:
    """The losses as `reduction` says; `weights` and `mask` broadcast against them, from the first axis on where they have fewer.

    Raises ValueError for an unknown reduction.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError('reduction is "mean", "sum" or "none"')
    share = None if weights is None else beside(like(weights, losses), losses)
    if mask is not None:
        chosen = beside(mask, losses)
        losses = np.where(chosen, losses, 0.0)
        share = chosen + 0.0 * losses if share is None else np.where(chosen, share, 0.0 * share)
    if share is None:
        if reduction == "none":
            return losses
        return np.sum(losses) if reduction == "sum" else np.mean(losses)
    weighted = losses * share
    if reduction == "none":
        return weighted
    total = np.sum(weighted)
    return total if reduction == "sum" else total / np.sum(share + 0.0 * losses)


def beside(share: Any, losses: Any) -> Any:
    """`share` with axes of length 1 behind its own, as many as `losses` has more."""
    more = np.ndim(losses) - np.ndim(share)
    return share if np.ndim(share) == 0 or more <= 0 else np.reshape(share, share.shape + (1,) * more)


def like(wanted: Any, predicted: Any) -> Any:
    """What is wanted in the dtype of what is predicted: integers and float64 do not make float64 of float32."""
    return np.asarray(wanted, dtype=np.asarray(predicted).dtype)


def paired(wanted: Any, predicted: Any) -> Any:
    """What is wanted of each of the predictions, in their dtype: one number for all, or an array of their shape.

    Raises ValueError for another shape: (n,) beside (n, 1) would compare each with every other.
    """
    wanted = like(wanted, predicted)
    if np.ndim(wanted) > 0 and np.shape(wanted) != np.shape(predicted):
        raise ValueError(
            f"predictions of shape {np.shape(predicted)}, and what is wanted of shape {np.shape(wanted)}: they must be the same"
        )
    return wanted
