"""The error function and the gamma family."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE, elementwise
from .term import digamma as digamma_of
from .term import exp


def _scipy(name: str) -> Any:
    """A function of scipy.special, which is slow to import, on its first call."""

    def call(*operands: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*operands)

    return call


TWO_OVER_ROOT_PI = 2 / np.sqrt(np.pi)

erf = elementwise("erf", _scipy("erf"), lambda x, out: TWO_OVER_ROOT_PI * exp(-(x**2)), symbol="erf({0})")
erfc = elementwise("erfc", _scipy("erfc"), lambda x, out: -TWO_OVER_ROOT_PI * exp(-(x**2)), symbol="erfc({0})")
lgamma = elementwise("lgamma", _scipy("gammaln"), lambda x, out: digamma_of(x), symbol="log Γ({0})", domain=POSITIVE)
gamma = elementwise("gamma", _scipy("gamma"), lambda x, out: out * digamma_of(x), symbol="Γ({0})", domain=POSITIVE)
digamma = elementwise(
    "digamma", _scipy("psi"), symbol="ψ({0})", domain=POSITIVE, no_derivative="the trigamma function is not in the catalogue yet"
)
