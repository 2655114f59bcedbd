"""Which roots may be lengths: those of what may be a sum of squares, as people write a length who do not call `norm` or `hypot`.

    d = sub p, q; s = square d; t = sum s; r = sqrt t        r is a length: t is the sum of squares of d
    t = for … { yield add t, (square x) }; r = sqrt t        r may be one

A sum of squares is a product of a value with itself, sums of those, and those times a positive number or divided by one. What is carried
by a loop, comes out of a branch or was written to an array may be one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..ir.op import definition
from ..ir.program import Op, Value
from ..ir.types import ArrayType, is_float
from .effects import Effects


class Squares:
    """What may be sums of squares in one function."""

    def __init__(self, effects: Effects) -> None:
        self.parameters = frozenset(effects.function.parameters)
        self.made_by, self.groups, self.written = effects.definers, effects.groups, effects.written
        self.known: dict[Value, bool] = {}

    def may_be_length(self, op: Op) -> bool:
        """Whether `op` is the root of what may be a sum of squares."""
        is_root = op.name == "sqrt" or (op.name == "pow" and self.is_constant(op.operands[1], 0.5))
        return is_root and self.may_hold(op.operands[0]) and not self.is_constant(op.operands[0], 0.0)

    def stays(self, v: Value) -> bool:
        """Whether `v` is what it is wherever it is seen."""
        return not isinstance(v.type, ArrayType) or self.groups.of(v) not in self.written

    def may_hold(self, v: Value) -> bool:
        """Whether `v` may be a sum of squares."""
        if v not in self.known:
            op = self.made_by.get(v)
            self.known[v] = is_float(v.type) and (v not in self.parameters if op is None else self.may_make(op))
        return self.known[v]

    def may_make(self, op: Op) -> bool:
        """Whether `op` may make a sum of squares."""
        if op.regions or len(op.results) > 1:
            return bool(op.regions)
        if self.is_square(op) or self.is_constant(op.result, 0.0):
            return True
        if isinstance(op.result.type, ArrayType) and self.groups.of(op.result) in self.written and not definition(op.name).shares:
            return True
        parts = self.parts(op)
        return bool(parts) and all(map(self.may_hold, parts))

    def whole(self, v: Value) -> Iterator[Value]:
        """`v`, and what it is a sum of squares of, as far as that is known."""
        op = self.made_by.get(v)
        if op is None or op.regions or not self.stays(v) or not self.may_hold(v):
            return
        yield v
        for part in () if self.is_square(op) else self.parts(op):
            yield from self.whole(part)

    def is_square(self, op: Op) -> bool:
        """Whether `op` is the product of a value with itself."""
        if op.name == "square":
            return True
        if op.name in ("mul", "matmul"):
            x, y = op.operands
            return x is y and (op.name == "mul" or rank(x) == 1)
        return op.name == "pow" and self.is_constant(op.operands[1], 2)

    def parts(self, op: Op) -> tuple[Value, ...]:
        """What has to be sums of squares, if `op` is to be one, which is no square itself."""
        if op.name in ("sum", "load", "gather", "copy", "cast") or definition(op.name).shares:
            return op.operands[:1]
        if op.name == "div" and self.is_positive(op.operands[1]):
            return op.operands[:1]
        if op.name in ("mul", "maximum", "larger") and any(map(self.is_factor, op.operands)):
            return tuple(v for v in op.operands if not self.is_factor(v))
        return op.operands if op.name == "add" else ()

    def is_factor(self, v: Value) -> bool:
        return self.is_positive(v) or self.is_constant(v, 0.0)

    def is_positive(self, v: Value) -> bool:
        """Whether `v` is a number of elements, or a constant above 0."""
        op = self.made_by.get(v)
        if op is None or op.name == "constant":
            return op is not None and 0 < op.attributes["value"] < math.inf
        return op.name == "dim" or (op.name in ("cast", "mul") and all(map(self.is_positive, op.operands)))

    def is_constant(self, v: Value, wanted: float) -> bool:
        op = self.made_by.get(v)
        return op is not None and op.name == "constant" and op.attributes["value"] == wanted


def rank(v: Value) -> int:
    return v.type.rank if isinstance(v.type, ArrayType) else 0
