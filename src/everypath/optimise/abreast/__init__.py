"""Turns of a loop side by side: what is a dot product in each of them is one matrix product of them all.

    for lo, hi, 1 {(j):                          count = sub hi, lo
      a = view A, j {axes='ai'}                  a = view A, lo, count {axes='au'}
      s = matmul q, a                     →      s = matmul q, a
      store s, r, j                              r_1 = view r, lo, count {axes='u'}
    }                                            assign s, r_1

Each turn must have places of its own: the arrays that the loop writes are touched at one place along one axis, j or so much more, or are
only added to. Then it is nothing to a turn whether the others have finished, and each operation runs for all of them before the
next does: an operation on numbers becomes one on vectors, one on vectors one on matrices, a product of vectors one by a matrix. What
all turns add to one place is their sum, and that of vectors, each times a number of its own, is a product too.

Elementary arithmetic stays what it was, element by element; sums are taken in another order. So nothing that a decision, or a kink,
is made of is moved (`relax`). Loops without such a product stay: their turns keep what they make near the processor.

Checks that are the same in every turn come first; of an index that counts with the turns, that of the first turn, and of the
first that fails. A loop that could fail after it has written memory of the caller's stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...ir.program import Function, Op, Program
from ...ir.walk import ops_in
from ..cse import cse
from ..dead import dead
from ..fold import fold
from ..hoist import hoist_integers
from ..relax import Flow, followed
from ..rewriting import each, with_function_ops, with_ops, with_regions
from .blocks import blocks
from .facts import Facts
from .places import Stays
from .triangles import triangles
from .turns import Turns

TIDY = (each(fold), each(hoist_integers), each(cse), each(dead))
"""What lets the next round see the extents of what this one has made."""

KINKS = frozenset("abs maximum minimum picked tied norm".split())
"""What decides by its operands in a derivative, besides what decides in the program."""


def abreast(program: Program) -> Program:
    """`program` with the turns of its innermost loops side by side where that makes products of them."""
    while any(candidate(op) for function in program for op in ops_in(function.body)):
        flows = followed(program, KINKS)
        functions = {name: Walk(function, flows[name]).function() for name, function in program.functions.items()}
        if all(functions[name] is function for name, function in program.functions.items()):
            break
        program = replace(program, functions=functions)  # and the loops around are innermost now
        for pass_ in TIDY:
            program = pass_(program)
    return program


def candidate(op: Op) -> bool:
    """Whether `op` is an innermost loop that carries nothing and may hold products."""
    if op.name != "for" or op.results:
        return False
    ops = op.regions[0].ops
    return not any(o.regions for o in ops) and any(o.name in ("matmul", "accumulate") for o in ops)


class Walk:
    """One walk down a function."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self.whole = function
        self.facts = Facts(function, flow)

    def function(self) -> Function:
        return with_function_ops(self.whole, self.ops(self.whole.body.ops))

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            if op.regions and op.name != "map":
                made: list[Op] | None = None
                regions = []
                for position, region in enumerate(op.regions):
                    with self.facts.ranges.inside(op, position):
                        made = self.side_by_side(op) if candidate(op) else None
                        regions.append(with_ops(region, self.ops(region.ops)))
                        made = made or triangles(self.facts, region.ops, op) or blocks(self.facts, region.ops, op)
                kept += made if made is not None else [with_regions(op, regions)]
            else:
                self.facts.define(op)
                kept.append(op)
        return kept

    def side_by_side(self, op: Op) -> list[Op] | None:
        try:
            return Turns(self.facts, op).made()
        except Stays:
            return None
