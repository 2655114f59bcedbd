"""One of several things, which one being decided when the function runs: a mode, a function, an object of one class or another.

mode = "fast" if x > 0 else "slow"             OneOf("fast", "slow"; which)
mode == "fast"                                 which == 0
table[mode], shape.area(), float(x)            what each of them gives, by branches on `which`
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...ir.program import Value
from ..facts import is_one_of
from ..frame import Abandoned, Frame
from ..objects import List, sequence_items
from ..values import NONE, Abstract, Maybe, OneOf, Scalar, Static, Tuple


def each(c: Frame, x: OneOf, run: Callable[[Abstract], Abstract], node: ast.AST, live: frozenset[str] | None = None) -> Abstract:
    """What `run` gives for the one that it is. `live` are the names that matter afterwards (None: all)."""
    answers: dict[int, Any] = {}
    around = c.chosen

    def answer(k: int) -> Abstract:
        c.chosen = (*around, k)
        try:
            value = run(x.values[k])
        finally:
            c.chosen = around
        if isinstance(value, Scalar) and value.is_static and value.kind in ("bool", "int"):
            answers[k] = value.static
        return value

    def rest(k: int) -> Abstract:
        c.at(node)
        is_it = is_one_of(c, x, frozenset([k]))
        if isinstance(is_it, bool):
            return answer(k) if is_it else rest(k + 1)
        value = c.branch(is_it, lambda: answer(k), lambda: rest(k + 1), live, node)
        if c.dead or value is None:
            raise Abandoned
        return value

    found = rest(0)
    if isinstance(found, Scalar) and not found.is_static and len(answers) == len(c.facts.get(x.which, x.values)):
        if found.kind == "bool":
            return tested(c, x, lambda one: bool(answers.get(x.values.index(one))))
        c.numbered[found.value] = x, answers
    return found


def split(c: Frame, xs: Sequence[Abstract], run: Callable[[list[Abstract]], Abstract], node: ast.AST) -> Abstract | None:
    """What `run` gives for values of which some are one thing or another, each of them known; None where all are."""
    for k, x in enumerate(xs):
        if isinstance(x, OneOf):

            def known(one: Abstract, k: int = k) -> Abstract:
                given = [*xs[:k], one, *xs[k + 1 :]]
                found = split(c, given, run, node)
                return run(given) if found is None else found

            return each(c, x, known, node)
    return None


def none_apart(c: Frame, x: Maybe, run: Callable[[Abstract], Abstract], node: ast.AST) -> Abstract | None:
    """What `run` gives for what may be None: for that, or for None."""
    return c.branch(x.present, functools.partial(run, x.value), functools.partial(run, NONE), None, node)


def split_none(c: Frame, xs: Sequence[Abstract], first: int, run: Callable[[list[Abstract]], Abstract], node: ast.AST) -> Abstract | None:
    """What `run` gives for values of which those from the `first` on may be None, each of them known; None where all are."""
    for k, x in enumerate(xs):
        if k >= first and isinstance(x, Maybe):

            def known(one: Abstract, k: int = k) -> Abstract:
                given = [*xs[:k], one, *xs[k + 1 :]]
                found = split_none(c, given, k + 1, run, node)
                return run(given) if found is None else found

            return none_apart(c, x, known, node)
    return None


def split_items(c: Frame, x: Abstract, run: Callable[[Abstract], Abstract], node: ast.AST) -> Abstract | None:
    """`split` of the items of a sequence, and of those of the sequences in it."""
    return split(c, list(items_within(x)), lambda known: run(with_items(c, x, iter(known))), node)


def items_within(x: Abstract) -> Iterator[Abstract]:
    """The items of a sequence, those of a sequence in it instead of that; nothing of anything else."""
    for item in sequence_items(x) or ():
        if sequence_items(item) is None:
            yield item
        else:
            yield from items_within(item)


def with_items(c: Frame, x: Abstract, items: Iterator[Abstract]) -> Tuple | List:
    """A sequence with other items at the places of those within it."""
    given = tuple(next(items) if sequence_items(item) is None else with_items(c, item, items) for item in sequence_items(x) or ())
    return Tuple(given) if isinstance(x, Tuple) else List(c.store, given)


def done(c: Frame, x: Abstract, run: Callable[[Abstract], None], node: ast.AST, live: frozenset[str] | None = None) -> bool:
    """Do something with the one that it is; whether it is one of several."""

    def one(value: Abstract) -> Abstract:
        run(value)
        return NONE

    if isinstance(x, OneOf):
        each(c, x, one, node, live)
    return isinstance(x, OneOf)


def each_done(c: Frame, x: Abstract, run: Callable[[Abstract], None], node: ast.AST) -> bool:
    """`done`, also with the one that each item of a sequence is."""

    def one(value: Abstract) -> Abstract:
        run(value)
        return NONE

    return done(c, x, run, node) or split_items(c, x, one, node) is not None


def holds(c: Frame, x: OneOf, test: Callable[[Abstract], bool]) -> bool | Value:
    """Whether `test` holds of the one that it is: known, or a run-time boolean."""
    return is_one_of(c, x, frozenset(k for k, one in enumerate(x.values) if test(one)))


def tested(c: Frame, x: OneOf, test: Callable[[Abstract], bool]) -> Abstract:
    """`holds` as a Python bool."""
    answer = holds(c, x, test)
    return c.constant(answer) if isinstance(answer, bool) else Scalar(answer, "bool")


def known(x: Abstract) -> bool:
    """Whether a value is a known thing, or one of several known things."""
    return isinstance(x, Static) or (isinstance(x, OneOf) and all(isinstance(one, Static) for one in x.values))


def thing(x: Abstract) -> Any:
    """The known thing that it is."""
    assert isinstance(x, Static)
    return x.value


def compared(c: Frame, x: OneOf, y: Abstract, test: Callable[[Any, Any], bool], node: ast.AST) -> Abstract | None:
    """`test` of the one that it is and `y`, where both are known things; None for others."""
    if not known(x) or not known(y):
        return None
    if isinstance(y, OneOf):
        return each(c, x, lambda one: tested(c, y, lambda other: test(thing(one), thing(other))), node)
    return tested(c, x, lambda one: test(thing(one), thing(y)))
