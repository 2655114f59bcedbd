"""The square of a length is a sum of squares, which has no kink; and what may be a length is marked.

    t = what may be squares; r = sqrt t        ->     r = sqrt t {length}
    r = norm x; s = square r                   ->     p = mul x, x; s = sum p
    r = sqrt t {length}; s = square r          ->     s = select (eq r, 0), t, (square r)
    r = norm x; d = mul r, c; s = square d     ->     p = mul x, c; q = mul p, p; s = select (eq r, 0), (sum q), (square d)

‖x‖ has no derivative at 0 and ‖x‖² has all of them: found by algebra, because no rule for ‖x‖ alone can give them. Of a root,
with factors, or divided by them, only where ‖x‖ is 0, and the factors are neither 0 nor infinite: everywhere else nothing is changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..analysis.alias import groups
from ..analysis.effects import Effects
from ..analysis.squares import Squares
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, ScalarType, is_float, scalar_of
from ..ir.walk import definers, ops_in, with_body
from ..unchanging import plain_value
from .cse import cse
from .rewriting import renamed


def lengths(function: Function) -> Function:
    """`function` with squares of lengths computed without the root."""
    if not any(op.name in (*LENGTHS, "sqrt", "pow") for op in ops_in(function.body)):
        return function
    function = cse(function)
    found = Squares(Effects(function, groups(function)))
    function = marked(function, found)
    made_by = definers(function)
    squares = {op: square for op in ops_in(function.body) if (square := square_of(op, made_by)) and stays(square.length, made_by, found)}
    if not squares:
        return function
    return with_body(function, Rewriter(made_by, squares).ops(function.body.ops, {}))


LENGTHS = ("norm", "hypot")


def stays(length: Value, made_by: Mapping[Value, Op], squares: Squares) -> bool:
    """Whether the length is what was measured wherever it is seen, and so is what stands under its root."""
    under = made_by[length].operands[:1] if "length" in made_by[length].attributes else ()
    return all(map(squares.stays, (length, *under)))


def marked(function: Function, squares: Squares) -> Function:
    """`function`, its roots marked that may be lengths."""
    found = {op for op in ops_in(function.body) if op.name in ("sqrt", "pow") and squares.may_be_length(op)}

    def region(old: Region) -> Region:
        return Region(old.arguments, tuple(map(mark, old.ops)))

    def mark(op: Op) -> Op:
        if op in found:
            return replace(op, attributes={**op.attributes, "length": True})
        return replace(op, regions=tuple(map(region, op.regions))) if op.regions else op

    return with_body(function, region(function.body).ops) if found else function


def is_length(op: Op | None) -> bool:
    return op is not None and (op.name in LENGTHS or "length" in op.attributes)


Steps = tuple[tuple[str, Value], ...]


@plain_value
class Square:
    """The product of one length with itself, each of both times as it is or with factors: ("mul" or "div", factor)."""

    length: Value
    sides: tuple[Steps, Steps]


def square_of(op: Op, made_by: Mapping[Value, Op]) -> Square | None:
    """What `op` is the square of."""
    sides = factors(op, made_by)
    if sides is None:
        return None
    (r, steps), (other, more) = (scaled(v, made_by) for v in sides)
    if r is not other or not is_length(made_by.get(r)) or r.type != op.result.type:
        return None
    return Square(r, (steps, more))


def factors(op: Op, made_by: Mapping[Value, Op]) -> tuple[Value, Value] | None:
    """The two factors of a product, which `op` may write as a square."""
    if not op.operands or not op.results or not is_float(op.results[0].type):
        return None
    if op.name == "square":
        return op.operands[0], op.operands[0]
    if op.name == "mul":
        return op.operands[0], op.operands[1]
    if op.name == "pow":
        exponent = made_by.get(op.operands[1])
        if exponent is not None and exponent.name == "constant" and exponent.attributes["value"] == 2:
            return op.operands[0], op.operands[0]
    return None


def scaled(v: Value, made_by: Mapping[Value, Op]) -> tuple[Value, Steps]:
    """The length that `v` is, and the factors that were multiplied to it or that it was divided by; else `v` itself."""
    op = made_by.get(v)
    if op is None or op.name not in ("mul", "div"):
        return v, ()
    for k in range(2 if op.name == "mul" else 1):
        r, steps = scaled(op.operands[k], made_by)
        if isinstance(op.operands[1 - k].type, ScalarType) and is_length(made_by.get(r)) and r.type == v.type:
            return r, (*steps, (op.name, op.operands[1 - k]))
    return v, ()


class Rewriter:
    """Sums the squares where a length is computed, for its array may be written later, and uses the sum where it is squared."""

    def __init__(self, made_by: Mapping[Value, Op], squares: Mapping[Op, Square]) -> None:
        self.made_by = made_by
        self.squares = squares
        self.squared = {square.length for square in squares.values()}
        self.with_factors = {square.length for square in squares.values() if any(square.sides)}
        for length in list(self.squared):
            self.squared.update(inner_lengths(length, made_by))
        self.sums: dict[Value, Value] = {}
        self.measured: dict[Value, Op] = {}

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = renamed(old, env)
            square = self.squares.get(old)
            b = Builder(op.location)
            if square is not None and square.length in self.sums and self.sums[square.length].type == op.result.type:
                only_at_zero = any(square.sides) or "length" in self.made_by[square.length].attributes
                env[op.result] = self.square(b, op, square, env) if only_at_zero else self.sums[square.length]
                kept += b.ops
                continue
            kept.append(replace(op, regions=tuple(Region(r.arguments, tuple(self.ops(r.ops, env))) for r in op.regions)))
            if op.results and op.results[0] in self.squared:
                self.measure(b, old, op)
                kept += b.ops
        return kept

    def measure(self, b: Builder, old: Op, op: Op) -> None:
        if "length" in op.attributes:
            self.sums[op.result], self.measured[op.result] = op.operands[0], op
            return
        squares = [self.sums[v] if v in self.sums else b.op("mul", w, w) for v, w in zip(old.operands, op.operands, strict=True)]
        self.sums[op.result] = summed(b, op, squares)
        if op.result in self.with_factors:
            held = (b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v for v in op.operands)
            self.measured[op.result] = replace(op, operands=tuple(held))

    def square(self, b: Builder, op: Op, square: Square, env: Mapping[Value, Value]) -> Value:
        """Where the length is 0, the sum of the squares of what was measured, with the factors; elsewhere `op` itself."""
        length = self.measured[square.length]
        one, other = ([(name, env.get(v, v)) for name, v in side] for side in square.sides)
        if "length" in length.attributes:
            total = times(b, times(b, length.operands[0], one), other)
        else:
            total = summed(b, length, [b.op("mul", times(b, v, one), times(b, v, other)) for v in length.operands])
        condition = b.op("eq", length.result, b.constant(0.0, scalar_of(length.result.type), "zero"), name="vanishes")
        for v in self.unknown(square, env):
            holds = b.op("and", b.op("isfinite", v), b.op("ne", v, b.constant(0.0, scalar_of(v.type), "zero")))
            condition = b.op("and", condition, holds, name="vanishes")
        b.append(op)
        return b.op("select", condition, total, op.result, name=op.result.name)

    def unknown(self, square: Square, env: Mapping[Value, Value]) -> list[Value]:
        """The factors of which it is not known that they are finite, and not zero."""
        every = dict.fromkeys(v for side in square.sides for _, v in side)
        return [env.get(v, v) for v in every if not (v in self.made_by and is_factor(self.made_by[v]))]


def inner_lengths(length: Value, made_by: Mapping[Value, Op]) -> set[Value]:
    """The hypotenuses and norms that the hypotenuse `length` is made of."""
    if made_by[length].name != "hypot":
        return set()
    found = {v for v in made_by[length].operands if is_length(made_by.get(v))}
    return found.union(*(inner_lengths(v, made_by) for v in found))


def summed(b: Builder, length: Op, squares: Sequence[Value]) -> Value:
    """What stands under the root of `length`."""
    if length.name == "norm":
        return b.op("sum", squares[0], **length.attributes, name="squares")
    return b.op("add", *squares, name="squares")


def times(b: Builder, v: Value, steps: Sequence[tuple[str, Value]]) -> Value:
    for name, factor in steps:
        v = b.op(name, v, factor, name=v.name)
    return v


def is_factor(op: Op) -> bool:
    return op.name == "constant" and math.isfinite(op.attributes["value"]) and op.attributes["value"] != 0
