"""Products of a matrix with its own transpose, which BLAS computes as one triangle."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep


def outer(x):
    return x @ x.T


def inner(x):
    return x.T @ x


def every_other(x):
    return x[:, ::2] @ x[:, ::2].T


def of_two(x, y):
    return x @ y


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_matrix_with_its_transpose(dtype: type) -> None:
    random = np.random.default_rng(0)
    compiled = [(f, ep.compile(f)) for f in (outer, inner, every_other)]
    two = ep.compile(of_two)
    for shape in ((1, 70), (70, 1), (9, 17), (30, 5), (0, 3), (3, 0)):
        x = random.normal(size=shape).astype(dtype)
        for f, g in compiled:
            for form in (x, np.asfortranarray(x), x[::-1]):
                found = g(form)
                np.testing.assert_allclose(found, f(form), rtol=1e-4 if dtype is np.float32 else 1e-12, atol=1e-4)
                np.testing.assert_array_equal(found, found.T)
                assert found.dtype == dtype
        np.testing.assert_allclose(two(x, x.T), x @ x.T, atol=1e-4)
    square = random.normal(size=(20, 20)).astype(dtype)
    np.testing.assert_allclose(two(square, square), square @ square, atol=1e-4)
    np.testing.assert_allclose(two(square[:, :10], square[:10]), square[:, :10] @ square[:10], atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_short_extents_beside_a_long_one(dtype: type) -> None:
    """Of points and small matrices, in any layout; a matrix with its transpose is symmetric to the last bit."""
    random = np.random.default_rng(1)
    product, turned, square = ep.compile(lambda x, y: x @ y), ep.compile(lambda x, y: (x @ y).T), ep.compile(inner)
    for n, k, m in ((50, 3, 3), (41, 4, 3), (7, 2, 4), (1, 3, 3), (0, 3, 3)):
        a, b = random.normal(size=(n, k)).astype(dtype), random.normal(size=(k, m)).astype(dtype)
        tight = {"rtol": 1e-4, "atol": 1e-5} if dtype is np.float32 else {"rtol": 1e-12, "atol": 1e-14}
        for x, y in (
            (a, b),
            (b.T, a.T),
            (a.T, random.normal(size=(n, m)).astype(dtype)),
            (a[::-1, ::-1], np.asfortranarray(b)),
            (a, b[:, 0]),
        ):
            np.testing.assert_allclose(product(x, y), x @ y, **tight)
            if y.ndim == 2:
                np.testing.assert_allclose(turned(x, y), (x @ y).T, **tight)
        found = square(a)
        np.testing.assert_allclose(found, a.T @ a, **tight)
        np.testing.assert_array_equal(found, found.T)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_numpys_digits(dtype: type) -> None:
    """NumPy's own loop makes a product: also of matrices that are turned, or run with gaps or backwards, which it gets as copies."""
    random = np.random.default_rng(0)
    a, b = random.normal(size=(9, 300)).astype(dtype), random.normal(size=(300, 70)).astype(dtype)
    turned = [(a, b), (np.asfortranarray(a), b), (a, np.asfortranarray(b)), (a[:1], b), (a, b[:, :1]), (a[:, :5], b[:5])]
    product = ep.compile(lambda x, y: x @ y)
    for x, y in turned:
        assert np.array_equal(product(x, y), x @ y)
    for x, y in ((a[::-2, ::2], b[::2]), (a, b[:, ::-3]), (a[:, :0], b[:0])):
        np.testing.assert_array_equal(product(x, y), np.ascontiguousarray(x) @ np.ascontiguousarray(y))
