"""Functions that some call gives memory twice are marked: nothing may be assumed of how their parameters lie.

    b = view a …; y = call a, b {callee="g"}     →     func @g … {overlapping=True}

Arrays that are only read may overlap without anybody noticing; but in a derivative their shadows overlap too, and are written. Such a
function is inlined where that is not too long (`inline`), and otherwise compiled for parameters that may all be one.
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.alias import groups, is_reference
from ..analysis.effects import aloof_functions
from ..ir.program import Program
from ..ir.walk import ops_in
from .inline import beyond, stay_apart


def overlaps(program: Program) -> Program:
    """`program` with `overlapping` functions marked, if any stay functions at all."""
    if not stay_apart(program, (program.entry,)) and not beyond(program, program.entry):
        return program
    aloof = aloof_functions(program)
    while more := given_twice(program, aloof):
        marked = {
            name: replace(f, attributes={**f.attributes, "overlapping": True}) for name, f in program.functions.items() if name in more
        }
        program = replace(program, functions={**program.functions, **marked})
    return program


def given_twice(program: Program, aloof: frozenset[str]) -> set[str]:
    """The functions not yet marked that a call gives references that may share memory."""
    found: set[str] = set()
    for function in program:
        shared = None
        for op in ops_in(function.body):
            if op.name != "call" or sum(map(is_reference, op.operands)) < 2:
                continue
            shared = shared or groups(function, aloof=aloof)
            given = [shared.of(v) for v in op.operands if is_reference(v)]
            if len({*given}) < len(given) and "overlapping" not in program.functions[op.attributes["callee"]].attributes:
                found.add(op.attributes["callee"])
    return found
