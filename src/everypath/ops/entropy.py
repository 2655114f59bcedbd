"""The logistic function, its inverse, and the pieces of entropies, as SciPy has them: 0·log 0 is 0."""

from __future__ import annotations

from typing import Any

from .define import POSITIVE, UNIT
from .term import and_, apply, eq, log, select
from .ufuncs import ufunc

PROBABILITY = (0.1, 0.9)


expit = ufunc("expit", lambda x, out: apply("expit_slope", x), symbol="σ({0})")
log_expit = ufunc("log_expit", lambda x, out: apply("expit", -x), symbol="log σ({0})")
logit = ufunc("logit", lambda x, out: 1 / (x * (1 - x)), symbol="logit({0})", domain=PROBABILITY)


def xlogy_by_y(x: Any, y: Any, out: Any) -> Any:
    """x/y; the function is 0 for every y where x is 0."""
    return select(and_(eq(x, 0.0), eq(y, 0.0)), 0.0, x / y)


def xlog1py_by_y(x: Any, y: Any, out: Any) -> Any:
    """x/(1 + y); the function is 0 for every y where x is 0."""
    return select(and_(eq(x, 0.0), eq(y, -1.0)), 0.0, x / (1 + y))


def quotient_by_y(x: Any, y: Any, out: Any) -> Any:
    """∂(x·log(x/y))/∂y = -x/y."""
    return -xlogy_by_y(x, y, out)


xlogy = ufunc(
    "xlogy",
    lambda x, y, out: log(y),
    xlogy_by_y,
    symbol="{0}·log {1}",
    domain=(POSITIVE, POSITIVE),
)
xlog1py = ufunc(
    "xlog1py",
    lambda x, y, out: apply("log1p", y),
    xlog1py_by_y,
    symbol="{0}·log(1 + {1})",
    domain=(POSITIVE, UNIT),
)
entr = ufunc("entr", lambda x, out: -log(x) - 1.0, symbol="-{0}·log {0}", domain=POSITIVE)
rel_entr = ufunc(
    "rel_entr",
    lambda x, y, out: log(x / y) + 1.0,
    quotient_by_y,
    symbol="{0}·log({0}/{1})",
    domain=(POSITIVE, POSITIVE),
)
kl_div = ufunc(
    "kl_div",
    lambda x, y, out: log(x / y),
    lambda x, y, out: 1.0 + quotient_by_y(x, y, out),
    symbol="{0}·log({0}/{1}) - {0} + {1}",
    domain=(POSITIVE, POSITIVE),
)
