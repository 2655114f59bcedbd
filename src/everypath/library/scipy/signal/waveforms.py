"""Waves, and windows with a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal
from scipy.signal import windows

from ...registry import stands_for


@stands_for(signal.sawtooth)
def sawtooth(t: Any, width: Any = 1) -> Any:
    """From -1 to 1 over `width` of each turn of 2π, and back; NaN for widths outside 0 to 1."""
    time, share = np.broadcast_arrays(np.asarray(t) * 1.0, np.asarray(width) * 1.0)
    turn = np.mod(time, 2 * np.pi)
    wrong = (share > 1) | (share < 0)
    rising = ~wrong & (turn < share * 2 * np.pi)
    up = turn / np.where(rising, np.pi * share, 1.0) - 1
    down = (np.pi * (share + 1) - turn) / np.where(rising | wrong, 1.0, np.pi * (1 - share))
    return np.where(wrong, np.nan, np.where(rising, up, down))


@stands_for(signal.square)
def square(t: Any, duty: Any = 0.5) -> Any:
    """1 over `duty` of each turn of 2π, then -1. It jumps, and has no derivative but 0."""
    time, share = np.broadcast_arrays(np.asarray(t) * 1.0, np.asarray(duty) * 1.0)
    turn = np.mod(time, 2 * np.pi)
    return np.where((share > 1) | (share < 0), np.nan, np.where(turn < share * 2 * np.pi, 1.0, -1.0))


@stands_for(signal.gausspulse)
def gausspulse(t: Any, fc: Any = 1000, bw: Any = 0.5, bwr: Any = -6, tpr: Any = -60, retquad: bool = False, retenv: bool = False) -> Any:
    """exp(-a·t²)·cos(2π·fc·t), `a` by the bandwidth; and the same with the sine, and without either."""
    if fc < 0:
        raise ValueError(f"Center frequency (fc={fc:.2f}) must be >=0.")
    if bw <= 0:
        raise ValueError(f"Fractional bandwidth (bw={bw:.2f}) must be > 0.")
    if bwr >= 0:
        raise ValueError(f"Reference level for bandwidth (bwr={bwr:.2f}) must be < 0 dB")
    a = -((np.pi * fc * bw) ** 2) / (4.0 * np.log(10.0 ** (bwr / 20.0)))
    if isinstance(t, str):
        if t != "cutoff":
            raise ValueError("If `t` is a string, it must be 'cutoff'")
        if tpr >= 0:
            raise ValueError("Reference level for time cutoff must be < 0 dB")
        return np.sqrt(-np.log(10.0 ** (tpr / 20.0)) / a)
    envelope = np.exp(-a * t * t)
    wave, quadrature = envelope * np.cos(2 * np.pi * fc * t), envelope * np.sin(2 * np.pi * fc * t)
    if retquad:
        return (wave, quadrature, envelope) if retenv else (wave, quadrature)
    return (wave, envelope) if retenv else wave


def chirp_phase(t: Any, f0: Any, t1: Any, f1: Any, method: str, vertex_zero: bool) -> Any:
    """The integral of the frequency, times 2π."""
    if method in ("linear", "lin", "li"):
        return 2 * np.pi * (f0 * t + 0.5 * ((f1 - f0) / t1) * t * t)
    if method in ("quadratic", "quad", "q"):
        bent = (f1 - f0) / (t1**2)
        if vertex_zero:
            return 2 * np.pi * (f0 * t + bent * t**3 / 3)
        return 2 * np.pi * (f1 * t + bent * ((t1 - t) ** 3 - t1**3) / 3)
    if method in ("logarithmic", "log", "lo"):
        if f0 * f1 <= 0.0:
            raise ValueError("For a logarithmic chirp, f0 and f1 must be nonzero and have the same sign.")
        if f0 == f1:
            return 2 * np.pi * f0 * t
        rate = t1 / np.log(f1 / f0)
        return 2 * np.pi * rate * f0 * ((f1 / f0) ** (t / t1) - 1.0)
    if method in ("hyperbolic", "hyp"):
        if f0 == 0 or f1 == 0:
            raise ValueError("For a hyperbolic chirp, f0 and f1 must be nonzero.")
        if f0 == f1:
            return 2 * np.pi * f0 * t
        pole = -f1 * t1 / (f0 - f1)
        return 2 * np.pi * (-pole * f0) * np.log(np.abs(1 - t / pole))
    raise ValueError(f"method must be 'linear', 'quadratic', 'logarithmic', or 'hyperbolic', but a value of {method!r} was given.")


@stands_for(signal.chirp)
def chirp(
    t: Any, f0: Any, t1: Any, f1: Any, method: str = "linear", phi: Any = 0, vertex_zero: bool = True, *, complex: bool = False
) -> Any:
    """The cosine whose frequency goes from f0 to f1."""
    phase = chirp_phase(np.asarray(t) * 1.0, f0, t1, f1, method, vertex_zero) + np.deg2rad(phi)
    return np.exp(1j * phase) if complex else np.cos(phase)


def symmetric_places(M: Any, sym: bool) -> Any:
    """The places from the middle, of a window as it stands or of one turn of a periodic one."""
    if int(M) != M or M < 0:
        raise ValueError("Window length M must be a non-negative integer")
    n = int(M) if sym else int(M) + 1
    return np.arange(0, int(M)) - (n - 1.0) / 2.0


@stands_for(windows.gaussian)
def gaussian(M: Any, std: Any, sym: bool = True, **unused: Any) -> Any:
    """exp(-n²/(2·std²))."""
    return np.ones(int(M)) if M <= 1 else np.exp(-(symmetric_places(M, sym) ** 2) / (2 * std * std))


@stands_for(windows.general_gaussian)
def general_gaussian(M: Any, p: Any, sig: Any, sym: bool = True, **unused: Any) -> Any:
    """exp(-½·|n/sig|^(2p))."""
    return np.ones(int(M)) if M <= 1 else np.exp(-0.5 * np.abs(symmetric_places(M, sym) / sig) ** (2 * p))


@stands_for(windows.exponential)
def exponential(M: Any, center: Any = None, tau: Any = 1.0, sym: bool = True, **unused: Any) -> Any:
    """exp(-|n - center|/tau)."""
    if sym and center is not None:
        raise ValueError("If sym==True, center must be None.")
    if M <= 1:
        return np.ones(int(M))
    if center is None:
        return np.exp(-np.abs(symmetric_places(M, sym)) / tau)
    return np.exp(-np.abs(np.arange(0, int(M)) - center) / tau)
