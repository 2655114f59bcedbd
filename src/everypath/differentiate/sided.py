"""The sweep that puts a function on one side of its kinks: tangents decide, and the pieces that they choose take the place of the kinks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..analysis.activity import Activity, deciding
from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, ScalarType, is_float, scalar_of
from ..ir.types import fresh as unpadded
from ..ir.walk import handed_on, ops_in
from ..ops.reduction import with_axes
from .forward import Forward
from .kinks import DERIVATIVES, decides, is_kink, settle
from .nested import absent_like
from .tangents import ForwardSweep
from .terms import Products

STILL = Products(guarded=False)
"""Zeros that are directions like any other: the tangents of what is derived but stands still."""


class SidedSweep(ForwardSweep):
    """One function of the program. A tangent here decides, and is no part of any derivative.

    What it leaves open is the same to whoever derives the function along it, but not inside, where the function is derived along
    something else: a kink that stands still there keeps its tie, and whoever derives asks for both sides once more.
    """

    strict = False

    @property
    def inside(self) -> bool:
        return "inside" in self.function.attributes

    def refuse(self) -> None:
        """What a derivative would refuse cuts a tangent off, which leaves a tie to the first operand."""

    def __init__(self, owner: Forward, function: Function, wrt: tuple[int, ...], entry: bool, *, told: bool = True) -> None:
        """`told`: whether somebody asks for the tangents of what the function returns."""
        self.told = told
        super().__init__(owner, function, wrt, entry)
        self.sums = {op.result: op for op in ops_in(function.body) if op.name == "sum"}

    def narrowed(self) -> Activity:
        """What decides, or is asked for. What only decides is decided by second tangents."""
        return deciding(self.function, self.active, decides, self.told)

    def callee(self, op: Op, wrt: tuple[int, ...]) -> str:
        told = any(v in self.active for v in (*op.results, *filter(is_reference, op.operands)))
        return self.owner.function(op.attributes["callee"], wrt, entry=False, told=told)

    def attributes(self, n: int) -> dict[str, Any]:
        return {**super().attributes(n), "decided": True}

    def plain_op(self, b: Builder, op: Op) -> None:
        """Where an op is settled, so is its tangent."""
        start = len(b.ops)
        super().plain_op(b, op)
        if "settled" in op.attributes:
            b.ops[start:] = [settle(made) if is_kink(made) else made for made in b.ops[start:]]

    def decided(self, b: Builder, op: Op, tie: Value, chosen: Value, tangent: Value | None, moves: Value | None, *still: Value) -> None:
        """`op` away from its tie, and at it the piece that was chosen, with its tangent. Inside, only where it `moves`: where it does not,
        it has a tie, and so has its tangent, which `op` makes of tangents that stand `still`."""
        if moves is not None:
            self.copy(b, op)
            chosen = b.op("select", moves, chosen, self.primal[op.result])
            kept = self.kept(b, op, *still)
            tangent = kept if tangent is None else b.op("select", moves, tangent, kept)
        self.plain_op(b, settle(op))
        value, before = self.primal[op.result], self.tangent.pop(op.result, None)
        self.primal[op.result] = b.op("select", tie, chosen, value, name=op.result.name)
        if before is not None:
            self.tangent[op.result] = before if tangent is None else b.op("select", tie, tangent, before, name=f"{op.result.name}_dot")

    def kept(self, b: Builder, op: Op, *tangents: Value) -> Value:
        """What a kink makes of directions that tie as well, which is its derivative along them: max(x + ε ẋ, y + ε ẏ) = x + ε max(ẋ, ẏ)."""
        if op.name == "sign":
            return b.op("mul", b.op("sign", *tangents), b.constant(0.0, scalar_of(op.result.type), "zero"), name="still")
        if "length" in op.attributes:
            return tangents[0]
        if op.name == "copysign" or len(tangents) < len(op.operands):
            return b.op("abs", *tangents, name="still")
        return b.op(op.name, *tangents, **op.attributes, name="still")

    def meets(self, op: Op) -> bool:
        """Whether `op` may meet a tie that matters here."""
        return "settled" not in op.attributes and any(v in self.tangent for v in op.operands)

    def moves(self, b: Builder, *pairs: tuple[Value, Value]) -> Value | None:
        """Inside, whether the tangents of one of the pairs tell its values apart."""
        if not self.inside:
            return None
        first, *others = (b.op("ne", *pair, kink=True, name="moves") for pair in pairs)
        for other in others:
            first = b.op("or", first, other, name="moves")
        return first

    def from_zero(self, b: Builder, dx: Value) -> tuple[Value, Value]:
        return dx, b.constant(0.0, scalar_of(dx.type), "zero")

    def pieces(self, b: Builder, op: Op, later: str) -> None:
        """Of two operands one: at a tie the one that is `later` along the direction."""
        if not self.meets(op) or not is_float(op.result.type):
            self.plain_op(b, op)
            return
        x, y = (self.primal[v] for v in op.operands)
        dx, dy = (self.dot(b, v) for v in op.operands)
        first = b.op(later, dx, dy, kink=True)
        chosen, tangent = (b.op("select", first, *pair) for pair in ((x, y), (dx, dy)))
        self.decided(b, op, b.op("eq", x, y), chosen, tangent, self.moves(b, (dx, dy)), dx, dy)

    def _maximum(self, b: Builder, op: Op) -> None:
        self.pieces(b, op, "ge")

    def _minimum(self, b: Builder, op: Op) -> None:
        self.pieces(b, op, "le")

    _fmax = _larger = _maximum
    _fmin = _smaller = _minimum

    def rising(self, b: Builder, v: Value, comparison: str = "ge") -> Value:
        dx = self.dot(b, v)
        return b.op(comparison, dx, b.constant(0.0, scalar_of(dx.type), "zero"), kink=True)

    def zero(self, b: Builder, x: Value) -> Value:
        """Whether `x` is 0."""
        return b.op("eq", x, b.constant(0.0, scalar_of(x.type), "zero"))

    def mirrored(self, b: Builder, op: Op, v: Value, tie: Value, sign: Value | None = None) -> None:
        """|v|, at the `tie`: v where it rises, -v where it falls; times `sign`."""
        x, dx, up = self.primal[v], self.dot(b, v), self.rising(b, v)
        value, tangent = (b.op("select", up, p, b.op("neg", p)) for p in (x, dx))
        if sign is not None:
            value, tangent = b.op("mul", value, sign), b.op("mul", tangent, sign)
        self.decided(b, op, tie, value, tangent, self.moves(b, self.from_zero(b, dx)), dx)

    def _abs(self, b: Builder, op: Op) -> None:
        if self.meets(op) and is_float(op.result.type):
            self.mirrored(b, op, op.operands[0], self.zero(b, self.primal[op.operands[0]]))
        else:
            self.plain_op(b, op)

    def _copysign(self, b: Builder, op: Op) -> None:
        x, y = op.operands
        if "settled" in op.attributes or x not in self.tangent:
            self.plain_op(b, op)
            return
        one = b.constant(1.0, scalar_of(op.result.type), "one")
        self.mirrored(b, op, x, self.zero(b, self.primal[x]), b.op("copysign", one, self.primal[y]))

    def _sign(self, b: Builder, op: Op) -> None:
        """1 or -1 at the jump; where a decision of the user's is taken from it, the 0 that he sees."""
        if not self.meets(op) or self.decides(op.result):
            self.plain_op(b, settle(op) if self.meets(op) else op)
            return
        (x,) = op.operands
        one, minus, zero = (b.constant(v, scalar_of(op.result.type)) for v in (1.0, -1.0, 0.0))
        falls = b.op("select", self.rising(b, x, "lt"), minus, zero)
        side = b.op("select", self.rising(b, x, "gt"), one, falls)
        dx = self.dot(b, x)
        self.decided(b, op, self.zero(b, self.primal[x]), side, None, self.moves(b, self.from_zero(b, dx)), dx)

    def decides(self, v: Value) -> bool:
        """Whether anything but a float is made of `v`, or of what is computed from it. (What chooses the side of a kink sees both.)"""
        groups, reached, before = self.effects.groups, {v}, 0
        while before != len(reached):
            before = len(reached)
            for op in ops_in(self.function.body):
                reached.update(groups.of(target) for source, target in handed_on(op) if groups.of(source) in reached)
                if op.regions or op.name == "dim" or "kink" in op.attributes or not any(groups.of(x) in reached for x in op.operands):
                    continue
                if op.name in ("call", *DERIVATIVES) or not all(is_float(x.type) for x in op.results):
                    return True
                writes = definition(op.name).writes
                reached.update(map(groups.of, op.results if writes is None else (*op.results, op.operands[writes])))
        return False

    def _tied(self, b: Builder, op: Op) -> None:
        """The choice before it is decided by the direction: nothing is left to be told, unless inside, of the tangents too."""
        source, tie, *others = op.operands
        if not self.inside:
            self.primal[op.result] = self.primal[source]
            if source in self.tangent:
                self.tangent[op.result] = self.tangent[source]
            return
        self.copy(b, op)
        if source in self.tangent:
            self.again(b, op, (self.tangent[source], self.primal[tie], *(self.dot(b, v) for v in others)))

    _picked = _tied

    # Means -------------------------------------------------------------------------------------------------------

    def _div(self, b: Builder, op: Op) -> None:
        """Numbers that are equal stay equal to the last bit: what divides them divides their tangents, and the mean of equal ones is one of
        them."""
        x, y = op.operands
        self.plain_op(b, op)
        if op.result not in self.tangent or x not in self.tangent or y in self.tangent:
            return
        name, dx, n = f"{op.result.name}_dot", self.tangent[x], self.primal[y]
        divided = self.quotient(b, dx, n, name)
        if x in self.sums and isinstance(n.type, ScalarType):
            divided = self.mean(b, self.sums[x], divided, n)
        self.tangent[op.result] = self.shaped(b, divided, self.primal[op.result])

    def quotient(self, b: Builder, dx: Value, n: Value, name: str) -> Value:
        """dx / n, rounded once. Where no path came to dx none goes on; a 0 that did come is not taken for that, whatever the sign of n."""
        one, zero = (b.constant(number, scalar_of(n.type), name) for number, name in ((1.0, "one"), (0.0, "zero")))
        nothing = b.op("path", dx, b.op("div", one, n))
        return b.op("select", b.op("is_absent", dx), nothing, b.op("add", b.op("div", dx, n), zero), name=name)

    def mean(self, b: Builder, op: Op, mean: Value, n: Value) -> Value:
        """The sum of tangents divided by `n`, corrected by the mean of what is left if they are `n`."""
        dx = self.tangent[op.operands[0]]
        spread = replace(op, operands=(dx,))
        rest = b.op("sum", b.op("sub", dx, with_axes(b, spread, mean)), **op.attributes)
        count = b.i64(1)
        for axis in op.attributes["axes"]:
            count = b.op("mul", count, b.op("dim", dx, axis=axis))
        all_ = b.op("eq", b.op("cast", count, dtype=scalar_of(n.type).name), n)
        return b.op("select", all_, b.op("add", mean, b.op("div", rest, n)), mean, name=mean.name)

    # Decisions that stand as ops of their own --------------------------------------------------------------------

    def comparison(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if "kink" not in op.attributes or not any(v in self.tangent for v in op.operands):
            return
        x, y = (self.primal[v] for v in op.operands)
        dx, dy = (self.dot(b, v) for v in op.operands)
        before = b.op({"ge": "gt", "le": "lt"}.get(op.name, op.name), x, y)
        further = b.op(op.name, dx, dy, kink=True)
        self.primal[op.result] = b.op("or", before, b.op("and", b.op("eq", x, y), further), name=op.result.name)

    _gt = _ge = _lt = _le = _ne = comparison

    def _eq(self, b: Builder, op: Op) -> None:
        """Whether values are tied: not where their tangents tell them apart."""
        self.copy(b, op)
        if "kink" in op.attributes and any(v in self.tangent for v in op.operands):
            beside = b.op("eq", *(self.dot(b, v) for v in op.operands), kink=True)
            same = b.op("eq", *(self.primal[v] for v in op.operands))
            self.primal[op.result] = b.op("and", same, beside, name=op.result.name)

    def extreme(self, b: Builder, op: Op) -> None:
        """Of equal extremes the one that is further along the direction."""
        self.copy(b, op)
        (operand,) = op.operands
        if "kink" not in op.attributes or operand not in self.tangent:
            return
        x, dx, axis, first = self.primal[operand], self.tangent[operand], op.attributes["axis"], self.primal[op.result]
        best = b.op("load", x, first) if isinstance(first.type, ScalarType) else b.along(x, b.with_axis(first, axis), axis)
        last = b.constant(-math.inf if op.name == "argmax" else math.inf, scalar_of(x.type), "last")
        further = b.op(op.name, b.op("select", b.op("eq", x, best), dx, last), axis=axis, kink=True)
        missing = b.op("isnan", best)
        if isinstance(first.type, ArrayType):
            missing = b.op("reshape", missing, *b.dims(first))
        self.primal[op.result] = b.op("select", missing, first, further, name=op.result.name)

    _argmax = _argmin = extreme

    def _argsort(self, b: Builder, op: Op) -> None:
        """By value, equal ones by tangent: sorted by the tangent first, then by the value, stably."""
        self.copy(b, op)
        (operand,) = op.operands
        if "kink" not in op.attributes or operand not in self.tangent:
            return
        x, dx, axis = self.primal[operand], self.tangent[operand], op.attributes["axis"]
        by_tangent = b.op("argsort", dx, axis=axis, kink=True)
        by_value = b.op("argsort", b.along(x, by_tangent, axis), axis=axis)
        self.primal[op.result] = b.along(by_tangent, by_value, axis)

    # Derivatives inside ------------------------------------------------------------------------------------------

    def derivative(self, b: Builder, op: Op) -> None:
        """A derivative of a function is that of the function on this side. Its tangent is a second derivative, which stands beside it in
        one derivative of what h returns and its tangent, h and ∂h/∂x ẋ, since this is linear in ẋ:

        along  x: d, ẋ: ḋ       v = ∂h/∂x d       v̇ = d ∂/∂x (∂h/∂x ẋ) + ∂h/∂x ḋ
        from   h: ẇ, ḣ: w       g = (∂h/∂x)ᵀ w at ẋ, ġ = ∂/∂x ⟨w, ∂h/∂x ẋ⟩ + (∂h/∂x)ᵀ ẇ at x

        (Pearlmutter, Fast exact multiplication by the Hessian, 1994).
        """
        callee = self.owner.program.functions[op.attributes["callee"]]
        n, m = len(callee.parameters), len(callee.returned)
        given, seeds = op.operands[:n], op.operands[n:]
        now = [self.primal[v] for v in seeds]
        turned = [self.dot(b, v) for v in seeds] if any(v in self.tangent for v in seeds) else []
        wrt: tuple[int, ...] = op.attributes["wrt"]
        place = [self.primal[v] for v in given]
        moving = sorted({k for k, v in enumerate(given) if v in self.tangent})
        told = any(v in self.active for v in op.results)
        tangents: list[Value] = []
        if not moving or not told:
            name = self.owner.function(callee.name, tuple(moving), entry=False, told=False) if moving else callee.name
            place += [self.tangent[given[k]] for k in moving]
            returned, derived = self.derived(b, op, name, [*place, *now])
            if told and turned:
                tangents = self.derived(b, op, name, [*place, *turned], spare=True)[1]
        else:
            moving = sorted({*moving, *wrt})
            name = self.owner.function(callee.name, tuple(moving), entry=False)
            place += [self.tangent.get(given[k]) or absent_like(STILL, b, self.primal[given[k]]) for k in moving]
            beside = tuple(n + moving.index(k) for k in wrt)
            if op.name == "pushforward":
                along = (*wrt, *(beside if turned else ()))
                returned, derived = self.derived(b, op, name, [*place, *now, *turned], wrt=along)
                tangents = derived[len(op.results) - m :]
            else:
                floats = [k for k, v in enumerate(callee.returned) if is_float(v.type)]
                before: tuple[int, ...] = op.attributes["seeded"]
                seeded = (*(before if turned else ()), *(m + floats.index(k) for k in before))
                returned, derived = self.derived(b, op, name, [*place, *turned, *now], seeded=seeded, wrt=(*wrt, *beside))
                tangents, derived = derived[: len(wrt)], derived[len(wrt) :]
        self.primal.update(zip(op.results, (*returned[:m], *derived[: len(op.results) - m]), strict=True))
        self.tangent.update(zip((v for v in op.results[:m] if is_float(v.type)), returned[m:], strict=False))
        self.tangent.update(zip(op.results[m:], tangents, strict=False))

    def derived(self, b: Builder, op: Op, name: str, operands: Sequence[Value], **attributes: Any) -> tuple[list[Value], list[Value]]:
        """What the function `name` returns, and the derivatives of it that `op` asks for."""
        callee = self.owner.program.functions[name]
        floats = [v for v in callee.returned if is_float(v.type)]
        attributes = {**op.attributes, "callee": name, **attributes}
        like = floats if op.name == "pushforward" else [callee.parameters[k] for k in attributes["wrt"]]
        returned = [Value(v.name, v.type) for v in callee.returned]
        made = [Value(f"{v.name}_dot" if op.name == "pushforward" else f"{v.name}_bar", unpadded(v.type)) for v in like]
        b.append(replace(op, operands=tuple(operands), results=(*returned, *made), attributes=attributes))
        return returned, made

    _pullback = _pushforward = derivative
