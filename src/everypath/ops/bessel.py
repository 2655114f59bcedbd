"""Bessel's functions, of real order and spherical, and those of Airy and Struve. In their order no derivative is known.

The slopes are by the recurrences in the order (Abramowitz and Stegun, 9.1.27, 9.6.26, 10.1.20, 12.1.11), which divide by no argument.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE
from .term import absolute, apply, gt, pow_, select, sign
from .ufuncs import INTEGER, NO_FORMULA, ufunc

ORDER = (0.3, 2.5)


def below_minus_above(name: str) -> Any:
    """(f(v - 1) - f(v + 1))/2: of the first and second kind."""
    return lambda v, z, out: 0.5 * (apply(name, v - 1.0, z) - apply(name, v + 1.0, z))


def half_sum(name: str, factor: float) -> Any:
    """±(f(v - 1) + f(v + 1))/2: of the modified ones."""
    return lambda v, z, out: factor * (apply(name, v - 1.0, z) + apply(name, v + 1.0, z))


j0 = ufunc("j0", lambda x, out: -apply("j1", x))
j1 = ufunc("j1", lambda x, out: 0.5 * (apply("j0", x) - apply("jv", 2.0, x)))
y0 = ufunc("y0", lambda x, out: -apply("y1", x), domain=POSITIVE)
y1 = ufunc("y1", lambda x, out: 0.5 * (apply("y0", x) - apply("yv", 2.0, x)), domain=POSITIVE)
jv = ufunc("jv", NO_FORMULA, below_minus_above("jv"), domain=(ORDER, POSITIVE))
yv = ufunc("yv", NO_FORMULA, below_minus_above("yv"), domain=(ORDER, POSITIVE))
yn = ufunc("yn", INTEGER, below_minus_above("yv"), integers=(0,), domain=(ORDER, POSITIVE))
i0 = ufunc("i0", lambda x, out: apply("i1", x))
i1 = ufunc("i1", lambda x, out: 0.5 * (apply("i0", x) + apply("iv", 2.0, x)))
iv = ufunc("iv", NO_FORMULA, half_sum("iv", 0.5), domain=(ORDER, POSITIVE))
k0 = ufunc("k0", lambda x, out: -apply("k1", x), domain=POSITIVE)
k1 = ufunc("k1", lambda x, out: -0.5 * (apply("k0", x) + apply("kv", 2.0, x)), domain=POSITIVE)
kv = ufunc("kv", NO_FORMULA, half_sum("kv", -0.5), domain=(ORDER, POSITIVE))
kn = ufunc("kn", INTEGER, half_sum("kv", -0.5), integers=(0,), domain=(ORDER, POSITIVE))

jve = ufunc("jve", NO_FORMULA, below_minus_above("jve"), domain=(ORDER, POSITIVE))
yve = ufunc("yve", NO_FORMULA, below_minus_above("yve"), domain=(ORDER, POSITIVE))

FAR = 30.0
"""From here on the asymptotic series of the scaled functions have every digit with `TERMS` terms; before, their differences have."""

TERMS = 14


def scaled_far(x: Any, order: int, alternating: bool) -> Any:
    """Σ cₖ·(k + ½)/xᵏ: √(2πx)·x·(-d/dx) of exp(-x)·I, and √(2x/π)·x·(-d/dx) of exp(x)·K, whose series is Σ cₖ/xᵏ (9.7.1, 9.7.2)."""
    coefficients = [1.0]
    for k in range(1, TERMS + 1):
        step = (4.0 * order * order - (2 * k - 1) ** 2) / (8.0 * k)
        coefficients.append(coefficients[-1] * (-step if alternating else step))
    total: Any = 0.0
    for k in range(TERMS, -1, -1):
        total = total / x + coefficients[k] * (k + 0.5)
    return total


def i0e_slope(x: Any, out: Any) -> Any:
    """exp(-|x|)·(I₁ ∓ I₀), which cancel far out."""
    r = absolute(x)
    far = -scaled_far(r, 0, True) / (r * pow_(2 * np.pi * r, 0.5))
    return sign(x) * select(gt(r, FAR), far, apply("i1e", r) - apply("i0e", r))


def i1e_slope(x: Any, out: Any) -> Any:
    r = absolute(x)
    far = -scaled_far(r, 1, True) / (r * pow_(2 * np.pi * r, 0.5))
    return select(gt(r, FAR), far, 0.5 * (apply("i0e", r) + apply("ive", 2.0, r)) - apply("i1e", r))


def k0e_slope(x: Any, out: Any) -> Any:
    far = -scaled_far(x, 0, False) * pow_(0.5 * np.pi / x, 0.5) / x
    return select(gt(x, FAR), far, out - apply("k1e", x))


def k1e_slope(x: Any, out: Any) -> Any:
    far = -scaled_far(x, 1, False) * pow_(0.5 * np.pi / x, 0.5) / x
    return select(gt(x, FAR), far, out - 0.5 * (apply("k0e", x) + apply("kve", 2.0, x)))


i0e = ufunc("i0e", i0e_slope)
i1e = ufunc("i1e", i1e_slope)
k0e = ufunc("k0e", k0e_slope, domain=POSITIVE)
k1e = ufunc("k1e", k1e_slope, domain=POSITIVE)
ive = ufunc("ive", NO_FORMULA, lambda v, z, out: half_sum("ive", 0.5)(v, z, out) - sign(z) * out, domain=(ORDER, POSITIVE))
kve = ufunc("kve", NO_FORMULA, lambda v, z, out: out + half_sum("kve", -0.5)(v, z, out), domain=(ORDER, POSITIVE))


def spherical(name: str, below: float, above: float) -> Any:
    """(±n·f(n - 1) ± (n + 1)·f(n + 1))/(2n + 1)."""

    def slope(n: Any, z: Any, out: Any) -> Any:
        lower = select(gt(n, 0.5), apply(name, apply("maximum", n - 1.0, 0.0), z), 0.0)
        return (below * n * lower + above * (n + 1.0) * apply(name, n + 1.0, z)) / (2.0 * n + 1.0)

    return slope


for _letter, _below, _above in (("j", 1.0, -1.0), ("y", 1.0, -1.0), ("i", 1.0, 1.0), ("k", -1.0, -1.0)):
    _name = f"spherical_{_letter}n"
    ufunc(_name, INTEGER, spherical(_name, _below, _above), of=f"_{_name}", integers=(0,), domain=((0.0, 3.9), POSITIVE))

airy = ufunc("airy", lambda x, out: apply("airy_slope", x), symbol="Ai({0})")
ufunc("airy_slope", lambda x, out: x * apply("airy", x), of="airy", output=1, symbol="Ai'({0})")
ufunc("airy_second", lambda x, out: apply("airy_second_slope", x), of="airy", output=2, symbol="Bi({0})")
ufunc("airy_second_slope", lambda x, out: x * apply("airy_second", x), of="airy", output=3, symbol="Bi'({0})")


def struve_term(v: Any, x: Any) -> Any:
    """(x/2)ᵛ/(√π·Γ(v + 3/2))."""
    return pow_(0.5 * x, v) * apply("rgamma", v + 1.5) / np.sqrt(np.pi)


struve = ufunc(
    "struve",
    NO_FORMULA,
    lambda v, x, out: 0.5 * (apply("struve", v - 1.0, x) - apply("struve", v + 1.0, x) + struve_term(v, x)),
    domain=(ORDER, POSITIVE),
)
modstruve = ufunc(
    "modstruve",
    NO_FORMULA,
    lambda v, x, out: 0.5 * (apply("modstruve", v - 1.0, x) + apply("modstruve", v + 1.0, x) + struve_term(v, x)),
    domain=(ORDER, POSITIVE),
)
