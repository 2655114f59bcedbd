"""Loops backwards, in three ways (decisions 2 and 6): fused with the forward sweep, replayed, or from a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, ScalarType
from ..ir.walk import copy_region, ops_in
from .augment import Augment, constant_step, row_axes, trip_count
from .keep import read_inside, worth_keeping
from .replay import private_buffers, replayable
from .restore import writes_restored
from .scope import Scope, Sweep, tape_type
from .stacks import frame_inside

SweepOps = Callable[[Scope, Sequence[Op]], None]
"""(scope, ops): sweep them backwards."""

ADDS = ("accumulate", "scatter_add")
"""Writes that add: the adjoint of what they add to is only read."""
MOVES_ADJOINTS = frozenset("constant add sub mul div neg path".split())


class _LoopScope(Scope):
    """A loop's body backwards. Adjoints of outer scalars are carried, made when the first contribution comes."""

    def __init__(self, sweep: Sweep, region: Region, b: Builder, *, parent: Scope, root: Region, direct: bool) -> None:
        super().__init__(sweep, region, b, parent=parent, root=root, direct=direct)
        self.outer: dict[Value, Value] = {}

    def incoming(self, v: Value) -> Value | None:
        if v not in self.outer:
            self.outer[v] = Value(f"{v.name}_bar", v.type)
        return self.outer[v]


def reverse_loop(scope: Scope, op: Op, sweep_ops: SweepOps, budgeted: Callable[[Scope, Op], bool]) -> None:
    """Sweep the loop `op` backwards in the best way that is right. Asked before it keeps something of each turn, `budgeted` may do it."""
    if op.name == "for" and not writes_restored(scope.sweep, op):
        if fuse(scope, op, sweep_ops):
            return
        private = private_buffers(scope.sweep, op)
        if replayable(scope.sweep, op, scope.root, frozenset(private)):
            kept = read_inside(scope.sweep, op, private)
            if isinstance(scope, _LoopScope) and scope.direct and worth_keeping(scope.sweep, op, scope.root, kept):
                from_tape(scope, op, sweep_ops, kept=kept.values())
            else:
                replay(scope, op, private, sweep_ops)
            return
    if not budgeted(scope, op):
        from_tape(scope, op, sweep_ops)


def active_carried(sweep: Sweep, op: Op) -> list[tuple[int, Value]]:
    """Position and argument of the carried scalars that vary."""
    arguments = op.regions[0].arguments[1 if op.name == "for" else 0 :]
    return [(k, a) for k, a in enumerate(arguments) if a in sweep.active and not is_reference(a)]


def yielded(op: Op) -> tuple[Value, ...]:
    return op.regions[0].yielded[0 if op.name == "for" else 1 :]


def initial(op: Op) -> tuple[Value, ...]:
    return op.operands[3 if op.name == "for" else 1 :]


class _Turn:
    """One turn of a backward loop: adjoints of the carried scalars in, and out."""

    def __init__(self, scope: Scope, op: Op, body: _LoopScope) -> None:
        self.scope = scope
        self.op = op
        self.body = body
        self.own = active_carried(scope.sweep, op)
        self.bars = [Value(f"{a.name}_bar", a.type) for _, a in self.own]
        self.inits = [scope.take(op.results[k]) or scope.absent(a) for k, a in self.own]

    def seed(self) -> None:
        """The adjoint of what the turn yielded is what the turn after it left."""
        values = yielded(self.op)
        for (k, _), bar in zip(self.own, self.bars, strict=True):
            self.body.contribute(values[k], bar)

    def finish(self) -> list[Value]:
        """The adjoints of what the turn was entered with, and of outer scalars so far."""
        body = self.body
        out = [body.take(a) or body.absent(a) for _, a in self.own]
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
            self.scope.contribute(initial(self.op)[k], result)


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


# From a tape ----------------------------------------------------------------------------------------------------------


def from_tape(scope: Scope, op: Op, sweep_ops: SweepOps, kept: Iterable[Value] = ()) -> None:
    """Carried state: needed values were saved by iteration, or are recomputed where that is cheap.

    Of a private buffer in `kept`, every turn has a row of its own in one larger array.
    """
    sweep = scope.sweep
    (region,) = op.regions
    body = _LoopScope(sweep, region, scope.b.inner(), parent=scope, root=scope.root, direct=False)
    k = Value("k", I64)
    body.save = frame_inside(scope, body, op) or _Tape(scope, body, op, k)
    turn = _Turn(scope, op, body)
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
        sweep = self.scope.sweep
        tape = sweep.extra(f"{v.name}_tape", tape_type(v, self.op.name == "for"), self.scope.region)
        sweep.plan(self.op).tapes.append((v, tape))
        read = "load" if isinstance(tape.type, ArrayType) else "list_get"
        return self.body.prologue.op(read, self.scope.value(tape), self.k, name=v.name)


# Replayed -------------------------------------------------------------------------------------------------------------


def replay(scope: Scope, op: Op, private: dict[Value, Value], sweep_ops: SweepOps) -> None:
    """Each iteration runs again, and then backwards, in one turn: nothing is kept across iterations."""
    sweep = scope.sweep
    (region,) = op.regions
    sweep.plan(op).plain = True
    body = _LoopScope(sweep, region, scope.b.inner(), parent=scope, root=region, direct=True)
    body.private = frozenset(private)
    for array in private.values():
        assert isinstance(array.type, ArrayType)
        extents = scope.b.dims(scope.value(array))
        body.known[array] = scope.b.op("alloc", *extents, dtype=array.type.dtype.name, name=array.name)
    turn = _Turn(scope, op, body)
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


# Fused ----------------------------------------------------------------------------------------------------------------


def fuse(scope: Scope, op: Op, sweep_ops: SweepOps) -> bool:
    """Forward and backward of one iteration together, in the forward sweep, where the adjoints it starts from are known there."""
    sweep = scope.sweep
    if scope.parent is not None or not scope.direct or not isolated(scope, op):
        return False
    own = active_carried(sweep, op)
    if any(op.results[k] not in scope.adjoint for k, _ in own) or not own:
        return False
    early = known_before(scope, op, [scope.adjoint[op.results[k]] for k, _ in own])
    if early is None:
        return False
    return fused(scope, op, own, early, sweep_ops)


def isolated(scope: Scope, op: Op) -> bool:
    """Whether the loop's memory is nobody else's business: it carries none, its active writes stay private, what it reads
    is not written later, and no call or list takes part."""
    sweep = scope.sweep
    (region,) = op.regions
    if any(is_reference(a) for a in region.arguments):
        return False
    if any(o.name in ("call", "list_append", "list_set", "list_get") for o in ops_in(region)):
        return False
    private = private_buffers(sweep, op)
    for group in sweep.effects.written_by(op):
        if group not in sweep.active.memory or sweep.effects.born_in(group, region):
            continue
        if group not in private or mentioned_after(scope, op, group):
            return False
    read = {sweep.groups.of(v) for o in ops_in(region) for v in o.operands if is_reference(v)}
    return not any(g in sweep.active.memory and sweep.effects.written_after(g, op, scope.root) for g in read)


def mentioned_after(scope: Scope, op: Op, group: Value) -> bool:
    region, k = scope.sweep.effects.place[op]
    later = (o for outer in region.ops[k + 1 :] for o in (outer, *(i for r in outer.regions for i in ops_in(r))))
    return any(is_reference(v) and scope.sweep.groups.of(v) is group for o in later for v in o.operands)


def known_before(scope: Scope, op: Op, adjoints: list[Value]) -> list[Op] | None:
    """The backward ops that lead to `adjoints`, if they use nothing that the loop or anything after it computes."""
    made_by = {v: o for o in scope.b.ops for v in o.results}
    sweep = scope.sweep
    region, k = sweep.effects.place[op]
    late = {sweep.forward(v) for later in region.ops[k:] for v in later.results}
    late.update(v for plan in sweep.plans.values() for v in plan.early)
    wanted: set[Value] = set()
    todo = list(adjoints)
    while todo:
        v = todo.pop()
        if v in late:
            return None
        if v not in made_by or v in wanted:
            continue
        o = made_by[v]
        if o.name not in MOVES_ADJOINTS or not all(isinstance(x.type, ScalarType) for x in o.operands):
            return None
        wanted.update(o.results)
        todo.extend(o.operands)
    return [o for o in scope.b.ops if any(v in wanted for v in o.results)]


def fused(scope: Scope, op: Op, own: list[tuple[int, Value]], early: list[Op], sweep_ops: SweepOps) -> bool:
    sweep = scope.sweep
    (region,) = op.regions
    before = dict(sweep.plans)
    body = _LoopScope(sweep, region, scope.b.inner(), parent=scope, root=region, direct=True)
    bars = [Value(f"{a.name}_bar", a.type) for _, a in own]
    values = yielded(op)
    for (k, _), bar in zip(own, bars, strict=True):
        body.contribute(values[k], bar)
    sweep_ops(body, region.ops[:-1])
    unchanged = all(body.adjoint.get(a) is bar for (_, a), bar in zip(own, bars, strict=True))
    if not unchanged or any(op.results[k] in body.outer for k, _ in own):
        sweep.plans.clear()
        sweep.plans.update(before)
        return False
    env: dict[Value, Value] = {}
    moved = [replace(o, results=tuple(env.setdefault(v, Value(v.name, v.type)) for v in o.results)) for o in early]
    moved = [replace(o, operands=tuple(env.get(v, v) for v in o.operands)) for o in moved]
    adjoints = [scope.take(op.results[k]) for k, _ in own]
    starts = [env.get(v, v) for v in adjoints if v is not None]
    outer = list(body.outer)
    finals = [Value(f"{v.name}_bar", v.type) for v in outer]

    def emit(b: Builder) -> None:
        for o in moved:
            b.append(o)
        inner = b.inner()
        Augment(sweep).ops(inner, region.ops[:-1])
        inner.ops += [*body.prologue.ops, *body.b.ops]
        inner.end("yield", [*(sweep.forward(v) for v in region.yielded), *(body.adjoint[v] for v in outer)])
        arguments = (*(sweep.forward(v) for v in region.arguments), *body.outer.values())
        whole = copy_region(Region(arguments, tuple(inner.ops)), dict(zip(bars, starts, strict=True)))
        operands = (*(sweep.forward(v) for v in op.operands), *(sweep.products.absent(b, v.type) for v in outer))  # type: ignore[arg-type]
        results = (*(sweep.forward(v) for v in op.results), *finals)
        b.append(replace(op, operands=operands, results=results, regions=(whole,)))

    sweep.plan(op).emit, sweep.plan(op).early = emit, tuple(finals)
    for v, final in zip(outer, finals, strict=True):
        scope.contribute(v, final)
    for (k, _), start in zip(own, adjoints, strict=True):
        assert start is not None
        scope.contribute(initial(op)[k], start)
    return True
