"""When an inner loop keeps its private buffers, a row for each turn, instead of being run again backwards.

    for c: fill delta; … delta …            rows = alloc n, d
                                     ->     for c: delta = view rows, c; fill delta; … delta …
                                            for c backwards: delta = view rows, c; …

A turn that fills d numbers and then works d² on them costs little to keep and much to repeat. The rows last as long as one
turn of the loop around, so memory does not grow with that loop (decisions 6: a tape of one outer iteration, reused).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.alias import is_reference
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import ScalarType
from ..ir.walk import ops_in
from .replay import reads
from .scope import CHEAP, FLOAT_DECISIONS
from .sweep import Sweep


def read_inside(sweep: Sweep, loop: Op, private: Mapping[Value, Value]) -> dict[Value, Value]:
    """Those of the private buffers that the loop itself reads; the others it only fills for what comes after."""
    read = {
        sweep.groups.of(v)
        for op in ops_in(loop.regions[0])
        for k, v in enumerate(op.operands)
        if is_reference(v) and op.name != "dim" and definition(op.name).writes != k
    }
    return {group: array for group, array in private.items() if group in read}


def worth_keeping(sweep: Sweep, loop: Op, root: Region, private: Mapping[Value, Value]) -> bool:
    """Whether `loop` works more on its private buffers than filling them costs, and needs nothing else from deep inside.

    If so its buffers count as made fresh for every turn from here on.
    """
    (body,) = loop.regions
    if not private or depth(body) < 2 or any(mentioned_elsewhere(sweep, loop, group) for group in private):
        return False
    fresh = {(group, body) for group in private}
    sweep.effects.fresh |= fresh
    if all(again(sweep, v, body, root) for inner in inner_loops(body) for op in ops_in(inner) for v in reads(sweep, op)):
        return True
    sweep.effects.fresh -= fresh
    return False


def depth(region: Region) -> int:
    """How deep loops nest in `region`."""
    inner = (depth(r) + (op.name == "for") for op in region.ops for r in op.regions)
    return max(inner, default=0)


def inner_loops(body: Region) -> list[Region]:
    return [r for op in body.ops for r in op.regions]


def mentioned_elsewhere(sweep: Sweep, loop: Op, group: Value) -> bool:
    """Whether anything but the loop, and the op that made it, uses the memory of `group`."""
    inside = {loop, *ops_in(loop.regions[0])}
    around = set()
    region = sweep.effects.region_of(loop)
    while region in sweep.effects.owner:
        around.add(sweep.effects.owner[region])
        region = sweep.effects.region_of(sweep.effects.owner[region])
    return any(
        op.name != "dim" and any(is_reference(v) and sweep.groups.of(v) is group for v in op.operands)
        for op in ops_in(sweep.function.body)
        if op not in inside and op not in around
    )


def again(sweep: Sweep, v: Value, body: Region, root: Region) -> bool:
    """Whether `v` can be had again without a tape deep in the loop: it is from outside, from the turn itself, or cheap."""
    home = sweep.home[v]
    if home is body or not sweep.effects.inside(home, body):
        return not is_reference(v) or home is not body
    op = sweep.definers.get(v)
    if op is None:
        return home.arguments[:1] == (v,)
    if op.name == "load":
        if sweep.effects.written_after(sweep.groups.of(op.operands[0]), op, root):
            return False
        return all(again(sweep, o, body, root) for o in op.operands[1:])
    from_float = any(isinstance(o.type, ScalarType) and o.type.is_float for o in op.operands)
    if op.name not in CHEAP or (op.name in FLOAT_DECISIONS and from_float) or (op.name == "cast" and from_float):
        return False
    return all(again(sweep, o, body, root) for o in op.operands if not is_reference(o))
