"""Columns of a product of which nothing else is asked: the product with these columns; and products in the loop of what uses them."""

from __future__ import annotations

import numpy as np

import everypath as ep

RANDOM = np.random.default_rng(0)
POINTS, MATRIX = RANDOM.normal(size=(11, 4)), RANDOM.normal(size=(4, 4))


def projected(h, m):
    p = h @ m
    return p[:, :2] / p[:, 2:3] + p[:, 3][:, None]


def written(h, m):
    p = h @ m
    q = p[:, :3]
    q[0] = 1.0
    return p * 2.0, q


def whole_too(h, m):
    p = h @ m
    return np.sum(p[:, :3]) + np.sum(p**2)


def of_a_product(h, m):
    """A row that the same loop makes cannot be read there."""
    return np.tanh((h + 1.0) @ m) @ m + (h * 2.0)


def in_place(h, m):
    out = h.copy()
    out[:] = out @ m + out
    out += out @ m
    return out


def turned(h, m):
    return np.sum((h @ m[:3, :3].T - h) ** 2, axis=1) * (h @ m[0, :3])


def test_values_and_derivatives() -> None:
    for f, h in (
        (projected, POINTS),
        (written, POINTS),
        (whole_too, POINTS),
        (of_a_product, POINTS),
        (in_place, POINTS),
        (turned, POINTS[:, :3]),
    ):
        h = h.copy()
        for found, expected in (
            zip(ep.compile(f)(h, MATRIX), f(h, MATRIX), strict=True) if f is written else [(ep.compile(f)(h, MATRIX), f(h, MATRIX))]
        ):
            np.testing.assert_allclose(found, expected, rtol=1e-12)

        def loss(h, m, f=f):
            return sum(np.sum(np.sin(x)) for x in f(h, m)) if f is written else np.sum(np.sin(f(h, m)))

        ep.check_grads(loss, (h, MATRIX), order=2)


def moved(h, m):
    return (h @ m)[:, :3] * h[:, 3:] - h[:, :3]


def test_one_loop() -> None:
    text = ep.compile(moved).show("optimised", POINTS, MATRIX)
    assert text.count(" = matmul ") == 0 and text.count(" = map ") == 1
