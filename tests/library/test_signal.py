"""Convolutions, linear filters and smoothing of time series are SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import fft, signal

import everypath as ep

from .originals import agrees, agrees_backwards, same

X = np.array([0.3, -1.2, 0.7, 1.9, -0.4, 0.8, 1.3])
H = np.array([0.5, -0.3, 0.9])
A = np.array([[0.3, -1.2, 0.7, 2.1], [1.1, 0.4, -0.6, -0.9], [0.8, 1.6, -2.2, 0.5]])
K = np.array([[0.5, -0.3, 0.2], [0.9, 0.2, -0.7]])
B, C = np.array([0.3, 0.5]), np.array([1.2, -0.4, 0.1])
SECTIONS = np.array([[0.2, 0.4, 0.2, 1.0, -0.5, 0.1], [1.0, 2.0, 1.0, 1.0, 0.3, 0.2]])


def filtered_and_counted(b, a, x):
    """What is left by an error of a function with a rule must not hinder what only passes it on."""
    count = 0
    try:
        y = signal.lfilter(b, a, x)
        count += 1
    finally:
        count += 2
    return y * count


SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "convolve": (lambda x, h: (signal.convolve(x, h, "same"), signal.correlate(h, x, "valid")), (X, H)),
    "planes": (lambda a, k: (signal.fftconvolve(a, k, "valid"), signal.convolve2d(a, k, "same", "symm")), (A, K)),
    "complex signals": (lambda x, h: (signal.convolve(x + 1j * x * x, h - 2j, "same"), signal.correlate(x, h * 1j, "valid")), (X, H)),
    "lfilter": (lambda b, a, x: signal.lfilter(b, a, x), (B, C, X)),
    "what runs on the way out": (filtered_and_counted, (B, C, X)),
    "sosfilt": (lambda x: (signal.sosfilt(SECTIONS, x), signal.filtfilt(B, C, x, padlen=3)), (X,)),
    "smoothing": (lambda x: (signal.savgol_filter(x, 5, 2), signal.detrend(x), signal.medfilt(x)), (X,)),
    "spectra": (lambda x: (signal.welch(x, 2.0, nperseg=4)[1], np.abs(signal.hilbert(x)), signal.resample_poly(x, 3, 2)), (X,)),
    "states": (lambda x, z: signal.sosfilt(SECTIONS, x, zi=z), (A, np.ones((2, 3, 2)) * 0.3)),
    "pieces": (lambda a: (signal.detrend(a, bp=[2]), signal.medfilt2d(a)), (A,)),
    "waves": (lambda t, w: (signal.sawtooth(3.0 * t, w), signal.square(t, w), signal.gausspulse(t, 2.0, retquad=True)), (X, 0.4)),
    "unevenly": (lambda t, x: (signal.lombscargle(t, x, X, True), signal.lombscargle(t, x, X, normalize=True)), (np.abs(X), X)),
    "transfer": (lambda z, p: (signal.zpk2tf(z, p, 2.0), signal.tf2zpk(z, p)), (np.array([1.0, -3.0, 2.0]), np.array([2.0, 1.0]))),
    "bands": (
        lambda b, a, w: tuple(f(b, a, w) for f in (signal.bilinear, signal.lp2lp, signal.lp2hp, signal.lp2bp, signal.lp2bs)),
        (B, C, 1.3),
    ),
    "bands of places": (
        lambda z, k, w: tuple(
            f(z, np.array([-1.0, -2.0]), k, w)
            for f in (signal.bilinear_zpk, signal.lp2lp_zpk, signal.lp2hp_zpk, signal.lp2bp_zpk, signal.lp2bs_zpk)
        ),
        (B[:1], 0.7, 1.3),
    ),
    "chirps": (lambda t, f: tuple(signal.chirp(t, f, 2.0, 3.0, m) for m in ("linear", "quad", "log", "hyp")), (np.abs(X), 1.3)),
    "response": (lambda b, a: (signal.freqz(b, a, 4), signal.freqz(b, worN=[0.1, 0.7]), signal.freqs(b, a, [0.3])), (H, C)),
    "windows": (lambda s: (signal.windows.gaussian(6, s, sym=False), signal.windows.exponential(5, tau=s)), (1.7,)),
    "peaks": (lambda x: signal.find_peaks(x, height=0.5, prominence=0.1)[1]["prominences"], (X,)),
}


def test_filters_step_as_scipy_s() -> None:
    compiled = ep.compile(lambda b, a, x: signal.lfilter(b, a, x))
    far = np.array([1.0, np.inf, 0.5, -1.0, 2.0])
    for b, a, x in ((H, B[:1], far), (H, C, far), (B[:1], C, X), (B, C, X[:0]), (B.astype("f"), C.astype("f"), X.astype("f"))):
        wanted, found = signal.lfilter(b, a, x), compiled(b, a, x)
        assert found.dtype == wanted.dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-6 if wanted.dtype == np.float32 else 1e-14)
    for b, a in ((B[:0], C), (B, C[:0])):  # SciPy 1.13 gives something
        with pytest.raises(ValueError, match="is not a non-empty 1d array"):
            compiled(b, a, X)
    for b, a, x in ((B, np.array([0.0, 1.0]), X), (B, C[:1], X[:0])):
        with pytest.raises(ValueError) as expected:
            signal.lfilter(b, a, x)
        with pytest.raises(ValueError, match=str(expected.value)[:20].replace("[", ".")):
            compiled(b, a, x)


@pytest.mark.parametrize("name", SMOOTH)
def test_it_is_scipy_s(name: str) -> None:
    f, args = SMOOTH[name]
    agrees(f, *args, order=1)


def of_all_kinds(a):
    """What keeps single precision, and takes complex series."""
    return (
        signal.welch(a, nperseg=2)[1],
        signal.periodogram(a, nfft=3)[1],
        signal.csd(a, a[:, ::-1], nperseg=4)[1],
        signal.spectrogram(a, axis=0, nperseg=2)[2],
        signal.stft(a, nperseg=2, boundary="even")[2],
        signal.istft(signal.stft(a, nperseg=4)[2], input_onesided=not np.iscomplexobj(a))[1],
        signal.resample(a, 6, axis=1),
        signal.resample(a, 2, axis=1),
        signal.resample(a, 3, axis=1),
        signal.resample_poly(a, 3, 2, axis=1, padtype="mean"),
        signal.detrend(a),
    )


VALUES: dict[str, Callable[..., Any]] = {
    "convolve": lambda a: tuple(signal.convolve(x, y, m) for m in ("full", "same", "valid") for x, y in ((a[0], K[0]), (K[0], a[0]))),
    "correlate": lambda a: tuple(signal.correlate(x, y, m) for m in ("full", "same", "valid") for x, y in ((a[0], K[0]), (a, K))),
    "convolve2d": lambda a: (
        signal.convolve2d(a, K),
        signal.convolve2d(a, K, "same", "wrap"),
        signal.convolve2d(a, K, "full", fillvalue=2.0),
    ),
    "correlate2d": lambda a: (
        signal.correlate2d(a, K, "same"),
        signal.correlate2d(K, a, "valid"),
        signal.correlate2d(a, K, "full", "symm"),
    ),
    "complex planes": lambda a: (
        signal.convolve2d(a * 1j, K, "full", "fill", 2.0 + 1j),
        signal.correlate2d(K[:, :2] * 1j, a + 2j, "valid"),
        signal.correlate2d(a * 1j, K + 2j, "same"),
        signal.fftconvolve(a + 1j, K),
    ),
    "filters": lambda a: (signal.lfilter(B, C, a, axis=0), signal.lfilter(B, C, a, zi=signal.lfilter_zi(B, C) * a[:, :1])),
    "back": lambda a: (signal.filtfilt(B, C, a, padtype="even", padlen=2), signal.sosfiltfilt(SECTIONS, a, padlen=3, padtype="constant")),
    "smoothing": lambda a: (
        signal.savgol_filter(a, 3, 1, deriv=1, axis=0),
        signal.detrend(a, 0, "constant"),
        signal.upfirdn(H, a[0], 3, 2),
    ),
    "spectra": lambda a: (
        signal.spectrogram(a, nperseg=2),
        signal.stft(a[0], nperseg=3),
        signal.csd(a[0], a[1], nperseg=4, scaling="spectrum"),
        signal.welch(a, window="hamming", nperseg=2, average="median", detrend="linear"),
    ),
    "rates": lambda a: (signal.resample(a, 6, axis=1), signal.resample(a, 2, window="hann"), signal.hilbert(a, 5, axis=0)),
    "some axes": lambda a: tuple(signal.fftconvolve(a, K[:1, :2], m, axes=1) for m in ("full", "same", "valid")),
    "complex filters": lambda a: (
        signal.lfilter(B * 1j, [1.0, 0.3 - 0.2j], a[0] + 1j),
        signal.lfilter(B, C, a * 1j, axis=0),
        signal.filtfilt(B, C, a[0] + 2j, padlen=2),
        signal.sosfilt(SECTIONS, a[0] * 1j),
    ),
    "complex series": lambda a: of_all_kinds(a[:2] + 1j * a[1:]),
    "one series": lambda a: (signal.csd(a, a, nperseg=4), signal.csd(a[0], a, nperseg=4, average="median")),
    "windows": lambda a: (signal.windows.hann(len(a)), signal.get_window("hamming", 6), signal.butter(2, 0.2), signal.find_peaks(a[0])[0]),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    agrees(VALUES[name], A, order=0)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: signal.convolve(a, a[0]),
        lambda a: signal.convolve(a, a, "other"),
        lambda a: signal.filtfilt(B, C, a),
        lambda a: signal.medfilt(a, 2),
    ],
)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, A, order=0)


def test_what_is_long_goes_by_fourier_transforms() -> None:
    x = np.cos(np.arange(460.0) ** 1.5)
    value, (along,) = ep.value_and_grad(lambda x: np.sum(signal.convolve(x, x, "same") ** 3), (0,))(x)
    whole = np.convolve(x, x, "same")
    assert value == pytest.approx(np.sum(whole**3), rel=1e-12)
    np.testing.assert_allclose(along, 2.0 * np.correlate(np.pad(3.0 * whole**2, (229, 230)), x, "valid"), rtol=0.0, atol=1e-8)


def test_lines_of_more_than_one_block() -> None:
    """Their products are added block by block: up to a block's end, beyond it, and where NaN stands beside it."""
    draw = np.random.default_rng(2)

    def f(x, k):
        return signal.convolve(x, k), signal.convolve(k, x, "valid")

    compiled = ep.compile(f)
    grad = ep.grad(lambda x, k, w, v: np.sum(f(x, k)[0] * w) + np.sum(f(x, k)[1] * v), (0, 1))
    for n, m in ((2046, 3), (2048, 1), (2049, 5), (4100, 64)):
        x, k, w, v = (draw.normal(size=size) for size in (n, m, n + m - 1, n - m + 1))
        x_bar = np.correlate(w, k, "valid") + np.convolve(v, k[::-1])
        k_bar = np.correlate(w, x, "valid") + np.convolve(x, v[::-1], "valid")[::-1]
        np.testing.assert_allclose(grad(x, k, w, v)[0], x_bar, rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(grad(x, k, w, v)[1], k_bar, rtol=1e-11, atol=1e-11)
        x[2047:2048] = np.nan
        for ours, own in zip(compiled(x, k), f(x, k), strict=True):
            np.testing.assert_allclose(ours, own, rtol=1e-12, atol=1e-12)


def test_single_precision_stays() -> None:
    agrees(of_all_kinds, A.astype(np.float32), order=0, tolerance=5e-6)
    x, sections = np.cos(np.arange(40.0)).astype(np.float32), SECTIONS.astype(np.float32)
    for f in (lambda x: signal.sosfiltfilt(sections, x), lambda x: signal.sosfiltfilt(SECTIONS, x), lambda x: signal.decimate(x, 2)):
        found = ep.compile(f, backend="interpreter")(x)
        assert found.dtype == f(x).dtype
        np.testing.assert_allclose(found, f(x), rtol=1e-3)


def test_chirps() -> None:
    for f in (
        lambda x: np.abs(signal.czt(x)),
        lambda x: np.abs(signal.czt(np.stack((x, x * x), axis=1), 5, np.exp(-0.3j), 1.1, axis=0)),
        lambda x: np.abs(signal.zoom_fft(x + 0.5j, [0.1, 0.2 * x[2]], 4, fs=1.0)),
        lambda x: np.abs(signal.zoom_fft(x, 0.4, endpoint=True)),
    ):
        same(ep.compile(f, backend="interpreter")(X), f(X), 1e-12)
        ep.check_grads(lambda x, f=f: np.sum(f(x) ** 2), (X,), directions=1, backend="interpreter")


def test_back_to_series() -> None:
    x, image = np.sin(np.arange(8.0)), np.sin(np.arange(12.0)).reshape(3, 4)
    agrees(lambda x: signal.istft(signal.stft(x, nperseg=4, noverlap=3)[2], nperseg=4, noverlap=3), x, order=0)
    agrees_backwards(lambda z: signal.istft(z + 1j * z[::-1])[1], image)
    agrees_backwards(lambda x, d: signal.deconvolve(x, d)[0], x[:4] + 2.0, np.array([1.0, 2.0]))
    agrees(lambda a: (signal.deconvolve(a[0], a[1, :2])[1], signal.wiener(a), fft.hfft2(a + 1j * a[::-1])), image, order=0)


def test_single_precision() -> None:
    x = np.linspace(0.0, 2.0, 64, dtype=np.float32) ** 2
    sections = signal.cheby1(8, 0.05, 0.4, output="sos")
    twice = (lambda t: signal.sosfiltfilt(sections, t), np.float64), (lambda t: signal.decimate(t, 2), np.float32)
    for function, precise in ((signal.hilbert, np.complex64), *twice):
        found = ep.compile(lambda t, function=function: function(t))(x)
        assert found.dtype == function(x).dtype == precise
        np.testing.assert_allclose(found, function(x), rtol=1e-4, atol=1e-5)
