"""Products that every turn makes of a row and a matrix of which it takes less and less, or more and more: one product ahead of the loop.

    for lo, hi, 1 {(i):                               whole = matmul aᵀ, a
      row = view a, i {axes='ai'}                     for lo, hi, 1 {(i):
      rest = view a, i, count {axes='au'}      →        s = view whole, i, i, count {axes='iu'}
      s = matmul row, rest                              …
      …

So the upper half of a matrix of covariances, made row by row, is made by one call of BLAS. Both operands are left alone by the loop, and
one end of the slice stays where it is: at worst twice as much is multiplied as was asked for. And each turn fills a line of a
matrix, which is as large as the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.alias import is_reference
from ...ir.build import Builder
from ...ir.op import definition
from ...ir.program import Op, Region, Value
from ...ir.types import I64, ArrayType
from ...ir.walk import defined_in
from ...unchanging import plain_value
from .facts import Facts


@plain_value
class Line:
    """A row or a column of a matrix that is the turn's own: the axis along which it lies, its place on the other, that place less the
    number of the turn, and how many elements of it are taken, if not all. It may go through `factors` as a `Slice` does."""

    matrix: Value
    along: int
    place: Value
    offset: int
    length: Value | None
    factors: tuple[Op, ...] = ()


@plain_value
class Slice:
    """Some rows or columns of a matrix, along the axis `along`: the first one and their number, of which one follows the turns. Then
    either `end` is where they end in all turns, and `offset` the first one less the number of the turn, or so much more there are. It is
    `turned` where the product takes their transpose, and goes through the `factors`, products with numbers that all turns share."""

    matrix: Value
    along: int
    first: Value
    count: Value
    offset: int
    end: Value | None
    length: Value | None
    turned: bool = False
    factors: tuple[Op, ...] = ()


class Triangles:
    """Looks for such products in one loop."""

    def __init__(self, facts: Facts, loop: Op) -> None:
        self.facts, self.loop = facts, loop
        (self.region,) = loop.regions
        self.turn = self.region.arguments[0]
        self.inside = defined_in(self.region)
        self.definers = {v: o for o in self.region.ops for v in o.results}
        groups = facts.flow.groups
        self.written = {groups.of(o.operands[k]) for o in self.region.ops if (k := definition(o.name).writes) is not None}

    def made(self) -> list[Op] | None:
        """The products and the loop that takes its lines from them; None where there are none."""
        if self.facts.ranges.constant(self.loop.operands[2]) != 1 or not self.fills_lines():
            return None
        b, ops = Builder(self.loop.location), list[Op]()
        for op in self.region.ops:
            found = self.product(op) if op.name == "matmul" else None
            ops += self.taken(b, op, *found) if found is not None else [op]
        if not b.ops:
            return None
        return [*b.ops, replace(self.loop, regions=(Region(self.region.arguments, tuple(ops)),))]

    def fills_lines(self) -> bool:
        """Whether the loop writes to a line of a matrix, at a place of the turn's own."""
        for op in self.region.ops:
            if op.name in ("assign", "accumulate") and len(op.operands) == 2:
                view = self.definers.get(op.operands[1])
                if view is not None and view.name == "view" and rank(view.operands[0]) == 2 and rank(view.result) == 1:
                    if any(self.offset(v) is not None for v in view.operands[1:]):
                        return True
        return False

    def product(self, op: Op) -> tuple[Line, Slice] | None:
        """The line and the slice that `op` multiplies."""
        groups = self.facts.flow.groups
        if len(self.ranks(op)) != 2 or sorted(self.ranks(op)) != [1, 2] or self.facts.flow.decided(op.result):
            return None
        if groups.of(op.result) in self.written or not op.result.type.dtype.is_float:  # type: ignore[union-attr]
            return None
        one, other = sorted(op.operands, key=rank)
        line, slice_ = self.line(one), self.slice(other)
        if line is None or slice_ is None or slice_.along != ((other is op.operands[0]) != slice_.turned):
            return None
        if groups.of(line.matrix) in self.written or groups.of(slice_.matrix) in self.written:
            return None
        return line, slice_

    def ranks(self, op: Op) -> list[int]:
        return [rank(v) for v in op.operands]

    def line(self, v: Value) -> Line | None:
        op = self.definers.get(v)
        if op is not None and op.name == "mul":
            line = self.line(max(op.operands, key=rank)) if self.by_number(op) else None
            return replace(line, factors=(*line.factors, op)) if line is not None else None
        if op is None or op.name != "view" or op.attributes["axes"] not in ("ai", "ia", "ui", "iu") or op.operands[0] in self.inside:
            return None
        matrix, *numbers = op.operands
        along = 1 - op.attributes["axes"].index("i")
        place, offset = numbers[-1 if along == 0 else 0], self.offset(numbers[-1 if along == 0 else 0])
        taken = numbers[:-1] if along == 0 else numbers[1:]
        if offset is None or not self.from_the_first(taken):
            return None
        return Line(matrix, along, place, offset, taken[1] if taken else None)

    def by_number(self, op: Op) -> bool:
        """Whether `op` multiplies an array by a number that all turns share."""
        numbers = [x for x in op.operands if not rank(x)]
        return len(numbers) == 1 and numbers[0] not in self.inside

    def from_the_first(self, taken: Sequence[Value]) -> bool:
        """Whether what a view takes of an axis, all of it or (first, count), begins at 0 and is as long in all turns."""
        return not taken or (self.facts.ranges.constant(taken[0]) == 0 and taken[1] not in self.inside)

    def offset(self, v: Value) -> int | None:
        """v less the number of the turn, if that is the same in all."""
        if v is self.turn:
            return 0
        op = self.definers.get(v)
        if op is None or v.type != I64:
            return None
        if op.name == "index" and self.facts.ranges.non_negative(op.operands[0]):
            return self.offset(op.operands[0])
        number = self.facts.ranges.constant(op.operands[1]) if op.name in ("add", "sub") else None
        before = self.offset(op.operands[0]) if number is not None else None
        if number is None or before is None or op.attributes.get("overflow") == "raise":
            return None
        return before + (number if op.name == "add" else -number)

    def slice(self, v: Value) -> Slice | None:
        op = self.definers.get(v)
        if op is not None and op.name == "transpose" and tuple(op.attributes["axes"]) == (1, 0):
            straight = self.slice(op.operands[0])
            return replace(straight, turned=not straight.turned) if straight is not None else None
        if op is not None and op.name == "mul":
            inner = self.slice(max(op.operands, key=rank)) if self.by_number(op) else None
            return replace(inner, factors=(*inner.factors, op)) if inner is not None else None
        if op is None or op.name != "view" or op.attributes["axes"] not in ("au", "ua", "uu") or op.operands[0] in self.inside:
            return None
        matrix, *numbers = op.operands
        axes = op.attributes["axes"]
        along = axes.index("a") if "a" in axes else int(self.from_the_first(numbers[2:]))
        first, count = numbers[:2] if along == 1 else numbers[-2:]
        taken = numbers[2:] if along == 1 else numbers[:-2]
        if not self.from_the_first(taken):
            return None
        length = taken[1] if taken else None
        if not self.facts.ranges.non_negative(first):
            return None
        if first not in self.inside:
            offset = self.offset(self.within(matrix, 1 - along, count))
            return Slice(matrix, along, first, count, offset, None, length) if offset is not None else None
        end, offset = self.end(first, count), self.offset(self.within(matrix, 1 - along, first))
        return Slice(matrix, along, first, count, offset, end, length) if end is not None and offset is not None else None

    def within(self, matrix: Value, axis: int, first: Value) -> Value:
        """What `first` is, unless it is the extent of the matrix, from which on there is nothing."""
        op = self.definers.get(first)
        if op is None or op.name != "minimum":
            return first
        by = self.facts.flow.definers.get(op.operands[1])
        extent = self.facts.extents.value(op.operands[1])
        if by is not None and by.name == "dim":
            extent = self.facts.length(by.operands[0], by.attributes["axis"])
        return op.operands[0] if extent == self.facts.length(matrix, axis) else first

    def end(self, first: Value, count: Value) -> Value | None:
        """first + count, where the loop leaves it alone."""
        op = self.definers.get(count)
        if op is not None and op.name == "maximum" and self.facts.ranges.constant(op.operands[1]) == 0:
            op = self.definers.get(op.operands[0])
        if op is None or op.name != "sub" or op.operands[1] is not first or op.operands[0] in self.inside:
            return None
        return op.operands[0]

    # The product ------------------------------------------------------------------------------------------------------

    def taken(self, b: Builder, op: Op, line: Line, slice_: Slice) -> list[Op]:
        """Write the product of all lines by all of the matrix to `b`, and what stands for `op` in the loop: a line of it."""
        shared = self.shared(b, line, slice_)
        start, count = self.places(b, line)
        lines = self.multiplied(b, self.part(b, line, start, count, shared), line.factors)
        if not line.along:
            lines = b.op("transpose", lines, axes=(1, 0), name=lines.name)
        first, width = self.reach(b, slice_)
        matrix = self.multiplied(b, self.part(b, slice_, first, width, shared), slice_.factors)
        if slice_.along:
            matrix = b.op("transpose", matrix, axes=(1, 0), name=matrix.name)
        whole = b.op("matmul", lines, matrix, name=op.result.name)
        inner = Builder(op.location)
        row = inner.op("sub", line.place, start, overflow="never")
        column = inner.op("sub", slice_.first, first, overflow="never")
        inner.append(Op("view", (whole, row, column, slice_.count), op.results, {"axes": "iu"}, location=op.location))
        return inner.ops

    def multiplied(self, b: Builder, matrix: Value, factors: Sequence[Op]) -> Value:
        """What the factors make of a matrix."""
        for factor in factors:
            matrix = b.op("mul", *(matrix if rank(x) else x for x in factor.operands), name=factor.result.name, **factor.attributes)
        return matrix

    def shared(self, b: Builder, line: Line, slice_: Slice) -> Value | None:
        """How much is added up: all of both, or no more than either has; that they have the same, a check in the loop says."""
        ends = [x.length for x in (line, slice_) if x.length is not None]
        if not ends and self.facts.length(line.matrix, line.along) == self.facts.length(slice_.matrix, slice_.along):
            return None
        least = b.i64(0)
        for k, end in enumerate([*(b.op("dim", x.matrix, axis=x.along) for x in (line, slice_)), *ends]):
            least = b.op("minimum", least, end) if k else end
        return b.op("maximum", least, b.i64(0), name="shared") if ends else least

    def part(self, b: Builder, x: Line | Slice, first: Value, count: Value, shared: Value | None) -> Value:
        """The lines of a matrix that turns take, as long as they are or as what they are multiplied by."""
        letters, numbers = ("a", ()) if shared is None else ("u", (b.i64(0), shared))
        if x.along:
            return b.op("view", x.matrix, first, count, *numbers, axes=f"u{letters}", name=x.matrix.name)
        return b.op("view", x.matrix, *numbers, first, count, axes=f"{letters}u", name=x.matrix.name)

    def places(self, b: Builder, line: Line) -> tuple[Value, Value]:
        """The first of the lines that turns take, and their number."""
        low, high = (self.beyond(b, v, line.offset) for v in self.loop.operands[:2])
        return self.clipped(b, low, high, line.matrix, 1 - line.along)

    def reach(self, b: Builder, slice_: Slice) -> tuple[Value, Value]:
        """The first of the rows or columns that any turn takes, and their number."""
        lo, hi = self.loop.operands[:2]
        if slice_.end is not None:
            low, high = self.beyond(b, lo, slice_.offset), slice_.end
        else:
            low, high = slice_.first, b.op("add", slice_.first, self.beyond(b, hi, slice_.offset - 1))
        return self.clipped(b, low, high, slice_.matrix, 1 - slice_.along)

    def beyond(self, b: Builder, v: Value, offset: int) -> Value:
        return b.op("add", v, b.i64(offset)) if offset else v

    def clipped(self, b: Builder, low: Value, high: Value, matrix: Value, axis: int) -> tuple[Value, Value]:
        """range(low, high) as far as it lies in the matrix: its first place and its length."""
        there = b.op("dim", matrix, axis=axis)
        start = b.op("minimum", b.op("maximum", low, b.i64(0)), there, name="start")
        return start, b.op("maximum", b.op("sub", b.op("minimum", high, there), start), b.i64(0), name="count")


def rank(v: Value) -> int:
    return v.type.rank if is_reference(v) and isinstance(v.type, ArrayType) else 0


def triangles(facts: Facts, ops: Sequence[Op], loop: Op) -> list[Op] | None:
    """What stands for the innermost `loop` with the operations `ops`, if it holds such products."""
    if loop.name != "for" or any(o.regions for o in ops) or not any(o.name == "matmul" for o in ops):
        return None
    return Triangles(facts, loop).made()
