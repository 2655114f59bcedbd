"""What is only added up row by row is never made as a whole, and is the same to the last bit."""

from __future__ import annotations

import numpy as np

import everypath as ep


def distances(x, y):
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=2)


def squares(x, y):
    z = (x[:, None, :] - y[None, :, :]) ** 2
    return np.sum(z, axis=2), z


def equal_ones(x, y):
    return np.sum(x == y[0], axis=1)


def test_rows_are_added_up_as_they_are_made() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(40, 11)).round(1), rng.normal(size=(7, 11)).round(1)
    found = ep.compile(distances)(x, y)
    np.testing.assert_allclose(found, distances(x, y), rtol=1e-14)
    np.testing.assert_array_equal(found, ep.compile(squares)(x, y)[0])  # there the whole is made
    np.testing.assert_array_equal(ep.compile(equal_ones)(x, y), equal_ones(x, y))
    for f in (distances, equal_ones):
        assert "for 0, x_dim0" in ep.compile(f).show("optimised", x, y)
    assert ep.compile(distances)(x[:0], y).shape == (0, 7) and ep.compile(distances)(x[:, :0], y[:, :0]).tolist() == [[0.0] * 7] * 40
