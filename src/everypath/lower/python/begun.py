"""Generators of which items were taken before: what they still give.

A generator's text stands where its items are taken. So it is run again from its start, and the items that were taken before are passed
over: nobody notices that as long as it changes nothing, and what it works with is still what it was.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from collections.abc import Iterator as Several
from dataclasses import dataclass, field, replace
from typing import Any

from ...ir.program import Op, Value
from ...ir.types import ScalarType
from ...syntax.scope import names_read
from ..effects import may_write, prints
from ..frame import Frame, Mark
from ..objects import Cell, Mutable
from ..patterns import objects
from ..values import Abstract, Iterator, Scalar, Static, Tuple
from .iterables import Body, Generator, Indexed, Stream, unused

AGAIN = "make a list of it first"
BY_ANOTHER = Static("taken by a generator")
"""What stands in the state of an iterator that a generator goes over which has begun: nobody else may take items of it."""


def taken_before(used: Cell | None) -> Scalar | None:
    """How many items have been taken of an iterator; None where that is none."""
    if used is None or not isinstance(used.contents, Tuple):
        return None
    at = used.contents.items[1]
    assert isinstance(at, Scalar)
    return None if at.is_static and at.static == 0 else at


def stepped(c: Frame, used: Cell, at: Abstract) -> None:
    """`next` has taken items up to `at`."""
    assert isinstance(used.contents, Tuple)
    used.contents = Tuple((used.contents.items[0], at))


# What a generator works with ------------------------------------------------------------------------------------------


@dataclass
class Sources:
    """What items that are not yet given may be made of: variables, by name, values, and how far iterators are."""

    names: set[str] = field(default_factory=set)
    values: list[Abstract] = field(default_factory=list)
    states: list[Cell] = field(default_factory=list)

    def add(self, x: Abstract) -> None:
        if isinstance(x, Stream):
            self.names.update(x.reads)
            self.through(x.used, x.parts)
        elif isinstance(x, Generator):
            self.names.update(names_read(x.node))
            self.through(x.used, (x.first,))
        elif isinstance(x, Indexed):
            self.through(x.used, x.parts)
        elif isinstance(x, Iterator):
            self.through(x.position, (x.items,))
        else:
            self.values.append(x)

    def through(self, state: Cell | None, parts: Iterable[Abstract]) -> None:
        self.states += [] if state is None else [state]
        for part in parts:
            self.add(part)

    def objects(self) -> list[Mutable]:
        return objects(self.values)


def sources(c: Frame, xs: Sequence[Abstract]) -> Sources:
    """What the items of these may be made of. A variable that inner functions see counts as an object."""
    found = Sources()
    for x in xs:
        found.add(x)
    found.values += [slot for name in sorted(found.names) if isinstance(slot := c.env.get(name), Cell)]
    return found


def worked_with(c: Frame, x: Stream) -> dict[Any, Any]:
    """What stands in the variables and the objects that a generator works with."""
    found = sources(c, x.parts)
    found.names |= x.reads
    variables = {name: c.env.get(name) for name in found.names}
    held = objects([*found.values, *(value for value in variables.values() if value is not None)])
    return {**variables, **{m: m.contents for m in held}}


# Taking up again ------------------------------------------------------------------------------------------------------


def begun(c: Frame, x: Stream) -> Stream:
    """A generator whose first item is asked for: what it works with is remembered, and the iterators that it goes over are its own."""
    states = {cell: cell.contents for cell in sources(c, x.parts).states}
    c.sources[x.used] = worked_with(c, x), states
    return replace(x, run=lambda frame, body: alone(frame, x, body, states))


def alone(c: Frame, x: Stream, body: Body, states: dict[Cell, Any]) -> None:
    """Run a generator with the iterators that it goes over in these states; nobody else may use them from then on."""
    for cell, contents in states.items():
        cell.contents = contents
    x.run(c, body)
    for cell in states:
        cell.contents = BY_ANOTHER


def resumed(c: Frame, x: Stream, at: Scalar, node: ast.AST) -> Stream:
    """A generator behind the first `at` items."""
    now = worked_with(c, x)
    before, states = c.sources.get(x.used, (None, {}))
    if before is None or any(before.get(what) is not contents for what, contents in now.items()):
        c.refuse(node, "taking up again a generator that goes over what has changed meanwhile is not supported", AGAIN)
    ours = sources(c, x.parts).objects()
    everything = x.whole

    def run(frame: Frame, body: Body) -> None:
        hidden = frame.fresh("passed")
        names = body.head | body.after | {hidden}
        theirs = Theirs()

        def turn(item: Abstract) -> None:
            k = frame.env[hidden]
            assert isinstance(k, Scalar)
            if k.is_static and at.is_static:
                frame.env[hidden] = frame.integer(k.static + 1)
                if k.static >= at.static:
                    theirs.run(frame, body, item)
                return
            frame.env[hidden] = Scalar(frame.b.op("add", k.value, frame.b.i64(1), name="taken"), "int")
            passed = frame.b.op("lt", k.value, at.value, name="passed")
            frame.branch(passed, lambda: None, lambda: theirs.run(frame, body, item), names, node)

        mark = frame.mark()
        frame.env[hidden] = frame.integer(0)
        mine = frozenset([hidden])
        again = replace(body, run=turn, assigned=body.assigned | mine, head=body.head | mine, after=body.after | mine)
        alone(frame, x, again, states)
        frame.env.pop(hidden, None)
        others = list(theirs.but_these(frame.ops_since(mark)))
        changed = not changed_objects(frame, mark) - set(states) <= theirs.changed - set(ours)
        if changed or prints(others, frame.unit.functions) or may_write(others, frame.unit.functions):
            frame.refuse(node, "taking up again a generator that changes things is not supported", AGAIN)
        frame.unit.taken_up.update(read_by(others))

    whole = (lambda: everything()[at.static :]) if everything is not None and at.is_static else None
    return replace(x, run=run, whole=whole)


class Theirs:
    """What those do who take the items of a generator: it counts as nothing that the generator does."""

    def __init__(self) -> None:
        self.ops: dict[int, Op] = {}
        self.changed: set[Mutable] = set()

    def run(self, c: Frame, body: Body, item: Abstract) -> None:
        """A turn of theirs."""
        before = c.mark()
        body.run(item)
        self.ops.update({id(op): op for op in c.ops_since(before)})
        self.changed |= changed_objects(c, before)

    def but_these(self, ops: Iterable[Op]) -> Several[Op]:
        """The ops that are not theirs."""
        for op in ops:
            if id(op) not in self.ops:
                yield replace(op, regions=tuple(replace(r, ops=tuple(self.but_these(r.ops))) for r in op.regions)) if op.regions else op


def changed_objects(c: Frame, before: Mark) -> set[Mutable]:
    """The objects that were there and have changed since, but for how far iterators are."""
    held = before.state.contents.items()
    changed = (m for m, contents in held if c.store.contents.get(m) is not contents)
    return {m for m in changed if not (isinstance(m, Cell) and m.name in ("used", "next"))}


def read_by(ops: Iterable[Op]) -> set[Value]:
    """The arrays and lists that ops work with."""
    found: set[Value] = set()
    for op in ops:
        found.update(v for v in op.operands if not isinstance(v.type, ScalarType))
        for region in op.regions:
            found |= read_by(region.ops)
    return found


def opened(c: Frame, x: Generator, node: ast.AST) -> Stream:
    """A generator expression of which items are taken one by one. One `for` without an `if` gives items that hang on nothing but their
    number, whatever has changed since."""
    found = replace(c.opened(replace(x, used=unused(c))), used=x.used)
    if len(x.node.generators) > 1 or x.node.generators[0].ifs:
        return found
    return replace(found, reads=frozenset())
