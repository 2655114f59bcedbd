"""The parts of numbers, which are real here."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for


@stands_for(np.real)
def real(val: Any) -> Any:
    return np.asarray(val) if isinstance(val, (list, tuple)) else val.real


@stands_for(np.imag)
def imag(val: Any) -> Any:
    return np.asarray(val).imag if isinstance(val, (list, tuple)) else val.imag


@stands_for(np.conjugate)
def conjugate(x: Any) -> Any:
    return np.positive(x)


@stands_for(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """0 or π: the angle of what has no imaginary part."""
    x = np.multiply(z, 1.0)
    half_turn = np.asarray(180.0 if deg else np.pi, x.dtype)
    return np.where(np.isnan(x), x, np.where(np.signbit(x), half_turn, 0.0))[()]


@stands_for(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    return np.asarray(a)


@stands_for(np.isreal)
def isreal(x: Any) -> Any:
    return np.imag(x) == 0


@stands_for(np.iscomplex)
def iscomplex(x: Any) -> Any:
    return np.not_equal(np.asarray(x).imag, 0)[()]
