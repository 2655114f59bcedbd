"""What scipy.special writes in Python is as it is there; orders are data, and what has no known derivative in them is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import special

import everypath as ep

from .originals import agrees

P = np.array([0.2, 0.5, 0.8])
M = np.array([[0.3, -0.7, 1.2], [0.5, 0.1, -0.4]])

CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda n, k: (special.comb(n, k), special.perm(n, k)), (np.array([5.0, 3.3]), 2.0)),
    (lambda x: (special.comb(5, 2, exact=True) * x, special.comb(5, 2, repetition=True) * x, special.factorial(4, exact=True) * x), (0.3,)),
    (lambda x: (special.factorial(x), special.multigammaln(x, 3)), (2.3,)),
    (lambda x: (special.polygamma(0, x), special.polygamma(2, x), special.zeta(3.0, x)), (P,)),
    (lambda x: (special.spherical_jn(2, x), special.spherical_yn(0, x, derivative=True), special.spherical_in(1, x)), (P,)),
    (lambda x: (special.jvp(1, x, 2), special.kvp(0.5, x), special.kn(2, x), special.expn(1, x)), (P,)),
    (lambda x: (special.sici(x), special.airy(x)[2], special.ellipj(x, 0.3)[1]), (P,)),
    (lambda a, b: special.logsumexp(a, b=b, axis=0, return_sign=True), (M, np.array([[1.0, -2.0, 1.0], [1.0, 1.0, 0.5]]))),
    (lambda a: (special.logsumexp(a, b=2.0, keepdims=True), special.softmax(a[0, 0]), special.log_softmax(a, axis=0)), (M,)),
    (lambda x: special.lambertw(x).real + np.real(special.lambertw(-0.4 * x, -1)), (P,)),
    (lambda x: (special.lambertw(x, -1), special.lambertw(x + 1j, 2), special.logsumexp(x * 1j + M, axis=0)), (P,)),
    (lambda x: (special.zeta(2.0 + x, 1.5 * x), special.zeta(x - 0.9), special.zetac(x + 2.0)), (P,)),
    (lambda x: (special.wofz(x + 0.3j), special.hankel1(1, x), special.loggamma(x - 2.0 + 1j)), (P,)),
    (lambda x: (special.erf(x * 1j), special.kv(1, x + 0.5j), special.digamma(1j - x), special.xlogy(x + 1j, x)), (P,)),
    (
        lambda x: (special.spherical_jn(2, x + 1j), special.spherical_kn(1, x - 0.5j, True), special.airy(x * 1j), special.sici(x + 1j)),
        (P,),
    ),
    (lambda x: (special.pbdv(1.5, x), special.itj0y0(x), special.ber(0.0 * x), special.h1vp(1, x), special.round(3.0 * x)), (P,)),
    (lambda x: (special.diric(x, 4), special.diric(np.array([0.0, 2 * np.pi, 1e-9]), 2), special.radian(x, 2.0 * x, 3.0)), (P,)),
    (lambda x: special.eval_legendre(np.array([0, 1, 2]), x), (P,)),
    (lambda y: (special.gammaincinv(2.0, y), special.betaincinv(2.0, 3.0, y), special.stdtrit(3.0, y), special.chdtri(3.0, y)), (P,)),
    (lambda y: (special.gammainccinv(2.0, y), special.betainccinv(2.0, 3.0, y), special.fdtri(3.0, 4.0, y)), (P,)),
]
if hasattr(special, "sph_harm_y"):
    CASES.append((lambda x: special.sph_harm_y(2, 1, x, 0.3), (P,)))


@pytest.mark.parametrize(("f", "args"), CASES)
def test_values_and_derivatives(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


@mp.workdps(30)  # type: ignore[untyped-decorator]
def test_zeta_by_its_exponent() -> None:
    s, q = (one.ravel() for one in np.meshgrid([1.001, 2.0, 10.0, 50.0], [1e-3, 0.7, 1.0, 40.0]))
    slopes = ep.grad(lambda s: np.sum(special.zeta(s, q)))(s)
    np.testing.assert_allclose(slopes, [float(mp.zeta(x, y, 1)) for x, y in zip(s, q, strict=True)], rtol=1e-13)
    s = np.array([-20.2, -2.0, -0.3, 0.0, 0.5])
    np.testing.assert_allclose(ep.grad(lambda s: np.sum(special.zeta(s)))(s), [float(mp.zeta(x, derivative=1)) for x in s], rtol=1e-13)


def test_a_factor_of_zero_adds_nothing_but_what_it_would_add_is_its_derivative() -> None:
    a, b = np.array([0.3, -0.7, 1.2]), np.array([2.0, 0.0, 5.0])
    written = ep.hessian(lambda a, b: np.log(np.sum(b * np.exp(a))), wrt=(0, 1))(a, b)
    for ours, expected in zip(ep.hessian(lambda a, b: special.logsumexp(a, b=b), wrt=(0, 1))(a, b), written, strict=True):
        assert np.allclose(ours, expected, rtol=1e-12)
    rows = np.array([[0.0, np.inf], [np.nan, 1e3], [1.0, 2.0]])
    kept = ep.jacobian(lambda a, b: special.logsumexp(a, b=b, axis=1))(rows, np.eye(3)[:, [0, 1]])
    assert np.array_equal(np.sum(kept, axis=2), np.diag([1.0, 1.0, 0.0]))


def test_orders_are_data() -> None:
    with pytest.raises(ep.NotSupported, match="with respect to its argument 1 is not known"):
        ep.grad(lambda v: special.jv(v, 0.5))(1.5)


def test_float32_and_a_place_for_the_result() -> None:
    agrees(lambda x: (special.beta(2, x), special.xlogy(x, 2.0)), P.astype(np.float32), order=0, tolerance=1e-6)
    agrees(lambda x: (special.jv(2.0, x), special.ellipj(x, 0.3), special.polygamma(0, x)), P.astype(np.float32), order=0, tolerance=1e-6)
    agrees(lambda x: special.digamma(x) + special.eval_legendre(2, x), P.astype(np.float32), order=0, tolerance=1e-6)
    agrees(lambda x: special.logsumexp(x, b=np.array([1, 0, 1], bool)), P.astype(np.float32), order=0, tolerance=1e-6)
    agrees(lambda x: special.erfcx(x, out=np.zeros(3)), P, order=1)


def test_whole_lines_of_arrays_whatever_their_steps() -> None:
    """A ufunc is called for lines of arrays, which may have gaps, be turned, or repeat."""

    def lines(x: Any, row: Any) -> Any:
        some = special.psi(x), special.j0(x[::2, ::-1]), special.betaln(x.T, row[:, None]), special.gammainc(0.7, x[:, 1:])
        return *some, special.psi(x[:0]), special.ellipj(row, 0.3)[2], special.rgamma(x[1]), special.psi(x[1, 2])

    x = np.linspace(0.2, 9.0, 20).reshape(4, 5)
    for found, expected in zip(ep.compile(lines)(x, x[0].copy()), lines(x, x[0].copy()), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("function", [special.spherical_jn, special.spherical_yn, special.spherical_in, special.spherical_kn])
def test_spherical_bessel_functions_of_negative_numbers(function: Any) -> None:
    def both(x: Any) -> Any:
        return function(np.arange(4), x), function(3, x, derivative=True)

    x, step = -1.3, 1e-5
    for found, wanted in zip(ep.compile(both)(x), both(x), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
    if not np.isnan(function(2, x)):
        slope = (np.sum(function(np.arange(4), x + step)) - np.sum(function(np.arange(4), x - step))) / (2 * step)
        assert ep.grad(lambda x: np.sum(function(np.arange(4), x)))(x) == pytest.approx(slope, rel=1e-8)
