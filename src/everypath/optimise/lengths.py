"""The square of a length is a sum of squares, which has no kink.

    r = norm x; s = square r     ->     p = mul x, x; s = sum p

‖x‖ has no derivative at 0 and ‖x‖² has all of them: found by algebra, because no rule for ‖x‖ alone can give them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import is_float
from ..ir.walk import definers, ops_in, with_body
from .rewriting import renamed


def lengths(function: Function) -> Function:
    """`function` with squares of norms and hypotenuses computed without the root."""
    made_by = definers(function)
    squared: set[Value] = set()
    for op in reversed(list(ops_in(function.body))):
        base = squared_value(op, made_by)
        if op.name == "hypot" and op.result in squared:
            squared.update(v for v in op.operands if is_length(v, made_by))
        if base is not None and is_length(base, made_by):
            squared.add(base)
    if not squared:
        return function
    return with_body(function, Rewriter(made_by, squared).ops(function.body.ops, {}))


def is_length(v: Value, made_by: Mapping[Value, Op]) -> bool:
    return v in made_by and made_by[v].name in ("norm", "hypot")


def squared_value(op: Op, made_by: Mapping[Value, Op]) -> Value | None:
    """What `op` is the square of."""
    if not op.operands or not op.results or not is_float(op.results[0].type):
        return None
    if op.name == "square" or (op.name == "mul" and op.operands[0] is op.operands[1]):
        return op.operands[0]
    if op.name == "pow":
        exponent = made_by.get(op.operands[1])
        if exponent is not None and exponent.name == "constant" and exponent.attributes["value"] == 2:
            return op.operands[0]
    return None


class Rewriter:
    """Computes the sum of squares where the length is computed, and uses it where the length is squared."""

    def __init__(self, made_by: Mapping[Value, Op], squared: set[Value]) -> None:
        self.made_by = made_by
        self.squared = squared
        self.squares: dict[Value, Value] = {}

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = renamed(old, env)
            base = squared_value(old, self.made_by)
            if base in self.squares and self.squares[base].type == op.result.type:
                env[op.result] = self.squares[base]
                continue
            kept.append(replace(op, regions=tuple(Region(r.arguments, tuple(self.ops(r.ops, env))) for r in op.regions)))
            if op.results and op.results[0] in self.squared:
                b = Builder(op.location)
                self.squares[op.result] = self.sum_of_squares(b, old, op)
                kept += b.ops
        return kept

    def sum_of_squares(self, b: Builder, old: Op, op: Op) -> Value:
        if op.name == "norm":
            (x,) = op.operands
            return b.op("sum", b.op("mul", x, x), **op.attributes, name="squares")
        sides = (self.squares[v] if v in self.squares else b.op("mul", w, w) for v, w in zip(old.operands, op.operands, strict=True))
        return b.op("add", *sides, name="squares")
