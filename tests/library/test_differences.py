"""Differences, areas, lines between points and convolutions are NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

from .originals import agrees

X = np.array([0.3, -1.2, 0.7, 1.9, -0.4])
T = np.array([0.0, 0.5, 1.2, 2.0, 3.1])
Z = np.array([0.5, -0.3])
A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6], [0.2, 1.4, 0.9]])
TRAPEZOID = getattr(np, "trapezoid", None) or np.trapz

FORMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "diff": (lambda a: (np.diff(a, n=2, axis=0), np.diff(a, prepend=a[:, :1], append=0), np.ediff1d(a, to_begin=[1.0])), (A,)),
    "gradient": (lambda a, t: (np.gradient(a), np.gradient(a, 0.5, edge_order=2), np.gradient(a, t, edge_order=2)), (X, T)),
    "gradient of planes": (lambda a, t: (np.gradient(a, 0.1, t[:3]), np.gradient(a, axis=-1)), (A, T)),
    "trapezoid": (lambda a, t: (TRAPEZOID(a, t[:3], axis=0), TRAPEZOID(a, dx=0.5), TRAPEZOID(a, x=a * a, axis=0)), (A, T)),
    "interp": (lambda x, t, y: (np.interp(x, t, y), np.interp(0.3, t, y, left=-1.0), np.interp(x, t, y, period=3.5)), (X * 2, T, X)),
    "unwrap": (lambda a: (np.unwrap(a * 4), np.unwrap(a * 9, discont=4.0, period=5.0, axis=0)), (A,)),
    "convolve": (lambda a, v: (np.convolve(a, v), np.correlate(v, a, "same")), (X, Z)),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_it_is_numpy_s(name: str) -> None:
    f, args = FORMS[name]
    agrees(f, *args, order=2 if name == "trapezoid" else 1)


def test_data() -> None:
    agrees(
        lambda a: (np.diff(a), np.gradient(a), np.convolve(a, [1, 2]), np.unwrap(a, period=3), np.diff(a > 2)), np.array([3, 1, 7]), order=0
    )
    agrees(lambda a: (np.gradient(a), np.convolve(a, a), np.interp(a, [0, 1], [3, 4])), X.astype(np.float32), order=0, tolerance=1e-6)
    agrees(lambda a, v: tuple(np.convolve(x, y, m) for m in ("full", "same", "valid") for x, y in ((a, v), (v, a))), X, Z, order=0)
    agrees(lambda a, v: tuple(np.correlate(x, y, m) for m in ("full", "same", "valid") for x, y in ((a, v), (v, a))), X, Z, order=0)
    steps, values = np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, np.inf, 2.0, 3.0])
    agrees(lambda a, t, y: np.interp(a, t, y), np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.nan]), steps, values, order=0)


def test_interpolation_between_places_that_do_not_rise() -> None:
    """NumPy looks near the last place found, and what it finds follows from the order in which it looks."""
    r = np.random.default_rng(0)
    interp = ep.compile(lambda x, places, values: np.interp(x, places, values))
    for n in (1, 3, 5, 9, 30):
        x, places, values = r.normal(size=40).round(1), r.normal(size=n).round(1), r.normal(size=n)
        with np.errstate(divide="ignore", invalid="ignore"):
            assert np.array_equal(interp(x, places, values), np.interp(x, places, values), equal_nan=True)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.gradient(a, edge_order=3),
        lambda a: np.gradient(a, 1.0, 2.0),
        lambda a: np.gradient(a[:1]),
        lambda a: np.gradient(a, a[:2]),
        lambda a: np.convolve(a, a[:0]),
        lambda a: np.convolve(a, [a, a]),
        lambda a: np.convolve(a, a, "other"),
        lambda a: np.interp(a, a, a[:2]),
        lambda a: np.diff(a, n=-1),
    ],
)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, X, order=0)
