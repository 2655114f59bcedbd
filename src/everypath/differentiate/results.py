"""What the function of a derivative returns: without the values beside it, or with one more, whether it holds a NaN.

    return g                 →      missing = holds_nan g
                                    return g, missing

The question is part of the program, so that it is asked in the loop that makes a number, not of memory once all of it is written.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Program
from ..ir.types import ArrayType, ScalarType, scalar_of
from ..ir.walk import with_body


def without_first(program: Program, name: str, results: int) -> Program:
    """The program with a function that does not return the first of its results."""
    function = program.functions[name]
    *ops, last = function.body.ops
    return program.with_function(with_body(function, (*ops, replace(last, operands=last.operands[results:]))))


def watched(program: Program, name: str, first: int) -> Program:
    """The program with a function that says besides whether one of its results, from the one at `first` on, holds a NaN."""
    function = program.functions[name]
    *ops, last = function.body.ops
    b = Builder(function.location)
    found = b.bool(False)
    for v in last.operands[first:]:
        if isinstance(v.type, ScalarType | ArrayType) and scalar_of(v.type).is_float:
            found = b.op("or", found, b.op("holds_nan", v, name="missing"), name="missing")
    return program.with_function(with_body(function, (*ops, *b.ops, replace(last, operands=(*last.operands, found)))))
