"""Neural networks as plain NumPy functions of their parameters, differentiated and compiled by everypath; no backward pass is written here.

Parameters are dicts of arrays, and containers of them; examples stand in rows, features in the last axis:

    params = nn.init.mlp(np.random.default_rng(0), 64, 32, 10)
    loss = lambda params, x, labels: nn.cross_entropy(nn.mlp(params, x), labels)
    run = nn.fit(loss, params, (x, labels), nn.adam(0.01), epochs=20, validation=0.2)

| in | stands |
|---|---|
| `init` | parameters for each layer, and the distributions that they are drawn from |
| `layers`, `activations` | functions of parameters and a batch, and of numbers |
| `losses`, `metrics` | from logits and predictions to one number |
| `optimisers`, `schedules` | how parameters change; how fast |
| `fit` | minibatches, and training with validation, history, callbacks and checkpoints |
| `saving`, `summary`, `plots` | parameters on disk, as a table; training as a picture |
| `estimators` | networks as scikit-learn's estimators |
"""

from typing import Any

from . import init, schedules
from .activations import (
    celu,
    elu,
    gelu,
    glu,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    prelu,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
)
from .fit import Best, Run, descend, early_stopping, fit, minibatches
from .layers import (
    attention,
    avg_pool1d,
    avg_pool2d,
    batch_norm,
    causal_mask,
    conv1d,
    conv2d,
    dense,
    dropout,
    embedding,
    global_avg_pool,
    global_max_pool,
    group_norm,
    gru,
    gru_cell,
    layer_norm,
    lstm,
    lstm_cell,
    max_pool1d,
    max_pool2d,
    mlp,
    multi_head_attention,
    residual,
    rms_norm,
    rnn,
    rnn_cell,
    sinusoidal_positions,
    transformer_block,
)
from .losses import (
    binary_cross_entropy,
    contrastive_loss,
    cosine_embedding_loss,
    cosine_similarity,
    cross_entropy,
    focal_loss,
    gaussian_nll_loss,
    hinge_loss,
    huber_loss,
    kl_divergence,
    log_cosh_loss,
    margin_ranking_loss,
    mean_absolute_error,
    mean_squared_error,
    multi_margin_loss,
    poisson_nll_loss,
    quantile_loss,
    smooth_l1_loss,
    soft_margin_loss,
    triplet_margin_loss,
)
from .metrics import accuracy
from .optimisers import (
    Optimiser,
    adagrad,
    adam,
    adamw,
    clip_by_global_norm,
    clip_by_value,
    global_norm,
    lbfgs,
    lion,
    rmsprop,
    sgd,
    with_average,
    with_clipping,
    with_weight_decay,
)
from .plots import plot_history, plot_norms
from .saving import load, save
from .summary import parameter_count, summary

ESTIMATORS = ("MLPClassifier", "MLPRegressor")
"""What needs scikit-learn, which is imported when one of them is asked for."""


def __getattr__(name: str) -> Any:
    if name in ESTIMATORS:
        from . import estimators

        return getattr(estimators, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Best",
    "Optimiser",
    "Run",
    "accuracy",
    "adagrad",
    "adam",
    "adamw",
    "attention",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "causal_mask",
    "celu",
    "clip_by_global_norm",
    "clip_by_value",
    "contrastive_loss",
    "conv1d",
    "conv2d",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "dense",
    "descend",
    "dropout",
    "early_stopping",
    "elu",
    "embedding",
    "fit",
    "focal_loss",
    "gaussian_nll_loss",
    "gelu",
    "global_avg_pool",
    "global_max_pool",
    "global_norm",
    "glu",
    "group_norm",
    "gru",
    "gru_cell",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "hinge_loss",
    "huber_loss",
    "init",
    "kl_divergence",
    "layer_norm",
    "lbfgs",
    "leaky_relu",
    "lion",
    "load",
    "log_cosh_loss",
    "log_sigmoid",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "margin_ranking_loss",
    "max_pool1d",
    "max_pool2d",
    "mean_absolute_error",
    "mean_squared_error",
    "minibatches",
    "mish",
    "mlp",
    "multi_head_attention",
    "multi_margin_loss",
    "parameter_count",
    "plot_history",
    "plot_norms",
    "poisson_nll_loss",
    "prelu",
    "quantile_loss",
    "relu",
    "relu6",
    "residual",
    "rms_norm",
    "rmsprop",
    "rnn",
    "rnn_cell",
    "save",
    "schedules",
    "selu",
    "sgd",
    "sigmoid",
    "silu",
    "sinusoidal_positions",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softplus",
    "softsign",
    "summary",
    "transformer_block",
    "triplet_margin_loss",
    "with_average",
    "with_clipping",
    "with_weight_decay",
]
