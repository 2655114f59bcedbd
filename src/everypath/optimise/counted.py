"""A `while` that counts to a bound that stays becomes a `for`.

c = lt i0, n                                i2, x2 = …
i2, x2 = while c, i0, x0 {(i, x):           x2 = for i0, n, one, x0 {(i, x):
  y = …                               →       y = …
  j = add i, one                              j = add i, one
  d = lt j, n                                 yield y
  yield d, j, y                             }
}
"""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.ranges import LARGEST, SMALLEST, Ranges
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64
from ..unchanging import plain_value
from .rewriting import with_function_ops, with_ops, with_regions

UPWARDS = {"lt": 0, "le": 1}
DOWNWARDS = {"gt": 0, "ge": -1}
"""Comparisons by direction, and what is added to the bound to get `range`'s."""
SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def counted(function: Function) -> Function:
    """`function` with its counting `while` loops as `for` loops."""
    return with_function_ops(function, Counting().ops(function.body.ops))


@plain_value
class Range:
    """The carried value at `position` runs from its initial value by `step`, while it compares so with `bound`."""

    position: int
    step: int
    bound: Value
    beyond: int


class Counting:
    """One walk, with the ranges that say where no number overflows."""

    def __init__(self) -> None:
        self.ranges = Ranges()
        self.definers: dict[Value, Op] = {}
        self.inside: set[Value] = set()

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            regions = []
            for position, region in enumerate(op.regions):
                with self.ranges.inside(op, position):
                    regions.append(with_ops(region, self.ops(region.ops)))
            op = with_regions(op, regions)
            for new in self.as_for(op) if op.name == "while" else (op,):
                kept.append(new)
                self.definers.update((result, new) for result in new.results)
                if not new.regions:
                    self.ranges.define(new)
        return kept

    def as_for(self, op: Op) -> list[Op]:
        """`op` as a `for`, and what its counter is afterwards; or `op` itself."""
        found = self.range(op)
        if found is None:
            return [op]
        k, step = found.position, found.step
        (region,) = op.regions
        before = Builder(op.location)
        start, bound = op.operands[k + 1], found.bound
        if found.beyond:
            bound = before.op("add", bound, before.i64(found.beyond, "one"), name="stop", overflow="never")
        far, near = (bound, start) if step > 0 else (start, bound)
        span = before.op("sub", before.op("maximum", far, near), near, name="span", overflow="never")
        size = before.i64(abs(step), "step")
        turns = before.op("floordiv", before.op("add", span, before.i64(abs(step) - 1)), size, name="turns")
        stride = before.i64(step, "step")
        advance = before.op("mul", turns, stride, name="advance")
        before.append(Op("add", (start, advance), (op.results[k],), {}, (), op.location))
        keep = [j for j in range(len(op.results)) if j != k]
        end = Op("yield", tuple(region.yielded[j + 1] for j in keep), location=region.terminator.location)
        arguments = (region.arguments[k], *(region.arguments[j] for j in keep))
        body = Region(arguments, (*region.ops[:-1], end))
        operands = (start, bound, stride, *(op.operands[j + 1] for j in keep))
        return [*before.ops, Op("for", operands, tuple(op.results[j] for j in keep), {}, (body,), op.location)]

    def range(self, op: Op) -> Range | None:
        """What `op` counts, if it counts."""
        (region,) = op.regions
        decision = self.definers.get(region.yielded[0])
        if decision is None or decision not in region.ops or decision.name not in SWAPPED:
            return None
        if decision.operands[0].type != I64:
            return None
        local = {v for o in region.ops for v in o.results} | set(region.arguments)
        name, counter, bound = decision.name, *decision.operands
        if counter not in local:
            name, counter, bound = SWAPPED[name], bound, counter
        if bound in local or counter not in region.yielded[1:]:
            return None
        position = region.yielded.index(counter, 1) - 1
        update = self.definers.get(counter)
        if update is None or update not in region.ops or update.name not in ("add", "sub"):
            return None
        step = self.step(update, region.arguments[position])
        beyond = (UPWARDS if step > 0 else DOWNWARDS).get(name)
        if not step or beyond is None:
            return None
        if not self.same_at_start(op.operands[0], name, op.operands[position + 1], bound):
            return None
        return Range(position, step, bound, beyond) if self.fits(op.operands[position + 1], bound, step, beyond) else None

    def step(self, update: Op, argument: Value) -> int:
        """The constant by which `update` changes `argument`; 0 if it does anything else."""
        x, change = update.operands
        if update.name == "add" and change is argument:
            x, change = change, x
        made = self.definers.get(change)  # inside the loop, where its range is forgotten by now
        if x is not argument or made is None or made.name != "constant":
            return 0
        constant = int(made.attributes["value"])
        return constant if update.name == "add" else -constant

    def same_at_start(self, condition: Value, name: str, start: Value, bound: Value) -> bool:
        """Whether `condition` compares the initial value with the bound as the loop does later."""
        op = self.definers.get(condition)
        if op is None:
            return False
        if op.name == "constant":
            return bool(op.attributes["value"])
        return (op.name, *op.operands) in ((name, start, bound), (SWAPPED.get(name), bound, start))

    def fits(self, start: Value, bound: Value, step: int, beyond: int) -> bool:
        """Whether nothing overflows on the way: not the bound, the distance, nor the step past the bound."""
        low, high = self.ranges.interval(bound)
        first, last = self.ranges.interval(start)
        past = abs(step) - 1
        if step > 0:
            return high + beyond + past <= LARGEST and high + beyond - first + past <= LARGEST
        return low + beyond - past >= SMALLEST and last - low - beyond + past <= LARGEST
