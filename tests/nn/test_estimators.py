"""The estimators: they learn, in scikit-learn's pipelines, and equal seeds give equal bits. All of its checks run in tests/plugins."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import everypath as ep
from everypath import nn, tree

pytest.importorskip("sklearn", minversion="1.6", reason="pip install 'everypath[learn]'")

from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def test_a_classifier_learns_and_is_the_same_twice() -> None:
    x, labels = load_iris(return_X_y=True)
    names = np.array(["one", "two", "three"])[labels]
    networks = [nn.MLPClassifier((8,), "tanh", learning_rate_init=0.05, max_iter=30, random_state=seed) for seed in (0, 0, 1)]
    first, _, _ = (make_pipeline(StandardScaler(), network).fit(x.astype(np.float32), names) for network in networks)
    assert first.score(x, names) > 0.95 and first.predict_proba(x).shape == (150, 3)
    leaves = tree.leaves(networks[0].params_)
    assert {leaf.dtype for leaf in leaves} == {np.dtype(np.float32)}
    assert all(np.array_equal(a, b) for a, b in zip(leaves, tree.leaves(networks[1].params_)))
    assert not np.array_equal(leaves[0], networks[2].params_[0]["weight"])
    assert (pickle.loads(pickle.dumps(first)).predict(x) == first.predict(x)).all()


def test_a_regressor_stops_early_and_keeps_its_best() -> None:
    x = np.linspace(-1.0, 1.0, 80)[:, None]
    y = np.concatenate((np.sin(3.0 * x), x**2), axis=1)
    network = nn.MLPRegressor((16,), "gelu", learning_rate_init=0.05, random_state=0, early_stopping=True, batch_size=10)
    assert network.fit(x, y).score(x, y) > 0.95 and network.predict(x).shape == y.shape
    assert network.n_iter_ < 200 and min(network.history_["validation_loss"]) < 0.02
    assert network.fit(x, y[:, 0]).predict(x).shape == (80,)
    with pytest.raises(ep.InvalidArgument, match="activation is one of"):
        nn.MLPRegressor(activation="step").fit(x, y)
