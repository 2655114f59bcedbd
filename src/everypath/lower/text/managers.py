"""`with`: a manager is entered, and left on every way out of the body, with the error that leads out if one does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..frame import FLAGS, RESULT, Frame
from ..landing import Landing, Site
from ..naming import an, type_name
from ..objects import Instance
from ..outside import never
from ..python import attributes
from ..python.thrown import again, put_aside
from ..values import NONE, Abstract, Error, Poison, Static
from ..watch import ABSENT, found_in_class
from . import generated
from .branches import branch
from .exceptions import EVERYTHING, Types, as_it_was, decide, for_each_error, handed_on, land
from .expressions import expression
from .logic import truth_of


@dataclass(frozen=True, eq=False)
class Manager(Abstract):
    """A manager of a library that does nothing to numbers: it gives `value`, and swallows the errors it `takes`."""

    value: Abstract = NONE
    takes: Types = ()


class Traceback:
    """What `__exit__` is given as the traceback: it can be passed on, and tested for None."""


TRACEBACK = Static(Traceback(), "the traceback")


def lower_with(c: Frame, node: ast.With) -> None:
    entered(c, node, 0)


def entered(c: Frame, node: ast.With, k: int) -> None:
    """The managers from the k-th on, and the body in them."""
    if k == len(node.items):
        c.block(node.body)
        return
    item = node.items[k]
    manager = c.present(expression(c, item.context_expr), item.context_expr)
    c.at(item.context_expr)
    if isinstance(manager, Manager):
        bind(c, item, manager.value)

        def inside() -> None:
            entered(c, node, k + 1)

        if manager.takes:
            suppressed(c, node, manager.takes, inside)
        else:
            inside()
        return
    if isinstance(manager, generated.Generated):

        def given(value: Abstract) -> None:
            bind(c, item, value)
            entered(c, node, k + 1)

        generated.lower(c, node, item.context_expr, manager, given)
        return
    enter, leave = special(c, manager, item.context_expr)
    value = enter([])

    def run() -> None:
        bind(c, item, value)
        entered(c, node, k + 1)

    c.held.append(manager)
    try:
        managed(c, node, run, leave)
    finally:
        c.held.pop()


def bind(c: Frame, item: ast.withitem, value: Abstract) -> None:
    if item.optional_vars is not None:
        c.assign(item.optional_vars, value)


Call = Callable[[list[Abstract]], Abstract]


def special(c: Frame, manager: Abstract, node: ast.expr) -> tuple[Call, Call]:
    """Calls of the manager's `__enter__` and `__exit__`, which are looked up on its class."""
    if isinstance(manager, Static) and not isinstance(manager.value, (str, type(None))):
        c.refuse(node, f"`with` of {an(type_name(manager))} is not supported", "enter the context outside the function")
    if not isinstance(manager, Instance):
        never(c, node, TypeError, f"'{type_name(manager)}' object does not support the context manager protocol")
    assert isinstance(manager, Instance)
    if found_in_class(c.unit, manager.type, "__enter__") is ABSENT:
        never(c, node, TypeError, f"'{type_name(manager)}' object does not support the context manager protocol")
    if found_in_class(c.unit, manager.type, "__exit__") is ABSENT:
        missed = f"'{type_name(manager)}' object does not support the context manager protocol (missed __exit__ method)"
        never(c, node, TypeError, missed)

    def method(name: str) -> Call:
        found = attributes.class_attribute(c, manager, manager.type, name, node)
        return lambda args: c.call(found, args, {}, node)

    return method("__enter__"), method("__exit__")


def suppressed(c: Frame, node: ast.With, takes: Types, run: Callable[[], None]) -> None:
    """`contextlib.suppress`: errors of these classes end the body."""
    live = c.live_after(node)
    landing = Landing(takes, c.landed(node))
    land(c, landing, run, live)
    decide(c, lambda: handed_on(c, put_aside(c), landing, takes, node), lambda: None, live, node)


def managed(c: Frame, node: ast.With, run: Callable[[], None], leave: Call) -> None:
    """The body in a manager of the user's."""
    live = c.live_after(node)
    landing = Landing(EVERYTHING, c.landed(node), passes_on=True)
    c.on_way_out += 1
    try:
        land(c, landing, run, live)
    finally:
        c.on_way_out -= 1

    def raised() -> None:
        hidden = put_aside(c)

        def with_error(sites: Sequence[Site], error: Error) -> None:
            answer = leave([Static(error.type, error.type.__name__), error, TRACEBACK])
            if isinstance(answer, Poison):
                return
            swallowed = truth_of(c, answer, node)
            if swallowed is False:
                again(c, hidden, sites, node)
            elif swallowed is not True:
                branch(c, swallowed, lambda: None, lambda: again(c, hidden, sites, node), live, node)

        for_each_error(c, hidden, list(landing.arrivals), with_error, node)

    def fine() -> None:
        flags, result = {flag: c.env[flag] for flag in FLAGS}, c.env.get(RESULT)
        put_aside(c)
        leave([NONE, NONE, NONE])
        as_it_was(c, flags, result, {}, [], live, node)

    decide(c, raised, fine, live, node)
