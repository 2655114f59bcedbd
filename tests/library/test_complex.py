"""Complex numbers and arrays are Python's and NumPy's: values, types, errors, and derivatives over both parts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg

import everypath as ep
from everypath.library.complex.registry import MODULES, TEXTS
from everypath.library.registry import STANDS_FOR, load, mentioning, missing, named
from lower.agreement import agree

from .originals import agrees

Z = np.array([0.3 + 0.7j, -1.2 + 0.4j, 0.5 - 2.1j])
W = np.array([1.1 - 0.2j, 0.4 + 0.9j, -0.7 + 0.1j])
X = np.array([0.4, 1.3, -0.6])
M = np.array([[1 + 1j, 2 - 1j], [0.5j, 1.5]])
S = 0.3 + 0.7j

FUNCTIONS = (
    "exp log sqrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh log2 log10 log1p expm1 exp2 square reciprocal"
    " conjugate absolute angle real imag negative cumprod prod cumsum sum mean var std"
).split()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    f = getattr(np, name)
    value, slope = ep.jvp(lambda z: f(z), (Z,), (W,))
    np.testing.assert_allclose(value, f(Z), rtol=1e-12)
    np.testing.assert_allclose(slope, (f(Z + 1e-6 * W) - f(Z - 1e-6 * W)) / 2e-6, rtol=1e-7, atol=1e-8)


def test_functions_in_every_mode() -> None:
    agrees(lambda z: np.sqrt(z) * np.arctanh(z) + np.log(z), Z[0], order=1)


CUTS = np.array([2.0 + 0j, complex(2.0, -0.0), -2.0 + 0j, complex(-2.0, -0.0), 2j, complex(-0.0, 2.0), -2j, complex(-0.0, -2.0)])
CUTS = np.array([*CUTS, 0.5 + 0j, complex(0.5, -0.0), 0.5j, complex(-0.0, 0.5), 1e-8 + 1e-8j, 40 + 3j, -40 + 3j, 3 + 40j, 1.0 + 1e-7j])


@pytest.mark.parametrize("name", FUNCTIONS[:20])
def test_branch_cuts(name: str) -> None:
    f = getattr(np, name)
    expected, got = f(CUTS), ep.compile(lambda z: f(z))(np.array(CUTS))
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)
    for part in (np.real, np.imag):  # which side of the cut, and which sign of 0
        large = np.abs(part(expected)) > 1e-12
        assert np.array_equal(np.signbit(part(got))[large], np.signbit(part(expected))[large])


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda z, w: z * w - z / w + np.exp([1j, z[0], 2]), (Z, W)),
    (lambda z, x: (z + x) * (x - z) / x + x / z, (Z, X)),
    (lambda z: (1 + 2j * z) / (z - 2j), (S,)),
    (lambda z, x: z / x + x * z, (S, 1.5)),
    (lambda z: z**2 + z**-3, (Z,)),
    (lambda z: z**0.5 + 2**z, (Z,)),
    (lambda z, w: z**w, (Z, W)),
    (lambda z, x: z**x, (Z, X)),
    (lambda z: z[0] ** np.arange(-1, 4), (Z,)),
    (lambda z: z**3 + z**-2 + z**0.5 + z**z + 2.0**z, (S,)),
    (lambda z, e: (z**e, z[0] ** e[1], np.power(z[:, None], e)), (Z, np.array([2.0, -1.0, 1.0]))),
    (lambda z, e: (z**e, z**-e), (S, 3.0)),
    (lambda z, e: z**e, (S, 2 + 0j)),
    (lambda x: 2 * np.exp(1j * x), (X,)),
    (lambda x: abs(1j * x + 1), (1.5,)),
    (lambda z: abs(z) + z.real * z.imag, (S,)),
    (lambda z: z.conjugate() * z, (S,)),
    (lambda z: (-z).real + (+z).imag, (Z,)),
    (lambda m: m @ m @ np.array([1.0, 2.0]), (M,)),
    (lambda m: m.T.conj() @ m, (M,)),
    (lambda z, w: np.vdot(z, w) + np.dot(z, w) + np.inner(z, w), (Z, W)),
    (lambda z, w: np.outer(z, w), (Z, W)),
    (lambda z: np.linalg.norm(z), (Z,)),
    (lambda m: np.linalg.norm(m, axis=1), (M,)),
    (lambda z: z[1:] * z[:-1] + z[-1], (Z,)),
    (lambda z: z[z.real > 0] * z[[0, 2]], (Z,)),
    (lambda m: m.sum(axis=0) + m.mean(axis=1) + np.trace(m), (M,)),
    (lambda m: np.prod(m, axis=1) + m.prod(), (M,)),
    (lambda m: (np.prod(m, axis=(-1, 0)), np.prod(m, axis=()), np.nanprod(m, axis=(0, 1), keepdims=True)), (M,)),
    (lambda m: (np.median(m, axis=0), np.nanstd(m, axis=1, ddof=1), np.ptp(m), np.nancumprod(m, axis=1), np.nanmax(m)), (M,)),
    (
        lambda m, n: (np.nanvar(n), np.nanmean(n, axis=0), np.nanmin(n), np.var(m, axis=(0, 1), dtype=complex)),
        (M, np.where(M.real > 0, M, np.nan)),
    ),
    (lambda x: (np.sqrt(x - 2.0, dtype=complex), np.sum(x, dtype=complex), x.sum(0, complex), np.cumprod(x, dtype=complex)), (X,)),
    (lambda m: m.reshape(4)[::-1].reshape(2, 2).ravel(), (M,)),
    (lambda z, x: np.concatenate((z, x)), (Z, X)),
    (lambda z, x: np.stack([z, x]), (Z, X)),
    (lambda z, x: np.where(x > 0, z, 1j), (Z, X)),
    (lambda x: np.array([[x[0] * 1j, x[1]], [1, 2j]]), (X,)),
    (lambda x: np.zeros(3, dtype=complex) + np.ones(3, "complex128") * x + np.full(3, 1j), (X,)),
    (lambda z: np.ones_like(z) * z + np.zeros_like(z) + np.diff(np.roll(z, 1))[0], (Z,)),
    (lambda x: x.astype(complex) * 1j, (X,)),
    (lambda x: complex(x, 2 * x) * complex(1j, x) + complex(x), (1.5,)),
    (lambda x: np.complex128(x) * 1j, (1.5,)),
    (lambda z: z.astype(np.complex64), (np.array(Z, np.complex64),)),
    (lambda z: (z * 2.0 + 1j, z / 3 - 2j / z, z ** np.float32([2.0, 0.5, -1.0]), np.nanmean(z), np.sinc(z)), (np.array(Z, np.complex64),)),
    (lambda x: x * 1j, (np.array(X, np.float32),)),
    (lambda z, x: (np.divide(1, z), np.add(z, 1j), np.multiply(np.int64(2), z), np.subtract(2.5, x), np.add(1j, 2)), (Z.astype("F"), X)),
]


@pytest.mark.parametrize(("f", "args"), PROGRAMS)
def test_programs(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    single = any(getattr(x, "dtype", None) in (np.complex64, np.float32) for x in args)
    agrees(f, *args, order=0, tolerance=1e-6 if single else 1e-12)


@pytest.mark.parametrize("k", [4, 15, 21])
def test_derivatives_of_programs(k: int) -> None:
    f, args = PROGRAMS[k]
    agrees(f, *args, order=1)


def written(z: Any) -> Any:
    y = np.zeros(3, dtype=complex)
    y[0] = z[0]
    y[1:] = z[:2] * 2
    y[2] = 1.5
    y *= z
    y += 1
    y[0] += 2j
    y -= 1j * y[0]
    y.real[1] = 3.0
    y.imag = y.real * y.imag
    y[y.real > 5] = 0
    return y


def sum_that_turns_complex(x: Any) -> Any:
    total = 0
    for v in x:
        total += 1j * v * v
    return total


def escape(c: Any) -> Any:
    z, n = 0, 0
    while abs(z) < 2 and n < 20:
        z = z * z + c
        n += 1
    return z, n


def one_or_the_other(x: Any) -> Any:
    root = math.sqrt(x) if x > 1 else 1j * math.sqrt(1 - x)
    return root * root * 2j + x


def listed(z: Any) -> Any:
    found = []
    for w in z:
        if w.real > 0:
            found.append(w * 1j + 1)
    total = 0j
    for w in found:
        total = total * 0.5 + w
    return total


def gathered(x: Any, n: Any) -> Any:
    """Lists of run-time length, of numbers, of arrays and of lists."""
    numbers = np.array([complex(k * x, x) for k in range(n)])
    rows = []
    for k in range(n):
        rows.append(np.array([x, 2j * x * k]))
    pairs = np.array([[x * 1j * k, x + k] for k in range(n)])
    return numbers, np.vstack(rows), np.concatenate(rows), np.mean(rows, axis=0), np.abs(rows).sum(), pairs


def quadratic(b: Any, c: Any) -> Any:
    d = complex(b * b - 4 * c) ** 0.5
    return (-b + d) / 2, (-b - d) / 2


@pytest.mark.parametrize("f, args", [(written, (Z,)), (sum_that_turns_complex, (X,)), (escape, (0.3 + 0.5j,)), (one_or_the_other, (0.4,))])
def test_statements(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


def test_containers() -> None:
    agrees(listed, Z, order=0)
    agrees(quadratic, 1.0, 2.0, order=0)
    agrees(gathered, 0.3, 40, order=1)
    agrees(lambda p: p["z"] * p["w"][0], {"z": S, "w": [1 + 2j]}, order=1)


ANSWERS: list[Callable[..., Any]] = [
    lambda z, w: (z == w, z != w, z[0] == z[0], z[0] != 1, z == z),
    lambda z, w: (z < w, z >= w, z[0] <= w[0]),
    lambda z, w: (np.isfinite(z / (w * 0)), np.isnan(z), np.isreal(z), np.iscomplexobj(z), np.isrealobj(z)),
    lambda z, w: (np.allclose(z, z + 1e-12), np.isclose(z, w)),
    lambda z, w: (len(z), z.shape, z.ndim, z.size, np.shape(z), z.dtype == complex, z.dtype),
    lambda z, w: (isinstance(z[0], complex), type(z[0]), isinstance(1j * 2, complex), bool(z[0]), type(1j * z[0].real)),
    lambda z, w: (np.any(z * 0), np.all(z), int(np.count_nonzero(z)), np.nonzero(z)),
    lambda z, w: z[0] / (w[0] * 0),
    lambda z, w: [*z, sum(w)],
    lambda z, w: (scipy.integrate.trapezoid(z), scipy.integrate.cumulative_trapezoid(z, dx=0.1, initial=0), scipy.integrate.simpson(w)),
]


@pytest.mark.parametrize("f", ANSWERS)
def test_answers(f: Callable[..., Any]) -> None:
    agrees(f, Z, W, order=0)


ERRORS: list[Callable[..., Any]] = [
    lambda z: z / (z - z),
    lambda z: (z - z) ** -1,
    lambda z: (z * 1e200) ** 2.5,
    lambda z: abs(complex(1e308, 1e308) + z),
]


@pytest.mark.parametrize("f", ERRORS)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, S, order=0)


def test_derivatives_are_both_parts() -> None:
    assert ep.grad(lambda z: abs(z) ** 2)(3 + 4j) == 6 + 8j  # ∂/∂Re + i ∂/∂Im
    assert ep.grad(lambda z: (z * z).real)(3 + 4j) == 6 - 8j
    value, tangent = ep.jvp(lambda z: z * z, (3 + 4j,), (1j,))
    assert (value, tangent) == (-7 + 24j, -8 + 6j)
    value, pullback = ep.vjp(lambda z: z * z, 3 + 4j)
    assert pullback(1.0) == (6 - 8j,)
    assert np.array_equal(ep.jacobian(lambda x: np.exp(1j * x))(np.zeros(2)), 1j * np.eye(2))
    assert ep.hvp(lambda z: abs(z) ** 4 / 4)(1 + 0j, 1j) == 1j
    with pytest.raises(ep.NotDifferentiable, match="real number"):
        ep.grad(lambda z: z * z)(3 + 4j)


@pytest.mark.parametrize(("dtype", "size", "tolerance"), [(np.float64, 1e110, 1e-10), (np.float32, 1e13, 1e-4)])
def test_derivatives_of_quotients_by_large_numbers(dtype: Any, size: float, tolerance: float) -> None:
    """1/y as a number of its own has derivatives that are no numbers any more: 2/y³."""

    def quotient(t: Any) -> Any:
        return np.imag(t * t * size / (np.exp(t * 1j) + 1j * t * size))

    t = dtype(1.5)
    assert ep.grad(quotient)(t) == pytest.approx(-1.0, rel=tolerance)
    assert ep.hessian(quotient)(t) == pytest.approx(0.0, abs=100 * tolerance)


def test_caller_s_arrays() -> None:
    def scaled(z: Any) -> Any:
        z *= 2j
        return np.sum(np.abs(z) ** 2)

    z, mine = np.array(Z), np.array(Z)
    assert np.array_equal(ep.grad(scaled)(z), 8 * Z) and np.array_equal(z, Z)
    assert np.isclose(ep.compile(scaled)(z), scaled(mine)) and np.array_equal(z, mine)


def test_warm_calls() -> None:
    f, g = ep.compile(lambda z, w: z * w + 1), ep.grad(lambda z, w: np.sum(np.abs(z) ** 2) * abs(w) ** 2)
    for z in (Z, W, Z[:1], X, np.array(Z[::2]), Z[::-1], Z):
        for _ in range(2):
            assert np.allclose(f(z, 2j), z * 2j + 1) and np.allclose(g(z, 2j), 8 * z)
    assert ep.compile(lambda z: z * 2)(1j) == 2j


def contour_integral(a: Any, points: Any, y: Any) -> Any:
    first = np.zeros(y.shape, dtype=np.complex128)
    for z in points:
        t = np.zeros(a.shape[1:], dtype=np.complex128)
        for n in range(len(a)):
            t += np.power(z, len(a) / 2 - n) * a[n]
        x = np.linalg.solve(t, y) + np.linalg.inv(t) @ y
        first += -x if abs(z) < 1.0 else z * x
    return first


def fourier_by_stages(x: Any) -> Any:
    y = x * 1.0
    for i in range(2):
        rows = np.transpose(np.reshape(y, (2**i, 2, 2 ** (1 - i))), axes=(1, 0, 2))
        turns = np.exp(-2.0j * np.pi * np.arange(2)[:, None] * np.arange(2**i) / 2 ** (i + 1))
        twisted = np.reshape(rows, (4,)) * np.reshape(np.repeat(np.reshape(turns, (2, 2**i, 1)), 2 ** (1 - i), axis=2), (4,))
        y[:] = np.reshape(np.array([[1, 1], [1, -1]]) @ np.reshape(twisted, (2, 2)), (4,))
    return y


def test_programs_of_benchmarks() -> None:
    a = np.array([M, M.T * 2, np.eye(2) + M])
    agrees(contour_integral, a, Z[:2], M, order=0)
    agrees(fourier_by_stages, np.array([*Z, S]), order=0)
    assert np.allclose(fourier_by_stages(np.array([*Z, S])), np.fft.fft(np.array([*Z, S])))


def test_shapes_are_views_of_an_argument() -> None:
    def f(z: Any) -> Any:
        y = np.reshape(z, (2, 2))
        y[0, 1] = 3j
        return np.sum(np.abs(z) ** 2)

    z, mine = np.array([*Z, S]), np.array([*Z, S])
    assert np.isclose(ep.compile(f)(z), f(mine)) and np.array_equal(z, mine)
    assert np.allclose(ep.grad(f)(z), np.where(np.arange(4) == 1, 0, 2 * z))


BESIDE: tuple[Callable[..., Any], ...] = (
    lambda z: (np.sum(z, initial=2.0), z.sum(initial=2j), np.prod(z, initial=2.0), np.average(z, weights=[1.0, 2.0, 3.0], returned=True)),
    lambda z: (np.diff(z, prepend=1.0), np.diff(z, prepend=1j, append=2.0), np.ediff1d(z, to_begin=[1.0, 2.0], to_end=1j)),
    lambda z: (np.interp(0.5, [1.0, 2.0, 3.0], z, left=0.5), np.interp(5.0, [1.0, 2.0, 3.0], z, right=0.5j)),
    lambda z: (np.pad(z, 2, constant_values=1.5), np.pad(z, (1, 2), constant_values=(1.5, 2j)), np.pad(z, 2, mode="maximum")),
    lambda z: (np.pad(z, 1, mode="linear_ramp", end_values=2.0), np.linspace(0.0, z, 3), np.average(z, weights=z)),
    lambda z: (np.cov(z, z.real), np.corrcoef(z, z**2), np.tensordot(z, z, 1), z.astype(bool), z.compress([True, False, True])),
    lambda z: [np.array([1, 0], kind) / (z[:2] + 0).astype(np.complex64) for kind in (np.int16, np.int32, np.float64)],
    lambda z: (np.logical_and(z, 1), np.logical_or(z, z.real), np.logical_xor(z, 0), np.linalg.matrix_transpose(z[None])),
)


@pytest.mark.parametrize("k", range(len(BESIDE)))
def test_real_numbers_beside_complex_ones_have_no_imaginary_part(k: int) -> None:
    agree(BESIDE[k], (Z,))


def test_derivatives_of_sums_and_borders_that_begin_with_real_numbers() -> None:
    agrees(lambda z, x: np.pad(z, 1, constant_values=x) * np.sum(z, initial=x), Z, 1.5, order=1)


@pytest.mark.parametrize("function", [scipy.linalg.toeplitz, np.correlate, np.linalg.norm, np.pad])
def test_functions_of_libraries_that_are_compiled_themselves(function: Any) -> None:
    args = {np.correlate: (Z, W), np.pad: (Z, 1)}.get(function, (Z,))
    np.testing.assert_allclose(ep.compile(function)(*args), function(*args), rtol=1e-14)


LOST = [0j, 1 + 0j, complex(1, -np.inf), complex(1, np.inf), complex(np.nan, 0), complex(0, np.nan), 3 - 1j, complex(-np.inf, 1)]


def test_extremes_are_the_first_that_is_nan_in_a_part() -> None:
    def extremes(z: Any) -> Any:
        places = np.argmax(z), z.argmin(), np.argmin(z, axis=0), np.argmax(z, axis=1, keepdims=True)
        two = np.maximum(z, z[::-1]), np.minimum(z, z[::-1]), np.fmax(z, z[::-1]), np.fmin(z, z[::-1])
        return *places, *two, np.max(z), z.min(), np.amax(z, axis=0), np.min(z, axis=1, keepdims=True), np.amin(z, keepdims=True)

    compiled = ep.compile(extremes)
    rng = np.random.default_rng(0)
    for dtype in (np.complex128, np.complex64):
        for _ in range(60):
            z = np.array(LOST, dtype)[rng.integers(0, len(LOST), (2, 3))]
            for found, expected in zip(compiled(z), extremes(z), strict=True):
                assert type(found) is type(expected)
                np.testing.assert_array_equal(found, expected, strict=True)


def test_a_text_stands_in_a_file_that_has_the_name_of_what_it_stands_for() -> None:
    load([*missing(lambda name: True), *(f"everypath.library.complex.{text}" for texts in MODULES.values() for text in texts)])
    for thing, text in TEXTS.items():
        assert mentioning([text.__module__], named(thing)), thing
    classes = [(thing, text) for thing, text in STANDS_FOR.items() if isinstance(thing, type)]
    of_scipy = [thing for thing, text in classes if not mentioning([text.__module__], named(thing))]
    assert not [x for x in of_scipy if not x.__module__.startswith(("scipy.stats.", "scipy.special._orthogonal"))]  # named by an object
