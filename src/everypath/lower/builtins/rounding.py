"""`round(x, n)`: to n decimal digits, exactly as Python does it, with no help of text.

y = x·10ⁿ is known exactly as a product p and its rounding error e (Dekker 1971); the nearest integer r to y, the even one of two, is
found from both, and r/10ⁿ is a division of exact numbers, so it is the float nearest to the decimal number. From 2⁵³ on x itself is.
"""

from __future__ import annotations

import ast

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import F64
from ..frame import Frame
from ..values import Abstract, Scalar

EXACT = 22
"""10ⁿ is a float exactly up to this n."""

SPLIT = 2.0**27 + 1.0


def rounded(c: Frame, x: Scalar, digits: int, node: ast.AST) -> Abstract:
    """`round(x, digits)` of a Python float."""
    value = c.as_type(x, F64)
    if digits < -EXACT:
        c.refuse(node, "round() to so many digits before the point is not supported", "write 0.0 * x")
    return Scalar(before_the_point(c, value, -digits) if digits < 0 else after_the_point(c, value, digits), "float")


def after_the_point(c: Frame, x: Value, digits: int) -> Value:
    b = c.b
    scale = b.f64(10.0 ** min(digits, EXACT), "scale")
    if digits > EXACT:  # all floats but the smallest have fewer digits
        large = b.op("not", within(c, x, 2.0**53 / 10.0**EXACT))
        message = f"round() of so small a number to {digits} digits is not supported\nscale it first"
        c.check(b.op("or", large, b.op("eq", x, b.f64(0.0))), NotSupported, message)
        return jumping(c, x)
    p, e = product(c, x, scale)
    r = b.op("rint", p)
    d = b.op("sub", p, r)
    half, zero = b.f64(0.5), b.f64(0.0)
    up = b.op("and", b.op("eq", d, half), b.op("gt", e, zero))
    down = b.op("and", b.op("eq", d, b.f64(-0.5)), b.op("lt", e, zero))
    tie = b.op("and", b.op("eq", d, zero), b.op("or", b.op("eq", e, half), b.op("eq", e, b.f64(-0.5))))
    odd = b.op("ne", b.op("mul", b.f64(2.0), b.op("rint", b.op("mul", r, half))), r)
    across = b.op("and", tie, odd)
    r = moved(c, r, b.op("or", up, b.op("and", across, b.op("gt", e, zero))), b.op("or", down, b.op("and", across, b.op("lt", e, zero))))
    whole = b.op("not", b.op("or", within(c, p, 2.0**53), b.op("isnan", x)))
    return b.op("select", whole, jumping(c, x), b.op("div", r, scale), name="rounded")


def before_the_point(c: Frame, x: Value, digits: int) -> Value:
    b = c.b
    scale, half = b.f64(10.0**digits, "scale"), b.f64(0.5 * 10.0**digits)
    q = b.op("rint", b.op("div", x, scale))
    p, e = product(c, q, scale)
    rest = b.op("sub", b.op("sub", x, p), e)
    odd = b.op("ne", b.op("mul", b.f64(2.0), b.op("rint", b.op("mul", q, b.f64(0.5)))), q)
    up = b.op("or", b.op("gt", rest, half), b.op("and", odd, b.op("eq", rest, half)))
    down = b.op("or", b.op("lt", rest, b.op("neg", half)), b.op("and", odd, b.op("eq", rest, b.op("neg", half))))
    out = b.op("mul", moved(c, q, up, down), scale)
    finite = b.op("isfinite", x)
    c.check(b.op("or", b.op("isfinite", out), b.op("not", finite)), OverflowError, "rounded value too large to represent")
    return b.op("select", finite, out, jumping(c, x), name="rounded")


def jumping(c: Frame, x: Value) -> Value:
    """`x`, whose digits are all kept. No derivative comes from it, as none comes from other numbers that are rounded."""
    b = c.b
    fine = b.op("mul", b.op("rint", b.op("mul", x, b.f64(2.0**80))), b.f64(2.0**-80))
    return b.op("select", within(c, x, 2.0**53), fine, b.op("rint", x))


def within(c: Frame, x: Value, bound: float) -> Value:
    """Whether |x| < bound."""
    b = c.b
    return b.op("and", b.op("lt", x, b.f64(bound)), b.op("gt", x, b.f64(-bound)))


def moved(c: Frame, r: Value, up: Value, down: Value) -> Value:
    """`r`, one higher or one lower."""
    b = c.b
    one = b.f64(1.0, "one")
    return b.op("select", up, b.op("add", r, one), b.op("select", down, b.op("sub", r, one), r))


def product(c: Frame, x: Value, y: Value) -> tuple[Value, Value]:
    """x·y rounded, and the error of that, exactly (Dekker, "A floating-point technique for extending the available precision")."""
    b = c.b
    p = b.op("mul", x, y)
    (x1, x2), (y1, y2) = halves(c, x), halves(c, y)
    first = b.op("sub", b.op("mul", x1, y1), p)
    second = b.op("add", b.op("add", first, b.op("mul", x1, y2)), b.op("mul", x2, y1))
    return p, b.op("add", second, b.op("mul", x2, y2))


def halves(c: Frame, x: Value) -> tuple[Value, Value]:
    """`x` as a sum of two numbers of half as many bits."""
    b = c.b
    t = b.op("mul", b.f64(SPLIT), x)
    high = b.op("sub", t, b.op("sub", t, x))
    return high, b.op("sub", x, high)
