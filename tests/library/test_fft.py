"""Fourier, cosine and sine transforms are NumPy's and SciPy's, over their whole signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.fftpack

import everypath as ep

from .originals import agrees, agrees_backwards

Z = np.array([0.3 + 0.7j, -1.2 + 0.4j, 0.5 - 2.1j, -0.8 - 0.3j])
X = np.array([0.4, 1.3, -0.6, 2.2, 0.9])
A = np.array([[0.3, -1.2, 0.5, 2.0], [1.1, 0.4, -0.7, -0.1], [0.6, 0.2, -0.9, 1.4]])
C = A + 1j * A[::-1] ** 2

TRANSFORMS: list[tuple[Callable[..., Any], Any]] = [
    (lambda z: np.fft.fft(z), Z),
    (lambda x: np.fft.fft(x, 7, norm="ortho"), X),
    (lambda z: np.fft.ifft(z, n=3, axis=0, norm="forward"), C),
    (lambda x: np.fft.rfft(x), X),
    (lambda x: np.fft.rfft(x, 4, axis=0, norm="forward"), A),
    (lambda z: np.fft.irfft(z), Z),
    (lambda z: np.fft.irfft(z, 5, norm="ortho"), C),
    (lambda z: np.fft.hfft(z) + np.fft.hfft(z, 6, norm="forward"), Z),
    (lambda x: np.fft.ihfft(x, norm="ortho"), X),
    (lambda z: np.fft.fft2(z, axes=(1, 0)), C),
    (lambda z: np.fft.ifftn(z, s=(2, 6), axes=(0, 1)), C),
    (lambda x: np.fft.rfftn(x), A),
    (lambda z: np.fft.irfftn(z, s=(3, 5), axes=(0, 1)), C),
    (lambda x: np.fft.irfft2(np.fft.rfft2(x) * 2.0, s=x.shape), A),
    (lambda z: np.fft.fftshift(z, axes=1) - np.fft.ifftshift(z), C),
    (lambda x: np.fft.fftfreq(len(x), 0.1) * x + np.fft.rfftfreq(8)[0], X),
    (lambda z: scipy.fft.fft(z, 6, workers=1) + scipy.fft.ifft(z, 6, overwrite_x=True), Z),
    (lambda x: scipy.fft.irfft(scipy.fft.rfft(x, scipy.fft.next_fast_len(2 * len(x) - 1, real=True)) ** 2), X),
    (lambda x: scipy.fft.fft(x, 4) + scipy.fft.ifft(x[:, None], 3, axis=0), X[:1]),
    (lambda z: scipy.fft.ifft2(scipy.fft.fftn(z) ** 2), C),
    (lambda x: scipy.fft.dctn(x, axes=0) + scipy.fft.idstn(x, norm="ortho"), A),
    (lambda x: scipy.fft.dct(x, n=7, axis=0), A),
    (lambda x: (scipy.fftpack.rfft(x), scipy.fftpack.irfft(x, 4), scipy.fftpack.rfftfreq(len(x), 0.1) * x), X),
    (lambda x: scipy.fftpack.irfft(scipy.fftpack.rfft(x, axis=0) ** 2, 6) + scipy.fftpack.next_fast_len(11), A),
    (lambda z: scipy.fftpack.ifft(scipy.fftpack.fft(z, 6) ** 2)[:4] + scipy.fftpack.fft2(C)[0], Z),
    (lambda x: scipy.fftpack.idct(x, 3) + scipy.fftpack.dct(x, norm="ortho") - scipy.fftpack.idst(scipy.fftpack.dst(x, 1)), X),
    (lambda x: scipy.fftpack.idctn(x) + scipy.fftpack.dstn(x, axes=0), A),
    (lambda x: scipy.fftpack.diff(x) * scipy.fftpack.diff(x, 2, 3.0) + scipy.fftpack.diff(x, -1), X),
    (lambda x: scipy.fftpack.diff(x[:4], 3, x[4]) + scipy.fftpack.hilbert(x[1:]) * scipy.fftpack.ihilbert(x[:4]), X),
]


def test_of_odd_lengths_backwards() -> None:
    agrees_backwards(lambda x: np.fft.irfft2(np.fft.rfft2(x) * 2.0, s=x.shape), A)


@pytest.mark.parametrize(("f", "x"), TRANSFORMS)
def test_transforms(f: Callable[..., Any], x: Any) -> None:
    agrees(f, x, order=0)


@pytest.mark.parametrize("k", [1, 6, 12, 22, 23, 28])
def test_derivatives(k: int) -> None:
    f, x = TRANSFORMS[k]
    agrees(f, x, order=1)


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_waves(kind: int, norm: str | None) -> None:
    transforms = (scipy.fft.dct, scipy.fft.dst) if norm else (scipy.fft.idct, scipy.fft.idst)

    def f(x: Any) -> Any:
        return transforms[0](x, kind, norm=norm), transforms[1](x, kind, norm=norm)

    value, pullback = ep.vjp(f, X, backend="interpreter" if norm else "native")
    (found,) = pullback((X**2, X**3))
    np.testing.assert_allclose(value, f(X), rtol=1e-12)
    matrices = [transform(np.eye(len(X)), kind, norm=norm, axis=0) for transform in transforms]
    np.testing.assert_allclose(found, matrices[0].T @ X**2 + matrices[1].T @ X**3, rtol=1e-12)


def test_waves_of_many_numbers_are_scipy_s() -> None:
    x = np.cos(np.arange(2400.0).reshape(3, 800))
    np.testing.assert_allclose(ep.compile(lambda x: scipy.fft.dct(x) + scipy.fft.idst(x))(x), scipy.fft.dct(x) + scipy.fft.idst(x))


def test_the_second_order() -> None:
    energy = lambda x: np.sum(np.abs(np.fft.rfft(x)[1:] * 2.0) ** 2) + np.sum(np.fft.rfft(x)[:1].real ** 2)  # noqa: E731
    assert np.allclose(ep.hvp(energy)(X, X), 4 * len(X) * X + (2 - 4) * np.sum(X))


@pytest.mark.parametrize("f", [lambda z: np.fft.fft(z, 0), lambda z: np.fft.ifft(z, norm="none"), lambda z: np.fft.fftfreq(2.5) * z])
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, Z, order=0)


def test_more_rows_than_are_transformed_together() -> None:
    def f(x, y):
        z = x + 1j * y
        return np.fft.fft(z), np.fft.ifft(z, axis=0), np.fft.rfft(x), np.fft.irfft(z)

    x, y = np.random.default_rng(5).standard_normal((2, 507, 9))
    for ours, numpys in zip(ep.compile(f)(x, y), f(x, y), strict=True):
        assert ours.tobytes() == numpys.tobytes()
    assert ep.compile(lambda x: np.fft.rfft(x))(x[:0]).shape == (0, 5)


def test_signs_of_zeros_of_real_numbers() -> None:
    """pocketfft conjugates what is its own mirror image."""

    def all_of_them(x: Any) -> Any:
        return scipy.fft.fft(x), scipy.fft.ifft(x[:3]), scipy.fft.ihfft(x), scipy.fft.fft(x[:1])

    for found, expected in zip(ep.compile(all_of_them, backend="interpreter")(np.zeros(4)), all_of_them(np.zeros(4)), strict=True):
        assert np.signbit(found.imag).tolist() == np.signbit(expected.imag).tolist()
