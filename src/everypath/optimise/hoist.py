"""Scalars that are the same at every turn of a loop are computed once, before it.

    for lo, hi, one {(i):                     m = sub n, one
      m = sub n, one                          c = maximum m, zero
      c = maximum m, zero              →      for lo, hi, one {(i):
      a = view x, one, c                        a = view x, one, c
      …                                         …

Only what can't raise is computed ahead of a loop that may have no turn. Before a program is differentiated these are integers and
booleans: of a float that was computed for nothing the derivative would be 0·∞ where it is not smooth. LLVM moves the same
scalars; here they get names that the passes see outside the loop, such as the extents of arrays that are made in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.program import Function, Op, Region
from ..ir.types import ScalarType, is_float
from .rewriting import may_raise, scalar_only, with_function_ops, with_ops, with_regions


def hoist(function: Function) -> Function:
    """`function` with the scalars of its loops computed before them."""
    return with_function_ops(function, hoisted(function.body.ops, floats=True))


def hoist_integers(function: Function) -> Function:
    """The same of integers and booleans alone."""
    return with_function_ops(function, hoisted(function.body.ops, floats=False))


def hoisted(ops: Sequence[Op], floats: bool) -> list[Op]:
    """The ops with those in front of each loop that its turns share, inner loops first."""
    kept: list[Op] = []
    for op in ops:
        if op.name != "map" and op.regions:
            regions = [with_ops(region, hoisted(region.ops, floats)) for region in op.regions]
            if op.name in ("for", "while"):
                (region,) = regions
                before, rest = divided(region, floats)
                kept += before
                regions = [with_ops(region, rest)]
            op = with_regions(op, regions)
        kept.append(op)
    return kept


def divided(region: Region, floats: bool) -> tuple[list[Op], list[Op]]:
    """(what is the same at every turn of a loop with this region, the rest)."""
    before: list[Op] = []
    rest: list[Op] = []
    inside = set(region.arguments)
    for op in region.ops:
        if inside.isdisjoint(op.operands) and movable(op, floats):
            before.append(op)
        else:
            rest.append(op)
            inside.update(op.results)
    return before, rest


def movable(op: Op, floats: bool) -> bool:
    """Whether `op` may run where it did not."""
    if op.regions or len(op.results) != 1 or not (op.name == "dim" or (scalar_only(op) and isinstance(op.result.type, ScalarType))):
        return False
    return not may_raise(op) and (floats or not is_float(op.result.type))
