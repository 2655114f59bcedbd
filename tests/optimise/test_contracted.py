"""Sums of products that broadcast, as matrix products: what NumPy gives, wherever the extents allow it and nothing is decided on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import everypath as ep

RANDOM = np.random.default_rng(0)
X, W = RANDOM.normal(size=(4, 5, 3)), RANDOM.normal(size=(5, 3, 2))


def convolved(x, w):
    k = w.shape[0]
    n = x.shape[1] - k + 1
    out = np.empty((x.shape[0], n, w.shape[2]))
    for j in range(n):
        out[:, j] = np.sum(x[:, j : j + k, :, None] * w[None], axis=(1, 2))
    return np.tanh(out)


def turned(x, w):
    """The right factor has the first axis, and the left one comes in another order."""
    first = np.sum(w[None] * x[:, :, :, None], axis=(1, 2))
    return first, np.sum(x.transpose(2, 1, 0)[:, :, :, None] * w.transpose(1, 0, 2)[:, :, None, :], axis=(0, 1))


def by_batch(x, w):
    """Not a matrix product: an axis stays that both have."""
    return np.sum(x[:, :, :, None] * w[None] * x[:, :, :1, None], axis=1)


def decided(x, w):
    """A matrix product that is added up in order."""
    s = np.sum(x[:, :, :, None] * w[None], axis=(1, 2))
    return np.where(s > 0.1, s, 0.0)


def decided_along(x, w):
    """None: NumPy adds up the last axis in an order of its own."""
    s = np.sum(x[:, None] * w.transpose(2, 0, 1)[None], axis=(2, 3))
    return np.where(s > 0.1, s, 0.0)


def repeated(x, w):
    """A product where the extents are equal, none where one happens to be 1."""
    return np.sum(x[:, :, :, None] * w[None], axis=(1, 2))


CASES: list[tuple[Callable, tuple, int]] = [
    (convolved, (X, W[:2]), 1),
    (turned, (X, W), 2),
    (by_batch, (X, W), 0),
    (decided, (X, W), 1),
    (decided_along, (X, W), 0),
    (convolved, (X[:, :, :1], W[:2, :1]), 1),
    (repeated, (X, W), 1),
    (repeated, (X[:, :1], W), 0),
    (repeated, (X[:, :0], W[:0]), 1),
]


@pytest.mark.parametrize(("f", "arguments", "products"), CASES)
def test_as_numpy(f: Callable, arguments: tuple, products: int) -> None:
    compiled = ep.compile(f)
    found, expected = compiled(*arguments), f(*arguments)
    for a, b in zip(*((x if isinstance(x, tuple) else (x,)) for x in (found, expected)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)
        assert a.dtype == b.dtype
    shown = str(compiled.show("optimised", *arguments))
    assert (" matmul " in shown) == (products > 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_decided_on_is_added_up_in_order(dtype: type) -> None:
    """Bit for bit, whatever the extents: blocks of rows and columns, what remains of them, nothing at all, and strides."""

    @ep.compile
    def product(x, w):
        s = np.sum(x[:, :, None] * w[None], axis=1)
        return s, s > 0.0

    for rows, inner, columns in [(9, 17, 27), (4, 5, 6), (1, 3, 1), (5, 1, 40), (3, 0, 4), (0, 2, 3)]:
        x, w = RANDOM.normal(size=(2 * rows, inner)).astype(dtype)[::2], RANDOM.normal(size=(columns, inner)).astype(dtype).T
        for factor in (w, w.copy()):
            expected = np.zeros((rows, columns), dtype) if not inner else x[:, 0, None] * factor[0]
            for k in range(1, inner):
                expected = expected + x[:, k, None] * factor[k]
            np.testing.assert_array_equal(product(x, factor)[0], expected)
    assert np.signbit(product(np.zeros((1, 2), dtype), np.full((2, 1), -1.0, dtype))[0])


def test_derivatives() -> None:
    ep.check_grads(lambda x, w: np.sum(turned(x, w)[0] ** 2), (X, W))


def test_extents_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        ep.compile(repeated)(X[:, :4], W)
