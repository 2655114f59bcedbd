"""Calls in reverse mode: a function is derived in two halves, and what the first keeps for the second goes with the call.

    y = f(x)        y, saved = f_fwd(x)        x_bar = f_bwd(saved, y_bar)        a record, where a call happens here or there
                    y = f_fwd(stack, x)        x_bar = f_bwd(stack, tops, …)      stacks, where functions call themselves (`stacks`)

Shadows of arrays come in with the forward half, and those of results go out; of arrays that a function confines (`analysis.confined`)
they come with the backward half, where they may have been born.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..analysis.activity import useful, varied
from ..analysis.alias import groups as alias_groups
from ..analysis.alias import is_reference
from ..analysis.effects import Effects, LeftAlone, left_alone
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import RecordType, is_float
from ..ir.walk import with_body
from ..unchanging import plain_value
from .augment import Augment
from .scope import Scope
from .stacks import Frame, Given, Key, Need, Stack, circle, handed_down
from .sweep import Sweep

if TYPE_CHECKING:
    from .reverse import Reverse


@plain_value
class Halves:
    """A split derivative: the names of its two functions, and of the record between them or the stacks under them."""

    forward: str
    backward: str
    record: str
    stack: Stack | None = None
    key: Key = ("", ())

    @property
    def needs(self) -> list[Need]:
        """What the backward half is given besides, of the parameters."""
        return self.stack.needed(self.key) if self.stack is not None else []


class Calls:
    """The halves of the functions of one program, each at most once for the same active parameters."""

    def __init__(self, owner: Reverse) -> None:
        self.owner = owner
        self.known: dict[Key, Halves] = {}
        self.steady: dict[str, LeftAlone] = {}

    def begin(self, root: str) -> None:
        """Derive what `root` calls, of which nobody else writes parameters or results while its derivative runs."""
        self.steady = left_alone(self.owner.program, root)

    # At the call -------------------------------------------------------------------------------------------------

    def backward(self, scope: Scope, op: Op) -> None:
        """The backward half of a call."""
        sweep = scope.sweep
        if not sweep.derives(op):
            return
        halves, wrt = self.callee(sweep, op)
        kept = self.kept(scope, op, halves)
        if halves.stack is None:
            kept += [scope.shadow(op.operands[k]) for k in self.late(halves.key)]
        for k, shadow in halves.needs:
            kept.append(scope.shadow(op.operands[k]) if shadow else scope.value(op.operands[k]))
        seeds = [scope.take(v) or scope.absent(v) for v in op.results if is_float(v.type) and not is_reference(v)]
        scalars = [op.operands[k] for k in wrt if not is_reference(op.operands[k])]
        names, types = [f"{v.name}_bar" for v in scalars], [v.type for v in scalars]
        results = scope.b.emit("call", *kept, *seeds, names=names, types=types, callee=halves.backward)
        for v, cotangent in zip(scalars, results, strict=True):
            scope.contribute(v, cotangent)

    def kept(self, scope: Scope, op: Op, halves: Halves) -> list[Value]:
        """What the backward half finds the forward half's values by."""
        sweep = scope.sweep
        if halves.stack is not None and sweep.given is not None and sweep.given.stack is halves.stack:
            return [sweep.given.backward, sweep.given.tops]
        record = scope.value(self.record(sweep, op, halves))
        return [record] if halves.stack is None else [record, halves.stack.tops(scope.b, record)]

    def record(self, sweep: Sweep, op: Op, halves: Halves) -> Value:
        plan = sweep.plan(op)
        if plan.record is None:
            plan.record = sweep.extra("saved", RecordType(halves.record), sweep.effects.region_of(op))
        return plan.record

    def forward(self, b: Builder, augment: Augment, op: Op) -> None:
        """The forward half of a call: arguments with their shadows in, results with theirs and the record out."""
        sweep = augment.sweep
        if not sweep.derives(op):
            augment.simple(b, op, sweep.plan(op))
            return
        halves, wrt = self.callee(sweep, op)
        operands = [augment.get(v) for v in op.operands]
        late = self.late(halves.key)
        operands += [augment.get(sweep.shadow(op.operands[k])) for k in wrt if is_reference(op.operands[k]) and k not in late]
        results = [sweep.forward(v) for v in op.results]
        results += [sweep.forward(sweep.shadow(v)) for v in op.results if is_reference(v) and is_float(v.type)]
        if halves.stack is None:
            results.append(sweep.forward(self.record(sweep, op, halves)))
        elif sweep.given is not None and sweep.given.stack is halves.stack:
            operands.insert(0, sweep.given.forward)
        else:
            stack = sweep.forward(self.record(sweep, op, halves))
            halves.stack.new(b, stack)
            operands.insert(0, stack)
        attributes = {**op.attributes, "callee": halves.forward}
        b.append(replace(op, operands=tuple(operands), results=tuple(results), attributes=attributes))

    def late(self, key: Key) -> list[int]:
        """The active parameters that are arrays whose shadows come with the backward half."""
        return [k for k in key[1] if k in self.owner.confined.get(key[0], frozenset())]

    # The halves --------------------------------------------------------------------------------------------------

    def callee(self, sweep: Sweep, op: Op) -> tuple[Halves, tuple[int, ...]]:
        """The halves of what `op` calls, and which of its operands are active."""
        wrt = tuple(k for k, v in enumerate(op.operands) if v in sweep.active)
        key = (op.attributes["callee"], wrt)
        if sweep.given is not None and key[0] in sweep.given.stack.functions:
            return self.on_stack(sweep.given.stack, key), wrt
        if key not in self.known:
            if self.owner.program.functions[key[0]].attributes.get("recursive"):
                self.known[key] = self.with_stack(key)
            else:
                self.with_record(key)
        return self.known[key], wrt

    def names(self, name: str) -> tuple[str, str]:
        """Two names that nothing else has."""
        owner, made = self.owner, []
        for kind in ("fwd", "bwd"):
            made.append(owner.program.fresh_name(f"{name}_{kind}"))
            owner.add(replace(owner.program.functions[name], name=made[-1]))
        return made[0], made[1]

    def of_turns(self, key: Key, steady: LeftAlone) -> Halves:
        """The halves of a function whose caller leaves alone what is `steady`, until both are done."""
        self.steady[key[0]] = steady
        self.with_record(key)
        return self.known[key]

    def with_record(self, key: Key) -> None:
        record = self.owner.program.fresh_name(f"{key[0]}_saved")
        self.owner.program.records[record] = ()
        halves = self.known[key] = Halves(*self.names(key[0]), record, None, key)
        sweep = self.sweep(key)
        saved = Record(record)
        scope = saved.scope(sweep, Builder(sweep.function.location))
        shadows = [sweep.shadow(sweep.function.parameters[k]) for k in self.late(key)]
        late = [Value(v.name, v.type) for v in shadows]
        scope.known.update(zip(shadows, late, strict=True))
        seeds, b = self.swept(key, scope)
        packed = saved.pack(b, sweep)
        self.owner.program.records[record] = tuple(v.type for v in saved.fields)
        self.write(key, halves, sweep, [], b, [packed])
        found = saved.told_apart(scope.prologue.ops, self.owner.program.functions[halves.forward], sweep)
        self.write_backward(halves, sweep, Region((saved.value, *late, *seeds), (*found, *scope.b.ops)))

    def with_stack(self, key: Key) -> Halves:
        """The halves of a function that calls itself, for a call from outside."""
        program = self.owner.program
        names = circle(program, key[0])
        record = program.fresh_name(f"{key[0]}_stack")
        program.records[record] = ()
        stack = Stack(record, names, handed_down(program, names))
        while True:
            stack.begin()
            halves = self.on_stack(stack, key)
            if stack.settled:
                break
        self.owner.program.records[record] = tuple(stack.fields)
        return halves

    def on_stack(self, stack: Stack, key: Key) -> Halves:
        """The halves of a function for calls from those that share its stacks."""
        if key not in stack.halves:
            stack.halves[key] = self.names(key[0])
        halves = Halves(*stack.halves[key], stack.record, stack, key)
        if key in stack.written:
            return halves
        stack.written.add(key)
        sweep = self.sweep(key)
        given = sweep.given = Given(stack, key, sweep)
        body = sweep.function.body
        scope = Scope(sweep, body, Builder(sweep.function.location), parent=None, root=body, direct=False)
        frame = scope.save = scope.frame = Frame(given, scope)
        seeds, b = self.swept(key, scope)
        frame.close()
        frame.push(b, sweep.forward)
        b.ops[:0] = given.unpacked(forward=True)
        self.write(key, halves, sweep, [given.forward], b, [])
        parameters = (given.backward, given.tops, *given.needed.values(), *seeds)
        ops = (*given.unpacked(forward=False), *scope.prologue.ops, *scope.b.ops)
        self.write_backward(halves, sweep, Region(parameters, ops))
        return halves

    def sweep(self, key: Key) -> Sweep:
        name, wrt = key
        owner = self.owner
        function = owner.program.functions[name]
        groups = alias_groups(function)
        alone = self.steady.get(name, LeftAlone())
        shared = [p for k, p in enumerate(function.parameters) if k not in alone.parameters]
        shared += [v for k, v in enumerate(function.returned) if k not in alone.results]
        effects = Effects(function, groups, owner.pure, shared=shared)
        active = varied(function, effects, wrt, called=True)
        if "decided" in function.attributes:
            active = useful(function, active)
        late = [function.parameters[k] for k in self.late(key)]
        return Sweep(function, groups, effects, active, owner.products, True, owner.confined, late, carried=owner.budget is None)

    def swept(self, key: Key, scope: Scope) -> tuple[list[Value], Builder]:
        """Both sweeps through the body: the cotangents of the results, and the forward sweep. The backward one is in `scope`."""
        sweep = scope.sweep
        function, owner = sweep.function, self.owner
        floats = [v for v in function.returned if is_float(v.type) and not is_reference(v)]
        seeds = [Value(f"{v.name}_bar", v.type) for v in floats]
        for v, cotangent in zip(floats, seeds, strict=True):
            scope.contribute(v, cotangent)
        owner.sweep_ops(scope, function.body.ops[:-1])
        scalars = [function.parameters[k] for k in key[1] if not is_reference(function.parameters[k])]
        scope.b.end("return", [scope.take(p) or scope.absent(p) for p in scalars])
        b = Builder(function.location)
        Augment(sweep, call=self.forward).ops(b, function.body.ops[:-1])
        return seeds, b

    def write(self, key: Key, halves: Halves, sweep: Sweep, first: list[Value], b: Builder, last: list[Value]) -> None:
        function, late = sweep.function, self.late(key)
        returned = [sweep.forward(v) for v in function.returned]
        returned += [sweep.forward(sweep.shadow(v)) for v in function.returned if is_reference(v) and is_float(v.type)]
        b.end("return", [*returned, *last])
        arguments = first + [sweep.forward(p) for p in function.parameters]
        shadowed = [function.parameters[k] for k in key[1] if is_reference(function.parameters[k]) and k not in late]
        arguments += [sweep.forward(sweep.shadow(p)) for p in shadowed]
        region = Region(tuple(arguments), tuple(b.ops))
        self.owner.add(Function(halves.forward, region, dict(function.attributes), function.location))

    def write_backward(self, halves: Halves, sweep: Sweep, body: Region) -> None:
        function = sweep.function
        self.owner.add(Function(halves.backward, body, dict(function.attributes), function.location))


class Record:
    """What the backward half reads of the forward half, field by field as it turns out to be needed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.value = Value("saved", RecordType(name))
        self.fields: list[Value] = []

    def scope(self, sweep: Sweep, b: Builder) -> Scope:
        scope = Scope(sweep, sweep.function.body, b, parent=None, root=sweep.function.body, direct=False)

        def save(v: Value) -> Value:
            self.fields.append(v)
            return scope.prologue.op("unpack", self.value, field=len(self.fields) - 1, type=v.type, name=v.name)

        scope.save = save
        return scope

    def told_apart(self, ops: Sequence[Op], forward: Function, sweep: Sweep) -> list[Op]:
        """The ops that read the fields, which say where a field shares memory with no other, as the forward half fills them."""
        unpacked = with_body(forward, [op for op in forward.body.ops if op.name not in ("pack", "return")])
        shared = alias_groups(unpacked)
        memory = [shared.of(sweep.forward(v)) if is_reference(v) else None for v in self.fields]

        def said(op: Op) -> Op:
            if op.name != "unpack" or op.operands[0] is not self.value or memory.count(memory[op.attributes["field"]]) > 1:
                return op
            return replace(op, attributes={**op.attributes, "apart": True})

        return [said(op) for op in ops]

    def pack(self, b: Builder, sweep: Sweep) -> Value:
        return b.op("pack", *(sweep.forward(v) for v in self.fields), type=RecordType(self.name), name="saved")
