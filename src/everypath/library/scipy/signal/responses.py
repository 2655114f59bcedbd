"""What filters make of each frequency."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...intrinsics import by_cpython, refuse, returning
from ...registry import stands_for


def response(c: Any, z: Any) -> Any:
    """Σ cₖ·zᵏ, by Horner's rule."""
    total = c[-1] + 0.0 * z
    for k in range(c.shape[0] - 2, -1, -1):
        total = total * z + c[k]
    return total


def coefficients(x: Any, name: str) -> Any:
    """The coefficients of one side of a filter."""
    c = np.atleast_1d(np.asarray(x)) * 1.0
    if c.ndim != 1:
        refuse(f"scipy.signal.freqz of several filters ({name} of more than one axis) is not supported", "call it for each filter")
    return c


@stands_for(signal.freqz)
def freqz(
    b: Any, a: Any = 1, worN: Any = 512, whole: bool = False, plot: Any = None, fs: Any = 2 * np.pi, include_nyquist: bool = False
) -> Any:
    """The frequencies, and b(1/z)/a(1/z) at z = exp(iw)."""
    if plot is not None:
        refuse("scipy.signal.freqz with plot is not supported", "plot what it returns")
    above, below = coefficients(b, "b"), coefficients(a, "a")
    w = around_circle(worN, whole, fs, include_nyquist)
    z = np.exp(-1j * w)
    return w * (fs / (2 * np.pi)), response(above, z) / response(below, z)


@stands_for(signal.freqs)
def freqs(b: Any, a: Any, worN: Any = 200, plot: Any = None) -> Any:
    """The angular frequencies, and b(iw)/a(iw)."""
    if plot is not None:
        refuse("scipy.signal.freqs with plot is not supported", "plot what it returns")
    above, below = coefficients(b, "b"), coefficients(a, "a")
    if worN is None or isinstance(worN, (int, np.integer)):
        w = by_cpython(powers_of_ten, above, below, 200 if worN is None else worN)
    else:
        w = np.atleast_1d(np.asarray(worN))
    s = 1j * w
    return w, np.polyval(above, s) / np.polyval(below, s)


@returning(np.zeros(1))
def powers_of_ten(above: Any, below: Any, n: int, kind: str = "ba") -> Any:
    """Frequencies between powers of ten around the zeros and poles, which stay where these move a little. (CPython runs this.)"""
    return signal.findfreqs(above, below, n, kind=kind)


def around_circle(worN: Any, whole: bool, fs: Any, last: bool = False) -> Any:
    """Angles between 0 and half a turn, so many of them or those of these frequencies."""
    if worN is None or isinstance(worN, (int, np.integer)):
        return np.linspace(0, 2 * np.pi if whole else np.pi, 512 if worN is None else worN, endpoint=last and not whole)
    return 2 * np.pi * np.atleast_1d(np.asarray(worN) * 1.0) / fs


def by_roots(at: Any, roots: Any) -> Any:
    """∏ (x - root)."""
    return np.prod(at[:, None] - np.asarray(roots) * 1.0, axis=-1)


@stands_for(signal.freqs_zpk)
def freqs_zpk(z: Any, p: Any, k: Any, worN: Any = 200) -> Any:
    """The angular frequencies, and k·∏ (iw - z)/∏ (iw - p)."""
    if worN is None or isinstance(worN, (int, np.integer)):
        w = by_cpython(powers_of_ten, np.asarray(z), np.asarray(p), 200 if worN is None else worN, "zp")
    else:
        w = np.atleast_1d(np.asarray(worN))
    return w, np.asarray(k) * by_roots(1j * w, z) / by_roots(1j * w, p)


@stands_for(signal.freqz_zpk)
def freqz_zpk(z: Any, p: Any, k: Any, worN: Any = 512, whole: bool = False, fs: Any = 2 * np.pi) -> Any:
    """The frequencies, and k·∏ (x - z)/∏ (x - p) at x = exp(iw)."""
    w = around_circle(worN, whole, fs)
    x = np.exp(1j * w)
    return w * (fs / (2 * np.pi)), np.asarray(k) * by_roots(x, z) / by_roots(x, p)


@stands_for(*[getattr(signal, name) for name in ("freqz_sos", "sosfreqz") if hasattr(signal, name)])
def freqz_sos(sos: Any, worN: Any = 512, whole: bool = False, fs: Any = 2 * np.pi) -> Any:
    """The frequencies, and what the sections make of them one after another."""
    sections = np.atleast_2d(sos) * 1.0
    if sections.shape[1] != 6:
        raise ValueError("sos array must be shape (n_sections, 6)")
    if sections.shape[0] == 0:
        raise ValueError("Cannot compute frequencies with no sections")
    w = around_circle(worN, whole, fs)
    z = np.exp(-1j * w)
    h = np.ones(w.shape[0], dtype=np.complex128)
    for k in range(sections.shape[0]):
        h = h * response(sections[k, :3], z) / response(sections[k, 3:], z)
    return w * (fs / (2 * np.pi)), h


@stands_for(signal.group_delay)
def group_delay(system: Any, w: Any = 512, whole: bool = False, fs: Any = 2 * np.pi) -> Any:
    """The frequencies, and by how many samples each comes later; 0 where that grows without bounds."""
    angles = around_circle(w, whole, fs)
    above, below = coefficients(system[0], "b"), coefficients(system[1], "a")
    c = np.convolve(above, below[::-1])
    z = np.exp(-1j * angles)
    num, den = response(c * np.arange(c.shape[0]), z), response(c, z)
    singular = np.abs(den) < 10 * 2.220446049250313e-16
    later = np.real(num / np.where(singular, 1.0, den)) - below.shape[0] + 1
    return angles * (fs / (2 * np.pi)), np.where(singular, 0.0, later)
