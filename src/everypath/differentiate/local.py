"""Arrays that a region makes and nobody else gets to know: their shadows are born in the backward sweep, where they died.

    for …: t = sin x; …  y …               for …: t = sin x; …
                                    ->     for … backwards: t_bar = full 0.0, n; …

What is local is neither carried by a loop nor handed on by a region, a call or a list: it and its views are only computed with, read and
written. So its shadow is empty whenever the backward sweep comes to the turn, and need not be kept from the forward sweep.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.alias import Groups, is_reference
from ..ir.op import definition
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in

HANDS_ON = frozenset("list_append list_set list_get list_new pack unpack call ruled host".split())


def makers(function: Function, groups: Groups) -> dict[Value, Value]:
    """The local arrays of `function`, by the group of what may share their memory."""
    made: dict[Value, list[Value]] = {}
    known = {groups.of(p) for p in function.parameters if is_reference(p)}
    for op in ops_in(function.body):
        handed = op.operands if op.regions or op.name in HANDS_ON or op.name in ("yield", "return") else ()
        arguments = [a for region in op.regions for a in region.arguments]
        results = op.results if op.regions or op.name in HANDS_ON else ()
        known |= {groups.of(v) for v in (*handed, *arguments, *results) if is_reference(v)}
        for v in op.results:
            if not is_reference(v):
                continue
            if not isinstance(v.type, ArrayType) or copies_perhaps(op):
                known.add(groups.of(v))
            elif not shares(op):
                made.setdefault(groups.of(v), []).append(v)
    return {group: arrays[0] for group, arrays in made.items() if group not in known and len(arrays) == 1}


def shares(op: Op) -> bool:
    """Whether the result is a view of the operand, and its shadow the same view of the operand's."""
    return definition(op.name).shares and op.name != "broadcast"


def copies_perhaps(op: Op) -> bool:
    """Whether the result is a view or a copy, as the memory happens to lie."""
    return op.name == "reshape" and not getattr(op.operands[0].type, "contiguous", False)


Extent = Value | tuple[Value, int]
"""A scalar of the program, or the extent of an array along an axis."""


class Extents:
    """How long the arrays of a program are: as far back as one can say where element-wise operations have it from."""

    def __init__(self, definers: Mapping[Value, Op]) -> None:
        self.definers = definers
        self.known: dict[tuple[Value, int], Extent] = {}

    def of(self, array: Value, axis: int) -> Extent:
        """The extent of `array` along `axis`. What it is computed from comes first, without recursion: programs are long."""
        waiting = [array]
        while waiting:
            v = waiting[-1]
            sources = self.sources(v)
            missing = [x for x in sources if (x, axis) not in self.known]
            if missing and (v, axis) not in self.known:
                waiting += missing
                continue
            waiting.pop()
            if (v, axis) not in self.known:
                found = {self.known[x, axis] for x in sources}
                self.known[v, axis] = found.pop() if len(found) == 1 else self.made(v, axis)
        return self.known[array, axis]

    def sources(self, array: Value) -> list[Value]:
        """The arrays with whose elements those of `array` are computed, one by one."""
        op = self.definers.get(array)
        if op is None or (definition(op.name).family != "elementwise" and op.name != "copy"):
            return []
        arrays = [v for v in op.operands if not isinstance(v.type, ScalarType)]
        rank = array.type.rank  # type: ignore[union-attr]
        return arrays if all(isinstance(v.type, ArrayType) and v.type.rank == rank for v in arrays) else []

    def made(self, array: Value, axis: int) -> Extent:
        """The same of an array that is not computed from others."""
        op = self.definers.get(array)
        if op is not None and op.name in ("alloc", "full"):
            return op.operands[axis + (op.name == "full")]
        return array, axis
