"""What is written where nobody reads it any more is not written; and a copy that stays as it is, of what stays as it is, is that itself.

    a = copy x                        b = matmul x, c
    b = matmul a, c                   return b
    assign b, a              →
    return b

So a gradient does not compute the last values of arrays that the function changes in place, unless they are asked for. Of an array that
is only asked whether it could be reshaped, the extents are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import ops_in
from .extents import Known
from .rewriting import is_view, may_raise, substituted, with_function_ops, with_ops, with_regions, writes

LOOPS = ("for", "while", "map")
WRITES = frozenset(("store", "fill", "assign", "accumulate", "scatter", "scatter_add"))


def unread(function: Function) -> Function:
    """`function` without writes to arrays that nobody reads after them, and without copies that are what was copied."""
    names = {op.name for op in ops_in(function.body)}
    if "copy" not in names and WRITES.isdisjoint(names):
        return function
    walk = Backwards(function)
    ops = walk.ops(function.body.ops, set(), set())
    return with_function_ops(function, substituted(ops, {v: walk.source(v) for v in walk.same}) if walk.same else ops)


class Backwards:
    """One walk up a function, with the groups of memory that are read, and those that are written, later than the current op."""

    def __init__(self, function: Function) -> None:
        self.effects = Effects(function, groups(function))
        self.groups = self.effects.groups
        self.returned = {self.groups.of(v) for v in function.returned if is_reference(v)}
        constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
        self.extents = Known(constants, {})
        for op in ops_in(function.body):
            self.extents.define(op)
        self.same: dict[Value, Value] = {}
        self.used: set[Value] = set()

    def ops(self, ops: Sequence[Op], read: set[Value], written: set[Value]) -> list[Op]:
        """Those of `ops` that are needed; `read` and `written` become what is so from the first of them on."""
        kept: list[Op] = []
        for op in reversed(ops):
            if op.regions:
                op = with_regions(op, self.regions(op, read, written))
            elif self.is_unread(op, read):
                continue
            elif self.is_itself(op, written):
                self.same[op.result] = op.operands[0]
                read.add(self.groups.of(op.operands[0]))
                self.used.add(op.operands[0])
                continue
            elif op.name == "reshape" and op.result not in self.used and self.raises(op):
                kept += reversed(self.only_asked(op))
                continue
            else:
                read |= self.read_by(op)
                written |= self.effects.written_by(op)
            self.used.update(op.operands)
            kept.append(op)
        return kept[::-1]

    def regions(self, op: Op, read: set[Value], written: set[Value]) -> list[Region]:
        """The regions of `op`, each before what comes after it, and, in a loop, before its own turns."""
        if op.name in LOOPS:
            read |= {group for region in op.regions for inner in ops_in(region) for group in self.read_by(inner)}
            written |= self.effects.written_by(op)
        later, regions = (set(read), set(written)), []
        for region in op.regions:
            here = set(later[0]), set(later[1])
            regions.append(with_ops(region, self.ops(region.ops, *here)))
            read |= here[0]
            written |= here[1]
        return regions

    def source(self, v: Value) -> Value:
        """What `v` is, if it is a copy that is not made."""
        while v in self.same:
            v = self.same[v]
        return v

    def read_by(self, op: Op) -> set[Value]:
        """The groups that `op` itself reads, or hands to somebody who may."""
        if is_view(op) or op.name in ("dim", "yield"):
            return set()
        target = writes(op) if op.name in WRITES else None
        return {self.groups.of(v) for v in op.operands if is_reference(v) and v is not target}

    def is_unread(self, op: Op, read: set[Value]) -> bool:
        """Whether `op` does nothing but write to an array of this function that is not read later."""
        if op.name not in WRITES or not isinstance(op.operands[1].type, ArrayType):
            return False
        group = self.groups.of(op.operands[1])
        return group not in read and group not in self.groups.given and not self.raises(op)

    def raises(self, op: Op) -> bool:
        """Whether `op` may end the call with an error."""
        return may_raise(op) and not self.extents.fits(op)

    def only_asked(self, op: Op) -> list[Op]:
        """The same reshape, of an array of these extents that holds nothing."""
        source, b = op.operands[0], Builder(op.location)
        assert isinstance(source.type, ArrayType)
        extents = [
            b.i64(n) if isinstance(n, int) else n if isinstance(n, Value) else b.op("dim", n[0], axis=n[1]) for n in self.extents.of(source)
        ]
        empty = b.op("alloc", *extents, dtype=source.type.dtype.name, name=source.name)
        b.append(replace(op, operands=(empty, *op.operands[1:])))
        self.used.update(v for made in b.ops for v in made.operands)
        return b.ops

    def is_itself(self, op: Op, written: set[Value]) -> bool:
        """Whether `op` copies an array that is not written later, and the copy never is, nor given to the caller."""
        if op.name != "copy" or op.result.type != op.operands[0].type or "doubtful" in op.attributes:
            return False
        own = self.groups.of(op.result)
        if own in self.returned or own in written or self.groups.same(op.result, op.operands[0]):
            return False
        return self.groups.of(op.operands[0]) not in written
