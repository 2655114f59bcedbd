"""Hyperbolic functions and their inverses."""

from __future__ import annotations

import numpy as np

from .define import UNIT, elementwise
from .term import cosh as cosh_of
from .term import sinh as sinh_of
from .term import sqrt

sinh = elementwise("sinh", np.sinh, lambda x, out: cosh_of(x), symbol="sinh({0})")
cosh = elementwise("cosh", np.cosh, lambda x, out: sinh_of(x), symbol="cosh({0})")
tanh = elementwise("tanh", np.tanh, lambda x, out: 1 - out**2, symbol="tanh({0})")
arcsinh = elementwise("arcsinh", np.arcsinh, lambda x, out: 1 / sqrt(x**2 + 1), symbol="arsinh({0})")
arccosh = elementwise("arccosh", np.arccosh, lambda x, out: 1 / sqrt(x**2 - 1), symbol="arcosh({0})", domain=(1.2, 3.0))
arctanh = elementwise("arctanh", np.arctanh, lambda x, out: 1 / (1 - x**2), symbol="artanh({0})", domain=UNIT)
