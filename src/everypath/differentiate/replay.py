"""Which loops the backward sweep may run again instead of keeping a tape (decisions 6).

An iteration can be replayed from its entry if nothing the sweep reads depends on what other iterations left behind: not on
a carried value, not on memory that the loop or anything after it writes. A buffer that every iteration fills before
reading it is private, and replayed in a scratch copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..analysis.alias import is_reference
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in
from ..ops.rules import Custom, Elementwise, Linear, Selects
from ..ops.term import Term
from .carried import carried, initial, yielded
from .sweep import Sweep

WRITES_ELEMENTS = ("store", "fill", "assign", "accumulate", "scatter", "scatter_add")
UNREPLAYABLE = frozenset("call ruled host list_append list_set list_new pack unpack print".split())


class _Touched(Term):
    """Notes which operands a formula reads."""

    def __init__(self, note: set[int], k: int) -> None:
        self.note = note
        self.k = k

    def apply(self, name: str, *operands: Any) -> _Touched:
        for operand in operands:
            if isinstance(operand, _Touched) and operand.k is not None:
                self.note.add(operand.k)
        return _Touched(self.note, -2)


def reads_backwards(op: Op, active: Iterable[int]) -> set[int]:
    """The operands (−1: the result) whose values the adjoint of `op` reads, when operands `active` carry derivatives."""
    rule = definition(op.name).rule
    note: set[int] = set()
    if isinstance(rule, Elementwise):
        for k in active:
            partial = rule.partials[k]
            if partial is None:
                continue
            terms = [_Touched(note, j) for j in (*range(len(op.operands)), -1)]
            for formula in (partial.chosen if isinstance(partial, Selects) else partial, rule.tie):
                result = formula(*terms) if formula is not None else None
                if isinstance(result, _Touched):
                    note.add(result.k)
    elif isinstance(rule, Linear):
        if len(op.operands) > 1:
            note.update(j for k in active for j in range(len(op.operands)) if j != k)
    elif op.name in ("picked", "tied"):
        note.add(1)
    elif op.name == "chosen":
        return note
    elif isinstance(rule, Custom) or op.name in ("pullback", "pushforward"):
        note.update(range(-1, len(op.operands)))
    note.discard(-2)
    return note


class _Taint:
    """What depends on other iterations, and whether the backward sweep would read any of it."""

    def __init__(self, sweep: Sweep, loop: Op, root: Region, private: frozenset[Value]) -> None:
        self.sweep = sweep
        self.loop = loop
        self.root = root
        (self.body,) = loop.regions
        self.private = private
        self.values: set[Value] = set(self.body.arguments[1:])
        self.groups: set[Value] = set()
        self.changed = True

    def __contains__(self, v: Value) -> bool:
        if v in self.values:
            return True
        return is_reference(v) and self.group(v) in self.groups

    def group(self, v: Value) -> Value:
        group = self.sweep.groups.of(v)
        if group not in self.groups and group not in self.private and not self.sweep.effects.born_in(group, self.body):
            effects = self.sweep.effects
            later = group not in self.sweep.restored and effects.written_after(group, self.loop, self.root)
            if later or group in effects.written_by(self.loop):
                self.groups.add(group)
        return group

    def settle(self) -> None:
        while self.changed:
            self.changed = False
            self.region(self.body, False)

    def mark(self, values: Iterable[Value]) -> None:
        for v in values:
            if is_reference(v):
                group = self.sweep.groups.of(v)
                if group not in self.groups:
                    self.groups.add(group)
                    self.changed = True
            elif v not in self.values:
                self.values.add(v)
                self.changed = True

    def region(self, region: Region, controlled: bool) -> None:
        for op in region.ops:
            self.op(op, controlled)

    def op(self, op: Op, controlled: bool) -> None:
        writes = definition(op.name).writes
        if op.name == "if":
            inner = controlled or op.operands[0] in self
            for region in op.regions:
                self.region(region, inner)
                self.mark(r for r, y in zip(op.results, region.yielded, strict=True) if inner or y in self)
        elif op.name in ("for", "while"):
            (region,) = op.regions
            arguments = carried(op)
            inner = controlled or any(v in self for v in control(op))
            self.mark(a for a, init in zip(arguments, initial(op), strict=True) if inner or init in self)
            self.region(region, inner)
            self.mark(a for a, y in zip(arguments, yielded(op), strict=True) if y in self)
            self.mark(r for r, a in zip(op.results, arguments, strict=True) if a in self)
        elif writes is not None:
            if controlled or any(v in self for k, v in enumerate(op.operands) if k != writes):
                self.mark([op.operands[writes]])
        elif op.name == "dim":
            return
        elif controlled or any(v in self for v in op.operands):
            self.mark(op.results)

    def read(self) -> bool:
        """Whether the backward sweep, or the replay's own control and addresses, read anything tainted."""
        return any(v in self for op in ops_in(self.body) for v in reads(self.sweep, op))


def reads(sweep: Sweep, op: Op) -> Iterable[Value]:
    """The values whose numbers a backward sweep of `op` needs: for its partials, its control, its addresses."""
    if op.name in ("if", "for", "while"):
        return control(op)
    if op.name in ("store", "scatter", "scatter_add", "accumulate"):
        return op.operands[2:]
    if op.name in ("load", "list_get", "gather", "reshape", "broadcast") or definition(op.name).shares:
        return op.operands[1:]
    if op.name in ("alloc", "iota", "full"):
        return [v for v in op.operands if not _float(v)]
    active = [k for k, v in enumerate(op.operands) if v in sweep.active]
    if not active or not any(v in sweep.active for v in op.results):
        return ()
    if op.name == "ruled":
        return (*op.operands, *op.results)
    return [op.operands[k] if k >= 0 else op.results[0] for k in reads_backwards(op, active)]


def control(op: Op) -> tuple[Value, ...]:
    """What says which region of an op runs, and how often."""
    if op.name == "for":
        return op.operands[:3]
    return op.operands[:1] if op.name == "if" else (op.operands[0], op.regions[0].yielded[0])


def _float(v: Value) -> bool:
    return isinstance(v.type, ScalarType) and v.type.is_float


def replayable(sweep: Sweep, loop: Op, root: Region, private: frozenset[Value]) -> bool:
    """Whether the iterations of the `for` op `loop` can each be run again on their own in the backward sweep."""
    (body,) = loop.regions
    if any(is_reference(a) for a in body.arguments) or any(op.name in UNREPLAYABLE for op in ops_in(body)):
        return False
    taint = _Taint(sweep, loop, root, private)
    taint.settle()
    return not taint.read()


# Private buffers ------------------------------------------------------------------------------------------------------


def private_buffers(sweep: Sweep, loop: Op) -> dict[Value, Value]:
    """The outer groups that every iteration fills before it reads them, each with the one reference the loop uses."""
    (body,) = loop.regions
    found: dict[Value, Value] = {}
    for group in sweep.effects.written_by(loop):
        if sweep.effects.born_in(group, body):
            continue
        outer = {v for op in ops_in(body) for v in op.operands if is_reference(v) and sweep.groups.of(v) is group}
        outer = {v for v in outer if not sweep.effects.inside(sweep.home[v], body)}
        if len(outer) == 1:
            (array,) = outer
            if isinstance(array.type, ArrayType) and array.type.contiguous and _Coverage(sweep, group, array).private(body):
                found[group] = array
    return found


class _Coverage:
    """Whether each read of an array is covered by an earlier write of the same iteration."""

    def __init__(self, sweep: Sweep, group: Value, array: Value) -> None:
        self.sweep = sweep
        self.group = group
        self.array = array
        self.written: list[tuple[Value, ...]] = []
        self.whole = False

    def private(self, body: Region) -> bool:
        return self.region(body) and not self.escapes(body)

    def escapes(self, body: Region) -> bool:
        return any(self.mentions(v) for v in body.yielded)

    def mentions(self, v: Value) -> bool:
        return is_reference(v) and self.sweep.groups.of(v) is self.group

    def region(self, region: Region) -> bool:
        """Walk in order; False at the first read that may see an earlier iteration."""
        return all(self.op(op) for op in region.ops)

    def op(self, op: Op) -> bool:
        if op.name == "for":
            return self.loop(op)
        if op.regions:
            before = list(self.written), self.whole
            for region in op.regions:
                if not self.region(region):
                    return False
                self.written, self.whole = list(before[0]), before[1]
            return True
        if not any(self.mentions(v) for v in op.operands):
            return True
        if op.name == "dim" or self.whole:
            return True
        if op.name in WRITES_ELEMENTS and op.operands[1] is self.array and not self.mentions(op.operands[0]):
            if op.name in ("fill", "assign"):
                self.whole = True
            elif op.name == "store":
                self.written.append(self.plain(op.operands[2:]))
            else:
                return False
            return True
        return op.name == "load" and op.operands[0] is self.array and self.plain(op.operands[1:]) in self.written

    def loop(self, op: Op) -> bool:
        before = list(self.written), self.whole
        (body,) = op.regions
        if not self.region(body):
            return False
        covers = not before[1] and self.covers(op)
        self.written, self.whole = before
        self.whole = self.whole or covers
        return True

    def covers(self, op: Op) -> bool:
        """Whether this nest of loops, from 0 to each extent, stores every element."""
        axes: list[Value] = []
        while True:
            (body,) = op.regions
            axes.append(body.arguments[0])
            if not (self.is_constant(op.operands[0], 0) and self.is_constant(op.operands[2], 1)):
                return False
            stored = [o for o in body.ops if o.name == "store" and o.operands[1] is self.array]
            if any(self.plain(o.operands[2:]) == tuple(axes) for o in stored):
                return self.extents_match(axes)
            inner = [o for o in body.ops if o.name == "for" and any(self.mentions(v) for p in ops_in(o.regions[0]) for v in p.operands)]
            if len(inner) != 1:
                return False
            op = inner[0]

    def extents_match(self, axes: list[Value]) -> bool:
        return all(
            self.same_extent(self.sweep.effects.owner[self.sweep.home[iv]].operands[1], extent)
            for iv, extent in zip(axes, self.extents(), strict=True)
        )

    def extents(self) -> list[Value | int]:
        """The extents of the array: what it was allocated with, or −1−axis where that is unknown."""
        op = self.sweep.definers.get(self.array)
        assert isinstance(self.array.type, ArrayType)
        if op is not None and op.name == "alloc":
            return list(op.operands)
        if op is not None and op.name == "full":
            return list(op.operands[1:])
        return [-1 - k for k in range(self.array.type.rank)]

    def same_extent(self, bound: Value, extent: Value | int) -> bool:
        op = self.sweep.definers.get(bound)
        if isinstance(extent, int):
            return op is not None and op.name == "dim" and op.operands[0] is self.array and op.attributes["axis"] == -1 - extent
        if bound is extent:
            return True
        other = self.sweep.definers.get(extent)
        if op is None or other is None:
            return False
        if op.name == other.name == "constant":
            return bool(op.attributes["value"] == other.attributes["value"])
        return op.name == other.name == "dim" and op.operands == other.operands and op.attributes == other.attributes

    def is_constant(self, v: Value, value: int) -> bool:
        op = self.sweep.definers.get(v)
        return op is not None and op.name == "constant" and op.attributes["value"] == value

    def plain(self, indices: Iterable[Value]) -> tuple[Value, ...]:
        """Indices without their range checks."""
        return tuple(self.unwrapped(v) for v in indices)

    def unwrapped(self, v: Value) -> Value:
        op = self.sweep.definers.get(v)
        return op.operands[0] if op is not None and op.name == "index" else v
