"""What gives its items once, where code that is lowered apart takes them: an iterator over a list of them, made before.

Nobody must notice that: items that are computed too early change nothing, end, and what they were made of stays as it was.
"""

from __future__ import annotations

import ast
import collections.abc
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..effects import may_write, prints
from ..frame import Frame, Mark
from ..objects import Cell
from ..patterns import objects
from ..python import containers
from ..python.begun import changed_objects, sources, taken_before
from ..python.iterables import Body, Counted, Generator, Iterable, Known, Numbers, Stream, iterator, use
from ..python.iteration import counted, iterable
from ..values import Abstract, Iterator, Tuple
from .comprehension import taken, whole_of
from .loops import go_over


def iterator_over(c: Frame, items: Abstract) -> Iterator:
    """A new iterator, which stands before the first item."""
    return Iterator(items, Cell(c.store, "next", c.integer(0)))


def quietly(c: Frame, x: Iterable, node: ast.AST) -> Iterable:
    """A stream as a list that is made before its items are asked for."""
    if not isinstance(x, Stream):
        return x
    before = c.mark()
    if x.endless:
        unnoticed(c, before, True, node)
    found = counted(c, x)
    unnoticed(c, before, False, node)
    return found


def unnoticed(c: Frame, before: Mark, endless: bool, node: ast.AST) -> None:
    """Refuse to compute items too early by the ops since `before`, where that shows."""
    ops = list(c.ops_since(before))
    if endless or changed_objects(c, before) or prints(ops, c.unit.functions) or may_write(ops, c.unit.functions):
        reason = "a generator that changes things or never ends, and is not taken by one loop alone, is not supported"
        c.refuse(node, reason, "loop over it, or make a list of it first")


def unnoticed_in_turns(c: Frame, x: Iterable, early: Sequence[Abstract], node: ast.AST) -> Iterable:
    """`x`, some of whose items are those of the streams in `early`, which were computed before: in a loop that changes nothing that they
    are made of."""
    if not any(isinstance(one, Stream) for one in early):
        return x
    assert isinstance(x, Stream)
    found = sources(c, early)
    names, held = found.names, found.objects()

    def run(frame: Frame, body: Body) -> None:
        def turn(item: Abstract) -> None:
            mark, variables, contents = frame.mark(), {name: frame.env.get(name) for name in names}, {m: m.contents for m in held}
            body.run(item)
            if frame.dead:
                return
            changed = any(frame.env.get(name) is not value for name, value in variables.items())
            changed = changed or any(m.contents is not value for m, value in contents.items())
            if changed or may_write(frame.ops_since(mark), frame.unit.functions):
                reason = "two generators are advanced in step by a loop that changes what they are made of: variables, arrays or lists"
                c.refuse(node, reason, "let the loop compute the items of one of them")

        x.run(frame, replace(body, run=turn))

    return replace(x, run=run)


def handed(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """`x` as an argument of a function."""
    if taken_before(getattr(x, "used", None)) is not None:
        x = iterator(c, iterable(c, x, node))
    if isinstance(x, Known) and x.used is None:  # a view
        return Tuple(x.current())
    if isinstance(x, Known):
        use(c, x.used, node)
        return iterator_over(c, Tuple(x.current()))
    if isinstance(x, (Counted, Numbers)):
        use(c, x.used, node)
        if isinstance(x, Counted) and x.endless:
            unnoticed(c, c.mark(), True, node)
        return iterator_over(c, listed(c, x, node))
    if not isinstance(x, (Stream, Generator)):
        return x
    before = c.mark()
    use(c, x.used, node)
    if isinstance(x, Stream) and x.endless:
        unnoticed(c, before, True, node)
    made = taken(c, x) if isinstance(x, Stream) else whole_of(c, x)
    unnoticed(c, before, False, node)
    return iterator_over(c, made)


def given_back(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """`x` as the result of a function. What its items are made of may not change until they are taken."""
    if c.which is None or not isinstance(x, (Known, Counted, Numbers, Stream, Generator)) or (isinstance(x, Known) and x.used is None):
        return x
    c.unit.early.add(c.unit.specialised[c.which].name)
    for held in objects(x.parts if isinstance(x, Stream) else []):
        if not isinstance(held, Cell):
            held.frozen = held.frozen or "a generator that was returned goes over it"
    return handed(c, x, node)


def listed(c: Frame, x: Iterable, node: ast.AST) -> Abstract:
    """The list of the items of zip, enumerate and their kind."""
    made = containers.new_list(c, (), node)
    nothing: frozenset[str] = frozenset()
    go_over(c, x, Body(node, lambda item: containers.append(c, node, made, item), nothing, nothing, nothing))
    return made


@contextmanager
def unchanged_sources(c: Frame, given: list[Abstract], node: ast.AST) -> collections.abc.Iterator[None]:
    """Refuse a function that changes what the items of a generator were made of, which were computed before it ran."""
    if not any(isinstance(x, (Stream, Generator)) for x in given):
        yield
        return
    before = c.mark()
    held = {m: m.contents for m in sources(c, [x for x in given if isinstance(x, (Stream, Generator))]).objects()}
    yield
    if may_write(c.ops_since(before), c.unit.functions) or any(m.contents is not contents for m, contents in held.items()):
        c.refuse(node, "a generator is handed to a function that changes arrays or lists", "hand it a list")
