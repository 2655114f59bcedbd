"""Arrays whose writes the backward sweep undoes: it finds the elements as each operation saw them, and keeps only what was overwritten.

    for i: for j: A[i, j] = A[i, j] - A[i, :j] @ A[j, :j]         forward: keep the old A[i, j], one number a turn
                                                                  backward: A[i, j] = the old one; then read A[i, :j] and A[j, :j]

So a factorisation keeps n² numbers, not the n³ of all its slices. The sweep passes every write, in the reverse order, so at the moment
when it comes to an operation the memory of such an array has the very bits that it had then, through views too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.alias import is_reference
from ..analysis.confined import copies_perhaps
from ..ir.op import definition
from ..ir.program import Op, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in
from .replay import private_buffers, reads, replayable
from .scope import CHEAP, MOST_RECOMPUTED_STEPS, Scope
from .sweep import Sweep

WRITES = frozenset("store fill assign accumulate".split())
"""Writes that are undone by writing what was there."""

LOOPS = ("for", "while")


def restored(sweep: Sweep) -> frozenset[Value]:
    """The groups of memory to restore: all that is written to them is in sight, their loops keep something of each turn anyway, and
    some operation in a loop reads many of their elements that are written later."""
    function, groups = sweep.function, sweep.groups
    returned = {groups.of(v) for v in function.returned if is_reference(v)}
    candidates = {g for g in sweep.effects.written & sweep.active.memory if g not in returned and isinstance(g.type, ArrayType)}
    for op in ops_in(function.body):
        if not candidates:
            break
        candidates -= {groups.of(v) for v in lost(op) if is_reference(v)}
    candidates &= set(read_whole(sweep))
    for loop in ops_in(function.body):
        touched = candidates & sweep.effects.written_by(loop)
        if touched and loop.name == "for" and replayable(sweep, loop, function.body, frozenset(private_buffers(sweep, loop))):
            candidates -= touched
    return frozenset(candidates)


def lost(op: Op) -> list[Value]:
    """What `op` writes in a way that is not undone, hands on, or sees as a view or a copy."""
    arguments = [a for region in op.regions for a in region.arguments]
    if op.regions or op.name in ("call", "yield", "list_append", "list_set", "list_get", "pack", "unpack"):
        return [*op.operands, *op.results, *arguments]
    writes = definition(op.name).writes
    if (writes is not None and op.name not in WRITES) or copies_perhaps(op) or op.name == "broadcast":
        return [*op.operands, *op.results]
    return []


def outermost(sweep: Sweep) -> Iterator[Op]:
    """The loops that are in no other."""
    waiting = [sweep.function.body]
    while waiting:
        for op in waiting.pop().ops:
            if op.name in LOOPS:
                yield op
            else:
                waiting.extend(op.regions)


def read_whole(sweep: Sweep) -> Iterator[Value]:
    """The groups of which an operation in a loop needs many elements backwards, and that are written after it: by an operation on an
    array, or by an inner loop that does not write them."""
    root, effects = sweep.function.body, sweep.effects
    for outer in outermost(sweep):
        for op in ops_in(outer.regions[0]):
            if op.name == "for":
                inside = (v for o in ops_in(op.regions[0]) for v in reads(sweep, o))
                found = {sweep.groups.of(array) for v in inside for array in loaded_from(sweep, v)} - effects.written_by(op)
            elif op.regions or definition(op.name).writes is not None:
                continue
            else:
                found = {sweep.groups.of(v) for v in reads(sweep, op) if is_reference(v)}
            yield from (g for g in found if effects.written_after(g, op, root))


def loaded_from(sweep: Sweep, v: Value, steps: int = 0) -> Iterator[Value]:
    """The arrays of whose elements the scalar `v` is cheaply computed."""
    op = sweep.definers.get(v)
    if op is not None and op.name == "load":
        yield op.operands[0]
    elif op is not None and op.name in CHEAP and steps < MOST_RECOMPUTED_STEPS:
        for operand in op.operands:
            yield from loaded_from(sweep, operand, steps + 1)


def writes_restored(sweep: Sweep, op: Op) -> bool:
    """Whether `op`, or anything inside it, writes memory that is restored."""
    return bool(sweep.restored & sweep.effects.written_by(op))


def undo(scope: Scope, op: Op) -> None:
    """Before anything else of `op` is swept: what it overwrote is there again."""
    sweep = scope.sweep
    if op.regions or not writes_restored(sweep, op):
        return
    target, indices = op.operands[1], op.operands[2:]
    plan = sweep.plan(op)
    assert isinstance(target.type, ArrayType)
    type_ = scalar_of(target.type) if len(indices) == target.type.rank else ArrayType(target.type.dtype, target.type.rank)
    plan.overwritten = sweep.extra(f"{target.name}_before", type_, scope.region)
    before, array = scope.value(plan.overwritten), scope.value(target)
    if isinstance(type_, ArrayType):
        scope.b.do("assign", before, array, undoes=True)
    else:
        scope.b.do("store", before, array, *(scope.value(i) for i in indices))
