"""A program run once, in the interpreter, up to a call of which it is not known what it returns.

The call says it, and ends the run (`hosting.Learnt`). What the program does is done to copies; where it raises before, so will the run
that follows. The halves of rules are run where the calls they belong to are, along some direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import differentiate
from .errors import NotSupported
from .hosting import Learnt
from .ir.interpret import Interpreter
from .ir.program import Op, Program, Region
from .ir.walk import NAMES, ops_in, reached
from .lower import Lowered
from .structure import leaves

LONGEST = 1_000_000
"""Past this many operations a trial is given up; the call then says what it returns when the program gets there."""

MOST_TRIALS = 200
"""Trials of one function: past them a call is another one each time."""


class TooLong(Exception):
    """The trial is given up."""


def learnt_by_trial(lowered: Lowered, arguments: Sequence[Any], named: Mapping[str, Any]) -> bool:
    """Whether running the program for these arguments has told what a call returns."""
    if not any(holds_unknown(lowered.program, name) for name in lowered.program.functions):
        return False
    values = lowered.signature.bind(tuple(arguments), dict(named))
    given = [leaf for value, (_, structure) in zip(values, lowered.arguments, strict=True) for leaf in leaves(value, structure)]
    given += [leaf for capture in lowered.captures for leaf in leaves(capture.read(), capture.structure)]
    copies = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in given]
    try:
        program = differentiate.expand(lowered.program)
        Interpreter(program, Halves(program), silent=True).run(program.entry, copies)
    except Learnt:
        return True
    except Exception:  # too long, or one of the user's, who will see it when the program runs
        return False
    return False


def refuse_unending(program: Program) -> None:
    """NotSupported where running the program tells again and again what a call returns, and it is another function each time."""
    for function in program:
        for op in ops_in(function.body):
            if op.name == "host" and op.attributes["call"].result is None:
                reason = "the function that is called here is made anew whenever the program is read, and so what it returns is not known"
                raise NotSupported([(op.location, reason, "make it once, outside of the function")])


def holds_unknown(program: Program, name: str) -> bool:
    """Whether a function makes a call of which it is not known what it returns."""
    return any(op.name == "host" and op.attributes["call"].result is None for op in ops_in(program.functions[name].body))


class Halves:
    """Watches a run, and runs the halves of rules as they are met."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.done: set[str] = set()
        self.executions = 0

    def entered(self, region: Region) -> None:
        """Nothing is to be done."""

    def left(self, region: Region) -> None:
        """Nothing is to be done."""

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """Where a call with a rule ran, its halves run too, if there is something to learn."""
        self.executions += 1
        if self.executions > LONGEST:
            raise TooLong
        for name in [op.attributes[key] for key in NAMES if key in op.attributes and key != "callee"]:
            if name not in self.done and any(holds_unknown(self.program, inner) for inner in reached(self.program.functions, [name])):
                self.done.add(name)
                moving = operands if name == op.attributes.get("tangent") else results
                directions = [np.ones_like(x) for x in moving if np.asarray(x).dtype.kind == "f"]
                Interpreter(self.program, self, silent=True).run(name, [*results, *operands, *directions])
