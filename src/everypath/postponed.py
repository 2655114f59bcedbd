"""Executables that stop where a derivative inside is undecided, and then give way to those that ask both of its sides.

    run:  … n = call x {callee=h_vjp}; check not isnan n …          stops at a tie, having done nothing that anyone can see
    both: … n = call x {callee=h_vjp}; if isnan n { h_sides } …     compiled then, run from the start, and from then on

Most programs meet no tie, and both sides are many times as long as the derivative itself (`differentiate.undecided`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from .analysis.written import written
from .differentiate import Undecided
from .ir.program import Program
from .ir.walk import ops_in, reached

Executable = Callable[..., list[Any]]


def stops(program: Program, entries: tuple[str, ...]) -> bool:
    """Whether one of the entries may stop."""
    functions = (program.functions[name] for name in reached(program.functions, entries))
    return any(op.attributes.get("error") is Undecided for function in functions for op in ops_in(function.body))


def starts_again(program: Program, entries: tuple[str, ...]) -> bool:
    """Whether a run that stopped can start again: nothing is printed, no argument written, and what is saved for a second half is all
    that this one needs."""
    first, *others = entries
    functions = reached(program.functions, [first])
    prints = any(op.name == "print" for name in functions for op in ops_in(program.functions[name].body))
    return not prints and not written(program)[first].writes and not stops(program, tuple(others))


class Saved:
    """What the first of two halves saved, where both sides were asked."""

    def __init__(self, record: Any) -> None:
        self.record = record


def patient(quick: tuple[Executable, ...], compile_both: Callable[[], tuple[Executable, ...]]) -> tuple[Executable, ...]:
    """The executables `quick`, and from the first time on that they stop, the others. Of two halves, the second follows the first."""
    both = cache(compile_both)
    tied: list[bool] = []

    def run(*leaves: Any) -> list[Any]:
        if not tied:
            try:
                return quick[0](*leaves)
            except Undecided:
                tied.append(True)
        results = both()[0](*leaves)
        return [*results[:-1], Saved(results[-1])] if len(quick) > 1 else results

    def backward(record: Any, *cotangents: Any) -> list[Any]:
        if isinstance(record, Saved):
            return both()[1](record.record, *cotangents)
        return quick[1](record, *cotangents)

    return (run, backward)[: len(quick)]
