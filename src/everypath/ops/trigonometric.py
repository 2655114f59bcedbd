"""Circular functions and their inverses."""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import ANYWHERE, POSITIVE, UNIT, elementwise
from .term import apply, sqrt
from .term import cos as cos_of
from .term import sin as sin_of

sin = elementwise("sin", np.sin, lambda x, out: cos_of(x), symbol="sin({0})")
cos = elementwise("cos", np.cos, lambda x, out: -sin_of(x), symbol="cos({0})")
tan = elementwise("tan", np.tan, lambda x, out: 1 + out**2, symbol="tan({0})", domain=(-1.2, 1.2))
arcsin = elementwise("arcsin", np.arcsin, lambda x, out: 1 / sqrt(apply("one_minus_square", x)), symbol="arcsin({0})", domain=UNIT)
arccos = elementwise("arccos", np.arccos, lambda x, out: -1 / sqrt(apply("one_minus_square", x)), symbol="arccos({0})", domain=UNIT)
arctan = elementwise("arctan", np.arctan, lambda x, out: apply("arctan_slope", x), symbol="arctan({0})")


def arctan2_by_y(y: Any, x: Any, out: Any) -> Any:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return apply("over_square", x, y)


def arctan2_by_x(y: Any, x: Any, out: Any) -> Any:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return -apply("over_square", y, x)


arctan2 = elementwise("arctan2", np.arctan2, (arctan2_by_y, arctan2_by_x), symbol="atan2({0}, {1})", domain=(ANYWHERE, POSITIVE))
hypot = elementwise(
    "hypot",
    np.hypot,
    (lambda x, y, out: apply("part", x, y), lambda x, y, out: apply("part", y, x)),
    symbol="hypot({0}, {1})",
    domain=(POSITIVE, ANYWHERE),
)
