"""Scalars that are the same at every turn of a loop are computed once, before it.

    for lo, hi, one {(i):                     m = sub n, one
      m = sub n, one                          c = maximum m, zero
      c = maximum m, zero              →      for lo, hi, one {(i):
      a = view x, one, c                        a = view x, one, c
      …                                         …

Only what can't raise is computed ahead of a loop that may have no turn. Before a program is differentiated these are integers and
booleans: of a float that was computed for nothing the derivative would be 0·∞ where it is not smooth. LLVM moves the same
scalars; here they get names that the passes see outside the loop, such as the extents of arrays that are made in it. What hangs on
the variable of a loop around stays, for more may be known of it where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.program import Function, Op, Region, Value
from ..ir.types import ScalarType, is_float
from .rewriting import may_raise, scalar_only, with_function_ops, with_ops, with_regions


def hoist(function: Function) -> Function:
    """`function` with the scalars of its loops computed before them."""
    return with_function_ops(function, hoisted(function.body.ops, floats=True))


def hoist_integers(function: Function) -> Function:
    """The same of integers and booleans alone."""
    return with_function_ops(function, hoisted(function.body.ops, floats=False))


def hoisted(ops: Sequence[Op], floats: bool) -> list[Op]:
    """The ops with those in front of each outermost loop that all turns of it, and of the loops inside, share."""
    kept: list[Op] = []
    for op in ops:
        if op.name in ("for", "while"):
            op = with_regions(op, [lifted(op.regions[0], set(), kept, floats)])
        elif op.name != "map" and op.regions:
            op = with_regions(op, [with_ops(region, hoisted(region.ops, floats)) for region in op.regions])
        kept.append(op)
    return kept


def lifted(region: Region, inside: set[Value], before: list[Op], floats: bool) -> Region:
    """The region of a loop without what can be `before` it; `inside` are the values that can't."""
    inside.update(region.arguments)
    rest: list[Op] = []
    for op in region.ops:
        if op.name in ("for", "while") and op.regions:
            op = with_regions(op, [lifted(op.regions[0], inside, before, floats)])
        if inside.isdisjoint(op.operands) and movable(op, floats):
            before.append(op)
        else:
            rest.append(op)
            inside.update(op.results)
    return with_ops(region, rest)


def movable(op: Op, floats: bool) -> bool:
    """Whether `op` may run where it did not."""
    if op.regions or len(op.results) != 1 or not (op.name == "dim" or (scalar_only(op) and isinstance(op.result.type, ScalarType))):
        return False
    return not may_raise(op) and (floats or not is_float(op.result.type))
