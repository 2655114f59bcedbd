"""What is known of a function on a walk down it: its integers, the extents of its arrays, and what is decided on."""

from __future__ import annotations

from ...analysis.alias import is_reference
from ...analysis.ranges import Ranges
from ...ir.program import Function, Op, Value
from ..extents import Extent, Extents
from ..relax import Flow


class Facts:
    """What holds where the walk is."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self.flow = flow
        self.ranges = Ranges()
        self.constants: dict[Value, int | float | bool] = {}
        self.extents = Extents(self.constants)
        self.given = {flow.groups.of(p) for p in function.parameters if is_reference(p)}

    def define(self, op: Op) -> None:
        if op.name == "constant":
            self.constants[op.result] = op.attributes["value"]
        self.ranges.define(op)
        self.extents.define(op)

    def length(self, array: Value, axis: int) -> Extent:
        """The extent of an array, as far back as it is known."""
        found = self.extents.of(array)[axis]
        by = self.flow.definers.get(found) if isinstance(found, Value) else None
        if by is not None and by.name == "dim":
            found = self.extents.of(by.operands[0])[by.attributes["axis"]]
        return found

    def covers(self, lo: Value, hi: Value, array: Value, axis: int) -> bool:
        """Whether range(lo, hi) are all places along an axis."""
        op = self.flow.definers.get(hi)
        dim = op is not None and op.name == "dim"
        extent = self.length(op.operands[0], op.attributes["axis"]) if op is not None and dim else self.extents.value(hi)
        return self.ranges.constant(lo) == 0 and bool(extent == self.length(array, axis))
