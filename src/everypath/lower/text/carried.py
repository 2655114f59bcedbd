"""A loop to be lowered, and what it carries."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from ...ir.program import Value
from ..objects import Mutable
from ..values import Abstract

Slot = str | Mutable


class LeftByError(Exception):
    """An error may leave this `for` to a handler: lower it again as a loop that may be left."""


class FirstTurnApart(Exception):
    """The first turn of this loop gives a dict other keys: lower it apart."""


@dataclass
class Carried:
    """The state of a loop: patterns of what is read at its head, and of what only leaves it."""

    state: dict[Slot, Abstract] = field(default_factory=dict)
    leaving: dict[str, Abstract] = field(default_factory=dict)
    overwritten: set[str] = field(default_factory=set)  # of those leaving, the ones whose value from before no turn leaves behind
    first: set[Slot] = field(default_factory=set)  # NumPy's, but Python's own until the end of the first turn
    flagged: set[Slot] = field(default_factory=set)  # NumPy's or Python's own, by a flag that is carried too


@dataclass
class Loop:
    """A loop to be lowered. `turn()` lowers one turn in the current builder and returns what the region yields first."""

    node: ast.AST
    assigned: frozenset[str]
    head: frozenset[str]
    after: frozenset[str]
    turn: Callable[[list[Value]], list[Value]]
    arguments: tuple[Value, ...] = ()  # of the region, before the carried ones
    runs: bool = False  # at least once, surely
    origin: object = None  # of its variable, if the loop could be unrolled
    start: Value | None = None  # the first value of its counter, for a `for`
    none: Callable[[], Value] | None = None  # whether it runs not even once, for a `for`
    counters: frozenset[object] = frozenset()  # what a number that it carries would be known by, if it is known at the start
