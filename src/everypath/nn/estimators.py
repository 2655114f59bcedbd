"""Networks of dense layers as scikit-learn's estimators: `pip install 'everypath[learn]'`. They go into pipelines, grids and pickles."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from everypath import InvalidArgument

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as missing:
    raise ImportError("MLPClassifier and MLPRegressor need scikit-learn 1.6 or newer: pip install 'everypath[learn]'") from missing

from . import activations, init
from .activations import softmax
from .arrays import Activation, Array
from .fit import early_stopping, fit
from .layers import mlp
from .losses import cross_entropy, mean_squared_error
from .optimisers import Optimiser, adam

ACTIVATIONS: dict[str, Activation] = {
    "tanh": np.tanh,
    "logistic": activations.sigmoid,
    **{name: getattr(activations, name) for name in ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "sigmoid", "softplus")},
}


class Network(BaseEstimator):
    """What both estimators share: their parameters, which have scikit-learn's names, and training."""

    def __init__(
        self,
        hidden_layer_sizes: tuple[int, ...] = (100,),
        activation: str = "relu",
        *,
        alpha: float = 1e-4,
        batch_size: int | str = "auto",
        learning_rate_init: float = 1e-3,
        max_iter: int = 200,
        random_state: Any = None,
        tol: float = 1e-4,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change

    def _learn(self, X: Array, wanted: Array, outputs: int, loss: Any) -> None:
        """Find the parameters; `loss` is of (outputs, wanted)."""
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        widths = (X.shape[1], *np.atleast_1d(np.asarray(self.hidden_layer_sizes, int)).tolist(), outputs)
        weight = "he_uniform" if self.activation in ("relu", "leaky_relu") else "glorot_uniform"
        order = rng.permutation(len(X)) if self.early_stopping else np.arange(len(X))
        run = fit(
            penalised(loss, self._activation(), float(self.alpha)),
            init.mlp(rng, *widths, weight=weight, dtype=X.dtype),
            (X[order], wanted[order]),
            optimiser_of(float(self.learning_rate_init)),
            epochs=self.max_iter,
            batch_size=min(200, len(X)) if self.batch_size == "auto" else int(self.batch_size),
            validation=float(self.validation_fraction) if self.early_stopping else None,
            seed=int(rng.integers(2**31)),
            callbacks=[early_stopping(self.n_iter_no_change, least=self.tol)],
        )
        self.params_ = run.best.params if self.early_stopping and run.best.epoch else run.params
        self.history_, self.n_iter_ = run.history, run.epoch
        self.loss_ = run.history["loss"][-1] if run.epoch else float("nan")

    def _outputs(self, X: Any) -> Array:
        """What the last layer says of each row."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return np.asarray(mlp(self.params_, X, self._activation()))

    def _activation(self) -> Activation:
        if self.activation not in ACTIVATIONS:
            raise InvalidArgument(f"activation is one of {', '.join(ACTIVATIONS)}, not {self.activation!r}")
        return ACTIVATIONS[self.activation]


class MLPClassifier(ClassifierMixin, Network):
    """A network of dense layers that classifies, by cross-entropy and Adam. Parameters have the names of scikit-learn's own.

    X is (examples, features), y labels of any kind. After `fit`: `params_` (the layers' parameters, as `nn.mlp` takes them), `classes_`,
    `history_` (as `nn.fit` keeps it), `n_iter_`, `loss_`. float32 stays float32. A `random_state` gives the same bits.

    Raises ValueError for what scikit-learn refuses, InvalidArgument for an unknown activation.
    """

    def fit(self, X: Any, y: Any) -> MLPClassifier:
        """Learn from examples X and their labels y."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._learn(X, labels, len(self.classes_), cross_entropy)
        return self

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, (examples, classes)."""
        return np.asarray(softmax(self._outputs(X)))

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithm of the probability of each class."""
        return np.asarray(activations.log_softmax(self._outputs(X)))

    def predict(self, X: Any) -> Array:
        """The likeliest label of each row."""
        likeliest = np.argmax(self._outputs(X), axis=1)
        return np.asarray(self.classes_[likeliest])


class MLPRegressor(RegressorMixin, Network):
    """A network of dense layers that predicts numbers, by their mean squared error and Adam. Otherwise as `MLPClassifier`.

    y is (examples,) or (examples, outputs).
    """

    def fit(self, X: Any, y: Any) -> MLPRegressor:
        """Learn from examples X and numbers y."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True)
        self._flat = y.ndim == 1
        wanted = np.ascontiguousarray(y.reshape(len(y), -1), dtype=X.dtype)
        self._learn(X, wanted, wanted.shape[1], mean_squared_error)
        return self

    def predict(self, X: Any) -> Array:
        """What is predicted of each row."""
        found = self._outputs(X)
        return found[:, 0] if self._flat else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


@lru_cache(16)
def penalised(loss: Any, activation: Activation, alpha: float) -> Any:
    """The loss of a network and alpha/2 times the squares of its weights, for each row; the same function for the same arguments, so that
    its step is compiled once."""

    def of(params: Any, x: Any, wanted: Any) -> Any:
        squares = sum([np.sum(layer["weight"] ** 2) for layer in params])
        return loss(mlp(params, x, activation), wanted) + 0.5 * alpha / len(x) * squares

    return of


@lru_cache(16)
def optimiser_of(rate: float) -> Optimiser:
    """Adam, the same one for the same rate."""
    return adam(rate)
