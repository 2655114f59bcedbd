"""A matrix is factorised once: what asks for less of its factors takes those that somebody else computes.

    s, info = gesdd_values a                u, s, vt, info = gesdd a
    …                               →       …
    u, s_1, vt, info_1 = gesdd a            s_1 is s, info_1 is info

So it is with the derivative of a function of singular values alone, which needs the vectors too. The fuller factorisation goes to where
the first one stood: whatever gets there gets to the second, unless the call ends with an error in between. Nothing may write the matrix.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Value
from ..ir.walk import ops_in
from .cse import attributes_key, escaping
from .rewriting import renamed, with_function_ops, with_ops, with_regions

Key = tuple[Hashable, ...]


def factored(function: Function) -> Function:
    """`function` with one factorisation where there were several of one matrix."""
    found = [op for op in ops_in(function.body) if is_factorisation(op)]
    if len(found) < 2 or len({op.operands for op in found}) == len(found):
        return function
    return with_function_ops(function, Factors(function).ops(function.body.ops, {}))


def is_factorisation(op: Op) -> bool:
    """Whether `op` takes apart one matrix, or stack of them."""
    return DEFINITIONS[op.name].family == "lapack" and len(op.operands) == 1


def whole(op: Op) -> tuple[str, dict[str, Any], tuple[int, ...]]:
    """The name and the attributes of what finds all that may be asked for, and which of that this op finds."""
    if op.name == "gesdd_values":
        return "gesdd", {"full": False}, (1, 3)
    if op.name == "syevd" and not op.attributes["vectors"]:
        return "syevd", {**op.attributes, "vectors": True}, (0, 2)
    return op.name, op.attributes, tuple(range(len(op.results)))


def key(op: Op) -> Key:
    """What is the same of two factorisations of which one finds what the other does."""
    name, attributes, _ = whole(op)
    return (name, op.operands, attributes_key(attributes))


def is_whole(op: Op) -> bool:
    """Whether `op` finds all that may be asked for."""
    return whole(op)[0] == op.name and whole(op)[1] == op.attributes


class Factors:
    """One walk. The factorisations that hold here are handed down by what is the same of them."""

    def __init__(self, function: Function) -> None:
        self.groups = groups(function)
        self.written = Effects(function, self.groups).written
        self.kept = escaping(function, self.groups)
        self.env: dict[Value, Value] = {}

    def ops(self, ops: Sequence[Op], around: dict[Key, Op]) -> list[Op]:
        here = {**around}
        wholes = {key(op): op for op in reversed(ops) if self.may_go(op) and is_whole(op)}
        done: list[Op] = []
        for old in ops:
            op = renamed(old, self.env)
            if op.regions:
                done.append(with_regions(op, [with_ops(r, self.ops(r.ops, here)) for r in op.regions]))
                continue
            known = here.get(key(op)) if is_factorisation(op) else None
            if known is None and self.is_read_alone(op):
                op = self.fuller(op, wholes.get(key(op)))
                here[key(op)] = op
            elif known is not None and self.may_go(op) and set(whole(op)[2]) <= set(whole(known)[2]):
                self.env.update(self.taken(op, known))
                continue
            done.append(op)
        return done

    def is_read_alone(self, op: Op) -> bool:
        """Whether nothing writes the matrix that `op` factorises, nor what it finds."""
        if not is_factorisation(op):
            return False
        return not any(self.groups.of(v) in self.written for v in (*op.operands, *op.results) if is_reference(v))

    def may_go(self, op: Op) -> bool:
        """Whether others may stand for what `op` finds: it stays in the function."""
        return self.is_read_alone(op) and not any(self.groups.of(v) in self.kept for v in op.results)

    def fuller(self, op: Op, other: Op | None) -> Op:
        """What finds all that `other` does, if there is one; what `op` finds too in its names."""
        if other is None:
            return op
        own = dict(zip(whole(op)[2], op.results, strict=True))
        results = tuple(own.get(k, v) for k, v in enumerate(other.results))
        return Op(other.name, op.operands, results, other.attributes, (), op.location)

    def taken(self, op: Op, known: Op) -> dict[Value, Value]:
        """The results of `op` as those of `known`."""
        there = dict(zip(whole(known)[2], known.results, strict=True))
        return {v: there[k] for k, v in zip(whole(op)[2], op.results, strict=True)}
