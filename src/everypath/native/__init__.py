"""Typed IR -> LLVM -> machine code -> a Python callable.

`compile` is all that the rest of the house sees. LLVM itself is imported at the first compilation.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from ..analysis.alias import groups
from ..analysis.effects import Effects, pure_functions
from ..ir.program import Function, Program
from ..ir.types import RecordType, ScalarType
from ..ir.walk import ops_in
from .executable import Executable, overlaps

__all__ = ["Executable", "compile", "llvm", "overlaps", "written_parameters"]


def compile(program: Program, entries: tuple[str, ...]) -> dict[str, Executable]:
    """The functions `entries` of `program` as machine code, by name. `program` is in the form that `optimise.after` leaves."""
    return _compiled(program, entries, distinct=True, whole=False)


def _compiled(program: Program, entries: tuple[str, ...], *, distinct: bool, whole: bool) -> dict[str, Executable]:
    """`distinct`: written arguments overlap no other; else nothing is assumed. `whole`: nothing is postponed."""
    from . import emitting
    from .jit import engine

    machine = engine()
    program = emitting.prepared(program, entries)
    module = emitting.module(program, machine.host)
    functions = reached(program, entries)
    if not whole:
        module.postponing = frozenset(entries) - called_by(functions)
    emitting.write(module, functions, distinct=distinct)
    counted = {name: np.zeros(8, np.int64) for name in entries}
    written = {name: written_parameters(program.functions[name], program) for name in entries}
    symbols = {name: f"everypath.{machine.unique()}" for name in entries}
    for name in entries:
        emitting.write_boundary(module, name, symbols[name], written[name], counted[name], overlaps=not distinct)
    addresses, text = machine.compile(module.text(), module.declared, symbols.values())

    @cache
    def variant(name: str, distinct: bool) -> Executable:
        return _compiled(program, (name,), distinct=distinct, whole=True)[name]

    return {
        name: Executable(
            program.functions[name],
            emitting.callable_at(addresses[symbols[name]], name),
            module.sites,
            written[name],
            counted[name],
            text,
            partial(variant, name, False) if distinct and written[name] else None,
            partial(variant, name, distinct),
        )
        for name in entries
    }


def reached(program: Program, entries: tuple[str, ...]) -> list[Function]:
    """The functions that `entries` call, themselves included."""
    waiting, found = list(entries), dict.fromkeys(entries)
    while waiting:
        for op in ops_in(program.functions[waiting.pop()].body):
            if op.name == "call" and op.attributes["callee"] not in found:
                found[op.attributes["callee"]] = None
                waiting.append(op.attributes["callee"])
    return [program.functions[name] for name in found]


def called_by(functions: list[Function]) -> frozenset[str]:
    """The functions that `functions` call."""
    return frozenset(op.attributes["callee"] for function in functions for op in ops_in(function.body) if op.name == "call")


def written_parameters(function: Function, program: Program) -> frozenset[int]:
    """The positions of parameters whose memory `function` may write."""
    shared = groups(function, program)
    written = Effects(function, shared, pure_functions(program)).written
    return frozenset(
        k
        for k, parameter in enumerate(function.parameters)
        if not isinstance(parameter.type, ScalarType | RecordType) and shared.of(parameter) in written
    )


def llvm(program: Program, entries: tuple[str, ...]) -> str:
    """The optimised LLVM text of the functions `entries` and what they call."""
    return compile(program, entries)[entries[0]].llvm()
