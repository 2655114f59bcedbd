"""`for` and `while`. A `for` that may be left early becomes a `while` with flags; containers are unrolled."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ...ir.program import Op, Value
from ...ir.types import I64, ListType
from ...structure import MAX_LEAVES
from ...syntax.rename import plain
from ...syntax.scope import names_stored
from ...unchanging import unchanging
from ..frame import BROKE, CONTINUED, FALSE, Abandoned, Frame
from ..python import options
from ..python.begun import begun
from ..python.containers import scalar
from ..python.iterables import END, Body, Counted, Iterable, Known, Numbers, Stream, is_static_range, known_range, taken_up_to
from ..python.iteration import iterable, known_count
from ..reach import NeedsStatic
from ..values import Abstract, Range, Scalar, Tuple
from .branches import branch, unless_left
from .carried import LeftByError, Loop
from .carry import lower_loop
from .first_turns import first_apart, told_apart

Names = frozenset[str]

UNROLLED = 64
"""A range loop of up to so many turns is unrolled where its variables change type from turn to turn."""


@unchanging
class LoopOrigin:
    """The variable of a range loop with static bounds: unroll the loop and it is static. `node` is the loop, `largest` the largest of
    its bounds that are known."""

    node: ast.AST
    largest: int = 0

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
        if body.may_leave and items.used is not None and not isinstance(node.iter, ast.Call):
            go_over_counting(c, items, body)
        else:
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
    """Run `body` for each item, however the items are known. An iterator has none left where nothing leaves the loop."""
    each(c, items, body)
    if not body.may_leave and not c.dead:
        taken_up_to(items.used, c.integer(END))


def go_over_counting(c: Frame, items: Iterable, body: Body) -> None:
    """Run `body` for each item of an iterator that somebody may go on with where the loop was left."""
    assert items.used is not None and isinstance(items.used.contents, Tuple)
    start = scalar(items.used.contents.items[1])
    if isinstance(items, Stream) and start.static == 0:
        items = begun(c, items)
    hidden = c.fresh("reached")
    mine = frozenset([hidden])
    c.env[hidden] = start

    def turn(item: Abstract) -> None:
        before = c.env[hidden]
        assert isinstance(before, Scalar)
        known = c.integer(before.static + 1) if before.is_static else None
        c.env[hidden] = known or Scalar(c.b.op("add", before.value, c.b.i64(1), name="taken"), "int")
        body.run(item)

    each(c, items, replace(body, run=turn, assigned=body.assigned | mine, head=body.head | mine, after=body.after | mine))
    taken_up_to(items.used, c.env.pop(hidden))


def each(c: Frame, items: Iterable, body: Body) -> None:
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
            over_numbers(c, numbers, replace(body, run=lambda k: turn(item(counted_by(c, scalar(k))))))
        else:
            over_count(c, items, body)


def counted_by(c: Frame, k: Scalar) -> Value:
    """The place of an item, of which is kept what would make it known."""
    if k.origins:
        c.origins[k.value] = k.origins
    return k.value


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
    if c.site(body.node) in c.unit.unrolled and is_static_range(r):
        unrolled(c, Known(known_range(c, r)), body)
        return
    mark = c.mark()
    origin = LoopOrigin(body.node, max((abs(part.static) for part in (r.start, r.stop) if part.is_static), default=0))
    try:
        told_apart(c, body.node, lambda: run_time_range(c, r, body, origin), lambda: after_first_number(c, r, body, origin))
    except NeedsStatic as needed:
        if origin not in needed.paths:
            raise
        c.roll_back(mark)
        if needed.wish and not few(r):
            c.unit.kept.add(body.node)
        else:
            for part in (r.start, r.stop, r.step):
                c.static(part, "the bound of a loop whose variable indexes a container", body.node)
            c.unit.unrolled.add(c.site(body.node))
        over_numbers(c, r, body)
    except LeftByError:
        c.roll_back(mark)
        c.unit.left_by_errors.add(body.node)
        over_numbers(c, r, body)


def after_first_number(c: Frame, r: Range, body: Body, origin: LoopOrigin) -> None:
    """A loop over a range whose first turn stands apart."""
    if not r.step.is_static or (is_static_range(r) and not range(r.start.static, r.stop.static, r.step.static)):
        run_time_range(c, r, body, origin)
        return
    b = c.b
    runs = is_static_range(r) or b.op("lt" if r.step.static > 0 else "gt", r.start.value, r.stop.value, name="runs")
    second = c.integer(r.start.static + r.step.static) if r.start.is_static and r.step.is_static else None
    rest = Range(second or Scalar(b.op("add", r.start.value, r.step.value, name="second"), "int"), r.stop, r.step)
    live = body.head | body.after
    first_apart(c, body.node, runs, lambda: body.run(r.start), lambda: run_time_range(c, rest, body, origin), live)


def after_first_item(c: Frame, items: Counted, body: Body) -> None:
    """A loop over items that are counted at run time, whose first turn stands apart."""
    b = c.b
    one = b.i64(1, "one")
    live, item = items.live, items.item
    rest = replace(
        items,
        count=b.op("sub", items.count, one, name="others"),
        item=lambda k: item(c.b.op("add", k, one, name="place")),
        live=None if live is None else lambda: c.b.op("sub", live(), one, name="others"),
    )
    runs = b.op("gt", items.count, b.i64(0), name="runs")
    first_apart(c, body.node, runs, lambda: body.run(item(b.i64(0))), lambda: all_items(c, rest, body), body.head | body.after)


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
    """Items counted at run time."""
    body = leavable(c, body)
    if (
        items.used is not None and items.live is not None and not items.fixed
    ):  # made before, of a list that may have changed its length since
        items = replace(items, count=items.live())
    told_apart(c, body.node, lambda: all_items(c, items, body), lambda: after_first_item(c, items, body))


def all_items(c: Frame, items: Counted, body: Body) -> None:
    """The loop itself. Where the body may change how many items there are, they are counted again after each turn."""
    b = c.b
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
