"""Whether ops that were emitted may change memory that was there before them: then what was read before must be kept.

v[0] += bump(v)      # Python reads v[0], then calls bump, which may write v[0], then stores the sum
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..ir.op import definition
from ..ir.op import definition as op_definition
from ..ir.program import Function, Op, Value
from ..ir.types import ScalarType

PASSES_ON = frozenset({"call", "if", "for", "while", "list_get", "pack", "unpack"})
"""Ops whose results may refer to memory that was there before, though the catalogue does not say that they share it."""


def may_write(ops: Iterable[Op], functions: Mapping[str, Function], made: set[Value] | None = None, asked: tuple[str, ...] = ()) -> bool:
    """Whether running `ops` may write other memory than what they make themselves (`made`), through whatever they call."""
    made = set() if made is None else made
    return any(writes(op, functions, made, asked) for op in ops)


def writes(op: Op, functions: Mapping[str, Function], made: set[Value], asked: tuple[str, ...]) -> bool:
    facts = definition(op.name)
    if facts.writes is not None and op.operands[facts.writes] not in made:
        return True
    if op.name == "call" and any(refers(v) and v not in made for v in op.operands):
        callee = op.attributes["callee"]
        if callee in asked or callee not in functions:  # it calls itself, or is being lowered still
            return True
        if may_write(functions[callee].body.ops, functions, None, (*asked, callee)):
            return True
    if any(may_write(region.ops, functions, made, asked) for region in op.regions):
        return True
    if op.name not in PASSES_ON and (not facts.shares or op.operands[0] in made):
        made.update(op.results)
    return False


def prints(ops: Iterable[Op], functions: Mapping[str, Function], asked: tuple[str, ...] = ()) -> bool:
    """Whether running `ops` may print, through whatever they call."""
    for op in ops:
        if op.name == "print" or any(prints(region.ops, functions, asked) for region in op.regions):
            return True
        callee = op.attributes["callee"] if op.name == "call" else ""
        if callee in functions and callee not in asked and prints(functions[callee].body.ops, functions, (*asked, callee)):
            return True
    return False


def refers(value: Value) -> bool:
    return not isinstance(value.type, ScalarType)


def harmless(ops: list[Op]) -> bool:
    """Whether computing these could neither raise nor be noticed, nor cost much."""
    for op in ops:
        facts = op_definition(op.name)
        if facts.writes is not None or facts.may_raise or facts.family in ("control", "list", "linear", "reduction"):
            return False
    return len(ops) <= 16
