"""What a loop adds to one element all along is summed up beside it, and added once.

    for lo, hi, one {(j):                     t = for lo, hi, one, zero {(j, s):
      …                                         …
      accumulate p, x, i              →         s2 = add s, p
      yield                                     yield s2
    }                                         }
                                              if lo < hi { accumulate t, x, i }

Where all that the loop does with the memory of x is to add to it, in any order. A sum over pairs sends what it finds to both, and the
one that stays need not go through memory, which would hold up each turn for the last. Nothing is added where there is no turn: then
there may be no such element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..analysis.alias import Groups, groups, is_reference
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import scalar_of
from ..ir.walk import defined_in, ops_in
from .rewriting import with_function_ops, with_ops, with_regions


def summed(function: Function) -> Function:
    """`function` with the sums of its loops beside the arrays that they are added to."""
    if not any(adds_to_one(op) for op in ops_in(function.body)):
        return function
    constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
    return with_function_ops(function, Summing(groups(function), constants).ops(function.body.ops))


def adds_to_one(op: Op) -> bool:
    """Whether an op adds a number to one element of its kind, in any order with others."""
    if op.name != "accumulate" or len(op.operands) < 3 or not op.attributes.get("relaxed"):
        return False
    return op.operands[0].type == scalar_of(op.operands[1].type)


class Summing:
    """One walk, inner loops first."""

    def __init__(self, found: Groups, constants: Mapping[Value, object]) -> None:
        self.groups, self.constants = found, constants

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            if op.name != "map":
                op = with_regions(op, [with_ops(region, self.ops(region.ops)) for region in op.regions])
            steady = self.steady(op) if op.name == "for" and self.constants.get(op.operands[2]) in (1, -1) else []
            kept += beside(op, steady, upwards=self.constants.get(op.operands[2]) == 1) if steady else [op]
        return kept

    def steady(self, loop: Op) -> list[Op]:
        """The additions at each turn of a loop to an element that stays, of memory that it only adds to."""
        (region,) = loop.regions
        chosen = [op for op in region.ops if adds_to_one(op)]
        if not chosen:
            return []
        inside = defined_in(region)
        used = {
            self.groups.of(v) for op in ops_in(region) if not adds_to_one(op) and op.name != "dim" for v in op.operands if is_reference(v)
        }
        return [op for op in chosen if inside.isdisjoint(op.operands[1:]) and self.groups.of(op.operands[1]) not in used]


def beside(loop: Op, steady: Sequence[Op], upwards: bool) -> list[Op]:
    """The loop with the sums of what is `steady`, and what adds them afterwards."""
    (region,) = loop.regions
    before, after = Builder(loop.location), Builder(loop.location)
    kinds = [scalar_of(op.operands[1].type) for op in steady]
    starts = [before.constant(0.0, kind) for kind in kinds]
    sums = [Value("sum", kind) for kind in kinds]
    ends = {op: Value("sum", kind) for op, kind in zip(steady, kinds, strict=True)}
    totals = [Value("sum", kind) for kind in kinds]
    of = dict(zip(steady, sums, strict=True))
    body = [
        replace(op, name="add", operands=(of[op], op.operands[0]), results=(ends[op],), attributes={"relaxed": True}) if op in of else op
        for op in region.ops[:-1]
    ]
    last = replace(region.ops[-1], operands=(*region.yielded, *ends.values()))
    whole = Region((*region.arguments, *sums), (*body, last))
    some = after.op("lt" if upwards else "gt", *loop.operands[:2], name="some")
    added = [replace(op, operands=(total, *op.operands[1:])) for op, total in zip(steady, totals, strict=True)]
    sides = Region((), (*added, Op("yield"))), Region((), (Op("yield"),))
    new = replace(loop, operands=(*loop.operands, *starts), results=(*loop.results, *totals), regions=(whole,))
    return [*before.ops, new, *after.ops, Op("if", (some,), (), {}, sides, loop.location)]
