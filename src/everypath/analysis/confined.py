"""Arrays that are only computed with, read and written: nobody else gets to know them.

    def f(x, y): t = x + 1; g(t); return y          if g only reads what it is given: x and t are confined, y is handed on

What is confined is neither carried by a loop nor handed on by a region, a list or a result; a call may take it that confines it too.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..ir.op import definition
from ..ir.program import Function, Op, Program, Value
from ..ir.types import ArrayType
from ..ir.walk import ops_in
from .alias import Groups, groups, is_reference

Confined = Mapping[str, frozenset[int]]
"""The positions of the parameters that each function confines."""

HANDS_ON = frozenset("list_append list_set list_get list_new pack unpack call ruled host broadcast".split())


def confined_parameters(program: Program) -> Confined:
    """The most that functions which call each other can say together."""
    known = {f.name: groups(f) for f in program}
    found = {f.name: frozenset(k for k, p in enumerate(f.parameters) if isinstance(p.type, ArrayType)) for f in program}
    while True:
        settled = True
        for function in program:
            handed = handed_on(function, known[function.name], found)
            kept = frozenset(k for k in found[function.name] if known[function.name].of(function.parameters[k]) not in handed)
            settled = settled and kept == found[function.name]
            found[function.name] = kept
        if settled:
            return found


def handed_on(function: Function, groups: Groups, confined: Confined) -> set[Value]:
    """The groups of memory of `function` that somebody else gets to know."""
    known: set[Value] = set()
    for op in ops_in(function.body):
        arguments = [a for region in op.regions for a in region.arguments]
        results = op.results if op.regions or op.name in HANDS_ON else [v for v in op.results if not plain(op, v)]
        known |= {groups.of(v) for v in (*given_away(op, confined), *arguments, *results) if is_reference(v)}
    return known


def handed_elsewhere(function: Function, groups: Groups, confined: Confined, *, returns: bool) -> set[Value]:
    """Of these groups, those that others get to know than loops and branches, and than the caller where the function `returns` values."""
    known: set[Value] = set()
    for op in ops_in(function.body):
        results = op.results if op.name in HANDS_ON else [v for v in op.results if not op.regions and not plain(op, v)]
        by_value = bool(op.regions) or op.name == "yield" or (op.name == "return" and returns)
        known |= {groups.of(v) for v in (*(() if by_value else given_away(op, confined)), *results) if is_reference(v)}
    others = (v for op in ops_in(function.body) for v in op.results if op.regions and is_reference(v) and not isinstance(v.type, ArrayType))
    return known | {groups.of(v) for v in others}


def given_away(op: Op, confined: Confined) -> list[Value]:
    """The operands that `op` hands on."""
    if op.name == "call":
        kept = confined.get(op.attributes["callee"], frozenset())
        return [v for k, v in enumerate(op.operands) if k not in kept]
    return list(op.operands) if op.regions or op.name in HANDS_ON or op.name in ("yield", "return") else []


def plain(op: Op, v: Value) -> bool:
    """Whether the reference `v`, a result of `op`, surely is a new array or surely a view."""
    return isinstance(v.type, ArrayType) and not copies_perhaps(op)


def shares(op: Op) -> bool:
    """Whether the result is a view of the operand, and its shadow the same view of the operand's."""
    return definition(op.name).shares and op.name != "broadcast"


def copies_perhaps(op: Op) -> bool:
    """Whether the result is a view or a copy, as the memory happens to lie."""
    return op.name == "reshape" and not getattr(op.operands[0].type, "contiguous", False)
