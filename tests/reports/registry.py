"""How a report enters: as a program of the zoo does, with the derivatives stated; `refusable` where a refusal is as good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from programs.registry import Case, Function, Program


@dataclass(frozen=True, eq=False)
class Report:
    """A program, and whether an honest refusal of it counts as an answer."""

    program: Program
    refusable: bool

    @property
    def name(self) -> str:
        return self.program.name

    def __repr__(self) -> str:
        return self.name


REPORTS: list[Report] = []


def report(*cases: Case, refusable: bool = False, **facts: Any) -> Callable[[Function], Function]:
    """Enter the function under it and hand it back unchanged."""

    def enter(function: Function) -> Function:
        REPORTS.append(Report(Program(function, cases, **facts), refusable))
        return function

    return enter
