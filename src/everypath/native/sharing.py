"""Loop nests whose points may run in any order, on several cores where there are many of them (`runtime.team`).

The nest is written as a function of its own, the part, which runs a block of it: a range of one axis, and all of the others. What it reads
stands in an environment that all blocks share, and each leaves what it has combined in a place of its own; at the end these are combined
in the order of the blocks. A small nest is one block. How a nest is cut depends on its extents alone: so do its last bits.

    environment = { extents of axes that may be cut…, registers that the part reads…, totals of each block… }
    i32 part(context, environment, axis, low, high, block)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

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

WIDEST = '"prefer-vector-width"="512"'
"""What a loop says whose time is that of what it computes: LLVM takes half of the widest vectors elsewhere, where they gain little."""


class Total(NamedTuple):
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
    types, starts = [t.type for t in totals], [t.start for t in totals]
    if shareable(e, dims, work):
        shared = Shared(e, dims, totals, wide=isinstance(work, int) and work >= OTHER_FUNCTIONS)
        if shared.part(lambda ranges: nest.within(e, ranges, types, starts, step, long=True)):
            return shared.run(work)
    return nest.reduced(e, dims, types, starts, step)


def in_blocks(e: Emitter, dims: Sequence[str], write: Callable[[Sequence[nest.Range]], list[str]], work: int | str) -> None:
    """What `write` writes of a block of the points, its ranges of all axes, for all of them; it may not fail. `work` is that of a point."""
    if shareable(e, dims, work):
        shared = Shared(e, dims, ())
        if shared.part(lambda ranges: write(ranges)):
            shared.run(work)
            return
    write([("0", n) for n in dims])


def shareable(e: Emitter, dims: Sequence[str], work: int | str) -> bool:
    """Whether a nest may be large, and is not inside one. Arguments that overlap are met in order."""
    if all(map(nest.short, dims)) or e.sharing or not e.distinct:
        return False
    numbers = [*dims, str(work)]
    return not all(n.isdigit() for n in numbers) or math.prod(map(int, numbers)) >= LARGE


class Shared:
    """Writes one nest that may be shared, or a loop whose turns may: then a block may fail, and gets a context for that."""

    def __init__(
        self, e: Emitter, dims: Sequence[str], totals: Sequence[Total], *, fails: bool = False, most: int = BLOCKS, wide: bool = False
    ) -> None:
        self.e, self.dims, self.totals, self.fails, self.most = e, dims, totals, fails, most
        self.attributes = f"nounwind {WIDEST}" if wide else "nounwind"
        self.blocks = ""  # how many it were, once they have run
        self.cut = [k for k, n in enumerate(dims) if not nest.short(n)] or list(range(len(dims)))
        self.shared = [("i64", dims[k]) for k in self.cut]  # what begins the environment
        self.name = e.part_name()

    def part(self, write: Callable[[list[nest.Range]], list[str]]) -> bool:
        """Write a block as a function; `write` gives its totals. False where it may fail and must not: nothing is written then."""
        e, outer, cold, inside, once = self.e, self.e.code, self.e.cold, self.e.sharing, self.e.once
        around = Around(outer)
        code = e.code = around.code
        e.cold, e.sharing, e.once = [], not self.fails, False
        found = write([self.range(code, k) for k in range(len(self.dims))])
        exits = e.cold
        e.code, e.cold, e.sharing, e.once = outer, cold, inside, once
        outer.count = code.count
        if exits and not self.fails:
            return False
        captured = around.captured(frozenset(PARAMETERS), exits)
        for k, (type_, name) in enumerate(captured, len(self.shared)):
            place = f"%read.{k}"
            code.entry.append(f"  {place} = getelementptr inbounds i64, ptr %env, i64 {k}")
            code.entry.append(f"  {name} = load {type_}, ptr {place}")
        self.shared += captured
        if found:
            place = code.add(code.mul("%block", str(len(found))), str(len(self.shared)))
            own = code.let(f"getelementptr inbounds i64, ptr %env, i64 {place}")
            for k, (total, x) in enumerate(zip(self.totals, found, strict=True)):
                code.do(f"store {total.type} {x}, ptr {word(code, own, k)}")
        code.do("ret i32 0")
        head = f"define internal i32 @{self.name}({', '.join(PARAMETERS.values())}) {self.attributes}"
        failed = [*exits, "failed:", "  ret i32 1"] if exits else []
        e.module.functions.append("\n".join([f"{head} {{", code.text(), *failed, "}"]))
        return True

    def range(self, code: Code, axis: int) -> nest.Range:
        """Of an axis, in a block."""
        extent = self.dims[axis]
        if axis not in self.cut:
            return "0", extent
        if len(self.cut) == 1:
            return "%low", "%high"
        place = self.cut.index(axis)
        if not extent.isdigit():
            extent = code.let(f"load i64, ptr {word(code, '%env', place)}")
        here = code.compare("eq", "%axis", str(place))
        return code.select(here, "i64", "%low", "0"), code.select(here, "i64", "%high", extent)

    def run(self, work: int | str) -> list[str]:
        """Have all blocks run; the totals. `work` is that of one point."""
        return self.run_all(self.e.code.mul(self.e.code.product(self.dims), str(work)))

    def run_all(self, much: str) -> list[str]:
        """The same, by the work of all."""
        e, code = self.e, self.e.code
        env = code.room(len(self.shared) + self.most * len(self.totals))
        for k, (type_, register) in enumerate(self.shared):
            code.do(f"store {type_} {register}, ptr {word(code, env, k)}")
        context = "%ctx" if self.fails else "null"
        arguments = [("ptr", context), ("ptr", f"@{self.name}"), ("ptr", env), ("i64", str(len(self.cut))), ("i64", much)]
        self.blocks = e.runtime("ep_share", "i64", *arguments, ("i64", str(self.most)))
        if self.fails:
            e.propagate(code.let(f"zext i1 {code.compare('eq', self.blocks, '0')} to i32"))
        return self.combined(word(code, env, len(self.shared)), self.blocks) if self.totals else []

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


PARAMETERS = {"%ctx": "ptr %ctx", "%env": "ptr %env"} | {f"%{name}": f"i64 %{name}" for name in ("axis", "low", "high", "block")}


def word(code: Code, base: str, position: int) -> str:
    """The address of a word."""
    return base if position == 0 else code.let(f"getelementptr inbounds i64, ptr {base}, i64 {position}")
