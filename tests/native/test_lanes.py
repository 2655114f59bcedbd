"""What a decision is taken from has the same bits wherever it stands in an array, and in every function that computes it."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep


def largest(x):
    """The maximum decides, and the values are kept."""
    y = np.tanh(x)
    return y, np.max(y)


def above(x, limit):
    """The comparison decides; nothing is kept."""
    return np.sum(np.where(np.tanh(x) > limit, 1.0, 0.0))


def powers(x, y):
    z = x**y
    return z, np.max(z)


@pytest.mark.parametrize("length", [1, 3, 4, 7, 8, 31, 64, 100])
def test_every_place_is_alike(length: int) -> None:
    values, most = ep.compile(largest)(np.full(length, 0.7234123))
    assert set(values.tolist()) == {float(most)}


def test_every_function_is_alike() -> None:
    kept, counted = ep.compile(largest), ep.compile(above)
    for x in np.random.default_rng(0).normal(size=(50, 37)):
        values, most = kept(x)
        np.testing.assert_allclose(values, np.tanh(x), rtol=1e-15)
        assert counted(x, float(most)) == 0.0
        assert counted(x, float(np.nextafter(most, -1.0))) == 1.0


def test_two_operands_and_single_precision() -> None:
    rng = np.random.default_rng(0)
    for dtype, tolerance in ((np.float64, 1e-15), (np.float32, 1e-6)):
        x, y = rng.uniform(0.5, 2.0, 29).astype(dtype), rng.normal(size=29).astype(dtype)
        values, most = ep.compile(powers)(x, y)
        np.testing.assert_allclose(values, x**y, rtol=tolerance)
        assert most == values.max()


def many_powers(x):
    return x**3, x**4, x**-1, x**0.5, x**1.5, x**-0.5, x**-1.5, x**-2


def many_powers_and_the_largest(x):
    y = x**3, x**4, x**-1, x**0.5, x**1.5, x**-0.5, x**-1.5, x**-2
    return *y, sum(np.max(each) for each in y)


ROUNDED_ONCE = (0, 1, 2, 3)
"""The places above of the powers that are as good as rounded once, where a decision is taken from them."""


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_known_exponents(dtype: type) -> None:
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-320, 1e160, -1e160, 1e-160, 1e206, 1e-103, -2e102]
    numbers = np.random.default_rng(0).normal(size=500) * 10.0 ** np.random.default_rng(1).integers(-5, 6, 500)
    with np.errstate(all="ignore"):
        x = np.concatenate([numbers, special]).astype(dtype)
    with np.errstate(all="ignore"):
        expected = [y.astype(dtype) for y in many_powers(x.astype(np.longdouble))]
        own = many_powers(x)
    for f, ulps in ((many_powers, 3.0), (many_powers_and_the_largest, 1.0)):
        for place, (found, exact, numpys) in enumerate(zip(ep.compile(f)(x), expected, own, strict=False)):
            finite = np.isfinite(exact) & (np.abs(exact) > np.finfo(dtype).tiny)
            off = np.abs(found[finite] - exact[finite]) / np.spacing(np.abs(exact[finite]))
            assert np.all(off <= (ulps if ulps > 1.0 or place in ROUNDED_ONCE else 2.0))
            np.testing.assert_array_equal(found[~np.isfinite(numpys)], numpys[~np.isfinite(numpys)])
            zero = numpys == 0.0
            np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(numpys[zero]))
            assert np.all(found[zero] == 0.0)


def test_a_short_loop_reads_before_it_clears() -> None:
    def first_two(b, x):
        x[:2] = b
        return np.sum(x)

    for n in (1, 2, 5):
        _, (b_bar, x_bar) = ep.value_and_grad(first_two, (0, 1))(0.5, np.ones(n))
        assert b_bar == min(n, 2)
        np.testing.assert_array_equal(x_bar, np.arange(n) >= 2)


def vanishing(x):
    """Exponentials, and those that a decision is taken from."""
    y = np.exp(x)
    return y, np.exp2(x), np.max(y), np.exp(-x)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_exponentials_that_vanish(dtype: type) -> None:
    """They are 0 without being computed, and what is no 0 yet is computed."""
    ends = [
        -700.0,
        -709.5,
        -744.4,
        -745.13,
        -745.14,
        -746.0,
        -747.0,
        -1022.5,
        -1074.0,
        -1075.0,
        -1075.5,
        -1e9,
        -1e300,
        -np.inf,
        np.inf,
        np.nan,
        -0.0,
    ]
    ends += [-87.0, -87.5, -103.27, -103.9, -103.97, -103.98, -104.0, -104.5, -126.5, -149.0, -149.9, -150.0, -150.5, -151.0, -152.0]
    with np.errstate(all="ignore"):  # rounded from doubles: some of NumPy's own vectors give 0 for what half the smallest float32 exceeds
        x = np.array([*ends, *reversed(ends), 1.0], dtype)
        expected = [np.asarray(y, dtype) for y in vanishing(x.astype(np.float64))]
    for found, wanted in zip(ep.compile(vanishing)(x), expected, strict=True):
        np.testing.assert_array_equal(found == 0.0, wanted == 0.0)
        np.testing.assert_allclose(
            found, wanted, rtol=1e-6 if dtype is np.float32 else 1e-14, atol=1e-323 if dtype is np.float64 else 3e-45
        )
    slope = ep.grad(lambda x: np.sum(np.exp(x)))(x[x < 1])
    np.testing.assert_array_equal(slope == 0.0, expected[0][x < 1] == 0.0)
