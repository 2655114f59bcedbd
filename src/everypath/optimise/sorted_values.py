"""Elements that are wanted in order, and not where they stood, are sorted as they are.

order = argsort x {axis=0}
y = gather x, order            →      y = sort x {axis=0}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType
from ..ir.walk import definers, ops_in
from .rewriting import CALLS, with_function_ops, with_ops, with_regions, writes


def sorted_values(function: Function) -> Function:
    """`function` with the elements sorted where nothing else asks for their order."""
    if not any(op.name == "argsort" for op in ops_in(function.body)):
        return function
    return with_function_ops(function, Sorting(function).within(function.body.ops))


class Sorting:
    """Rewrites one function."""

    def __init__(self, function: Function) -> None:
        self.made_by = definers(function)
        self.uses = Counter(v for op in ops_in(function.body) for v in op.operands)
        self.spare: set[Value] = set()

    def within(self, ops: Sequence[Op]) -> list[Op]:
        """The ops of a region, rewritten."""
        kept: list[Op] = []
        position: dict[Value, int] = {}
        for op in ops:
            source = self.order_of(op)
            if source is not None and source.result in position and not written(kept[position[source.result] :]):
                axis = source.attributes["axis"]
                self.spare.update(op.operands[1:])
                op = replace(op, name="sort", operands=op.operands[:1], attributes={"axis": axis})
            kept.append(with_regions(op, [with_ops(region, self.within(region.ops)) for region in op.regions]))
            if op.name == "argsort":
                position[op.result] = len(kept)
        return [replace(op, attributes={**op.attributes, "spare": True}) if self.spare.intersection(op.results) else op for op in kept]

    def order_of(self, op: Op) -> Op | None:
        """The `argsort` that `op` gathers by, along the last axis, and nothing else."""
        if op.name != "gather":
            return None
        x, *places, last = op.operands
        order = self.made_by.get(last)
        if (
            order is not None
            and order.name == "index"
            and self.uses[last] == 1
            and self.is_extent(order.operands[1], x, order.attributes["axis"])
        ):
            last = order.operands[0]  # looked at again, and in range
            order = self.made_by.get(last)
        if order is None or order.name != "argsort" or order.operands[0] is not x or self.uses[last] > 1:
            return None
        rank = x.type.rank if isinstance(x.type, ArrayType) else 0
        fits = order.attributes["axis"] == rank - 1 == len(places) and all(self.counts(p, x, k) for k, p in enumerate(places))
        return order if fits else None

    def counts(self, places: Value, x: Value, axis: int) -> bool:
        """Whether these are the positions along an axis of `x`, repeated along the others."""
        spread = self.made_by.get(places)
        if spread is None or spread.name != "broadcast" or not all(self.is_extent(v, x, k) for k, v in enumerate(spread.operands[1:])):
            return False
        seen = self.made_by.get(spread.operands[0])
        rank = len(spread.operands) - 1
        if seen is None or seen.name != "view" or seen.attributes["axes"] != "".join("a" if k == axis else "n" for k in range(rank)):
            return False
        count = self.made_by.get(seen.operands[0])
        return count is not None and count.name == "iota" and self.is_extent(count.operands[0], x, axis)

    def is_extent(self, n: Value, x: Value, axis: int) -> bool:
        made = self.made_by.get(n)
        return made is not None and made.name == "dim" and made.operands[0] is x and made.attributes["axis"] == axis


def written(ops: Iterable[Op]) -> bool:
    """Whether these ops may write memory."""
    return any(writes(op) is not None or op.name in CALLS or op.name == "host" or written_inside(op) for op in ops)


def written_inside(op: Op) -> bool:
    return any(written(region.ops) for region in op.regions)
