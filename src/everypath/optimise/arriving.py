"""At a tie only what arrives is undecided: a derivative that is 0 is 0 on either side.

    certain = select tie, nan, 1.0                   undecided = and tie, (ne derivative, 0.0)
    path = mul derivative, certain            →      path = select undecided, nan, derivative

So elements that lose, as the infinities at the edges of a table do that is filled by minima, do not make the whole gradient ask for both
sides. A derivative that is only nearly 0 is NaN, and so looked at again: the comparison decides nothing else (`unseen`). What is derived
once more must not forget that it was undecided: this is done to a program of which no derivative is taken any more, and that asks none
inside it.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Value
from ..ir.types import scalar_of
from ..ir.walk import definers, ops_in
from .rewriting import with_function_ops, with_ops, with_regions

ASKING = frozenset(("unseen", "left_open"))
"""What a program has where it looks at a derivative inside it."""


def arriving(program: Program) -> Program:
    """`program` with its undecided derivatives told from zeros."""
    if any(ASKING & op.attributes.keys() for function in program for op in ops_in(function.body)):
        return program
    return replace(program, functions={name: decided(function) for name, function in program.functions.items()})


def decided(function: Function) -> Function:
    made = definers(function)
    ties = {op.result: op.operands[0] for op in ops_in(function.body) if is_certainty(op, made)}
    return with_function_ops(function, rewritten(function.body.ops, ties)) if ties else function


def is_certainty(op: Op, made: dict[Value, Op]) -> bool:
    """Whether `op` is NaN at a tie, and 1 elsewhere."""
    if op.name != "select":
        return False
    values = [made[v].attributes.get("value") if v in made and made[v].name == "constant" else None for v in op.operands[1:]]
    return isinstance(values[0], float) and math.isnan(values[0]) and values[1] == 1.0


def rewritten(ops: tuple[Op, ...], ties: dict[Value, Value]) -> list[Op]:
    kept: list[Op] = []
    for op in ops:
        certain = next((v for v in op.operands if v in ties), None) if op.name == "mul" else None
        if certain is None or op.operands[0] is op.operands[1]:
            kept.append(with_regions(op, [with_ops(r, rewritten(r.ops, ties)) for r in op.regions]))
            continue
        derivative = op.operands[0] if op.operands[1] is certain else op.operands[1]
        b = Builder(op.location)
        dtype = scalar_of(derivative.type)
        arrives = b.op("ne", derivative, b.constant(0.0, dtype, "zero"), name="arrives", unseen=True)
        undecided = b.op("and", ties[certain], arrives, name="undecided")
        chosen = b.op("select", undecided, b.constant(math.nan, dtype, "nan"), derivative, name=op.result.name)
        last = b.ops.pop()
        assert last.result is chosen
        kept += [*b.ops, replace(last, results=op.results)]
    return kept
