"""Losses: what masks, weights and reductions mean, and that nothing overflows. Beside PyTorch's they stand in tests/plugins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special

import everypath as ep
from everypath import nn

RNG = np.random.default_rng(0)
Z, OTHER = RNG.normal(size=(6, 4)), RNG.normal(size=(6, 4))
LABELS, BITS, SIGNS = RNG.integers(0, 4, 6), RNG.integers(0, 2, (6, 4)), RNG.choice([-1.0, 1.0], (6, 4))
ALL: list[tuple[Any, tuple[Any, ...]]] = [
    (nn.cross_entropy, (Z, LABELS)),
    (nn.cross_entropy, (Z, scipy.special.softmax(OTHER, -1))),
    (nn.multi_margin_loss, (Z, LABELS)),
    (nn.kl_divergence, (nn.log_softmax(Z), scipy.special.softmax(OTHER, -1))),
    (nn.cosine_embedding_loss, (Z, OTHER, SIGNS[:, 0])),
    (nn.triplet_margin_loss, (Z, OTHER, SIGNS)),
    (nn.binary_cross_entropy, (Z, BITS)),
    (nn.focal_loss, (Z, BITS)),
    (nn.hinge_loss, (Z, SIGNS)),
    (nn.soft_margin_loss, (Z, SIGNS)),
    (nn.margin_ranking_loss, (Z, OTHER, SIGNS)),
    (nn.mean_squared_error, (Z, OTHER)),
    (nn.mean_absolute_error, (Z, OTHER)),
    (nn.huber_loss, (Z, OTHER)),
    (nn.smooth_l1_loss, (Z, OTHER)),
    (nn.log_cosh_loss, (Z, OTHER)),
    (nn.quantile_loss, (Z, OTHER)),
    (nn.poisson_nll_loss, (Z, BITS)),
    (nn.gaussian_nll_loss, (Z, OTHER, np.exp(OTHER))),
]


@pytest.mark.parametrize("loss, given", ALL, ids=[loss.__name__ for loss, _ in ALL])
def test_masks_weights_and_reductions(loss: Any, given: tuple[Any, ...]) -> None:
    """What is masked is not looked at, and weights of whole numbers count an example as often."""
    each = loss(*given, reduction="none")
    assert loss(*given) == pytest.approx(np.mean(each)) and loss(*given, reduction="sum") == pytest.approx(np.sum(each))
    kept = np.arange(6) % 3 > 0
    spoilt = [np.where(kept.reshape(-1, *[1] * (a.ndim - 1)), a, np.nan if a.dtype.kind == "f" else -100) for a in given]
    with np.errstate(invalid="ignore"):
        assert loss(*spoilt, mask=kept) == pytest.approx(np.mean(each[kept]), rel=1e-12)
    weights = np.array([1.0, 2.0, 0.0, 1.0, 3.0, 1.0])
    often = [np.repeat(a, weights.astype(int), axis=0) for a in given]
    assert loss(*given, weights=weights) == pytest.approx(loss(*often), rel=1e-12)
    assert loss(*given, weights=weights, mask=kept, reduction="sum") == pytest.approx(np.sum(each.T * weights * kept))
    with pytest.raises(ValueError, match="reduction"):
        loss(*given, reduction="median")


def test_smoothing_moves_labels_towards_all_classes() -> None:
    q = 0.8 * np.eye(4)[LABELS] + 0.2 / 4
    assert nn.cross_entropy(Z, LABELS, label_smoothing=0.2) == pytest.approx(nn.cross_entropy(Z, q), rel=1e-12)
    assert nn.binary_cross_entropy(Z, BITS, label_smoothing=0.2) == pytest.approx(nn.binary_cross_entropy(Z, 0.8 * BITS + 0.1))
    weights = np.array([1.0, 2.0, 0.5, 3.0])
    p = nn.log_softmax(Z)[np.arange(6), LABELS]
    assert nn.cross_entropy(Z, LABELS, class_weights=weights) == pytest.approx(-np.sum(weights[LABELS] * p) / np.sum(weights[LABELS]))


def test_large_logits_do_not_overflow() -> None:
    large = np.array([[1e4, -1e4]])
    for loss in (nn.binary_cross_entropy, nn.focal_loss, nn.soft_margin_loss):
        for sign in (1.0, -1.0):
            labels = np.array([[sign, sign]]) if loss is nn.soft_margin_loss else np.array([[sign > 0] * 2], float)
            value, slope = ep.value_and_grad(loss)(large, labels)
            assert np.isfinite(value) and np.isfinite(slope).all()
    assert nn.binary_cross_entropy(np.zeros(2), np.array([0.0, 1.0])) == pytest.approx(np.log(2.0))
    assert ep.grad(nn.log_cosh_loss)(np.array([800.0, 0.0]), np.zeros(2)).tolist() == [0.5, 0.0]


@pytest.mark.parametrize("loss, given", [ALL[k] for k in (0, 6)], ids=["cross_entropy", "binary"])
def test_derivatives_with_a_mask_of_float32(loss: Any, given: tuple[Any, ...]) -> None:
    kept = np.arange(6) % 3 > 0
    masked = lambda z, *rest: loss(z, *rest, mask=kept)  # noqa: E731
    ep.check_grads(lambda z: masked(z, *given[1:]), (given[0],), directions=1)
    small = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in given]
    value, slope = ep.value_and_grad(masked)(*small)
    assert value.dtype == slope.dtype == np.float32 and not slope[~kept].any()


@pytest.mark.parametrize(
    "loss", [nn.mean_squared_error, nn.huber_loss, nn.binary_cross_entropy, nn.hinge_loss, nn.cross_entropy, nn.accuracy]
)
def test_a_column_is_not_compared_with_a_row(loss: Any) -> None:
    """(n, 1) beside (n,) would broadcast to n by n, and the loss would be that of other predictions."""
    scores, labels = (np.zeros((4, 3)), np.ones((4, 1), int)) if loss in (nn.cross_entropy, nn.accuracy) else (np.zeros((4, 1)), np.ones(4))
    for f in (loss, ep.compile(loss)):
        with pytest.raises(ValueError, match="of shape"):
            f(scores, labels)
