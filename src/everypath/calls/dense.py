"""Dense Jacobians of what takes a few steps, as one program that goes along all directions itself.

The sweeps of `jacobians` go through Python for some directions at a time, at 3 µs each and 20 µs a call: a thousand times what a small
function takes. Here a loop around the derivative (`lower.derivatives.blocks`) is compiled with it, and what does not depend on the
direction is computed before the loop. Where that is not known to be all that is worth sharing (loops of many turns, factorisations that
go backward), sweeps share more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, fresh, is_float
from ..ir.walk import definers
from ..lower.derivatives.blocks import swept
from ..pipeline import Backend, Executable, Task
from .specialise import Specialisation

MOST = 2000
"""Operations, over all turns of loops, of a function that is taken to be done in no time."""

TURNS = 200
"""Turns that a loop is taken to have where the program does not say."""


def dense(
    special: Specialisation, inputs: tuple[int, ...], outputs: tuple[int, ...], backend: Backend, *, columns: bool
) -> Callable[[Sequence[Any]], list[list[Any]]] | None:
    """From the leaves of a call to the blocks of each output with each input, by columns or by rows; None where sweeps do better."""
    if backend != "native" or special.written or special.copied or special.prints or not is_short(special.program, backward=not columns):
        return None
    entry = special.program.main
    types = entry.result_types
    number = len(inputs)
    numbers = [k for k, i in enumerate(outputs) if not isinstance(types[i], ArrayType)]
    run: Executable | None = None

    def blocks(leaves: Sequence[Any]) -> list[list[Any]]:
        nonlocal run
        if run is None:
            program = with_blocks(special.program, inputs, outputs, columns=columns)
            lowered = replace(special.lowered, program=program)
            (run,) = Specialisation(special.target, lowered, special.statics).executable(Task("value", guarded=False), backend)
        found = run(*leaves)
        rows = [list(found[k : k + number]) for k in range(0, len(found), number)]
        for k in numbers:
            rows[k] = [np.asarray(x) for x in rows[k]]
        return rows

    return blocks


def with_blocks(program: Program, inputs: tuple[int, ...], outputs: tuple[int, ...], *, columns: bool) -> Program:
    """The program that returns the blocks of each output with each input, in order."""
    entry = program.main
    b = Builder(entry.location)
    parameters = [Value(p.name, p.type) for p in entry.parameters]
    types = list(entry.result_types)
    results = b.emit("call", *parameters, types=types, names=[v.name for v in entry.returned], callee=entry.name)
    n, moving = len(types), [k for k, type_ in enumerate(types) if is_float(type_)]

    def pushed(k: int, inner: Builder, direction: Value) -> list[Value]:
        given = [*types, *(fresh(types[i]) for i in moving)]
        out = inner.emit("pushforward", *parameters, direction, types=given, callee=entry.name, wrt=(k,))
        return [out[n + moving.index(i)] for i in outputs]

    def pulled(i: int, inner: Builder, seed: Value) -> list[Value]:
        given = [*types, *(fresh(parameters[k].type) for k in inputs)]
        out = inner.emit("pullback", *parameters, seed, types=given, callee=entry.name, wrt=inputs, seeded=(i,))
        return list(out[n:])

    if columns:
        across = [results[i] for i in outputs]
        by_input = [swept(b, parameters[k], across, partial(pushed, k), columns=True) for k in inputs]
        rows = list(zip(*by_input, strict=True))
    else:
        leaves = [parameters[k] for k in inputs]
        rows = [tuple(swept(b, results[i], leaves, partial(pulled, i), columns=False)) for i in outputs]
    b.end("return", [block for row in rows for block in row])
    attributes = {key: entry.attributes[key] for key in ("extents",) if key in entry.attributes}
    return program.with_function(
        Function(program.fresh_name(f"jacobian_{entry.name}"), Region(tuple(parameters), tuple(b.ops)), attributes, entry.location),
        entry=True,
    )


def is_short(program: Program, *, backward: bool) -> bool:
    """Whether the program's entry takes few operations, and `backward` none whose adjoint computes again what is worth keeping."""
    known: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in known:
            known[name] = MOST  # of one that calls itself
            known[name] = within(program.functions[name])
        return known[name]

    def within(function: Function) -> int:
        made_by = definers(function)

        def steps(region: Region) -> int:
            return sum(map(taken, region.ops))

        def taken(op: Op) -> int:
            inside = sum(map(steps, op.regions)) + (of(op.attributes["callee"]) if "callee" in op.attributes else 0)
            if op.name == "host" or (backward and DEFINITIONS[op.name].family == "lapack"):
                return MOST
            return 1 + inside * (turns(op) if op.name == "for" else TURNS if op.name == "while" else 1)

        def turns(op: Op) -> int:
            ends = [made_by.get(x) for x in op.operands[:3]]
            if any(end is None or end.name != "constant" for end in ends):
                return TURNS
            return len(range(*(int(end.attributes["value"]) for end in ends if end is not None)))

        return min(MOST, steps(function.body))

    return of(program.main.name) < MOST
