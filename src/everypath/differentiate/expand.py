"""Derivatives taken inside a function become calls of generated functions, innermost first.

    g = pullback x, one {callee=h, wrt=(0,), seeded=(0,)}     ->     y, g = call x, one {callee=h_vjp}

They are guarded: what the function does with an inner derivative can hide a false NaN.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import NotSupported
from ..ir.program import Op, Program, Region, Value
from ..ir.types import ArrayType, Type
from ..ir.walk import copy_region, ops_in
from ..source import Location
from .forward import Forward
from .reverse import Reverse


def expand(program: Program) -> Program:
    """`program` without `pushforward` and `pullback` ops in anything its entry reaches."""
    refuse_growing_orders(program)
    return _Expand(program).run()


class _Expand:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.done: set[str] = set()
        self.made: dict[tuple[object, ...], str] = {}

    def run(self) -> Program:
        for name in list(self.program.functions):
            self.function(name)
        return self.program

    def function(self, name: str) -> None:
        if name in self.done:
            return
        self.done.add(name)
        function = self.program.functions[name]
        if not has_derivatives(function.body):
            return
        body = copy_region(function.body, {}, lambda old, new: self.op(new))
        self.program = self.program.with_function(replace(function, body=body))

    def op(self, op: Op) -> list[Op]:
        if op.name == "call":
            self.function(op.attributes["callee"])
            return [op]
        if op.name not in ("pullback", "pushforward"):
            return [op]
        callee, wrt = op.attributes["callee"], tuple(op.attributes["wrt"])
        seeded = tuple(op.attributes.get("seeded", ()))
        key = (op.name, callee, wrt, seeded)
        if key not in self.made:
            self.made[key] = self.pullback(callee, wrt, seeded) if op.name == "pullback" else self.pushforward(callee, wrt)
        made = self.program.functions[self.made[key]]
        before: list[Op] = []
        operands = tuple(fitted(v, p.type, before, op.location) for v, p in zip(op.operands, made.parameters, strict=True))
        results = tuple(v if v.type == t else Value(v.name, t) for v, t in zip(op.results, made.result_types, strict=True))
        after: list[Op] = []
        for given, wanted in zip(results, op.results, strict=True):
            fitted(given, wanted.type, after, op.location, wanted)
        return [*before, replace(op, name="call", operands=operands, results=results, attributes={"callee": made.name}), *after]

    def pullback(self, callee: str, wrt: tuple[int, ...], seeded: tuple[int, ...]) -> str:
        """Reverse mode reads the callee as written, and may leave derivatives of its own behind: expanded in turn."""
        before = set(self.program.functions)
        owner = Reverse(self.program, guarded=True)
        name = owner.joint(callee, wrt, seeded)
        self.program = owner.program
        for made in list(self.program.functions):
            if made not in before:
                self.function(made)
        return name

    def pushforward(self, callee: str, wrt: tuple[int, ...]) -> str:
        """Forward mode reads the callee with its own derivatives expanded."""
        self.function(callee)
        owner = Forward(self.program, guarded=True)
        name = owner.function(callee, wrt, entry=True)
        self.program = owner.program
        return name


def refuse_growing_orders(program: Program) -> None:
    """NotSupported where a function takes a derivative of what calls that function again: of what order is known only when it runs."""
    calls = {f.name: [op for op in ops_in(f.body) if "callee" in op.attributes] for f in program}
    for function in program:
        for op in calls[function.name]:
            if op.name != "call" and function.name in reached(calls, op.attributes["callee"]):
                reason = "this is a derivative of a function that takes it again when it runs, so its order is not known before"
                raise NotSupported([(op.location, reason, "write the recursion as a loop around one derivative")])


def reached(calls: dict[str, list[Op]], name: str) -> set[str]:
    """The functions that `name` calls or differentiates, itself and those by others included."""
    found: set[str] = set()
    todo = [name]
    while todo:
        current = todo.pop()
        if current not in found:
            found.add(current)
            todo += [op.attributes["callee"] for op in calls.get(current, ())]
    return found


def fitted(value: Value, type_: Type, ops: list[Op], location: Location | None, into: Value | None = None) -> Value:
    """`value` with this type, which differs in its strides if at all; the op that makes it goes to `ops`."""
    if value.type == type_ or not isinstance(type_, ArrayType):
        return value
    made = into or Value(value.name, type_)
    ops.append(Op("copy" if type_.contiguous else "weaken", (value,), (made,), {}, (), location))
    return made


def has_derivatives(region: Region) -> bool:
    """Whether `region` holds a derivative, or a call that may."""
    return any(op.name in ("pullback", "pushforward", "call") or any(has_derivatives(r) for r in op.regions) for op in region.ops)
