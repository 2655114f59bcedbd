"""Measures of predictions that are no losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array


def accuracy(logits: Array, labels: Array) -> Any:
    """The share of (…, classes) whose largest logit is at their label, (…). Raises ValueError for labels of another shape."""
    if np.shape(labels) != np.shape(logits)[:-1]:
        raise ValueError(f"logits of shape {np.shape(logits)} have labels of shape {np.shape(logits)[:-1]}, not {np.shape(labels)}")
    return float(np.mean(np.argmax(logits, axis=-1) == labels))
