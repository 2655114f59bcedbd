"""What a loop carries, backwards: the adjoints of carried values go from each turn to the one before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Op, Region, Value
from ..ir.walk import copy_region
from .scope import Scope
from .sweep import Sweep

SweepOps = Callable[[Scope, Sequence[Op]], None]
"""(scope, ops): sweep them backwards."""


class LoopScope(Scope):
    """A loop's body backwards. Adjoints of outer scalars are carried, made when the first contribution comes."""

    def __init__(self, sweep: Sweep, region: Region, b: Builder, *, parent: Scope, root: Region, direct: bool) -> None:
        super().__init__(sweep, region, b, parent=parent, root=root, direct=direct)
        self.outer: dict[Value, Value] = {}

    def incoming(self, v: Value) -> Value | None:
        if v not in self.outer:
            self.outer[v] = Value(f"{v.name}_bar", v.type)
        return self.outer[v]


def active_carried(sweep: Sweep, op: Op) -> list[tuple[int, Value]]:
    """Position and argument of the carried scalars that vary, and of arrays that are handed on as values."""
    return [(k, a) for k, a in enumerate(carried(op)) if a in sweep.active and (not is_reference(a) or a in sweep.local)]


def carried(op: Op) -> tuple[Value, ...]:
    """What the turns of a loop hand to each other; beside it, what a turn gives for them and what they begin with."""
    return op.regions[0].arguments[1 if op.name == "for" else 0 :]


def yielded(op: Op) -> tuple[Value, ...]:
    return op.regions[0].yielded[0 if op.name == "for" else 1 :]


def initial(op: Op) -> tuple[Value, ...]:
    return op.operands[3 if op.name == "for" else 1 :]


class Turn:
    """One turn of a backward loop: adjoints of the carried values in, and out."""

    def __init__(self, scope: Scope, op: Op, body: LoopScope) -> None:
        self.scope = scope
        self.op = op
        self.body = body
        self.own = active_carried(scope.sweep, op)
        self.bars = [Value(f"{a.name}_bar", a.type) for _, a in self.own]
        self.inits = [arrived(scope, op.results[k]) for k, _ in self.own]

    def seed(self) -> None:
        """The adjoint of what the turn yielded is what the turn after it left."""
        values = yielded(self.op)
        for (k, _), bar in zip(self.own, self.bars, strict=True):
            self.body.receive(values[k], bar)

    def finish(self) -> list[Value]:
        """The adjoints of what the turn was entered with, and of outer scalars so far."""
        body = self.body
        out = [arrived(body, a) for _, a in self.own]
        return out + [body.adjoint[v] for v in body.outer]

    def emit(self, b: Builder, controls: Sequence[Value], iv: Value, out: list[Value], ops: Sequence[Op]) -> None:
        """The backward loop, and what it leaves in the adjoints of the scope around it."""
        body = self.body
        outer = list(body.outer)
        arguments = (*self.bars, *body.outer.values())
        inits = [*self.inits, *(self.scope.current(v) or self.scope.absent(v) for v in outer)]
        results = carried_loop(b, "for", controls, iv, list(arguments), inits, out, ops)
        self.leave(results)

    def leave(self, results: Sequence[Value]) -> None:
        own, outer = results[: len(self.own)], results[len(self.own) :]
        self.scope.adjoint.update(zip(self.body.outer, outer, strict=True))
        for (k, _), result in zip(self.own, own, strict=True):
            self.scope.receive(initial(self.op)[k], result)


def arrived(scope: Scope, v: Value) -> Value:
    """The finished cotangent of `v`, absent where no path has come to it."""
    return scope.shadow(v) if is_reference(v) else scope.take(v) or scope.absent(v)


def carried_loop(
    b: Builder,
    name: str,
    controls: Sequence[Value],
    iv: Value,
    arguments: list[Value],
    inits: list[Value],
    out: list[Value],
    ops: Sequence[Op],
) -> list[Value]:
    """A loop without the carried values that never change: inside and after it they are what they were before."""
    keep = [k for k, (argument, value) in enumerate(zip(arguments, out, strict=True)) if argument is not value]
    same = {arguments[k]: inits[k] for k in range(len(arguments)) if k not in keep}
    region = Region((iv, *(arguments[k] for k in keep)), (*ops, Op("yield", tuple(out[k] for k in keep))))
    if same:
        region = copy_region(region, same)
    results = b.emit(
        name,
        *controls,
        *(inits[k] for k in keep),
        names=[arguments[k].name for k in keep],
        types=[arguments[k].type for k in keep],
        regions=(region,),
    )
    final = list(inits)
    for k, result in zip(keep, results, strict=True):
        final[k] = result
    return final
