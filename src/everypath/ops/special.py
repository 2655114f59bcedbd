"""The error function, the normal distribution, the gamma family."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import ANYWHERE, POSITIVE, UNIT, elementwise
from .term import apply, exp
from .term import digamma as digamma_of


def from_scipy(name: str) -> Any:
    """A function of scipy.special, which is slow to import, on its first call."""

    def call(*operands: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*operands)

    return call


TWO_OVER_ROOT_PI = 2 / np.sqrt(np.pi)

erf = elementwise("erf", from_scipy("erf"), lambda x, out: TWO_OVER_ROOT_PI * apply("gauss", x), symbol="erf({0})")
erfc = elementwise("erfc", from_scipy("erfc"), lambda x, out: -TWO_OVER_ROOT_PI * apply("gauss", x), symbol="erfc({0})")
lgamma = elementwise("lgamma", from_scipy("gammaln"), lambda x, out: digamma_of(x), symbol="log Γ({0})", domain=POSITIVE)
gamma = elementwise("gamma", from_scipy("gamma"), lambda x, out: out * digamma_of(x), symbol="Γ({0})", domain=POSITIVE)
digamma = elementwise(
    "digamma", from_scipy("psi"), symbol="ψ({0})", domain=POSITIVE, no_derivative="the trigamma function is not in the catalogue yet"
)

ROOT_TAU = np.sqrt(2 * np.pi)


def beta_by_a(a: Any, b: Any, out: Any) -> Any:
    """∂B(a, b)/∂a = B(a, b)·(ψ(a) - ψ(a + b))."""
    return out * (digamma_of(a) - digamma_of(a + b))


def beta_by_b(a: Any, b: Any, out: Any) -> Any:
    return beta_by_a(b, a, out)


erfinv = elementwise("erfinv", from_scipy("erfinv"), lambda x, out: exp(out**2) / TWO_OVER_ROOT_PI, symbol="erf⁻¹({0})", domain=UNIT)
erfcinv = elementwise(
    "erfcinv", from_scipy("erfcinv"), lambda x, out: -exp(out**2) / TWO_OVER_ROOT_PI, symbol="erfc⁻¹({0})", domain=(0.1, 1.9)
)
ndtr = elementwise("ndtr", from_scipy("ndtr"), lambda x, out: exp(-0.5 * x**2) / ROOT_TAU, symbol="Φ({0})", domain=ANYWHERE)
ndtri = elementwise("ndtri", from_scipy("ndtri"), lambda x, out: ROOT_TAU * exp(0.5 * out**2), symbol="Φ⁻¹({0})", domain=(0.1, 0.9))
beta = elementwise("beta", from_scipy("beta"), (beta_by_a, beta_by_b), symbol="B({0}, {1})", domain=(POSITIVE, POSITIVE))
betaln = elementwise(
    "betaln",
    from_scipy("betaln"),
    (lambda a, b, out: digamma_of(a) - digamma_of(a + b), lambda a, b, out: digamma_of(b) - digamma_of(a + b)),
    symbol="log B({0}, {1})",
    domain=(POSITIVE, POSITIVE),
)
