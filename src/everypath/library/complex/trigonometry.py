"""Circular and hyperbolic functions of NumPy's complex numbers and arrays, and their inverses with NumPy's branch cuts.

The inverses are those of W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign bit" (1987).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...rules import rule
from ..intrinsics import paired
from .exponentials import root
from .registry import of_complex


@of_complex(np.sin)
def sin(z: Any) -> Any:
    """sin x cosh y + i cos x sinh y."""
    return paired(np.sin(z.real) * np.cosh(z.imag), np.cos(z.real) * np.sinh(z.imag))


@of_complex(np.cos)
def cos(z: Any) -> Any:
    """cos x cosh y - i sin x sinh y."""
    return paired(np.cos(z.real) * np.cosh(z.imag), -(np.sin(z.real) * np.sinh(z.imag)))


@of_complex(np.sinh)
def sinh(z: Any) -> Any:
    """sinh x cos y + i cosh x sin y."""
    return paired(np.sinh(z.real) * np.cos(z.imag), np.cosh(z.real) * np.sin(z.imag))


@of_complex(np.cosh)
def cosh(z: Any) -> Any:
    """cosh x cos y + i sinh x sin y."""
    return paired(np.cosh(z.real) * np.cos(z.imag), np.sinh(z.real) * np.sin(z.imag))


@of_complex(np.tanh)
def tanh(z: Any) -> Any:
    """tanh z, by tanh x and tan y, without overflow."""
    t, s, shrink = np.tanh(z.real), np.tan(z.imag), 1 / np.cosh(z.real)
    size = 1 + (t * s) * (t * s)
    return paired(t * (1 + s * s) / size, s / size * shrink * shrink)


@of_complex(np.tan)
def tan(z: Any) -> Any:
    """-i tanh iz."""
    found = tanh(paired(-z.imag, z.real))
    return paired(found.imag, -found.real)


@rule
def inverse_sinh(x: Any, y: Any) -> Any:
    """The parts of arsinh z."""
    a, b = root(1 + y, -x)
    c, d = root(1 - y, x)
    return np.arcsinh(a * d - c * b), np.arctan2(y, a * c - b * d)


@inverse_sinh.tangent
def inverse_sinh_tangent(out: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    """ż / √(1 + iz)√(1 - iz)."""
    slope = 1 / (np.sqrt(paired(1 - y, x)) * np.sqrt(paired(1 + y, -x)))
    return times(slope, x_dot, y_dot)


@rule
def inverse_cosine(x: Any, y: Any) -> Any:
    """The parts of arccos z."""
    a, b = root(1 - x, -y)
    c, d = root(1 + x, y)
    return 2 * np.arctan2(a, c), np.arcsinh(c * b - d * a)


@inverse_cosine.tangent
def inverse_cosine_tangent(out: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    """-ż / √(1 - z)√(1 + z)."""
    slope = -1 / (np.sqrt(paired(1 - x, -y)) * np.sqrt(paired(1 + x, y)))
    return times(slope, x_dot, y_dot)


@rule
def inverse_cosh(x: Any, y: Any) -> Any:
    """The parts of arcosh z."""
    a, b = root(x - 1, y)
    c, d = root(x + 1, y)
    return np.arcsinh(a * c + b * d), 2 * np.arctan2(b, c)


@inverse_cosh.tangent
def inverse_cosh_tangent(out: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    """ż / √(z - 1)√(z + 1)."""
    slope = 1 / (np.sqrt(paired(x - 1, y)) * np.sqrt(paired(x + 1, y)))
    return times(slope, x_dot, y_dot)


@rule
def inverse_tanh(x: Any, y: Any) -> Any:
    """The parts of artanh z; an odd function."""
    r = np.abs(x)
    near, far = (1 - r) * (1 - r) + y * y, (1 - r) * (1 + r) - y * y
    size = np.copysign(np.log1p(4 * r / near) / 4, x)
    return size, np.arctan2(2 * y, far) / 2


@inverse_tanh.tangent
def inverse_tanh_tangent(out: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    """ż / (1 - z)(1 + z)."""
    slope = 1 / (paired(1 - x, -y) * paired(1 + x, y))
    return times(slope, x_dot, y_dot)


def times(slope: Any, x_dot: Any, y_dot: Any) -> Any:
    """The parts of slope·(ẋ + iẏ)."""
    return slope.real * x_dot - slope.imag * y_dot, slope.real * y_dot + slope.imag * x_dot


@of_complex(np.arcsinh)
def arcsinh(z: Any) -> Any:
    """arsinh z."""
    u, v = inverse_sinh(z.real, z.imag)
    return paired(u, v)


@of_complex(np.arcsin)
def arcsin(z: Any) -> Any:
    """-i arsinh iz."""
    u, v = inverse_sinh(-z.imag, z.real)
    return paired(v, -u)


@of_complex(np.arccos)
def arccos(z: Any) -> Any:
    """arccos z."""
    u, v = inverse_cosine(z.real, z.imag)
    return paired(u, v)


@of_complex(np.arccosh)
def arccosh(z: Any) -> Any:
    """arcosh z."""
    u, v = inverse_cosh(z.real, z.imag)
    return paired(u, v)


@of_complex(np.arctanh)
def arctanh(z: Any) -> Any:
    """artanh z."""
    u, v = inverse_tanh(z.real, z.imag)
    return paired(u, v)


@of_complex(np.arctan)
def arctan(z: Any) -> Any:
    """-i artanh iz."""
    u, v = inverse_tanh(-z.imag, z.real)
    return paired(v, -u)
