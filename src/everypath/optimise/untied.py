"""Ties are told to a derivative and to nobody else: elsewhere, what only carries them goes, and what only found them.

n = sum (eq x, v); y = picked v, (gt n, 1), x; … y …     ->     … v …
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import definers, ops_in, with_body
from .rewriting import renamed

TIES = ("tied", "picked", "chosen")


def untied(function: Function) -> Function:
    """`function` without `tied`, `picked` and `chosen` ops, which have no meaning of their own."""
    ties = [op for op in ops_in(function.body) if op.name in TIES]
    if not ties:
        return function
    return with_body(function, without(function.body.ops, idle(function, ties), {}))


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


def without(ops: Sequence[Op], idle_ops: set[Op], env: dict[Value, Value]) -> list[Op]:
    kept: list[Op] = []
    for old in ops:
        op = renamed(old, env)
        if op.name in TIES:
            env[op.result] = op.operands[0]
        elif old not in idle_ops:
            kept.append(replace(op, regions=tuple(Region(r.arguments, tuple(without(r.ops, idle_ops, env))) for r in op.regions)))
    return kept
