"""Neural networks as plain NumPy functions of their parameters, differentiated by everypath: layers, losses, optimisers, training.

Parameters are a list of `(W, b)` pairs, x has one example a row:

    params = nn.mlp_parameters(np.random.default_rng(0), 64, 32, 10)
    loss = lambda params, x, y: nn.cross_entropy(nn.mlp(params, x), y)
    for params, value in nn.descend(loss, params, nn.minibatches(rng, 128, x, y), nn.adam(0.01)): ...
"""

from .layers import dense, dense_parameters, mlp, mlp_parameters
from .losses import cross_entropy, log_softmax, mean_squared_error
from .optimisers import Optimiser, adam, sgd
from .training import accuracy, descend, minibatches

__all__ = [
    "Optimiser",
    "accuracy",
    "adam",
    "cross_entropy",
    "dense",
    "dense_parameters",
    "descend",
    "log_softmax",
    "mean_squared_error",
    "minibatches",
    "mlp",
    "mlp_parameters",
    "sgd",
]
