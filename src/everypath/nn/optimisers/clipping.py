"""Gradients that are not too large."""

from __future__ import annotations

from typing import Any

import numpy as np

from everypath import tree


def global_norm(gradient: Any) -> Any:
    """The root of the sum of the squares of all numbers in containers of them.

    >>> float(global_norm({"w": [3.0], "b": (4.0, None)}))
    5.0
    """
    total = 0.0
    for g in tree.leaves(gradient):
        total = total + np.sum(g * g)
    return np.sqrt(total)


def clip_by_global_norm(gradient: Any, limit: float) -> Any:
    """The gradient, shortened to this global norm where it is longer. Source: Pascanu, Mikolov and Bengio 2013, algorithm 1."""
    norm = global_norm(gradient)
    factor = limit / max(norm, limit)
    return tree.map(lambda g: g * factor, gradient)


def clip_by_value(gradient: Any, limit: float) -> Any:
    """The gradient with every number between −limit and limit."""
    return tree.map(lambda g: np.minimum(np.maximum(g, -limit), limit), gradient)
