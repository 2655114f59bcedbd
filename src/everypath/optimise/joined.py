"""Two branches on one condition, one after the other, are one: what the first gives to the second stays on its side.

y = if c {a = f x; yield a}         y, z = if c {a = f x; b = g a; yield a, b}
         {yield 0}            →                 {yield 0, 1}
z = if c {b = g y; yield b}
         {yield 1}

So it is where the backward sweep of a turn first computes again what the turn computed: arrays need not be handed over, and those that
the other side would give in their place are not made. What stands between the two, and neither asks anything of the first nor changes
anything for it, goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ScalarType
from ..ir.walk import ops_in
from .rewriting import may_raise, substituted, with_function_ops, with_ops, with_regions

PLACES = frozenset(("view", "reshape", "transpose", "dim", "constant", "full"))
"""Operations on arrays that look at no element."""


def joined(function: Function) -> Function:
    """`function` with the branches on one condition that follow each other as one."""
    conditions = [op.operands[0] for op in ops_in(function.body) if op.name == "if"]
    if len(conditions) == len(set(conditions)):
        return function
    return with_function_ops(function, in_order(function.body.ops, Effects(function, groups(function))))


def in_order(ops: Sequence[Op], effects: Effects) -> list[Op]:
    """`ops` with branches that can be joined, joined."""
    kept: list[Op] = []
    for op in ops:
        place = earlier(kept, op, effects) if op.name == "if" else None
        if place is None:
            kept.append(op)
        else:
            first, between = kept[place], kept[place + 1 :]
            kept[place:] = [*between, both(first, op)]
    return [with_regions(op, [with_ops(r, in_order(r.ops, effects)) for r in op.regions]) for op in kept]


def earlier(ops: Sequence[Op], second: Op, effects: Effects) -> int | None:
    """Where the branch stands that `second` can be joined with: all that follows it could as well stand before it."""
    for place in range(len(ops) - 1, -1, -1):
        op = ops[place]
        if op.name == "if" and op.operands == second.operands and op.attributes == second.attributes:
            results, between = set(op.results), ops[place + 1 :]
            free = all(results.isdisjoint(o.operands) and (is_free(o) or apart(o, op, effects)) for o in between)
            return place if free and not op.attributes.get("postponed") else None
        if op.regions or may_raise(op):
            return None
    return None


def is_free(op: Op) -> bool:
    """Whether it does not matter when `op` runs, once its operands are there."""
    scalar = all(isinstance(v.type, ScalarType) for v in (*op.operands, *op.results))
    return op.name in PLACES or (DEFINITIONS[op.name].family == "elementwise" and scalar)


def apart(op: Op, branch: Op, effects: Effects) -> bool:
    """Whether `op` and a branch leave each other's memory alone, and nobody sees what `op` writes if the branch ends in an error."""
    if op not in effects.place or branch not in effects.place:
        return False
    touched, written = references(op, effects), effects.written_by(op)
    if not touched.isdisjoint(effects.written_by(branch)) or not written.isdisjoint(effects.groups.given):
        return False
    return not written or all(written.isdisjoint(references(o, effects)) for region in branch.regions for o in ops_in(region))


def references(op: Op, effects: Effects) -> set[Value]:
    """The groups of memory that `op` itself may use."""
    return {effects.groups.of(v) for v in (*op.operands, *op.results) if is_reference(v)}


def both(first: Op, second: Op) -> Op:
    """One branch that does on each side what the two do there."""
    regions = [side(first, a, b) for a, b in zip(first.regions, second.regions, strict=True)]
    return Op(first.name, first.operands, (*first.results, *second.results), first.attributes, tuple(regions), second.location)


def side(first: Op, before: Region, after: Region) -> Region:
    given: Mapping[Value, Value] = dict(zip(first.results, before.yielded, strict=True))
    *rest, last = substituted(after.ops, given)
    leaving = Op(last.name, (*before.yielded, *last.operands), last.results, last.attributes, last.regions, last.location)
    return Region(before.arguments, (*before.ops[:-1], *rest, leaving))
