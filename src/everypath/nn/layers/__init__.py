"""Layers: pure functions of their parameters, a dict that `nn.init` makes or that you write, and of a batch.

Examples stand along the first axis, features or channels along the last, time or the places of an image between them. Whatever leads in
front of the features is kept: `dense` takes (batch, inputs), and (batch, time, inputs) too. A layer without the key "bias" has none.
"""

from .attention import attention, causal_mask, multi_head_attention, sinusoidal_positions
from .convolution import conv1d, conv2d
from .dense import dense, embedding, mlp, residual
from .dropout import dropout
from .normalisation import batch_norm, group_norm, layer_norm, rms_norm
from .pooling import avg_pool1d, avg_pool2d, global_avg_pool, global_max_pool, max_pool1d, max_pool2d
from .recurrent import gru, gru_cell, lstm, lstm_cell, rnn, rnn_cell
from .transformer import transformer_block

__all__ = [
    "attention",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "causal_mask",
    "conv1d",
    "conv2d",
    "dense",
    "dropout",
    "embedding",
    "global_avg_pool",
    "global_max_pool",
    "group_norm",
    "gru",
    "gru_cell",
    "layer_norm",
    "lstm",
    "lstm_cell",
    "max_pool1d",
    "max_pool2d",
    "mlp",
    "multi_head_attention",
    "residual",
    "rms_norm",
    "rnn",
    "rnn_cell",
    "sinusoidal_positions",
    "transformer_block",
]
