"""Executables that stop where a derivative inside is undecided, and then give way to those that ask both of its sides.

    run:  … n = call x {callee=h_vjp}; check not isnan n …          stops at a tie, having done nothing that anyone can see
    both: … n = call x {callee=h_vjp}; if isnan n { h_sides } …     compiled then, run from the start, and from then on

Most programs meet no tie, and both sides are many times as long as the derivative itself (`differentiate.undecided`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from .analysis.written import writers
from .differentiate import Undecided
from .ir.program import Op, Program
from .ir.walk import named, ops_in, reached
from .optimise import OtherExtents

Executable = Callable[..., list[Any]]


def stops(program: Program, entries: tuple[str, ...]) -> bool:
    """Whether one of the entries may stop."""
    functions = (program.functions[name] for name in reached(program.functions, entries))
    return any(op.attributes.get("error") is Undecided for function in functions for op in ops_in(function.body))


def starts_again(program: Program, entries: tuple[str, ...]) -> bool:
    """Whether a run that stopped can start again: before, nothing was printed and no argument written, and what is saved for a second
    half is all that this one needs."""
    first, *others = entries
    return not stops(program, tuple(others)) and Seen(program, first).in_time(program.functions[first].body.ops)


class Seen:
    """What of a run can be seen from outside before it is over: arguments that are written, and what is printed."""

    def __init__(self, program: Program, entry: str) -> None:
        written = writers(program, entry)
        self.visible = Holding(program, lambda op: op in written or op.name == "print")
        self.stops = Holding(program, lambda op: op.attributes.get("error") is Undecided)
        self.anything = False

    def in_time(self, ops: Sequence[Op]) -> bool:
        """Whether each of the `ops` that may stop comes before all that can be seen."""
        for op in ops:
            visible = self.visible(op)
            if self.stops(op):
                if op.name == "if":
                    before = self.anything
                    sides = []
                    for region in op.regions:
                        self.anything = before
                        sides.append((self.in_time(region.ops), self.anything))
                    self.anything = any(seen for _, seen in sides)
                    if not all(fine for fine, _ in sides):
                        return False
                    continue
                if self.anything or visible:
                    return False
            self.anything = self.anything or visible
        return True


class Holding:
    """Whether an op, what is inside it or in what it calls is `wanted`."""

    def __init__(self, program: Program, wanted: Callable[[Op], bool]) -> None:
        self.wanted = wanted
        functions = program.functions
        own = {name for name, function in functions.items() if any(map(wanted, ops_in(function.body)))}
        self.functions = {name for name in functions if own.intersection(reached(functions, [name]))} if own else own

    def __call__(self, op: Op) -> bool:
        inside = (op, *(inner for region in op.regions for inner in ops_in(region)))
        return any(self.wanted(inner) or not self.functions.isdisjoint(named(inner)) for inner in inside)


class Saved:
    """What the first of two halves saved, where both sides were asked."""

    def __init__(self, record: Any) -> None:
        self.record = record


class Patient:
    """The first of the executables `quick`, and from the first time on that it stops, the first of the others."""

    def __init__(self, quick: tuple[Executable, ...], both: Callable[[], tuple[Executable, ...]]) -> None:
        self.quick, self.both = quick, both
        self.tied = False

    def __call__(self, *leaves: Any) -> list[Any]:
        if not self.tied:
            try:
                return self.quick[0](*leaves)
            except Undecided:
                self.tied = True
        results = self.both()[0](*leaves)
        return [*results[:-1], Saved(results[-1])] if len(self.quick) > 1 else results

    def at_once(self, *leaves: Any) -> list[Any] | None:
        """The same, or None where the arguments need work. Not for the first of two halves."""
        if not self.tied:
            try:
                return at_once(self.quick[0], leaves)
            except Undecided:
                self.tied = True
        return at_once(self.both()[0], leaves)


def at_once(run: Callable[..., Sequence[Any]], leaves: Sequence[Any]) -> list[Any] | None:
    """What `run` gives, or None where it can't tell at once whether the arguments need work."""
    quick = getattr(run, "at_once", None)
    return None if quick is None else quick(*leaves)


def patient(quick: tuple[Executable, ...], compile_both: Callable[[], tuple[Executable, ...]]) -> tuple[Executable, ...]:
    """The executables `quick`, and from the first time on that they stop, the others. Of two halves, the second follows the first."""
    both = cache(compile_both)

    def backward(record: Any, *cotangents: Any) -> list[Any]:
        if isinstance(record, Saved):
            return both()[1](record.record, *cotangents)
        return quick[1](record, *cotangents)

    return (Patient(quick, both), backward)[: len(quick)]


class Elsewhere:
    """What the first of two halves saved that are for any extents."""

    def __init__(self, record: Any) -> None:
        self.record = record


class Fitting:
    """The first of the executables `quick`, and for other extents than it is for (`optimise.short`) the first of the others."""

    def __init__(self, quick: tuple[Executable, ...], others: Callable[[], tuple[Executable, ...]]) -> None:
        self.quick, self.others = quick, others

    def __call__(self, *leaves: Any) -> list[Any]:
        try:
            return self.quick[0](*leaves)
        except OtherExtents:
            results = self.others()[0](*leaves)
        return [*results[:-1], Elsewhere(results[-1])] if len(self.quick) > 1 else results

    def at_once(self, *leaves: Any) -> list[Any] | None:
        """The same, or None where the arguments need work. Not for the first of two halves."""
        try:
            return at_once(self.quick[0], leaves)
        except OtherExtents:
            return at_once(self.others()[0], leaves)


def fitting(quick: tuple[Executable, ...], compile_others: Callable[[], tuple[Executable, ...]]) -> tuple[Executable, ...]:
    """The executables `quick`, and for extents that these are not for the others. Of two halves, the second follows the first."""
    others = cache(compile_others)

    def backward(record: Any, *cotangents: Any) -> list[Any]:
        if isinstance(record, Elsewhere):
            return others()[1](record.record, *cotangents)
        return quick[1](record, *cotangents)

    return (Fitting(quick, others), backward)[: len(quick)]
