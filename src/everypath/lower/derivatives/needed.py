"""Which halves of rules a gradient reads: one of each call it comes by, and of a call inside of that half the one that goes the same way.

    y = solve(a, b)                       reverse: the adjoint, where there is one
    solve_adjoint: ... solve(a.T, y_bar)  which is linear in y_bar: forward, so the tangent of the call in it

A half that is called as it stands is derived no further: of what it calls, no half is read.

A library's function has both halves, each a text of its own with calls of others, and most of them are read by no gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ...ir.program import Op, Region
from ...ir.walk import ops_in, plain_call
from ...rules import Rule
from ..unit import Unit

READ = {"forward": ("tangent", "adjoint"), "reverse": ("adjoint", "tangent")}
"""The half that is read in each mode, and the one that is transposed where there is none. Each is linear, and taken forward as it is."""

WITHIN = {"transposed": "reverse", "any": "any", "plain": "plain"}
"""The modes in which what a rule is for may be looked into too, and in which mode that is."""


class Needed:
    """One walk over the functions of a unit: `lower` makes the halves that are met. Of a rule that may not `miss` any, all are needed, and
    so is what they call; and all that a derivative inside may come by, which is derived once more."""

    def __init__(self, unit: Unit, lower: Callable[[str], None], may_miss: Callable[[Rule], bool]) -> None:
        self.unit, self.lower, self.may_miss = unit, lower, may_miss
        self.seen: set[tuple[str, str]] = set()
        self.waiting: list[tuple[str, str]] = []

    def walk(self, ops: Iterable[Op], mode: str) -> None:
        """Go through `ops`, and all that is reached from there."""
        self.look(ops, mode)
        while self.waiting:
            name, mode = self.waiting.pop()
            if name in self.unit.functions:  # a half that was refused is not there
                self.look(self.unit.functions[name].body.ops, mode)

    def look(self, ops: Iterable[Op], mode: str) -> None:
        for op in ops_in(Region((), tuple(ops))):
            if op.name == "call":
                self.follow(op.attributes["callee"], mode)
            elif op.name in ("pushforward", "pullback"):
                self.follow(op.attributes["callee"], "any")
            elif op.name == "ruled":
                self.met(op, mode)

    def follow(self, name: str, mode: str) -> None:
        if (name, mode) not in self.seen:
            self.seen.add((name, mode))
            self.waiting.append((name, mode))

    def met(self, op: Op, mode: str) -> None:
        """A call with a rule. In a half that is transposed, what is called may be looked into in place of its rule."""
        if mode in WITHIN:
            self.follow(op.attributes["callee"], WITHIN[mode])
        for kind, way in self.halves(op, mode):
            name = op.attributes[kind]
            if name not in self.unit.functions:
                self.lower(name)
            self.follow(name, way)

    def halves(self, op: Op, mode: str) -> Iterable[tuple[str, str]]:
        """The halves of a call that are needed in a mode, and how each is derived."""
        if mode == "plain":
            return []
        read, other = READ["forward" if mode == "forward" else "reverse"]
        there = [kind for kind in (read, other) if kind in op.attributes]
        rule = self.unit.halves[op.attributes[there[0]]][0].rule
        if mode == "any" or not self.may_miss(rule):
            return [(kind, "any") for kind in there]
        if there[0] == read and getattr(rule.halves[read], "as_it_stands", False):
            return [(read, "plain")]
        return [(there[0], "forward" if there[0] == read else "transposed")]


def only(unit: Unit, ops: list[Op]) -> None:
    """Take the names of halves that are not there out of `ops` and out of the unit's functions; calls without halves are plain ones."""
    ops[:] = without_missing(unit, ops)
    for name, function in unit.functions.items():
        body = Region(function.body.arguments, tuple(without_missing(unit, function.body.ops)))
        unit.functions[name] = replace(function, body=body)


def without_missing(unit: Unit, ops: Iterable[Op]) -> list[Op]:
    return [with_halves(unit, op) for op in ops]


def with_halves(unit: Unit, op: Op) -> Op:
    """The op with those halves that are there."""
    if op.regions:
        regions = tuple(Region(r.arguments, tuple(without_missing(unit, r.ops))) for r in op.regions)
        return Op(op.name, op.operands, op.results, op.attributes, regions, op.location)
    if op.name != "ruled" or all(op.attributes[kind] in unit.functions for kind in READ["forward"] if kind in op.attributes):
        return op
    unit.halved = True
    attributes = {name: x for name, x in op.attributes.items() if name not in READ["forward"] or x in unit.functions}
    op = replace(op, attributes=attributes)
    return op if attributes.keys() & READ["forward"] else plain_call(unit.functions, op)
