"""Layers, losses, optimisers and training: against their formulas, steps computed by hand, and problems small enough to solve."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import scipy.special

import everypath as ep
from everypath import nn, tree

Array = np.ndarray


def parameters(seed: int = 0, *widths: int) -> list[dict[str, Array]]:
    rng = np.random.default_rng(seed)
    layers = nn.init.mlp(rng, *(widths or (3, 5, 4)))
    return [{"weight": layer["weight"], "bias": rng.normal(size=layer["bias"].shape)} for layer in layers]


def examples(n: int = 6, inputs: int = 3, classes: int = 4) -> tuple[Array, Array]:
    rng = np.random.default_rng(1)
    return rng.normal(size=(n, inputs)), rng.integers(0, classes, n)


# Layers and losses ----------------------------------------------------------------------------------------------------


def test_a_dense_layer_is_a_product_and_a_sum() -> None:
    W, b, x = np.arange(6.0).reshape(3, 2), np.array([1.0, -1.0]), np.array([[1.0, 0.0, 2.0]])
    np.testing.assert_array_equal(nn.dense({"weight": W, "bias": b}, x), [[0 + 0 + 8 + 1, 1 + 0 + 10 - 1]])
    np.testing.assert_array_equal(nn.dense({"weight": W}, x), [[8, 11]])


def test_mlp_is_linear_at_its_end_and_tanh_before() -> None:
    params, (x, _) = parameters(), examples()
    W, b, U, c = tree.leaves(params)
    np.testing.assert_allclose(nn.mlp(params, x), np.tanh(x @ W + b) @ U + c, rtol=1e-14)
    np.testing.assert_allclose(nn.mlp(params[:1], x), x @ W + b, rtol=1e-14)
    np.testing.assert_array_equal(ep.compile(nn.mlp)(params, x).shape, (6, 4))
    np.testing.assert_allclose(ep.compile(nn.mlp)(params, x), nn.mlp(params, x), rtol=1e-13)


def test_log_softmax_is_scipys_and_does_not_overflow() -> None:
    z = np.random.default_rng(0).normal(size=(5, 4)) * 3.0
    np.testing.assert_allclose(nn.log_softmax(z), scipy.special.log_softmax(z, axis=1), rtol=1e-13)
    np.testing.assert_allclose(np.sum(np.exp(nn.log_softmax(z)), axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(nn.log_softmax(np.array([[1000.0, 0.0], [-1000.0, -1000.0]])), [[0.0, -1000.0], [-math.log(2.0)] * 2])


def test_cross_entropy_is_the_mean_of_minus_log_p() -> None:
    z, (_, labels) = np.random.default_rng(0).normal(size=(6, 4)), examples()
    p = scipy.special.softmax(z, axis=1)
    assert nn.cross_entropy(z, labels) == pytest.approx(np.mean([-math.log(p[k, label]) for k, label in enumerate(labels)]), rel=1e-14)
    assert nn.cross_entropy(np.zeros((6, 4)), labels) == pytest.approx(math.log(4.0))
    assert nn.cross_entropy(np.array([[1e4, 0.0]]), np.array([1])) == 1e4
    slope = ep.grad(nn.cross_entropy)(z, labels)
    np.testing.assert_allclose(slope, (p - np.eye(4)[labels]) / 6.0, atol=1e-15)


def test_mean_squared_error_is_the_mean_of_squares() -> None:
    assert nn.mean_squared_error(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 4.0]])) == (0 + 4 + 9 + 0) / 4


def test_accuracy_counts_the_rows_that_are_right() -> None:
    assert nn.accuracy(np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]), np.array([1, 0, 0, 0])) == 0.75


def classification(params: Any, x: Array, labels: Array) -> Any:
    return nn.cross_entropy(nn.mlp(params, x), labels)


def regression(params: Any, x: Array, wanted: Array) -> Any:
    return nn.mean_squared_error(nn.mlp(params, x), wanted)


@pytest.mark.parametrize("widths", [(3, 5, 4)])
def test_gradients_of_networks(widths: tuple[int, ...]) -> None:
    x, labels = examples()
    ep.check_grads(classification, (parameters(2, *widths), x, labels), directions=2)
    ep.check_grads(regression, (parameters(3, *widths), x, np.ones((6, 4))), directions=1)


def test_second_derivatives_of_a_network() -> None:
    x, labels = examples(3, 2, 2)
    ep.check_grads(classification, (parameters(2, 2, 3, 2), x, labels), order=2, directions=1)


def test_a_gradient_is_backpropagation() -> None:
    """Layer by layer by hand: the delta of a layer is what comes back through the next one's weights, times 1 - tanh²."""
    params, (x, labels) = parameters(), examples()
    W, b, U, c = tree.leaves(params)
    hidden = np.tanh(x @ W + b)
    delta = (scipy.special.softmax(hidden @ U + c, axis=1) - np.eye(4)[labels]) / len(x)
    back = (delta @ U.T) * (1.0 - hidden**2)
    by_hand = [x.T @ back, back.sum(axis=0), hidden.T @ delta, delta.sum(axis=0)]
    gradient = ep.grad(classification)(params, x, labels)
    assert tree.paths(gradient) == tree.paths(params)
    for found, expected in zip(tree.leaves(gradient), by_hand, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15)


# Optimisers -----------------------------------------------------------------------------------------------------------


def test_sgd_steps_by_hand() -> None:
    params: Any = {"a": 1.0, "b": [np.array([2.0, -1.0])]}
    gradients = [{"a": 0.5, "b": [np.array([1.0, 2.0])]}, {"a": -1.0, "b": [np.array([0.0, 4.0])]}]
    plain, state = nn.sgd(0.1).update(gradients[0], nn.sgd(0.1).init(params), params)
    assert plain["a"] == pytest.approx(0.95)
    np.testing.assert_allclose(plain["b"][0], [1.9, -1.2])
    optimiser = nn.sgd(0.1, momentum=0.9)
    state = optimiser.init(params)
    for gradient in gradients:
        params, state = optimiser.update(gradient, state, params)
    # v = 0.5, then 0.9·0.5 − 1 = −0.55; b: (1, 2), then (0.9, 5.8)
    assert state["step"] == 2 and state["velocity"]["a"] == pytest.approx(-0.55)
    assert params["a"] == pytest.approx(1.0 - 0.05 + 0.055)
    np.testing.assert_allclose(params["b"][0], [2.0 - 0.1 - 0.09, -1.0 - 0.2 - 0.58])


def test_adam_steps_by_hand() -> None:
    """Algorithm 1 of the paper, line by line, on one number."""
    rate, beta1, beta2, epsilon = 0.1, 0.8, 0.9, 0.25
    optimiser = nn.adam(rate, beta1, beta2, epsilon)
    p, state = 1.0, optimiser.init(1.0)
    x, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate([0.5, -2.0, 3.0, 0.0], 1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        x -= rate * mean / (math.sqrt(square) + epsilon)
        p, state = optimiser.update(g, state, p)
        assert p == pytest.approx(x, rel=1e-14)
    assert state["step"] == 4


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient() -> None:
    optimiser = nn.adam(0.01)
    params = [np.array([1.0, 2.0]), 3.0]
    moved, _ = optimiser.update([np.array([1e-2, -50.0]), 7.0], optimiser.init(params), params)
    np.testing.assert_allclose(moved[0], [1.0 - 0.01, 2.0 + 0.01], rtol=1e-7)
    assert moved[1] == pytest.approx(2.99, rel=1e-6)


@pytest.mark.parametrize("optimiser", [nn.sgd(0.1, 0.9), nn.adam(0.1)], ids=["sgd", "adam"])
def test_optimisers_change_nothing_in_place_and_keep_containers(optimiser: nn.Optimiser) -> None:
    params = parameters()
    before = [leaf.copy() for leaf in tree.leaves(params)]
    state = optimiser.init(params)
    gradient = tree.map(np.ones_like, params)
    moved, _ = optimiser.update(gradient, state, params)
    again, _ = optimiser.update(gradient, state, params)
    assert tree.paths(moved) == tree.paths(params)
    for a, b, c, d in zip(tree.leaves(params), before, tree.leaves(moved), tree.leaves(again), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(c, d)
        assert not np.array_equal(a, c)


def test_optimisers_leave_integers_alone() -> None:
    params = {"rate": 0.5, "steps": 3}
    for optimiser in (nn.sgd(0.1), nn.adam(0.1)):
        moved, _ = optimiser.update({"rate": 1.0, "steps": None}, optimiser.init(params), params)
        assert moved["steps"] == 3 and moved["rate"] < 0.5


# Training -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "size"), [(12, 4), (12, 12), (7, 1)])
def test_an_epoch_of_minibatches_takes_every_row_once(n: int, size: int) -> None:
    x, y = np.arange(n) * 10.0, np.arange(n)
    batches = nn.minibatches(np.random.default_rng(0), size, x, y)
    orders = []
    for _ in range(3):
        epoch = list(itertools.islice(batches, n // size))
        assert all(len(a) == len(b) == size and np.array_equal(a, b * 10.0) for a, b in epoch)
        orders.append(np.concatenate([b for _, b in epoch]))
        assert sorted(orders[-1]) == list(range(n))
    assert not np.array_equal(orders[0], orders[1])


def test_rows_left_over_are_left_out_and_come_another_time() -> None:
    batches = nn.minibatches(np.random.default_rng(0), 4, np.arange(10))
    epochs = [np.concatenate([b for (b,) in itertools.islice(batches, 2)]) for _ in range(20)]
    assert all(len(set(e.tolist())) == 8 for e in epochs)
    assert set(np.concatenate(epochs).tolist()) == set(range(10))


@pytest.mark.parametrize("size", [0, -1, 6])
def test_a_batch_that_cannot_be_taken_is_refused(size: int) -> None:
    with pytest.raises(ep.InvalidArgument, match="cannot be taken from 5"):
        next(nn.minibatches(np.random.default_rng(0), size, np.arange(5)))


def test_descend_yields_the_loss_before_each_step() -> None:
    def loss(p, target):
        return (p - target) ** 2

    steps = list(nn.descend(loss, 1.0, [(3.0,), (3.0,), (5.0,)], nn.sgd(0.25)))
    # p: 1 → 1 + 0.25·4 = 2 → 2 + 0.25·2 = 2.5 → 2.5 + 0.25·5 = 3.75
    assert steps == [(2.0, 4.0), (2.5, 1.0), (3.75, 6.25)]


def test_a_network_learns_exclusive_or() -> None:
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = np.array([0, 1, 1, 0])
    params: Any = nn.init.mlp(np.random.default_rng(0), 2, 8, 2)
    steps = list(nn.descend(classification, params, itertools.repeat((x, labels), 300), nn.adam(0.05)))
    (_, first), (learnt, last) = steps[0], steps[-1]
    assert first > 0.5 and last < 0.02
    assert nn.accuracy(nn.mlp(learnt, x), labels) == 1.0


class Table:
    """What a data frame is: indexed by columns, an array to NumPy."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, columns: Any) -> np.ndarray:
        return self.rows[:, columns]

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.rows


def test_minibatches_of_tables_and_lists_are_rows() -> None:
    rows = np.arange(12.0).reshape(4, 3)
    for table in (Table(rows), rows.tolist()):
        batch, labels = next(nn.minibatches(np.random.default_rng(0), 2, table, [0, 1, 2, 3]))
        np.testing.assert_array_equal(batch, rows[labels])


def test_minibatches_of_a_data_frame_are_rows() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}, index=[7, 8, 9])
    batch, column = next(nn.minibatches(np.random.default_rng(0), 2, frame, frame["a"]))
    assert batch.shape == (2, 2)
    np.testing.assert_array_equal(batch[:, 0], column)


def test_what_has_no_rows_makes_no_minibatches() -> None:
    rng = np.random.default_rng(0)
    for tables in ((np.ones(3), np.ones(4)), (), (1.0,), ({"a": 1.0},), (np.ma.array([1.0, 2.0]),), (["a", 1.0, None],)):
        with pytest.raises(ep.InvalidArgument, match="minibatches takes"):
            nn.minibatches(rng, 1, *tables)


def test_a_line_is_found_from_minibatches() -> None:
    def loss(params, x, y):
        return np.mean((params["slope"] * x + params["offset"] - y) ** 2)

    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    batches = itertools.islice(nn.minibatches(rng, 20, x, 2.0 * x - 1.0), 300)
    *_, (found, last) = nn.descend(loss, {"slope": 0.0, "offset": 0.0}, batches, nn.sgd(0.1))
    assert found["slope"] == pytest.approx(2.0, abs=1e-6)
    assert found["offset"] == pytest.approx(-1.0, abs=1e-6)
    assert last < 1e-12
