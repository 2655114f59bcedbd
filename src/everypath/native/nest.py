"""Loop nests over index spaces, with values that are combined over all points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import outlined

if TYPE_CHECKING:
    from .emitter import Emitter

Step = Callable[[tuple[str, ...], list[str]], list[str]]
"""(indices, accumulators) -> the next accumulators."""


SHORT = 4
"""The longest axis, known by now, that is not gone along: its points stand side by side in a turn of the loop around it, of which LLVM
makes vectors."""

SIDE_BY_SIDE = 4
"""Vectors of totals in a loop that combines: an addition takes three or four cycles, and one or two begin in each."""

Range = tuple[str, str]
"""The first index of an axis, and the one after the last."""


def short(extent: str) -> bool:
    """Whether an axis is known to have so few points."""
    return extent.isdigit() and int(extent) <= SHORT


def reduced(
    e: Emitter, dims: Sequence[str], types: Sequence[str], starts: Sequence[str], step: Step, *, within_step: Sequence[str] = ()
) -> list[str]:
    """The accumulators after `step`, which itself goes along the axes `within_step`, ran at every point of the index space, the last axis
    innermost."""
    ranges = [("0", n) for n in dims]
    if e.once and not e.loop_depth and not outlined.few((*dims, *within_step)):
        return outlined.apart(e, lambda: list(zip(types, within(e, ranges, types, starts, step), strict=True)))
    return within(e, ranges, types, starts, step)


def within(
    e: Emitter, ranges: Sequence[Range], types: Sequence[str], starts: Sequence[str], step: Step, *, long: bool = False
) -> list[str]:
    """The same, over part of an index space; `long` where that is no row among others."""
    return _axis(e, list(ranges), types, list(starts), step, (), combines=long and len(ranges) == 1 and bool(types))


def _axis(
    e: Emitter, ranges: list[Range], types: Sequence[str], starts: list[str], step: Step, outer: tuple[str, ...], *, combines: bool
) -> list[str]:
    if not ranges:
        return step(outer, starts)
    code, ((low, n), *rest) = e.code, ranges
    before, head, out = code.block, code.label("few" if outlined.few([n]) else "axis"), code.label("done")
    code.branch(code.compare("sgt", n, low), head, out)
    code.start(head)
    i = code.open_phi("i64")
    phis = [code.open_phi(t) for t in types]
    after = _axis(e, rest, types, [p.name for p in phis], step, (*outer, i.name), combines=combines)
    following = code.let(f"add nuw nsw i64 {i.name}, 1")
    latch = code.block
    says = unrolled(e) if short(n) and low.isdigit() else "" if n.isdigit() else not_unrolled(e, combines=combines)
    code.branch(code.compare("slt", following, n), head, out, says)
    code.close_phi(i, (low, before), (following, latch))
    for phi, start, value in zip(phis, starts, after, strict=True):
        code.close_phi(phi, (start, before), (value, latch))
    code.start(out)
    return [code.phi(t, (a, before), (b, latch)) for t, a, b in zip(types, starts, after, strict=True)]


def not_unrolled(e: Emitter, *, combines: bool) -> str:
    """What the latch says of a loop of unknown length: its turns go side by side in vectors, or cost more than counting them. Where they
    are combined, as many vectors are summed side by side as additions are under way at a time: each would wait for the one before. Rows
    of up to 24 numbers would take longer."""
    properties = e.module.once("not unrolled", lambda: e.module.node('!{!"llvm.loop.unroll.disable"}'))
    if combines:
        properties += ", " + e.module.once("side by side", lambda: e.module.node(f'!{{!"llvm.loop.interleave.count", i32 {SIDE_BY_SIDE}}}'))
    return f", !llvm.loop {e.module.node(f'distinct !{{self, {properties}}}')}"


def unrolled(e: Emitter) -> str:
    """What the latch of a loop with few turns says."""
    full = e.module.once("unrolled", lambda: e.module.node('!{!"llvm.loop.unroll.full"}'))
    return f", !llvm.loop {e.module.node(f'distinct !{{self, {full}}}')}"


LEFT_ALONE = (
    '!"llvm.loop.vectorize.enable", i1 false',
    '!"llvm.loop.distribute.enable", i1 false',
    '!"llvm.loop.unroll.disable"',
    '!"llvm.loop.licm_versioning.disable"',
)
"""What keeps LLVM from making more of a loop than it says."""


def left_alone(e: Emitter) -> str:
    """What the latch of a loop that hardly ever runs says, so that LLVM spends neither time nor code on it."""
    properties = ", ".join(e.module.node(f"!{{{name}}}") for name in LEFT_ALONE)
    return f", !llvm.loop {e.module.node(f'distinct !{{self, {properties}}}')}"


def over(e: Emitter, dims: Sequence[str], body: Callable[[tuple[str, ...]], None]) -> None:
    """`body(indices)` at every point."""

    def step(point: tuple[str, ...], accumulators: list[str]) -> list[str]:
        body(point)
        return accumulators

    reduced(e, dims, (), (), step)


def linear(e: Emitter, count: str, body: Callable[[str], None]) -> None:
    """`body(k)` for k in range(count)."""
    over(e, [count], lambda point: body(*point))
