"""The user's own names for values that the program, as it was lowered, has no variable for: elements of lists, tuples and dicts,
attributes, what a comprehension or a sum over a list gave.

    h[0] = np.tanh(x)          h[0]                  pair = (x * y, x + y)      pair[0] and pair[1]
    state["a"] = 2.0 * u       state['a']            t = [f(v) for v in xs]     t[0], t[1], …
    self.h = W @ x             self.h                s = sum(t)                 s

An operation computes the expression that its location spans. It is what the statement assigns if nothing else in that run of the
statement uses it, and if there is one such operation: then the value has that name, and no other has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..run.places import Places, Written
from ..run.tape import Record, Scope, Tape
from .graph import makers

MOVED = ("load", "gather", "view", "copy", "full", "fill", "assign", "store", "scatter", "accumulate", "scatter_add", "cast")
"""Operations that compute nothing: what is assigned may be another part, or another shape, of what they give."""


def named(tape: Tape, places: Places) -> Tape:
    """Give the records of `tape` the names that the text has for them."""
    runs: dict[object, list[Record]] = {}
    for record in tape.makers:
        statement = places.statement(record.op.location) if record.op is not None else None
        if record.op is not None and record.op.location is not None and statement is not None:
            around = record.scope
            while around is not None and places.statement(around.op.location) is statement:
                around = around.outer
            runs.setdefault((record.op.location.file, statement.line, around), []).append(record)
    before = {record: parents(tape, record) for run in runs.values() for record in run}
    summed = {p for record, own in before.items() for p in own if p.op and record.op and p.op.location == record.op.location}
    for found in runs.values():
        for run in turns(found, places):
            used = {parent for record in run for parent in before[record]}
            ends: dict[Written, list[Record]] = {}
            for record in run:
                written = places.written(record.op.location) if record.op is not None and record not in used else None
                if written is not None and not written.plain and record in summed:
                    continue  # what is added up goes on elsewhere: in the turns of a generator
                if written is not None and record.op is not None and record.op.name not in MOVED:
                    ends.setdefault(written, []).append(record)
            for written, last in ends.items():
                give(written, last, places)
    return tape


def turns(run: list[Record], places: Places) -> Iterator[list[Record]]:
    """The records of a statement, turn by turn where a loop around it was unrolled: once the value was there, its first operation again."""
    assert run[0].op is not None
    first, part, ended = (run[0].op.name, run[0].op.location), list[Record](), False
    if not places.loops(run[0].op.location):
        yield run
        return
    for record in run:
        assert record.op is not None
        if ended and (record.op.name, record.op.location) == first:
            yield part
            part, ended = [], False
        written = places.written(record.op.location)
        ended = ended or (written is not None and (written.single or (written.plain and record.op.location != first[1])))
        part.append(record)
    yield part


def parents(tape: Tape, record: Record) -> set[Record]:
    """The records that one was computed from."""
    found = {tape.maker(parent) for _, parent, _ in record.edges}
    for link in record.links:
        found.update(makers(tape, link.sources()))
    return found


def give(written: Written, found: list[Record], places: Places) -> None:
    """Name what one expression gave in one run of its statement."""
    for record in found:
        assert record.op is not None
        statement = places.statement(record.op.location)
        if record.target is not None or (record.name and statement is not None and record.name in statement.targets):
            continue
        if written.each:
            turn = turn_within(record, places) if written.plain and written.place else None
            record.name, record.place = written.name, f"[{turn}]" if turn is not None else ""
        elif len(found) == 1:
            record.name, record.place = written.name, written.place


def turn_within(record: Record, places: Places) -> int | None:
    """The turn of the only loop around a record that belongs to its own statement."""
    assert record.op is not None
    scope, inside = record.scope, list[Scope]()
    while scope is not None and places.statement(scope.op.location) is places.statement(record.op.location):
        inside.append(scope)
        scope = scope.outer
    return inside[0].turn if len(inside) == 1 and inside[0].op.name == "for" else None
