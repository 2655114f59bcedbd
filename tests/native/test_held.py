"""What a map adds to one place along its last axis: the cotangents of what was repeated, of any extents."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep

RANDOM = np.random.default_rng(0)


def weighted(x, w, v):
    """Each factor is repeated along other axes than the next one."""
    return np.sum(np.sin(x[:, :, None] * w[None, :, :]) * v[:, None, :])


def by_hand(x, w, v):
    inner = x[:, :, None] * w[None]
    slope = np.cos(inner) * v[:, None, :]
    return np.sum(slope * w[None], axis=2), np.sum(slope * x[:, :, None], axis=0), np.sum(np.sin(inner), axis=1)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cotangents_of_what_is_repeated(dtype: type) -> None:
    gradient = ep.grad(weighted, (0, 1, 2))
    tolerance = 1e-12 if dtype is np.float64 else 1e-4
    for n, k, m in [(7, 20, 40), (6, 40, 0), (0, 30, 20), (30, 0, 20), (40, 6, 33)]:
        x, w, v = (RANDOM.normal(size=shape).astype(dtype) for shape in ((n, k), (k, m), (n, m)))
        for found, expected in zip(gradient(x, w, v), by_hand(x, w, v), strict=True):
            assert found.dtype == dtype
            np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_numbers_that_are_not_finite_stay_so() -> None:
    x, w, v = RANDOM.normal(size=(7, 20)), RANDOM.normal(size=(20, 40)), RANDOM.normal(size=(7, 40))
    v[3, 5], w[2, 7] = np.inf, np.nan
    with np.errstate(invalid="ignore"):
        expected = by_hand(x, w, v)
    for found, wanted in zip(ep.grad(weighted, (0, 1, 2))(x, w, v), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)
