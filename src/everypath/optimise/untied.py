"""Ties are told to a derivative and to nobody else: elsewhere, what only carries them goes, and what only found them.

    n = sum (eq x, v); y = picked v, (gt n, 1), x; … y …     ->     … v …

Where either of them is written, or kept by somebody else, and `v` has another use, y is a copy of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import definers, ops_in, with_body
from .cse import escaping
from .rewriting import renamed

TIES = ("tied", "picked", "chosen")


def untied(function: Function) -> Function:
    """`function` without `tied`, `picked` and `chosen` ops, which have no meaning of their own."""
    ties = [op for op in ops_in(function.body) if op.name in TIES]
    if not ties:
        return function
    gone = idle(function, ties)
    return with_body(function, Rewriter(function, gone).ops(function.body.ops, {}))


def idle(function: Function, ties: Sequence[Op]) -> set[Op]:
    """The ops that only served to find the `ties`."""
    made_by = definers(function)
    uses = Counter(v for op in ops_in(function.body) for v in op.operands)
    found: set[Op] = set()
    waiting = list(ties)
    while waiting:
        op = waiting.pop()
        for v in op.operands[1:] if op.name in TIES else op.operands:
            uses[v] -= 1
            maker = made_by.get(v)
            if maker is not None and not uses[v] and len(maker.results) == 1 and not maker.regions and DEFINITIONS[maker.name].pure:
                found.add(maker)
                waiting.append(maker)
    return found


class Rewriter:
    """Puts what carried a tie in place of the ops that told it, without those that are `gone`."""

    def __init__(self, function: Function, gone: set[Op]) -> None:
        self.gone = gone
        self.groups = groups(function)
        self.effects = Effects(function, self.groups)
        self.touched = self.effects.written | escaping(function, self.groups)
        self.uses = Counter(v for op in ops_in(function.body) if op not in gone for v in op.operands)

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = renamed(old, env)
            if op.name in TIES:
                if self.apart(old):
                    kept.append(replace(op, name="copy", operands=op.operands[:1], attributes={}))
                else:
                    env[op.result] = op.operands[0]
            elif old not in self.gone:
                kept.append(replace(op, regions=tuple(Region(r.arguments, tuple(self.ops(r.ops, env))) for r in op.regions)))
        return kept

    def apart(self, op: Op) -> bool:
        """Whether the result needs memory of its own: it is not all that is seen of what carried the tie, and somebody may write one."""
        carried = op.operands[0]
        if not is_reference(carried):
            return False
        if not any(self.groups.of(v) in self.touched for v in (carried, op.result)):
            return False
        at_once = carried in self.effects.definers and self.effects.home[carried] is self.effects.region_of(op)
        return not (at_once and self.uses[carried] == 1 and len(self.groups.members[self.groups.of(carried)]) == 1)
