"""What a loop carries: found by lowering its body until the types at its end are those at its head.

A variable is carried if it is assigned in the body and read at the head of a turn or after the loop; an object, if the body
changes its contents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...ir.build import Builder
from ...ir.program import Region, Value
from ...ir.types import BOOL, F32, I64
from ...numerals import FLOAT
from .. import by_path
from ..alternatives import holds_functions, holds_options
from ..converting import converted
from ..frame import BROKE, FINISHED, RESULT, RETURNED, Frame, Snapshot
from ..join import GrowsAtRunTime, Join, generalised
from ..join_numbers import Unjoinable, as_float32
from ..landing import ERROR, RAISED
from ..objects import Cell, Dict, Mutable
from ..patterns import Remake, flatten, key, objects, repacked, unpacked
from ..reach import NeedsStatic
from ..steady import apart, followed, like, restored
from ..values import GONE, UNBOUND, Abstract, Poison, Scalar, Tuple
from .agreement import align, joined, joined_contents, leaf_names, other_keys, same_keys
from .branches import lower_side, never, reopen, surely
from .carried import Carried, FirstTurnApart, LeftByError, Loop, Slot
from .shared import freeze_merged, tried

OUTGOING = (RETURNED, BROKE, RESULT, FINISHED, RAISED, ERROR)
"""Exits are not read at the head of a loop: a turn begins only if none was taken."""

ROUNDS = 12


def lower_loop(c: Frame, loop: Loop, opcode: str, operands: Iterable[Value]) -> None:
    """Lower `loop` as `opcode` (`for` or `while`) and continue with what it leaves."""
    start = c.snapshot()
    carried = entry_patterns(c, loop, start)
    if c.unit.single:
        look_for_float32(c, loop, carried, start)
    for _ in range(ROUNDS):
        arguments, built, yielded, end = one_attempt(c, loop, carried, start)
        if opcode == "for" and not end.dead and not never(end, RAISED):
            raise LeftByError
        if not widen(c, loop, carried, start, end):
            break
    else:
        c.restore(start)
        unroll_instead(loop)
        if loop.counters:  # its bounds can be made known: arrays that get another axis at every turn
            raise NeedsStatic(loop.counters)
        c.refuse(loop.node, "the types of the loop's variables do not settle: they grow with every turn", "keep one type per variable")
    carried.state = {slot: pattern for slot, pattern in carried.state.items() if pattern is not UNBOUND}
    remember(c, loop, carried)
    close(c, loop, carried, opcode, tuple(operands), start, end, arguments, built, yielded)


def entry_patterns(c: Frame, loop: Loop, start: Snapshot) -> Carried:
    """What is carried as far as can be told before the body is seen, and what was learnt when it was seen before."""
    carried = Carried()
    learnt = c.unit.loops.get((loop.node, c.which, c.chosen))
    for name in sorted(loop.assigned & loop.head):
        entry = c.env.get(name, UNBOUND)
        if isinstance(entry, Cell):
            continue
        carried.state[name] = generalised(entry, start.contents)
        counted = loop.start is not None
        if learnt and counted and name in learnt[1] and by_turn(learnt[0][name], entry):
            carried.state[name] = learnt[0][name]
            carried.first.add(name)
        elif learnt and name in learnt[0]:
            try:
                carried.state[name] = generalised(Join()(learnt[0][name], carried.state[name]))
            except (Unjoinable, GrowsAtRunTime):
                pass  # what was learnt is from before a list in it was made at run time
    return carried


def by_turn(learnt: Abstract, entry: Abstract) -> bool:
    """Whether a number may be before the loop what it is not after a turn of it, as was learnt."""
    if not isinstance(learnt, Scalar) or not isinstance(entry, Scalar):
        return False
    return entry.weak or (entry.weak_if is not None and learnt.kind == "numpy")


def one_attempt(c: Frame, loop: Loop, carried: Carried, start: Snapshot) -> tuple[list[Value], Builder, list[Value], Snapshot]:
    """Lower the body once with the present patterns: region arguments, its builder, what it yields first, its end."""
    arguments: list[Value] = []

    def run() -> Abstract:
        for slot, pattern in carried.state.items():
            names = leaf_names(slot, pattern, standing(start))
            leaves = [Value(n, v.type) for n, v in zip(names, flatten([pattern], seen=standing(start)), strict=True)]
            arguments.extend(leaves)
            c.named.update(leaves)
            if pattern is UNBOUND:
                continue
            value = Remake(c, leaves, made={m: m for m in standing(start)})(pattern)
            if isinstance(slot, Mutable):
                value = restored(value, contents_at(slot, start))
                assert isinstance(value, Tuple)
                slot.contents = repacked(slot, list(value.items))
            else:
                value = first_turn(c, loop, slot, value, start) if slot in carried.first else value
                c.env[slot] = counted_in(loop, value, start.env.get(slot, UNBOUND))
        for name in loop.assigned - loop.head:
            if not isinstance(c.env.get(name), Cell):
                c.env.pop(name, None)
        around, c.standing = c.standing, set(c.store.contents)
        try:
            return Tuple(tuple(Scalar(first, "bool") for first in loop.turn(arguments)))
        finally:
            c.standing = around

    side = lower_side(c, start, run, live=loop.head | loop.after, runs=loop.runs)
    c.unit.elsewhere += side.refused
    return arguments, side.builder, [] if side.value is None else flatten([side.value]), side.end


def counted_in(loop: Loop, value: Abstract, entry: Abstract) -> Abstract:
    """A counter that the loop carries, known at its start: if the loop were unrolled, it might be known at every turn."""
    known = isinstance(entry, Scalar) and (entry.is_static or entry.origins)
    if not loop.counters or not known or not isinstance(value, Scalar) or value.kind != "int":
        return value
    return Scalar(value.value, "int", origins=loop.counters)


def widen(c: Frame, loop: Loop, carried: Carried, start: Snapshot, end: Snapshot) -> bool:
    """Bring the patterns up to what the body ended with; whether the body must be lowered again."""
    changed = False
    if not end.dead:
        for slot, pattern in list(carried.state.items()):
            if isinstance(slot, Mutable):  # the body may have set its attributes in another order
                align(slot, start.contents, end.contents)
            last = contents_at(slot, end) if isinstance(slot, Mutable) else end.env.get(slot, UNBOUND)
            entry = contents_at(slot, start) if isinstance(slot, Mutable) else start.env.get(slot, UNBOUND)
            name = "the contents of an object" if isinstance(slot, Mutable) else slot
            had, last = followed(pattern, last, entry) if isinstance(slot, Mutable) else (pattern, last)
            wider = met(c, loop, start, name, had, last)
            if isinstance(slot, Mutable) and isinstance(wider, Poison):
                c.spoilt(wider)
            wider = wider if isinstance(wider, Poison) else generalised(wider, start.contents)
            wider = unasked(loop, slot, strengthened(loop, carried, slot, wider, last))
            freeze(c, loop, start, start, slot, like(entry, wider), wider)
            freeze(c, loop, start, end, slot, last, wider)
            if key([wider]) != key([pattern]) or kept_in(wider, start) != kept_in(pattern, start):
                carried.state[slot] = wider
                changed = True
        new = [m for m, held in start.contents.items() if m not in carried.state and end.contents.get(m) is not held]
        for m, pattern in object_patterns(c, loop, new, start, end).items():
            carried.state[m] = pattern
            freeze(c, loop, start, start, m, like(contents_at(m, start), pattern), pattern)
            freeze(c, loop, start, end, m, like(contents_at(m, end), pattern), pattern)
            changed = True
    leaving = [n for n in loop.assigned if n in loop.after and n not in carried.state]
    errors = [name for name in end.env if name.startswith(ERROR[:-1]) and name != ERROR]
    for name in (*sorted(leaving), *OUTGOING, *errors):
        if isinstance(start.env.get(name), Cell):
            continue
        entry = start.env.get(name, UNBOUND)
        last = GONE if end.dead else end.env.get(name, UNBOUND)
        if ((name == RESULT or name.startswith(ERROR[:-1])) and entry is UNBOUND) or (loop.runs and not name.startswith("<")):
            entry = GONE
        if last is entry or last is UNBOUND or (last is GONE and entry is UNBOUND):
            continue
        carried.leaving[name] = met(c, loop, start, name, entry, last)
        freeze(c, loop, start, start, name, entry, carried.leaving[name])
        freeze(c, loop, start, end, name, last, carried.leaving[name])
        if entry is GONE:
            carried.overwritten.add(name)
    return changed


def look_for_float32(c: Frame, loop: Loop, carried: Carried, start: Snapshot) -> None:
    """Python numbers known before the loop, such as `s = 0.0`, that one turn makes NumPy's float32 are float32 from the start.

    The body is lowered once with these numbers as they are, and forgotten.
    """
    known = {n: e for n, e in start.env.items() if n in carried.state and isinstance(e, Scalar) and e.weak and e.is_static}
    if not known or not any(as_float32(e) for e in known.values()):
        return
    refused, named = len(c.path.refusals), set(c.named)
    guess: dict[Slot, Abstract] = {**carried.state}
    guess.update(known)
    trial = Carried(guess, first=carried.first - known.keys())
    try:
        end = one_attempt(c, loop, trial, start)[-1]
    except (GrowsAtRunTime, NeedsStatic):
        return
    finally:
        c.restore(start)
        c.path.forget(refused)
        c.named = named
    for name, entry in known.items():
        last = end.env.get(name)
        if isinstance(last, Scalar) and last.type == F32 and as_float32(entry):
            carried.state[name] = strengthened(loop, carried, name, generalised(Join()(entry, last)), last)


def strengthened(loop: Loop, carried: Carried, slot: Slot, wider: Abstract, last: Abstract) -> Abstract:
    """A number that is Python's own before the loop and NumPy's after a turn needs no flag: it is Python's in the first turn."""
    if not isinstance(wider, Scalar) or not isinstance(last, Scalar) or slot in carried.flagged or loop.start is None:
        return wider
    if wider.kind == "float":
        return in_first(carried, slot, wider, last)
    surely = not last.weak and last.weak_if is None
    if wider.weak_if is not None and surely:
        carried.first.add(slot)
        return Scalar(wider.value, "numpy")
    if slot in carried.first and not surely:
        carried.first.remove(slot)
        carried.flagged.add(slot)
        return Scalar(wider.value, "numpy", weak_if=Value("weak", BOOL))
    return wider


def unasked(loop: Loop, slot: Slot, pattern: Abstract) -> Abstract:
    """What a loop that counts carries: of a variable that may be NumPy's, whether it is an int else would be asked at every turn."""
    if not isinstance(pattern, Scalar) or not isinstance(slot, str) or pattern.weak_if is None or loop.start is None:
        return pattern
    return pattern if pattern.which is None else replace(pattern, which=None)


def in_first(carried: Carried, slot: Slot, wider: Scalar, last: Scalar) -> Scalar:
    """An int before the loop and a float after a turn is an int in the first turn."""
    if wider.which is not None and last.kind == "float" and last.which is None:
        carried.first.add(slot)
        return Scalar(wider.value, "float")
    if slot in carried.first and not (last.kind == "float" and last.which is None):
        carried.first.remove(slot)
        carried.flagged.add(slot)
        return Scalar(wider.value, "float", which=Value("which", I64))
    return wider


def first_turn(c: Frame, loop: Loop, slot: Slot, value: Abstract, start: Snapshot) -> Abstract:
    """The value at the head of a turn: Python's own in the first one, if it was so before the loop."""
    assert isinstance(value, Scalar) and isinstance(slot, str) and loop.start is not None
    return told_apart(c, value, c.b.op("eq", loop.arguments[0], loop.start, name="first"), start.env[slot])


def told_apart(c: Frame, value: Scalar, first: Value, entry: Abstract) -> Scalar:
    """A number of a loop that is what it was before it, if `first` holds, and else what the turns make of it."""
    assert isinstance(entry, Scalar)
    if value.kind == "numpy":
        own = by_path.which_of(c, entry) if value.type.is_float and by_path.may_be_int(entry) else None
        return Scalar(value.value, "numpy", weak_if=and_before(c, first, entry), which=own)
    before, after = by_path.which_of(c, entry), c.b.i64(FLOAT)
    return Scalar(value.value, "float", which=c.b.op("select", first, before, after, name="which"))


def as_before(c: Frame, loop: Loop, value: Abstract, entry: Abstract | None) -> Abstract:
    """What is found behind a loop: a number that may be NumPy's is the int that it was before where there was no turn."""
    if loop.runs or loop.none is None or not isinstance(value, Scalar) or not isinstance(entry, Scalar):
        return value
    if value.weak_if is None or value.which is not None or not value.type.is_float or not by_path.may_be_int(entry):
        return value
    return replace(value, which=c.b.op("select", loop.none(), by_path.which_of(c, entry), c.b.i64(FLOAT), name="which"))


def and_before(c: Frame, flag: Value, entry: Abstract) -> Value:
    before = entry.weak_if if isinstance(entry, Scalar) else None
    return flag if before is None else c.b.op("and", before, flag, name="weak")


def freeze(c: Frame, loop: Loop, start: Snapshot, at: Snapshot, slot: Slot, x: Abstract, pattern: Abstract) -> None:
    """What a loop carries is a new object at every turn, unless it is the same in all turns and stays itself in the `pattern`; if
    something else refers to the old one, neither may change."""
    trial = tried(start.contents, (at.contents, None), x, pattern)
    if trial is not None:
        freeze_merged(trial, c.store, c.referring(at.env, loop.head | loop.after), at.contents, slot, x)


def unroll_instead(loop: Loop) -> None:
    """Ask for the loop to be unrolled, if its bounds are known and few: then each turn may have types of its own."""
    if loop.origin is not None:
        raise NeedsStatic(frozenset([loop.origin]))


def met(c: Frame, loop: Loop, start: Snapshot, name: str, x: Abstract, y: Abstract) -> Abstract:
    """The pattern of a variable that is `x` at one turn and `y` at the next."""
    try:
        pattern = Join(known=start.contents)(x, y)
        if holds_options(pattern) and not holds_options(x):
            unroll_instead(loop)
        return pattern
    except Unjoinable:
        unroll_instead(loop)
        if isinstance(x, Dict) and isinstance(y, Dict) and loop.node not in c.unit.first_apart:
            raise FirstTurnApart from None
    except GrowsAtRunTime as growing:
        if c.unit.small or (growing.element is not None and holds_functions(growing.element)):
            unroll_instead(loop)
        raise
    return joined(c, Join(known=start.contents), name, x, y, loop.node)


def object_patterns(c: Frame, loop: Loop, changed: list[Mutable], start: Snapshot, end: Snapshot) -> dict[Mutable, Abstract]:
    """The patterns of the contents of objects that the body changes. The lists among them that grow are all learnt at once, where their
    elements have no lists in them that may grow too."""
    found: dict[Mutable, Abstract] = {}
    growing: list[GrowsAtRunTime] = []
    for m in changed:
        try:
            found[m] = object_pattern(c, loop, m, start, end)
        except GrowsAtRunTime as one:
            growing.append(one)
    if growing:
        first, *others = growing
        first.others = [one for one in others if one.element is not None and not objects([one.element])]
        raise first
    return found


def object_pattern(c: Frame, loop: Loop, m: Mutable, start: Snapshot, end: Snapshot) -> Abstract:
    align(m, start.contents, end.contents)
    if other_keys(m, start.contents[m], end.contents[m]):
        unroll_instead(loop)
        if (
            isinstance(m, Dict)
            and loop.node not in c.unit.first_apart
            and list(end.contents[m])[: len(start.contents[m])] == [*start.contents[m]]
        ):
            raise FirstTurnApart
    same_keys(c, m, start.contents[m], end.contents[m], loop.node)
    x, y = contents_at(m, start), contents_at(m, end)
    x, y = apart(x, y), apart(y, x)
    try:
        pattern = joined_contents(c, Join(known=start.contents), m, x, y, loop.node)
    except GrowsAtRunTime as growing:
        if c.unit.small:
            unroll_instead(loop)
        if growing.element is not None and holds_functions(growing.element):
            unroll_instead(loop)
            what = "a list of functions, strings or classes built in a loop of run-time length is not supported"
            c.refuse(loop.node, what, "let the number of turns be a constant, or an argument that is an int")
        raise
    return pattern if isinstance(pattern, Poison) else generalised(pattern, start.contents)


def contents_at(m: Mutable, at: Snapshot) -> Abstract:
    held = at.contents[m]
    return UNBOUND if isinstance(m, Cell) and held is None else Tuple(tuple(unpacked(held)))


def kept_in(pattern: Abstract, at: Snapshot) -> list[Mutable | None]:
    """The objects of a pattern that stay themselves, among all of its objects."""
    return [m if m in at.contents else None for m in objects([pattern])]


def standing(at: Snapshot) -> set[Mutable]:
    """The objects that exist before the loop, and stay themselves where a pattern has them: their contents are carried on their own."""
    return set(at.contents)


def remember(c: Frame, loop: Loop, carried: Carried) -> None:
    """Start the next lowering of this loop with the types that it settled on."""
    patterns = {
        slot: pattern
        for slot, pattern in carried.state.items()
        if isinstance(slot, str) and not isinstance(pattern, Poison) and not any(m in c.store.contents for m in objects([pattern]))
    }
    c.unit.loops[loop.node, c.which, c.chosen] = patterns, {slot for slot in carried.first if isinstance(slot, str)}


def close(
    c: Frame,
    loop: Loop,
    carried: Carried,
    opcode: str,
    operands: tuple[Value, ...],
    start: Snapshot,
    end: Snapshot,
    arguments: list[Value],
    built: Builder,
    yielded: list[Value],
) -> None:
    """Emit the loop op and take its results as the state after it."""
    slots: list[tuple[Slot, Abstract]] = [*carried.state.items(), *carried.leaving.items()]
    outer, c.b = c.b, built
    c.restore(end)
    last = [v for slot, pattern in slots for v in at_end(c, slot, pattern, end, standing(start))]
    if end.dead or surely(end, RAISED):
        yielded = [c.b.bool(False)] if opcode == "while" else []
    c.b.end("yield", [*yielded, *last])
    c.b = outer
    c.restore(start)
    inits = [v for slot, pattern in slots for v in at_start(c, slot, pattern, start, slot in carried.overwritten)]
    names = [n for slot, pattern in slots for n in leaf_names(slot, pattern, standing(start))]
    leaving = [Value(n, v.type) for n, v in zip(names[len(arguments) :], inits[len(arguments) :], strict=True)]
    region = Region((*loop.arguments, *arguments, *leaving), tuple(built.ops))
    c.at(loop.node)
    results = c.b.emit(opcode, *operands, *inits, names=names, types=[v.type for v in inits], regions=(region,))
    c.named.update(results)
    remaining = iter(results)
    for name in loop.assigned:
        untouched = isinstance(c.env.get(name), Cell) or end.env.get(name) is c.env.get(name)
        if not untouched and name not in carried.state and name not in carried.leaving:
            c.env.pop(name, None)
    for slot, pattern in slots:
        leaves = [next(remaining) for _ in flatten([pattern], seen=standing(start))]
        value = Remake(c, leaves, made={m: m for m in standing(start)})(pattern)
        if isinstance(slot, Mutable):
            value = restored(value, contents_at(slot, start))
            assert isinstance(value, Tuple)
            slot.contents = repacked(slot, list(value.items))
        else:
            if slot in carried.first and isinstance(value, Scalar) and not loop.runs and loop.none is not None:
                value = told_apart(c, value, loop.none(), start.env[slot])
            else:
                value = as_before(c, loop, value, start.env.get(slot))
            c.env[slot] = value
    reopen(c)


def at_end(c: Frame, slot: Slot, pattern: Abstract, end: Snapshot, kept: set[Mutable]) -> list[Value]:
    if end.dead:
        return converted(c, GONE, pattern, kept)
    value = contents_at(slot, end) if isinstance(slot, Mutable) else end.env.get(slot, UNBOUND)
    return converted(c, value, pattern, kept)


def at_start(c: Frame, slot: Slot, pattern: Abstract, start: Snapshot, overwritten: bool) -> list[Value]:
    if overwritten:
        return converted(c, GONE, pattern, standing(start))
    value = contents_at(slot, start) if isinstance(slot, Mutable) else start.env.get(slot, UNBOUND)
    return converted(c, value, pattern, standing(start))
