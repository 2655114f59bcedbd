"""Measures of predictions that are no losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array


def accuracy(logits: Array, labels: Array) -> Any:
    """The share of (…, classes) whose largest logit is at their label, (…)."""
    return float(np.mean(np.argmax(logits, axis=-1) == labels))
