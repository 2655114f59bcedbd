"""Operations that are formulas of others are written out: what they are derived by was needed only while deriving.

s = sech2 x     →     u = exp (mul (abs x), -2.0)
                      s = div (mul u, 4.0), (square (add u, 1.0))
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Value
from ..ops.emitted import Emitted
from .rewriting import renamed, with_function_ops, with_ops, with_regions


def formulas(function: Function) -> Function:
    """`function` without operations that have a formula."""
    return with_function_ops(function, written_out(function.body.ops, {}))


def written_out(ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
    kept: list[Op] = []
    for op in ops:
        op = renamed(op, env)
        formula = DEFINITIONS[op.name].formula
        if formula is not None:
            b = Builder(op.location)
            env[op.result] = formula(*(Emitted(b, partial(same, v)) for v in op.operands)).get()
            kept += b.ops
        else:
            kept.append(with_regions(op, [with_ops(r, written_out(r.ops, env)) for r in op.regions]))
    return kept


def same(value: Value) -> Value:
    return value
