"""Methods and options of universal functions, and functions made of others, are NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

from .originals import agrees

X, Y = np.array([0.3, -1.2, 0.7, 2.6]), np.array([1.1, 0.4, -0.6, 0.9])
A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
N, M = np.array([7, -3, 5, 12]), np.array([2, 4, -3, 5])

Case = tuple[Callable[..., Any], tuple[Any, ...]]


def changed(function: Any, x: Any, places: Any, *by: Any) -> Any:
    held = x * 1
    function.at(held, places, *by)
    return held


SMOOTH: list[Case] = [
    (lambda x, y: np.subtract.outer(x, y) * np.maximum.outer(x, [0.0, 1.0])[0, 1], (X, Y)),
    (lambda a: np.hypot.reduce(a, axis=(0, 1)), (A,)),
    (lambda a: np.maximum.reduce(a, axis=1) + np.add.reduce(a, axis=1, initial=3.0), (A,)),
    (lambda a: np.logaddexp.reduce(a, axis=0, where=a > 0, initial=-np.inf, keepdims=True), (A,)),
    (lambda a: np.subtract.reduce(a, axis=1, initial=2.0), (A,)),
    (lambda x: np.multiply.accumulate(x) + np.maximum.accumulate(x), (X,)),
    (lambda a: np.logaddexp.accumulate(a, axis=1), (A,)),
    (lambda a: np.add.reduceat(a, [0, 2, 1], axis=1), (A,)),
    (lambda x, y: changed(np.multiply, x, [0, 1, 0, 3], y), (X, Y)),
    (lambda a, y: changed(np.maximum, a, ([0, 1, 0], [2, 2, 2]), y), (A, Y[:3])),
    (lambda a: np.std(a, axis=0, where=a > -1, keepdims=True) + np.var(a, ddof=1), (A,)),
    (lambda x, y: np.divide(x, y, out=np.zeros_like(x), where=y > 0), (X, Y)),
    (lambda x, y: np.modf(x)[0] * np.logaddexp2(x, y), (X, Y)),
    (lambda x: np.i0(x) + np.sinc(x), (np.array([0.0, 0.1, -0.7, 9.5]),)),
    (lambda x: np.frexp(x)[0] + np.ldexp(x, -3) + np.nextafter(x, 0.0), (X,)),
]
VALUES: list[Case] = [
    (lambda a: np.maximum.reduce(a[:0]), (A,)),
    (lambda a: np.subtract.reduce(a, axis=(0, 1)), (A,)),
    (lambda n: (np.bitwise_xor.reduce(n), np.gcd.reduce(n), np.lcm(n, 4), np.logical_or.accumulate(n > 5)), (N,)),
    (lambda x: np.add.reduceat(x, [0, 5]), (X,)),
    (lambda n: (changed(np.add, n, [0, 0, 1], 1), changed(np.negative, n, [0])), (N,)),
    (lambda n, m: (np.divmod(n, m), np.ldexp(1.5, m), np.ldexp(3, m), np.signbit(m)), (N, M)),
    (lambda n, m: (np.heaviside(n, m), np.nextafter(n, m), np.copysign(m, n), np.heaviside(n, 0.5)), (N.astype("i1"), N.astype("u1"))),
    (lambda h: (np.percentile(h, 30), np.quantile(h, [0.3]), np.nanpercentile(h, 30)), (X.astype("f2"),)),
    (lambda x: x * np.dtype([("a", (np.int64, 3))]).itemsize, (X,)),
    (lambda n, m: (np.fmod(n, m), np.fmod(n, 0), np.fmod(n, -1), np.fmod(-7, 3)), (N, M)),
    (lambda n, a: (np.sum(n, out=np.zeros(())), np.mean(a, axis=0, out=np.zeros(3, "f4")), np.any(a, axis=0, out=np.zeros(3))), (N, A)),
    (lambda x: round(x), (X,)),
    (lambda x: (np.float64("1.5") * x, x[0].is_integer(), np.dtype("u2").type(7)), (X,)),
    (
        lambda x: (np.frexp(x[:6]), np.spacing(x), np.nextafter(x, 1.0), np.nextafter(1.0, x)),
        (np.array([0, 1, -2, np.inf, 5e-324, 0.3, np.nan]),),
    ),
    (lambda n, x: np.add(n, x, out=n, casting="unsafe"), (N, X)),
    (lambda x: np.add(x, 1.0, casting="no", order="C", subok=False), (X,)),
    (lambda x, y: (np.array_equal(x, x * 1.0), np.array_equal(x, y[:2]), np.array_equiv(x, x[None])), (X, Y)),
    (lambda x: (np.real(x), np.imag(x), np.angle(x, deg=True), x.imag, np.isreal(1.5)), (X,)),
    (lambda x: (np.finfo(x.dtype).eps, np.iinfo(np.int32).max, np.result_type(x, 1) == x.dtype, np.can_cast(x.dtype, int)), (X,)),
]


@pytest.mark.parametrize("case", range(len(SMOOTH)))
def test_with_derivatives(case: int) -> None:
    f, args = SMOOTH[case]
    agrees(f, *args, order=1)


@pytest.mark.parametrize("case", range(len(VALUES)))
def test_values(case: int) -> None:
    f, args = VALUES[case]
    agrees(f, *args, order=0)


def test_what_does_not_fit_is_not_stored_at_an_index() -> None:
    with pytest.raises(TypeError, match="Cannot cast ufunc 'divide' output"):
        ep.compile(lambda n: changed(np.divide, n, [0], 2.0))(N)


def test_sinc_and_i0_at_zero_have_the_second_derivative_of_their_series() -> None:
    for f, expected in ((np.sinc, -(np.pi**2) / 3), (np.i0, 0.5)):
        assert ep.grad(ep.grad(lambda x, f=f: f(x) * 1.0))(0.0) == pytest.approx(expected, rel=1e-12)
