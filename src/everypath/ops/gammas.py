"""The gamma function and its kin, and the zeta function of Hurwitz, by which digamma goes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE, composed, elementwise
from .rules import JUMPS
from .term import and_, apply, eq, gt, le, rint, select, sin, square
from .term import digamma as digamma_of
from .ufuncs import NO_FORMULA, Ufunc, ufunc

lgamma = elementwise("lgamma", Ufunc("gammaln"), lambda x, out: digamma_of(x), symbol="log Γ({0})", domain=POSITIVE)
gamma = ufunc("gamma", lambda x, out: out * digamma_of(x), symbol="Γ({0})", domain=POSITIVE)
digamma = ufunc("digamma", lambda x, out: apply("trigamma", x), of="psi", symbol="ψ({0})", domain=POSITIVE)
zeta = ufunc(
    "zeta",
    NO_FORMULA,
    lambda s, q, out: -s * apply("zeta", s + 1.0, q),
    of="_zeta",
    symbol="ζ({0}, {1})",
    domain=((1.5, 4.0), POSITIVE),
)
riemann_zeta = ufunc("riemann_zeta", NO_FORMULA, of="_riemann_zeta", symbol="ζ({0})", domain=(1.5, 4.0))


def rgamma_slope(x: Any, out: Any) -> Any:
    """-ψ(x)/Γ(x); at the poles of both, x = -n, (-1)ⁿ·n!."""
    pole = and_(le(x, 0.0), eq(x, apply("floor", x)))
    beside = apply("cos", np.pi * x) * apply("gamma", 1.0 - x)
    return select(pole, beside, -digamma_of(select(pole, 1.0, x)) * out)


rgamma = ufunc("rgamma", rgamma_slope, symbol="1/Γ({0})", domain=POSITIVE)

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
SHIFTS = 10


def trigamma_formula(x: Any) -> Any:
    """ψ'(x) = ζ(2, x), in an eighth of the time that the series for any ζ takes.

    Above 0: `SHIFTS` steps of the recurrence 1/x², then the asymptotic series (Abramowitz and Stegun, 6.4.6 and 6.4.12); below, by
    reflection (6.4.7)."""
    above = gt(x, 0.0)
    y = select(above, x, 1.0 - x)
    total: Any = 0.0
    for k in range(SHIFTS):
        total = total + 1.0 / square(y + k)
    part = 1.0 / (y + SHIFTS)
    again, series = square(part), 0.0
    for number in reversed(BERNOULLI):
        series = (series + number) * again
    total = total + part * (1.0 + 0.5 * part + series)
    return select(above, total, square(np.pi / sin(np.pi * (x - rint(x)))) - total)


trigamma = composed(
    "trigamma",
    trigamma_formula,
    lambda x, out: -2.0 * apply("zeta", 3.0, x),
    written=lambda x: apply("zeta", 2.0, x),
    domain=POSITIVE,
)


def digamma_between_formula(a: Any, b: Any) -> Any:
    """ψ(a + b) - ψ(a), which cancel where b is small beside a.

    Above 0: `SHIFTS` steps of the recurrence b/(a·(a + b)), then the difference of the asymptotic series, term by term by expm1
    (Abramowitz and Stegun, 6.3.6 and 6.3.18)."""
    above = and_(gt(a, 0.0), gt(a + b, 0.0))
    x, y = select(above, a, 1.0), select(above, b, 1.0)
    total: Any = 0.0
    for k in range(SHIFTS):
        total = total + y / (x + k) / (x + y + k)
    far = x + SHIFTS
    between = apply("log1p", y / far)
    total = total + between - 0.5 * apply("expm1", -between) / far
    for k, number in enumerate(BERNOULLI, 1):
        total = total - (number / (2 * k)) * apply("expm1", -2.0 * k * between) / far ** (2.0 * k)
    return select(above, total, digamma_of(a + b) - digamma_of(a))


digamma_between = composed(
    "digamma_between",
    digamma_between_formula,
    (
        lambda a, b, out: apply("zeta", 2.0, a + b) - apply("zeta", 2.0, a),
        lambda a, b, out: apply("zeta", 2.0, a + b),
    ),
    written=lambda a, b: digamma_of(a + b) - digamma_of(a),
    domain=POSITIVE,
)

beta = ufunc(
    "beta",
    lambda a, b, out: -out * apply("digamma_between", a, b),
    lambda a, b, out: -out * apply("digamma_between", b, a),
    symbol="B({0}, {1})",
    domain=(POSITIVE, POSITIVE),
)
betaln = ufunc(
    "betaln",
    lambda a, b, out: -apply("digamma_between", a, b),
    lambda a, b, out: -apply("digamma_between", b, a),
    symbol="log B({0}, {1})",
    domain=(POSITIVE, POSITIVE),
)
poch = ufunc(
    "poch",
    lambda a, m, out: out * apply("digamma_between", a, m),
    lambda a, m, out: out * digamma_of(a + m),
    symbol="({0})_{1}",
    domain=(POSITIVE, POSITIVE),
)
binom = ufunc(
    "binom",
    lambda n, k, out: -out * apply("digamma_between", n + 1.0, -k),
    lambda n, k, out: out * apply("digamma_between", k + 1.0, n - 2.0 * k),
    symbol="binom({0}, {1})",
    domain=((3.5, 6.0), (0.3, 2.5)),
)
gammasgn = ufunc("gammasgn", symbol="sgn Γ({0})", no_derivative=JUMPS)
