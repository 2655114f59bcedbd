"""What a text of the library must do: what the function does that it stands for, and have the derivatives that differences see."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.differences import derivative
from everypath.testing.check import ERRORS, MODES, dot, is_float, moved, random_like

TOLERANCE = 1e-12
THOROUGH = "EVERYPATH_THOROUGH" in os.environ
"""Second derivatives are looked at of every third function else."""


def agrees(f: Callable[..., Any], *args: Any, order: int = 2, tolerance: float = TOLERANCE) -> None:
    """`f` gives what it gives in CPython: values to rounding, types, dtypes and shapes, or the same exception; and, up to `order`
    (0 for data), a smooth number made of it has the derivatives that differences see, in both modes (in the interpreter: LLVM's time)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = f(*copies(args))
        except Exception as problem:
            with pytest.raises(type(problem)):
                ep.compile(f)(*copies(args))
            return
        same(ep.compile(f)(*copies(args)), expected, tolerance)
        if order:

            def g(*xs: Any) -> Any:
                return number_of(f(*xs))

            ep.check_grads(g, args, directions=1, backend="interpreter")
            if order > 1 and (THOROUGH or f.__code__.co_firstlineno % 3 == 0):
                agrees_twice(g, args)


def agrees_twice(g: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """The Hessian of `g` along one direction, by forward mode over reverse, is what differences of the gradient see."""
    chosen = tuple(k for k, x in enumerate(args) if any(map(is_float, ep.tree.leaves(x))))
    gradient = ep.grad(g, chosen, backend="interpreter")
    rng = np.random.default_rng(0)
    v = random_like(rng, args)
    found, along = ep.jvp(gradient, copies(args), v, backend="interpreter")
    w = random_like(rng, found)
    slope, error = derivative(lambda t: dot(w, gradient(*moved(args, v, t)))[0])
    product, scale = dot(w, along)
    assert abs(product - slope) <= max(ERRORS * error, MODES * scale), f"{product!r}, by differences {slope!r} ± {error:.1e}"


def agrees_backwards(f: Callable[..., Any], *args: Any) -> None:
    """The gradient of a smooth number made of `f` is what differences see along one direction: a cheap look at one mode of one order."""
    rng = np.random.default_rng(0)
    directions = [rng.normal(size=np.shape(x)) for x in args]

    def slope(h: float) -> Any:
        ahead, behind = ([x + s * h * d for x, d in zip(args, directions, strict=True)] for s in (1.0, -1.0))
        return (number_of(f(*ahead)) - number_of(f(*behind))) / (2.0 * h)

    by_differences = (4.0 * slope(5e-4) - slope(1e-3)) / 3.0
    gradients = ep.grad(lambda *xs: number_of(f(*xs)), tuple(range(len(args))), backend="interpreter")(*copies(args))
    along = sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))
    assert along == pytest.approx(by_differences, rel=1e-7, abs=1e-8)


def copies(args: tuple[Any, ...]) -> list[Any]:
    return [np.array(x) if isinstance(x, np.ndarray) else x for x in args]


def number_of(x: Any) -> Any:
    """One number that depends on all in `x`, each in a way of its own."""
    if isinstance(x, (tuple, list)):
        total = 0.0
        for k in range(len(x)):
            total = total + number_of(x[k]) * (k + 1.5)
        return total
    flat = np.ravel(np.asarray(x)) * 1.0
    if np.iscomplexobj(flat):
        flat = np.concatenate((np.real(flat), np.imag(flat)))
    return np.sum(np.sin(flat) * (1.0 + np.arange(flat.size) / 7.0) + flat * flat / 3.0)


def same(got: Any, expected: Any, tolerance: float) -> None:
    """The same structure, types, dtypes and shapes, and numbers that differ by rounding."""
    assert type(got) is type(expected), f"{type(got).__name__}, expected {type(expected).__name__}"
    if isinstance(expected, (tuple, list)):
        assert len(got) == len(expected)
        for x, y in zip(got, expected, strict=True):
            same(x, y, tolerance)
    elif isinstance(expected, (np.ndarray, np.generic)):
        assert got.dtype == expected.dtype
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
    elif isinstance(expected, (type, np.dtype)):
        assert got == expected
    else:
        assert got == pytest.approx(expected, rel=tolerance, abs=tolerance, nan_ok=True)
