"""Lengths on one side of zero: the vector points along its tangent there, and its length is how far it points.

    r = norm x                     ->     l = norm x_dot; u = x_dot / l; r = select (eq r, 0), (u · x), r
    t = square x, …; r = sqrt t    ->     the same: u · x is t_dot / 2l, and l² sums the squares of tangents as t does

Across u the curvature of a length is infinite there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..analysis.squares import Squares
from ..ir.build import Builder
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in
from ..ops.reduction import with_axes
from .forward import Forward
from .sided import SidedSweep

Bend = Callable[[Builder, Value], Value]


@dataclass(frozen=True)
class Quadratic:
    """A sum of squares of x as far as it stands along the direction: ẋᵀẋ is the `square`, and `moves` says whether any ẋ is not 0, where
    that is asked. What is `across` has the curvature of the length across ẋ, given xᵀẋ / ẋᵀẋ; one number alone has none."""

    square: Value
    moves: Value | None
    across: Bend
    alone: bool


class PointedSweep(SidedSweep):
    """One function of the program, its lengths pointed at zero."""

    def __init__(self, owner: Forward, function: Function, wrt: tuple[int, ...], entry: bool, *, told: bool = True) -> None:
        super().__init__(owner, function, wrt, entry, told=told)
        self.quadratics: dict[Value, Quadratic] = {}
        self.squares: Squares | None = None
        self.rooted: set[Value] = set()
        roots = [op for op in ops_in(function.body) if "length" in op.attributes and "settled" not in op.attributes]
        if roots:
            self.squares = Squares(function)
            sums = (self.squares.ops(op.operands[0]) for op in roots if self.squares.is_length(op))
            self.rooted.update(op.result for ops in sums for op in ops)

    def _hypot(self, b: Builder, op: Op) -> None:
        moving = [v for v in op.operands if v in self.tangent]
        if not self.meets(op):
            self.plain_op(b, op)
        elif len(moving) == 1:
            self.mirrored(b, op, moving[0], b.op("and", *(self.zero(b, self.primal[v]) for v in op.operands)))
        else:
            x, y = (self.primal[v] for v in op.operands)
            dx, dy = (self.dot(b, v) for v in op.operands)
            length = b.op("hypot", dx, dy, settled=True)
            u, v = self.unit(b, dx, length), self.unit(b, dy, length)
            along = b.op("add", b.op("mul", x, u), b.op("mul", y, v))
            rest = [self.corner(b, b.op("sub", p, b.op("mul", q, along)), dp) for p, q, dp in ((x, u, dx), (y, v, dy))]
            value = b.op("add", along, b.op("add", *rest))
            moves = self.moves(b, self.from_zero(b, dx), self.from_zero(b, dy))
            self.decided(b, op, self.zero(b, b.op("hypot", x, y, settled=True)), value, length, moves, dx, dy)

    def _norm(self, b: Builder, op: Op) -> None:
        if not self.meets(op):
            self.plain_op(b, op)
            return
        x, dx = self.primal[op.operands[0]], self.dot(b, op.operands[0])
        length = b.op("norm", dx, settled=True, **op.attributes)
        spread = replace(op, operands=(x,))
        u = self.unit(b, dx, with_axes(b, spread, length))
        along = b.op("sum", b.op("mul", x, u), **op.attributes, name="along")
        rest = self.corner(b, b.op("sub", x, b.op("mul", u, with_axes(b, spread, along))), dx)
        value = b.op("add", along, b.op("sum", rest, **op.attributes))
        moves = self.moves(b, self.from_zero(b, dx))
        if moves is not None:
            moves = b.op("any", moves, **op.attributes, name="moves")
        self.decided(b, op, self.zero(b, b.op("norm", x, settled=True, **op.attributes)), value, length, moves, dx)

    def unit(self, b: Builder, dx: Value, length: Value) -> Value:
        """dx / length, and 0 where the vector stays at zero along the direction."""
        zero = b.constant(0.0, scalar_of(dx.type), "zero")
        return b.op("select", b.op("eq", length, zero), zero, b.op("div", dx, length), name="u")

    def corner(self, b: Builder, across: Value, dx: Value) -> Value:
        """0 with slope 0 and an infinite second derivative, as the length has it across the direction: (I - u uᵀ)/0. A part of the
        vector that stands still has none."""
        zero = b.constant(0.0, scalar_of(across.type), "zero")
        moving = b.op("select", b.op("eq", dx, zero, kink=True, name="still"), zero, across, name="moving")
        return b.op("pow", moving, b.constant(1.5, scalar_of(across.type), "bend"), name="corner")

    # Roots of sums of squares ------------------------------------------------------------------------------------

    def plain_op(self, b: Builder, op: Op) -> None:
        super().plain_op(b, op)
        if op.results and op.results[0] in self.rooted and op.result in self.tangent:
            self.quadratics[op.result] = self.quadratic(b, op)

    def quadratic(self, b: Builder, op: Op) -> Quadratic:
        """What stands under the root as far as `op`, along the direction."""
        assert self.squares is not None
        if self.squares.is_square(op):
            return self.square(b, op)
        if op.name == "add":
            return self.added(b, op)
        (part,) = self.squares.parts(op)
        inner = self.quadratics[part]

        square = b.op(op.name, *(inner.square if v is part else self.primal[v] for v in op.operands), **op.attributes)
        if op.name != "sum":
            return replace(inner, square=square)
        spread = replace(op, operands=(self.primal[op.operands[0]],))

        def across(b: Builder, scale: Value) -> Value:
            return b.op("sum", inner.across(b, with_axes(b, spread, scale)), **op.attributes)

        moves = None if inner.moves is None else b.op("any", inner.moves, **op.attributes, name="moves")
        return Quadratic(square, moves, across, alone=False)

    def square(self, b: Builder, op: Op) -> Quadratic:
        x, dx = self.primal[op.operands[0]], self.dot(b, op.operands[0])
        product = "matmul" if op.name == "matmul" else "mul"
        moves = self.moves(b, self.from_zero(b, dx))
        if moves is not None and product == "matmul":
            moves = b.op("any", moves, axes=(0,), keepdims=False, name="moves")
        now, direction = (b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v for v in (x, dx))

        def across(b: Builder, scale: Value) -> Value:
            corner = self.corner(b, b.op("sub", now, b.op("mul", direction, scale)), direction)
            return b.op("sum", corner, axes=(0,), keepdims=False) if product == "matmul" else corner

        return Quadratic(b.op(product, dx, dx), moves, across, alone=product == "mul")

    def added(self, b: Builder, op: Op) -> Quadratic:
        """The sum of two; where one stands still, the other spread over it."""
        found = [self.quadratics[v] for v in op.operands if v in self.quadratics]
        one, other = found[0], found[-1]
        if one is other and op.operands[0] is not op.operands[1]:
            return replace(one, square=self.shaped(b, one.square, self.primal[op.result]))
        moves = None if one.moves is None or other.moves is None else b.op("or", one.moves, other.moves, name="moves")

        def across(b: Builder, scale: Value) -> Value:
            return b.op("add", one.across(b, scale), other.across(b, scale))

        return Quadratic(b.op("add", one.square, other.square), moves, across, alone=False)

    def _sqrt(self, b: Builder, op: Op) -> None:
        under = op.operands[0]
        if "length" not in op.attributes or under not in self.quadratics or not self.meets(op):
            self.plain_op(b, op)
            return
        form = self.quadratics[under]
        along = b.op("mul", self.tangent[under], b.constant(0.5, scalar_of(op.result.type), "half"), name="along")
        length = b.op("sqrt", form.square, name="length")
        value = self.unit(b, along, length)
        if not form.alone:
            value = b.op("add", value, form.across(b, self.unit(b, along, form.square)))
        self.decided(b, op, self.zero(b, self.primal[under]), value, length, form.moves, form.square)

    _pow = _sqrt


class Sided(Forward):
    """Tangents of every function that depends on the arguments, and its kinks decided by them."""

    sweep = PointedSweep
