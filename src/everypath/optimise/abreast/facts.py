"""What is known of a function on a walk down it: its integers, the extents of its arrays, and what is decided on."""

from __future__ import annotations

from ...analysis.alias import is_reference
from ...analysis.ranges import Ranges
from ...ir.program import Function, Op, Value
from ..extents import Extents
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

    def covers(self, lo: Value, hi: Value, array: Value, axis: int) -> bool:
        """Whether range(lo, hi) are all places along an axis."""
        op = self.flow.definers.get(hi)
        of_dim = op is not None and op.name == "dim"
        extent = self.extents.of(op.operands[0])[op.attributes["axis"]] if op is not None and of_dim else self.extents.value(hi)
        mine = self.extents.of(array)[axis]
        if isinstance(mine, Value) and (by := self.flow.definers.get(mine)) is not None and by.name == "dim":
            mine = self.extents.of(by.operands[0])[by.attributes["axis"]]
        return self.ranges.constant(lo) == 0 and bool(extent == mine)
