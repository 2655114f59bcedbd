"""Two paths and their meeting: `if`, conditional expressions, `and`, `or`, and the rest of a block after an early exit."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...ir.build import Builder
from ...ir.program import Region, Value
from ..context import Refused
from ..converting import converted
from ..facts import narrowed
from ..frame import BROKE, CONTINUED, FALSE, FINISHED, FLAGS, RESULT, RETURNED, TRUE, Abandoned, Frame, Raised, Snapshot
from ..join import Join
from ..landing import ERROR, RAISED
from ..objects import Cell, Mutable
from ..patterns import Remake, flatten, objects, repacked, unpacked
from ..raising import Checked
from ..reach import NOTHING, Origins, Path, Refusal, Restart, refuse_when_reached
from ..steady import apart, restored
from ..values import GONE, POISON, UNBOUND, Abstract, Poison, Scalar, Tuple
from .agreement import VALUE, align, joined, joined_contents, leaf_names, other_keys, same_keys, still_askable
from .conditions import UNKNOWN, Test
from .shared import freeze_shared, replaced

Thunk = Callable[[], Abstract | None]
Names = frozenset[str]
EXITS = (RETURNED, BROKE, CONTINUED, FINISHED, RESULT)
"""Ways out that are not asked about on a path that has raised."""


@dataclass
class Side:
    """One path, lowered into a region of its own that is still open. Where it has raised, only the variables `landed` matter;
    where it has returned, only its result, unless a `finally` is `on_way_out`. What was `refused` on it is raised at its end."""

    builder: Builder
    end: Snapshot
    value: Abstract | None
    landed: Names = frozenset()
    on_way_out: int = 0
    refused: tuple[Refusal, ...] = ()

    @property
    def dead(self) -> bool:
        return self.end.dead

    @property
    def raised(self) -> bool:
        return not self.dead and surely(self.end, RAISED)


def surely(end: Snapshot, flag: str) -> bool:
    """Whether a path has surely taken this exit."""
    value = end.env[flag]
    return isinstance(value, Scalar) and value.is_static and bool(value.static)


def never(end: Snapshot, flag: str) -> bool:
    """Whether a path has surely not taken this exit."""
    value = end.env[flag]
    return isinstance(value, Scalar) and value.is_static and not value.static


def lower_side(
    c: Frame,
    start: Snapshot,
    run: Thunk,
    side: Side | None = None,
    live: Names | None = None,
    flags: Origins = NOTHING,
    runs: bool = False,
    knows: tuple[Value, bool] | None = None,
) -> Side:
    """Lower a path from `start`, or go on with an open one. `live` are the names that matter at its end (None: all). If it does not
    surely run, a refusal on it is raised where it is reached, and `flags` are the arguments that would tell. It `knows` whether a
    condition holds."""
    outer, floor, around, known = c.b, c.floor, c.path, c.path.at
    if not runs:
        c.path = Path(around, flags)
    c.b = side.builder if side else Checked(c)
    c.b.location = outer.location
    c.restore(side.end if side else start)
    if knows is not None:
        c.assume(*knows)
    c.floor = len(c.open)
    value: Abstract | None = None
    try:
        try:
            value = run()
        except Abandoned:
            c.dead = True
        except Raised:
            pass
        except Refused as problem:
            c.noted(problem, c.definition.node)
            value = POISON
        except Restart:
            if c.path.around is None or not c.path.refusals:
                raise
        except Exception:
            if not c.path.doomed:  # lowering goes on behind a refusal only to find more of them
                raise
        if not runs and c.path.refusals:
            refuse_when_reached(c)
        value = close(c, live, value)
    finally:
        del c.open[c.floor :]
        built, c.b, c.floor = c.b, outer, floor
        path, c.path = c.path, around
    if runs and known is None:
        path.moved(outer)
    return Side(built, c.snapshot(), value, c.live_at_landings(), c.on_way_out, () if runs else tuple(path.refusals))


def close(c: Frame, live: Names | None, value: Abstract | None = None, down_to: int | None = None) -> Abstract | None:
    """At the end of a region, close the checks in it that are open: what was lowered in them meets the paths that have raised."""
    while len(c.open) > (c.floor if down_to is None else down_to):
        check = c.open.pop()
        inside = Builder(c.b.location)
        inside.ops = c.b.ops
        rest = Side(inside, c.snapshot(), value, check.live, c.on_way_out)
        raised = Side(Builder(c.b.location), check.raised, None, check.live, c.on_way_out)
        c.b.ops = check.outer
        value = meeting(c, check.condition, check.start, rest, raised, live, check.node)
    return value


def reopen(c: Frame) -> None:
    """After paths have met of which some may have raised: what follows stands where none has."""
    flag = c.env[RAISED]
    assert isinstance(flag, Scalar)
    if c.dead or flag is FALSE:
        return
    if flag.is_static:
        if flag.static:
            raise Raised
        return
    on = c.snapshot()
    for name in FLAGS:
        c.env[name] = FALSE
    c.env[RAISED] = TRUE
    raised = c.snapshot()
    c.restore(on)
    fine = c.b.op("not", flag.value, name="fine")
    for name in [name for name in c.env if name.startswith(ERROR[:-1])]:
        del c.env[name]
    c.env[RAISED] = FALSE
    c.go_inside(fine, raised)


def branch(c: Frame, cond: Value, then: Thunk, orelse: Thunk, live: Names | None, node: ast.AST, test: Test = UNKNOWN) -> Abstract | None:
    """Lower both paths and join them. `live` are the names that matter afterwards (None: all)."""
    start = c.snapshot()
    a = lower_side(c, start, then, live=live, flags=test.then, knows=(cond, True))
    b = lower_side(c, start, orelse, live=live, flags=test.orelse, knows=(cond, False))
    value = meet(c, cond, start, a, b, live, node, test)
    if isinstance(value, Poison):
        c.spoilt(value)
    return value


def unless_left(c: Frame, left: Value, run: Callable[[], None], live: Names | None, node: ast.AST) -> None:
    """Go on only where no exit was taken: `left` says so."""
    flags = [c.env[flag] for flag in (BROKE, CONTINUED, FINISHED)]
    only_returned = all(isinstance(f, Scalar) and f.is_static for f in flags)

    def skip() -> None:
        if only_returned:  # nobody looks at the variables of this side
            c.env[RETURNED] = TRUE

    def go_on() -> None:
        for flag in FLAGS:
            c.env[flag] = FALSE
        run()

    branch(c, left, skip, go_on, live, node)


def gone(side: Side) -> bool:
    """Whether nobody looks at this path's variables afterwards: it is dead, or has returned, which is not asked of one that raised."""
    return side.dead or (not side.on_way_out and surely(side.end, RETURNED) and never(side.end, RAISED))


def meet(
    c: Frame, cond: Value, start: Snapshot, a: Side, b: Side, live: Names | None, node: ast.AST, test: Test = UNKNOWN
) -> Abstract | None:
    """Close two open paths with an `if` on `cond` and go on with what they agree on.

    Where they do not agree, and arguments decide which is taken, these are asked for; else the variable, or the value, is refused to
    whoever uses it.
    """
    c.unit.elsewhere += (*a.refused, *b.refused)
    if a.refused and b.refused:
        c.restore(start)
        for refusal in (*a.refused, *b.refused):
            c.path.add(refusal, c)
        raise Refused("both sides are refused")
    value = meeting(c, cond, start, a, b, live, node, test)
    reopen(c)
    return value


def meeting(
    c: Frame, cond: Value, start: Snapshot, a: Side, b: Side, live: Names | None, node: ast.AST, test: Test = UNKNOWN
) -> Abstract | None:
    """What two paths agree on, that they have raised included."""
    join = Join(known=start.contents, ends=(a.end.contents, b.end.contents))
    live = None if live is None else live | c.live_at_landings()
    slots: list[tuple[str | Mutable, Abstract, Abstract, Abstract]] = []
    for name in meeting_names(a, b, live):
        x, y = slot(a, name), slot(b, name)
        if x is not y and not untouched(x, y, start.env.get(name)):
            x, y = narrowed(a.end.facts, x), narrowed(b.end.facts, y)
            freeze_shared(c, start, name, ((x, a.end), (y, b.end)), live)
            slots.append((name, x, y, joined(c, join, name, x, y, node, test)))
    for m in [m for m in start.contents if a.end.contents.get(m) is not b.end.contents.get(m)]:
        if any(one.dead and other.end.contents[m] is start.contents[m] for one, other in ((a, b), (b, a))):
            continue
        align(m, a.end.contents, b.end.contents)
        x, y = (GONE if side.raised and forgotten(c, m, side) else contents(m, side) for side in (a, b))
        if x is GONE and y is GONE:
            continue
        if GONE not in (x, y) and other_keys(m, a.end.contents[m], b.end.contents[m]):
            x, y = (GONE if forgotten(c, m, side) else held for side, held in ((a, x), (b, y)))
            if GONE not in (x, y):
                same_keys(c, m, a.end.contents[m], b.end.contents[m], node, test)
        if x is not y:
            x, y = known_on(a, x, y), known_on(b, y, x)
            freeze_shared(c, start, m, ((x, a.end), (y, b.end)), live)
            before = contents_of(m, start.contents[m])
            x, y = (apart(held, before if other is GONE else other) for held, other in ((x, y), (y, x)))
            slots.append((m, x, y, joined_contents(c, join, m, x, y, node, test)))
    if a.value is not None or b.value is not None:
        x, y = (GONE if s.dead else s.value or GONE for s in (a, b))
        if x is not y:
            x, y = narrowed(a.end.facts, x), narrowed(b.end.facts, y)
            freeze_shared(c, start, VALUE, ((x, a.end), (y, b.end)), live, replaced(c, node))
        slots.append((VALUE, x, y, joined(c, join, VALUE, x, y, node, test)))
    patterns = [pattern for *_, pattern in slots]
    regions = []
    for k, side in enumerate((a, b)):
        outer, c.b = c.b, side.builder
        c.restore(side.end)
        seen = set(join.kept)
        leaves = [v for _, x, y, pattern in slots for v in converted(c, y if k else x, pattern, seen)]
        c.b.end("yield", leaves)
        c.b = outer
        regions.append(Region((), tuple(side.builder.ops)))
    types = [v.type for v in flatten(patterns, seen=set(join.kept))]
    seen = set(join.kept)
    names = [n for s in slots for n in leaf_names(s[0], s[3], seen)]
    outer_location = c.b.location
    c.at(node)
    results = c.b.emit("if", cond, names=names, types=types, regions=tuple(regions))
    c.b.location = outer_location
    return settle(c, start, a, b, slots, join, results, test)


def untouched(x: Abstract, y: Abstract, before: Abstract | None) -> bool:
    """Whether a variable is what it was before the branch, since one side is gone and the other left it alone."""
    return (x is GONE and y is before) or (y is GONE and x is before)


def settle(
    c: Frame,
    start: Snapshot,
    a: Side,
    b: Side,
    slots: list,  # type: ignore[type-arg]
    join: Join,
    results: tuple[Value, ...],
    test: Test,
) -> Abstract | None:
    """The state after the meeting."""
    survivor = b if a.dead or (gone(a) and not gone(b)) or (a.raised and not b.dead) else a
    c.restore(survivor.end)
    c.dead = a.dead and b.dead
    if not a.dead and not b.dead:
        c.facts = start.facts
    for name in meeting_names(a, b, None):
        x, y = slot(a, name), slot(b, name)
        if (x is not y and untouched(x, y, start.env.get(name))) or (x is y is GONE and name in start.env and not name.startswith("<")):
            c.env[name] = start.env[name]
        elif x is not y and not isinstance(c.env.get(name), Cell):
            c.env.pop(name, None)
    if gone(a) and gone(b):  # what either side made is out of scope
        for m in start.contents:
            if forgotten(c, m, a) and forgotten(c, m, b):
                m.contents = start.contents[m]
    remake = Remake(c, results, made={m: m for m in join.kept})
    value: Abstract | None = None
    for where, x, y, pattern in slots:
        new = UNBOUND if pattern is UNBOUND else pattern if isinstance(pattern, Poison) else remake(pattern)
        new = new if where in FLAGS or where == RESULT else still_askable(test, x, y, new)
        if isinstance(where, Mutable):
            new = restored(new, contents_of(where, where.contents))
            assert isinstance(new, Tuple)
            where.contents = repacked(where, list(new.items))
        elif where == VALUE:
            value = new
        elif new is not UNBOUND:
            if where in FLAGS and isinstance(new, Scalar) and new.is_static:
                new = TRUE if new.static else FALSE
            c.env[where] = new
            for leaf in flatten([new], seen=set(join.kept)):
                c.named.add(leaf)
    return value


def meeting_names(a: Side, b: Side, live: Names | None) -> list[str]:
    names = dict.fromkeys((*a.end.env, *b.end.env))
    return [n for n in names if live is None or n in live or n.startswith("<")]


def slot(side: Side, name: str) -> Abstract:
    """What a path has in a variable."""
    if side.dead or (gone(side) and name not in (RETURNED, RESULT, RAISED)):
        return GONE
    if side.raised and (name in EXITS if name.startswith("<") else name not in side.landed):
        return GONE
    if name in side.end.env:
        return side.end.env[name]
    return GONE if name == RESULT or name.startswith("<") else UNBOUND


def contents(m: Mutable, side: Side) -> Abstract:
    return GONE if side.dead else contents_of(m, side.end.contents[m])


def contents_of(m: Mutable, held: Any) -> Abstract:
    """What is held in an object."""
    if isinstance(m, Cell) and held is None:
        return UNBOUND
    return Tuple(tuple(unpacked(held)))


def known_on(side: Side, held: Abstract, other: Abstract) -> Abstract:
    """The contents of an object as this path knows them, where they are others than on the other one."""
    if not isinstance(held, Tuple) or not isinstance(other, Tuple) or len(held.items) != len(other.items):
        return held
    pairs = zip(held.items, other.items, strict=True)
    return Tuple(tuple(x if x is y else narrowed(side.end.facts, x) for x, y in pairs))


def forgotten(c: Frame, m: Mutable, side: Side) -> bool:
    """Whether a path has returned or raised, and nobody who is still there refers to `m`."""
    if not gone(side) and not side.raised:
        return False
    env = side.end.env
    here = c.snapshot()
    c.restore(side.end)
    if side.raised:
        still = [x for name, x in env.items() if name in side.landed or name.startswith("<") or isinstance(x, Cell)]
        handled = [x for hidden, _ in c.handling for x in hidden.values()]
        seen = objects([*still, *c.given, *c.captured.values(), *c.held, *handled])
    else:
        seen = objects([env.get(RESULT, POISON), *c.given])
    c.restore(here)
    return m not in seen
