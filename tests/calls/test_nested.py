"""Warm calls with arguments in containers: found by types, keys and layouts, and never mistaken for each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep

SCALE = 2.0


def loss(params, x):
    """Σ (x·w + b)², scaled by what it captures."""
    w, b = params["w"], params["b"]
    return SCALE * np.sum((x * w + b) ** 2)


def expected(params: dict[str, Any], x: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    inner = 2.0 * scale * (x * params["w"] + params["b"])
    return np.asarray(inner * x), np.asarray(np.sum(inner))


def test_every_call_finds_what_fits_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = ep.grad(loss)
    x = np.arange(6.0)
    cases: list[tuple[dict[str, Any], np.ndarray]] = [
        ({"w": np.ones(3), "b": 1.0}, x[:3]),
        ({"b": 1.0, "w": np.ones(3)}, x[:3]),
        ({"w": np.ones(3), "b": np.float64(1.0)}, x[:3]),
        ({"w": np.ones(6)[::2], "b": 1.0}, x[::2]),
        ({"w": np.ones(3), "b": np.array(0.5)}, x[:3]),
    ]
    for scale in (2.0, 3.0):
        monkeypatch.setattr(f"{__name__}.SCALE", scale)
        for params, x_ in cases * 2:
            found = gradient(params, x_)
            w, b = expected(params, x_, scale)
            np.testing.assert_allclose(found["w"], w)
            np.testing.assert_allclose(found["b"], b)
            assert type(found["b"]) is (float if type(params["b"]) is float else type(params["b"]))


def layers(params, x):
    """As many layers as there are."""
    for w in params:
        x = np.tanh(w * x)
    return np.sum(x)


def test_lengths_of_lists_and_kinds_of_containers() -> None:
    gradient, slow = ep.grad(layers), ep.grad(layers, backend="interpreter")
    x = np.linspace(0.1, 0.9, 4)
    for params in ([0.5, x], [0.5, x, x], (0.5, x), [x, 0.5], [0.5, x], (0.5, x)):
        mine, theirs = gradient(params, x), slow(params, x)
        assert type(mine) is type(params)
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13)


def test_what_was_changed_since_is_seen() -> None:
    """A new dtype in an old place is no old call."""
    gradient = ep.grad(layers)
    x = np.linspace(0.1, 0.9, 4)
    assert gradient([x], x)[0].dtype == np.float64
    assert gradient([x.astype(np.float32)], x.astype(np.float32))[0].dtype == np.float32
    assert gradient([x], x)[0].dtype == np.float64


def test_strings_none_and_fixed_numbers_find_their_call_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x, how, axis, scale=None):
        y = np.sum(x, axis=axis) if how == "sum" else np.mean(x, axis=axis)
        return np.sum(y**2) if scale is None else scale * np.sum(y**2)

    x = np.arange(6.0).reshape(2, 3)
    calls = [(x, "sum", 0, None), (x, "mean", 1, None), (x, "sum", 1, 2.0), (x, "".join(("su", "m")), None, True), (x.T, "sum", 0, 1)]
    gradient, fresh = ep.grad(f), [ep.grad(lambda *a: f(*a))(*call) for call in calls]
    for call in (*calls, *calls):
        gradient(*call)
    monkeypatch.setattr(gradient, "find", None)
    for call, expected in zip(calls, fresh, strict=True):
        np.testing.assert_array_equal(gradient(*call), expected)
