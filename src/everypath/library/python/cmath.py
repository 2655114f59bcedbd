"""cmath: NumPy's formulas, on Python's numbers and with Python's errors. What it makes of infinities and NaN is refused when a run meets
them."""

from __future__ import annotations

import cmath
import math
from typing import Any

from ..complex import exponentials, trigonometry
from ..intrinsics import refuse
from ..registry import stands_for


def finite(z: Any) -> Any:
    """The number as a complex one."""
    w = complex(z)
    if not math.isfinite(w.real) or not math.isfinite(w.imag):
        refuse("cmath of numbers that are not finite is not supported", "use the function of NumPy")
    return w


def in_range(found: Any) -> Any:
    """A result of NumPy's as Python's own; OverflowError where it is too large."""
    w = complex(found)
    if math.isinf(w.real) or math.isinf(w.imag):
        raise OverflowError("math range error")
    return w


def domain(fine: Any) -> None:
    """ValueError unless the function has a value there."""
    if not fine:
        raise ValueError("math domain error")


# Functions ------------------------------------------------------------------------------------------------------------


def exp(x: Any) -> Any:
    return in_range(exponentials.exp(finite(x)))


def log(x: Any, base: Any = None) -> Any:
    z = finite(x)
    domain(z != 0)
    found = complex(exponentials.log(z))
    return found if base is None else found / log(base)


def log10(x: Any) -> Any:
    z = finite(x)
    domain(z != 0)
    return complex(exponentials.log10(z))


def sqrt(x: Any) -> Any:
    return complex(exponentials.sqrt(finite(x)))


def sin(x: Any) -> Any:
    return in_range(trigonometry.sin(finite(x)))


def cos(x: Any) -> Any:
    return in_range(trigonometry.cos(finite(x)))


def tan(x: Any) -> Any:
    return in_range(trigonometry.tan(finite(x)))


def sinh(x: Any) -> Any:
    return in_range(trigonometry.sinh(finite(x)))


def cosh(x: Any) -> Any:
    return in_range(trigonometry.cosh(finite(x)))


def tanh(x: Any) -> Any:
    return in_range(trigonometry.tanh(finite(x)))


def asin(x: Any) -> Any:
    return complex(trigonometry.arcsin(finite(x)))


def acos(x: Any) -> Any:
    return complex(trigonometry.arccos(finite(x)))


def atan(x: Any) -> Any:
    z = finite(x)
    domain(z != 1j and z != -1j)
    return complex(trigonometry.arctan(z))


def asinh(x: Any) -> Any:
    return complex(trigonometry.arcsinh(finite(x)))


def acosh(x: Any) -> Any:
    return complex(trigonometry.arccosh(finite(x)))


def atanh(x: Any) -> Any:
    z = finite(x)
    domain(z != 1 and z != -1)
    return complex(trigonometry.arctanh(z))


def phase(x: Any) -> Any:
    z = complex(x)
    return math.atan2(z.imag, z.real)


def polar(x: Any) -> Any:
    z = complex(x)
    return abs(z), math.atan2(z.imag, z.real)


def rect(r: Any, phi: Any) -> Any:
    return complex(r * math.cos(phi), r * math.sin(phi))


def isfinite(x: Any) -> Any:
    z = complex(x)
    return math.isfinite(z.real) and math.isfinite(z.imag)


def isinf(x: Any) -> Any:
    z = complex(x)
    return math.isinf(z.real) or math.isinf(z.imag)


def isnan(x: Any) -> Any:
    z = complex(x)
    return math.isnan(z.real) or math.isnan(z.imag)


def isclose(a: Any, b: Any, *, rel_tol: float = 1e-09, abs_tol: float = 0.0) -> Any:
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    x, y = complex(a), complex(b)
    if x == y:
        return True
    if isinf(x) or isinf(y):
        return False
    return abs(x - y) <= max(rel_tol * max(abs(x), abs(y)), abs_tol)


TEXTS = (exp, log, log10, sqrt, sin, cos, tan, sinh, cosh, tanh, asin, acos, atan, asinh, acosh, atanh)
for _text in (*TEXTS, phase, polar, rect, isfinite, isinf, isnan, isclose):
    stands_for(getattr(cmath, _text.__name__))(_text)
