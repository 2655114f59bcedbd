"""A loop whose turns are independent, forward and backward in one turn, where the adjoints that it starts from are known before it.

for k: y += f(x[k])        ->     for k: y += f(x[k]); x_bar[k] += y_bar · f'(x[k])
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Op, Region, Value
from ..ir.types import ScalarType
from ..ir.walk import copy_region, ops_in
from .augment import Augment
from .carried import LoopScope, SweepOps, active_carried, initial, yielded
from .replay import private_buffers
from .scope import Scope

MOVES_ADJOINTS = frozenset("constant add sub mul div neg path".split())


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
    body = LoopScope(sweep, region, scope.b.inner(), parent=scope, root=region, direct=True)
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
