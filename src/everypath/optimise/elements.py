"""An array of no axes that is only read is the number in it.

    a = full x
    y = load a           →      z = mul x, two
    z = mul y, two

NumPy gives such arrays where numbers go in, and what is done with them reads them at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.program import Function, Op, Value
from ..ir.walk import ops_in
from .rewriting import renamed, with_function_ops, with_ops, with_regions


def elements(function: Function) -> Function:
    """`function` with the numbers in place of the arrays of no axes that are only read."""
    held = {op.result: op.operands[0] for op in ops_in(function.body) if op.name == "full" and len(op.operands) == 1}
    if not held:
        return function
    for op in ops_in(function.body):
        for v in op.operands if op.name != "load" else ():
            held.pop(v, None)
    return with_function_ops(function, read(function.body.ops, held, {}))


def read(ops: Sequence[Op], held: dict[Value, Value], numbers: dict[Value, Value]) -> list[Op]:
    """The ops without what reads an array of `held`, and with the number in place of what was read."""
    kept: list[Op] = []
    for old in ops:
        op = renamed(old, numbers)
        if op.name == "load" and op.operands[0] in held:
            number = held[op.operands[0]]
            numbers[op.result] = numbers.get(number, number)
        elif not (op.name == "full" and op.result in held):
            kept.append(with_regions(op, [with_ops(region, read(region.ops, held, numbers)) for region in op.regions]))
    return kept
