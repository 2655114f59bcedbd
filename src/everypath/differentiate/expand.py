"""Derivatives taken inside a function become calls of generated functions, innermost first.

    g = pullback x, one {callee=h, wrt=(0,), seeded=(0,)}     ->     y, g = call x, one {callee=h_vjp}

What the function does with an inner derivative can hide a false NaN. So they are guarded, or plain and looked at on the spot: a run
stops at the first NaN (`Undecided`), and starts again in the guarded version (docs/decisions/0001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ScalarType, Type
from ..ir.walk import copy_region, named, ops_in, reached
from ..source import Location
from .forward import Forward
from .linear import looked_into
from .reverse import Reverse
from .sides import Pass
from .undecided import TooManySides, beside, both_sides, decided, may_be_undecided, stopping


def expand(program: Program, side: Pass | None = None, *, halves: bool = True, guarded: bool = True, alone: bool = False) -> Program:
    """`program` without `pushforward` and `pullback` ops in anything its entry reaches; the `halves` of rules may stay as they are.

    Where a derivative is undecided, both of its sides are asked, where `side` puts a program; without it, the run stops (`Undecided`).
    Without `side` they need not be `guarded`: then a run stops at every NaN. Where the program stands `alone`, and no derivative is taken
    of it, a direction `given` by the user does not go where it is 0.
    """
    refuse_growing_orders(program)
    return _Expand(program, side, halves, guarded or side is not None or not all_seen(program), alone).run()


MOST_OPERATIONS = 60_000
"""A program is not made larger than this by asking both sides of derivatives inside one another: that would take minutes."""


class _Expand:
    def __init__(self, program: Program, side: Pass | None, halves: bool, guarded: bool, alone: bool) -> None:
        self.program = program
        self.side = side
        self.halves = halves
        self.guarded = guarded
        self.alone = alone
        self.done: set[str] = set()
        self.written: dict[str, Function] = {}
        self.made: dict[tuple[object, ...], str] = {}
        self.sides: dict[tuple[object, ...], str] = {}
        self.put: dict[str, str] = {}

    def run(self) -> Program:
        kept = set() if self.halves else halves_of(self.program)
        for name in [name for name in self.program.functions if name not in kept]:
            self.function(name)
        return self.program

    def function(self, name: str) -> None:
        if name in self.done:
            return
        self.done.add(name)
        function = self.program.functions[name]
        if not has_derivatives(function.body):
            return
        self.written[name] = function
        sided = "decided" in function.attributes
        body = copy_region(function.body, {}, lambda old, new: self.op(new, sided))
        self.program = self.program.with_function(replace(function, body=body))

    def op(self, op: Op, sided: bool) -> list[Op]:
        if op.name in ("call", "ruled"):
            for name in named(op) if self.halves else [op.attributes["callee"]]:
                self.function(name)
            return [op]
        if op.name not in ("pullback", "pushforward"):
            return [op]
        callee = op.attributes["callee"]
        key = (
            *(op.name, callee, tuple(op.attributes["wrt"]), tuple(op.attributes.get("seeded", ()))),
            *("linear" in op.attributes, self.is_given(op)),
        )
        if key not in self.made:
            self.made[key] = self.derived(op, callee)
        made = self.program.functions[self.made[key]]
        before: list[Op] = []
        operands = tuple(fitted(v, p.type, before, op.location) for v, p in zip(op.operands, made.parameters, strict=True))
        primal = len(self.program.functions[callee].returned)
        undecided = may_be_undecided(self.program, op, made.result_types[primal:])
        both = self.both(op, key, made, self.side) if undecided and self.side else None
        results = tuple(
            v if v.type == t and (both is None or k < primal) else Value(v.name, t)
            for k, (v, t) in enumerate(zip(op.results, made.result_types, strict=True))
        )
        call = replace(op, name="call", operands=operands, results=results, attributes={"callee": made.name})
        b = Builder(op.location)
        if both is not None:
            results = (*results[:primal], *decided(b, call, results[primal:], both, sided))
        elif not self.side and (undecided or not (self.guarded or is_left_open(op))):
            stopping(b, results[primal:])
        for given, wanted in zip(results, op.results, strict=True):
            fitted(given, wanted.type, b.ops, op.location, wanted)
        return [*before, call, *into(b.ops, dict(zip(results, op.results, strict=True)))]

    def both(self, op: Op, key: tuple[object, ...], made: Function, side: Pass) -> str | None:
        """The function that gives the means of both sides of this derivative."""
        if key not in self.sides:
            self.sides[key] = ""  # one inside itself is left as it is
            if sum(1 for function in self.program for _ in ops_in(function.body)) > MOST_OPERATIONS:
                reason = (
                    "this derivative is NaN, which a tie inside other derivatives may be, and both sides of each are too much to compile"
                )
                raise TooManySides([(op.location, reason, "take one of them outside the function, or keep away from the tie")])
            callee = op.attributes["callee"]
            derivative = self.derived(op, self.on_one_side(callee, side))
            self.program, self.sides[key] = both_sides(self.program, callee, made, derivative)
        return self.sides[key] or None

    def on_one_side(self, callee: str, side: Pass) -> str:
        """The function on one side of its kinks: one for all derivatives of it, which share what they derive in turn."""
        if callee not in self.put:
            functions = self.program.functions
            written = replace(self.program, functions={**functions, **self.written}, entry=callee)
            main = written.main
            written = written.with_function(replace(main, attributes={**main.attributes, "inside": True}))
            sided = beside(written, side(written))
            self.put[callee] = sided.entry
            self.program = replace(sided, functions={**sided.functions, **functions}, entry=self.program.entry)
        return self.put[callee]

    def derived(self, op: Op, name: str) -> str:
        """The function that gives for `name` the derivative that `op` asks for."""
        wrt, linear = tuple(op.attributes["wrt"]), "linear" in op.attributes
        if op.name == "pullback":
            return self.pullback(name, wrt, tuple(op.attributes["seeded"]), linear)
        return self.pushforward(name, wrt, linear, self.is_given(op))

    def is_given(self, op: Op) -> bool:
        """Whether the directions of a derivative come as the user gave them."""
        return self.alone and "given" in op.attributes

    def pullback(self, callee: str, wrt: tuple[int, ...], seeded: tuple[int, ...], linear: bool) -> str:
        """Reverse mode reads the callee as written."""
        expanded = self.program.functions
        program = replace(self.program, functions={**expanded, **self.written})
        owner = Reverse(looked_into(program, callee, wrt) if linear else program, guarded=self.guarded)
        name = owner.joint(callee, wrt, seeded, marked=linear)
        self.adopt(owner.program, expanded)
        return name

    def pushforward(self, callee: str, wrt: tuple[int, ...], linear: bool, given: bool) -> str:
        """Forward mode reads the callee with its own derivatives expanded, where it is not linear: there they are taken as they are."""
        self.function(callee)
        expanded = self.program.functions
        program = replace(self.program, functions={**expanded, **self.written}) if linear else self.program
        owner = Forward(program, guarded=self.guarded, linear=linear)
        name = owner.function(callee, wrt, entry=True, given=given)
        self.adopt(owner.program, expanded)
        return name

    def adopt(self, program: Program, expanded: Mapping[str, Function]) -> None:
        """Take what was made, beside what is `expanded`. It may hold derivatives of its own, which are expanded in turn."""
        self.program = replace(program, functions={**program.functions, **expanded})
        for made in list(self.program.functions):
            if made not in expanded:
                self.function(made)


def all_seen(program: Program) -> bool:
    """Whether each derivative in the program is a number or an array, in which a NaN can be looked for, or is left open."""
    return all(
        is_left_open(op) or all(isinstance(v.type, ScalarType | ArrayType) for v in op.results)
        for function in program
        for op in ops_in(function.body)
        if op.name in ("pullback", "pushforward")
    )


def is_left_open(op: Op) -> bool:
    """Whether somebody else looks at the derivative `op`: whoever sees the answer, or the derivative that it is a part of."""
    return bool(op.attributes.get("left_open"))


def halves_of(program: Program) -> set[str]:
    """The functions that are halves of rules."""
    ruled = [op for function in program for op in ops_in(function.body) if op.name == "ruled"]
    return {name for op in ruled for name in named(op) if name != op.attributes["callee"]}


def refuse_growing_orders(program: Program) -> None:
    """NotSupported where a function takes a derivative of what calls that function again: of what order is known only when it runs."""
    for function in program:
        for op in ops_in(function.body):
            if op.name in ("pullback", "pushforward") and function.name in reached(program.functions, [op.attributes["callee"]]):
                reason = "this is a derivative of a function that takes it again when it runs, so its order is not known before"
                raise NotSupported([(op.location, reason, "write the recursion as a loop around one derivative")])


def into(ops: Sequence[Op], names: dict[Value, Value]) -> list[Op]:
    """`ops`, their results called as in `names`."""
    return [replace(op, results=tuple(names.get(v, v) for v in op.results)) for op in ops]


def fitted(value: Value, type_: Type, ops: list[Op], location: Location | None, into: Value | None = None) -> Value:
    """`value` with this type, which differs in its strides if at all; the op that makes it goes to `ops`."""
    if value.type == type_ or not isinstance(type_, ArrayType):
        return value
    made = into or Value(value.name, type_)
    ops.append(Op("copy" if type_.contiguous else "weaken", (value,), (made,), {}, (), location))
    return made


def has_derivatives(region: Region) -> bool:
    """Whether `region` holds a derivative, or a call that may."""
    return any(op.name in ("pullback", "pushforward", "call", "ruled") or any(has_derivatives(r) for r in op.regions) for op in region.ops)
