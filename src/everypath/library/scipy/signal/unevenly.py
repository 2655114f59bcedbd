"""The spectrum of what is not sampled evenly."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ...intrinsics import known, refuse
from ...registry import stands_for


@stands_for(signal.lombscargle)
def lombscargle(
    x: Any, y: Any, freqs: Any, precenter: Any = False, normalize: Any = False, *, weights: Any = None, floating_mean: Any = False
) -> Any:
    """How much of each frequency the best sine of it has (N. Lomb, 1976; J. Scargle, 1982; M. Zechmeister and M. Kürster, 2009)."""
    if known(normalize, "normalize") not in (False, True, "power", "normalize"):
        refuse("lombscargle with complex amplitudes is not supported", "leave 'normalize' out, or give True")
    times, values, rates = np.asarray(x) * 1.0, np.asarray(y) * 1.0, np.asarray(freqs) * 1.0
    share = np.ones_like(values) if weights is None else np.asarray(weights) * 1.0
    share = share / np.sum(share)
    if known(precenter, "precenter"):
        values = values - np.mean(values)
    angle = rates[:, None] * times
    cosine, sine = np.cos(angle), np.sin(angle)
    with_cosine, with_sine = cosine @ (share * values), sine @ (share * values)
    cosines, both, whole = cosine * cosine @ share, cosine * sine @ share, np.sum(share * values * values)
    sines = 1.0 - cosines
    if known(floating_mean, "floating_mean"):
        mean, c, s = np.sum(share * values), cosine @ share, sine @ share
        with_cosine, with_sine, whole = with_cosine - mean * c, with_sine - mean * s, whole - mean * mean
        cosines, sines, both = cosines - c * c, sines - s * s, both - c * s
    tau = 0.5 * np.arctan2(2.0 * both, cosines - sines)
    c, s = np.cos(tau), np.sin(tau)
    turned_cosine, turned_sine = with_cosine * c + with_sine * s, with_sine * c - with_cosine * s
    along, across = (cosines * c * c + 2.0 * both * c * s) + sines * s * s, (cosines * s * s - 2.0 * both * c * s) + sines * c * c
    power = turned_cosine * turned_cosine / along + turned_sine * turned_sine / across
    return power / whole if normalize else power * (values.size / 2.0)
