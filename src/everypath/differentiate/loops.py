"""Loops backwards, in three ways (decisions 2 and 6): fused with the forward sweep, replayed, or from a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..analysis.alias import is_reference
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, ScalarType
from ..ir.walk import ops_in
from .augment import Augment, constant_step, is_constant, row_axes, trip_count
from .carried import LoopScope, SweepOps, Turn
from .fused import fuse
from .keep import read_inside, worth_keeping
from .replay import private_buffers, replayable
from .restore import writes_restored
from .scope import Scope, tape_type
from .stacks import frame_inside
from .sweep import Sweep

ADDS = ("accumulate", "scatter_add")
"""Writes that add: the adjoint of what they add to is only read."""


def reverse_loop(scope: Scope, op: Op, sweep_ops: SweepOps, budgeted: Callable[[Scope, Op], bool]) -> None:
    """Sweep the loop `op` backwards in the best way that is right. Asked before it keeps something of each turn, `budgeted` may do it."""
    if op.name == "for" and not writes_restored(scope.sweep, op):
        if fuse(scope, op, sweep_ops):
            return
        private = private_buffers(scope.sweep, op)
        if replayable(scope.sweep, op, scope.root, frozenset(private)):
            kept = read_inside(scope.sweep, op, private)
            if isinstance(scope, LoopScope) and scope.direct and worth_keeping(scope.sweep, op, scope.root, kept):
                from_tape(scope, op, sweep_ops, kept=kept.values())
            else:
                replay(scope, op, private, sweep_ops)
            return
    if not budgeted(scope, op):
        from_tape(scope, op, sweep_ops)


# From a tape ----------------------------------------------------------------------------------------------------------


def from_tape(scope: Scope, op: Op, sweep_ops: SweepOps, kept: Iterable[Value] = ()) -> None:
    """Carried state: needed values were saved by iteration, or are recomputed where that is cheap.

    Of a private buffer in `kept`, every turn has a row of its own in one larger array.
    """
    sweep = scope.sweep
    (region,) = op.regions
    body = LoopScope(sweep, region, scope.b.inner(), parent=scope, root=scope.root, direct=False)
    k = Value("k", I64)
    body.save = frame_inside(scope, body, op) or _Tape(scope, body, op, k)
    turn = Turn(scope, op, body)
    count = trips(scope, op)
    if op.name == "for":
        at_entry(scope, body, op, k)
    for buffer in kept:
        assert isinstance(buffer.type, ArrayType)
        rows = sweep.extra(f"{buffer.name}_rows", ArrayType(buffer.type.dtype, buffer.type.rank + 1), scope.region)
        sweep.plan(op).rows.append((buffer, rows))
        body.known[buffer] = body.prologue.op("view", scope.value(rows), k, axes=row_axes(buffer), name=buffer.name)
    turn.seed()
    sweep_ops(body, region.ops[:-1])
    out = turn.finish()
    body.close()
    last = scope.b.op("sub", count, scope.b.i64(1), name="last")
    turn.emit(scope.b, (last, scope.b.i64(-1), scope.b.i64(-1)), k, out, (*body.prologue.ops, *body.b.ops))


def at_entry(scope: Scope, body: Scope, op: Op, k: Value) -> None:
    """The loop variable of turn `k`, counted from 0: lo + k·step."""
    lo, step = scope.value(op.operands[0]), scope.value(op.operands[2])
    definer = scope.sweep.definers.get(op.operands[0])
    at_zero = definer is not None and definer.name == "constant" and definer.attributes["value"] == 0
    offset = k if constant_step(scope.sweep, op) == 1 else body.prologue.op("mul", k, step)
    iv = op.regions[0].arguments[0]
    body.known[iv] = offset if at_zero else body.prologue.op("add", lo, offset, name=iv.name)


def trips(scope: Scope, op: Op) -> Value:
    """How often the loop turned."""
    if op.name == "for":
        lo, hi, step = (scope.value(v) for v in op.operands[:3])
        return trip_count(scope.b, lo, hi, step, constant_step(scope.sweep, op))
    plan = scope.sweep.plan(op)
    if plan.count is None:
        plan.count = scope.sweep.extra("count", I64, scope.region)
    return scope.value(plan.count)


class _Tape:
    """Saves one value an iteration."""

    def __init__(self, scope: Scope, body: Scope, op: Op, k: Value) -> None:
        self.scope = scope
        self.body = body
        self.op = op
        self.k = k

    def __call__(self, v: Value) -> Value:
        sweep, counted = self.scope.sweep, self.op.name == "for"
        if counted and steady_extents(sweep, v, self.op):
            return self.row(v)
        tape = sweep.extra(f"{v.name}_tape", tape_type(v, counted), self.scope.region)
        sweep.plan(self.op).tapes.append((v, tape))
        if not isinstance(tape.type, ArrayType):
            return self.body.prologue.op("list_get", self.scope.value(tape), self.k, name=v.name)
        sweep.counted_by[tape] = (self.op,)
        return self.body.prologue.op("load", self.scope.value(tape), self.k, name=v.name)

    def row(self, tape: Value) -> Value:
        """The tape of a loop inside, which has the same turns each time: a row of one array."""
        assert isinstance(tape.type, ArrayType)
        sweep = self.scope.sweep
        rows = sweep.extra(tape.name, ArrayType(tape.type.dtype, tape.type.rank + 1), self.scope.region)
        sweep.counted_by[rows] = (self.op, *sweep.counted_by[tape])
        sweep.plan(self.op).rows.append((tape, rows))
        return self.body.prologue.op("view", self.scope.value(rows), self.k, axes=row_axes(tape), name=tape.name)


def steady_extents(sweep: Sweep, tape: Value, loop: Op) -> bool:
    """Whether `tape` is made in every turn of a loop, for loops whose number of turns is known before it."""
    (body,) = loop.regions
    if tape not in sweep.counted_by or sweep.home[tape] is not body:
        return False
    controls = (v for inner in sweep.counted_by[tape] for v in inner.operands[:3])
    return all(is_constant(sweep, v) or not sweep.effects.inside(sweep.home[v], body) for v in controls)


# Replayed -------------------------------------------------------------------------------------------------------------


def replay(scope: Scope, op: Op, private: dict[Value, Value], sweep_ops: SweepOps) -> None:
    """Each iteration runs again, and then backwards, in one turn: nothing is kept across iterations."""
    sweep = scope.sweep
    (region,) = op.regions
    sweep.plan(op).plain = True
    body = LoopScope(sweep, region, scope.b.inner(), parent=scope, root=region, direct=True)
    body.private = frozenset(private)
    for array in private.values():
        assert isinstance(array.type, ArrayType)
        extents = scope.b.dims(scope.value(array))
        body.known[array] = scope.b.op("alloc", *extents, dtype=array.type.dtype.name, name=array.name)
    turn = Turn(scope, op, body)
    turn.seed()
    sweep_ops(body, region.ops[:-1])
    out = turn.finish()
    replayed = scope.b.inner()
    for argument in region.arguments[1:]:
        assert isinstance(argument.type, ScalarType)
        replayed.append(Op("constant", (), (sweep.forward(argument),), {"value": zero(argument.type), "dtype": argument.type.name}))
    Augment(sweep, body).ops(replayed, region.ops[:-1])
    iv = sweep.forward(region.arguments[0])
    ops = (*body.prologue.ops, *replayed.ops, *body.b.ops)
    handed_on = all(out[n] is bar for n, bar in enumerate(turn.bars))
    turn.emit(scope.b, controls(scope, op, any_order=handed_on and in_any_order(sweep, op)), iv, out, ops)


def zero(type_: ScalarType) -> object:
    return 0.0 if type_.is_float else False if type_.name == "bool" else 0


def controls(scope: Scope, op: Op, *, any_order: bool) -> tuple[Value, Value, Value]:
    """The range of the backward loop: as it was where one turn's adjoints are nothing to another's, else from the last."""
    lo, hi, step = (scope.value(v) for v in op.operands[:3])
    if any_order:
        return lo, hi, step
    b = scope.b
    count = trip_count(b, lo, hi, step, constant_step(scope.sweep, op))
    last = b.op("add", lo, b.op("mul", b.op("sub", count, b.i64(1)), step), name="last")
    return last, b.op("sub", lo, step), b.op("neg", step)


def in_any_order(sweep: Sweep, op: Op) -> bool:
    """Whether each turn touches elements of its own in active outer memory that the loop writes: every store is at the loop
    variable, and every other access at the place of a store. (Memory that is only read, or only added to, is free; what is added
    to and read is stored to.) One array is not another's view here: `x[i]` and `x[::-1][i]` are different places."""
    (region,) = op.regions
    touched = {g for inner in ops_in(region) if inner.name not in (*ADDS, "dim") for g in groups_of(sweep, inner)}
    iv = region.arguments[0] if sweep.effects.counts_from_zero_up(op) else None
    stored: dict[Value, list[tuple[Value, ...]]] = {}
    for inner in ops_in(region):
        k = definition(inner.name).writes
        if k is None:
            continue
        group = sweep.groups.of(inner.operands[k])
        if inner.name in ADDS and group not in touched and sweep.groups.of(inner.operands[0]) is not group:
            continue
        if group not in sweep.active.memory or sweep.effects.born_in(group, region):
            continue
        if inner.name not in ("store", "accumulate"):
            return False
        stored.setdefault(group, []).append(sweep.effects.places(inner, 1))
    return all(apart(sweep, region, iv, places) for places in stored.values()) and all(
        in_place(sweep, inner, stored) for inner in ops_in(region)
    )


def apart(sweep: Sweep, region: Region, iv: Value | None, places: list[tuple[Value, ...]]) -> bool:
    """Whether `places` (arrays with indices) are in one array from outside `region`, on one axis of which the index is `iv`."""
    array = places[0][0]
    if sweep.effects.inside(sweep.home[array], region) or any(place[0] is not array for place in places):
        return False
    return any(all(index is iv for index in axis) for axis in zip(*(place[1:] for place in places), strict=False))


def in_place(sweep: Sweep, op: Op, stored: dict[Value, list[tuple[Value, ...]]]) -> bool:
    """Whether `op` touches the groups in `stored` only at the places they are stored at."""
    if op.name == "dim":
        return True
    groups = groups_of(sweep, op) & stored.keys()
    if not groups:
        return True
    first = {"load": 0, "store": 1, "accumulate": 1}.get(op.name)
    return first is not None and all(sweep.effects.places(op, first) in stored[group] for group in groups)


def groups_of(sweep: Sweep, op: Op) -> set[Value]:
    """The groups of the memory that `op` is given."""
    return {sweep.groups.of(v) for v in op.operands if is_reference(v)}
