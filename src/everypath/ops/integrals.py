"""Integrals of elementary functions, and what SciPy has of these in a form that keeps their digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE
from .term import absolute, apply, cos, eq, exp, gt, hypot, le, log, pow_, select, sign, sin
from .ufuncs import INTEGER, ufunc

LIMITED = (-0.9, 0.9)

expi = ufunc("expi", lambda x, out: exp(x) / x, symbol="Ei({0})", domain=POSITIVE)
exp1 = ufunc("exp1", lambda x, out: -exp(-x) / x, symbol="E₁({0})", domain=POSITIVE)


def expn_slope(n: Any, x: Any, out: Any) -> Any:
    """-Eₙ₋₁(x); E₋₁ is written out."""
    first = exp(-x) * (1.0 + x) / (x * x)
    return -select(eq(n, 0.0), first, apply("expn", apply("maximum", n - 1.0, 0.0), x))


expn = ufunc("expn", INTEGER, expn_slope, integers=(0,), symbol="E_{0}({1})", domain=((1.0, 3.9), POSITIVE))
sici = ufunc("sici", lambda x, out: apply("spherical_jn", 0.0, x), symbol="Si({0})")
ufunc("sici_cosine", lambda x, out: cos(x) / x, of="sici", output=1, symbol="Ci({0})", domain=POSITIVE)
shichi = ufunc("shichi", lambda x, out: apply("spherical_in", 0.0, x), symbol="Shi({0})")
ufunc("shichi_cosine", lambda x, out: apply("cosh", x) / x, of="shichi", output=1, symbol="Chi({0})", domain=POSITIVE)
fresnel = ufunc("fresnel", lambda x, out: sin(0.5 * np.pi * x**2), symbol="S({0})")
ufunc("fresnel_cosine", lambda x, out: cos(0.5 * np.pi * x**2), of="fresnel", output=1, symbol="C({0})")
spence = ufunc("spence", lambda z, out: -apply("hyp2f1", 1.0, 1.0, 2.0, 1.0 - z), symbol="Li₂(1 - {0})", domain=POSITIVE)
wrightomega = ufunc("wrightomega", lambda x, out: out / (1.0 + out), symbol="ω({0})")

# Elementary functions ---------------------------------------------------------------------------------------------------

DEGREE = np.pi / 180
exp10 = ufunc("exp10", lambda x, out: float(np.log(10.0)) * out, symbol="10^{0}")
cosm1 = ufunc("cosm1", lambda x, out: -sin(x), symbol="cos({0}) - 1")
sindg = ufunc("sindg", lambda x, out: DEGREE * apply("cosdg", x))
cosdg = ufunc("cosdg", lambda x, out: -DEGREE * apply("sindg", x))
tandg = ufunc("tandg", lambda x, out: DEGREE * (1.0 + out**2))
cotdg = ufunc("cotdg", lambda x, out: -DEGREE * (1.0 + out**2), domain=POSITIVE)
exprel = ufunc("exprel", lambda x, out: apply("exprel_slope", x), symbol="(exp({0}) - 1)/{0}")
powm1 = ufunc(
    "powm1",
    lambda x, y, out: apply("power_slope", x, y),
    lambda x, y, out: apply("power_log", x, y),
    symbol="{0}^{1} - 1",
    domain=(POSITIVE, LIMITED),
)
boxcox = ufunc(
    "boxcox",
    lambda x, power, out: pow_(x, power - 1.0),
    lambda x, power, out: log(x) ** 2 * apply("exprel_slope", power * log(x)),
    domain=(POSITIVE, LIMITED),
)
boxcox1p = ufunc(
    "boxcox1p",
    lambda x, power, out: exp((power - 1.0) * apply("log1p", x)),
    lambda x, power, out: apply("log1p", x) ** 2 * apply("exprel_slope", power * apply("log1p", x)),
    domain=(POSITIVE, LIMITED),
)


def inverse_by_power(y: Any, power: Any, out: Any) -> Any:
    """∂(1 + λy)^(1/λ)/∂λ = -½·y²·₂F₁(2, 2; 3; -λy)·(1 + λy)^(1/λ)."""
    return -0.5 * y**2 * apply("hyp2f1", 2.0, 2.0, 3.0, -power * y)


inv_boxcox = ufunc(
    "inv_boxcox",
    lambda y, power, out: out / (1.0 + power * y),
    lambda y, power, out: out * inverse_by_power(y, power, out),
    domain=(LIMITED, LIMITED),
)
inv_boxcox1p = ufunc(
    "inv_boxcox1p",
    lambda y, power, out: (1.0 + out) / (1.0 + power * y),
    lambda y, power, out: (1.0 + out) * inverse_by_power(y, power, out),
    domain=(LIMITED, LIMITED),
)


def huber_by_delta(delta: Any, r: Any, out: Any) -> Any:
    """|r| - δ beyond δ."""
    return select(gt(absolute(r), delta), absolute(r) - delta, 0.0)


def huber_by_r(delta: Any, r: Any, out: Any) -> Any:
    """r, at most δ in size."""
    return select(le(absolute(r), delta), r, delta * sign(r))


def pseudo_huber_by_delta(delta: Any, r: Any, out: Any) -> Any:
    """δ·u⁴/(s·(1 + s)²) with u = r/δ and s = √(1 + u²), of 2δ(s - 1) - δu²/s, which cancel."""
    u = r / delta
    s = hypot(1.0, u)
    return delta * (u * u / (1.0 + s)) ** 2 / s


huber = ufunc("huber", huber_by_delta, huber_by_r, domain=(POSITIVE, (-4.0, 4.0)))
pseudo_huber = ufunc(
    "pseudo_huber",
    pseudo_huber_by_delta,
    lambda delta, r, out: r / hypot(1.0, r / delta),
    domain=(POSITIVE, (-4.0, 4.0)),
)
