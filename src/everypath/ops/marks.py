"""The product along a path, where no path may have arrived.

In a guarded derivative −0.0, IEEE's exact additive identity, marks "no path arrived here". A product with an absent factor
stays absent, even beside an infinite partial; a real product is never the mark. See docs/decisions for why and where.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import NONZERO, elementwise, to_bool

MARK = -0.0


def absent(x: Any) -> Any:
    """Whether `x` is the mark: zero with its sign bit set."""
    return np.logical_and(np.equal(x, 0), np.signbit(x))


def path_product(adjoint: Any, partial: Any) -> Any:
    return np.where(absent(adjoint), adjoint, adjoint * partial + 0.0)[()]


path = elementwise("path", path_product, (lambda a, p, out: p, lambda a, p, out: a), symbol="{0}·{1}", domain=(NONZERO, NONZERO))
is_absent = elementwise(
    "is_absent",
    absent,
    symbol="no path to {0}",
    typing=to_bool,
    no_derivative="its result is not a float",
)
