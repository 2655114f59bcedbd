"""What a loop puts back where no turn but this one reads it is not put back: the turn reads it where it was kept.

    for last, -1, -1 {(k):                    for last, -1, -1 {(k):
      b = list_get tape, k                      b = list_get tape, k
      v = view A, k + 1, n {axes='au'}          v = reshape b, m, n
      assign b, v                               c = matmul v, x
      c = matmul v, x                  →        w = view A, k {axes='ai'}
      w = view A, k {axes='ai'}                 d = matmul w, w
      d = matmul w, w                         }
    }

So a backward sweep that undoes what a factorisation has written leaves alone what it does not come to again (Tapenade's adjoint dead
code). A write falls away if nobody reads the memory after the loop, and what the loop itself reads of it from there on lies apart along
some axis: below the place of the write in a loop that counts down, above it in one that counts up. What reads the very view that is
written, before anybody writes the memory once more, reads what was assigned to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..analysis.ranges import Affine, Ranges
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import defined_in, ops_in
from .rewriting import is_view, substituted, with_function_ops, with_ops, with_regions

PUTS = frozenset(("assign", "store", "fill"))
"""What writes, and reads nothing of what was there."""

QUIET = PUTS | {"accumulate", "scatter", "scatter_add"}
"""What writes to an array whose elements it hands to nobody."""


def put_back(function: Function) -> Function:
    """`function` without what its loops write in vain."""
    if not any(op.name == "for" and any(o.name in PUTS for o in op.regions[0].ops) for op in ops_in(function.body)):
        return function
    walk = Walk(function)
    return with_function_ops(function, walk.ops(function.body.ops, [])) if walk.targets else function


@dataclass(frozen=True)
class Span:
    """Places along one axis, as far as they are known."""

    low: Affine | None = None
    high: Affine | None = None


@dataclass(frozen=True)
class Part:
    """A part of the array `base` that holds all that is seen through a view: a span on some axes of the base. `axes` are those of the base
    that lie whole on the axes of the view."""

    base: Value
    axes: tuple[int | None, ...]
    spans: dict[int, Span] = field(default_factory=dict)
    through: frozenset[Value] = frozenset()  # the views that it is seen through


@dataclass(frozen=True)
class Read:
    """A part of an array, of this group of memory, that an operation reads, and where this stands in the loop."""

    group: Value
    position: int
    part: Part | None


class Walk:
    """One walk up a function, to its outermost loops."""

    def __init__(self, function: Function) -> None:
        self.groups = groups(function)
        self.effects = Effects(function, self.groups)
        self.definers = self.effects.definers
        self.ranges = Ranges()
        self.learn(function.body)
        puts = (op for loop in ops_in(function.body) if loop.name == "for" for op in loop.regions[0].ops if op.name in PUTS)
        returned = {self.groups.of(v) for v in function.returned if is_reference(v)}
        self.targets = {self.groups.of(op.operands[1]) for op in puts if isinstance(op.operands[1].type, ArrayType)}
        self.targets -= returned | self.groups.given

    def learn(self, region: Region) -> None:
        """What the ops of a region say of their results."""
        for op in ops_in(region):
            if not op.regions:
                self.ranges.define(op)

    def ops(self, ops: Sequence[Op], later: list[Read]) -> list[Op]:
        """The ops of a region, up which the walk goes; `later` is what is read behind it, and becomes what is so from its first op on."""
        kept = []
        for op in reversed(ops):
            if op.name == "if":
                sides, behind = [], len(later)
                for region in op.regions:
                    seen = later[:behind]
                    sides.append(with_ops(region, self.ops(region.ops, seen)))
                    later += seen[behind:]
                op = with_regions(op, sides)
            else:
                reads = self.in_all_turns(op) if op.name == "for" else self.reads(op)
                if op.name == "for":
                    op = with_regions(op, [Turn(self, op, later).region()])
                later += reads
            kept.append(op)
        return kept[::-1]

    def in_all_turns(self, loop: Op) -> list[Read]:
        """What a loop reads, as it is seen from elsewhere: by numbers, where places change with the turns."""
        (body,) = loop.regions
        inside = defined_in(body)

        def seen(span: Span) -> Span:
            low, high = span.low, span.high
            if low is not None and low[0] in inside:
                low = (None, self.ranges.numbers(low)[0])
            if high is not None and high[0] in inside:
                high = (None, self.ranges.numbers(high)[1])
            return Span(low, high)

        with self.ranges.inside(loop, 0):
            self.learn(body)
            return [
                replace(r, part=r.part and replace(r.part, spans={axis: seen(span) for axis, span in r.part.spans.items()}))
                for r in self.reads(loop)
            ]

    def reads(self, op: Op, position: int = 0) -> list[Read]:
        """What `op`, or anything inside it, reads of memory that a loop puts something into."""
        inside = (op, *(o for region in op.regions for o in ops_in(region)))
        found = ((o, v) for o in inside for v in read_by(o) if self.groups.of(v) in self.targets)
        return [Read(self.groups.of(v), position, self.element(v, o.operands[1:] if o.name == "load" else ())) for o, v in found]

    def part(self, v: Value) -> Part | None:
        """Where the memory of `v` lies in an array that is no view."""
        op = self.definers.get(v)
        if op is None or not isinstance(v.type, ArrayType) or (op.regions and op.name != "map"):
            return None
        if not is_view(op):
            shares = op.name in ("call", "list_get", "unpack")
            return None if shares else Part(v, tuple(range(v.type.rank)))
        around = self.part(op.operands[0])
        if around is None:
            return None
        through = around.through | {v}
        if op.name == "transpose":
            return Part(around.base, tuple(around.axes[k] for k in op.attributes["axes"]), around.spans, through)
        if op.name == "weaken":
            return Part(around.base, around.axes, around.spans, through)
        if op.name != "view":
            return Part(around.base, (None,) * v.type.rank, around.spans, through)
        numbers, left, axes = iter(op.operands[1:]), iter(around.axes), list[int | None]()
        spans = dict(around.spans)
        for letter in op.attributes["axes"]:
            axis = None if letter == "n" else next(left)
            taken = [next(numbers) for _ in range({"i": 1, "u": 2, "s": 3}.get(letter, 0))]
            if axis is not None and letter in "iu":
                spans[axis] = self.span(*taken)
            if letter != "i":
                axes.append(axis if letter == "a" else None)
        return Part(around.base, tuple(axes), spans, through)

    def span(self, start: Value, count: Value | None = None) -> Span:
        """One place, or as many from there on."""
        op = self.definers.get(start)
        if op is not None and op.name == "index" and self.ranges.non_negative(op.operands[0]):
            start = op.operands[0]  # which is in range where anybody comes so far
        low = self.ranges.form(start)
        if count is None:
            return Span(low, low)
        number, (base, more) = self.ranges.constant(count), self.ranges.form(count)
        if number is not None:
            return Span(low, (low[0], low[1] + number - 1))
        return Span(low, (base, more + low[1] - 1) if low[0] is None else None)

    def element(self, array: Value, indices: Sequence[Value]) -> Part | None:
        """The part that is one element of an array, or what lies there along the axes without an index."""
        part = self.part(array)
        if part is None:
            return None
        own = {axis: self.span(i) for axis, i in zip(part.axes, indices, strict=False) if axis is not None}
        return Part(part.base, part.axes, {**part.spans, **own}, part.through)


class Turn:
    """The turns of one loop, which is in no other; `later` is what is read behind it."""

    def __init__(self, walk: Walk, loop: Op, later: Sequence[Read]) -> None:
        self.walk, self.loop, self.later = walk, loop, later
        self.groups, self.ranges = walk.groups, walk.ranges
        (self.body,) = loop.regions
        step = self.ranges.constant(loop.operands[2])
        self.up = 0 if not step else 1 if step > 0 else -1
        self.inside = defined_in(self.body)
        self.written: list[frozenset[Value]] = [walk.effects.written_by(op) for op in self.body.ops]

    def region(self) -> Region:
        """The region without the writes that are in vain."""
        puts = [(k, op) for k, op in enumerate(self.body.ops) if op.name in PUTS and self.groups.of(op.operands[1]) in self.walk.targets]
        if not puts or not self.up:
            return self.body
        with self.ranges.inside(self.loop, 0):
            self.walk.learn(self.body)
            now = [read for position, child in enumerate(self.body.ops) for read in self.walk.reads(child, position)]
            gone = {op for position, op in puts if self.is_in_vain(op, position, now)}
        return with_ops(self.body, self.without(gone)) if gone else self.body

    def is_in_vain(self, op: Op, position: int, now: Sequence[Read]) -> bool:
        """Whether nobody reads what `op` writes but through what it assigns to."""
        group, part = self.groups.of(op.operands[1]), self.walk.element(op.operands[1], op.operands[2:])
        if part is None:
            return False
        turns = (self.apart(part, r, position) or self.is_handed_on(op, position, r) for r in now if r.group is group)
        return all(self.apart(part, r) for r in self.later if r.group is group) and all(turns)

    def apart(self, part: Part, read: Read, position: int | None = None) -> bool:
        """Whether what is written to a part, at a position of a turn, is nothing that is read in this turn or later, or behind the loop."""
        if read.part is None or read.part.base is not part.base:
            return False
        gap = None if position is None else int(read.position <= position)
        return any(self.before(span, part.spans[axis], gap) for axis, span in read.part.spans.items() if axis in part.spans)

    def before(self, read: Span, write: Span, gap: int | None) -> bool:
        """Whether places that are read, by turns that come so many or more after the one that writes, or behind all turns, are no places
        that it writes."""
        mine, theirs = (write.high, read.low) if self.up > 0 else (write.low, read.high)
        if mine is None or theirs is None or theirs[0] is not self.body.arguments[0]:
            return any(self.less(*pair, gap) for pair in ((read.high, write.low), (write.high, read.low)))
        return gap is not None and mine[0] is theirs[0] and self.up * (theirs[1] - mine[1]) + gap > 0

    def less(self, low: Affine | None, high: Affine | None, gap: int | None) -> bool:
        """Whether one place is before another in all turns, what is read being the same in all."""
        if low is None or high is None or (gap is not None and any(x[0] in self.inside for x in (low, high))):
            return False
        return self.ranges.less_equal((low[0], low[1] + 1), high)

    def is_handed_on(self, op: Op, position: int, read: Read) -> bool:
        """Whether what is read is what `op` assigns, as it still is there."""
        value, target = op.operands[:2]
        if "undoes" not in op.attributes or read.position <= position or read.part is None or target not in read.part.through:
            return False
        own = self.walk.part(target)
        if own is None or not all(self.is_made_after(position, v) for v in read.part.through - own.through):
            return False
        between = frozenset[Value]().union(*self.written[position + 1 : read.position + 1])
        return self.groups.of(target) not in between and self.groups.of(value) not in between

    def is_made_after(self, position: int, v: Value) -> bool:
        """Whether a view that is read behind a position of a turn is made there too."""
        region, k = self.walk.effects.place[self.walk.definers[v]]
        return k > position if region is self.body else v in self.inside

    def without(self, gone: set[Op]) -> list[Op]:
        """The ops of a turn without some writes; what was assigned has the names of what it was assigned to."""
        kept: list[Op] = []
        env: dict[Value, Value] = {}
        for op in self.body.ops:
            if op not in gone:
                kept += substituted([op], env) if env else [op]
            elif "undoes" in op.attributes:
                env[op.operands[1]] = self.given(kept, op)
        return kept

    def given(self, kept: list[Op], op: Op) -> Value:
        """What `op` assigns, with the extents and the type of what it would have been assigned to."""
        b = Builder(op.location)
        value, target = op.operands
        shaped = b.op("reshape", value, *b.dims(target), name=value.name, spare=True)
        if shaped.type != target.type:
            shaped = b.op("weaken", shaped, name=value.name)
        kept += b.ops
        return shaped


def read_by(op: Op) -> Iterator[Value]:
    """The references whose elements `op` itself reads, or hands to somebody who may."""
    if is_view(op) or op.name in ("dim", "yield"):
        return
    k = definition(op.name).writes if op.name in QUIET else None
    yield from (v for j, v in enumerate(op.operands) if is_reference(v) and j != k)
