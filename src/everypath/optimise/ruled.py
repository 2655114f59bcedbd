"""Calls with a rule, where nothing is derived any more, are calls; and the halves of rules, before it is, hold no calls.

y = ruled x {callee="f", tangent="t"}        →        y = call x {callee="f"}
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.program import Program
from ..ir.walk import copy_ops, ops_in, plain_call, with_body
from .inline import inline


def unruled(program: Program) -> Program:
    """`program` with plain calls in place of those with a rule."""
    functions = dict(program.functions)
    for name, function in functions.items():
        if any(op.name == "ruled" for op in ops_in(function.body)):
            env = {p: p for p in function.parameters}
            functions[name] = with_body(function, copy_ops(function.body.ops, env, lambda _, new: (plain_call(program, new),)))
    return replace(program, functions=functions)


def whole_halves(program: Program) -> Program:
    """The program with what the halves of its rules call inlined in them, so that what each is linear in can be seen."""
    halves = {
        op.attributes[key]
        for function in program
        for op in ops_in(function.body)
        if op.name == "ruled"
        for key in ("tangent", "adjoint")
        if key in op.attributes
    }
    if not halves:
        return program
    inlined = inline(program, (program.entry, *halves))
    return replace(program, functions={**program.functions, **{name: inlined.functions[name] for name in halves}})
