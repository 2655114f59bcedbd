"""Loops whose turns are independent, on several cores: each block of turns is a part of its own (`sharing`).

A block adds to sums of its own, the first to what the loop began with. So it does where turns only add to an array: the others add to
arrays of their own, which are added to it in their order at the end, where the work is much more than that. An array that every turn
fills before it reads it is made anew in each block.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..analysis import independent
from ..analysis.combined import EXTREMES, Combination
from ..ir.program import Op, Region, Value
from ..ir.types import ArrayType, ScalarType, is_float, scalar_of
from . import memory, nest, scalars, sharing
from .assembly import LLVM, literal
from .layout import Array, at, size
from .nest import Range
from .polling import TURNS, has_loops, is_simple, look_now, poll
from .runtime.team import BLOCKS, BLOCKS_THAT_ADD, LARGE

if TYPE_CHECKING:
    from .emitter import Emitter

ADDING = 4
"""The work of adding up one element of what a block has added."""

ARRAY_OP = 1_000
"""The work of an op on arrays whose extents are known only inside the loop,"""

UNKNOWN = 16
"""and the turns of a loop inside, likewise."""


def shared(e: Emitter, op: Op) -> bool:
    """Write a loop for several cores, if it is one for them: nothing around it is, and it has much to do."""
    if not e.distinct or e.sharing or e.loops_shared or e.map_depth or op.attributes.get("cold") or e.function.attributes.get("recursive"):
        return False
    if e.loop_depth and not has_loops(op):
        return False
    found = independent.turns(op, e.scopes.groups, e.numbers, e.own_arrays(op), e.pure)
    if found is None or (found.fails and not found.written.isdisjoint(e.given)) or (e.loop_depth and (found.added or found.private)):
        return False
    Turns(e, op, found).write()
    return True


def number_of_turns(e: Emitter, lo: str, hi: str, step: int) -> str:
    """How many turns `range(lo, hi, step)` has."""
    code = e.code
    first, last = (lo, hi) if step > 0 else (hi, lo)
    if step == 1 and lo == "0" and hi.isdigit():
        return hi
    count = last if first == "0" else code.let(f"sub i64 {last}, {first}")
    if abs(step) > 1:
        count = code.add(code.let(f"udiv i64 {code.let(f'sub i64 {count}, 1')}, {abs(step)}"), "1")
    return code.select(code.compare("sgt", last, first), "i64", count, "0")


class Turns:
    """Writes one loop."""

    def __init__(self, e: Emitter, op: Op, found: independent.Turns) -> None:
        self.e, self.op, self.found = e, op, found
        self.step = int(e.numbers[op.operands[2]])
        self.lo = e.scalar(op.operands[0])
        self.count = number_of_turns(e, self.lo, e.scalar(op.operands[1]), self.step)
        self.rooms: dict[Value, tuple[str, Array]] = {}
        (self.region,) = op.regions
        self.turn, *self.sums = self.region.arguments

    def write(self) -> None:
        e = self.e
        much = e.code.mul(self.count, work(e, self.region))
        adding = self.beside(much) if self.found.added else much
        most = BLOCKS_THAT_ADD if self.found.added else BLOCKS
        e.loops_shared = True
        whole = sharing.Shared(
            e, [self.count], [self.total(v, how) for v, how in zip(self.sums, self.found.combined, strict=True)], fails=True, most=most
        )
        whole.part(self.block)
        e.loops_shared = False
        totals = whole.run_all(adding)
        for value, total in zip(self.op.results, totals, strict=True):
            e.values[value] = total
        self.gather(whole.blocks)

    # Arrays that turns add to ----------------------------------------------------------------------------------------

    def beside(self, much: str) -> str:
        """Make room for what blocks add to; the work, or none where it is no more than adding that up: then there is one block."""
        e, code = self.e, self.e.code
        sizes = [size(code, e.array(v)) for v in self.found.added]
        all_of_them = "0"
        for n in sizes:
            all_of_them = code.add(all_of_them, n)
        worth = code.compare("sgt", much, code.mul(all_of_them, str(ADDING * BLOCKS_THAT_ADD)))
        much = code.select(worth, "i64", much, "0")
        large = code.compare("sge", much, str(LARGE))
        for v, n in zip(self.found.added, sizes, strict=True):
            room = code.select(large, "i64", code.mul(n, str(BLOCKS_THAT_ADD - 1)), "0")
            self.rooms[v] = n, memory.fresh(e, self.op, str(scalar_of(v.type)), [room], checked=False)
        return much

    def own(self, v: Value) -> Array:
        """What the block adds to instead of `v`, with no number in it; in the first it is `v`."""
        e, code = self.e, self.e.code
        whole, (n, room) = e.array(v), self.rooms[v]
        first = code.compare("eq", "%block", "0")
        place = at(code, room, code.mul(code.let("sub i64 %block, 1"), n))
        count = code.select(first, "i64", "0", n)
        dtype = str(scalar_of(v.type))
        mine = replace(whole, data=code.select(first, "ptr", whole.data, place))
        nest.linear(e, count, lambda k: e.write(at(code, mine, k), dtype, literal(-0.0, dtype), e.scopes.of(v)))
        return mine

    def gather(self, blocks: str) -> None:
        """What the blocks have added, in their order."""
        e, code = self.e, self.e.code
        for v, (n, room) in self.rooms.items():
            whole, _dtype = e.array(v), str(scalar_of(v.type))

            def add(
                point: tuple[str, ...], totals: list[str], n: str = n, room: Array = room, whole: Array = whole, v: Value = v
            ) -> list[str]:
                block, k = point
                dtype, scope = str(scalar_of(v.type)), e.scopes.of(v)
                place = at(code, whole, k)
                term = e.read(at(code, room, code.add(code.mul(block, n), k)), dtype, scope)
                e.write(place, dtype, code.let(f"fadd {LLVM[dtype]} {e.read(place, dtype, scope)}, {term}"), scope)
                return totals

            nest.reduced(e, [code.let(f"sub i64 {blocks}, 1"), n], [], [], add)
            e.release(room)

    # Blocks ----------------------------------------------------------------------------------------------------------

    def total(self, v: Value, how: Combination) -> sharing.Total:
        type_ = LLVM[str(v.type)]
        if how in EXTREMES:
            return sharing.Total(type_, nothing(v, how), lambda a, b: scalars.TABLE[how](self.e, str(v.type), [a, b], self.op))
        join = {"sum": "fadd" if is_float(v.type) else "add", "all": "and", "any": "or"}[how]
        return sharing.Total(type_, nothing(v, how), lambda a, b: self.e.code.let(f"{join} {type_} {a}, {b}"))

    def block(self, ranges: list[Range]) -> list[str]:
        """The turns of one block; their sums."""
        e, ((low, high),) = self.e, ranges
        outside = {v: e.values[v] for v in (*self.found.private, *self.found.added)}
        for v in self.found.added:
            e.values[v] = self.own(v)
        for v in self.found.private:
            e.values[v] = memory.fresh(e, self.op, v.type.dtype.name, e.array(v).dims, checked=False)  # type: ignore[union-attr]
        totals = self.loop(low, high)
        for v in self.found.private:
            e.release(e.values[v])
        e.values.update(outside)
        return totals

    def loop(self, low: str, high: str) -> list[str]:
        """The turns from `low` to `high`; their sums. Where a turn is quick, with a look at Ctrl-C now and then, else after each."""
        e, code = self.e, self.e.code
        first = code.compare("eq", "%block", "0")
        starts = [
            code.select(first, LLVM[str(v.type)], e.scalar(init), nothing(v, how))
            for v, init, how in zip(self.sums, self.op.operands[3:], self.found.combined, strict=True)
        ]
        if not is_simple(self.op):
            return self.repeated(low, high, "1", starts, self.one)

        def some(k: str, sums: list[str]) -> list[str]:
            left = code.let(f"sub i64 {high}, {k}")
            end = code.add(k, code.select(code.compare("ult", left, str(TURNS)), "i64", left, str(TURNS)))
            after = self.repeated(k, end, "1", sums, self.one)
            look_now(e)
            return after

        return self.repeated(low, high, str(TURNS), starts, some)

    def repeated(self, low: str, high: str, step: str, starts: list[str], body: Callable[[str, list[str]], list[str]]) -> list[str]:
        """`body(k, sums)` for k in range(low, high, step); the sums at the end."""
        code, types = self.e.code, [LLVM[str(v.type)] for v in self.sums]
        before, head, out = code.block, code.label("turn"), code.label("done")
        code.branch(code.compare("slt", low, high), head, out)
        code.start(head)
        counter = code.open_phi("i64")
        phis = [code.open_phi(t) for t in types]
        after = body(counter.name, [phi.name for phi in phis])
        following = code.let(f"add nsw i64 {counter.name}, {step}")
        latch = code.block
        code.branch(code.compare("slt", following, high), head, out)
        code.close_phi(counter, (low, before), (following, latch))
        for phi, start, again in zip(phis, starts, after, strict=True):
            code.close_phi(phi, (start, before), (again, latch))
        code.start(out)
        return [code.phi(t, (a, before), (b, latch)) for t, a, b in zip(types, starts, after, strict=True)]

    def one(self, k: str, sums: list[str]) -> list[str]:
        """One turn."""
        e = self.e
        e.values[self.turn] = (
            e.code.add(self.lo, k) if self.step == 1 else e.code.let(f"add i64 {self.lo}, {e.code.mul(k, str(self.step))}")
        )
        e.values.update(zip(self.sums, sums, strict=True))
        e.loop_depth += 1
        after = [x for x in e.region(self.region) if isinstance(x, str)]
        e.loop_depth -= 1
        if not is_simple(self.op):
            poll(e)
        return after


def nothing(v: Value, how: Combination) -> str:
    """What changes nothing where it is combined with something."""
    if how in EXTREMES:
        return literal(bounds(scalar_of(v.type))[how in ("smaller", "minimum")], str(v.type))
    empty: dict[Combination, float | bool] = {"sum": -0.0, "all": True, "any": False}
    return literal(empty[how], str(v.type))


def bounds(type_: ScalarType) -> tuple[float, float]:
    """The least and the largest number of a type of scalars."""
    if is_float(type_):
        return -math.inf, math.inf
    limits = np.iinfo(type_.numpy)
    return int(limits.min), int(limits.max)


def work(e: Emitter, region: Region) -> str:
    """What one turn has to do, as far as the extents around the loop tell."""
    total = str(sum(sharing.cost([op]) for op in region.ops if not op.regions))
    for op in region.ops:
        if op.name in ("for", "while"):
            total = e.code.add(total, e.code.mul(count(e, op), work(e, op.regions[0])))
        elif op.name == "if":
            total = e.code.add(total, e.code.add(*(work(e, side) for side in op.regions)))
        elif op.name in ("map", "call") or (any(isinstance(v.type, ArrayType) for v in op.results) and op.name not in VIEWS):
            total = e.code.add(total, str(ARRAY_OP))
    return total


VIEWS = ("view", "transpose", "reshape", "broadcast", "diagonal", "weaken")


def count(e: Emitter, op: Op) -> str:
    """The turns of a loop inside, if it runs up or down to what is known outside."""
    if op.name != "for" or not all(v in e.values or v in e.constants for v in op.operands[:2]):
        return str(UNKNOWN)
    lo, hi = (str(e.constants.get(v, e.values.get(v))) for v in op.operands[:2])
    if lo == "0":
        return hi
    if hi == "-1":
        return e.code.add(lo, "1")
    return str(UNKNOWN)
