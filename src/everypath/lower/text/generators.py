"""Generators run inside the loop that consumes them: their text is lowered among the consumer's, under variables of its own, and
where `yield` stands the consumer's body takes the item.

    def squares(x):            for s in squares(x):            for v in x:
        for v in x:                total += s          is          s = v * v
            yield v * v                                            total += s

The consumer's `break` and `return` end the generator, and the generator's `return` ends the loop: both are the flag `<finished>`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from ...source import Location
from ...syntax.liveness import Names, liveness
from ...syntax.read import Definition
from ...syntax.rename import MARK, as_function, gives, plain, renamed
from ...syntax.scope import Scope, scope
from ...unchanging import unchanging
from ..frame import BROKE, CONTINUED, FALSE, FINISHED, TRUE, Frame
from ..objects import Cell
from ..python.iterables import Body, Generator, Stream, unused, use
from ..python.iteration import iterable
from ..reach import NeedsStatic
from ..values import NONE, Abstract, Scalar
from .loops import go_over
from .voice import VOICE, at_home, speaking

DEEPEST = 32
"""How many generators may stand inside each other."""

MOST = 512
"""How many texts of generators a program may have."""


@unchanging
class Inlined:
    """A generator whose text is being lowered: who takes its items, whose text that is, the names that matter to them, which of
    their own exits are kept under which names, and the generator's own variables."""

    body: Body
    names: Names
    voice: dict[str, Any] = field(repr=False)
    depth: int
    kept: dict[str, str]
    own: Names


@unchanging
class Called:
    """A call of a generator function: its text, what stands around it, and the values of its parameters. `shared` are the variables
    around a generator expression, which it reads as they are when it runs. `place` is where a text that is not the user's stands.
    What `manages` is a context manager."""

    definition: Definition
    outside: Any
    cells: Mapping[str, Cell]
    arguments: Mapping[str, Abstract]
    shared: Scope | None = None
    place: Location | None = None
    manages: bool = False


def called(c: Frame, call: Called, node: ast.AST, kind: str = "generator") -> Stream:
    """What calling a generator function gives: nothing of it runs yet."""
    used = unused(c)
    parts = (*call.arguments.values(), *call.cells.values())
    endless = any(isinstance(s, ast.While) and isinstance(s.test, ast.Constant) for s in ast.walk(call.definition.node))
    endless = endless or any(getattr(part, "endless", False) for part in parts)
    reads = scope(call.definition.node).free if call.shared is not None else frozenset()
    return Stream(node, lambda frame, body: run(frame, call, body), used, parts, kind, endless, reads=reads)


def of_expression(c: Frame, x: Generator) -> Stream:
    """A generator expression as a call of the generator function that it stands for."""
    use(c, x.used, x.node)
    which = (x.node, "function")
    if which not in c.unit.copies:
        c.unit.copies[which] = as_function(x.node, "<first>")
    with at_home(c, x):
        call = Called(c.definition.inner(c.unit.copies[which]), c.outside, {}, {"<first>": x.first}, c.scope, c.place)
        return called(c, call, x.node)


# Running --------------------------------------------------------------------------------------------------------------


def run(c: Frame, call: Called, body: Body) -> None:
    """Lower the text of a generator, with `body` where it gives an item."""
    depth = 1 if c.inlined is None else c.inlined.depth + 1
    if depth > DEEPEST and not c.unit.overgrown:
        origins = frozenset().union(*(x.origins for x in call.arguments.values() if isinstance(x, Scalar)))
        if origins:
            raise NeedsStatic(origins)
    c.unit.overgrown = c.unit.overgrown or depth > DEEPEST or len(c.unit.copies) > MOST
    if c.unit.overgrown:
        reason = f"a generator that calls itself stands in itself as often, and here more than {DEEPEST} deep or {MOST} times"
        c.refuse(body.node, reason, "make it a function that returns a list")
    kept = hidden_flags(c, body, depth)
    for name in kept.values():
        c.env[name] = FALSE
    hidden = frozenset(kept.values())
    body = replace(body, assigned=body.assigned | hidden)
    node, names = copy_of(c, call, body.node, depth)
    now = {name: getattr(c, name) for name in VOICE}
    if not call.manages:  # an error of who takes the items is none of the generator's
        now["landings"] = list(c.landings)
    inlined = Inlined(body, body.head | body.after | hidden, now, depth, kept, c.waiting | frozenset(names.values()))
    with speaking(c, voice(c, call, node, names, inlined)):
        begin(c, call, node, names)
        lower_text(c, call, node)
    for flag in (BROKE, FINISHED):
        c.env[flag] = c.env.get(kept[flag], FALSE) if flag in kept else FALSE
    c.env[CONTINUED] = FALSE
    for name in (*names.values(), *kept.values()):
        c.env.pop(name, None)


def hidden_flags(c: Frame, body: Body, depth: int) -> dict[str, str]:
    """Where the consumer's own exits are kept while the generator is leaving, if they matter afterwards."""
    kept: dict[str, str] = {}
    if body.may_leave and body.break_matters:
        kept[BROKE] = f"<broke{MARK}{depth}>"
    if body.may_leave and c.inlined is not None:
        kept[FINISHED] = f"<finished{MARK}{depth}>"
    return kept


def copy_of(c: Frame, call: Called, site: ast.AST, depth: int) -> tuple[Any, dict[str, str]]:
    """The text of a generator for one consumer, and what its own variables are called there: they have names that no other text has. So
    do those that it reads of its module: the consumer may have variables that are called like them."""
    node = call.definition.node
    which = (node, site, depth)
    if which not in c.unit.copies:
        own = scope(node)
        mark = f"{MARK}{len(c.unit.copies)}"
        names = {name: name + mark for name in sorted(own.bound | call.cells.keys())}
        outside = frozenset() if call.shared is not None else own.free | own.globals
        c.unit.copies[which] = renamed(node, {**{name: name + mark for name in outside}, **names}), names
    return c.unit.copies[which]  # type: ignore[no-any-return]


def voice(c: Frame, call: Called, node: Any, names: Mapping[str, str], inlined: Inlined) -> dict[str, Any]:
    """What the frame knows while it lowers this text."""
    definition = call.definition.inner(node)
    own = scope(node)
    if call.shared is not None:
        own = replace(own, bound=own.bound | call.shared.bound)
    elif call.cells:
        own = replace(own, bound=own.bound - {names[name] for name in call.cells})
    return {
        "definition": definition,
        "outside": call.outside,
        "scope": own,
        "liveness": liveness(node),
        "file": definition.file,
        "function": definition.name,
        "lines": definition.lines,
        "place": call.place,
        "inlined": inlined,
        "waiting": inlined.voice["waiting"],
        "landings": c.landings,
        "handling": c.handling,
    }


def begin(c: Frame, call: Called, node: Any, names: Mapping[str, str]) -> None:
    """Give the text its variables: those that it shares with the function it stands in, its parameters, and cells for inner functions."""
    for name, cell in call.cells.items():
        c.env[names[name]] = cell
    for name in scope(node).cells:
        c.env[name] = Cell(c.store, plain(name))
    for parameter, value in call.arguments.items():
        slot = c.env.get(names[parameter])
        if isinstance(slot, Cell):
            slot.contents = value
        else:
            c.env[names[parameter]] = value


def lower_text(c: Frame, call: Called, node: Any) -> None:
    definition = call.definition
    assert c.inlined is not None
    for inside in ast.walk(definition.node) if c.landings or c.inlined.body.may_leave else ():
        if isinstance(inside, (ast.Try, ast.TryStar, ast.With)) and gives(inside) and not call.manages:
            reason = (
                "a `yield` inside `try` or `with` is not supported where the loop over it may be left, by `break`, `return` or an error"
            )
            c.note(inside, reason, "yield after it, or make a list of it first")
    c.block(node.body)


# Giving ---------------------------------------------------------------------------------------------------------------


def give(c: Frame, value: Abstract) -> None:
    """What stands for `yield value`: the consumer's body, and where that leaves its loop, the end of the generator."""
    inlined = c.inlined
    assert inlined is not None
    with speaking(c, {**inlined.voice, "waiting": inlined.own}):
        inlined.body.run(value)
    if c.dead:
        return
    left = c.exited()
    for flag, name in inlined.kept.items():
        c.env[name] = c.env[flag]
    c.env[BROKE] = FALSE
    c.env[FINISHED] = FALSE if left is False else TRUE if left is True else Scalar(left, "bool")


def lower_yield(c: Frame, node: ast.Yield) -> None:
    """`yield value` as a statement."""
    value = NONE if node.value is None else c.expression(node.value)
    give(c, value)


def lower_yield_from(c: Frame, node: ast.YieldFrom) -> None:
    """`yield from iterable` as a statement: every item of it is given."""
    assert c.inlined is not None
    items = iterable(c, c.expression(node.value), node.value)
    body, names = c.inlined.body, c.inlined.names
    go_over(c, items, Body(node, lambda item: give(c, item), body.assigned, names, names, body.may_leave))


def lower_return(c: Frame, node: ast.Return) -> None:
    """`return` in a generator: it gives no more."""
    if node.value is not None:
        c.expression(node.value)
    c.env[FINISHED] = TRUE
