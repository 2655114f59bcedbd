"""The user's own names for values that the program, as it was lowered, has no variable for: elements of lists, tuples and dicts,
attributes, what a comprehension or a sum over a list gave.

    h[0] = np.tanh(x)          h[0]                  pair = (x * y, x + y)      pair[0] and pair[1]
    state["a"] = 2.0 * u       state['a']            t = [f(v) for v in xs]     t[0], t[1], …
    self.h = W @ x             self.h                s = sum(t)                 s

An operation computes the expression that its location spans. It is what the statement assigns there if nothing else in that run of
the statement uses it.
"""

from __future__ import annotations

from ..run.places import Places, Written
from ..run.tape import Record, Tape
from .graph import makers
from .levels import level_of


def named(tape: Tape, places: Places) -> Tape:
    """Give the records of `tape` the names that the text has for them."""
    runs: dict[object, list[Record]] = {}
    for record, group in level_of("line", tape, places).groups.items():
        runs.setdefault(group, []).append(record)
    for run in runs.values():
        used = {parent for record in run for parent in parents(tape, record)}
        ends: dict[Written, list[Record]] = {}
        for record in run:
            written = places.written(record.op.location) if record.op is not None and record not in used else None
            if written is not None:
                ends.setdefault(written, []).append(record)
        for written, found in ends.items():
            give(written, found, places)
    return tape


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
            turn = record.scope.turn if record.scope is not None and record.scope.op.name == "for" else None
            record.name, record.place = written.name, f"[{turn}]" if turn is not None and written.place else ""
        elif len({(r.op.name, r.shape) for r in found if r.op is not None}) == 1:
            record.name, record.place = written.name, written.place
