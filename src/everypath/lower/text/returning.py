"""What a function gives back to the call: its result, the new contents of what was passed in, and what it raised to a handler there."""

from __future__ import annotations

from typing import Any

from ...ir.program import Op, Region, Value
from ..frame import RESULT, RETURNED, Frame
from ..join import Join
from ..landing import ERROR, RAISED, Site
from ..objects import Cell, Mutable
from ..patterns import dummy, flatten, unpacked
from ..steady import changed
from ..unit import Specialised
from ..values import NONE, POISON, UNBOUND, Abstract, Maybe, Poison, Scalar, Tuple, is_none
from .agreement import joined


def finish(frame: Frame, special: Specialised, initial: dict[Mutable, Any]) -> tuple[Abstract | None, list[tuple[int, Abstract]]]:
    """Emit `return`: the result's leaves, those of the new contents of objects that were passed in and changed, and of what it raised."""
    b = frame.b
    if frame.dead:
        if special.result is not None:  # dead only because a call inside has no result yet
            return dead_end(frame, special)
        b.end("return", [])
        return None, []
    result = returned(frame)
    effects: list[tuple[int, Abstract]] = []
    for position, m in enumerate(frame.given):
        if m.contents is not initial[m]:
            effects.append((position, Tuple(tuple(written(m, initial[m])))))
    special.raised, special.sites = what_was_raised(frame)
    leaves = flatten([result, *(pattern for _, pattern in effects), *special.raised.values()], seen=set(frame.given))
    b.end("return", leaves)
    return result, effects


def written(m: Mutable, before: Any) -> list[Abstract]:
    """The contents of an object, without what stands there as it stood `before`."""
    values = unpacked(m.contents)
    if isinstance(m, Cell):
        return values
    own = changed(m.contents, before)
    return own + values[len(own) :]


def what_was_raised(frame: Frame) -> tuple[dict[str, Abstract], dict[Site, None]]:
    """The hidden variables of a function that may raise to a landing around its call, and the sites that do."""
    flag = frame.env[RAISED]
    assert isinstance(flag, Scalar)
    if flag.is_static and not flag.static:
        return {}, {}
    return {name: x for name, x in frame.env.items() if name == RAISED or name.startswith(ERROR[:-1])}, frame.landings[0].arrivals


def dead_end(frame: Frame, special: Specialised) -> tuple[Abstract | None, list[tuple[int, Abstract]]]:
    leaves = flatten([special.result or NONE], seen=set(special.objects))
    frame.b.end("return", [dummy(frame, leaf) for leaf in leaves])
    return special.result, []


def returned(frame: Frame) -> Abstract:
    """What the function gives: its result, None where it runs off its end, either where that depends."""
    flag = frame.env[RETURNED]
    result = frame.env.get(RESULT, NONE)
    assert isinstance(flag, Scalar)
    if flag.is_static:
        return result if flag.static else NONE
    pattern = joined(frame, Join(), RESULT, result, NONE, frame.definition.node)
    if isinstance(pattern, Poison) or pattern is UNBOUND:
        return POISON
    return maybe_none(result, flag)


def maybe_none(result: Abstract, flag: Scalar) -> Abstract:
    if is_none(result):
        return NONE
    if isinstance(result, Maybe):
        return result
    return Maybe(result, flag.value, "none")


def swept(ops: list[Op]) -> list[Op]:
    """`ops` without what lowering made in case it is needed, and nothing uses: constants, and flags called "weak"."""
    used: set[Value] = set()

    def kept(these: tuple[Op, ...] | list[Op]) -> list[Op]:
        out = []
        for op in reversed(these):
            spare = op.name == "constant" or (len(op.results) == 1 and op.results[0].name == "weak" and not op.regions)
            if spare and op.results[0] not in used:
                continue
            if op.regions:
                regions = tuple(Region(r.arguments, tuple(kept(r.ops))) for r in op.regions)
                op = Op(op.name, op.operands, op.results, op.attributes, regions, op.location)
            used.update(op.operands)
            out.append(op)
        return out[::-1]

    return kept(ops)
