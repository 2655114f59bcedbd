"""Filters as zeros, poles and a gain, and as two polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...complex import AS_WRITTEN
from ...intrinsics import fixed, refuse
from ...registry import stands_for

OF_INTEGERS = hasattr(signal, "_polyutils")
"""Whether SciPy makes integers of poles that are integers, as from 1.16 on."""


@stands_for(signal.zpk2tf)
def zpk2tf(z: Any, p: Any, k: Any) -> Any:
    """The polynomials with these zeros and poles."""
    if np.ndim(z) > 1:
        refuse("zpk2tf of several rows of zeros is not supported", "call it for each row")
    above, below = np.atleast_1d(np.poly(z)), np.atleast_1d(np.poly(p))
    return k * above, below.astype(int) if OF_INTEGERS and np.issubdtype(np.asarray(p).dtype, np.integer) else below


@stands_for(signal.tf2zpk)
def tf2zpk(b: Any, a: Any) -> Any:
    """The zeros and poles of two polynomials, and their gain."""
    num, den = normalize(b, a)
    if num.ndim > 1:
        raise ValueError("Numerator and denominator polynomials must have one axis.")
    return np.roots(num / num[0]), np.roots(den), num[0] / den[0]


@stands_for(signal.normalize)
def normalize(b: Any, a: Any) -> Any:
    """Two polynomials without the zeros that they begin with, the second beginning with 1."""
    num, den = np.asarray(b) * 1.0, np.atleast_1d(np.asarray(a) * 1.0)
    if den.ndim != 1:
        raise ValueError("Denominator polynomial must be rank-1 array.")
    if num.ndim > 2:
        raise ValueError("Numerator polynomial must be rank-1 or rank-2 array.")
    if np.all(den == 0):
        raise ValueError("Denominator must have at least on nonzero element.")
    den = den[np.argmax(den != 0) :]
    num, den = np.atleast_2d(num) / den[0], den / den[0]
    some = np.any(np.abs(num) > 1e-14, axis=0)
    num = num[:, np.where(np.any(some), np.argmax(some), num.shape[1] - 1) :]
    return num[0] if np.ndim(b) < 2 or fixed(num.shape[0]) == 1 else num, den


def substituted(c: Any, degree: int, above: Any, below: Any) -> Any:
    """The polynomial c of a quotient, times the `degree`-th power of what is below: Σ cₖ aboveᵏ below^(degree - k)."""
    total = 0.0
    for k in range(c.shape[0]):
        term = np.ones(1)
        for j in range(degree):
            term = np.convolve(term, np.where(j < k, above, below))
        total = total + c[c.shape[0] - 1 - k] * term
    return total


def both(b: Any, a: Any) -> Any:
    """The polynomials, and the greater degree."""
    b, a = np.atleast_1d(np.asarray(b) * 1.0), np.atleast_1d(np.asarray(a) * 1.0)
    if a.ndim != 1:
        raise ValueError(f"Parameter a is not a 1d array since a.shape={a.shape}")
    if b.ndim != 1:
        raise ValueError(f"Parameter b is not a 1d array since b.shape={b.shape}")
    return b, a, max(a.shape[0], b.shape[0]) - 1


@stands_for(signal.bilinear)
def bilinear(b: Any, a: Any, fs: Any = 1.0) -> Any:
    """The digital filter of an analog one, by s = 2 fs (z - 1)/(z + 1)."""
    b, a, n = both(b, a)
    factor = np.sqrt(fs * 2.0)
    above, below = np.array([1.0, -1.0]) * factor, np.array([1.0, 1.0]) / factor
    return normalize(substituted(b, n, above, below), substituted(a, n, above, below))


@stands_for(signal.lp2lp)
def lp2lp(b: Any, a: Any, wo: Any = 1.0) -> Any:
    """A low-pass filter at another frequency: s / wo for s."""
    b, a, n = both(b, a)
    above, below = np.array([1.0, 0.0]), np.array([0.0, 1.0]) * wo
    return normalize(substituted(b, n, above, below)[n + 1 - b.shape[0] :], substituted(a, n, above, below)[n + 1 - a.shape[0] :])


@stands_for(signal.lp2hp)
def lp2hp(b: Any, a: Any, wo: Any = 1.0) -> Any:
    """A high-pass filter: wo / s for s."""
    b, a, n = both(b, a)
    above, below = np.array([0.0, 1.0]) * wo, np.array([1.0, 0.0])
    return normalize(substituted(b, n, above, below), substituted(a, n, above, below))


@stands_for(signal.lp2bp)
def lp2bp(b: Any, a: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """A band-pass filter: (s² + wo²) / (bw s) for s."""
    b, a, n = both(b, a)
    above, below = (np.array([1.0, 0.0, 0.0]) + np.array([0.0, 0.0, 1.0]) * (wo * wo)) / bw, np.array([0.0, 1.0, 0.0])
    return normalize(substituted(b, n, above, below)[n + 1 - b.shape[0] :], substituted(a, n, above, below)[n + 1 - a.shape[0] :])


@stands_for(signal.lp2bs)
def lp2bs(b: Any, a: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """A band-stop filter: bw s / (s² + wo²) for s."""
    b, a, n = both(b, a)
    above, below = np.array([0.0, 1.0, 0.0]) * bw, np.array([1.0, 0.0, 0.0]) + np.array([0.0, 0.0, 1.0]) * (wo * wo)
    return normalize(substituted(b, n, above, below), substituted(a, n, above, below))


def places(z: Any, p: Any) -> Any:
    """Zeros and poles, and how many more poles there are."""
    z, p = np.atleast_1d(np.asarray(z) * 1.0), np.atleast_1d(np.asarray(p) * 1.0)
    more = p.shape[0] - z.shape[0]
    if more < 0:
        raise ValueError("Improper transfer function. Must have at least as many poles as zeros.")
    return z, p, more


@stands_for(signal.bilinear_zpk)
def bilinear_zpk(z: Any, p: Any, k: Any, fs: Any) -> Any:
    """The digital filter of an analog one: zeros at infinity go to the highest frequency."""
    z, p, more = places(z, p)
    twice = 2.0 * fs
    gain = k * np.real(np.prod(twice - z) / np.prod(twice - p))
    return np.concatenate(((twice + z) / (twice - z), -np.ones(more))), (twice + p) / (twice - p), gain


@stands_for(signal.lp2lp_zpk)
def lp2lp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0) -> Any:
    """A low-pass filter at another frequency."""
    z, p, more = places(z, p)
    return wo * z, wo * p, k * (wo * 1.0) ** more


@stands_for(signal.lp2hp_zpk)
def lp2hp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0) -> Any:
    """A high-pass filter."""
    z, p, more = places(z, p)
    return np.concatenate((wo / z, np.zeros(more))), wo / p, k * np.real(np.prod(-z) / np.prod(-p))


def around(x: Any, wo: Any) -> Any:
    """The two places that the middle frequency makes of each."""
    apart = np.sqrt(x * x - wo * wo)
    return np.concatenate((x + apart, x - apart))


@stands_for(signal.lp2bp_zpk)
def lp2bp_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """A band-pass filter."""
    z, p, more = places(z, p)
    z_band = np.concatenate((around(z * bw / 2.0 + 0j, wo), np.zeros(more)))
    return z_band, around(p * bw / 2.0 + 0j, wo), k * (bw * 1.0) ** more


@stands_for(signal.lp2bs_zpk)
def lp2bs_zpk(z: Any, p: Any, k: Any, wo: Any = 1.0, bw: Any = 1.0) -> Any:
    """A band-stop filter."""
    z, p, more = places(z, p)
    stops = np.full(more, 1j * wo)
    z_stop = np.concatenate((around((bw / 2.0) / z + 0j, wo), stops, np.full(more, -1j * wo)))
    return z_stop, around((bw / 2.0) / p + 0j, wo), k * np.real(np.prod(-z) / np.prod(-p))


AS_WRITTEN.update((signal.bilinear_zpk, signal.lp2lp_zpk, signal.lp2hp_zpk, signal.lp2bp_zpk, signal.lp2bs_zpk, signal.zpk2tf))
