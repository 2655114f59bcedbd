"""Computing scalars ahead of time, with nothing that raises: the tests that guards are made of.

i2 = add i, one {overflow="raise"}          i2 = add lo, one        fits = ge ((lo ^ i2) & (one ^ i2)), 0
p = index i2, n                        →                            low = ge i2, 0    high = lt i2, n
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..analysis.ranges import LARGEST, SMALLEST, Ranges
from ..ir.build import Builder
from ..ir.program import Op, Value

FACTOR = 2**31
"""Two numbers of at most this size have a product that fits."""


class Copy:
    """Copies scalar computations into `b`, with other values for the loop variables in `env`.

    `visible` says which values exist there anyway.
    """

    def __init__(
        self,
        b: Builder,
        env: Mapping[Value, Value],
        visible: Callable[[Value], bool],
        definers: Mapping[Value, Op],
        ranges: Ranges,
    ) -> None:
        self.b = b
        self.env = dict(env)
        self.visible = visible
        self.definers = definers
        self.ranges = ranges

    def value(self, value: Value) -> Value:
        """`value` there. Arithmetic wraps: where that matters, the program raises before it gets to what is guarded."""
        if value in self.env:
            return self.env[value]
        if self.visible(value):
            return value
        op = self.definers[value]
        operands = tuple(self.value(v) for v in op.operands)
        attributes = {name: a for name, a in op.attributes.items() if name != "overflow"}
        if op.name == "index":
            attributes["checked"] = False
        self.env[value] = self.b.op(op.name, *operands, name=value.name, **attributes)
        return self.env[value]

    def holds(self, check: Op) -> list[Value]:
        """Conditions under which `check` does not raise and, if it is an index, counts from the end that it is expected to; if it is the
        end of a slice, lies within its axis."""
        b = self.b
        x, *others = (self.value(v) for v in check.operands)
        if check.name == "index":
            (n,) = others
            if counts_from_end(check, self.ranges):
                self.env[check.results[0]] = b.op("add", x, n, name=check.results[0].name)
                return [b.op("lt", x, b.i64(0)), b.op("ge", x, b.op("neg", n))]
            self.env[check.results[0]] = x
            return [b.op("ge", x, b.i64(0)), b.op("lt", x, n)]
        if check.name == "minimum":
            return [b.op("le", x, *others)]
        if check.name in ("neg", "abs"):
            return [b.op("ne", x, b.i64(SMALLEST))]
        (y,) = others
        if check.name == "mul":
            return self.product_fits(check, x, y)
        result = self.value(check.results[0])
        other = b.op("xor", x, y) if check.name == "sub" else b.op("xor", y, result)
        return [b.op("ge", b.op("and", b.op("xor", x, result), other), b.i64(0), name="fits")]

    def product_fits(self, check: Op, x: Value, y: Value) -> list[Value]:
        """Bounds on the factors: exact beside a constant, else both small."""
        for one, other in ((0, y), (1, x)):
            constant = self.ranges.constant(check.operands[one])
            if constant is not None:
                return self.within(other, LARGEST // max(1, abs(constant)))
        return [*self.within(x, FACTOR), *self.within(y, FACTOR)]

    def within(self, x: Value, size: int) -> list[Value]:
        return [self.b.op("ge", x, self.b.i64(-size)), self.b.op("le", x, self.b.i64(size))]


def counts_from_end(index: Op, ranges: Ranges) -> bool:
    """Whether the operand of `index` is known to be negative, as in x[-1]."""
    return ranges.interval(index.operands[0])[1] < 0
