"""Forward mode along many directions, some of them in one sweep: what a sweep computes of the function itself, it computes once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..ir.program import Function, Program
from ..ir.walk import ops_in
from ..pipeline import Backend, Task
from .careful import Careful
from .specialise import Specialisation

MOST = 8
"""Directions in one sweep: with more there is little left to share, and memory for the arrays of all of them to be found."""

ROOM = 5000
"""Operations of the function, times directions, that are compiled together."""

BACKWARD = 4
"""A derivative inside a function is about so many times as long as what it is of."""


class Vector:
    """The derivatives of one specialisation along directions."""

    def __init__(self, special: Specialisation, task: Task, backend: Backend) -> None:
        self.special, self.task, self.backend = special, task, backend
        self.first = len(special.program.main.returned)
        self.weight = weight(special.program)
        self.runs: dict[tuple[int, bool], Careful] = {}
        self.widths: dict[int, int] = {}

    def __call__(self, leaves: Sequence[Any], directions: Sequence[Sequence[Any]], *, silent: bool = False) -> tuple[list[Any], bool]:
        """The tangents of the float results along each of the directions, and whether a tie was met. Only the first sweep prints."""
        width = self.width(len(directions))
        made: list[Any] = []
        tied = False
        for at in range(0, len(directions), width):
            together = list(directions[at : at + width])
            padded = together + [directions[at]] * (width - len(together))
            out, sides = self.run(width, silent or at > 0).with_sides(*leaves, *(x for direction in padded for x in direction))
            tied = tied or bool(sides)
            tangents = out[self.first :]
            each = len(tangents) // width
            made += [tangents[k * each : (k + 1) * each] for k in range(len(together))]
        return made, tied

    def run(self, width: int, silent: bool) -> Careful:
        """What runs along so many directions at once."""
        known = self.runs.get((width, silent))
        if known is None:
            task = replace(self.task, width=width)
            known = self.runs[width, silent] = Careful(self.special, task, self.backend, self.first, silent=silent)
        return known

    def width(self, number: int) -> int:
        """How many directions go together: few where the function is long, and as few as take no more sweeps, or for which it is
        compiled already."""
        if number not in self.widths:
            self.widths[number] = self.fitting(number)
        return self.widths[number]

    def fitting(self, number: int) -> int:
        """The same, found."""
        most = max(1, min(MOST, ROOM // max(self.weight, 1)))
        sweeps = max(1, -(-number // most))
        fewest = max(1, -(-number // sweeps))
        known = (w for w in range(fewest, most + 1) if self.special.knows(replace(self.task, width=w), self.backend))
        return next(known, fewest)


def weight(program: Program) -> int:
    """About how many operations there are in what is compiled of a program's entry."""
    known: dict[str, int] = {}

    def of(function: Function) -> int:
        if function.name not in known:
            known[function.name] = 0  # one that calls itself is counted once
            known[function.name] = sum(
                1 + (BACKWARD if op.name in ("pullback", "pushforward") else 1) * of(program.functions[op.attributes["callee"]])
                if "callee" in op.attributes
                else 1
                for op in ops_in(function.body)
            )
        return known[function.name]

    return of(program.main)
