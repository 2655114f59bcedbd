"""Typed IR -> LLVM -> machine code -> a Python callable.

`compile` is all that the rest of the house sees.
"""

from __future__ import annotations

from functools import cache, partial
from typing import NamedTuple

import numpy as np

from ..analysis.alias import groups
from ..analysis.effects import Effects, pure_functions
from ..bugs import ours
from ..ir.program import Function, Program
from ..ir.types import RecordType, ScalarType
from ..ir.walk import ops_in, sites
from . import emitting, jit
from .executable import Executable, overlaps
from .jit import engine
from .module import Module
from .python import callable_at

__all__ = ["Executable", "at_rest", "compile", "llvm", "overlaps", "written_parameters"]


def compile(program: Program, entries: tuple[str, ...]) -> dict[str, Executable]:
    """The functions `entries` of `program` as machine code, by name. `program` is in the form that `optimise.after` leaves."""
    return _compiled(program, entries, distinct=True, whole=False)


@ours("compiling")
def _compiled(program: Program, entries: tuple[str, ...], *, distinct: bool, whole: bool) -> dict[str, Executable]:
    """`distinct`: written arguments overlap no other; else nothing is assumed. `whole`: nothing is postponed."""
    program, module, ways_in = _written(program, entries, distinct=distinct, whole=whole)
    code = engine().compile(module, [way.symbol for way in ways_in.values()])
    code.kept += [*module.held, *(way.counted for way in ways_in.values())]

    @cache
    def variant(name: str, distinct: bool) -> Executable:
        return _compiled(program, (name,), distinct=distinct, whole=True)[name]

    return {
        name: Executable(
            program.functions[name],
            callable_at(code, way.symbol, name),
            module.sites,
            way.written,
            way.counted,
            partial(variant, name, False) if distinct and way.written else None,
            partial(variant, name, distinct),
        )
        for name, way in ways_in.items()
    }


class _WayIn(NamedTuple):
    """How Python gets into a compiled function: its symbol, the parameters that it writes, and where its counters are left."""

    symbol: str
    written: frozenset[int]
    counted: np.ndarray


def _written(program: Program, entries: tuple[str, ...], *, distinct: bool, whole: bool) -> tuple[Program, Module, dict[str, _WayIn]]:
    """The LLVM module of `program`, and the ways into its entries."""
    machine = engine()
    program = emitting.prepared(program, entries)
    module = emitting.module(program, machine.host)
    functions = reached(program, entries)
    called = called_by(functions)
    if not whole:
        module.postponing = frozenset(entries) - called
    module.once_a_call = frozenset(entries) - called
    module.outside_loops = frozenset(f.name for f in functions) - called_in_loops(functions)
    emitting.write(module, functions, distinct=distinct)
    ways_in: dict[str, _WayIn] = {}
    for name in entries:
        written = written_parameters(program.functions[name], program)
        way = ways_in[name] = _WayIn(f"everypath.{len(ways_in)}", written, np.zeros(8, np.int64))
        emitting.write_boundary(module, name, way.symbol, way.written, way.counted, overlaps=not distinct)
    return program, module, ways_in


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


def called_in_loops(functions: list[Function]) -> frozenset[str]:
    """The functions that loops call, or that are called by such a function, or by themselves."""
    calls = {f.name: list(sites(f.body.ops)) for f in functions}
    found = {f.name for f in functions if f.attributes.get("recursive")}
    found |= {callee for inside in calls.values() for callee, in_loop in inside if in_loop}
    waiting = list(found)
    while waiting:
        more = {callee for callee, _ in calls[waiting.pop()]} - found
        found |= more
        waiting += more
    return frozenset(found)


def written_parameters(function: Function, program: Program) -> frozenset[int]:
    """The positions of parameters whose memory `function` may write."""
    shared = groups(function)
    written = Effects(function, shared, pure_functions(program)).written
    return frozenset(
        k
        for k, parameter in enumerate(function.parameters)
        if not isinstance(parameter.type, ScalarType | RecordType) and shared.of(parameter) in written
    )


def llvm(program: Program, entries: tuple[str, ...]) -> str:
    """The optimised LLVM text of the functions `entries` and what they call."""
    _, module, _ = _written(program, entries, distinct=True, whole=False)
    return engine().optimised(module.text())


def at_rest(*, release: bool = False) -> int:
    """The bytes that the runtime's pools keep at rest; with `release` all of them go back to the system."""
    return jit.engine().at_rest(release) if jit.started() else 0
