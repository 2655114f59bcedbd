"""Layers against formulas and loops by hand in NumPy, compiled and not. Beside PyTorch's they stand in tests/plugins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import nn, tree
from everypath.nn import init

RNG = np.random.default_rng(0)
SERIES, IMAGES = RNG.normal(size=(3, 7, 6)), RNG.normal(size=(2, 6, 7, 4))


def by_hand(p: Any, x: Any, stride: Any, around: Any, dilation: Any, groups: int) -> np.ndarray:
    """A convolution, number by number."""
    (a, b), weight = around, p["weight"]
    x = np.pad(x, ((0, 0), (a, a), (b, b), (0, 0)))
    height, width, inputs, outputs = weight.shape
    rows = (x.shape[1] - (height - 1) * dilation[0] - 1) // stride[0] + 1
    columns = (x.shape[2] - (width - 1) * dilation[1] - 1) // stride[1] + 1
    y = np.zeros((len(x), rows, columns, outputs))
    for n, r, c, o in np.ndindex(y.shape):
        first = o // (outputs // groups) * inputs
        seen = x[n, r * stride[0] :: dilation[0], c * stride[1] :: dilation[1], first : first + inputs][:height, :width]
        y[n, r, c, o] = np.sum(seen * weight[..., o]) + p["bias"][o]
    return y


@pytest.mark.parametrize(
    "stride, around, dilation, groups",
    [((1, 1), (0, 0), (1, 1), 1), ((2, 1), (1, 2), (1, 2), 1), ((1, 2), (1, 0), (2, 1), 2)],
)
def test_convolutions(stride: Any, around: Any, dilation: Any, groups: int) -> None:
    params = init.conv2d(RNG, 4, 6, (3, 2), groups=groups)
    params["bias"] += RNG.normal(size=6)
    y = nn.conv2d(params, IMAGES, stride, around, dilation, groups)
    np.testing.assert_allclose(y, by_hand(params, IMAGES, stride, around, dilation, groups), rtol=1e-12, atol=1e-13)


def test_a_convolution_along_time_is_one_over_flat_images() -> None:
    params = init.conv1d(RNG, 6, 4, 3)
    flat = {"weight": params["weight"][None], "bias": params["bias"]}
    y = nn.conv1d(params, SERIES, stride=2, padding=1)
    np.testing.assert_allclose(y, nn.conv2d(flat, SERIES[:, None], (1, 2), (0, 1))[:, 0])
    causal = nn.conv1d(params, SERIES, padding="causal", dilation=2)
    later = SERIES.copy()
    later[:, 4:] += 1.0
    np.testing.assert_array_equal(nn.conv1d(params, later, padding="causal", dilation=2)[:, :4], causal[:, :4])
    assert nn.conv1d(params, SERIES, stride=3, padding="same").shape == (3, 3, 4)
    for wrong in ({"padding": "full"}, {"dilation": 4}):
        with pytest.raises(ValueError, match=r"padding|window"):
            nn.conv1d(params, SERIES, **wrong)


def test_pools() -> None:
    x = IMAGES[:, :6, :6]
    windows = x.reshape(2, 3, 2, 3, 2, 4)
    np.testing.assert_array_equal(nn.max_pool2d(x, 2), windows.max((2, 4)))
    np.testing.assert_allclose(nn.avg_pool2d(x, 2), windows.mean((2, 4)), rtol=1e-14)
    np.testing.assert_array_equal(nn.max_pool1d(SERIES, 3, 2, 1)[:, 0], SERIES[:, :2].max(1))
    np.testing.assert_allclose(nn.avg_pool1d(SERIES, 3, 2, 1)[:, 0], SERIES[:, :2].sum(1) / 3)
    np.testing.assert_allclose(nn.avg_pool1d(SERIES, 3, 2, 1, count_include_pad=False)[:, 0], SERIES[:, :2].mean(1))
    np.testing.assert_array_equal(nn.global_max_pool(x), x.max((1, 2)))
    np.testing.assert_allclose(nn.global_avg_pool(x), x.mean((1, 2)))
    assert ep.grad(lambda x: np.sum(nn.max_pool1d(x, 2)))(np.zeros((1, 2, 1))).tolist() == [[[1.0], [0.0]]]


def test_normalised_numbers_have_mean_0_and_variance_1() -> None:
    for y, axes in (
        (nn.layer_norm({}, IMAGES, 0.0), 3),
        (nn.group_norm({}, IMAGES, 2, 0.0).reshape(2, 6, 7, 2, 2), (1, 2, 4)),
        (nn.batch_norm({}, init.running_statistics(4), IMAGES, epsilon=0.0)[0], (0, 1, 2)),
    ):
        np.testing.assert_allclose(np.mean(y, axes), 0.0, atol=1e-14)
        np.testing.assert_allclose(np.var(y, axes), 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.mean(nn.rms_norm({"weight": np.full(4, 2.0)}, IMAGES, 0.0) ** 2, -1), 4.0)
    with pytest.raises(ValueError, match="groups"):
        nn.group_norm({}, IMAGES, 3)


def test_batch_norm_remembers() -> None:
    statistics = init.running_statistics(4)
    for _ in range(200):
        _, statistics = nn.batch_norm(init.batch_norm(4), statistics, IMAGES)
    np.testing.assert_allclose(statistics["mean"], IMAGES.mean((0, 1, 2)), rtol=1e-8)
    np.testing.assert_allclose(statistics["variance"], IMAGES.var((0, 1, 2), ddof=1), rtol=1e-8)
    y, same = nn.batch_norm(init.batch_norm(4), statistics, IMAGES, training=False, epsilon=0.0)
    np.testing.assert_allclose(y, (IMAGES - statistics["mean"]) / np.sqrt(statistics["variance"]))
    assert same["mean"] is statistics["mean"]


def test_recurrent_layers_are_their_cells_over_and_over() -> None:
    h = c = np.zeros((3, 5))
    rnn, gru, lstm = init.rnn(RNG, 6, 5), init.gru(RNG, 6, 5), init.lstm(RNG, 6, 5)
    one, two = h, h
    for t in range(7):
        one, two, (h, c) = (
            nn.rnn_cell(rnn, SERIES[:, t], one),
            nn.gru_cell(gru, SERIES[:, t], two),
            nn.lstm_cell(lstm, SERIES[:, t], (h, c)),
        )
    for (states, last), expected in ((nn.rnn(rnn, SERIES), one), (nn.gru(gru, SERIES), two), (nn.lstm(lstm, SERIES), h)):
        np.testing.assert_allclose(states[:, -1], expected, rtol=1e-12)
        np.testing.assert_array_equal(last[0] if isinstance(last, tuple) else last, states[:, -1])
    first, kept = nn.lstm(lstm, SERIES[:, :3])
    np.testing.assert_allclose(np.concatenate((first, nn.lstm(lstm, SERIES[:, 3:], kept)[0]), 1), nn.lstm(lstm, SERIES)[0], rtol=1e-12)
    np.testing.assert_allclose(nn.gru(gru, SERIES, reverse=True)[0], nn.gru(gru, SERIES[:, ::-1])[0][:, ::-1], rtol=1e-12)


def test_attention_takes_what_it_may_look_at() -> None:
    q, k, v = RNG.normal(size=(3, 2, 4, 3))
    e = np.exp(q @ np.swapaxes(k, 1, 2) / np.sqrt(3.0))
    np.testing.assert_allclose(nn.attention(q, k, v), e / e.sum(-1, keepdims=True) @ v, rtol=1e-12)
    params = init.attention(RNG, 6)
    causal = nn.multi_head_attention(params, SERIES, 3, causal=True)
    np.testing.assert_allclose(nn.multi_head_attention(params, SERIES[:, :4], 3, causal=True), causal[:, :4], rtol=1e-12)
    there = np.arange(7) < np.array([[2], [5], [7]])
    masked = nn.multi_head_attention(params, SERIES, 3, mask=there)
    np.testing.assert_allclose(masked[:1], nn.multi_head_attention(params, SERIES[:1], 3, memory=SERIES[:1, :2]), rtol=1e-12)
    assert nn.causal_mask(2, 4).tolist() == [[True, True, True, False], [True] * 4]
    assert len({tuple(row) for row in nn.sinusoidal_positions(50, 5).round(6).tolist()}) == 50
    with pytest.raises(ValueError, match="heads"):
        nn.multi_head_attention(params, SERIES, 4)


def test_dropout_is_the_same_for_the_same_key() -> None:
    x = np.ones((200, 50), np.float32)
    y = nn.dropout(x, 0.2, 7)
    assert y.dtype == np.float32 and set(np.unique(y).tolist()) == {0.0, 1.25}
    assert np.mean(y) == pytest.approx(1.0, abs=0.02)
    compiled = ep.compile(lambda x, key: nn.dropout(x, 0.2, key))
    for key in (7, 8):
        np.testing.assert_array_equal(compiled(x, key), nn.dropout(x, 0.2, key))
    assert not np.array_equal(y, nn.dropout(x, 0.2, 8))
    assert nn.dropout(x, 0.2, None) is x
    rng = np.random.default_rng(7)
    assert not np.array_equal(nn.dropout(x, 0.2, rng), nn.dropout(x, 0.2, rng))


def networked(params: Any, x: Any, images: Any, key: Any) -> Any:
    y = nn.transformer_block(params["block"], x, 2, causal=True, rate=0.1, key=key)
    _, (h, _) = nn.lstm(params["lstm"], nn.residual(nn.relu, y))
    seen = nn.relu(nn.conv2d(params["conv"], images, 2, "same"))
    return np.sum(np.sin(nn.gelu(h) @ nn.global_avg_pool(nn.max_pool2d(seen, 2)).T))


def test_a_network_of_many_layers_has_its_derivative_in_float32() -> None:
    params = {"block": init.transformer_block(RNG, 6, 8), "lstm": init.lstm(RNG, 6, 3), "conv": init.conv2d(RNG, 4, 3, 3)}
    small, x, images = tree.map(lambda p: p.astype(np.float32), (params, SERIES, IMAGES))
    assert networked(small, x, images, 5).dtype == np.float32
    value, gradient = ep.value_and_grad(networked)(small, x, images, 5)
    assert {leaf.dtype for leaf in (value, *tree.leaves(gradient))} == {np.dtype(np.float32)}
    assert value == pytest.approx(networked(params, SERIES, IMAGES, 5), rel=1e-5)
    direction = tree.map(lambda p: np.cos(np.arange(p.size)).reshape(p.shape), params)
    sides = [networked(tree.map(lambda p, d: p + h * d, params, direction), SERIES, IMAGES, 5) for h in (1e-5, -1e-5)]  # noqa: B023
    along = sum(np.sum(g * d) for g, d in zip(tree.leaves(gradient), tree.leaves(direction)))
    assert along == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-3)


# Where weights begin --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, variance",
    [
        ("glorot_uniform", 2 / 1000), ("xavier_normal", 2 / 1000), ("he_uniform", 2 / 400), ("kaiming_normal", 2 / 400),
        ("lecun_uniform", 1 / 400), ("lecun_normal", 1 / 400), ("normal", 0.05**2), ("uniform", 0.05**2 / 3),
        ("truncated_normal", 0.05**2 * 0.774), ("orthogonal", 1 / 600), ("zeros", 0.0), ("ones", 0.0), ("constant", 0.0),
    ],
)  # fmt: skip
def test_initial_weights_have_their_variance(name: str, variance: float) -> None:
    params = init.dense(np.random.default_rng(0), 400, 600, name, dtype=np.float32)
    assert params["weight"].shape == (400, 600) and params["weight"].dtype == np.float32 and not params["bias"].any()
    assert np.var(params["weight"], dtype=float) == pytest.approx(variance, rel=0.02)
    np.testing.assert_array_equal(params["weight"], init.dense(np.random.default_rng(0), 400, 600, name, dtype=np.float32)["weight"])


def test_initialisers() -> None:
    W = init.orthogonal(RNG, (3, 4, 5))
    np.testing.assert_allclose(W.reshape(12, 5).T @ W.reshape(12, 5), np.eye(5), atol=1e-14)
    assert np.abs(init.truncated_normal(2.0)(RNG, (1000,))).max() <= 4.0
    assert set(init.lstm(RNG, 3, 2)["input"]["bias"].tolist()) == {0.0, 1.0}
    for wrong in (lambda: init.dense(RNG, 2, 3, "glorot"), lambda: init.he_normal(RNG, (3,)), lambda: init.conv1d(RNG, 3, 4, 5, groups=2)):
        with pytest.raises(ep.InvalidArgument):
            wrong()


@pytest.mark.parametrize("channels, groups", [(1, 1), (5, 2), (4, 3)])
def test_channels_that_no_weight_is_for(channels: int, groups: int) -> None:
    """They would broadcast, or be left out."""
    x, params = np.ones((1, 5, 5, channels)), {"weight": np.ones((3, 3, 2, 4))}
    with pytest.raises(ValueError, match=r"channels|groups"):
        ep.compile(nn.conv2d)(params, x, groups=groups)
