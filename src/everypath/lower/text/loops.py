"""`for` and `while`. A `for` that may be left early becomes a `while` with flags; containers are unrolled."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...ir.op import definition
from ...ir.program import Op, Value
from ...ir.types import I64, ListType
from ...structure import MAX_LEAVES
from ...syntax.rename import plain
from ...syntax.scope import names_stored
from ..frame import BROKE, CONTINUED, FALSE, FINISHED, RETURNED, TRUE, Abandoned, Frame, Mark
from ..objects import Dict, Instance, List, Set
from ..python import options
from ..python.containers import scalar
from ..python.iterables import Body, Counted, Iterable, Known, Numbers, Stream, is_static_range, known_range
from ..python.iteration import iterable, known_count
from ..reach import NeedsStatic
from ..values import Abstract, Deque, Range, Scalar
from .branches import branch, unless_left
from .carry import LeftByError, Loop, lower_loop
from .conditions import peek

Names = frozenset[str]

UNROLLED = 64
"""A range loop of up to so many turns is unrolled where its variables change type from turn to turn."""


@dataclass(frozen=True, eq=False)
class LoopOrigin:
    """The variable of a range loop with static bounds: unroll the loop and it is static. `node` is the loop."""

    node: ast.AST

    def __lt__(self, other: object) -> bool:
        return False

    def __str__(self) -> str:
        return "the loop's variable"


def lower_for(c: Frame, node: ast.For) -> None:
    over = c.present(c.expression(node.iter), node.iter)
    if not options.done(c, over, lambda one: over_one(c, node, one), node, c.live_after(node)):
        over_one(c, node, over)


def over_one(c: Frame, node: ast.For, over: Abstract) -> None:
    """A `for` over something of one kind."""
    items = iterable(c, over, node.iter)
    outer = c.env[BROKE], c.env[CONTINUED]

    def run(item: Abstract) -> None:
        c.at(node.target)
        c.assign(node.target, item, fresh=True)
        c.block(node.body)
        c.env[CONTINUED] = FALSE

    assigned = frozenset(names_stored(node.target).union(*map(names_stored, node.body)))
    body = Body(node, run, *c.touched(node, assigned), c.may_leave(node.body), break_matters=bool(node.orelse))
    c.held.append(over)
    try:
        go_over(c, items, body)
    finally:
        c.held.pop()
    finish(c, node, outer)


def finish(c: Frame, node: ast.For | ast.While, outer: tuple[Abstract, Abstract]) -> None:
    """After a loop: its `else`, then `break` and `continue` mean the loop around again."""
    left = c.exited()
    broke = c.env[BROKE]
    c.env[BROKE], c.env[CONTINUED] = outer
    if not node.orelse or c.dead or left is True:
        return
    if left is False:
        c.block(node.orelse)
        return
    assert isinstance(broke, Scalar)
    branch(c, left, lambda: None, lambda: c.block(node.orelse), c.live_after(node), node)


def go_over(c: Frame, items: Iterable, body: Body) -> None:
    """Run `body` for each item, however the items are known."""
    if isinstance(items, Known):
        unrolled(c, items, body)
    elif isinstance(items, Numbers):
        over_numbers(c, items.range, body)
    elif isinstance(items, Stream):
        items.run(c, body)
    else:
        count = known_count(c, items)
        if count is not None and count <= UNROLLED:  # as a range, so that its turns can be told apart
            turn, item = body.run, items.item
            numbers = Range(c.integer(0), c.integer(count), c.integer(1))
            over_numbers(c, numbers, replace(body, run=lambda k: turn(item(scalar(k).value))))
        else:
            over_count(c, items, body)


def unrolled(c: Frame, items: Known, body: Body) -> None:
    """One copy of the body for each item."""
    n = len(items.items)
    if n > MAX_LEAVES:
        c.refuse(body.node, f"a loop over {n} items of a container is unrolled, and {MAX_LEAVES} is the limit", "use one array")
    for k in range(n):
        left = c.exited()
        if c.dead or left is True:
            return
        if items.stands is not None and items.stands() > k:  # the body has taken this one
            continue
        if left is False:
            body.run(items.item(k))
        else:
            unless_left(c, left, lambda k=k: body.run(items.item(k)), body.head | body.after, body.node)  # type: ignore[misc]
    if n and not items.once and c.exited() is not True and not c.dead:
        items.item(n - 1)  # that a list has not grown meanwhile


def over_numbers(c: Frame, r: Range, body: Body) -> None:
    """A range: unrolled where the bounds are static and a turn needs its number, else a run-time loop."""
    body = leavable(c, body)
    if c.site(body.node) in c.unit.unrolled:
        for part in (r.start, r.stop, r.step):
            c.static(part, "the bound of a loop whose variable indexes a container", body.node)
        unrolled(c, Known(known_range(c, r)), body)
        return
    mark = c.mark()
    origin = LoopOrigin(body.node)
    try:
        run_time_range(c, r, body, origin)
    except NeedsStatic as needed:
        if origin not in needed.paths:
            raise
        c.roll_back(mark)
        if needed.wish and not few(r):
            c.unit.kept.add(body.node)
        else:
            c.unit.unrolled.add(c.site(body.node))
        over_numbers(c, r, body)
    except LeftByError:
        c.roll_back(mark)
        c.unit.left_by_errors.add(body.node)
        over_numbers(c, r, body)


def leavable(c: Frame, body: Body) -> Body:
    """The body, which may leave its loop by an error that a handler takes if it did so when it was lowered before."""
    return replace(body, may_leave=True) if c.landings and body.node in c.unit.left_by_errors else body


def bounds_origins(r: Range, origin: LoopOrigin) -> frozenset[object]:
    """The origins of the loop variable, if unrolling could make it static."""
    parts = (r.start, r.stop, r.step)
    return frozenset([origin]) if all(p.is_static or p.origins for p in parts) else frozenset()


def few(r: Range) -> bool:
    """Whether a range is known, and so short that its loop may be unrolled for no more than a wish."""
    return is_static_range(r) and len(range(r.start.static, r.stop.static, r.step.static)) <= UNROLLED


def run_time_range(c: Frame, r: Range, body: Body, origin: LoopOrigin) -> None:
    b = c.b
    origins = bounds_origins(r, origin)
    if not r.step.is_static:
        c.at(body.node)
        c.check(b.op("ne", r.step.value, b.i64(0)), ValueError, "range() arg 3 must not be zero")
    if is_static_range(r) and r.step.static == 0:
        c.check(b.bool(False), ValueError, "range() arg 3 must not be zero")
        raise Abandoned
    runs = is_static_range(r) and len(range(r.start.static, r.stop.static, r.step.static)) > 0
    if is_static_range(r) and not runs:
        return
    number = lambda v: Scalar(v, "int", origins=origins)  # noqa: E731
    short = few(r)
    body = replace(body, origin=origin if short else None, counters=origins if short or not is_static_range(r) else frozenset())
    if not body.may_leave:
        counting(c, (r.start.value, r.stop.value, r.step.value), body, number, runs)
        return

    def more(v: Value) -> Value:
        if r.step.is_static:
            return c.b.op("lt" if r.step.static > 0 else "gt", v, r.stop.value, name="more")
        up = c.b.op("gt", r.step.value, c.b.i64(0), name="upwards")
        return c.b.op("select", up, c.b.op("lt", v, r.stop.value), c.b.op("gt", v, r.stop.value), name="more")

    leaving(c, r.start.value, lambda v: c.b.op("add", v, r.step.value, name="next"), more, body, number, runs)


def over_count(c: Frame, items: Counted, body: Body) -> None:
    """Items counted at run time. Where the body may change how many there are, they are counted again after each turn."""
    b = c.b
    body = leavable(c, body)
    if (
        items.used is not None and items.live is not None and not items.fixed
    ):  # made before, of a list that may have changed its length since
        items = replace(items, count=items.live())
    mark = c.mark()

    def until_left(count: Callable[[], Value]) -> None:
        step = lambda v: c.b.op("add", v, c.b.i64(1, "one"), name="next")  # noqa: E731
        leaving(c, b.i64(0, "zero"), step, lambda v: c.b.op("lt", v, count(), name="more"), body, items.item, False)

    try:
        if body.may_leave:
            until_left(lambda: items.count)
        else:
            counting(c, (b.i64(0, "zero"), items.count, b.i64(1, "one")), body, items.item, False)
    except LeftByError:
        c.roll_back(mark)
        c.unit.left_by_errors.add(body.node)
        over_count(c, items, body)
        return
    if items.live is None or not any(map(changes_a_length, c.ops_since(mark))):
        return
    c.roll_back(mark)
    until_left(items.live)


def changes_a_length(op: Op) -> bool:
    """Whether running `op` may put items on a run-time list or take them off."""
    if op.name == "list_append" or (op.name == "store" and op.operands[0].type == I64):
        return True
    if op.name == "call" and any(isinstance(v.type, ListType) for v in op.operands):
        return True
    return any(changes_a_length(inner) for region in op.regions for inner in region.ops)


def counting(c: Frame, bounds: tuple[Value, ...], body: Body, item: Callable[[Value], Abstract], runs: bool) -> None:
    """A `for` op: it always runs to its end."""
    iv = Value(loop_name(body.node), I64)
    c.named.add(iv)

    def turn(arguments: list[Value]) -> list[Value]:
        body.run(item(iv))
        return []

    loop = Loop(body.node, body.assigned, body.head, body.after, turn, (iv,), runs, body.origin, bounds[0], lambda: runs_never(c, bounds))
    loop.counters = body.counters
    lower_loop(c, loop, "for", bounds)


def runs_never(c: Frame, bounds: tuple[Value, ...]) -> Value:
    """Whether a range is empty."""
    start, stop, step = bounds
    b = c.b
    empty = b.op("ge", start, stop, name="weak")
    up = b.op("gt", step, b.i64(0), name="weak")
    return b.op("select", up, empty, b.op("le", start, stop, name="weak"), name="weak")


def leaving(
    c: Frame,
    first: Value,
    step: Callable[[Value], Value],
    more: Callable[[Value], Value],
    body: Body,
    item: Callable[[Value], Abstract],
    runs: bool,
) -> None:
    """A `for` that may be left early: a `while` over its own counter, which stops where an exit was taken."""
    counter = f"<{loop_name(body.node)}>"
    shadowed = c.env.get(counter)
    c.env[counter] = Scalar(first, "int")

    def turn(arguments: list[Value]) -> list[Value]:
        at = c.env[counter]
        assert isinstance(at, Scalar)
        body.run(item(at.value))
        left = c.exited()
        after = step(at.value)
        c.env[counter] = Scalar(after, "int")
        if c.dead or left is True:
            return [c.b.bool(False, "more")]
        again = more(after)
        return [again if left is False else c.b.op("and", c.b.op("not", left, name="stays"), again, name="more")]

    c.at(body.node)
    condition = more(first)
    loop = Loop(body.node, body.assigned | {counter}, body.head | {counter}, body.after, turn, runs=runs, origin=body.origin)
    loop.counters = body.counters
    lower_loop(c, loop, "while", [condition])
    c.env.pop(counter, None)
    if shadowed is not None:
        c.env[counter] = shadowed


def loop_name(node: ast.AST) -> str:
    """What the user calls the counter, if it has one name."""
    target = getattr(node, "target", node)
    if isinstance(target, ast.Tuple) and target.elts and isinstance(target.elts[0], ast.Name):
        target = target.elts[0]
    return plain(target.id) if isinstance(target, ast.Name) and target.id != "_" else "k"


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
    """Whether the test asks a list or its kind, of known length, whether something is left in it, or an object for the next one that it
    leads to."""
    named = [(part, peek(c, part)) for part in ast.walk(node.test) if isinstance(part, (ast.Name, ast.Attribute))]
    if any(isinstance(x.items if isinstance(x, Deque) else x, (List, Dict, Set)) for _, x in named):
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
