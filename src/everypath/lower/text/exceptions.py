"""`try`: the body leads to its handlers, whatever leads out of it leads through its `finally`."""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence

from ...syntax.scope import names_read
from ..frame import FALSE, FLAGS, RESULT, Abandoned, Frame, Raised, variable
from ..landing import ERROR, RAISED, Landing, Site
from ..objects import Cell
from ..patterns import flatten, key
from ..python.thrown import Hidden, again, one_of, possible, put_aside
from ..values import Abstract, Error, Scalar, Static, Tuple
from .branches import branch, close
from .expressions import expression

Names = frozenset[str]
Types = tuple[type[BaseException], ...]
EVERYTHING: Types = (BaseException,)


def lower_try(c: Frame, node: ast.Try) -> None:
    if not node.finalbody:
        with_handlers(c, node)
        return
    live = c.landed((node, "handlers"))
    on_every_way_out(c, live, lambda: with_handlers(c, node), lambda: c.block(node.finalbody), node)


def with_handlers(c: Frame, node: ast.Try) -> None:
    """`try` without its `finally`."""
    if not node.handlers:
        c.block(node.body)
        return
    handlers = [(types_of(c, handler), handler) for handler in node.handlers]
    landing = Landing(tuple(kind for kinds, _ in handlers for kind in kinds), c.landed(node))
    live = c.live_after(node)
    land(c, landing, lambda: c.block(node.body), c.live_after(node.body[-1]))

    def handled() -> None:
        handle(c, handlers, [*landing.arrivals, *landing.passing], put_aside(c), node)

    decide(c, handled, lambda: c.block(node.orelse), live, node)


def types_of(c: Frame, handler: ast.ExceptHandler) -> Types:
    """The classes that a handler takes. Python looks for them when an error gets there: where they are not found, that is an error."""
    if handler.type is None or not_there(c, handler.type):
        return EVERYTHING
    x = expression(c, handler.type)
    found = [item.value for item in (x.items if isinstance(x, Tuple) else (x,)) if isinstance(item, Static)]
    kinds = tuple(kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException))
    if len(kinds) < (len(x.items) if isinstance(x, Tuple) else 1):
        c.refuse(handler.type, "`except` takes exception classes that are known, or a tuple of them", "name the classes")
    return kinds


def not_there(c: Frame, node: ast.expr) -> bool:
    """Whether one of the classes named is an attribute that its module does not have."""
    if isinstance(node, ast.Tuple):
        return any(not_there(c, item) for item in node.elts)
    if not isinstance(node, ast.Attribute) or not_there(c, node.value):
        return isinstance(node, ast.Attribute)
    owner = expression(c, node.value)
    return isinstance(owner, Static) and isinstance(owner.value, types.ModuleType) and not hasattr(owner.value, node.attr)


def land(c: Frame, landing: Landing, run: Callable[[], None], live: Names | None) -> None:
    """Lower something whose errors lead to `landing`, up to the point where all of its paths have met."""
    floor = c.floor
    c.floor = len(c.open)
    c.landings.append(landing)
    try:
        run()
    except Raised:
        pass
    except Abandoned:
        c.dead = True
    finally:
        c.landings.pop()
        c.floor, inner = floor, c.floor
    c.floor = inner
    close(c, None if live is None else live | landing.live)
    c.floor = floor
    if c.dead:
        raise Abandoned


def decide(c: Frame, raised: Callable[[], None], fine: Callable[[], None], live: Names | None, node: ast.AST) -> None:
    """Go on one way where an error was raised, and another where none was."""

    def without() -> None:
        for name in [name for name in c.env if name.startswith(ERROR[:-1])]:
            del c.env[name]
        c.env[RAISED] = FALSE
        fine()

    flag = c.env[RAISED]
    assert isinstance(flag, Scalar)
    if not flag.is_static:
        branch(c, flag.value, raised, without, live, node)
    elif flag.static:
        raised()
    else:
        without()


# Handlers -------------------------------------------------------------------------------------------------------------


def handle(c: Frame, handlers: Sequence[tuple[Types, ast.ExceptHandler]], sites: Sequence[Site], hidden: Hidden, node: ast.AST) -> None:
    """Run the first handler that takes what was raised; raise again what none takes."""
    number = hidden[ERROR]
    assert isinstance(number, Scalar)
    sites = possible(number, sites)
    if not handlers:
        again(c, hidden, sites, node)
        return
    (kinds, handler), *others = handlers
    mine = [site for site in sites if issubclass(site.error.type, kinds)]
    rest = [site for site in sites if site not in mine]
    either(c, number, mine, rest, lambda: run_handler(c, handler, mine, hidden), lambda: handle(c, others, rest, hidden, node), node)


def either(
    c: Frame,
    number: Scalar,
    mine: Sequence[Site],
    rest: Sequence[Site],
    run: Callable[[], None],
    otherwise: Callable[[], None],
    node: ast.AST,
) -> None:
    """Run the one where one of these sites raised, the other where one of the rest did."""
    if not rest:
        run()
    elif not mine:
        otherwise()
    else:
        branch(c, one_of(c, number, mine), run, otherwise, c.live_after(node), node)


def run_handler(c: Frame, handler: ast.ExceptHandler, sites: Sequence[Site], hidden: Hidden) -> None:
    """The handler's body; one copy for each error that may have arrived, where it looks at it."""

    def run(these: Sequence[Site], error: Error | None) -> None:
        if handler.name is not None:
            variable(c, handler.name, error) if error is not None else unbind(c, handler.name)
        c.handling.append((hidden, these))
        try:
            if handler.type is not None and not_there(c, handler.type):
                expression(c, handler.type)
            c.block(handler.body)
        finally:
            c.handling.pop()
        if handler.name is not None:
            unbind(c, handler.name)

    looked_at = handler.name is not None and any(handler.name in names_read(statement) for statement in handler.body)
    if looked_at:
        for_each_error(c, hidden, sites, run, c.node)
    else:
        run(sites, None)


def for_each_error(c: Frame, hidden: Hidden, sites: Sequence[Site], run: Callable[[Sequence[Site], Error], None], node: ast.AST) -> None:
    """Run something with the error that arrived: sites whose errors are equal, and known, go together."""
    number = hidden[ERROR]
    assert isinstance(number, Scalar)
    groups: dict[object, list[Site]] = {}
    for site in sites:
        error = site.error
        groups.setdefault(site if flatten([error]) else key([error]), []).append(site)
    waiting = list(groups.values())

    def first(k: int) -> None:
        mine = waiting[k]
        rest = [site for group in waiting[k + 1 :] for site in group]
        either(c, number, mine, rest, lambda: run(mine, mine[0].thrown(hidden)), lambda: first(k + 1), node)

    first(0)


def unbind(c: Frame, name: str) -> None:
    """Python forgets the name of a handler at its end."""
    slot = c.env.get(name)
    if isinstance(slot, Cell):
        slot.contents = None
    else:
        c.env.pop(name, None)


# Ways out -------------------------------------------------------------------------------------------------------------


def on_every_way_out(c: Frame, live: Names, run: Callable[[], None], at_end: Callable[[], None], node: ast.stmt) -> None:
    """Run something, and after it, whatever led out of it, something else."""
    landing = Landing(EVERYTHING, live, passes_on=True)
    after = c.live_after(node)
    c.on_way_out += 1
    try:
        land(c, landing, run, after)
    finally:
        c.on_way_out -= 1
    flags = {flag: c.env[flag] for flag in FLAGS}
    result = c.env.get(RESULT)
    hidden = put_aside(c)
    at_end()
    as_it_was(c, flags, result, hidden, list(landing.arrivals), after, node)


def as_it_was(
    c: Frame, flags: dict[str, Abstract], result: Abstract | None, hidden: Hidden, sites: list[Site], live: Names | None, node: ast.AST
) -> None:
    """After what runs on the way out: go on as before, unless it has left by itself."""

    def restored() -> None:
        c.env.update(flags)
        c.env[RAISED] = flags[RAISED]
        if result is not None:
            c.env[RESULT] = result
        decide(c, lambda: again(c, hidden, sites, node), lambda: None, live, node)

    left = c.exited()
    if c.dead or left is True:
        return
    if left is False:
        restored()
    else:
        branch(c, left, lambda: None, restored, live, node)


def handed_on(c: Frame, hidden: Hidden, landing: Landing, takes: Types, node: ast.AST) -> None:
    """Forget what was raised if it is of these classes; else raise it again."""
    number = hidden[ERROR]
    assert isinstance(number, Scalar)
    rest = possible(number, list(landing.passing))
    mine = possible(number, list(landing.arrivals))
    either(c, number, mine, rest, lambda: None, lambda: again(c, hidden, rest, node), node)
