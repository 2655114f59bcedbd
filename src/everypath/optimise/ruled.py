"""Calls with a rule, where nothing is derived any more, are calls; and the halves of rules, before it is, hold no calls.

y = ruled x {callee="f", tangent="t"}        →        y = call x {callee="f"}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..differentiate.linear import is_sealed
from ..ir.program import Op, Program
from ..ir.walk import copy_ops, named, ops_in, plain_call, reached, with_body
from ..once import once
from .inline import inline
from .rewriting import may_raise


def unruled(program: Program) -> Program:
    """`program` with plain calls in place of those with a rule."""
    return with_calls(program, lambda op: plain_call(program.functions, op))


def without_halves(program: Program) -> Program:
    """`program` with plain calls in place of those with a rule, and without the halves, if nothing is derived in it."""
    plain = unruled(program)
    kept = reached(plain.functions, [plain.entry])
    if any(op.name in ("pushforward", "pullback") for name in kept for op in ops_in(plain.functions[name].body)):
        return program
    return replace(plain, functions={name: function for name, function in plain.functions.items() if name in kept})


def opened(program: Program) -> Program:
    """`program` with plain calls in place of those with a rule, unless what is called can't be looked into."""
    sealed = {function.name for function in program if is_sealed(program, function.name)}
    return with_calls(program, lambda op: op if op.attributes.get("callee") in sealed else plain_call(program.functions, op))


def with_calls(program: Program, change: Callable[[Op], Op]) -> Program:
    """`program` with its ops changed, where there are calls with a rule among them."""
    functions = dict(program.functions)
    for name, function in functions.items():
        if any(op.name == "ruled" for op in ops_in(function.body)):
            env = {p: p for p in function.parameters}
            functions[name] = with_body(function, copy_ops(function.body.ops, env, lambda _, new: (change(new),)))
    return replace(program, functions=functions)


def whole_halves(program: Program) -> Program:
    """The program with what functions with a rule and their halves call inlined in them: what each is linear in can be seen there."""
    halves = halves_of(program)
    if not halves:
        return program
    inlined = in_one(program)
    return replace(program, functions={**program.functions, **{name: inlined.functions[name] for name in halves}})


@once
def in_one(program: Program) -> Program:
    """The program with calls inlined, and the functions of its rules."""
    return inline(program, (program.entry, *halves_of(program)))


def halves_of(program: Program) -> set[str]:
    """The functions with a rule, and the halves of rules."""
    return {name for function in program for op in ops_in(function.body) if op.name == "ruled" for name in named(op)}


def ours(program: Program) -> Program:
    """`program` with what may raise or have no end in the library's own halves marked. Checks that a text makes by name stay what they are,
    and so does what CPython runs."""

    def mark(_: Op, new: Op) -> tuple[Op]:
        if new.name in ("check", "host") or not (new.name == "while" or may_raise(new)):
            return (new,)
        return (replace(new, attributes={**new.attributes, "ours": True}),)

    stated = [function for function in program if function.attributes.get("ours")]
    made = {f.name: with_body(f, copy_ops(f.body.ops, {p: p for p in f.parameters}, mark)) for f in stated}
    return replace(program, functions={**program.functions, **made}) if made else program
