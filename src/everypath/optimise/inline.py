"""Calls of functions that are not recursive become the callee's body, innermost first; what nobody calls is dropped.

    func @square(x: f64) -> (f64) {              func @f(x: f64) -> (f64) {
      y = mul x, x                                 y = mul x, x
      return y                               →     return y
    }                                            }
    func @f(x: f64) -> (f64) {
      z = call x {callee="square"}
      return z
    }

Functions named by a `pushforward` or a `pullback` stay functions, with the calls inside them inlined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..ir.program import Function, Op, Program, Value
from ..ir.walk import copy_ops, ops_in, reached
from .rewriting import renamed, with_function_ops, with_ops, with_regions

LARGEST = 20_000
"""No function grows past this many ops by inlining: a call that would make it larger stays a call."""


def inline(program: Program, entries: tuple[str, ...] = ()) -> Program:
    """`program` with calls inlined, and only the functions that `entries` (or its entry) still reach."""
    entries = entries or (program.entry,)
    recursive = recursive_functions(program)
    done: dict[str, Function] = {}
    sizes: dict[str, int] = {}

    def finished(name: str) -> Function:
        if name not in done:
            function = program.functions[name]
            ops, size = inlined(function.body.ops, name, {})
            done[name] = with_function_ops(function, ops)
            sizes[name] = size
        return done[name]

    def inlined(ops: Iterable[Op], caller: str, env: dict[Value, Value]) -> tuple[list[Op], int]:
        kept: list[Op] = []
        size = 0
        for op in ops:
            op = renamed(op, env)
            size += 1
            if op.name == "call" and op.attributes["callee"] not in recursive and op.attributes["callee"] != caller:
                callee = finished(op.attributes["callee"])
                if size + sizes[callee.name] <= LARGEST:
                    size += sizes[callee.name]
                    inner = dict(zip(callee.parameters, op.operands, strict=True))
                    kept.extend(copy_ops(callee.body.ops[:-1], inner))
                    env.update(zip(op.results, (inner.get(v, v) for v in callee.returned), strict=True))
                    continue
            regions = []
            for region in op.regions:
                body, inside = inlined(region.ops, caller, env)
                regions.append(with_ops(region, body))
                size += inside
            kept.append(with_regions(op, regions))
        return kept, size

    for name in program.functions:
        finished(name)
    wanted = reached(done, entries)
    functions = {name: done[name] for name in program.functions if name in wanted}
    return replace(program, functions=functions, entry=program.entry if program.entry in functions else entries[0])


def recursive_functions(program: Program) -> set[str]:
    """The functions that can reach themselves. (The halves of rules are not called by whom they belong to.)"""
    graph = {f.name: list({op.attributes["callee"]: None for op in ops_in(f.body) if "callee" in op.attributes}) for f in program}
    recursive = set()
    for name in graph:
        seen: set[str] = set()
        waiting = list(graph[name])
        while waiting:
            callee = waiting.pop()
            if callee not in seen:
                seen.add(callee)
                waiting.extend(graph[callee])
        if name in seen:
            recursive.add(name)
    return recursive
