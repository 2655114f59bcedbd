"""Exponentials, logarithms and roots."""

from __future__ import annotations

import numpy as np

from .define import POSITIVE, elementwise
from .term import apply
from .term import exp as exp_of

exp = elementwise("exp", np.exp, lambda x, out: out, symbol="exp({0})")
exp2 = elementwise("exp2", np.exp2, lambda x, out: out * np.log(2.0), symbol="2^{0}")
expm1 = elementwise("expm1", np.expm1, lambda x, out: exp_of(x), symbol="(exp({0}) - 1)")
log = elementwise("log", np.log, lambda x, out: 1 / x, symbol="log({0})", domain=POSITIVE)
log2 = elementwise("log2", np.log2, lambda x, out: (1 / np.log(2.0)) / x, symbol="log2({0})", domain=POSITIVE)
log10 = elementwise("log10", np.log10, lambda x, out: (1 / np.log(10.0)) / x, symbol="log10({0})", domain=POSITIVE)
log1p = elementwise("log1p", np.log1p, lambda x, out: 1 / (1 + x), symbol="log(1 + {0})", domain=(-0.5, 2.0))
sqrt = elementwise("sqrt", np.sqrt, lambda x, out: 0.5 / out, symbol="√{0}", domain=POSITIVE)
cbrt = elementwise("cbrt", np.cbrt, lambda x, out: apply("cbrt_slope", x), symbol="∛{0}", domain=POSITIVE)
