"""Lengths on one side of zero: the vector points along its tangent there, and its length is how far it points.

    r = norm x                     ->     l = norm x_dot; u = x_dot / l; r = select (eq r, 0), (u · x), r
    r = sqrt t {length}            ->     l = sqrt t_dot {second}; r = select (t and t_dot are 0), t_dot / 2l, (sqrt t)
    l = sqrt t_dot {second}        ->     l = sqrt (t_dot_dot / 2)                               in the next round of tangents

What cannot be negative is 0 only where its tangent is 0 too, so that t(x + ε d) = ε² t_dot_dot / 2 there, whatever t is made of: a sum of
squares, in a loop or in an array that is written. Where that is 0 as well the slope is 0, and the second derivative is that of a point that
does not move, or NaN.
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.squares import Squares
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Program, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in
from ..ops.reduction import with_axes
from .forward import Forward
from .sided import SidedSweep


class PointedSweep(SidedSweep):
    """One function of the program, its lengths pointed at zero."""

    owner: Sided

    def __init__(self, owner: Sided, function: Function, wrt: tuple[int, ...], entry: bool, *, told: bool = True) -> None:
        super().__init__(owner, function, wrt, entry, told=told)
        self.squares = Squares(self.effects)
        roots = [op.operands[0] for op in ops_in(function.body) if "length" in op.attributes and "settled" not in op.attributes]
        self.under = {v for root in roots for v in self.squares.whole(root)}
        self.stirs: dict[Value, Value] = {}  # whether anything that is squared moves

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

    # Roots of what may be a sum of squares -----------------------------------------------------------------------

    def plain_op(self, b: Builder, op: Op) -> None:
        super().plain_op(b, op)
        if op.results and op.results[0] in self.under:
            self.stirs[op.result] = self.stirred(b, op)

    def stirred(self, b: Builder, op: Op) -> Value:
        """Whether any of the numbers moves whose squares `op` sums, to the second order; True where they are not known."""
        if self.squares.is_square(op):
            moves = self.dot(b, op.operands[0])
            moves = b.op("ne", moves, b.constant(0.0, scalar_of(moves.type), "zero"), kink=True, name="moves")
            return b.op("any", moves, axes=(0,), keepdims=False) if op.name == "matmul" else moves
        parts = self.squares.parts(op)
        found = [self.stirs.get(v) or b.bool(True) for v in parts]
        if op.name == "add":
            return b.op("or", *found, name="moves")
        if not parts or not isinstance(found[0].type, ArrayType):
            return found[0] if parts else b.bool(op.name != "constant")
        if op.name == "sum":
            return b.op("any", found[0], **op.attributes, name="moves")
        if op.name in ("load", "gather") or definition(op.name).shares:
            return b.op(op.name, found[0], *(self.primal[v] for v in op.operands[1:]), **op.attributes, name="moves")
        return found[0]

    def _sqrt(self, b: Builder, op: Op) -> None:
        under = op.operands[0]
        if "second" in op.attributes:
            self.second(b, op)
            return
        if "length" not in op.attributes or self.owner.last or not self.meets(op) or under not in self.tangent:
            self.plain_op(b, op)
            return
        dt, dtype = self.tangent[under], scalar_of(op.result.type)
        tie = b.op("and", self.zero(b, self.primal[under]), self.zero(b, dt))
        length = b.op("sqrt", dt, second=True, name="length")
        value = self.unit(b, b.op("mul", dt, b.constant(0.5, dtype, "half")), length)
        if not self.is_alone(under):
            value = b.op("add", value, b.op("pow", value, b.constant(1.5, dtype, "bend")))
        flat = b.op("and", b.op("eq", length, b.constant(0.0, dtype, "zero")), self.stirs.get(under) or b.bool(True), name="flat")
        value = b.op("select", flat, b.op("pow", self.primal[under], b.constant(1.5, dtype, "bend")), value)
        moves = b.op("ne", length, b.constant(0.0, dtype, "zero"), name="moves") if self.inside else None
        self.decided(b, op, tie, value, length, moves, length)

    _pow = _sqrt

    def is_alone(self, under: Value) -> bool:
        """Whether one number is squared, whose length has no curvature beside its kink; that of any other may be infinite."""
        op = self.squares.made_by.get(under)
        return op is not None and op.name != "matmul" and self.squares.is_square(op)

    def second(self, b: Builder, op: Op) -> None:
        """The root of half the second derivative along the direction, where there is one."""
        zero = b.constant(0.0, scalar_of(op.result.type), "zero")
        ddt = self.dot(b, op.operands[0])
        half = b.op("mul", b.op("select", b.op("gt", ddt, zero), ddt, zero), b.constant(0.5, scalar_of(op.result.type), "half"))
        self.primal[op.result] = b.op("sqrt", half, name=op.result.name)


class Sided(Forward):
    """Tangents of every function that depends on the arguments, and its kinks decided by them. No round of tangents follows the `last`."""

    sweep = PointedSweep

    def __init__(self, program: Program, *, last: bool) -> None:
        super().__init__(program, guarded=True)
        self.last = last
