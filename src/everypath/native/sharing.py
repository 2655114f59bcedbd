"""Loop nests whose points may run in any order, on several cores where there are many of them (`runtime.team`).

The nest is written as a function of its own, the part, which runs a block of it: a range of one axis, and all of the others. What it reads
stands in an environment that all blocks share, and each leaves what it has combined in a place of its own; at the end these are combined
in the order of the blocks. A small nest is one block. How a nest is cut depends on its extents alone: so do its last bits.

    environment = { extents…, registers that the part reads…, totals of each block… }
    void part(environment, axis, low, high, block)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..ir.op import definition
from ..ir.program import Op
from . import nest, vectormath
from .assembly import Code
from .parts import Around
from .runtime.team import BLOCKS, LARGE

if TYPE_CHECKING:
    from .emitter import Emitter

COSTS = {"div": 4, "sqrt": 5, "pow": 30, "gamma": 100, "lgamma": 100, "for": 100} | dict.fromkeys(("sin", "cos", "tanh", "tan"), 10)
"""How much longer an op takes than an addition in a vectorised loop, whose time is that of the memory it reads."""

OTHER_FUNCTIONS = 8


@dataclass(frozen=True)
class Total:
    """What is combined over all points: its LLVM type, what it starts from, and how the totals of two blocks become one."""

    type: str
    start: str
    join: Callable[[str, str], str]


def cost(ops: Sequence[Op]) -> int:
    """The work of one point: instructions of a vectorised loop, roughly."""
    return sum(_cost(op) for op in ops)


def _cost(op: Op) -> int:
    if op.name in COSTS:
        return COSTS[op.name] * max(1, sum(cost(region.ops) for region in op.regions))
    if op.regions:
        return max(cost(region.ops) for region in op.regions)
    if op.name in vectormath.FUNCTIONS:
        return OTHER_FUNCTIONS
    return 1 if op.name != "constant" and (op.name in ("load", "store") or definition(op.name).family == "elementwise") else 0


def over(e: Emitter, dims: Sequence[str], body: Callable[[tuple[str, ...]], None], work: int | str) -> None:
    """`body(indices)` at every point; see `reduced`."""

    def step(point: tuple[str, ...], totals: list[str]) -> list[str]:
        body(point)
        return totals

    reduced(e, dims, (), step, work)


def reduced(e: Emitter, dims: Sequence[str], totals: Sequence[Total], step: nest.Step, work: int | str) -> list[str]:
    """The totals after `step` ran at every point. No point may read what another writes. `work` is the cost of one, if it is a number.

    Where a point may fail, all of them run in order."""
    if shareable(e, dims, work):
        shared = Shared(e, dims, totals)
        if shared.part(step):
            return shared.run(work)
    return nest.reduced(e, dims, [t.type for t in totals], [t.start for t in totals], step)


def shareable(e: Emitter, dims: Sequence[str], work: int | str) -> bool:
    """Whether a nest may be large, where nothing around it is shared already. Arguments that overlap are met in order."""
    if not dims or e.sharing or not e.distinct:
        return False
    numbers = [*dims, str(work)]
    return not all(n.isdigit() for n in numbers) or math.prod(map(int, numbers)) >= LARGE


class Shared:
    """Writes one nest that may be shared."""

    def __init__(self, e: Emitter, dims: Sequence[str], totals: Sequence[Total]) -> None:
        self.e, self.dims, self.totals = e, dims, totals
        self.shared = [("i64", n) for n in dims]  # what begins the environment
        self.name = e.part_name()

    def part(self, step: nest.Step) -> bool:
        """Write the nest as a function. False if a point may fail: nothing is written then."""
        e, outer, cold = self.e, self.e.code, self.e.cold
        around = Around(outer)
        code = e.code = around.code
        e.cold, e.sharing = [], True
        ranges = [self.range(code, k) for k in range(len(self.dims))]
        found = nest.within(e, ranges, [t.type for t in self.totals], [t.start for t in self.totals], step)
        fails = bool(e.cold)
        e.code, e.cold, e.sharing = outer, cold, False
        outer.count = code.count
        if fails:
            return False
        captured = around.captured(frozenset(PARAMETERS))
        self.shared += captured
        for k, (type_, name) in enumerate(captured):
            place = f"%read.{k}"
            code.entry.append(f"  {place} = getelementptr inbounds i64, ptr %env, i64 {len(self.dims) + k}")
            code.entry.append(f"  {name} = load {type_}, ptr {place}")
        if found:
            own = code.let(f"getelementptr inbounds i64, ptr %env, i64 {self.totals_at(code, '%block')}")
            for k, (total, x) in enumerate(zip(self.totals, found, strict=True)):
                code.do(f"store {total.type} {x}, ptr {word(code, own, k)}")
        code.do("ret void")
        head = f"define internal void @{self.name}(ptr %env, i64 %axis, i64 %low, i64 %high, i64 %block) nounwind"
        e.module.functions.append(f"{head} {{\n{code.text()}\n}}")
        return True

    def range(self, code: Code, axis: int) -> nest.Range:
        """Of an axis, in a block."""
        if len(self.dims) == 1:
            return "%low", "%high"
        extent = self.dims[axis]
        if not extent.isdigit():
            extent = code.let(f"load i64, ptr {word(code, '%env', axis)}")
        here = code.compare("eq", "%axis", str(axis))
        return code.select(here, "i64", "%low", "0"), code.select(here, "i64", "%high", extent)

    def run(self, work: int | str) -> list[str]:
        """Have all blocks run; the totals."""
        code = self.e.code
        env = code.room(len(self.shared) + BLOCKS * len(self.totals))
        for k, (type_, register) in enumerate(self.shared):
            code.do(f"store {type_} {register}, ptr {word(code, env, k)}")
        much = code.mul(code.product(self.dims), str(work))
        arguments = [("ptr", f"@{self.name}"), ("ptr", env), ("i64", str(len(self.dims))), ("i64", much)]
        blocks = self.e.runtime("ep_share", "i64", *arguments)
        return self.combined(word(code, env, len(self.shared)), blocks) if self.totals else []

    def combined(self, first: str, blocks: str) -> list[str]:
        """The totals of all blocks, in their order."""
        code, types = self.e.code, [t.type for t in self.totals]
        starts = [code.let(f"load {t}, ptr {word(code, first, k)}") for k, t in enumerate(types)]
        before, head, out = code.block, code.label("blocks"), code.label("combined")
        code.branch(code.compare("sgt", blocks, "1"), head, out, self.e.unlikely())
        code.start(head)
        b = code.open_phi("i64")
        phis = [code.open_phi(t) for t in types]
        place = code.let(f"getelementptr inbounds i64, ptr {first}, i64 {code.mul(b.name, str(len(types)))}")
        found = [code.let(f"load {t}, ptr {word(code, place, k)}") for k, t in enumerate(types)]
        after = [total.join(phi.name, x) for total, phi, x in zip(self.totals, phis, found, strict=True)]
        following = code.add(b.name, "1")
        code.branch(code.compare("slt", following, blocks), head, out, nest.left_alone(self.e))
        code.close_phi(b, ("1", before), (following, head))
        for phi, start, again in zip(phis, starts, after, strict=True):
            code.close_phi(phi, (start, before), (again, head))
        code.start(out)
        return [code.phi(t, (a, before), (b, head)) for t, a, b in zip(types, starts, after, strict=True)]

    def totals_at(self, code: Code, block: str) -> str:
        """The word of the environment where the totals of a block begin."""
        return code.add(code.mul(block, str(len(self.totals))), str(len(self.shared)))


PARAMETERS = ("%env", "%axis", "%low", "%high", "%block")


def word(code: Code, base: str, position: int) -> str:
    """The address of a word."""
    return base if position == 0 else code.let(f"getelementptr inbounds i64, ptr {base}, i64 {position}")
