"""Columns of a product are the product with these columns, where nothing else of it is asked for: the rest is not computed.

    p = matmul h, m                    m_1 = view m, 0, 3 {axes='au'}
    q = view p, 0, 3 {axes='au'}   →   q = matmul h, m_1

So it is with points in homogeneous coordinates, (h @ m)[:, :3].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ..analysis.alias import groups
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType
from ..ir.walk import ops_in
from .rewriting import renamed, with_function_ops, with_ops, with_regions

Users = Mapping[Value, Sequence[Op]]


def columns(function: Function) -> Function:
    """`function` with products of the columns that are asked for."""
    ops = list(ops_in(function.body))
    products = [op for op in ops if op.name == "matmul" and isinstance(op.operands[1].type, ArrayType) and op.operands[1].type.rank == 2]
    if not products:
        return function
    users: dict[Value, list[Op]] = defaultdict(list)
    for op in ops:
        for v in dict.fromkeys(op.operands):
            users[v].append(op)
    constants = {op.result: op.attributes["value"] for op in ops if op.name == "constant"}
    effects = Effects(function, groups(function))
    asked = {p: users[p.result] for p in products if effects.groups.of(p.result) not in effects.written}
    chosen = {p: views for p, views in asked.items() if views and all(is_part(op, p.result, constants) for op in views)}
    dense = frozenset(op for views in chosen.values() for op in views if all(map(takes_any, users[op.result])))
    return with_function_ops(function, rewritten(function.body.ops, chosen, dense, constants, {})) if chosen else function


def takes_any(op: Op) -> bool:
    """Whether it is nothing to `op` whether its operands are known to lie without gaps."""
    return op.name in ("accumulate", "assign", "sum", "matmul") or DEFINITIONS[op.name].family == "elementwise"


def is_part(op: Op, product: Value, constants: Mapping[Value, int]) -> bool:
    """Whether `op` takes columns of a product, by numbers that are known."""
    if op.name != "view" or op.operands[0] is not product or not isinstance(product.type, ArrayType) or product.type.rank != 2:
        return False
    return op.attributes["axes"] in ("au", "ai") and all(v in constants for v in op.operands[1:])


def rewritten(
    ops: Sequence[Op],
    chosen: Mapping[Op, Sequence[Op]],
    dense: frozenset[Op],
    constants: Mapping[Value, int],
    env: dict[Value, Value],
) -> list[Op]:
    """The ops with a product for each part of one: as it is where it is `dense`, else with strides."""
    kept: list[Op] = []
    for old in ops:
        if old.results and old.results[0] in env:
            continue
        op = with_regions(renamed(old, env), [with_ops(r, rewritten(r.ops, chosen, dense, constants, env)) for r in old.regions])
        if old not in chosen:
            kept.append(op)
            continue
        b = Builder(op.location)
        left, right = op.operands
        for part in chosen[old]:
            numbers = [b.i64(constants[v], v.name) for v in part.operands[1:]]
            some = b.op("view", right, *numbers, name=right.name, **part.attributes)
            made = b.op("matmul", left, some, name=part.result.name, **op.attributes)
            env[part.result] = made if part in dense else b.op("weaken", made, name=part.result.name)
        kept += b.ops
    return kept
