"""Calls of functions that have a rule: a `ruled` op, and the tangent and adjoint that it names.

    y = solve(a, b)        y = ruled a, b {callee=solve, tangent=solve_tangent}

The halves are lowered when all else is (`halves`), so that a rule may call the function that it belongs to. Where only the value of a
program is wanted, and it takes no derivative itself, the call is a plain one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...ir.types import ArrayType, ScalarType, is_float
from ...library.registry import RAISE_NOTHING
from ...rules import Rule
from ..frame import RESULT, RETURNED, TRUE, Abandoned, Frame
from ..objects import Cell
from ..outside import capture
from ..patterns import Remake, flatten, key, never
from ..text.fixed import scalars
from ..text.functions import Prepared, Target, called, prepared, run_body
from ..text.results import as_array, certain
from ..text.returning import returned
from ..unit import Stated
from ..values import Abstract, Tuple
from ..watch import Attribute, watch
from .differentiated import argument, raises_to_handler
from .directions import directed

Bound = dict[str, Abstract]


def entry(target: Target, run: Callable[[Frame, Bound], Abstract]) -> Target:
    """The function as an entry, its text replaced by what `run` does with its arguments: its rule holds there too."""

    def body(frame: Frame) -> None:
        bound = {p.arg: held(frame.env[p.arg]) for p in parameters(target)}
        try:
            frame.env[RESULT] = run(frame, bound)
        except Abandoned:
            frame.dead = True
        frame.env[RETURNED] = TRUE

    return replace(target, body=body)


def parameters(target: Target) -> list[ast.arg]:
    a = target.definition.node.args
    return [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs, *([a.kwarg] if a.kwarg else [])]


def held(x: Abstract) -> Abstract:
    found: Abstract | None = x.contents if isinstance(x, Cell) else x
    assert found is not None
    return found


def applied(c: Frame, rule: Rule, target: Target, bound: Bound, node: ast.AST) -> Abstract:
    """Call a function written in Python that has a rule, with its parameters bound."""
    watch(c.unit, Attribute(rule, "version"), rule.version)
    if not rule.halves:
        c.refuse(node, f"{rule.name} has a rule that says nothing", f"give it @{rule.name}.partials, @{rule.name}.tangent or .adjoint")
    bound = {name: argument(c, x, node) for name, x in bound.items()}
    ready = prepared(c, replace(target, body=settled_text(target)), bound, node)
    special = ready.special
    if special.result is None:
        called(c, ready)  # it always raises
    if special.effects:
        reason = f"{rule.name}, which has a rule, changes a list, an object or a variable of the function around it"
        c.refuse(node, f"{reason}, which is not supported", "return the new value instead")
    if not target.outside.module.startswith(RAISE_NOTHING) and raises_to_handler(c, special.name, set()):
        uncatchable(c, rule.name, node)
    return emitted(c, rule, ready, bound, node)


def uncatchable(c: Frame, name: str, node: ast.AST) -> None:
    """Refuse a call of a function with a rule where a handler around it takes errors."""
    if somebody_takes(c):
        reason = f"an error of {name}, which has a rule, cannot be caught around it"
        c.refuse(node, reason, "catch it inside the function, or test the condition first")


def somebody_takes(c: Frame) -> bool:
    """Whether a handler around takes errors, and does not raise them again."""
    return any(not landing.passes_on for landing in c.landings)


def settled_text(target: Target) -> Callable[[Frame], None]:
    """The text of a function, its result as a derivative needs it."""

    def body(frame: Frame) -> None:
        run_body(frame, replace(target, body=None))
        if not frame.dead:
            frame.env[RESULT] = as_array(frame, certain(frame, returned(frame)))
            frame.env[RETURNED] = TRUE

    return body


def emitted(c: Frame, rule: Rule, ready: Prepared, bound: Bound, node: ast.AST) -> Abstract:
    """The op, for a function that is lowered."""
    special, leaves = ready.special, list(ready.leaves)
    assert special.result is not None
    if not all(isinstance(v.type, ScalarType | ArrayType) for v in (*leaves, *flatten([special.result]))):
        c.refuse(node, f"{rule.name}, which has a rule, takes or returns a list built at run time", "use arrays")
    if not c.unit.derived:
        c.unit.left_out = True
        c.at(node)
        results = c.b.emit("call", *leaves, types=special.types, names=[ready.name] * len(special.types), callee=special.name)
        return Remake(c, results)(special.result)
    for path in c.unit.rule_needs.get(rule, ()):
        for name, x in scalars(bound, {}):
            if name == path and not x.is_static:
                c.static(x, f"'{path}' of {rule.name}, for its rule,", node)
    for k, known in c.unit.rule_captures.get(rule, {}).items():
        leaves += flatten([capture(c, k, known.name, known.read, node)])
    untold = set(flatten(bound.values(), never)).difference(*map(directed, bound.values()))
    blind = tuple(k for k, v in enumerate(ready.leaves) if is_float(v.type) and v in untold and v not in c.unit.nothing)
    stated = stated_for(c, rule, ready, bound, node)
    c.at(node)
    types = special.types
    halves: dict[str, Any] = {kind: name for kind, name in (("tangent", stated.tangent), ("adjoint", stated.adjoint)) if name}
    names = [ready.name] * len(types)
    results = c.b.emit("ruled", *leaves, types=types, names=names, callee=special.name, **halves, user_name=rule.name, blind=blind)
    return Remake(c, results)(special.result)


def stated_for(c: Frame, rule: Rule, ready: Prepared, bound: Bound, node: ast.AST) -> Stated:
    """The halves of the rule for these arguments; they are lowered later."""
    given = key([Tuple(tuple(bound.values()))], lambda path: True)
    which = (rule, ready.special.name, given if any(x.is_static for _, x in scalars(bound, {})) else None)
    if which not in c.unit.stated:
        name = ready.name
        tangent = c.unit.fresh_name(f"{name}_tangent") if rule.halves.keys() & {"tangent", "partials"} else ""
        adjoint = c.unit.fresh_name(f"{name}_adjoint") if "adjoint" in rule.halves else ""
        stated = c.unit.stated[which] = Stated(rule, ready, bound, c.location(node), tangent, adjoint)
        kind = "tangent" if "tangent" in rule.halves else "partials"
        c.unit.halves.update({name: (stated, kind) for name, kind in ((tangent, kind), (adjoint, "adjoint")) if name})
    return c.unit.stated[which]
