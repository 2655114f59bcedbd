"""Integers of every size are NumPy's: promotion, wrap-around, casts, reductions, in compiled code and in the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import everypath as ep
from lower.agreement import agree, interpreted

from .originals import agrees, copies, same

U, V = np.array([[0, 10, 200], [255, 128, 7]], np.uint8), np.array([[3, 250, 60], [1, 129, 0]], np.uint8)
S8, S16, U16 = np.array([-128, -3, 127], np.int8), np.array([-300, 2, 32767], np.int16), np.array([0, 65535, 300], np.uint16)
U32, U64 = np.array([1, 2**32 - 1], np.uint32), np.array([1, 2**64 - 1, 2**63], np.uint64)
MASK, F = np.array([True, False, True]), np.array([300.7, -1.0, 3.0])
A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
H, K = np.array([0.5, -1.3, 2.2], np.float16), np.array([0.1, 3.3, 0.7], np.float16)
ROUNDED = np.array([65519.0, 65520.0, -np.inf, np.nan, 2.98e-8, 2.9802322387695312e-08, 1e-9, 1 + 2**-11, 1 + 2**-11 + 2**-40])


def written(u: Any) -> Any:
    v = u.copy()
    v[0, 0], v[1], v[v > 100] = 7, 9, 0
    v += 5
    return v


def histogram(u: Any) -> Any:
    counts = np.zeros(256, dtype=int)
    for v in u.ravel():
        counts[v] += 1
    return counts


CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda u, v: (u + v, u - v, u * v, u // v, u % v, -u, u**2, u / v, u & v, ~u, u << 1, u >> 2), (U, V)),
    (lambda u, v: (u + 1, 255 - u, u / 255, u * 1.5, u > v, u > 127, u < 300, u == -1, np.maximum(u, v), np.where(u > 9, u, 0)), (U, V)),
    (lambda u: (u.sum(), u.mean(), u.max(), u.std(), u.sum(axis=0), u.prod(), u.cumsum(), np.sort(u), u.argmax(), np.diff(u)), (U,)),
    (lambda u: (u + 300, np.uint8(300), np.array([1, 300], dtype=np.uint8)), (U,)),
    (lambda s: (s + s, abs(s), -s, s // 3, s % 3, s >> 1, np.sign(s), np.sort(s), s.sum(), s * np.float32(2.0)), (S8,)),
    (lambda s, u: (s + u, s * u, u + np.int8(-3), np.sqrt(u), u.sum()), (S16, U16)),
    (lambda u: (u + 1, u * u, u - 2, u / 3, u.sum()), (U32,)),
    (lambda u: (u + 1, u // 2, u > 5, u.max(), u.astype(float), u % 10, np.sort(u), u >> 1, u + np.array([1, -2, 3])), (U64,)),
    (lambda f: (f.astype(np.uint8), f.astype(np.int16), f.astype(np.uint32), f.astype("u8"), (f * 100).astype(np.int8)), (F,)),
    (lambda s: (s.astype(np.uint8), s.astype(np.uint64), s.astype("i1"), s.astype(bool), s.astype(np.float32)), (S16,)),
    (lambda m: (m + m, m * 2, m.sum(), m.mean(), ~m, m.astype(np.uint8) * 255, m // m, np.square(m), m << 1), (MASK,)),
    (lambda u: (u[0, 1] + 1, u[1, 0] + u[0, 1], int(u[1, 0]) + 1, u[1, 0].item(), u[1, 0] * 2, np.uint8(200) + u[0, 2]), (U,)),
    (lambda u, a: (a[u > 100], a.ravel()[u[1:, 2:] - 3], u @ a.T, u @ u.T), (U, A)),
    (lambda x, u: (x.astype(np.float16), u.astype("f2"), np.exp(u > 9), np.sqrt(u), np.full(2, 0.1, np.half)), (ROUNDED, U)),
    (lambda h, k: (h + k, h * k, h / k, h // k, h**2, h * 2.5, h > k, np.exp(h), np.sqrt(k), k**h, np.where(h > 0, h, k)), (H, K)),
    (lambda h: (h.sum(), h.mean(), h.max(), h.cumsum(), np.sort(h), h @ h, h.astype(int), h[0] * 2, h[1].item(), h.tolist()), (H,)),
    (lambda h: (h * np.float32(0.1), h + np.arange(3), h * np.array([1, 2, 3], np.uint8), np.isnan(h), np.clip(h, -0.5, 0.5)), (H,)),
    (lambda u: (np.spacing(u), np.logaddexp2(u, u), np.nextafter(u, 9), np.ldexp(u, u[1]), np.frexp(u), np.modf(u), np.lcm(u, 6)), (U,)),
    (
        lambda h: (
            np.spacing(h),
            np.logaddexp2(h, 1),
            np.round(np.logaddexp2(h, np.float32([0.5])), 4),
            np.nextafter(h, 9),
            np.ldexp(h, 3),
            np.frexp(h),
        ),
        (H,),
    ),
    (lambda u: (np.trace(u), np.arange(u[0, 1]), np.square(u > 9), (u > 9) ** 2, (u > 9) ** 3), (U,)),
    (lambda u: (written(u), histogram(u), np.zeros_like(u), np.full(2, 7, "u4"), np.arange(3, dtype=np.int16)), (U,)),
    (lambda u, s: (np.isclose(u, 300), np.isclose(300, s), np.allclose(u, -1), np.isclose(s, -128), np.isclose(u > 9, 1)), (U, S8)),
    (lambda u: (np.isclose(u, -1), np.isclose(u[0], 1)), (U64,)),
    (lambda u: (np.arange(-3, 3, 0.5, dtype=int), np.arange(0.5, 3, 0.1, dtype="f4"), np.arange(0.25, 4, 0.75, dtype="f2")), (U,)),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_values(case: int) -> None:
    f, args = CASES[case]
    agrees(f, *args, order=0)
    try:
        with np.errstate(all="ignore"):
            expected = f(*copies(args))
    except OverflowError:
        return
    same(interpreted(f, copies(args)), expected, 1e-12)


def test_an_image_is_data_of_a_derivative() -> None:
    agrees(lambda a: np.sum((a - U / 255) ** 2 * (U > 100)) + np.sum(np.tanh(a * U.astype(np.float32))), A)


def test_what_is_stored_in_float16_has_the_derivatives_of_float32() -> None:
    found = ep.grad(lambda x: np.sum(np.exp(x.astype(np.float16)) ** 2))(A[0])
    np.testing.assert_allclose(found, 2 * np.exp(2 * A[0]), rtol=2e-3)


def test_the_largest_integers_do_not_become_pythons() -> None:
    assert ep.compile(lambda u: int(u[0]))(U64) == 1
    with pytest.raises(OverflowError, match="does not fit in 64 bits"):
        ep.compile(lambda u: int(u[1]))(U64)


def test_averages_and_slopes_keep_half_and_single_precision() -> None:
    def f(h, s, m):
        means = np.average(h, weights=h * h), np.average(s, weights=[1.0, 2.0, 3.0]), np.nanmedian(m), np.nanmedian(s)
        odd = np.pad(h.astype(np.float32), 2, mode="reflect", reflect_type="odd")
        return *means, odd, np.gradient(h), np.gradient(h, h * h), np.geomspace(h[0], h[2], 3), scipy.linalg.companion(h.astype(np.float32))

    agree(f, (H, np.array([100, 100, 3, 100], np.int8)[:3], MASK[:2]))


def test_products_over_no_elements() -> None:
    agree(lambda a, b: (np.tensordot(a, b, (1, 0)), np.tensordot(b, a, ([1], [0])[::-1])), (np.zeros((3, 0)), np.zeros((0, 3))))
