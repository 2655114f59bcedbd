"""The parameters of each layer, as dicts of arrays; the functions have the layers' names."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from everypath import InvalidArgument

from ..arrays import Array
from .initialisers import Initialiser, named, normal

Parameters = dict[str, Any]


def dense(
    rng: np.random.Generator,
    inputs: int,
    outputs: int,
    weight: str | Initialiser = "glorot_uniform",
    bias: bool = True,
    dtype: Any = np.float64,
) -> Parameters:
    """`weight` (inputs, outputs) and `bias` (outputs,), which begins at 0."""
    return with_bias(named(weight)(rng, (inputs, outputs), dtype), outputs if bias else 0, dtype)


def mlp(
    rng: np.random.Generator, *widths: int, weight: str | Initialiser = "glorot_uniform", bias: bool = True, dtype: Any = np.float64
) -> list[Parameters]:
    """The dense layers of `nn.mlp` for these widths, inputs first and outputs last."""
    return [dense(rng, n, m, weight, bias, dtype) for n, m in pairwise(widths)]


def conv1d(
    rng: np.random.Generator,
    inputs: int,
    outputs: int,
    size: int,
    groups: int = 1,
    weight: str | Initialiser = "glorot_uniform",
    bias: bool = True,
    dtype: Any = np.float64,
) -> Parameters:
    """`weight` (size, inputs / groups, outputs) and `bias` (outputs,)."""
    return convolution(rng, (size,), inputs, outputs, groups, weight, bias, dtype)


def conv2d(
    rng: np.random.Generator,
    inputs: int,
    outputs: int,
    size: int | tuple[int, int],
    groups: int = 1,
    weight: str | Initialiser = "glorot_uniform",
    bias: bool = True,
    dtype: Any = np.float64,
) -> Parameters:
    """`weight` (height, width, inputs / groups, outputs) and `bias` (outputs,)."""
    window = (size, size) if isinstance(size, int) else tuple(size)
    return convolution(rng, window, inputs, outputs, groups, weight, bias, dtype)


def convolution(
    rng: np.random.Generator,
    window: tuple[int, ...],
    inputs: int,
    outputs: int,
    groups: int,
    weight: str | Initialiser,
    bias: bool,
    dtype: Any,
) -> Parameters:
    if groups < 1 or inputs % groups or outputs % groups:
        raise InvalidArgument(f"{inputs} inputs and {outputs} outputs do not make {groups} groups")
    return with_bias(named(weight)(rng, (*window, inputs // groups, outputs), dtype), outputs if bias else 0, dtype)


def embedding(
    rng: np.random.Generator, words: int, width: int, weight: str | Initialiser | None = None, dtype: Any = np.float64
) -> Parameters:
    """`weight` (words, width), normal of variance 1 unless told otherwise."""
    return {"weight": (normal(1.0) if weight is None else named(weight))(rng, (words, width), dtype)}


def layer_norm(width: int, bias: bool = True, dtype: Any = np.float64) -> Parameters:
    """`weight` of ones and `bias` of zeros, (width,)."""
    return with_bias(np.ones(width, dtype), width if bias else 0, dtype)


def rms_norm(width: int, dtype: Any = np.float64) -> Parameters:
    """`weight` of ones, (width,)."""
    return {"weight": np.ones(width, dtype)}


batch_norm = group_norm = layer_norm


def running_statistics(width: int, dtype: Any = np.float64) -> Parameters:
    """What `nn.batch_norm` keeps between batches: `mean` of zeros and `variance` of ones, (width,)."""
    return {"mean": np.zeros(width, dtype), "variance": np.ones(width, dtype)}


def rnn(
    rng: np.random.Generator,
    inputs: int,
    width: int,
    weight: str | Initialiser = "glorot_uniform",
    recurrent: str | Initialiser = "orthogonal",
    dtype: Any = np.float64,
) -> Parameters:
    """Dense layers `input` (inputs → width) with a bias, and `hidden` (width → width) without."""
    return recurrences(rng, inputs, width, 1, weight, recurrent, False, dtype)


def gru(
    rng: np.random.Generator,
    inputs: int,
    width: int,
    weight: str | Initialiser = "glorot_uniform",
    recurrent: str | Initialiser = "orthogonal",
    dtype: Any = np.float64,
) -> Parameters:
    """Dense layers `input` (inputs → 3 width) and `hidden` (width → 3 width), both with a bias; gates: reset, update, new."""
    return recurrences(rng, inputs, width, 3, weight, recurrent, True, dtype)


def lstm(
    rng: np.random.Generator,
    inputs: int,
    width: int,
    weight: str | Initialiser = "glorot_uniform",
    recurrent: str | Initialiser = "orthogonal",
    forget_bias: float = 1.0,
    dtype: Any = np.float64,
) -> Parameters:
    """Dense layers `input` (inputs → 4 width) with a bias, and `hidden` (width → 4 width) without; gates: input, forget, cell, output.

    The forget gate's bias begins at 1, as Jozefowicz, Zaremba and Sutskever (2015) advise.
    """
    params = recurrences(rng, inputs, width, 4, weight, recurrent, False, dtype)
    params["input"]["bias"][width : 2 * width] = forget_bias
    return params


def recurrences(
    rng: np.random.Generator,
    inputs: int,
    width: int,
    gates: int,
    weight: str | Initialiser,
    recurrent: str | Initialiser,
    hidden_bias: bool,
    dtype: Any,
) -> Parameters:
    """The two dense layers of a recurrent one; each gate's weights are drawn on their own, side by side."""
    into = np.concatenate([named(weight)(rng, (inputs, width), dtype) for _ in range(gates)], axis=1)
    within = np.concatenate([named(recurrent)(rng, (width, width), dtype) for _ in range(gates)], axis=1)
    total = gates * width
    return {"input": with_bias(into, total, dtype), "hidden": with_bias(within, total if hidden_bias else 0, dtype)}


def attention(
    rng: np.random.Generator, width: int, weight: str | Initialiser = "glorot_uniform", bias: bool = True, dtype: Any = np.float64
) -> Parameters:
    """Dense layers `query`, `key`, `value` and `output`, each width → width."""
    return {name: dense(rng, width, width, weight, bias, dtype) for name in ("query", "key", "value", "output")}


def transformer_block(
    rng: np.random.Generator,
    width: int,
    hidden: int | None = None,
    weight: str | Initialiser = "glorot_uniform",
    bias: bool = True,
    dtype: Any = np.float64,
) -> Parameters:
    """`attention`, the dense layers `up` (width → hidden, 4 width unless told) and `down`, and the norms before or behind them."""
    hidden = 4 * width if hidden is None else hidden
    return {
        "attention": attention(rng, width, weight, bias, dtype),
        "up": dense(rng, width, hidden, weight, bias, dtype),
        "down": dense(rng, hidden, width, weight, bias, dtype),
        "attention_norm": layer_norm(width, bias, dtype),
        "dense_norm": layer_norm(width, bias, dtype),
    }


def with_bias(weight: Array, outputs: int, dtype: Any) -> Parameters:
    """`weight`, and `bias` of so many zeros where there are any."""
    return {"weight": weight, "bias": np.zeros(outputs, dtype)} if outputs else {"weight": weight}
