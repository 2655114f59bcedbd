"""The block that transformers are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import gelu
from ..arrays import Activation, Array, Params
from .attention import multi_head_attention
from .dense import dense
from .dropout import Key, dropout
from .normalisation import layer_norm


def transformer_block(
    params: Params,
    x: Array,
    heads: int,
    mask: Any = None,
    causal: bool = False,
    activation: Activation = gelu,
    rate: float = 0.0,
    key: Key = None,
    norm_first: bool = True,
) -> Any:
    """Attention, then two dense layers place by place, each added to what it is made of: (batch, places, width) -> the same shape.

    What goes into each is normalised (Radford et al. 2019), or with `norm_first=False` what comes out of the sum (Vaswani et al. 2017).
    `mask` and `causal` are as in `multi_head_attention`; `rate` and `key` are of `dropout`, of what is taken, made and added.
    """
    rng = None if key is None else np.random.default_rng(key)
    if norm_first:
        x = x + attended(params, layer_norm(params["attention_norm"], x), heads, mask, causal, rate, rng)
        return x + expanded(params, layer_norm(params["dense_norm"], x), activation, rate, rng)
    x = layer_norm(params["attention_norm"], x + attended(params, x, heads, mask, causal, rate, rng))
    return layer_norm(params["dense_norm"], x + expanded(params, x, activation, rate, rng))


def attended(params: Params, x: Array, heads: int, mask: Any, causal: bool, rate: float, rng: Key) -> Any:
    return dropout(multi_head_attention(params["attention"], x, heads, None, mask, causal, rate, rng), rate, rng)


def expanded(params: Params, x: Array, activation: Activation, rate: float, rng: Key) -> Any:
    hidden = dropout(activation(dense(params["up"], x)), rate, rng)
    return dropout(dense(params["down"], hidden), rate, rng)
