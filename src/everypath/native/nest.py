"""Loop nests over index spaces, with values that are combined over all points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .emitter import Emitter

Step = Callable[[tuple[str, ...], list[str]], list[str]]
"""(indices, accumulators) -> the next accumulators."""


def reduced(e: Emitter, dims: Sequence[str], types: Sequence[str], starts: Sequence[str], step: Step) -> list[str]:
    """The accumulators after `step` ran at every point of the index space, the last axis innermost."""
    return _axis(e, list(dims), types, list(starts), step, ())


def _axis(e: Emitter, dims: list[str], types: Sequence[str], starts: list[str], step: Step, outer: tuple[str, ...]) -> list[str]:
    if not dims:
        return step(outer, starts)
    code, (n, *rest) = e.code, dims
    before, head, out = code.block, code.label("axis"), code.label("done")
    code.branch(code.compare("sgt", n, "0"), head, out)
    code.start(head)
    i = code.open_phi("i64")
    phis = [code.open_phi(t) for t in types]
    after = _axis(e, rest, types, [p.name for p in phis], step, (*outer, i.name))
    following = code.let(f"add nuw nsw i64 {i.name}, 1")
    latch = code.block
    code.branch(code.compare("slt", following, n), head, out, "" if n.isdigit() else not_unrolled(e))
    code.close_phi(i, ("0", before), (following, latch))
    for phi, start, value in zip(phis, starts, after, strict=True):
        code.close_phi(phi, (start, before), (value, latch))
    code.start(out)
    return [code.phi(t, (a, before), (b, latch)) for t, a, b in zip(types, starts, after, strict=True)]


def not_unrolled(e: Emitter) -> str:
    """What the latch says of a loop of unknown length: its turns go side by side in vectors, or cost more than counting them."""
    disabled = e.module.once("not unrolled", lambda: e.module.node('!{!"llvm.loop.unroll.disable"}'))
    return f", !llvm.loop {e.module.node(f'distinct !{{self, {disabled}}}')}"


def over(e: Emitter, dims: Sequence[str], body: Callable[[tuple[str, ...]], None]) -> None:
    """`body(indices)` at every point."""

    def step(point: tuple[str, ...], accumulators: list[str]) -> list[str]:
        body(point)
        return accumulators

    reduced(e, dims, (), (), step)


def linear(e: Emitter, count: str, body: Callable[[str], None]) -> None:
    """`body(k)` for k in range(count)."""
    over(e, [count], lambda point: body(*point))
