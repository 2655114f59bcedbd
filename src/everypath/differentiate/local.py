"""Arrays that a region makes and nobody else gets to know: their shadows are born in the backward sweep, where they died.

    for …: t = sin x; …  y …               for …: t = sin x; …
                                    ->     for … backwards: t_bar = full 0.0, n; …

What is local is confined (`analysis.confined`): neither carried by a loop nor handed on by a region or a list; it and its views are only
computed with, read and written, here and in calls. So its shadow is empty whenever the backward sweep comes to the turn, and need not be
kept from the forward sweep. That of a confined parameter comes to the backward half of its function from the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..analysis.alias import Groups, is_reference
from ..analysis.confined import Confined, handed_on, shares
from ..ir.op import definition
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in


def makers(function: Function, groups: Groups, confined: Confined, given: Iterable[Value]) -> dict[Value, Value]:
    """The local arrays of `function` and their views, each with the array that it is a view of, or itself. Those in `given` are
    parameters that count as local."""
    handed = handed_on(function, groups, confined)
    made = {p: p for p in given}
    for op in ops_in(function.body):
        for v in op.results:
            if not is_reference(v) or groups.of(v) in handed:
                continue
            if not shares(op):
                made[v] = v
            elif op.operands[0] in made:
                made[v] = made[op.operands[0]]
    return made


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
