"""`while`: lowered turn by turn where its test is known each time, else a loop whose turns are counted by nobody."""

from __future__ import annotations

import ast

from ...ir.op import definition
from ...ir.program import Op, Value
from ...syntax.scope import names_stored
from ..frame import BROKE, CONTINUED, FALSE, FINISHED, RETURNED, TRUE, Frame, Mark
from ..objects import Dict, Instance, List, Set
from ..values import Closure, Deque, Scalar, Static
from .branches import branch
from .carried import Loop
from .carry import lower_loop
from .conditions import peek
from .first_turns import first_apart, told_apart
from .loops import UNROLLED, finish


def lower_while(c: Frame, node: ast.While) -> None:
    outer = c.env[BROKE], c.env[CONTINUED]
    start = c.mark()
    first = c.truth(node.test)
    if first is False or (first is True and asks_what_is_known(c, node) and turn_by_turn(c, node, start)):
        finish(c, node, outer)
        return
    run_time_while(c, node, first)
    if first is True and len(c.path.refusals) > start.refused:
        refused, at = c.path.refusals[start.refused :], c.path.at
        c.roll_back(start)
        if not turn_by_turn(c, node, start):
            c.path.refusals += refused
            c.path.at = at
    finish(c, node, outer)


def asks_what_is_known(c: Frame, node: ast.While) -> bool:
    """Whether the test asks a list or its kind, of known length, whether something is left in it, a text what stands in it, an object
    for the next one that it leads to, or, by a method or a function made here, what that has in view."""
    named = [(part, peek(c, part)) for part in ast.walk(node.test) if isinstance(part, (ast.Name, ast.Attribute))]
    if any(isinstance(x.items if isinstance(x, Deque) else x, (List, Dict, Set)) for _, x in named):
        return True
    if any(isinstance(x, Static) and isinstance(x.value, (str, bytes)) for _, x in named):
        return True
    asked = [part.func for part in ast.walk(node.test) if isinstance(part, ast.Call)]
    if any(isinstance(peek(c, of.value if isinstance(of, ast.Attribute) else of), (Instance, Closure)) for of in asked):
        return True
    bound = {name for statement in node.body for name in names_stored(statement)}
    return any(isinstance(part, ast.Name) and part.id in bound and isinstance(x, Instance) for part, x in named)


def turn_by_turn(c: Frame, node: ast.While, start: Mark) -> bool:
    """Lower a `while` as one copy of its body for each turn, as long as each time its test is known, and few turns are enough; if they
    are not, nothing is lowered."""
    c.roll_back(start)
    for _ in range(UNROLLED):
        more = c.truth(node.test)
        if more is True:
            c.block(node.body)
            c.env[CONTINUED] = FALSE
        left = c.exited()
        if not isinstance(more, bool) or isinstance(left, Value) or len(c.path.refusals) > start.refused:
            break
        if not more or left or c.dead:
            return True
    c.roll_back(start)
    return False


def run_time_while(c: Frame, node: ast.While, first: bool | Value) -> None:
    """A `while` whose turns are counted by nobody."""

    def turn() -> None:
        c.block(node.body)
        c.env[CONTINUED] = FALSE

    def others() -> None:
        more = c.truth(node.test)
        if more is not False:
            all_turns(c, node, more)

    told_apart(c, node, lambda: all_turns(c, node, first), lambda: first_apart(c, node, first, turn, others, None))


def all_turns(c: Frame, node: ast.While, first: bool | Value) -> None:
    """The loop itself."""
    cond = c.b.bool(True, "always") if isinstance(first, bool) else first
    endless = [first is True]

    def turn(arguments: list[Value]) -> list[Value]:
        c.block(node.body)
        c.env[CONTINUED] = FALSE
        left = c.exited()
        if c.dead or left is True:
            return [c.b.bool(False, "more")]
        if left is False:
            return [again()]
        answer = branch(c, left, lambda: c.constant(False), lambda: Scalar(again(), "bool"), None, node.test)
        assert isinstance(answer, Scalar)
        return [answer.value]

    def again() -> Value:
        answer = c.truth(node.test)
        endless[0] = endless[0] and answer is True
        return c.b.bool(answer, "more") if isinstance(answer, bool) else answer

    assigned = frozenset(names_stored(node.test).union(*map(names_stored, node.body)))
    loop = Loop(node, *c.touched(node, assigned), turn, runs=first is True)
    before = c.mark()
    lower_loop(c, loop, "while", [cond])
    if endless[0]:
        left_at_last(c, node, before)


def left_at_last(c: Frame, node: ast.While, before: Mark) -> None:
    """After `while True`, lowered as the ops since `before`: it was left, or it goes on for ever. What follows depends on that, so
    that no loop that never ends is taken for one that computes nothing."""
    left = c.exited()
    if left is False and len(c.open) == before.open and not any(map(may_end_it, c.ops_since(before))):
        c.refuse(node, "this loop never ends: nothing in it leaves it", "leave it by `break` or `return`")
    c.at(node)
    if left is not True:
        c.limit(c.b.bool(False, "never") if left is False else left, RuntimeError, "the loop was not left")
    c.dead = left is False
    ways = [flag for flag in (BROKE, FINISHED, RETURNED) if c.env[flag] is not FALSE]
    if len(ways) <= 1 and BROKE not in ways and not c.dead:  # no way out but `return`, or an error
        c.env[ways[0] if ways else RETURNED] = TRUE


def may_end_it(op: Op) -> bool:
    """Whether an op, or one inside it, may raise."""
    return definition(op.name).may_raise or op.name in ("check", "call") or any(may_end_it(o) for r in op.regions for o in r.ops)
