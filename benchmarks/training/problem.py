"""What a model is to the measurements: a loss in three libraries, parameters, and a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from everypath import nn


@dataclass(frozen=True)
class Problem:
    """`loss(params, *batch)` is a float; `params` are containers of float64 arrays, of which the measurements make float32 too.

    `in_jax` and `in_torch` give the same loss in their library, in the form its users write; they import it.
    """

    loss: Callable[..., Any]
    params: Any
    batch: tuple[Any, ...]
    in_jax: Callable[[], Callable[..., Any]]
    in_torch: Callable[[], Callable[..., Any]]
    options: dict[str, Any] = field(default_factory=dict)


def of_dtype(tree: Any, dtype: type) -> Any:
    """The same containers with every array of floats in this dtype."""
    if isinstance(tree, dict):
        return {key: of_dtype(value, dtype) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(of_dtype(value, dtype) for value in tree)
    return tree.astype(dtype) if isinstance(tree, np.ndarray) and tree.dtype.kind == "f" else tree


def each(function: Callable[[Any], Any], tree: Any) -> Any:
    """`function` of every array, in the same containers."""
    if isinstance(tree, dict):
        return {key: each(function, value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(each(function, value) for value in tree)
    return function(tree)


def arrays(tree: Any) -> list[Any]:
    """The arrays of a container, in order."""
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in arrays(value)]
    if isinstance(tree, (list, tuple)):
        return [leaf for value in tree for leaf in arrays(value)]
    return [tree]


def weights(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal numbers whose products with inputs of the last but one extent keep their size."""
    return rng.normal(size=shape) / np.sqrt(shape[-2] if len(shape) > 1 else 1)


def pairs(rng: np.random.Generator, *widths: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(W, b) of dense layers of these widths, inputs first and outputs last."""
    return [(layer["weight"], layer["bias"]) for layer in nn.init.mlp(rng, *widths)]


def mlp(params: Any, x: Any) -> Any:
    """Dense layers with tanh between them; the last one is linear."""
    for W, b in params[:-1]:
        x = np.tanh(x @ W + b)
    W, b = params[-1]
    return x @ W + b
