"""Mathematics that can be computed, emitted or written down.

A partial is one formula, `lambda x, out: 1 - out**2`. Given NumPy arrays it computes; given `Term`s it builds whatever the
term's class builds: IR in `differentiate`, text in `explain`.
"""

from __future__ import annotations

from typing import Any

from ..ir.op import definition


class Term:
    """An operand of a formula that is not yet a number. A subclass says what applying an operation makes."""

    def apply(self, name: str, *operands: Any) -> Any:
        """The operation `name` on `operands`: Terms of the same class, or Python numbers."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self.apply("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return self.apply("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return self.apply("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.apply("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self.apply("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.apply("mul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.apply("div", other, self)

    def __neg__(self) -> Any:
        return self.apply("neg", self)

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, int) and exponent == 2:
            return self.apply("square", self)
        return self.apply("pow", self, exponent)


def apply(name: str, *operands: Any) -> Any:
    """The operation `name` on Terms, or on numbers and arrays."""
    for operand in operands:
        if isinstance(operand, Term):
            return operand.apply(name, *operands)
    meaning = definition(name).meaning
    assert meaning is not None
    return meaning(*operands)


def _function(name: str) -> Any:
    def call(*operands: Any) -> Any:
        return apply(name, *operands)

    call.__name__ = name
    call.__doc__ = f"`{name}` of Terms, or of numbers and arrays."
    return call


exp, log, sqrt, square, cbrt = (_function(n) for n in ("exp", "log", "sqrt", "square", "cbrt"))
sin, cos, tan, sinh, cosh, tanh = (_function(n) for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh"))
sign, absolute, rint = (_function(n) for n in ("sign", "abs", "rint"))
hypot, digamma, pow_ = (_function(n) for n in ("hypot", "digamma", "pow"))
lt, le, gt, ge, eq, ne, isnan = (_function(n) for n in ("lt", "le", "gt", "ge", "eq", "ne", "isnan"))
isinf, isfinite, copysign, rint = (_function(n) for n in ("isinf", "isfinite", "copysign", "rint"))
select = _function("select")
and_, or_ = (_function(n) for n in ("and", "or"))


def vanishing(a: Any, b: Any) -> Any:
    """a·b, and 0 where a is 0 and b infinite: the limit, where a vanishes faster than b grows."""
    return select(and_(eq(a, 0.0), isinf(b)), 0.0, a * b)
