"""Recurrent layers: one cell, over and over along time. x is (batch, time, inputs), a state (batch, width)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Activation, Array, Params
from .dense import dense


def rnn_cell(params: Params, x: Array, h: Array, activation: Activation = np.tanh) -> Any:
    """The next state, activation(x W + h U + b), of x (batch, inputs). Source: Elman, Finding structure in time, 1990."""
    return activation(dense(params["input"], x) + dense(params["hidden"], h))


def rnn(params: Params, x: Array, h: Any = None, activation: Activation = np.tanh, reverse: bool = False) -> Any:
    """(the states (batch, time, width), the last one), from h on, zeros unless told; `reverse` goes from the last to the first."""
    seen = dense(params["input"], x)
    state = np.zeros((x.shape[0], seen.shape[2]), x.dtype) if h is None else h
    states = np.empty(seen.shape, seen.dtype)
    for t in range(x.shape[1])[::-1] if reverse else range(x.shape[1]):
        state = activation(seen[:, t] + dense(params["hidden"], state))
        states[:, t] = state
    return states, state


def gate(x: Array) -> Any:
    """The sigmoid, 1 / (1 + e⁻ˣ) = (1 + tanh(x/2)) / 2: exact to the rounding of 1, and quick."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def gru_cell(params: Params, x: Array, h: Array) -> Any:
    """The next state of a gated recurrent unit, of x (batch, inputs).

    r and z are the sigmoids of the first two gates, n = tanh(x W_n + b_n + r (h U_n + c_n)), and the state is (1 − z) n + z h.
    Source: Cho et al. 2014, in the form of PyTorch, with the reset behind the product.
    """
    return gru_turn(dense(params["input"], x), dense(params["hidden"], h), h)


def gru_turn(seen: Array, remembered: Array, h: Array) -> Any:
    n = h.shape[1]
    reset = gate(seen[:, :n] + remembered[:, :n])
    update = gate(seen[:, n : 2 * n] + remembered[:, n : 2 * n])
    new = np.tanh(seen[:, 2 * n :] + reset * remembered[:, 2 * n :])
    return (1.0 - update) * new + update * h


def gru(params: Params, x: Array, h: Any = None, reverse: bool = False) -> Any:
    """(the states (batch, time, width), the last one), from h on, zeros unless told; `reverse` goes from the last to the first."""
    seen = dense(params["input"], x)
    width = params["hidden"]["weight"].shape[0]
    state = np.zeros((x.shape[0], width), x.dtype) if h is None else h
    states = np.empty((x.shape[0], x.shape[1], width), seen.dtype)
    for t in range(x.shape[1])[::-1] if reverse else range(x.shape[1]):
        state = gru_turn(seen[:, t], dense(params["hidden"], state), state)
        states[:, t] = state
    return states, state


def lstm_cell(params: Params, x: Array, state: Any) -> Any:
    """The next (h, c) of a long short-term memory, of x (batch, inputs).

    With i, f, o the sigmoids of three gates and g the tanh of the cell's, c = f c + i g and h = o tanh c; the gates stand as i, f, g, o.
    Source: Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000.
    """
    h, c = state
    return lstm_turn(dense(params["input"], x) + dense(params["hidden"], h), c)


def lstm_turn(gates: Array, c: Array) -> Any:
    n = c.shape[1]
    kept = gate(gates[:, n : 2 * n]) * c
    c = kept + gate(gates[:, :n]) * np.tanh(gates[:, 2 * n : 3 * n])
    return gate(gates[:, 3 * n :]) * np.tanh(c), c


def lstm(params: Params, x: Array, state: Any = None, reverse: bool = False) -> Any:
    """(the states h (batch, time, width), the last (h, c)), from (h, c) on, zeros unless told; `reverse` goes from the end."""
    seen = dense(params["input"], x)
    width = params["hidden"]["weight"].shape[0]
    h, c = (np.zeros((x.shape[0], width), x.dtype), np.zeros((x.shape[0], width), x.dtype)) if state is None else state
    states = np.empty((x.shape[0], x.shape[1], width), seen.dtype)
    for t in range(x.shape[1])[::-1] if reverse else range(x.shape[1]):
        h, c = lstm_turn(seen[:, t] + dense(params["hidden"], h), c)
        states[:, t] = h
    return states, (h, c)
