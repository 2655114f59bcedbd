"""Attention: what each place takes from the others. Source: Vaswani et al., Attention is all you need, 2017, section 3.2."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..activations import softmax
from ..arrays import Array, Params
from .dense import dense
from .dropout import Key, dropout


def causal_mask(queries: int, keys: int) -> Any:
    """True where a place may look: at itself and before. (queries, keys); the last query is the last key."""
    return np.arange(keys)[None, :] <= np.arange(queries)[:, None] + (keys - queries)


def attention(query: Array, key: Array, value: Array, mask: Any = None, causal: bool = False, rate: float = 0.0, rng: Key = None) -> Any:
    """softmax(q kᵀ / √d) v over the last two axes: (…, queries, d), (…, keys, d), (…, keys, e) -> (…, queries, e).

    `mask` broadcasts against (…, queries, keys) and is True where a query may look; a query that may look nowhere gives NaN, as in PyTorch.
    `causal` lets each look at itself and before. `rate` is that of dropout of what is taken, with the key `rng`.
    """
    scores = query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    if causal:
        scores = np.where(causal_mask(query.shape[-2], key.shape[-2]), scores, -np.inf)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    return dropout(softmax(scores), rate, rng) @ value


def multi_head_attention(
    params: Params,
    x: Array,
    heads: int,
    memory: Any = None,
    mask: Any = None,
    causal: bool = False,
    rate: float = 0.0,
    key: Key = None,
) -> Any:
    """Attention by `heads` parts of the features side by side: (batch, places, width) -> the same shape.

    Queries are made of x, keys and values of `memory` (batch, others, width), x itself unless told. `mask` broadcasts against
    (batch, heads, places, others), or is (batch, others) for places that hold nothing. Raises ValueError where heads do not divide width.
    """
    other = x if memory is None else memory
    batch, places, width = x.shape
    if width % heads:
        raise ValueError("the heads do not divide the width")
    if mask is not None and np.ndim(mask) == 2:
        mask = mask[:, None, None, :]
    queries = divided(dense(params["query"], x), heads)
    keys = divided(dense(params["key"], other), heads)
    values = divided(dense(params["value"], other), heads)
    mixed = attention(queries, keys, values, mask, causal, rate, key)
    return dense(params["output"], mixed.transpose(0, 2, 1, 3).reshape(batch, places, width))


def divided(x: Array, heads: int) -> Any:
    """(batch, places, width) -> (batch, heads, places, width / heads)."""
    return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(0, 2, 1, 3)


def sinusoidal_positions(places: int, width: int, dtype: Any = np.float64) -> Any:
    """Vectors that tell places apart, (places, width): sines and cosines of wavelengths from 2π to 20,000 π. Source: section 3.5."""
    angles = np.arange(places)[:, None] / 10000.0 ** (np.arange(0, width, 2) / width)
    both = np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(places, -1)
    return both[:, :width].astype(dtype)
