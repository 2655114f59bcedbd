"""Layers, activations, losses and optimisers of `nn` beside PyTorch's: values and gradients to 1e-10, steps one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath import nn, tree
from everypath.nn import init, schedules

torch = pytest.importorskip("torch", reason="pip install 'everypath[torch]'")
F = torch.nn.functional

RNG = np.random.default_rng(0)
ROWS, SERIES, IMAGES = RNG.normal(size=(6, 5)), RNG.normal(size=(3, 7, 6)), RNG.normal(size=(2, 7, 8, 4))
TOKENS, LABELS, SIGNS = RNG.integers(0, 5, (3, 4)), RNG.integers(0, 5, 6), RNG.choice([-1.0, 1.0], size=(6, 5))
SHARES, WEIGHTS, OTHER = RNG.dirichlet(np.ones(5), size=6), RNG.uniform(0.5, 2.0, 6), RNG.normal(size=(6, 5))
COUNTS, CLASS_WEIGHTS = RNG.poisson(2.0, size=(6, 5)).astype(float), RNG.uniform(0.5, 2.0, 5)
SEEN = np.arange(7)[None, :] < np.array([3, 5, 7])[:, None]


def moved(params: Any) -> Any:
    """Parameters away from the zeros and ones that they begin with."""
    return tree.map(lambda p: p + 0.1 * np.cos(np.arange(p.size)).reshape(p.shape), params)


def tensors(params: Any) -> Any:
    return tree.map(lambda p: torch.tensor(p, requires_grad=p.dtype.kind == "f"), params)


def compare(ours: Callable[..., Any], theirs: Callable[..., Any], *arguments: Any) -> None:
    """Values, and gradients of the sum of their sines by all floats."""
    found = ep.compile(ours)(*arguments)
    given = [tensors(a) for a in arguments]
    expected = theirs(*given)
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours(*arguments), found, rtol=1e-12, atol=1e-12)
    floats = [k for k, a in enumerate(arguments) if all(leaf.dtype.kind == "f" for leaf in tree.leaves(a))]
    gradient = ep.grad(lambda *a: np.sum(np.sin(ours(*a))), tuple(floats))(*arguments)
    wanted = [t for k in floats for t in tree.leaves(given[k], arguments[k])]
    expected = torch.autograd.grad(torch.sin(expected).sum(), wanted, allow_unused=True, materialize_grads=True)
    for one, other in zip(tree.leaves(gradient), expected, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-10, atol=1e-11)


# Activations ----------------------------------------------------------------------------------------------------------

ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "relu": (nn.relu, F.relu),
    "relu6": (lambda x: nn.relu6(4 * x), lambda x: F.relu6(4 * x)),
    "leaky_relu": (nn.leaky_relu, F.leaky_relu),
    "elu": (nn.elu, F.elu),
    "selu": (nn.selu, F.selu),
    "celu": (lambda x: nn.celu(x, 1.5), lambda x: F.celu(x, 1.5)),
    "sigmoid": (nn.sigmoid, torch.sigmoid),
    "log_sigmoid": (nn.log_sigmoid, F.logsigmoid),
    "softplus": (nn.softplus, F.softplus),
    "softsign": (nn.softsign, F.softsign),
    "silu": (nn.silu, F.silu),
    "mish": (nn.mish, F.mish),
    "gelu": (nn.gelu, F.gelu),
    "gelu by tanh": (lambda x: nn.gelu(x, approximate=True), lambda x: F.gelu(x, approximate="tanh")),
    "hard_tanh": (nn.hard_tanh, F.hardtanh),
    "hard_sigmoid": (lambda x: nn.hard_sigmoid(4 * x), lambda x: torch.clamp(4 * x / 6 + 0.5, 0, 1)),
    "hard_silu": (lambda x: nn.hard_silu(4 * x), lambda x: F.hardswish(4 * x)),
    "glu": (lambda x: nn.glu(x.T), lambda x: F.glu(x.T)),
    "softmax": (nn.softmax, lambda x: F.softmax(x, -1)),
    "log_softmax": (lambda x: nn.log_softmax(x, 0), lambda x: F.log_softmax(x, 0)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name: str) -> None:
    compare(*ACTIVATIONS[name], ROWS)


def test_prelu() -> None:
    compare(nn.prelu, lambda w, x: F.prelu(x, w), np.full(5, 0.25), ROWS)


# Layers ---------------------------------------------------------------------------------------------------------------


def image(x: Any) -> Any:
    return x.permute(0, 3, 1, 2)


def back(x: Any) -> Any:
    return x.permute(0, 2, 3, 1)


def convolved(p: Any, x: Any, **options: Any) -> Any:
    return back(F.conv2d(image(x), p["weight"].permute(3, 2, 0, 1), p["bias"], **options))


def along(p: Any, x: Any, **options: Any) -> Any:
    return F.conv1d(x.permute(0, 2, 1), p["weight"].permute(2, 1, 0), p["bias"], **options).permute(0, 2, 1)


def recurrent(kind: Any) -> Callable[[Any, Any], Any]:
    """The states by PyTorch's layer."""

    def states(p: Any, x: Any) -> Any:
        hidden = p["hidden"]
        own = {"weight_ih_l0": p["input"]["weight"].T, "weight_hh_l0": hidden["weight"].T, "bias_ih_l0": p["input"]["bias"]}
        own["bias_hh_l0"] = hidden["bias"] if "bias" in hidden else torch.zeros_like(p["input"]["bias"])
        layer = kind(x.shape[2], hidden["weight"].shape[0], batch_first=True).double()
        return torch.func.functional_call(layer, own, (x,))[0]

    return states


def attended(p: Any, x: Any, **options: Any) -> Any:
    q, k, v = (F.linear(x, p[n]["weight"].T, p[n]["bias"]).unflatten(-1, (2, -1)).transpose(1, 2) for n in ("query", "key", "value"))
    mixed = F.scaled_dot_product_attention(q, k, v, **options)
    return F.linear(mixed.transpose(1, 2).flatten(2), p["output"]["weight"].T, p["output"]["bias"])


def block(norm_first: bool, activation: str) -> Callable[[Any, Any], Any]:
    def run(p: Any, x: Any) -> Any:
        a, n = p["attention"], {"norm1": "attention_norm", "norm2": "dense_norm"}
        own = {
            "self_attn.in_proj_weight": torch.cat([a[k]["weight"].T for k in ("query", "key", "value")]),
            "self_attn.in_proj_bias": torch.cat([a[k]["bias"] for k in ("query", "key", "value")]),
            "self_attn.out_proj.weight": a["output"]["weight"].T,
            "self_attn.out_proj.bias": a["output"]["bias"],
            **{f"linear{k}.weight": p[name]["weight"].T for k, name in ((1, "up"), (2, "down"))},
            **{f"linear{k}.bias": p[name]["bias"] for k, name in ((1, "up"), (2, "down"))},
            **{f"{theirs}.{part}": p[ours][part] for theirs, ours in n.items() for part in ("weight", "bias")},
        }
        layer = torch.nn.TransformerEncoderLayer(6, 2, 24, 0.0, activation, batch_first=True, norm_first=norm_first).double()
        mask = torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
        return torch.func.functional_call(layer, own, (x,), {"src_mask": mask})

    return run


def batch_normed(p: Any, x: Any) -> Any:
    y, moved = nn.batch_norm(p, {"mean": np.full(4, 0.5), "variance": np.full(4, 2.0)}, x, momentum=0.3)
    return y * moved["mean"] + moved["variance"]


def batch_normed_there(p: Any, x: Any) -> Any:
    y = back(F.batch_norm(image(x), None, None, p["weight"], p["bias"], training=True))
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return y * (0.7 * 0.5 + 0.3 * mean) + 0.7 * 2.0 + 0.3 * variance


def measured(p: Any, x: Any) -> Any:
    return nn.batch_norm(p, {"mean": np.full(4, 0.5), "variance": np.full(4, 2.0)}, x, training=False)[0]


def measured_there(p: Any, x: Any) -> Any:
    full = torch.full((4,), 1.0, dtype=torch.float64)
    return back(F.batch_norm(image(x), 0.5 * full, 2.0 * full, p["weight"], p["bias"]))


CONV2D, CONV1D = init.conv2d(RNG, 4, 6, (3, 2)), init.conv1d(RNG, 6, 4, 3)
LAYERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Any, Any]] = {
    "dense": (nn.dense, lambda p, x: F.linear(x, p["weight"].T, p["bias"]), init.dense(RNG, 6, 4), SERIES),
    "embedding": (nn.embedding, lambda p, x: F.embedding(x, p["weight"]), init.embedding(RNG, 5, 4), TOKENS),
    "layer_norm": (nn.layer_norm, lambda p, x: F.layer_norm(x, (6,), p["weight"], p["bias"]), init.layer_norm(6), SERIES),
    "rms_norm": (nn.rms_norm, lambda p, x: F.rms_norm(x, (6,), p["weight"], 1e-5), init.rms_norm(6), SERIES),
    "group_norm": (
        lambda p, x: nn.group_norm(p, x, 2),
        lambda p, x: back(F.group_norm(image(x), 2, p["weight"], p["bias"])),
        init.group_norm(4),
        IMAGES,
    ),
    "batch_norm": (batch_normed, batch_normed_there, init.batch_norm(4), IMAGES),
    "batch_norm measured": (measured, measured_there, init.batch_norm(4), IMAGES),
    "conv1d": (
        lambda p, x: nn.conv1d(p, x, stride=2, padding=3, dilation=2),
        lambda p, x: along(p, x, stride=2, padding=3, dilation=2),
        CONV1D,
        SERIES,
    ),
    "conv1d same": (lambda p, x: nn.conv1d(p, x, padding="same"), lambda p, x: along(p, x, padding="same"), CONV1D, SERIES),
    "conv1d causal": (
        lambda p, x: nn.conv1d(p, x, padding="causal", dilation=2),
        lambda p, x: along(p, F.pad(x, (0, 0, 4, 0)), dilation=2),
        CONV1D,
        SERIES,
    ),
    "conv2d": (nn.conv2d, convolved, CONV2D, IMAGES),
    "conv2d of everything": (
        lambda p, x: nn.conv2d(p, x, stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        lambda p, x: convolved(p, x, stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        CONV2D,
        IMAGES,
    ),
    "conv2d same": (
        lambda p, x: nn.conv2d(p, x, padding="same"),
        lambda p, x: convolved(p, x, padding="same"),
        init.conv2d(RNG, 4, 6, 3),
        IMAGES,
    ),
    "conv2d in groups": (
        lambda p, x: nn.conv2d(p, x, groups=2),
        lambda p, x: convolved(p, x, groups=2),
        init.conv2d(RNG, 4, 6, 3, groups=2),
        IMAGES,
    ),
    "max_pool2d": (
        lambda p, x: nn.max_pool2d(p * x, 3, 2, 1),
        lambda p, x: back(F.max_pool2d(image(p * x), 3, 2, 1)),
        np.array(1.5),
        IMAGES,
    ),
    "max_pool1d": (
        lambda p, x: nn.max_pool1d(p * x, 2),
        lambda p, x: F.max_pool1d((p * x).transpose(1, 2), 2).transpose(1, 2),
        np.array(1.5),
        SERIES,
    ),
    "avg_pool2d": (
        lambda p, x: nn.avg_pool2d(p * x, (3, 2), 2, 1),
        lambda p, x: back(F.avg_pool2d(image(p * x), (3, 2), 2, 1)),
        np.array(1.5),
        IMAGES,
    ),
    "avg_pool2d of what is there": (
        lambda p, x: nn.avg_pool2d(p * x, 3, 2, 1, count_include_pad=False),
        lambda p, x: back(F.avg_pool2d(image(p * x), 3, 2, 1, count_include_pad=False)),
        np.array(1.5),
        IMAGES,
    ),
    "avg_pool1d": (
        lambda p, x: nn.avg_pool1d(p * x, 3, 1),
        lambda p, x: F.avg_pool1d((p * x).transpose(1, 2), 3, 1).transpose(1, 2),
        np.array(1.5),
        SERIES,
    ),
    "global pools": (
        lambda p, x: nn.global_avg_pool(p * x) * nn.global_max_pool(x),
        lambda p, x: (p * x).mean((1, 2)) * x.amax((1, 2)),
        np.array(1.5),
        IMAGES,
    ),
    "rnn": (lambda p, x: nn.rnn(p, x)[0], recurrent(torch.nn.RNN), init.rnn(RNG, 6, 5), SERIES),
    "gru": (lambda p, x: nn.gru(p, x)[0], recurrent(torch.nn.GRU), init.gru(RNG, 6, 5), SERIES),
    "lstm": (lambda p, x: nn.lstm(p, x)[0], recurrent(torch.nn.LSTM), init.lstm(RNG, 6, 5), SERIES),
    "lstm backwards": (
        lambda p, x: nn.lstm(p, x, reverse=True)[0],
        lambda p, x: recurrent(torch.nn.LSTM)(p, x.flip(1)).flip(1),
        init.lstm(RNG, 6, 5),
        SERIES,
    ),
    "attention": (lambda p, x: nn.multi_head_attention(p, x, 2), attended, init.attention(RNG, 6), SERIES),
    "attention, causal": (
        lambda p, x: nn.multi_head_attention(p, x, 2, causal=True),
        lambda p, x: attended(p, x, is_causal=True),
        init.attention(RNG, 6),
        SERIES,
    ),
    "attention, masked": (
        lambda p, x: nn.multi_head_attention(p, x, 2, mask=SEEN),
        lambda p, x: attended(p, x, attn_mask=torch.tensor(SEEN)[:, None, None, :]),
        init.attention(RNG, 6),
        SERIES,
    ),
    "block": (lambda p, x: nn.transformer_block(p, x, 2, causal=True), block(True, "gelu"), init.transformer_block(RNG, 6), SERIES),
    "block, norms behind": (
        lambda p, x: nn.transformer_block(p, x, 2, causal=True, activation=nn.relu, norm_first=False),
        block(False, "relu"),
        init.transformer_block(RNG, 6),
        SERIES,
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    ours, theirs, params, x = LAYERS[name]
    compare(ours, theirs, moved(params), x)


# Losses ---------------------------------------------------------------------------------------------------------------


def of(x: np.ndarray) -> Any:
    return torch.tensor(x)


def weighted(losses: Any, weights: np.ndarray) -> Any:
    """The mean over what counts."""
    w = of(weights).reshape(-1, *[1] * (losses.ndim - 1)).expand_as(losses)
    return (losses * w).sum() / w.sum()


HALF = np.arange(6) % 2 == 0
HIDDEN = np.where(HALF, LABELS, -100)
BITS = (SIGNS > 0).astype(float)
LOSSES: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "cross_entropy": (lambda x: nn.cross_entropy(x, LABELS), lambda x: F.cross_entropy(x, of(LABELS))),
    "cross_entropy, smoothed and weighted": (
        lambda x: nn.cross_entropy(x, LABELS, class_weights=CLASS_WEIGHTS, label_smoothing=0.1),
        lambda x: F.cross_entropy(x, of(LABELS), of(CLASS_WEIGHTS), label_smoothing=0.1),
    ),
    "cross_entropy, masked": (lambda x: nn.cross_entropy(x, HIDDEN, mask=HALF), lambda x: F.cross_entropy(x, of(HIDDEN))),
    "cross_entropy of shares": (
        lambda x: nn.cross_entropy(x, SHARES, class_weights=CLASS_WEIGHTS, label_smoothing=0.2),
        lambda x: F.cross_entropy(x, of(SHARES), of(CLASS_WEIGHTS), label_smoothing=0.2),
    ),
    "cross_entropy, none": (
        lambda x: nn.cross_entropy(x, LABELS, label_smoothing=0.1, reduction="none"),
        lambda x: F.cross_entropy(x, of(LABELS), label_smoothing=0.1, reduction="none"),
    ),
    "cross_entropy of examples with weights": (
        lambda x: nn.cross_entropy(x, LABELS, weights=WEIGHTS),
        lambda x: weighted(F.cross_entropy(x, of(LABELS), reduction="none"), WEIGHTS),
    ),
    "binary_cross_entropy": (
        lambda x: nn.binary_cross_entropy(3 * x, BITS),
        lambda x: F.binary_cross_entropy_with_logits(3 * x, of(BITS)),
    ),
    "binary_cross_entropy, weighted": (
        lambda x: nn.binary_cross_entropy(x, SHARES, positive_weight=CLASS_WEIGHTS, reduction="sum"),
        lambda x: F.binary_cross_entropy_with_logits(x, of(SHARES), pos_weight=of(CLASS_WEIGHTS), reduction="sum"),
    ),
    "kl_divergence": (
        lambda x: nn.kl_divergence(nn.log_softmax(x), SHARES),
        lambda x: F.kl_div(F.log_softmax(x, -1), of(SHARES), reduction="batchmean"),
    ),
    "hinge_loss": (lambda x: nn.hinge_loss(x, SIGNS), lambda x: F.relu(1 - of(SIGNS) * x).mean()),
    "soft_margin_loss": (lambda x: nn.soft_margin_loss(x, SIGNS), lambda x: F.soft_margin_loss(x, of(SIGNS))),
    "multi_margin_loss": (lambda x: nn.multi_margin_loss(x, LABELS), lambda x: F.multi_margin_loss(x, of(LABELS))),
    "focal_loss": (
        lambda x: nn.focal_loss(x, BITS),
        lambda x: ((1 - torch.sigmoid(of(SIGNS) * x)) ** 2 * F.binary_cross_entropy_with_logits(x, of(BITS), reduction="none")).mean(),
    ),
    "mean_squared_error": (
        lambda x: nn.mean_squared_error(x, OTHER, weights=WEIGHTS),
        lambda x: weighted(F.mse_loss(x, of(OTHER), reduction="none"), WEIGHTS),
    ),
    "mean_absolute_error": (lambda x: nn.mean_absolute_error(x, OTHER), lambda x: F.l1_loss(x, of(OTHER))),
    "huber_loss": (lambda x: nn.huber_loss(x, OTHER, 0.7), lambda x: F.huber_loss(x, of(OTHER), delta=0.7)),
    "smooth_l1_loss": (lambda x: nn.smooth_l1_loss(x, OTHER, 0.7), lambda x: F.smooth_l1_loss(x, of(OTHER), beta=0.7)),
    "log_cosh_loss": (lambda x: nn.log_cosh_loss(x, OTHER), lambda x: torch.log(torch.cosh(x - of(OTHER))).mean()),
    "quantile_loss": (
        lambda x: nn.quantile_loss(x, OTHER, 0.3),
        lambda x: torch.maximum(0.3 * (of(OTHER) - x), -0.7 * (of(OTHER) - x)).mean(),
    ),
    "poisson_nll_loss": (lambda x: nn.poisson_nll_loss(x, COUNTS), lambda x: F.poisson_nll_loss(x, of(COUNTS))),
    "cosine_embedding_loss": (
        lambda x: nn.cosine_embedding_loss(x, OTHER, SIGNS[:, 0], 0.2),
        lambda x: F.cosine_embedding_loss(x, of(OTHER), of(SIGNS[:, 0]), 0.2),
    ),
    "margin_ranking_loss": (
        lambda x: nn.margin_ranking_loss(x, OTHER, SIGNS, 0.3),
        lambda x: F.margin_ranking_loss(x, of(OTHER), of(SIGNS), 0.3),
    ),
    "triplet_margin_loss": (
        lambda x: nn.triplet_margin_loss(x, OTHER, SIGNS),
        lambda x: F.triplet_margin_loss(x, of(OTHER), of(SIGNS)),
    ),
    "contrastive_loss": (
        lambda x: nn.contrastive_loss(x, OTHER, 0.5),
        lambda x: F.cross_entropy(F.normalize(x, dim=1) @ F.normalize(of(OTHER), dim=1).T / 0.5, torch.arange(6)),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    compare(*LOSSES[name], ROWS)


def test_the_gaussian_loss_is_that_of_pytorch() -> None:
    compare(
        lambda x, v: nn.gaussian_nll_loss(x, OTHER, v),
        lambda x, v: F.gaussian_nll_loss(x, of(OTHER), v),
        ROWS,
        np.exp(OTHER),
    )


# Optimisers and schedules ---------------------------------------------------------------------------------------------

OPTIMISERS: dict[str, tuple[nn.Optimiser, Callable[[Any], Any]]] = {
    "sgd": (nn.sgd(0.1), lambda p: torch.optim.SGD(p, 0.1)),
    "momentum": (nn.sgd(0.1, 0.9), lambda p: torch.optim.SGD(p, 0.1, 0.9)),
    "nesterov": (nn.sgd(0.1, 0.9, nesterov=True), lambda p: torch.optim.SGD(p, 0.1, 0.9, nesterov=True)),
    "adam": (nn.adam(0.1), lambda p: torch.optim.Adam(p, 0.1)),
    "adamw": (nn.adamw(0.1, weight_decay=0.05), lambda p: torch.optim.AdamW(p, 0.1, weight_decay=0.05)),
    "rmsprop": (nn.rmsprop(0.1), lambda p: torch.optim.RMSprop(p, 0.1)),
    "rmsprop, momentum": (nn.rmsprop(0.1, momentum=0.5), lambda p: torch.optim.RMSprop(p, 0.1, momentum=0.5)),
    "adagrad": (nn.adagrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1)),
    "decay": (nn.with_weight_decay(nn.adam(0.1), 0.05), lambda p: torch.optim.Adam(p, 0.1, weight_decay=0.05)),
}


def network(params: Any, x: Any, y: Any) -> Any:
    return nn.mean_squared_error(nn.mlp(params, x), y)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_step_by_step(name: str) -> None:
    optimiser, make = OPTIMISERS[name]
    params = init.mlp(np.random.default_rng(1), 5, 4, 2)
    held = [torch.tensor(leaf, requires_grad=True) for leaf in tree.leaves(params)]
    theirs, wanted = make(held), RNG.normal(size=(6, 2))
    steps = nn.descend(network, params, [(ROWS, wanted)] * 6, optimiser)
    for params, value in steps:
        theirs.zero_grad()
        W, b, U, c = held
        loss = F.mse_loss(torch.tanh(of(ROWS) @ W + b) @ U + c, of(wanted))
        loss.backward()
        theirs.step()
        np.testing.assert_allclose(value, loss.item(), rtol=1e-12)
        for one, other in zip(tree.leaves(params), held, strict=True):
            np.testing.assert_allclose(one, other.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_clipping_by_the_global_norm() -> None:
    gradient = {"a": ROWS, "b": OTHER[0]}
    held = [torch.nn.Parameter(of(g)) for g in tree.leaves(gradient)]
    for p, g in zip(held, tree.leaves(gradient)):
        p.grad = of(g)
    norm = torch.nn.utils.clip_grad_norm_(held, 0.5)
    assert nn.global_norm(gradient) == pytest.approx(norm.item())
    for one, other in zip(tree.leaves(nn.clip_by_global_norm(gradient, 0.5)), held):
        np.testing.assert_allclose(one, other.grad.numpy(), rtol=1e-5)


SCHEDULES: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "step": (schedules.step(0.1, 3, 0.5), lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5)),
    "piecewise": (schedules.piecewise(0.1, {2: 0.3, 5: 0.3}), lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [2, 5], 0.3)),
    "exponential": (schedules.exponential(0.1, 0.9), lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9)),
    "cosine": (schedules.cosine(0.1, 10, 0.01), lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10, 0.01)),
    "linear": (schedules.linear(0.05, 0.1, 4), lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.5, 1.0, 4)),
    "one_cycle": (schedules.one_cycle(0.1, 11), lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, total_steps=11)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name: str) -> None:
    ours, make = SCHEDULES[name]
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], 0.1)
    theirs = make(optimiser)
    compiled = ep.compile(ours)
    for k in range(10):
        assert ours(k) == pytest.approx(theirs.get_last_lr()[0], rel=1e-12)
        assert compiled(k) == ours(k)
        optimiser.step()
        theirs.step()


def test_datasets_of_pytorch_are_rows() -> None:
    data = torch.utils.data.TensorDataset(torch.tensor(ROWS), torch.tensor(LABELS))
    x, labels = next(nn.minibatches(np.random.default_rng(0), 4, data))
    y, others = next(nn.minibatches(np.random.default_rng(0), 4, torch.tensor(ROWS), torch.tensor(LABELS)))
    np.testing.assert_array_equal(x, y)
    np.testing.assert_array_equal(labels, others)
