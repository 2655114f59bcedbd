"""Which roots are lengths: those of a sum of squares, as people write a length who do not call `norm` or `hypot`.

    d = sub p, q; s = square d; t = sum s; r = sqrt t        r is a length, t is the sum of squares of d

A sum of squares is a product of a value with itself, sums of those, and those times a positive number or divided by one. None of
them may be written, for then it would be something else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, is_float
from ..ir.walk import definers
from .alias import groups
from .effects import Effects


class Squares:
    """The sums of squares of one function."""

    def __init__(self, function: Function) -> None:
        self.made_by = definers(function)
        self.groups = groups(function)
        self.written = Effects(function, self.groups).written
        self.known: dict[Value, bool] = {}

    def is_length(self, op: Op) -> bool:
        """Whether `op` is the root of a sum of squares."""
        is_root = op.name == "sqrt" or (op.name == "pow" and self.is_constant(op.operands[1], 0.5))
        return is_root and self.holds(op.operands[0]) and not self.is_constant(op.operands[0], 0.0)

    def holds(self, v: Value) -> bool:
        """Whether `v` is a sum of squares."""
        if v not in self.known:
            op = self.made_by.get(v)
            self.known[v] = op is not None and is_float(v.type) and self.groups.of(v) not in self.written and self.is_sum(op)
        return self.known[v]

    def is_sum(self, op: Op) -> bool:
        """Whether `op` makes a sum of squares."""
        if self.is_square(op) or self.is_constant(op.result, 0.0):
            return True
        parts = self.parts(op)
        return bool(parts) and all(map(self.holds, parts))

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
        if op.name == "sum" or (op.name == "div" and self.is_positive(op.operands[1])):
            return op.operands[:1]
        if op.name == "mul" and any(map(self.is_positive, op.operands)):
            return tuple(v for v in op.operands if not self.is_positive(v))
        if op.name == "add" and all(self.spreads(v, op.result) for v in op.operands):
            return op.operands
        return ()

    def spreads(self, v: Value, total: Value) -> bool:
        """Whether what is spread over `total` can be told for each element of the vectors of which `v` has the squares."""
        if rank(v) == rank(total) or self.is_constant(v, 0.0):
            return True
        return v in self.made_by and self.made_by[v].name in ("square", "mul", "pow")

    def is_positive(self, v: Value) -> bool:
        """Whether `v` is a number of elements, or a constant above 0."""
        op = self.made_by.get(v)
        if op is None or op.name == "constant":
            return op is not None and 0 < op.attributes["value"] < math.inf
        return op.name == "dim" or (op.name in ("cast", "mul") and all(map(self.is_positive, op.operands)))

    def is_constant(self, v: Value, wanted: float) -> bool:
        op = self.made_by.get(v)
        return op is not None and op.name == "constant" and op.attributes["value"] == wanted

    def ops(self, v: Value) -> Iterator[Op]:
        """What makes the sum of squares `v`."""
        op = self.made_by[v]
        yield op
        for part in () if self.is_square(op) else self.parts(op):
            yield from self.ops(part)


def rank(v: Value) -> int:
    return v.type.rank if isinstance(v.type, ArrayType) else 0
