"""Optimisers: two pure functions each, `init(params) -> state` and `update(gradient, state, params) -> (params, state)`.

Parameters may be any containers of floats and arrays; states are dicts of the same containers, and `step`, how many steps were done.
Rates are numbers or schedules (`nn.schedules`). `with_clipping`, `with_weight_decay` and `with_average` make an optimiser of another.
A step is one compiled function if you compile what calls both the gradient and `update`.
"""

from .adaptive import adagrad, adam, adamw, lion, rmsprop
from .clipping import clip_by_global_norm, clip_by_value, global_norm
from .descent import Optimiser, sgd
from .quasi_newton import lbfgs
from .wrapped import with_average, with_clipping, with_weight_decay

__all__ = [
    "Optimiser",
    "adagrad",
    "adam",
    "adamw",
    "clip_by_global_norm",
    "clip_by_value",
    "global_norm",
    "lbfgs",
    "lion",
    "rmsprop",
    "sgd",
    "with_average",
    "with_clipping",
    "with_weight_decay",
]
