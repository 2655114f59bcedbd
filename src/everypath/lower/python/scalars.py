"""One number: out of an array of one element, and a float as an integer."""

from __future__ import annotations

import ast
import warnings

import numpy as np

from ...ir.program import Value
from ...ir.types import F64
from ..frame import Frame
from ..outside import never
from ..values import (
    Abstract,
    Array,
    Scalar,
)


def element(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """The one number of an array of one element; new versions of NumPy take it only of one without axes."""
    if not isinstance(x, Array):
        return x
    if x.rank and not LENGTH_ONE_CONVERTS:
        return never(c, node, TypeError, "only 0-dimensional arrays can be converted to Python scalars")
    for axis in range(x.rank):
        one = c.b.op("eq", c.b.op("dim", x.value, axis=axis), c.b.i64(1))
        c.check(one, TypeError, "only length-1 arrays can be converted to Python scalars")
    return Scalar(c.b.op("load", x.value, *[c.b.i64(0)] * x.rank), "numpy")


def converts() -> bool:
    """Whether this NumPy makes a Python number of an array of one element that has axes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            float(np.ones(1))
        except TypeError:
            return False
    return True


LENGTH_ONE_CONVERTS = converts()


def to_integer(c: Frame, x: Value) -> Value:
    """A float that is whole (or is truncated) as an int; NaN, infinity and more than 64 bits are errors."""
    b = c.b
    c.check(b.op("not", b.op("isnan", x)), ValueError, "cannot convert float NaN to integer")
    c.check(b.op("not", b.op("isinf", x)), OverflowError, "cannot convert float infinity to integer")
    x = x if x.type == F64 else b.op("cast", x, dtype="f64", name=x.name)
    limit = b.f64(2.0**63)
    fits = b.op("and", b.op("lt", x, limit), b.op("ge", x, b.op("neg", limit)), name="fits")
    c.limit(fits, OverflowError, "integer result does not fit in 64 bits")
    return b.op("cast", x, dtype="i64", name="int")
