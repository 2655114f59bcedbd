"""Arrays that a loop makes afresh at every turn and forgets at its end are made once, before the loop.

    for … {                     tape = alloc n
      tape = alloc n       →    for … {
      …                           …
    }                           }

So a sequential loop inside independent turns keeps a tape of one turn, reused. What an `alloc` holds at first is nobody's
business, and a `full` becomes a `fill`; the extents must be the same at every turn, and nothing that outlives the turn may
refer to the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..analysis.ranges import Ranges
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import ops_in
from .rewriting import may_raise, scalar_only, with_function_ops, with_ops, with_regions


def reuse(function: Function) -> Function:
    """`function` with the arrays of its loops made before them."""
    return with_function_ops(function, Reusing().ops(function.body.ops))


class Reusing:
    """One walk, innermost loops first, so that an array moves out of every loop that it can leave."""

    def __init__(self) -> None:
        self.ranges = Ranges()

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            if not op.regions:
                self.ranges.define(op)
                kept.append(op)
                continue
            moving: list[Op] = []
            regions = []
            for position, region in enumerate(op.regions):
                with self.ranges.inside(op, position):
                    inner = with_ops(region, self.ops(region.ops))
                    moving = self.movable(inner) if op.name in ("for", "while") else []
                regions.append(inner)
            if moving:
                before, regions = self.moved(op, regions[0], moving)
                kept += before
            kept.append(with_regions(op, regions))
        return kept

    def movable(self, region: Region) -> list[Op]:
        """The ops of `region` that make an array which could be made before the loop."""
        definers = {result: op for op in region.ops for result in op.results}
        inside = {*region.arguments, *definers}
        return [
            op
            for op in region.ops
            if op.name in ("alloc", "full")
            and all(self.ranges.interval(v)[0] >= 0 and known_before(v, inside, definers) for v in extents(op))
            and forgotten(op.result, region)
        ]

    def moved(self, op: Op, region: Region, moving: Sequence[Op]) -> tuple[list[Op], list[Region]]:
        """(what comes before the loop `op`, the loop's region without it)."""
        definers = {result: inner for inner in region.ops for result in inner.results}
        b = Builder(op.location)
        env: dict[Value, Value] = {}
        kept: list[Op] = []
        for inner in region.ops:
            if inner not in moving:
                kept.append(inner)
                continue
            dims = tuple(self.copied(b, v, env, definers) for v in extents(inner))
            assert isinstance(inner.result.type, ArrayType)
            b.append(Op("alloc", dims, inner.results, {"dtype": inner.result.type.dtype.name}, location=inner.location))
            if inner.name == "full":
                kept.append(Op("fill", (inner.operands[0], inner.result), location=inner.location))
        return b.ops, [Region(region.arguments, tuple(kept))]

    def copied(self, b: Builder, v: Value, env: dict[Value, Value], definers: dict[Value, Op]) -> Value:
        """The extent `v`, before the loop. That it isn't negative was proved for loops that turn at all."""
        value = copy(b, v, env, definers, self.ranges)
        if self.ranges.interval(value)[0] >= 0:
            return value
        return b.op("maximum", value, b.i64(0), name=v.name)


def extents(op: Op) -> tuple[Value, ...]:
    return op.operands if op.name == "alloc" else op.operands[1:]


def known_before(v: Value, inside: set[Value], definers: dict[Value, Op]) -> bool:
    """Whether `v` is the same at every turn, and can be computed before the first."""
    if v not in inside:
        return True
    op = definers.get(v)
    if op is None or may_raise(op) or not (scalar_only(op) or op.name == "dim"):
        return False
    return all(known_before(operand, inside, definers) for operand in op.operands)


def copy(b: Builder, v: Value, env: dict[Value, Value], definers: dict[Value, Op], ranges: Ranges) -> Value:
    """`v` computed in `b`, ahead of the loop."""
    if v in env or v not in definers:
        return env.get(v, v)
    op = definers[v]
    operands = tuple(copy(b, operand, env, definers, ranges) for operand in op.operands)
    env[v] = Value(v.name, v.type)
    ranges.define(b.append(replace(op, operands=operands, results=(env[v],))))
    return env[v]


def forgotten(x: Value, region: Region) -> bool:
    """Whether nothing refers to the memory of `x` after a turn: it is only read, written and viewed."""
    names = {x}
    for op in ops_in(region):
        if names.isdisjoint(op.operands):
            continue
        known = definition(op.name)
        if known.family in ("control", "list"):
            return False
        if known.shares:
            names.update(op.results)
    return True
