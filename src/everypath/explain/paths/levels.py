"""How closely a run is looked at: which of the executed operations stand together as one node.

    operation   none: every operation is a node, and x·x has two edges
    variable    a statement is a node, called by the variable that it assigns
    line        all that a line computes, however often it uses it
    function    a call of a function of the user's
    layer       one turn of a loop, also of one over a list of layers that was unrolled

Operations that stand together follow each other in the run, so that what is left has no cycles.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from ...ir.program import Op
from ..run.places import Places
from ..run.tape import Record, Scope, Tape

LEVELS = ("operation", "variable", "line", "function", "layer")
"""From the closest to the widest."""


@dataclass(frozen=True, eq=False)
class Group:
    """Operations that stand together: `name` is the function or the line, `kind` what its repetitions have in common."""

    name: str
    kind: Hashable
    line: int


class Level:
    """The level `name`, and the group of each record that has one; the others go with their statements."""

    def __init__(self, name: str, groups: dict[Record, Group] | None = None) -> None:
        self.name = name
        self.groups = groups or {}

    @property
    def apart(self) -> bool:
        """Whether nothing stands together, and an element that is used twice by one operation has two edges."""
        return self.name == "operation"


VARIABLE = Level("variable")


def level_of(name: str, tape: Tape, places: Places) -> Level:
    """The level of a run."""
    if name not in GROUPING:
        return Level(name)
    key_of = GROUPING[name](places)
    groups: dict[Record, Group] = {}
    last = None
    for record in tape.makers:
        key = None if record.is_input else key_of(record)
        if key is not None:
            if key != last:
                group = Group(*key[1:])
            groups[record] = group
        last = key
    return Level(name, groups)


Key = tuple[Hashable, str, Hashable, int]
"""What records that follow each other and stand together share; the name, the kind and the line of their group."""


def scopes(record: Record) -> list[Scope]:
    """The turns and calls that a record was made in, the outermost first."""
    found, scope = [], record.scope
    while scope is not None:
        found.append(scope)
        scope = scope.outer
    return found[::-1]


class Again:
    """Whether a piece of text is run once more: an operation stands where the first of its run stood, after a value got its name, or
    an expression around it was computed that the statement assigns."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.text: Hashable = None
        self.first: Hashable = None
        self.named = False

    def __call__(self, op: Op, text: Hashable) -> bool:
        where = op.name, op.location
        if text != self.text:
            self.text, self.first, self.named = text, where, False
            return False
        again = self.named and where == self.first
        self.named = self.named and not again
        return again

    def saw(self, record: Record) -> None:
        """A record was made."""
        assert record.op is not None
        written = self.places.written(record.op.location)
        ended = written is not None and not written.each and written.plain and (record.op.name, record.op.location) != self.first
        self.named = self.named or bool(record.name) or ended


def by_line(places: Places) -> Callable[[Record], Key | None]:
    """The statement, and the turn or call around it; turns of a loop within the statement are one."""
    again, turn = Again(places), 0

    def key(record: Record) -> Key | None:
        nonlocal turn
        assert record.op is not None
        statement = places.statement(record.op.location)
        if statement is None or record.op.location is None:
            return None
        around = record.scope
        while around is not None and places.statement(around.op.location) is statement:
            around = around.outer
        text = (record.op.location.file, statement.line, around)
        turn += again(record.op, text)
        again.saw(record)
        name = next((s.function for s in scopes(record)[::-1] if s.function), "") if isinstance(statement.node, ast.Return) else ""
        return (*text, turn), name or f"line {statement.line}", text[:2], statement.line

    return key


def by_function(places: Places) -> Callable[[Record], Key | None]:
    """The outermost call of a function whose text the user wrote."""

    def key(record: Record) -> Key | None:
        for scope in scopes(record):
            if scope.function:
                location = scope.op.location
                return scope, scope.function, (scope.function, location), location.line if location is not None else 0
        return None

    return key


def by_layer(places: Places) -> Callable[[Record], Key | None]:
    """The turn of the outermost loop; of one that was unrolled, the run from its first line to its last."""
    again, turn, before = Again(places), 0, Step(None, None, 0)

    def key(record: Record) -> Key | None:
        nonlocal turn, before
        around: Scope | None = None
        steps: list[Scope | Record] = [*scopes(record), record]
        for step in steps:
            op = step.op
            assert op is not None
            if isinstance(step, Scope) and step.loop:
                assert op.location is not None
                return step, f"turn {step.turn + 1}", op, op.location.line
            loops = places.loops(op.location)
            if not loops or op.location is None:
                around = step if isinstance(step, Scope) else around
                continue
            text = (op.location.file, loops[0].line, around)
            if before.text != text:
                turn = 1
            if step is not before.step:
                back = op.location.line < before.line and not any(before.line in loop for loop in loops[1:])
                turn += before.text == text and (again(op, text) or back)
                if before.text != text:
                    again(op, text)
            before = Step(text, step, op.location.line)
            again.saw(record)
            return (text, turn), f"layer {turn}", text, loops[0].line
        before = Step(None, None, 0)
        return None

    return key


@dataclass(frozen=True)
class Step:
    """Where in the text of a loop the last record was: the loop, the call or record there, its line."""

    text: Hashable
    step: Scope | Record | None
    line: int


GROUPING: dict[str, Callable[[Places], Callable[[Record], Key | None]]] = {"line": by_line, "function": by_function, "layer": by_layer}
