"""Groups of points, each around a centre."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.cluster import vq as of_scipy

from ...intrinsics import by_cpython, refuse, returning, value_only
from ...registry import stands_for


@stands_for(of_scipy.whiten)
def whiten(obs: Any, check_finite: bool = True) -> Any:
    """The columns over their standard deviations; those of one number as they are."""
    x = np.asarray(obs)
    if check_finite and not np.all(np.isfinite(x)):
        raise ValueError("array must not contain infs or NaNs")
    width = np.std(x, axis=0)
    return x / np.where(width == 0.0, 1.0, width)


@stands_for(of_scipy.vq)
def vq(obs: Any, code_book: Any, check_finite: bool = True) -> Any:
    """Which centre is nearest to each point, and how far it is."""
    x, centres = np.asarray(obs) * 1.0, np.asarray(code_book) * 1.0
    if check_finite and not (np.all(np.isfinite(x)) and np.all(np.isfinite(centres))):
        raise ValueError("array must not contain infs or NaNs")
    if x.ndim != centres.ndim:
        raise ValueError("Observation and code_book should have the same rank")
    if x.ndim == 1:
        x, centres = x[:, None], centres[:, None]
    nearest = np.argmin(np.sum((x[:, None, :] - centres) ** 2, axis=-1), axis=1)
    gaps = x - centres[nearest]
    whole = np.issubdtype(np.result_type(np.asarray(obs), np.asarray(code_book)), np.integer)
    return nearest if whole else nearest.astype(np.int32), np.sqrt(np.sum(gaps * gaps, axis=-1))


def centred(x: Any, centres: Any, label: Any) -> Any:
    """The means of the points that belong to each centre; a centre to which none belongs stays."""
    belongs = (label == np.arange(centres.shape[0])[:, None]) * 1.0
    size = np.sum(belongs, axis=1)
    size = size if x.ndim == 1 else size[:, None]
    return np.where(size > 0, belongs @ x / np.where(size > 0, size, 1.0), centres)


@stands_for(of_scipy.kmeans2)
def kmeans2(
    data: Any, k: Any, iter: int = 10, thresh: float = 1e-5, minit: str = "random", missing: str = "warn", check_finite: bool = True,
    *, rng: Any = None, seed: Any = None,
) -> Any:  # fmt: skip
    """The centres, and to which each point belonged when they were last moved. Who belongs where is data."""
    drawn = rng if seed is None else seed
    if minit != "matrix" and np.ndim(k) == 0 and drawn is None:
        reason = "scipy.cluster.vq.kmeans2 draws random numbers, and a derivative needs the same ones each time"
        refuse(reason, "pass rng=0, or another integer")
    x = np.asarray(data) * 1.0
    centres, label = by_cpython(grouped, x, k, iter, minit, missing, drawn)
    return centred(x, centres if x.ndim > 1 else centres[:, 0], label), label


@returning((np.zeros((1, 1)), np.zeros(1, np.int32)))
def grouped(x: Any, k: Any, iter: int, minit: str, missing: str, drawn: Any) -> Any:
    """The centres in rows, and who belongs where. (CPython runs this.)"""
    centres, label = of_scipy.kmeans2(x, k, iter, 1e-5, minit, missing, seed=drawn)
    return centres.reshape(len(centres), -1), label


def best(x: Any, k: int, iter: int, thresh: float, drawn: Any) -> Any:
    """What SciPy finds. (CPython runs this.)"""
    return of_scipy.kmeans(x, k, iter, thresh, seed=drawn)


@stands_for(of_scipy.kmeans)
def kmeans(
    obs: Any, k_or_guess: Any, iter: int = 20, thresh: Any = 1e-5, check_finite: bool = True, *, rng: Any = None, seed: Any = None
) -> Any:
    """The centres that points move from guesses, and how far the points were from those on the way before the last, on average."""
    if np.ndim(k_or_guess) == 0:
        drawn = rng if seed is None else seed
        if drawn is None:
            refuse("scipy.cluster.vq.kmeans draws random numbers, and a derivative needs the same ones each time", "pass rng=0, or a guess")
        reason = "a derivative passes through kmeans that draws its first centres, and of them keeps the best"
        return value_only(reason, "pass the centres to begin with", best, np.asarray(obs) * 1.0, k_or_guess, iter, thresh, drawn)
    x, centres = np.asarray(obs) * 1.0, np.asarray(k_or_guess) * 1.0
    if centres.size < 1:
        raise ValueError(f"Asked for 0 clusters. Initial book was {k_or_guess}")
    last, before = np.inf, np.inf
    change = np.inf
    while change > thresh:
        label, far = vq(x, centres, check_finite)
        before, last = last, np.mean(far)
        kept = np.asarray([k for k in range(centres.shape[0]) if np.any(label == k)])
        centres = centred(x, centres, label)[kept]
        change = np.abs(before - last)
    return centres, last
