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
    assert "for 0, x_dim0" in ep.compile(distances).show("optimised", x, y)
    assert "into=('array',)} {(i: i64):" in ep.compile(equal_ones).show("optimised", x, y)  # a whole row at each point
    for z in (x[:0], x[:, :0]):
        np.testing.assert_array_equal(ep.compile(equal_ones)(z, y[:, : z.shape[1]]), equal_ones(z, y[:, : z.shape[1]]))
    assert ep.compile(distances)(x[:0], y).shape == (0, 7) and ep.compile(distances)(x[:, :0], y[:, :0]).tolist() == [[0.0] * 7] * 40


def nearest(x, y):
    s = np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=2)
    return np.argmin(s, axis=1), s


def nearest_and_squares(x, y):
    z = (x[:, None, :] - y[None, :, :]) ** 2
    s = np.sum(z, axis=2)
    return np.argmin(s, axis=1), s, z


def test_many_short_rows_are_added_up_side_by_side_wherever_that_is_decided_on() -> None:
    rng = np.random.default_rng(3)
    for n, k, d in ((40, 11, 7), (3, 20, 8), (5, 9, 9), (2, 12, 1), (2, 12, 0), (4, 3, 2)):
        x, y = rng.normal(size=(n, d)), rng.normal(size=(k, d))
        found, whole = ep.compile(nearest)(x, y), ep.compile(nearest_and_squares)(x, y)
        for a, b, c in zip(nearest(x, y), found, whole[:2], strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-14)
            np.testing.assert_array_equal(b, c)


def assigned(centroids, points):
    return np.sum(np.min(np.sum((points[:, None, :] - centroids[None, :, :]) ** 2, axis=2), axis=1))


def newton(c, x):
    """A derivative of a derivative inside a function."""
    gradient, product = ep.jvp(ep.grad(assigned), (c, x), (np.ones_like(c), None))
    return gradient, product


def test_a_derivative_inside_keeps_nothing_of_what_was_not_chosen() -> None:
    """Also at ties, where all of it is differentiated."""
    rng = np.random.default_rng(3)
    for x in (rng.random((30, 3)), rng.integers(0, 3, (30, 3)) * 1.0):
        c = x[:9] + 0.0
        for a, b in zip(ep.compile(newton)(c, x), newton(c, x), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
