"""Hyperbolic functions and their inverses."""

from __future__ import annotations

import numpy as np

from .define import UNIT, elementwise
from .term import apply
from .term import cosh as cosh_of
from .term import sinh as sinh_of

sinh = elementwise("sinh", np.sinh, lambda x, out: cosh_of(x), symbol="sinh({0})")
cosh = elementwise("cosh", np.cosh, lambda x, out: sinh_of(x), symbol="cosh({0})")
tanh = elementwise("tanh", np.tanh, lambda x, out: apply("sech2", x), symbol="tanh({0})")
arcsinh = elementwise("arcsinh", np.arcsinh, lambda x, out: apply("arcsinh_slope", x), symbol="arsinh({0})")
arccosh = elementwise("arccosh", np.arccosh, lambda x, out: apply("arccosh_slope", x), symbol="arcosh({0})", domain=(1.2, 3.0))
arctanh = elementwise("arctanh", np.arctanh, lambda x, out: 1 / apply("one_minus_square", x), symbol="artanh({0})", domain=UNIT)
