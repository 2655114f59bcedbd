"""Results of functions that no caller asks for are not computed.

    func @h(x) -> (y, z) { … }                                func @h(x) -> (y) { … }
    y, z, ȳ, ż = pushforward x, v {callee=h}; … ȳ …     →     y, ȳ = pushforward x, v {callee=h}; … ȳ …

For programs that are to be differentiated: each result that goes there spares its derivatives of every order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..ir.program import Function, Op, Program
from ..ir.types import RecordType, is_float
from ..ir.walk import copy_ops, named, ops_in, reached, with_body
from .dead import dead
from .rewriting import CALLS


def asked(program: Program) -> Program:
    """`program` with only the functions and the results of them that are asked for, directly or through others."""
    while True:
        program = living(program)
        uses = {name: Uses(function) for name, function in program.functions.items()}
        uses[program.entry].asked.update(range(len(program.main.returned)))
        for function in program:
            note(program, function, uses)
        less = {name: kept for name, function in program.functions.items() if len(kept := uses[name].kept()) < len(function.returned)}
        if not less:
            return program
        functions = {name: shortened(program, function, less) for name, function in program.functions.items()}
        program = replace(program, functions=functions)


def living(program: Program) -> Program:
    """`program` without dead code, and without functions that nobody names."""
    functions = {name: dead(function) for name, function in program.functions.items()}
    kept = reached(functions, [program.entry])
    return replace(program, functions={name: function for name, function in functions.items() if name in kept})


@dataclass
class Uses:
    """Which results of a function are asked for."""

    function: Function
    asked: set[int] = field(default_factory=set)

    def kept(self) -> list[int]:
        whole = range(len(self.function.returned))
        if any(isinstance(t, RecordType) for t in self.function.result_types):
            return list(whole)
        return [k for k in whole if k in self.asked]


def note(program: Program, function: Function, uses: dict[str, Uses]) -> None:
    """Note what `function` asks of others."""
    used = {v for op in ops_in(function.body) for v in op.operands}
    for op in ops_in(function.body):
        if op.name == "ruled":
            for name in named(op):
                uses[name].asked.update(range(len(uses[name].function.returned)))
        elif op.name in CALLS:
            asked_of = uses[op.attributes["callee"]].asked
            asked_of.update(op.attributes.get("seeded", ()))
            asked_of.update(k for k, at in places(program, op) if any(op.results[i] in used for i in at))


def places(program: Program, op: Op) -> Iterator[tuple[int, list[int]]]:
    """Each result of the function that `op` names, and where it and its tangent stand among the results of `op`."""
    returned = program.functions[op.attributes["callee"]].returned
    tangent = len(returned)
    for k, v in enumerate(returned):
        if op.name == "pushforward" and is_float(v.type):
            yield k, [k, tangent]
            tangent += 1
        else:
            yield k, [k]


def shortened(program: Program, function: Function, less: dict[str, list[int]]) -> Function:
    """`function` returning what is kept of its own results, and naming what is kept of others'."""
    named = any(op.name in CALLS and op.attributes["callee"] in less for op in ops_in(function.body))
    if function.name not in less and not named:
        return function
    env = {p: p for p in function.parameters}
    ops = copy_ops(function.body.ops, env, lambda _, new: (shorter(program, new, less),))
    if function.name in less:
        ops[-1] = replace(ops[-1], operands=tuple(ops[-1].operands[k] for k in less[function.name]))
    return with_body(function, ops)


def shorter(program: Program, op: Op, less: dict[str, list[int]]) -> Op:
    """`op` with the results that are left to it."""
    if op.name not in CALLS or op.attributes["callee"] not in less:
        return op
    kept = less[op.attributes["callee"]]
    gone = {i for k, at in places(program, op) if k not in kept for i in at}
    attributes = dict(op.attributes)
    if "seeded" in attributes:
        attributes["seeded"] = tuple(kept.index(k) for k in attributes["seeded"])
    return replace(op, results=tuple(v for i, v in enumerate(op.results) if i not in gone), attributes=attributes)
