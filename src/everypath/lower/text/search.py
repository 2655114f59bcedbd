"""`any` and `all` of a generator expression: a loop that stops where the answer is known."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...syntax.scope import names_read, names_stored, targets_of
from ..frame import BROKE, CONTINUED, FALSE, TRUE, Frame
from ..python.iterables import Body, Generator
from ..python.iteration import iterable
from ..python.spread import stopping
from ..values import Abstract
from .branches import branch
from .loops import go_over
from .voice import at_home

Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp
ANSWER = "<answer>"


def decided(c: Frame, node: ast.AST, whole: Generator, stops_on: bool) -> Abstract:
    """The answer of any (stops on True) or all (stops on False)."""
    generator = whole.node
    if any(captures(generator, name) for name in targets_of(generator)):
        c.refuse(node, "a function made inside any() or all() is not supported", "write the loop")
    saved = {name: c.env.get(name) for name in (BROKE, CONTINUED, ANSWER, *targets_of(generator))}
    c.env[BROKE], c.env[CONTINUED] = FALSE, FALSE
    c.env[ANSWER] = c.constant(not stops_on)
    with at_home(c, whole):
        turn_over(c, generator, 0, stops_on, whole.first)
    answer = c.env[ANSWER]
    for name, old in saved.items():
        c.env.pop(name, None)
        if old is not None:
            c.env[name] = old
    return answer


def turn_over(c: Frame, node: ast.GeneratorExp, level: int, stops_on: bool, first: Abstract | None = None) -> None:
    generator = node.generators[level]
    mine = frozenset(names_stored(generator.target))
    outer = c.env[BROKE]

    def turn(item: Abstract) -> None:
        for name in mine:
            c.env.pop(name, None)
        c.assign(generator.target, item)
        under(c, node, generator.ifs, lambda: look(c, node, level, stops_on))

    walrus = frozenset(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    kept = frozenset([ANSWER]) | walrus
    items = iterable(c, c.expression(generator.iter) if first is None else first, generator.iter)
    go_over(c, items, Body(generator.target, turn, kept | mine, kept, kept, may_leave=True, break_matters=True))
    broke = c.env[BROKE]
    c.env[BROKE] = outer
    if level > 0:  # the loop around stops too
        c.env[BROKE] = broke


def look(c: Frame, node: ast.GeneratorExp, level: int, stops_on: bool) -> None:
    """One turn: go deeper, or test the element."""
    if level + 1 < len(node.generators):
        turn_over(c, node, level + 1, stops_on)
        return

    def stop() -> None:
        c.env[ANSWER], c.env[BROKE] = c.constant(stops_on), TRUE

    stopping(c, node, c.truth(node.elt), stops_on, stop)


def captures(node: Comprehension, name: str) -> bool:
    """Whether a function made inside the comprehension sees this variable."""
    return any(isinstance(part, ast.Lambda) and name in names_read(part) for part in ast.walk(node))


def under(c: Frame, node: ast.AST, conditions: list[ast.expr], run: Callable[[], None]) -> None:
    """Run something where all conditions hold."""
    if not conditions:
        run()
        return
    cond = c.truth(conditions[0])
    if cond is False:
        return
    if cond is True:
        under(c, node, conditions[1:], run)
        return
    branch(c, cond, lambda: under(c, node, conditions[1:], run), lambda: None, None, node)
