"""A program as it runs just beside its point: every kink decided for one side, the side that a generic direction leads to.

    y = abs x                 x_dot = …                                     the tangent along the direction
                       ->     up = ge x_dot, 0;  at = eq x, 0
                              y = select at, (select up, x, -x), (abs x)

Where a run meets a tie, the mean of the derivatives of its two sides is the derivative, and wherever the function is smooth it is
the true one: each side is then the function itself (docs/decisions/0006). A tangent travels with every value that depends on
the arguments and decides the ties: the lexicographic derivative of Nesterov (2005), Khan & Barton (2013). Done twice,
second tangents decide what first ones leave open, as second derivatives need it: |x²| at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..analysis.activity import Activity
from ..ir.build import Builder
from ..ir.op import DEFINITIONS, definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import F64, ArrayType, ScalarType, is_float, scalar_of
from ..ir.types import fresh as unpadded
from ..ir.walk import copy_region, fresh, handed_on, ops_in, reached
from ..ops.reduction import with_axes
from ..ops.rules import Elementwise
from .forward import Forward, ForwardSweep
from .nested import add_to

Pass = Callable[[Program], Program]

DERIVATIVES = ("pullback", "pushforward")
OTHER_KINKS = ("norm", "hypot", "picked", "tied")
"""Besides the element-wise ones, whose rules have a `tie`: lengths, pointed at zero, and elements chosen out of an array."""


def has_kinks(program: Program) -> bool:
    """Whether any op of the program may meet a tie."""
    return any(is_kink(op) for function in program for op in ops_in(function.body))


def is_kink(op: Op) -> bool:
    if not op.results or not is_float(op.results[0].type) or op.name not in DEFINITIONS or "settled" in op.attributes:
        return False
    rule = DEFINITIONS[op.name].rule
    return op.name in OTHER_KINKS or (isinstance(rule, Elementwise) and rule.tie is not None)


def settle(op: Op) -> Op:
    return replace(op, attributes={**op.attributes, "settled": True})


def one_side(program: Program, smaller: Pass) -> Program:
    """The program on one side of its kinks: parameters…, side -> results…, `side` being 1.0 or -1.0.

    `program` may hold `pullback` and `pushforward` ops: what they derive is put on the same side. First tangents decide for first
    derivatives; where the program takes derivatives itself, second ones decide as well, unless it is on a side of others already.
    `smaller` takes away tangents that decide nothing.
    """
    parameters = program.main.parameters
    moving = [k for k, p in enumerate(parameters) if isinstance(p.type, ScalarType | ArrayType) and is_float(p.type)]
    program = insides_apart(program)
    derives = any(op.name in DERIVATIVES for function in program for op in ops_in(function.body))
    for _ in range(2 if derives and "decided" not in program.main.attributes else 1):
        program = smaller(with_direction(program, moving, len(parameters)))
    return program


def insides_apart(program: Program) -> Program:
    """`program` with functions of their own, `inside`, for what is called in a function that it derives, and no derivative left open."""
    called, waiting = set[str](), [program.entry]
    while waiting:
        name = waiting.pop()
        if name not in called:
            called.add(name)
            waiting.extend(op.attributes["callee"] for op in ops_in(program.functions[name].body) if op.name == "call")
    derives = [op for name in reached(program.functions, called) for op in ops_in(program.functions[name].body) if op.name in DERIVATIVES]
    inside = {name: name for name in reached(program.functions, [op.attributes["callee"] for op in derives])}
    made = program
    for name in called & set(inside):
        inside[name] = made.fresh_name(f"{name}_inside")
        made = made.with_function(replace(program.functions[name], name=inside[name]))
    names: dict[str, str]

    def named(_: Op, op: Op) -> list[Op]:
        if "callee" not in op.attributes or op.name == "ruled":
            return [op]
        callee = op.attributes["callee"]
        attributes = {**op.attributes, "callee": names[callee] if op.name == "call" else inside[callee]}
        attributes.pop("left_open", None)
        return [replace(op, attributes=attributes)]

    for name, apart, names in [*((n, n, {m: m for m in called}) for n in called), *((n, m, inside) for n, m in inside.items())]:
        function = program.functions[name]
        attributes = {key: value for key, value in function.attributes.items() if key != "inside"}
        if names is inside:
            attributes["inside"] = True
        made = made.with_function(replace(function, name=apart, body=copy_region(function.body, {}, named), attributes=attributes))
    return made


def with_direction(program: Program, moving: Sequence[int], n: int) -> Program:
    """`program` with a new entry, which calls the old one with a tangent for each of its parameters that is `moving`. Behind the `n`
    parameters stands the side, for the old entry too if it has one."""
    owner = Sided(program, guarded=True)
    main = program.main
    name = owner.function(main.name, tuple(moving), entry=False)
    b = Builder(main.location)
    side = Value("side", F64)
    parameters = (*map(fresh, main.parameters[:n]), side)
    direction = [generic(b, parameters[k], side, seed) for seed, k in enumerate(moving, 1)]
    callee = owner.program.functions[name]
    given = parameters[: len(main.parameters)]
    results = b.emit("call", *given, *direction, types=callee.result_types, names=[v.name for v in callee.returned], callee=name)
    b.end("return", results[: len(main.returned)])
    attributes = {**main.attributes, "decided": True}
    made = Function(owner.program.fresh_name(f"{main.name}_side"), Region(parameters, tuple(b.ops)), attributes, main.location)
    return owner.program.with_function(made, entry=True)


def generic(b: Builder, x: Value, side: Value, seed: int) -> Value:
    """A tangent for `x` of which no two elements, and no two parameters, are alike: sines of numbers far from any period."""
    dtype = scalar_of(x.type)
    if isinstance(x.type, ScalarType):
        return b.op("cast", b.op("mul", side, b.f64(math.sin(1.0 + 2.4 * seed))), dtype=dtype.name, name=f"{x.name}_dot")
    dims = b.dims(x)
    phase: Value = b.op("full", b.f64(2.4 * seed), *dims, name="phase")
    for axis, dim in enumerate(dims):
        turn = b.op("mul", b.op("cast", b.op("iota", dim), dtype="f64"), b.f64(1.0 + 0.7 * axis))
        letters = "".join("a" if k == axis else "n" for k in range(len(dims)))
        phase = b.op("add", phase, turn if len(dims) == 1 else b.op("view", turn, axes=letters), name="phase")
    tangent = b.op("cast", b.op("mul", b.op("sin", b.op("add", phase, b.f64(1.0))), side), dtype=dtype.name, name=f"{x.name}_dot")
    return tangent if x.type == tangent.type else b.op("weaken", tangent, name=tangent.name)


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

    def narrowed(self) -> Activity:
        """What only decides is decided by second tangents."""
        return self.active

    def attributes(self, n: int) -> dict[str, Any]:
        return {**super().attributes(n), "decided": True}

    def plain_op(self, b: Builder, op: Op) -> None:
        """Where an op is settled, so is its tangent."""
        start = len(b.ops)
        super().plain_op(b, op)
        if "settled" in op.attributes:
            b.ops[start:] = [settle(made) if is_kink(made) else made for made in b.ops[start:]]

    def decided(self, b: Builder, op: Op, tie: Value, chosen: Value, tangent: Value | None, moves: Value | None) -> None:
        """`op` away from its tie, and at it the piece that was chosen, with its tangent. Inside, only where it `moves`."""
        if moves is not None:
            self.copy(b, op)
            chosen = b.op("select", moves, chosen, self.primal[op.result])
        self.plain_op(b, settle(op))
        value, before = self.primal[op.result], self.tangent.pop(op.result, None)
        self.primal[op.result] = b.op("select", tie, chosen, value, name=op.result.name)
        if before is not None:
            self.tangent[op.result] = before if tangent is None else b.op("select", tie, tangent, before, name=f"{op.result.name}_dot")

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
        self.decided(b, op, b.op("eq", x, y), chosen, tangent, self.moves(b, (dx, dy)))

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
        self.decided(b, op, tie, value, tangent, self.moves(b, self.from_zero(b, dx)))

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
        self.decided(b, op, self.zero(b, self.primal[x]), side, None, self.moves(b, self.from_zero(b, self.dot(b, x))))

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
        """The choice before it is decided by the direction: nothing is left to be told, unless inside."""
        source = op.operands[0]
        if self.inside:
            self.copy(b, op)
        else:
            self.primal[op.result] = self.primal[source]
        if source in self.tangent:
            self.tangent[op.result] = self.tangent[source]

    _picked = _tied

    # Lengths -----------------------------------------------------------------------------------------------------

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
            self.decided(b, op, self.zero(b, b.op("hypot", x, y, settled=True)), value, length, moves)

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
        self.decided(b, op, self.zero(b, b.op("norm", x, settled=True, **op.attributes)), value, length, moves)

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
        """A derivative of a function is that of the function on this side. Its tangent is a second derivative:

        v = ∂h/∂x d        v̇ = d ∂/∂x (∂h/∂x ẋ) + ∂h/∂x ḋ          what h returns and its tangent, pushed along d
        g = (∂h/∂x)ᵀ w     ġ = ∂/∂x ⟨w, ∂h/∂x ẋ⟩ + (∂h/∂x)ᵀ ẇ       w pulled back from the tangent of what h returns
        """
        callee = self.owner.program.functions[op.attributes["callee"]]
        n, m = len(callee.parameters), len(callee.returned)
        given, seeds = op.operands[:n], op.operands[n:]
        moving = tuple(k for k, v in enumerate(given) if v in self.tangent)
        turning = any(v in self.tangent for v in seeds)
        name = self.owner.function(callee.name, moving, entry=False) if moving else callee.name
        place = [*(self.primal[v] for v in given), *(self.tangent[given[k]] for k in moving)]
        now, turned = [self.primal[v] for v in seeds], [self.dot(b, v) for v in seeds] if turning else []
        returned, derived = self.derived(b, op, name, [*place, *now])
        derived, tangents = derived[: len(op.results) - m], derived[len(op.results) - m :]
        if op.name == "pushforward" and turning:
            _, parts = self.derived(b, op, name, [*place, *turned], spare=True)
            tangents = [sum_of(b, *pair) for pair in zip(tangents, parts, strict=False)] if moving else parts
        elif op.name == "pullback" and (moving or turning):
            floats = [k for k, v in enumerate(callee.returned) if is_float(v.type)]
            before: tuple[int, ...] = op.attributes["seeded"]
            seeded = (*(before if turning else ()), *(m + floats.index(k) for k in before if moving))
            _, tangents = self.derived(b, op, name, [*place, *turned, *(now if moving else ())], seeded=seeded, spare=True)
        self.primal.update(zip(op.results, (*returned[:m], *derived), strict=True))
        self.tangent.update(zip((v for v in op.results[:m] if is_float(v.type)), returned[m:], strict=False))
        self.tangent.update(zip(op.results[m:], tangents, strict=False))

    def derived(self, b: Builder, op: Op, name: str, operands: Sequence[Value], **attributes: Any) -> tuple[list[Value], list[Value]]:
        """What the function `name` returns, and the derivatives of it that `op` asks for."""
        callee = self.owner.program.functions[name]
        floats = [v for v in callee.returned if is_float(v.type)]
        like = floats if op.name == "pushforward" else [callee.parameters[k] for k in op.attributes["wrt"]]
        returned = [Value(v.name, v.type) for v in callee.returned]
        made = [Value(f"{v.name}_dot" if op.name == "pushforward" else f"{v.name}_bar", unpadded(v.type)) for v in like]
        attributes = {**op.attributes, "callee": name, **attributes}
        b.append(replace(op, operands=tuple(operands), results=(*returned, *made), attributes=attributes))
        return returned, made

    _pullback = _pushforward = derivative


def sum_of(b: Builder, x: Value, y: Value) -> Value:
    """x + y; `x` is nobody else's."""
    if isinstance(x.type, ScalarType):
        return b.op("add", x, y, name=x.name)
    add_to(b, x, y)
    return x


class Sided(Forward):
    """Tangents of every function that depends on the arguments, and its kinks decided by them."""

    sweep = SidedSweep
