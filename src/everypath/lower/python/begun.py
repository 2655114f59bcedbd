"""Generators of which `next` has taken items: what they still give.

A generator's text stands where its items are taken. So it is run again from its start, and the items that were taken before are passed
over: nobody notices that as long as it changes nothing, and what it works with is still what it was.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from ..effects import may_write
from ..frame import Frame, Mark
from ..objects import Cell
from ..patterns import objects
from ..values import Abstract, Array, Scalar, Tuple
from .iterables import Body, Generator, Stream, unused

AGAIN = "make a list of it first"


def taken_before(used: Cell | None) -> Scalar | None:
    """How many items `next` has taken of an iterator; None where it has taken none."""
    if used is None or not isinstance(used.contents, Tuple):
        return None
    at = used.contents.items[1]
    assert isinstance(at, Scalar)
    return None if at.is_static and at.static == 0 else at


def stepped(c: Frame, used: Cell, at: Abstract) -> None:
    """`next` has taken items up to `at`."""
    assert isinstance(used.contents, Tuple)
    used.contents = Tuple((used.contents.items[0], at))


def resumed(c: Frame, x: Stream, at: Scalar, node: ast.AST) -> Stream:
    """A generator behind the first `at` items."""
    unchanged(c, x, node)
    hidden = c.fresh("taken")

    def run(frame: Frame, body: Body) -> None:
        names = body.head | body.after | {hidden}

        def turn(item: Abstract) -> None:
            k = frame.env[hidden]
            assert isinstance(k, Scalar)
            if k.is_static and at.is_static:
                frame.env[hidden] = frame.integer(k.static + 1)
                if k.static >= at.static:
                    body.run(item)
                return
            frame.env[hidden] = Scalar(frame.b.op("add", k.value, frame.b.i64(1), name="taken"), "int")
            passed = frame.b.op("lt", k.value, at.value, name="passed")
            frame.branch(passed, lambda: None, lambda: body.run(item), names, node)

        before = frame.mark()
        frame.env[hidden] = frame.integer(0)
        mine = frozenset([hidden])
        x.run(frame, replace(body, run=turn, assigned=body.assigned | mine, head=body.head | mine, after=body.after | mine))
        frame.env.pop(hidden, None)
        ops = list(frame.ops_since(before))
        if changes_objects(frame, before) or any(op.name == "print" for op in ops) or may_write(ops, frame.unit.functions):
            frame.refuse(node, "next() more than once of a generator that changes things, or in a loop that does, is not supported", AGAIN)

    return replace(x, run=run)


def changes_objects(c: Frame, before: Mark) -> bool:
    """Whether something has changed since in objects that were there, but for how far iterators are."""
    held = before.state.contents.items()
    return any(c.store.contents.get(m) is not contents for m, contents in held if not (isinstance(m, Cell) and m.name in ("used", "next")))


def unchanged(c: Frame, x: Stream, node: ast.AST) -> None:
    """Refuse a generator that works with what may have changed since `next` was first asked."""
    held = objects(x.parts)
    arrays = any(isinstance(part, Array) for part in (*x.parts, *(item for m in held for item in items_of(m.contents))))
    before = c.sources.setdefault(x.used, {m: m.contents for m in held})
    if arrays or any(before.get(m) != m.contents for m in held):
        what = "arrays" if arrays else "what has changed meanwhile"
        c.refuse(node, f"next() more than once of a generator that goes over {what} is not supported", AGAIN)


def items_of(contents: object) -> list[Abstract]:
    """What stands in an object."""
    found = contents.values() if isinstance(contents, dict) else contents if isinstance(contents, tuple) else (contents,)
    return [item for item in found if isinstance(item, Abstract)]


def opened(c: Frame, x: Generator, node: ast.AST) -> Stream:
    """A generator expression of which `next` takes items: one `for`, without an `if`, whose items hang on nothing but their number."""
    if len(x.node.generators) > 1 or x.node.generators[0].ifs:
        c.refuse(node, "next() more than once of a generator expression with an `if` or a second `for` is not supported", AGAIN)
    return replace(c.opened(replace(x, used=unused(c))), used=x.used, parts=())
