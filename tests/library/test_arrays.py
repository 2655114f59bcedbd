"""Attributes and methods of arrays are NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

from .originals import agrees

A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
N, U = np.array([7, -3, 5, 12]), np.array([[0, 10, 200], [255, 128, 7]], np.uint8)


def by_flat(a: Any) -> Any:
    held = np.zeros((3, 3))
    held.T.flat = a[0] * a[1]
    held.flat[::4] = a[0]
    for k in range(3):
        held.flat[k] += a.flat[k] * held.flat[-1]
    return held


@np.errstate(all="ignore")
def guarded(a: Any) -> Any:
    old = np.seterr(divide="ignore")
    found = np.log(np.abs(a))
    np.seterr(**old)
    return found


def asserted(a: Any) -> Any:
    np.testing.assert_allclose(a, a + 1e-9, atol=1e-8)
    np.testing.assert_array_less(a, 3.0)
    np.testing.assert_equal((a.ndim, [a.shape]), (2, [(2, 3)]))
    try:
        np.testing.assert_array_almost_equal(a, a.T)
    except AssertionError:
        return 2.0 * a
    return a


def made(a: Any) -> Any:
    held = np.ndarray(a.shape, dtype=a.dtype)
    held[:] = 2.0 * a
    return held


SMOOTH: list[Callable[..., Any]] = [
    by_flat,
    asserted,
    lambda a: np.frompyfunc(lambda v, w: v * w, 2, 1)(a, a[0]).astype(float) + np.frompyfunc(max, 2, 1).reduce(a[0]),
    guarded,
    made,
    lambda a: (np.emath.sqrt(a), np.emath.log(a[a > 0]), np.emath.power(a, 0.5), np.emath.arcsin(2.0 * a)),
    lambda a: (a.flat[2] * a.T.flat[1], sum(v for v in a[:, ::2].flat), np.sum(a).flat[0]),
    lambda a: sum([row[0] * row[1] for row in a.tolist()]),
    lambda a: a.astype(float, copy=False).view() * a.view(np.float64),
]
VALUES: list[tuple[Callable[..., Any], Any]] = [
    (lambda a: (a.nbytes, a.itemsize, a.strides, a[0].strides, a.tolist(), len(a.flat)), A),
    (lambda a: (a.copy("F"), np.copy(a.T, order="C"), a.copy(order="K"), a[0].copy("A")), A),
    (lambda a: (a.astype("f4", order="C"), a.astype(np.single, casting="same_kind"), a.astype(dtype=int, subok=False)), A),
    (lambda u: (np.packbits(u > 9, axis=1), np.unpackbits(u, axis=1, bitorder="little"), np.bitwise_count(u), u.tolist()), U),
    (lambda a: np.nan_to_num(np.asarray(a[0, 0]), copy=False) * 2, np.full((1, 1), np.nan)),
    (lambda n: (np.packbits(n > 0), np.bitwise_count(n), np.round(n, -1)), N),
]


@pytest.mark.parametrize("case", range(len(SMOOTH)))
def test_with_derivatives(case: int) -> None:
    agrees(SMOOTH[case], A, order=1)


@pytest.mark.parametrize("case", range(len(VALUES)))
def test_values(case: int) -> None:
    f, x = VALUES[case]
    agrees(f, x, order=0)


@pytest.mark.parametrize("x", [2.0, -2.0])
def test_emath_of_a_number_is_complex_only_where_it_must_be(x: float) -> None:
    agrees(lambda x: (np.emath.sqrt(x), np.emath.arcsin(x), np.emath.power(x, 3), np.emath.logn(2, x)), x, order=0)
    agrees(lambda x: np.emath.power(x, 0.5), x, order=1)


def put_where_complex_numbers_go(x: Any) -> Any:
    a = np.emath.sqrt(x)
    s = np.zeros((2, 2), complex)
    s[0, 0] = a
    s[1] = [a * x, 1.0]
    s[:, 1] = a * np.ones(2)
    perhaps = a * x if x > -5.0 else None
    return s, np.array([[a, x], (0.0, a)]), abs(perhaps) + np.abs(perhaps)


@pytest.mark.parametrize("x", [0.6, -0.6])
def test_what_may_be_complex_goes_where_complex_numbers_go(x: float) -> None:
    agrees(put_where_complex_numbers_go, x, order=1)


def test_a_complex_number_of_numpys_is_not_put_into_a_real_array() -> None:
    def put(x: Any, out: Any) -> None:
        try:
            out[0] = np.sqrt(x + 0j)
        except TypeError:
            out[1] = 3.0

    with pytest.raises(ep.NotSupported, match="drops the imaginary part"):
        ep.compile(put)(0.5, np.zeros(2))
