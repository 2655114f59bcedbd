"""The forward sweep of reverse mode: the primal, with shadows born beside arrays and what the backward sweep needs saved.

x = alloc n            x = alloc n
                       x_bar = full 0.0, n
for … {…}        ->    tape = alloc count
                       for … {…; store s, tape, k}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, ListType, ScalarType
from ..ir.walk import captured, copy_ops
from .nested import absent_like, copied
from .scope import Scope, mirrored, without_checks
from .sweep import Plan, Sweep

EMPTY = Plan()


class Augment:
    """Emits the forward sweep of a region.

    `scope` is None for the forward sweep proper. For a replay inside the backward sweep it is the scope that replays: what
    lies outside is read through it, and nothing outside is written but its private buffers.
    """

    def __init__(self, sweep: Sweep, scope: Scope | None = None, call: Callable[[Builder, Augment, Op], None] | None = None) -> None:
        self.sweep = sweep
        self.scope = scope
        self.call = call
        self.rows: dict[Value, Value] = {}  # private buffers, and the row that stands for each in this turn

    def get(self, v: Value) -> Value:
        """What `v` is here."""
        scope = self.scope
        if v in self.rows:
            return self.rows[v]
        if scope is not None and not self.sweep.effects.inside(self.sweep.home[v], scope.region):
            return scope.value(v)
        return self.sweep.forward(v)

    def ops(self, b: Builder, ops: Sequence[Op]) -> None:
        for op in ops:
            b.location = op.location
            plan = self.sweep.plans.get(op, EMPTY)
            self.snapshots(b, plan.before)
            if plan.overwritten is not None:
                self.overwritten(b, op, plan.overwritten)
            self.op(b, op, plan)
            self.snapshots(b, plan.after)
            self.lengths(b, plan.extents)

    def lengths(self, b: Builder, wanted: Iterable[tuple[Value, int, Value]]) -> None:
        for array, axis, noted in wanted:
            self.append(b, "dim", (self.get(array),), (self.sweep.forward(noted),), axis=axis)

    def snapshots(self, b: Builder, wanted: Iterable[tuple[Value, Value]]) -> None:
        for array, snapshot in wanted:
            copied(b, self.get(array), self.sweep.forward(snapshot))

    def overwritten(self, b: Builder, op: Op, before: Value) -> None:
        """What `op` is about to overwrite."""
        target, indices = self.get(op.operands[1]), tuple(self.get(i) for i in op.operands[2:])
        whole = isinstance(before.type, ArrayType)
        self.append(b, "copy" if whole else "load", (target,) if whole else (target, *indices), (self.sweep.forward(before),))

    def append(self, b: Builder, name: str, operands: tuple[Value, ...], results: tuple[Value, ...], **attributes: object) -> None:
        b.append(Op(name, operands, results, attributes, location=b.location))

    def op(self, b: Builder, op: Op, plan: Plan) -> None:
        if plan.emit is not None:
            plan.emit(b)
        elif plan.plain:
            self.plain(b, op)
        elif op.name == "if":
            self.if_(b, op, plan)
        elif op.name in ("for", "while"):
            self.loop(b, op, plan)
        elif op.name == "call" and self.call is not None:
            self.call(b, self, op)
        else:
            self.simple(b, op, plan)

    def plain(self, b: Builder, op: Op) -> None:
        """`op` as the primal has it."""
        outside = {v: self.get(v) for v in used(op)}
        (copied,) = copy_ops([op], outside, self.replayed if self.scope is not None else run_again)
        b.append(replace(copied, results=tuple(self.sweep.forward(v) for v in op.results)))

    def replayed(self, old: Op, new: Op) -> tuple[Op, ...]:
        """`new`, the copy of an op that a replay runs again, if the replay does run it."""
        return () if self.outer_effect(old) else (without_checks(new),)

    # Simple ops --------------------------------------------------------------------------------------------------

    def simple(self, b: Builder, op: Op, plan: Plan) -> None:
        if self.scope is not None and self.outer_effect(op):
            return
        copied = without_checks(op) if self.scope is not None else op
        if plan.length is not None:
            self.append(b, "list_length", (self.get(op.operands[0]),), (self.sweep.forward(plan.length),))
        b.append(
            replace(
                copied,
                operands=tuple(self.get(v) for v in op.operands),
                results=tuple(self.sweep.forward(v) for v in op.results),
            )
        )
        for v in op.results:
            if is_reference(v) and v in self.sweep.active and self.sweep.local.get(v) not in self.sweep.late:
                self.born(b, op, v)
        if op.name in ("list_append", "list_set") and op.operands[0] in self.sweep.active:
            self.mirror(b, op)

    def outer_effect(self, op: Op) -> bool:
        """Whether a replay leaves `op` out: a check, or a write to memory that is not its own."""
        if op.name in ("check", "print"):
            return True
        k = definition(op.name).writes
        if k is None:
            return False
        assert self.scope is not None
        group = self.sweep.groups.of(op.operands[k])
        return not self.sweep.effects.born_in(group, self.scope.region) and group not in self.scope.private

    def born(self, b: Builder, op: Op, v: Value) -> None:
        """The shadow of a new reference."""
        shadow = self.sweep.forward(self.sweep.shadow(v))
        if mirrored(op):
            operands = (self.get(self.sweep.shadow(op.operands[0])), *(self.get(o) for o in op.operands[1:]))
            self.append(b, op.name, operands, (shadow,), **without_checks(op).attributes)
        elif op.name == "list_new":
            self.append(b, "list_new", (), (shadow,), type=v.type)
        elif op.name == "list_get":
            self.append(b, "list_get", (self.get(self.sweep.shadow(op.operands[0])), self.get(op.operands[1])), (shadow,))
        else:
            absent_like(self.sweep.products, b, self.sweep.forward(v), shadow)

    def mirror(self, b: Builder, op: Op) -> None:
        """An append or a set, on the shadow list."""
        items, v, *index = op.operands
        shadow = self.get(self.sweep.shadow(items))
        if is_reference(v):
            entry = self.get(self.sweep.shadow(v))
        else:
            entry = self.sweep.products.absent(b, v.type)  # type: ignore[arg-type]
            if op.name == "list_set":
                return
        b.do(op.name, shadow, entry, *(self.get(i) for i in index))

    # Control -----------------------------------------------------------------------------------------------------

    def doubled(self, values: Sequence[Value]) -> list[int]:
        """The positions of those whose shadows are handed on with them."""
        return [k for k, v in enumerate(values) if is_reference(v) and v in self.sweep.active and v not in self.sweep.local]

    def of_values(self, b: Builder, op: Op) -> None:
        """The shadows of arrays that `op` hands on as values."""
        for v in op.results:
            if v in self.sweep.local and v in self.sweep.active and v not in self.sweep.late:
                self.born(b, op, v)

    def results(self, op: Op, extras: Iterable[Value]) -> tuple[Value, ...]:
        shadows = [self.sweep.shadow(op.results[k]) for k in self.doubled(op.results)]
        return tuple(self.sweep.forward(v) for v in (*op.results, *shadows, *extras))

    def yielded(self, values: Sequence[Value], positions: Sequence[int]) -> list[Value]:
        return [*(self.get(v) for v in values), *(self.get(self.sweep.shadow(values[k])) for k in positions)]

    def if_(self, b: Builder, op: Op, plan: Plan) -> None:
        positions = self.doubled(op.results)
        branches = plan.branches or ([], [])
        regions = []
        for n, region in enumerate(op.regions):
            inner = b.inner()
            self.ops(inner, region.ops[:-1])
            values = self.yielded(region.yielded, positions)
            for m, extras in enumerate(branches):
                values += [self.boxed(inner, v, extra) if m == n else nothing(inner, extra) for v, extra in extras]
            self.frame(inner, plan, region)
            inner.end("yield", values)
            regions.append(Region((), tuple(inner.ops)))
        boxes = [extra for side in branches for _, extra in side]
        b.append(replace(op, operands=(self.get(op.operands[0]),), results=self.results(op, boxes), regions=tuple(regions)))
        self.of_values(b, op)

    def boxed(self, b: Builder, v: Value, extra: Value) -> Value:
        """What an `if` yields for a value saved from one side: itself, or a list of it where there is no empty one."""
        if extra.type == v.type and not isinstance(v.type, ListType):
            return self.get(v)
        box = b.op("list_new", type=extra.type)
        b.do("list_append", box, self.get(v))
        return box

    def loop(self, b: Builder, op: Op, plan: Plan) -> None:
        (region,) = op.regions
        counted = op.name == "for"
        skip, own = (3, 1) if counted else (1, 0)
        carried, yielded = region.arguments[own:], region.yielded[1 - own :]
        positions = self.doubled(carried)
        inits = op.operands[skip:]
        operands = [self.get(v) for v in op.operands] + [self.get(self.sweep.shadow(inits[k])) for k in positions]
        arguments = [self.sweep.forward(v) for v in (*region.arguments, *(self.sweep.shadow(carried[k]) for k in positions))]
        for v, tape in plan.tapes:
            self.new_tape(b, op, v, tape)
        for buffer, rows in plan.rows:
            self.new_rows(b, op, buffer, rows)
        counter = None
        if plan.count is not None:
            operands.append(b.i64(0))
            counter = Value("count", I64)
            arguments.append(counter)
        inner = b.inner()
        for buffer, rows in plan.rows:
            self.rows[buffer] = inner.op("view", self.get(rows), self.turn(inner, op), axes=row_axes(buffer), name=buffer.name)
        self.lengths(inner, plan.entered)
        self.ops(inner, region.ops[:-1])
        for buffer, _ in plan.rows:
            del self.rows[buffer]
        for v, tape in plan.tapes:
            self.record(inner, op, v, tape)
        self.frame(inner, plan, region)
        values = self.yielded(yielded, positions)
        if counter is not None:
            values.append(inner.op("add", counter, inner.i64(1), name="count"))
        if not counted:
            values.insert(0, self.get(region.yielded[0]))
        inner.end("yield", values)
        counts = [plan.count] if plan.count is not None else []
        body = Region(tuple(arguments), tuple(inner.ops))
        b.append(replace(op, operands=tuple(operands), results=self.results(op, counts), regions=(body,)))
        self.of_values(b, op)

    def frame(self, b: Builder, plan: Plan, region: Region) -> None:
        """What the region puts on a stack, at its end."""
        if region in plan.frames:
            plan.frames[region].push(b, self.get)

    def new_tape(self, b: Builder, op: Op, v: Value, tape: Value) -> None:
        if tape in self.rows:
            return
        result = (self.sweep.forward(tape),)
        if isinstance(tape.type, ListType):
            self.append(b, "list_new", (), result, type=tape.type)
        else:
            assert isinstance(tape.type, ArrayType)
            self.append(b, "alloc", (self.count(b, op),), result, dtype=tape.type.dtype.name)

    def new_rows(self, b: Builder, op: Op, buffer: Value, rows: Value) -> None:
        if rows in self.rows:
            return
        assert isinstance(rows.type, ArrayType)
        loops = self.sweep.counted_by.get(rows)
        extents = [self.count(b, loop) for loop in loops] if loops else [self.count(b, op), *b.dims(self.get(buffer))]
        self.append(b, "alloc", tuple(extents), (self.sweep.forward(rows),), dtype=rows.type.dtype.name)

    def count(self, b: Builder, op: Op) -> Value:
        """How often the `for` op turns, by what is known here: constants may stand further inside."""
        controls = (is_constant(self.sweep, v) and self.sweep.definers[v] for v in op.operands[:3])
        lo, hi, step = (b.i64(made.attributes["value"]) if made else self.get(v) for made, v in zip(controls, op.operands, strict=False))
        return trip_count(b, lo, hi, step, self.step(op))

    def step(self, op: Op) -> int | None:
        return constant_step(self.sweep, op)

    def record(self, b: Builder, op: Op, v: Value, tape: Value) -> None:
        if isinstance(tape.type, ListType):
            b.do("list_append", self.sweep.forward(tape), self.get(v))
            return
        b.do("store", self.get(v), self.get(tape), self.turn(b, op))

    def turn(self, b: Builder, op: Op) -> Value:
        """The number of the turn of the `for` op, from 0."""
        lo, _, step = (self.get(o) for o in op.operands[:3])
        k = b.op("sub", self.sweep.forward(op.regions[0].arguments[0]), lo, name="k")
        return k if self.step(op) == 1 else b.op("floordiv", k, step, name="k")


def run_again(old: Op, new: Op) -> tuple[Op, ...]:
    """`new`, the copy of an op that a replay runs again: a `while` that nobody reads is spare, for that it ends is seen then."""
    return (replace(new, attributes={**new.attributes, "spare": True}) if old.name == "while" else new,)


def row_axes(buffer: Value) -> str:
    """The view of one row of an array of buffers."""
    assert isinstance(buffer.type, ArrayType)
    return "i" + "a" * buffer.type.rank


def is_constant(sweep: Sweep, v: Value) -> bool:
    made_by = sweep.definers.get(v)
    return made_by is not None and made_by.name == "constant"


def constant_step(sweep: Sweep, op: Op) -> int | None:
    """The step of a `for`, where it is a constant."""
    return int(sweep.definers[op.operands[2]].attributes["value"]) if is_constant(sweep, op.operands[2]) else None


def trip_count(b: Builder, lo: Value, hi: Value, step: Value, constant: int | None) -> Value:
    """How often `for` over range(lo, hi, step) turns: max(0, ⌈(hi − lo)/step⌉)."""
    distance = b.op("sub", hi, lo, name="distance")
    if constant == 1:
        count = distance
    else:
        up = b.op("sub", b.op("add", distance, step), b.i64(1))
        down = b.op("add", b.op("add", distance, step), b.i64(1))
        rounded = b.op("select", b.op("gt", step, b.i64(0)), up, down)
        count = b.op("floordiv", rounded, step)
    return b.op("maximum", count, b.i64(0), name="count")


def nothing(b: Builder, like: Value) -> Value:
    """A value of the type of `like` that nobody will look at."""
    type_ = like.type
    if isinstance(type_, ScalarType):
        return b.constant(0, type_, "unused")
    if isinstance(type_, ListType):
        return b.op("list_new", type=type_, name="unused")
    assert isinstance(type_, ArrayType)
    empty = b.op("alloc", *[b.i64(0)] * type_.rank, dtype=type_.dtype.name, name="unused")
    return empty if type_.contiguous else b.op("weaken", empty, name="unused")


def used(op: Op) -> list[Value]:
    """The values that `op` and its regions take from outside."""
    inside = [v for region in op.regions for v in captured(region)]
    return list(dict.fromkeys((*op.operands, *inside)))
